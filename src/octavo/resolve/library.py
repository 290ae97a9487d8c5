"""The library: the entries of all bibliographies, and which of them a tag means by the files it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, ReferenceList
from octavo.model.packing import encoded
from octavo.model.reference import Bibliography, BibliographySettings, Entry, ListedEntry, PackedItem
from octavo.model.scholar import ScholarConfig
from octavo.model.source import SourceFile
from octavo.read.bibtex import duplicate_key, parse_bibliography
from octavo.read.csl_json import entry_of
from octavo.read.patterns import path_pattern

#: Stands between the path of a note and the place of a list that brings entries along.
BESIDE = "#"

#: The name of all bibliographies of a site.
EVERYTHING = "**"


class Shelf(NamedTuple):
    """The entries of some files: their citekeys by the keys that the entries themselves have, and all in their order.

    Of entries with one key, the first has it. ``places`` has the place of each in that order.
    """

    by_key: Mapping[str, str]
    citekeys: tuple[str, ...]
    places: Mapping[str, int]


def entries_shown(
    listed: Sequence[ListedEntry], documents: Iterable[Document], config: ScholarConfig
) -> Sequence[ListedEntry]:
    """Return the entries that documents, their tables of facts filled, or pages of works show; no others are needed."""
    if config.has_details:
        return listed
    named: set[str] = set()
    for document in documents:
        lists = document.reference_lists
        if not all(one.cited_only or one.items for one in lists):
            return listed
        for items in (*(one.items for one in document.citations), *(one.items for one in lists)):
            named.update(item.citekey for item in items)
    return [one for one in listed if one.written.key in named]


class Library:
    """All entries of a site by their citekeys, which are unique: as they are ``listed``, and those that it shows."""

    def __init__(self, listed: Iterable[ListedEntry], shown: Iterable[Entry]) -> None:
        self.entries: Mapping[str, Entry] = {entry.citekey: entry for entry in shown}
        self.listed: Mapping[str, ListedEntry] = {one.written.citekey: one for one in listed}
        self._files: dict[str, list[ListedEntry]] = {}
        for one in self.listed.values():
            self._files.setdefault(one.span.path, []).append(one)
        self._packed: dict[str, PackedItem] = {}
        self._shelves: dict[tuple[str, tuple[str, ...]], Shelf] = {}
        self._everything = _shelf(entry for path in self.files for entry in self._files[path])

    def packed(self, citekey: str) -> PackedItem:
        """Return what an entry says, packed."""
        known = self._packed.get(citekey)
        if known is None:
            known = self._packed[citekey] = PackedItem(citekey, msgspec.Raw(encoded(self.entries[citekey].item)))
        return known

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the bibliographies."""
        return tuple(path for path in self._files if BESIDE not in path)

    def shelf(self, config: ScholarConfig, files: tuple[str, ...] = ()) -> Shelf:
        """Return the entries of the files that a tag names, or else of those of the configuration."""
        names = files or (config.bibliography,)
        if names == (EVERYTHING,):
            return self._everything
        known = self._shelves.get((config.source, names))
        if known is None:
            paths = (path for name in names for path in self.find(config, name))
            known = _shelf(entry for path in dict.fromkeys(paths) for entry in self._files[path])
            self._shelves[config.source, names] = known
        return known

    def find(self, config: ScholarConfig, name: str) -> tuple[str, ...]:
        """Return the files of a name: in the folder of the configuration, ``.bib`` left out or not, with wild cards."""
        wanted = _normal(f"{config.source}/{name}")
        matches = path_pattern(wanted).fullmatch
        with_ending = path_pattern(f"{wanted}.bib").fullmatch
        return tuple(path for path in self.files if matches(path) or with_ending(path))

    def shelf_within(self, document: Document, place: int) -> Shelf:
        """Return the entries that a document's list at ``place`` brings along."""
        return _shelf(self._files.get(f"{document.path}{BESIDE}{place}", ()))

    def unknown_file(self, config: ScholarConfig, files: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the first of some names that no file has, and a hint, if there is one."""
        for name in files:
            if not self.find(config, name):
                start = _normal(config.source) + "/"
                names = [path.removeprefix(start) for path in self.files]
                near = get_close_matches(name, names, n=1) or get_close_matches(f"{name}.bib", names, n=1)
                return name, f"did you mean '{near[0]}'?" if near else f"there are {', '.join(names) or 'none'}"
        return None

    def hint(self, citekey: str, shelf: Shelf) -> str:
        """Return which keys of a shelf one that it lacks is like."""
        folded = {key.casefold(): key for key in shelf.by_key}
        near = get_close_matches(citekey.casefold(), folded, n=3)
        return "did you mean " + " or ".join(f"'{folded[key]}'" for key in near) + "?" if near else ""


def library_of(
    bibliography: Bibliography,
    shown: Sequence[Entry],
    settings: BibliographySettings,
    *within: Sequence[ListedEntry],
) -> Library:
    """Make the library of a site's bibliographies, and of the entries that its notes bring along."""
    brought = tuple(chain(*within))
    return Library((*bibliography.entries, *brought), (*shown, *understand(brought, settings)))


def understand(listed: Iterable[ListedEntry], settings: BibliographySettings) -> tuple[Entry, ...]:
    """Return entries understood."""
    return tuple(entry_of(one.written, settings) for one in listed)


def entries_within(
    path: str, lists: Sequence[ReferenceList], settings: BibliographySettings
) -> tuple[ListedEntry, ...]:
    """Return the entries that stand in the document at a path itself, between ``bibtex`` and ``endbibtex``."""
    return tuple(
        entry
        for place, listed in enumerate(lists)
        if listed.bibtex
        for entry in parse_bibliography((SourceFile(f"{path}{BESIDE}{place}", listed.bibtex),), settings, True).entries
    )


def shared_keys(library: Library, config: ScholarConfig) -> Iterable[Diagnostic]:
    """Report entries of the site's bibliography whose key an entry in another file has."""
    first: dict[str, ListedEntry] = {}
    for citekey in library.shelf(config).citekeys:
        entry = library.listed[citekey]
        before = first.setdefault(entry.written.key, entry)
        if before is not entry:
            yield duplicate_key(entry.written.key, entry.span, before.span)


def _shelf(entries: Iterable[ListedEntry]) -> Shelf:
    written = tuple(entry.written for entry in entries)
    by_key = {entry.key: entry.citekey for entry in reversed(written)}
    places = {entry.citekey: place for place, entry in enumerate(written)}
    return Shelf(by_key, tuple(places), places)


@lru_cache(maxsize=64)  # a few names, on every page
def _normal(path: str) -> str:
    return str(PurePosixPath(path)).removeprefix("./")
