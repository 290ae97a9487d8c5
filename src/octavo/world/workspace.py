"""A site's folder, read: notes, bibliographies, templates, files and configuration, with all that can't be read."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

import octavo
from octavo.memo import digest_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.jekyll import JekyllFolder, StaticFile, Theme
from octavo.model.scholar import ScholarConfig
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Asset, Source, Span
from octavo.read.config import parse_config
from octavo.read.jekyll.config import (
    JEKYLL_RULES,
    chosen_theme,
    folder_of,
    parse_jekyll_config,
    site_values,
    usual_theme,
    with_defaults,
)
from octavo.read.jekyll.scholar import scholar_of
from octavo.world.digests import FileDigests
from octavo.world.files import FoundFile, Signature, find_file, find_files, find_visible, outside, unreadable
from octavo.world.fingerprint import read_fingerprint
from octavo.world.jekyll import (
    build_moment,
    bundled_includes,
    collection_of,
    find_folder,
    jekyll_config_name,
    plugin_problems,
    source_of,
    static_url,
)

#: The files that may hold the configuration, the first that does wins, with the TOML table it is in.
CONFIG_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (("octavo.toml", ()), ("pyproject.toml", ("tool", "octavo")))

#: Control characters, which neither HTML nor XML can hold: https://www.w3.org/TR/xml/#charsets.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

#: Those of them that are bytes; to look for these first is much faster.
CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])

FOLDERS = ("content", "bibliography", "templates", "static")

#: Returns the digest of a file.
Digest = Callable[[FoundFile], str]


#: Octavo's own font for the cards of pages, below its package.
FONT = "fonts/EBGaramond12-Subset.otf"


def theme_folder() -> Path:
    """Return where the default theme is: inside the installed package, or at the top of a checkout."""
    package = Path(octavo.__file__).parent
    installed = package / "theme"
    return installed if installed.is_dir() else package.parent.parent


def find_config(folder: Path) -> tuple[str, tuple[str, ...]] | None:
    """Return the name of the file that configures the site in a folder, and the table it is in."""
    for name, table in CONFIG_FILES:
        path = folder / name
        if not table and path.exists():
            return name, table
        if path.is_file() and "[tool.octavo" in path.read_text(encoding="utf-8", errors="replace"):
            return name, table
    return None


class ChangedError(OSError):
    """A file was changed between being looked at and being read."""

    def __init__(self, path: str) -> None:
        super().__init__(f"'{path}' changed while it was read; build again")


class Workspace:
    """A site's folder. Reading it again reads only the files that have changed.

    ``overrides`` replace values of the configuration; ``digests`` are what is known of files without reading them.
    """

    def __init__(
        self, folder: Path, overrides: Mapping[str, Any] | None = None, digests: FileDigests | None = None
    ) -> None:
        self.folder = folder.resolve()
        self._theme = theme_folder()
        self.overrides = dict(overrides or {})
        self._digests = digests or FileDigests()
        self._texts: dict[str, tuple[Signature, str | Diagnostic]] = {}
        self._locations: dict[str, str] = {}
        self._texts_at: dict[str, str] = {}  # notes and bibliographies, by location
        self._fingerprint = read_fingerprint()

    def read(self) -> Inputs:
        """Read all that the site is made of; what can't be read is a diagnostic."""
        problems: list[Diagnostic] = []
        if self._jekyll_config:
            return self._read_jekyll(problems)
        config = self.read_config(problems)
        files = {name: list(find_files(self.folder, name, config.exclude, problems)) for name in FOLDERS}
        return self._inputs(config, files, problems, self._digest)

    @property
    def _jekyll_config(self) -> str:
        """The name of the file that makes the folder a Jekyll site, if nothing makes it a native one."""
        return "" if find_config(self.folder) else jekyll_config_name(self.folder)

    def _read_jekyll(self, problems: list[Diagnostic]) -> Inputs:
        values = self._read_jekyll_config(problems)
        found = find_folder(
            self.folder, values, bool(self.overrides.get("drafts") or values.get("show_drafts")), problems
        )
        problems += plugin_problems(found.plugins)
        source = source_of(values)
        layouts = self._read_below(found.layouts, values, source, "layouts_dir", problems)
        theme = self._theme_override or chosen_theme(values) or usual_theme(values, layouts)
        scholar = self._jekyll_scholar(values, source, theme, layouts, problems)
        config = self._jekyll_site_config(values, scholar, extras=theme is Theme.OCTAVO)
        static = [(file.path, static_url(self._relative(file.path, source), values), file) for file in found.static]
        own = [(path, url, file) for path, url, file in static if _has_portable_name(url, problems)]
        includes = self._read_below(found.includes, values, source, "includes_dir", problems)
        bundled = {
            name: text
            for name, text in (bundled_includes() if theme is Theme.OCTAVO else {}).items()
            if name not in includes
        }
        folder = JekyllFolder(
            config=values,
            theme=theme,
            source=source,
            data=self._read_below(found.data, values, source, "data_dir", problems),
            includes=bundled | includes,
            bundled=tuple(bundled),
            layouts=layouts,
            static_files=tuple(
                StaticFile(self._relative(path, source), collection_of(self._relative(path, source), values))
                for path, _, _ in own
            ),
            snippets=tuple(Source(path, self._digest(file)) for path, _, file in own if _may_be_included(path)),
            now=build_moment(os.environ),
        )
        beside = list(find_files(self.folder, scholar.source, (), problems, lambda _, name, __: name.startswith(".")))
        templates = self._read_templates([], problems)
        return Inputs(
            config=config,
            notes=self._list_sources(list(found.documents), problems),
            bibliographies=self._jekyll_bibliographies(beside, problems),
            templates=templates,
            assets=self._jekyll_assets(own, theme, problems),
            styles=self._jekyll_styles(source, (*beside, *(file for _, _, file in own)), problems),
            diagnostics=tuple(problems),
            fingerprint=self._fingerprint,
            social_font=self._find_font(config, problems, self._digest),
            jekyll=folder,
        )

    def _read_jekyll_config(self, problems: list[Diagnostic]) -> dict[str, Any]:
        name = self._jekyll_config
        file = find_file(self.folder, name)
        text = self._read_text(file) if file else unreadable(name, "it is not a file")
        if isinstance(text, Diagnostic):
            problems.append(text)
            return with_defaults({})
        values, found = parse_jekyll_config(text, name)
        problems += found
        return values

    def _jekyll_scholar(
        self,
        values: Mapping[str, Any],
        source: str,
        theme: Theme,
        layouts: Iterable[str],
        problems: list[Diagnostic],
    ) -> ScholarConfig:
        file = find_file(self.folder, self._jekyll_config)
        text = self._read_text(file) if file else ""
        text = text if isinstance(text, str) else ""
        scholar, found = scholar_of(values, source, theme, layouts, text, self._jekyll_config)
        problems += found
        return scholar

    def _jekyll_styles(self, source: str, found: Iterable[FoundFile], problems: list[Diagnostic]) -> dict[str, str]:
        """Read the CSL styles of a Jekyll site, by their paths in it and below its source."""
        files = [file for file in found if file.path.endswith(".csl")]
        texts = self._read_texts(files, problems)
        return {self._relative(path, source): text for path, text in texts.items()} | texts

    def _jekyll_site_config(self, values: Mapping[str, Any], scholar: ScholarConfig, extras: bool = True) -> SiteConfig:
        own = {name: value for name, value in self.overrides.items() if name not in ("drafts", "theme")}
        return SiteConfig(**{**site_values(values), "scholar": scholar, "rules": JEKYLL_RULES, "extras": extras, **own})

    @property
    def _theme_override(self) -> Theme | None:
        theme = self.overrides.get("theme")
        return Theme(theme) if theme else None

    @staticmethod
    def _relative(path: str, source: str) -> str:
        return path.removeprefix(f"{source}/") if source else path

    def _read_below(
        self, files: tuple[FoundFile, ...], values: Mapping[str, Any], source: str, key: str, problems: list[Diagnostic]
    ) -> dict[str, str]:
        start = f"{folder_of(values, source, key)}/"
        texts = self._read_texts([file for file in files if not _is_binary(file.path)], problems)
        return {path.removeprefix(start): text for path, text in texts.items()}

    def _jekyll_bibliographies(self, beside: list[FoundFile], problems: list[Diagnostic]) -> tuple[Source, ...]:
        return self._list_sources([file for file in beside if file.path.endswith(".bib")], problems)

    def _jekyll_assets(
        self, own: list[tuple[str, str, FoundFile]], theme: Theme, problems: list[Diagnostic]
    ) -> tuple[Asset, ...]:
        """List what is published as it is; the files of Octavo's theme only where it is used."""
        of_theme = find_files(self._theme / "static", "theme", (), problems) if theme is Theme.OCTAVO else ()
        files = [(f"theme:static/{file.path}", f"/{file.path}", file) for file in of_theme] + own
        by_url = {url: (source, url, file) for source, url, file in files}
        self._locations |= {source: file.location for source, _, file in by_url.values()}
        return tuple(
            Asset(source, url, self._digest(file), file.signature.size) for source, url, file in by_url.values()
        )

    def read_again(self, inputs: Inputs, changed: Collection[str]) -> Inputs:
        """Read what has ``changed`` (locations of files) since these inputs were read.

        That is quick for the texts of notes and bibliographies; for all else the whole site is read.
        """
        sources: dict[str, Source] = {}
        for location in changed:
            path = self._texts_at.get(location, "")
            file = find_visible(self.folder, path)
            digest = self._read_source(file) if file else None
            if not isinstance(digest, str):
                return self.read()
            sources[path] = Source(path, digest)
        return msgspec.structs.replace(
            inputs,
            notes=tuple(sources.get(one.path, one) for one in inputs.notes),
            bibliographies=tuple(sources.get(one.path, one) for one in inputs.bibliographies),
        )

    def read_note(self, path: str) -> Inputs | None:
        """Read a site as if it had one note and the files that it names, or nothing if there is no such note.

        No file is read that isn't needed for that: where a digest isn't known it is empty.
        """
        if self._jekyll_config:  # its pages depend on each other
            return None
        problems: list[Diagnostic] = []
        config = self.read_config(problems)
        note = find_visible(self.folder, path)
        if note is None:
            return None
        others = {name: list(find_files(self.folder, name, config.exclude, problems)) for name in FOLDERS[1:]}
        text = Path(note.location).read_text(encoding="utf-8", errors="replace")
        others["static"] = [file for file in others["static"] if posixpath.basename(file.path) in text]
        return self._inputs(config, {"content": [note], **others}, problems, lambda file: self._digests.get(file) or "")

    def find_asset(self, url: str) -> bytes | None:
        """Return the bytes of what is published at a URL as it is, or nothing; without looking at any other file."""
        path = url.lstrip("/")
        places = ((self.folder, f"static/{path}"), (self.folder, f"content/{path}"), (self._theme, f"static/{path}"))
        found = (find_visible(root, place) for root, place in places if not path.endswith(".md"))
        file = next(filter(None, found), None)
        return Path(file.location).read_bytes() if file else None

    def _inputs(
        self, config: SiteConfig, files: Mapping[str, list[FoundFile]], problems: list[Diagnostic], digest: Digest
    ) -> Inputs:
        notes = [file for file in files["content"] if file.path.endswith(".md")]
        if not notes:
            problems.append(
                Diagnostic(
                    "content-missing",
                    f"there is no note in {self.folder / 'content'}",
                    hint="write content/index.md, or start with: octavo new DIR",
                )
            )
        return Inputs(
            config=config,
            notes=self._list_sources(notes, problems),
            bibliographies=self._list_sources(
                [file for file in files["bibliography"] if file.path.endswith(".bib")], problems
            ),
            templates=self._read_templates(files["templates"], problems),
            assets=self._list_assets(files, problems, digest),
            styles=self._read_styles(files["bibliography"], config, problems),
            social_font=self._find_font(config, problems, digest),
            diagnostics=tuple(problems),
            fingerprint=self._fingerprint,
        )

    def read_asset(self, asset: Asset) -> bytes:
        """Return the bytes of an asset. Raises `ChangedError`."""
        return self._read_unchanged(asset.source, asset.digest)

    def read_file(self, path: str) -> bytes:
        """Return the bytes of what inputs name by its path. Raises `OSError`."""
        return Path(self._locations[path]).read_bytes()

    def read_text(self, source: Source) -> str:
        """Return the text of a note or bibliography. Raises `ChangedError`."""
        text = _decode(source.path, self._read_unchanged(source.path, source.digest))
        if isinstance(text, Diagnostic):
            raise ChangedError(source.path)
        return text

    def _read_unchanged(self, path: str, digest: str) -> bytes:
        data = self.read_file(path)
        if digest and digest_of(data) != digest:
            raise ChangedError(path)
        return data

    def read_config(self, problems: list[Diagnostic] | None = None) -> SiteConfig:
        """Read the configuration; its ``problems`` are added to the list, if there is one."""
        if self._jekyll_config:
            values = self._read_jekyll_config(problems if problems is not None else [])
            return self._jekyll_site_config(values, ScholarConfig())
        config, found = self._parse_config()
        if problems is not None:
            problems.extend(found)
        own = {name: value for name, value in self.overrides.items() if name != "theme"}
        return msgspec.structs.replace(config, **own)

    def _parse_config(self) -> tuple[SiteConfig, tuple[Diagnostic, ...]]:
        found = find_config(self.folder)
        if found is None:
            return SiteConfig(), ()
        name, table = found
        file = find_file(self.folder, name)
        text = self._read_text(file) if file else unreadable(name, "it is not a file")
        return (SiteConfig(), (text,)) if isinstance(text, Diagnostic) else parse_config(text, name, table)

    def _read_styles(self, found: list[FoundFile], config: SiteConfig, problems: list[Diagnostic]) -> dict[str, str]:
        """Read the CSL styles of the site: those beside the bibliographies, and the one of the configuration."""
        files = [file for file in found if file.path.endswith(".csl")]
        if config.style.endswith(".csl") and config.style not in {file.path for file in files}:
            if not (self.folder / config.style).resolve().is_relative_to(self.folder):
                problems.append(outside(config.style))
            elif file := find_file(self.folder, config.style):
                files.append(file)
        return self._read_texts(files, problems)

    def _find_font(self, config: SiteConfig, problems: list[Diagnostic], digest: Digest) -> Asset | None:
        """Find the font of the cards: the site's own, or Octavo's."""
        own = config.social_font
        if own and not (self.folder / own).resolve().is_relative_to(self.folder):
            problems.append(outside(own))
            return None
        file = find_file(self.folder, own) if own else find_file(Path(octavo.__file__).parent, FONT)
        if file is None:
            problems.append(unreadable(own, "there is no such file"))
            return None
        source = own or f"octavo:{FONT}"
        self._locations[source] = file.location
        return Asset(source, "", digest(file), file.signature.size)

    def _read_templates(self, own: list[FoundFile], problems: list[Diagnostic]) -> dict[str, str]:
        files = [*find_files(self._theme, "templates", (), problems), *own]
        texts = self._read_texts([file for file in files if file.path.endswith(".jinja")], problems)
        return {path.removeprefix("templates/"): text for path, text in texts.items()}

    def _list_assets(
        self, files: Mapping[str, list[FoundFile]], problems: list[Diagnostic], digest: Digest
    ) -> tuple[Asset, ...]:
        """List what is published as it is; a site's own file replaces the theme's of the same address."""
        theme = find_files(self._theme / "static", "theme", (), problems)
        published = [(f"theme:static/{file.path}", f"/{file.path}", file) for file in theme]
        published += [(file.path, file.path.removeprefix("static"), file) for file in files["static"]]
        published += [
            (file.path, file.path.removeprefix("content"), file)
            for file in files["content"]
            if not file.path.endswith(".md")
        ]
        by_url: dict[str, list[tuple[str, FoundFile]]] = {}
        for source, url, file in published:
            if _has_portable_name(file.path, problems):
                by_url.setdefault(url, []).append((source, file))
        kept = [
            (source, url, file)
            for url, claims in by_url.items()
            for source, file in ([one for one in claims if not one[0].startswith("theme:")] or claims)
        ]
        self._locations |= {source: file.location for source, _, file in kept}
        return tuple(Asset(source, url, digest(file), file.signature.size) for source, url, file in kept)

    def _digest(self, file: FoundFile) -> str:
        known = self._digests.get(file)
        if known is None:
            known = digest_of(Path(file.location).read_bytes())
            self._digests.put(file, known)
        return known

    def _list_sources(self, files: list[FoundFile], problems: list[Diagnostic]) -> tuple[Source, ...]:
        """List the texts that can be read; only those are read that aren't known."""
        sources = []
        for file in files:
            digest = self._digests.get(file) or self._read_source(file)
            if isinstance(digest, Diagnostic):
                problems.append(digest)
            else:
                self._locations[file.path] = file.location
                self._texts_at[file.location] = file.path
                sources.append(Source(file.path, digest))
        return tuple(sources)

    def _read_source(self, file: FoundFile) -> str | Diagnostic:
        """Return the digest of a text, or why it can't be read."""
        try:
            data = Path(file.location).read_bytes()
        except OSError as error:
            return unreadable(file.path, error.strerror)
        text = _decode(file.path, data)
        if isinstance(text, Diagnostic):
            return text
        digest = digest_of(data)
        self._digests.put(file, digest)
        return digest

    def _read_texts(self, files: list[FoundFile], problems: list[Diagnostic]) -> dict[str, str]:
        """Read texts, by path."""
        texts: dict[str, str] = {}
        for file in files:
            text = self._read_text(file)
            if isinstance(text, Diagnostic):
                problems.append(text)
            else:
                texts[file.path] = text
        return texts

    def _read_text(self, file: FoundFile) -> str | Diagnostic:
        known = self._texts.get(file.location)
        if known is None or known[0] != file.signature:
            try:
                text = _decode(file.path, Path(file.location).read_bytes())
            except OSError as error:
                text = unreadable(file.path, error.strerror)
            known = self._texts[file.location] = (file.signature, text)
        return known[1]


def _may_be_included(path: str) -> bool:
    return path.endswith((".md", ".markdown", ".html", ".txt", ".svg", ".csv", ".json", ".js", ".css", ".xml"))


def _is_binary(path: str) -> bool:
    return path.endswith((".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2", ".ttf", ".pdf", ".zip"))


def _has_portable_name(path: str, problems: list[Diagnostic]) -> bool:
    """Tell whether a file can be published under its own name; report it if not.

    On Windows ``\\`` and ``:`` might lead out of the site; in an address ``?`` and ``#`` end the path.
    """
    if any(sign in path for sign in "\\:?#"):
        message, hint = f"'{path}' is not a path inside the site", "give it a name without \\ : ? #"
        problems.append(Diagnostic("path-outside", message, Span(path, 1), hint=hint))
        return False
    return True


def _decode(path: str, data: bytes) -> str | Diagnostic:
    """Return a text in UTF-8, its line ends as ``\\n``, without a byte order mark and what can't be in a page."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(path, data, error.start)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    has_forbidden = len(data.translate(None, CONTROLS)) < len(data) or "\ufffe" in text or "\uffff" in text
    return FORBIDDEN.sub("", text) if has_forbidden else text


def _not_utf8(path: str, data: bytes, place: int) -> Diagnostic:
    before = data[:place]
    line = before.count(b"\n") + 1
    start = before.rfind(b"\n") + 1
    column = len(before[start:].decode(errors="replace")) + 1
    excerpt = data[start:].split(b"\n", 1)[0].decode(errors="replace").rstrip("\r")
    return Diagnostic(
        "encoding-invalid",
        f"byte 0x{data[place]:02x} is not UTF-8",
        Span(path, line, column),
        excerpt,
        "save the file as UTF-8",
    )
