"""BibTeX files to a `Bibliography`: pybtex reads, and one bad entry costs one diagnostic and nothing else."""

from __future__ import annotations

import re
from collections import ChainMap, UserDict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import PurePosixPath
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.reference import Bibliography, BibliographySettings, ListedEntry, WrittenEntry
from octavo.model.source import SourceFile, Span

#: Commands that are no entries.
COMMANDS = ("comment", "preamble", "string")

#: Fields that an entry doesn't inherit from the one its ``crossref`` names (biblatex manual, appendix B).
OWN_FIELDS = frozenset(
    "crossref xref xdata ids entryset entrysubtype execute label options presort related relatedoptions relatedstring"
    " relatedtype shorthand shorthandintro sortkey keywords abstract".split(" ")
)

#: In steps from an entry to those it inherits from.
LONGEST_INHERITANCE = 10

#: In characters.
LONGEST_MACRO = 10_000

#: Fields that are called otherwise in what is part of the whole.
INHERITED_NAMES = {"title": "booktitle", "subtitle": "booksubtitle", "shorttitle": ""}
PARTS = ("inbook", "incollection", "inproceedings", "conference", "suppbook", "bookinbook", "inreference")

#: Fields of which each stands for the other, by the name that biblatex prefers.
SAME_FIELDS = {
    "year": "date", "month": "date", "address": "location", "journal": "journaltitle", "school": "institution",
    "archiveprefix": "eprinttype", "key": "sortkey",
}  # fmt: skip

_START = re.compile(r"@[ \t]*([A-Za-z]\w*)[ \t\n]*[{(]")
_STRAY = re.compile(r"^[ \t]*(@[ \t]*(?!comment|preamble)[A-Za-z]+)\b", re.MULTILINE | re.IGNORECASE)
_LINE_START = re.compile(r"^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)
_SPACED_KEY = re.compile(r"@[ \t]*\w+[ \t\n]*[{(]\s*([^\s,={}\"'#%]+(?:[ \t]+[^\s,={}\"'#%]+)+)[ \t]*,")
_KEY = re.compile(r"@[ \t]*\w+[ \t\n]*[{(]\s*([^\s,}]+)")

#: Entries without parts and macros in their values.
_BRACED = r"\{([^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*)\}"
_PLAIN_START = re.compile(
    r"@[ \t]*(?!(?i:comment|preamble|string)[ \t\n]*\{)[A-Za-z][A-Za-z0-9_]*[ \t\n]*\{\s*([^\s,}]+)\s*,"
)
_PLAIN_FIELD = re.compile(rf"\s*([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(?:{_BRACED}|([0-9]+))\s*(?:,|(?=\}}))")
_PLAIN_END = re.compile(r"\s*\}")


class Chunk(NamedTuple):
    """The text of one entry or command, where it starts in its file, and whether its braces match."""

    source: SourceFile
    start: int
    line: int
    text: str
    kind: str
    is_closed: bool


class RawEntry(NamedTuple):
    """An entry as written: its type and the names of its fields in lower case, its values in LaTeX."""

    citekey: str
    kind: str
    fields: Mapping[str, str]
    span: Span
    bibtex: str
    is_broken: bool


class MacroName(str):
    """The name of a macro, where it stands for itself."""

    __slots__ = ()


class Macros(UserDict[str, str]):
    """What ``@string`` defines, whatever the case of a name; a value that is too long is cut, and that is noted.

    Macros are made of macros: ten lines can make a text that no memory holds. Unless the macro ``replaces`` its name,
    the name is all that is kept.
    """

    too_long = False
    replaces = True

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __setitem__(self, name: str, value: str) -> None:
        self.too_long = self.too_long or len(value) > LONGEST_MACRO
        super().__setitem__(name.lower(), value[:LONGEST_MACRO] if self.replaces else MacroName(name))


def parse_bibliography(
    sources: tuple[SourceFile, ...],
    settings: BibliographySettings = BibliographySettings(),  # noqa: B008 - it is frozen
    with_path: bool = False,
) -> Bibliography:
    """Parse all files, in the order of their paths; a macro (``@string``) holds from where it is defined.

    Of entries with one key in a file, the first has it, and the others are reported. ``with_path`` puts the path of
    its file behind each citekey.
    """
    problems: list[Diagnostic] = []
    files: dict[str, list[RawEntry]] = {}
    firsts: dict[tuple[str, str], RawEntry] = {}
    for entry in _read_entries(sources, settings, problems):
        path = entry.span.path
        before = firsts.setdefault((path, entry.citekey), entry)
        if before is not entry:
            problems.append(duplicate_key(entry.citekey, entry.span, before.span))
        if before is entry or settings.keeps_duplicates:
            files.setdefault(path, []).append(entry)
    return Bibliography(tuple(_list_entries(files, with_path, problems)), tuple(problems))


def duplicate_key(key: str, span: Span, before: Span) -> Diagnostic:
    """Report an entry whose key another entry has."""
    message = f"the key '{key}' is taken by the entry at {before.path}:{before.line}"
    return Diagnostic("entry-duplicate", message, span, hint="give it another key")


def _list_entries(
    files: Mapping[str, Sequence[RawEntry]], with_path: bool, problems: list[Diagnostic]
) -> Iterator[ListedEntry]:
    """Yield the entries; one whose key is taken by one before gets a citekey that is unique on the site."""
    taken: set[str] = set()
    by_key = {path: {raw.citekey: raw for raw in reversed(entries)} for path, entries in files.items()}
    everything: ChainMap[str, RawEntry] = ChainMap(*by_key.values())
    for path, entries in files.items():
        library = by_key[path] if len(files) == 1 else everything.new_child(by_key[path])
        for raw in entries:
            if raw.kind == "xdata":
                continue
            citekey, number = f"{raw.citekey}@{path}" if with_path else raw.citekey, 1
            while citekey in taken:
                citekey = f"{raw.citekey}@{PurePosixPath(path).stem}{number if number > 1 else ''}"
                number += 1
            taken.add(citekey)
            yield _listed(raw, citekey, library, problems)


def _read_entries(
    sources: tuple[SourceFile, ...], settings: BibliographySettings, problems: list[Diagnostic]
) -> Iterator[RawEntry]:
    from pybtex.database.input.bibtex import month_names

    macros = Macros({name.lower(): value for name, value in month_names.items()})
    macros.replaces = settings.replaces_strings
    chunks = chain.from_iterable(map(_chunks, sorted(sources, key=lambda one: one.path)))
    for chunk in chunks:
        if chunk.kind in ("comment", "preamble"):
            continue
        if not chunk.kind:
            problems.append(_problem(chunk, f"no brace follows '{chunk.text}', so the entry is not read"))
        elif not chunk.is_closed:
            problems.append(_problem(chunk, "the entry is never closed: its braces don't match"))
        elif entry := _read_chunk(_without_spaces(chunk, problems), macros, settings, problems):
            yield entry
        if macros.too_long:
            problems.append(_problem(chunk, f"a macro may have {LONGEST_MACRO:,} characters, and no more"))
            macros.too_long = False


def _chunks(source: SourceFile) -> Iterator[Chunk]:
    """Cut a file into entries; one whose braces don't match ends where the next line begins an entry.

    What begins like an entry but has no brace is a chunk without kind.
    """
    text, place, line = source.text, 0, 1
    while start := _START.search(text, place):
        yield from _strays(source, place, start.start(), line)
        line += text.count("\n", place, start.start())
        end = _closing(text, start.end() - 1)
        following = _LINE_START.search(text, start.end(), max(end, start.end()) if end >= 0 else len(text))
        is_closed = end >= 0 and (following is None or start[1].lower() == "comment")
        if not is_closed:
            end = following.start() if following else len(text)
        yield Chunk(source, start.start(), line, text[start.start() : end], start[1].lower(), is_closed)
        line += text.count("\n", start.start(), end)
        place = end
    yield from _strays(source, place, len(text), line)


class Stretch(NamedTuple):
    """What stands between entries, the BibTeX behind it with all macros that it knows, and the line it begins on."""

    before: str
    bibtex: str = ""
    line: int = 0


def split_bibtex(text: str) -> Iterator[Stretch]:
    """Cut a text into what is BibTeX and what is not."""
    place, line, before, entries, macros = 0, 0, "", "", ""
    for chunk in filter(lambda one: one.kind, _chunks(SourceFile("", text))):
        between = text[place : chunk.start]
        place = chunk.start + len(chunk.text)
        if entries and between.strip(" \t\n,"):
            yield Stretch(before, macros + entries, line)
            before, entries = "", ""
        before += "" if entries else between
        if chunk.kind == "string":
            macros += chunk.text + "\n"
        elif chunk.kind not in ("comment", "preamble"):
            line = line if entries else chunk.line
            entries += chunk.text + "\n"
    yield Stretch(before, macros + entries if entries else "", line)
    yield Stretch(text[place:])


def _strays(source: SourceFile, start: int, end: int, line: int) -> Iterator[Chunk]:
    for stray in _STRAY.finditer(source.text, start, end):
        before = source.text.count("\n", start, stray.start(1))
        yield Chunk(source, stray.start(1), line + before, stray[1], "", False)


def _closing(text: str, opening: int) -> int:
    """Return the place after the brace that closes the one at ``opening``, or -1."""
    braces = parentheses = 0
    for match in _BRACKET.finditer(text, opening):
        sign = match[0]
        if sign in "{}":
            braces += 1 if sign == "{" else -1
        elif braces == 0 and text[opening] == "(":
            parentheses += 1 if sign == "(" else -1
        if braces <= 0 and parentheses == 0 and sign in "})":
            return match.end()
    return -1


_BRACKET = re.compile(r"[{}()]")


def _without_spaces(chunk: Chunk, problems: list[Diagnostic]) -> Chunk:
    """Put lines in the place of the spaces of a key, which bibtex-ruby takes and BibTeX doesn't."""
    found = _SPACED_KEY.match(chunk.text)
    if not found or chunk.kind == "string":
        return chunk
    key = re.sub(r"[ \t]", "_", found[1])
    problems.append(_problem(chunk, f"a key holds no space: it is read as '{key}'"))
    return chunk._replace(text=chunk.text[: found.start(1)] + key + chunk.text[found.end(1) :])


def read_plain(text: str) -> tuple[str, list[tuple[str, list[str]]]] | None:
    """Return the key and the fields of an entry as pybtex does; nothing if a value is more than braces or a number.

    Nearly all values are no more, and so a large library is read in a fraction of the time.
    """
    start = _PLAIN_START.match(text)
    if not start:
        return None
    fields, place = [], start.end()
    while field := _PLAIN_FIELD.match(text, place):
        name, braced, number = field.groups()
        fields.append((name, [number if braced is None else braced]))
        place = field.end()
    return (start[1], fields) if _PLAIN_END.fullmatch(text, place) else None


def _read_chunk(
    chunk: Chunk, macros: Macros, settings: BibliographySettings, problems: list[Diagnostic]
) -> RawEntry | None:
    from pybtex.database.input.bibtex import LowLevelParser
    from pybtex.exceptions import PybtexError

    if plain := read_plain(chunk.text):
        return _raw(chunk, *plain, settings, False)
    errors: list[Exception] = []
    try:
        parsed = list(LowLevelParser(chunk.text, macros=macros, handle_error=errors.append))
    except (PybtexError, RecursionError) as error:
        errors.append(error)
        parsed = []
    if errors:
        problems.append(_problem(chunk, _in_words(errors[0]), getattr(errors[0], "lineno", 1)))
    if chunk.kind == "string" or not parsed:
        return None
    _, (citekey, fields) = parsed[0]
    return _raw(chunk, citekey, fields, settings, bool(errors)) if citekey else None


def _raw(
    chunk: Chunk,
    citekey: str,
    fields: Sequence[tuple[str, Sequence[str]]],
    settings: BibliographySettings,
    is_broken: bool,
) -> RawEntry:
    values = {name.lower(): _joined(parts, settings.joins_strings) for name, parts in reversed(fields)}
    return RawEntry(citekey, chunk.kind, values, _key_place(chunk), chunk.text, is_broken)


def _joined(parts: Sequence[str], joins: bool) -> str:
    """Return the parts of a value as one, or as they are written, with a sign between them."""
    if joins or len(parts) == 1:
        return "".join(parts)
    return " # ".join(part if isinstance(part, MacroName) else f'"{part}"' for part in parts)


def _listed(entry: RawEntry, citekey: str, library: Mapping[str, RawEntry], problems: list[Diagnostic]) -> ListedEntry:
    inherited = _inherit(entry, library, problems)
    if not entry.is_broken and (missing := _missing(entry, inherited)):
        problems.append(Diagnostic("entry-incomplete", f"'{entry.citekey}' has no {missing}", entry.span))
    in_order = dict.fromkeys((*reversed(list(entry.fields)), *inherited))
    fields = tuple((name, inherited[name]) for name in in_order)
    return ListedEntry(WrittenEntry(citekey, entry.citekey, entry.kind, fields, entry.bibtex), entry.span)


def _missing(entry: RawEntry, fields: Mapping[str, str]) -> str:
    if not fields.get("title"):
        return "title"
    makers = ("author", "editor", "organization", "institution", "publisher", "howpublished", "url", "key")
    return "" if any(fields.get(name) for name in makers) else "author or editor"


def _inherit(entry: RawEntry, library: Mapping[str, RawEntry], problems: list[Diagnostic]) -> dict[str, str]:
    """Return an entry's fields with those it takes from others: ``xdata`` as they are, ``crossref`` renamed."""
    fields = dict(entry.fields)
    given = {SAME_FIELDS.get(name, name) for name, value in fields.items() if value}
    seen: set[str] = set()
    start: tuple[str, ...] = (entry.citekey,)
    waiting = [(entry.kind, name, key, start) for name, key in _parents(fields)]
    while waiting:
        kind, name, key, path = waiting.pop(0)
        parent = library.get(key)
        if parent is None or key in path or len(path) > LONGEST_INHERITANCE:
            said = (
                f"'{key}', which it inherits from, does not exist"
                if parent is None
                else f"it inherits from itself by '{key}'"
                if key in path
                else f"it inherits through more than {LONGEST_INHERITANCE} entries"
            )
            problems.append(Diagnostic("entry-incomplete", f"'{entry.citekey}': {said}", entry.span))
            continue
        if key in seen:
            continue  # inherited from in two ways
        seen.add(key)
        for field, value in parent.fields.items():
            if field in OWN_FIELDS:
                continue
            is_part = name == "crossref" and kind in PARTS
            inherited = INHERITED_NAMES.get(field, field) if is_part else field
            if inherited and SAME_FIELDS.get(inherited, inherited) not in given:
                fields.setdefault(inherited, value)
        given |= {SAME_FIELDS.get(name, name) for name in fields}
        waiting += [(parent.kind, name, above, (*path, key)) for name, above in _parents(parent.fields)]
    return fields


def _parents(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("xdata", "crossref"):
        yield from ((name, key.strip()) for key in fields.get(name, "").split(",") if key.strip())


def _key_place(chunk: Chunk) -> Span:
    match = _KEY.match(chunk.text)
    return _span(chunk, match.start(1), len(match[1])) if match else _span(chunk, 0, 1)


def _span(chunk: Chunk, offset: int, width: int) -> Span:
    place = chunk.start + offset
    line = chunk.line + chunk.text.count("\n", 0, offset)
    return Span(chunk.source.path, line, place - chunk.source.text.rfind("\n", 0, place), width)


def _problem(chunk: Chunk, message: str, line: int = 1) -> Diagnostic:
    """Return the diagnostic of an entry; ``line`` counts from its first."""
    if line <= 1:
        return Diagnostic("bibtex-invalid", message, _key_place(chunk))
    lines = chunk.text.split("\n")
    offset = sum(len(one) + 1 for one in lines[: line - 1])
    culprit = lines[min(line, len(lines)) - 1]
    indent = len(culprit) - len(culprit.lstrip())
    return Diagnostic("bibtex-invalid", message, _span(chunk, offset + indent, max(1, len(culprit.strip()))))


def _in_words(error: Exception) -> str:
    """Return pybtex's message without the file and line that the diagnostic has itself."""
    message = str(error.args[0]) if error.args else str(error) or type(error).__name__
    if getattr(error, "error_type", "") == "undefined string":
        return f"the macro '{message}' is not defined"
    return re.sub(r"^syntax error in line \d+: ", "", message)
