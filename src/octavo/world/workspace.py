"""A site's folder, read: notes, bibliographies, templates, files and configuration, with all that can't be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

import octavo
from octavo.memo import digest_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Asset, SourceFile, Span
from octavo.read.config import parse_config
from octavo.world.fingerprint import read_fingerprint

#: The files that may hold the configuration, the first that does wins, with the TOML table it is in.
CONFIG_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (("octavo.toml", ()), ("pyproject.toml", ("tool", "octavo")))

FOLDERS = ("content", "bibliography", "templates", "static")


class Signature(NamedTuple):
    """What must be the same for a file to be taken as unchanged without reading it."""

    size: int
    modified: int
    inode: int


class FoundFile(NamedTuple):
    """A file of the site: its path relative to the site (or the theme), where it is, and its signature."""

    path: str
    location: Path
    signature: Signature


def theme_folder() -> Path:
    """Return where the default theme is: inside the installed package, or at the top of a checkout."""
    package = Path(octavo.__file__).parent
    installed = package / "theme"
    return installed if installed.is_dir() else package.parent.parent


def find_config(folder: Path) -> tuple[Path, tuple[str, ...]] | None:
    """Return the file that configures the site in a folder, and the table it is in."""
    for name, table in CONFIG_FILES:
        path = folder / name
        if path.is_file() and (not table or "[tool.octavo" in path.read_text(encoding="utf-8", errors="replace")):
            return path, table
    return None


class Workspace:
    """A site's folder. Reading it again reads only the files that have changed.

    ``overrides`` replace values of the configuration.
    """

    def __init__(self, folder: Path, overrides: Mapping[str, Any] | None = None) -> None:
        self._folder = folder.resolve()
        self._theme = theme_folder()
        self._overrides = dict(overrides or {})
        self._texts: dict[Path, tuple[Signature, str | Diagnostic]] = {}
        self._sources: dict[Path, SourceFile] = {}
        self._digests: dict[Path, tuple[Signature, str]] = {}
        self._locations: dict[str, Path] = {}
        self._fingerprint = read_fingerprint()

    def read(self) -> Inputs:
        """Read all that the site is made of; what can't be read is a diagnostic."""
        problems: list[Diagnostic] = []
        config = self.read_config(problems)
        files = {name: list(self._find(self._folder, name, config, problems)) for name in FOLDERS}
        notes = [file for file in files["content"] if file.path.endswith(".md")]
        if not notes:
            problems.append(
                Diagnostic(
                    "content-missing",
                    f"there is no note in {self._folder / 'content'}",
                    hint="write content/index.md, or start with: octavo new DIR",
                )
            )
        return Inputs(
            config=config,
            notes=self._read_texts(notes, problems),
            bibliographies=self._read_texts(
                [file for file in files["bibliography"] if file.path.endswith(".bib")], problems
            ),
            templates=self._read_templates(files["templates"], config, problems),
            assets=self._list_assets(files, config, problems),
            style_xml=self._read_style(config, problems),
            diagnostics=tuple(problems),
            fingerprint=self._fingerprint,
        )

    def read_asset(self, asset: Asset) -> bytes:
        """Return the bytes of an asset."""
        return self._locations[asset.source].read_bytes()

    def read_config(self, problems: list[Diagnostic] | None = None) -> SiteConfig:
        """Read the configuration; its ``problems`` are added to the list, if there is one."""
        config, found = self._parse_config()
        if problems is not None:
            problems.extend(found)
        return msgspec.structs.replace(config, **self._overrides)

    def _parse_config(self) -> tuple[SiteConfig, tuple[Diagnostic, ...]]:
        found = find_config(self._folder)
        if found is None:
            return SiteConfig(), ()
        path, table = found
        text = self._read_text(FoundFile(path.name, path, _signature(path)))
        return (SiteConfig(), (text,)) if isinstance(text, Diagnostic) else parse_config(text, path.name, table)

    def _read_style(self, config: SiteConfig, problems: list[Diagnostic]) -> str:
        if not config.style.endswith(".csl"):
            return ""
        location = (self._folder / config.style).resolve()
        if not location.is_relative_to(self._folder):
            problems.append(_outside(config.style))
            return ""
        if not location.is_file():
            problems.append(Diagnostic("style-unknown", f"there is no file '{config.style}'"))
            return ""
        text = self._read_text(FoundFile(config.style, location, _signature(location)))
        if isinstance(text, Diagnostic):
            problems.append(text)
            return ""
        return text

    def _read_templates(self, own: list[FoundFile], config: SiteConfig, problems: list[Diagnostic]) -> dict[str, str]:
        files = [*self._find(self._theme, "templates", config, problems), *own]
        texts = self._read_texts([file for file in files if file.path.endswith(".jinja")], problems)
        return {source.path.removeprefix("templates/"): source.text for source in texts}

    def _list_assets(
        self, files: Mapping[str, list[FoundFile]], config: SiteConfig, problems: list[Diagnostic]
    ) -> tuple[Asset, ...]:
        """List what is published as it is; a site's own file replaces the theme's of the same address."""
        theme_config = SiteConfig(output=config.output)
        theme = list(self._find(self._theme / "static", "theme", theme_config, problems))
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
        self._locations = {source: file.location for source, _, file in kept}
        return tuple(Asset(source, url, self._digest(file), file.signature.size) for source, url, file in kept)

    def _digest(self, file: FoundFile) -> str:
        known = self._digests.get(file.location)
        if known is None or known[0] != file.signature:
            known = self._digests[file.location] = (file.signature, digest_of(file.location.read_bytes()))
        return known[1]

    def _read_texts(self, files: list[FoundFile], problems: list[Diagnostic]) -> tuple[SourceFile, ...]:
        sources = []
        for file in files:
            text = self._read_text(file)
            if isinstance(text, Diagnostic):
                problems.append(text)
            else:
                known = self._sources.get(file.location)
                if known is None or known.text is not text:
                    known = self._sources[file.location] = SourceFile(file.path, text)
                sources.append(known)
        return tuple(sources)

    def _read_text(self, file: FoundFile) -> str | Diagnostic:
        known = self._texts.get(file.location)
        if known is None or known[0] != file.signature:
            known = self._texts[file.location] = (file.signature, _decode(file))
        return known[1]

    def _find(self, root: Path, name: str, config: SiteConfig, problems: list[Diagnostic]) -> Iterator[FoundFile]:
        """Yield the files below a folder in the order of their paths, whatever the order on disk."""
        start = root / name
        site = root.resolve()
        if start.is_symlink() and not _may_follow(start, name, site, problems):
            return
        found = sorted(_walk(start, name, (site,), problems)) if start.is_dir() else []
        for file in found:
            if not any(fnmatch(file.path, pattern) for pattern in config.exclude):
                yield file


def _walk(folder: Path, path: str, above: tuple[Path, ...], problems: list[Diagnostic]) -> Iterator[FoundFile]:
    """Yield all files below a folder but hidden and private ones.

    ``path`` is the folder's own, relative to the site; ``above`` are the real folders it lies in, the site's first.
    """
    real = folder.resolve()
    if real in above:
        problems.append(Diagnostic("symlink-loop", f"'{path}' leads back to a folder it lies in", Span(path, 1)))
        return
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        problems.append(_unreadable(path, error.strerror))
        return
    for entry in entries:
        location, below = Path(entry.path), f"{path}/{entry.name}"
        if entry.name.startswith((".", "_")) or entry.name.endswith("~") or not _has_utf8_name(below, problems):
            continue
        if entry.is_symlink() and not _may_follow(location, below, above[0], problems):
            continue
        if entry.is_dir():
            yield from _walk(location, below, (*above, real), problems)
        elif entry.is_file():
            yield FoundFile(below, location, _signature(location))
        else:
            problems.append(_unreadable(below, "neither a file nor a folder"))


def _has_utf8_name(path: str, problems: list[Diagnostic]) -> bool:
    """Tell whether a path can be an address; report it if not. Linux allows any bytes in a name."""
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = path.encode(errors="replace").decode()
        problems.append(Diagnostic("encoding-invalid", f"the name '{shown}' is not UTF-8", Span(shown, 1)))
        return False
    return True


def _has_portable_name(path: str, problems: list[Diagnostic]) -> bool:
    """Tell whether a file can be published under its own name; report it if not: on Windows it might lead out."""
    if "\\" in path or ":" in path:
        message, hint = f"'{path}' is not a path inside the site", "give it a name without \\ and :"
        problems.append(Diagnostic("path-outside", message, Span(path, 1), hint=hint))
        return False
    return True


def _may_follow(link: Path, path: str, site: Path, problems: list[Diagnostic]) -> bool:
    """Tell whether a symbolic link leads to something of the site that isn't hidden; report it if not."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # Python before 3.13 raises RuntimeError for a loop
        problems.append(Diagnostic("symlink-loop", f"the link '{path}' leads nowhere or to itself", Span(path, 1)))
        return False
    if not target.is_relative_to(site):
        problems.append(_outside(path))
        return False
    inside = target.relative_to(site)
    if any(part.startswith(".") for part in inside.parts):
        message = f"'{path}' leads to '{inside.as_posix()}', which is hidden"
        problems.append(Diagnostic("path-outside", message, Span(path, 1), hint="hidden files are not published"))
        return False
    return True


def _unreadable(path: str, reason: str | None) -> Diagnostic:
    return Diagnostic("file-unreadable", f"cannot read '{path}': {reason}", Span(path, 1))


def _outside(path: str) -> Diagnostic:
    hint = "copy what it points to into the site"
    return Diagnostic("path-outside", f"'{path}' leads out of the site", Span(path, 1), hint=hint)


def _signature(path: Path) -> Signature:
    status = path.stat()
    return Signature(status.st_size, status.st_mtime_ns, status.st_ino)


def _decode(file: FoundFile) -> str | Diagnostic:
    """Read a text in UTF-8, its line ends as ``\\n`` and without a byte order mark."""
    try:
        data = file.location.read_bytes()
    except OSError as error:
        return _unreadable(file.path, error.strerror)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(file.path, data, error.start)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


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
