"""A site's folder, read: notes, bibliographies, templates, files and configuration, with all that can't be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.site import STYLESHEET, Inputs, SiteConfig
from octavo.model.source import Asset, Source
from octavo.read.config import parse_config
from octavo.world.digests import FileDigests
from octavo.world.files import (
    FoundFile,
    find_config,
    find_file,
    find_files,
    find_visible,
    is_hidden,
    is_jekyll_by,
    outside,
    unreadable,
)
from octavo.world.fingerprint import read_fingerprint
from octavo.world.texts import ChangedError, SiteFiles, decode, has_portable_name
from octavo.world.theme import Digest, find_font, read_templates, theme_folder

if TYPE_CHECKING:
    from octavo.world.jekyll_site import JekyllReader

#: In characters: so much of the end of a file's name is looked for before the whole.
LENGTH_OF_END = 8

FOLDERS = ("content", "bibliography", "templates", "static")


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
        self._files = SiteFiles(digests or FileDigests())

    @cached_property
    def _fingerprint(self) -> str:
        return read_fingerprint(self._files.digest)

    def read(self) -> Inputs:
        """Read all that the site is made of; what can't be read is a diagnostic."""
        if jekyll := self._jekyll:
            return jekyll.read(self._fingerprint)
        problems: list[Diagnostic] = []
        config = self.read_config(problems)
        files = {name: list(find_files(self.folder, name, config.exclude, problems)) for name in FOLDERS}
        return self._inputs(config, files, problems, self._files.digest)

    @property
    def is_jekyll(self) -> bool:
        """Whether the folder is one of a Jekyll site, and nothing makes it a native one."""
        return self._jekyll is not None

    @property
    def _jekyll(self) -> JekyllReader | None:
        """The reader of the folder if it is one of a Jekyll site, and nothing makes it a native one."""
        name = is_jekyll_by(self.folder)
        if not name:
            return None
        from octavo.world.jekyll_site import JekyllReader  # other sites need nothing of it

        return JekyllReader(self.folder, name, self.overrides, self._files)

    def read_again(self, inputs: Inputs, changed: Collection[str]) -> Inputs:
        """Read what has ``changed`` (locations of files) since these inputs were read.

        That is quick for the texts of notes and bibliographies; for all else the whole site is read, and so is one of
        Jekyll's, where a front matter decides whether a file is a note.
        """
        if self.is_jekyll:
            return self.read()
        sources: dict[str, Source] = {}
        for location in changed:
            path = self._files.paths.get(location, "")
            file = find_visible(self.folder, path)
            digest = self._files.read_source(file) if file else None
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
        note = None if self._jekyll else find_visible(self.folder, path)  # pages of Jekyll's depend on each other
        if note is None:
            return None
        return self._read_alone([note], Path(note.location).read_text(encoding="utf-8", errors="replace"))

    def read_without_notes(self) -> Inputs | None:
        """Read a site as if it had no note, or nothing if it is one of Jekyll's."""
        return None if self._jekyll else self._read_alone([], "")

    def _read_alone(self, notes: list[FoundFile], text: str) -> Inputs:
        """Read a site as if it had these notes, and of its files only those that the text names."""
        problems: list[Diagnostic] = []
        config = self.read_config(problems)
        ends = {text[start : start + LENGTH_OF_END] for start in range(len(text))}  # to look for each name takes longer

        def is_named(name: str) -> bool:
            return (len(name) < LENGTH_OF_END or name[-LENGTH_OF_END:] in ends) and name in text

        def is_of_no_use(path: str, name: str, is_folder: bool) -> bool:
            is_asset = path.startswith("static/") and not is_folder and path != f"static{STYLESHEET}"
            return is_hidden(path, name) or (is_asset and not is_named(name))

        others = {
            name: list(find_files(self.folder, name, config.exclude, problems, is_of_no_use)) for name in FOLDERS[1:]
        }
        return self._inputs(config, {"content": notes, **others}, problems, self._files.known_digest)

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
            notes=self._files.list_sources(notes, problems),
            bibliographies=self._files.list_sources(
                [file for file in files["bibliography"] if file.path.endswith(".bib")], problems
            ),
            templates=read_templates(files["templates"], self._files, problems),
            assets=self._list_assets(files, problems, digest),
            styles=self._read_styles(files["bibliography"], config, problems),
            social_font=find_font(self.folder, config.social_font, self._files, digest, problems),
            diagnostics=tuple(problems),
            fingerprint=self._fingerprint,
        )

    def read_asset(self, asset: Asset) -> bytes:
        """Return the bytes of an asset. Raises `ChangedError`."""
        return self._files.read(asset.source, asset.digest)

    def read_file(self, path: str) -> bytes:
        """Return the bytes of what inputs name by its path. Raises `OSError`."""
        return self._files.read(path)

    def read_text(self, source: Source) -> str:
        """Return the text of a note or bibliography. Raises `ChangedError`."""
        text = decode(source.path, self._files.read(source.path, source.digest))
        if isinstance(text, Diagnostic):
            raise ChangedError(source.path)
        return text

    def read_config(self, problems: list[Diagnostic] | None = None) -> SiteConfig:
        """Read the configuration; its ``problems`` are added to the list, if there is one."""
        if jekyll := self._jekyll:
            return jekyll.read_config(problems if problems is not None else [])
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
        text = self._files.read_text(file) if file else unreadable(name, "it is not a file")
        return (SiteConfig(), (text,)) if isinstance(text, Diagnostic) else parse_config(text, name, table)

    def _read_styles(self, found: list[FoundFile], config: SiteConfig, problems: list[Diagnostic]) -> dict[str, str]:
        """Read the CSL styles of the site: those beside the bibliographies, and the one of the configuration."""
        files = [file for file in found if file.path.endswith(".csl")]
        if config.style.endswith(".csl") and config.style not in {file.path for file in files}:
            if not (self.folder / config.style).resolve().is_relative_to(self.folder):
                problems.append(outside(config.style))
            elif file := find_file(self.folder, config.style):
                files.append(file)
        return self._files.read_texts(files, problems)

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
            if has_portable_name(file.path, problems):
                by_url.setdefault(url, []).append((source, file))
        kept = [
            (source, url, file)
            for url, claims in by_url.items()
            for source, file in ([one for one in claims if not one[0].startswith("theme:")] or claims)
        ]
        self._files.locations |= {source: file.location for source, _, file in kept}
        return tuple(Asset(source, url, digest(file), file.signature.size) for source, url, file in kept)
