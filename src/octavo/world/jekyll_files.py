"""The folder of a site written for Jekyll: its files, sorted into documents, templates, data and what is copied."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.jekyll import CONFIG_NAMES
from octavo.model.source import SourceFile, Span
from octavo.read.jekyll.config import EntryFilter, entry_filter, folder_of
from octavo.read.jekyll.documents import DRAFTS_FOLDER, is_post_name
from octavo.read.jekyll.heads import has_front_matter
from octavo.world.files import FoundFile, find_files, jekyll_config_name

#: What a text may be called that others include from beside them.
TEXTS = (".md", ".markdown", ".html", ".txt", ".svg", ".csv", ".json", ".js", ".css", ".xml")

#: How many bytes tell whether a file has a front matter.
START = 16

#: The ends of names of files that are no texts.
BINARY = tuple(
    ".png .jpg .jpeg .gif .webp .ico .bmp .tif .tiff .woff .woff2 .ttf .otf .eot .pdf .zip .gz .mp3 .mp4 .mov".split()
)


class FolderFiles(NamedTuple):
    """The files of a folder by what Jekyll does with them; paths are relative to the site's folder.

    ``private`` are texts that are published by no name of their own: those that others may include from beside them.
    """

    documents: tuple[FoundFile, ...]
    static: tuple[FoundFile, ...]
    private: tuple[FoundFile, ...]
    includes: tuple[FoundFile, ...]
    layouts: tuple[FoundFile, ...]
    data: tuple[FoundFile, ...]
    plugins: tuple[FoundFile, ...]


def jekyll_config_text(folder: Path) -> SourceFile:
    """Return the text of the configuration of a Jekyll site. Raises `OSError`."""
    name = jekyll_config_name(folder)
    return SourceFile(name, (folder / name).read_text(encoding="utf-8-sig", errors="replace"))


def source_of(config: Mapping[str, Json]) -> str:
    """Return the folder that a site's texts are in, relative to the site's own, empty if it is that."""
    source = posixpath.normpath(str(config["source"]).strip("/") or ".")
    return "" if source == "." or source.startswith("..") else source


def find_folder(folder: Path, config: Mapping[str, Json], with_drafts: bool, problems: list[Diagnostic]) -> FolderFiles:
    """Find the files of a site, in the order of their paths."""
    finder = _Finder(folder, config, with_drafts, problems)
    found = list(find_files(folder, finder.source, (), problems, finder.leaves_out))
    documents = [file for file in found if finder.is_document(file)]
    chosen = {file.path for file in documents}
    return FolderFiles(
        documents=tuple(documents),
        static=tuple(file for file in found if file.path not in chosen and finder.is_static(file)),
        private=tuple(file for file in finder.private() if file.path not in chosen),
        includes=finder.below("includes_dir"),
        layouts=finder.below("layouts_dir"),
        data=finder.below("data_dir"),
        plugins=finder.below("plugins_dir"),
    )


class _Finder:
    def __init__(self, folder: Path, config: Mapping[str, Json], with_drafts: bool, problems: list[Diagnostic]) -> None:
        self._folder, self._config, self._problems = folder, config, problems
        self._filter: EntryFilter = entry_filter(config)
        self._with_drafts = with_drafts
        self.source = source_of(config)
        self._collections_dir = str(config["collections_dir"]).strip("/")
        self._collections = {f"_{label}" for label in config["collections"]} - {"_posts"}
        self._special = {
            folder_of(config, self.source, name) for name in ("includes_dir", "layouts_dir", "data_dir", "plugins_dir")
        }
        self._output = posixpath.normpath(str(config["destination"]).strip("/"))

    def _relative(self, path: str) -> str:
        return path.removeprefix(f"{self.source}/") if self.source else path

    def leaves_out(self, path: str, name: str, is_folder: bool) -> bool:
        """Tell whether Jekyll leaves a file or folder out, or reads it as something other than a page."""
        relative = self._relative(path)
        if path in self._special or path == self._output or name in CONFIG_NAMES or name == ".git":
            return True
        if is_folder and self._is_magic(relative, name):
            return self._filter.excludes(relative, True)
        return self._filter.leaves_out(relative, is_folder)

    def _is_magic(self, relative: str, name: str) -> bool:
        """Tell whether a folder is one of a collection, of posts or of drafts."""
        above = posixpath.dirname(relative)
        if name in self._collections:
            return above == self._collections_dir
        if name == DRAFTS_FOLDER and not self._with_drafts:
            return False
        return name in ("_posts", DRAFTS_FOLDER) and (not self._collections_dir or above == self._collections_dir)

    def is_document(self, file: FoundFile) -> bool:
        """Tell whether a file is one that is rendered: a post by its name, any other by its front matter."""
        parts = self._relative(file.path).split("/")
        if "_posts" in parts[:-1]:
            return is_post_name(file.path) and not is_binary(file.path)
        if DRAFTS_FOLDER in parts[:-1]:
            return "." in parts[-1] and not is_binary(file.path)
        try:
            with Path(file.location).open("rb") as opened:
                return has_front_matter(opened.read(START))
        except OSError:
            return False

    def is_static(self, file: FoundFile) -> bool:
        """Tell whether a file is copied: none of the posts, and of a collection's only if it is published."""
        parts = self._relative(file.path).split("/")
        if {"_posts", DRAFTS_FOLDER} & set(parts[:-1]):
            return False
        label = collection_of(self._relative(file.path), self._config)
        return not label or bool(self._config["collections"].get(label, {}).get("output"))

    def private(self) -> Iterator[FoundFile]:
        """Yield the texts that are left out for the ``_`` at the beginning of a name, or by the configuration."""
        for file in find_files(self._folder, self.source, (), [], self._is_no_text):
            relative = self._relative(file.path)
            if file.path.endswith(TEXTS) and ("/_" in f"/{relative}" or self._filter.excludes(relative, False)):
                yield file

    def _is_no_text(self, path: str, name: str, is_folder: bool) -> bool:
        if path in self._special or path == self._output or name.startswith((".", "#", "~")) or name in CONFIG_NAMES:
            return True
        return is_folder and self._filter.excludes(self._relative(path), True)

    def below(self, key: str) -> tuple[FoundFile, ...]:
        """Return the files of one of the folders that templates and data are in."""
        path = folder_of(self._config, self.source, key)
        return tuple(find_files(self._folder, path, (), self._problems, lambda _, name, __: name.startswith(".")))


def is_binary(path: str) -> bool:
    """Tell whether a file is no text by its name; Jekyll passes over such files among texts."""
    return path.lower().endswith(BINARY)


def collection_of(relative: str, config: Mapping[str, Json]) -> str:
    """Return the label of the collection that a file lies in, or nothing."""
    collections_dir = str(config["collections_dir"]).strip("/")
    below = relative.removeprefix(f"{collections_dir}/") if collections_dir else relative
    first = below.split("/")[0]
    return first[1:] if first.startswith("_") and first[1:] in config["collections"] and "/" in below else ""


def static_url(relative: str, config: Mapping[str, Json]) -> str:
    """Return where a file is published that is copied: that of a collection without its underscore."""
    label = collection_of(relative, config)
    if not label:
        return f"/{relative}"
    collections_dir = str(config["collections_dir"]).strip("/")
    below = relative.removeprefix(f"{collections_dir}/") if collections_dir else relative
    return f"/{label}/{below.partition('/')[2]}"


def build_moment(environment: Mapping[str, str]) -> str:
    """Return the moment that a build takes for now: SOURCE_DATE_EPOCH, or the end of today."""
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC).isoformat()
    return datetime.now(UTC).replace(hour=23, minute=59, second=59, microsecond=0).isoformat()


def bundled_includes() -> dict[str, str]:
    """Return Octavo's own versions of what themes that are gems let their sites include, by name."""
    folder = files("octavo") / "read" / "liquid" / "includes"
    return {file.name: file.read_text("utf-8") for file in sorted(folder.iterdir(), key=lambda one: one.name)}


def plugin_problems(plugins: tuple[FoundFile, ...]) -> tuple[Diagnostic, ...]:
    """Tell of the code of a site, which is never run."""
    return tuple(
        Diagnostic("code-not-run", f"'{file.path}' is code that Octavo doesn't run", Span(file.path, 1))
        for file in plugins
        if file.path.endswith(".rb")
    )
