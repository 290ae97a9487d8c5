"""The arguments of jekyll-scholar's tags: citekeys, then flags, each with all that stands before the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from octavo.read.rules.arguments import Problem, Tag
from octavo.read.rules.draft import near_match


class Flag(NamedTuple):
    """A flag: its long name without dashes, and whether it takes a value; ``None`` if it may have one."""

    name: str
    has_value: bool | None = True


#: Every tag takes every flag, as it is in jekyll-scholar, and does nothing with those that don't concern it.
FLAGS: Mapping[str, Flag] = {
    f"-{short}": flag
    for short, flag in {
        "c": Flag("cited", False),
        "C": Flag("cited_in_order", False),
        "A": Flag("suppress_author", False),
        "r": Flag("remove_duplicates", None),
        "f": Flag("file"),
        "q": Flag("query"),
        "h": Flag("bibliography_list_tag"),
        "p": Flag("prefix"),
        "t": Flag("text"),
        "l": Flag("locator"),
        "L": Flag("label"),
        "o": Flag("offset"),
        "m": Flag("max"),
        "s": Flag("style"),
        "g": Flag("group_by"),
        "G": Flag("group_order"),
        "O": Flag("type_order"),
        "T": Flag("template"),
    }.items()
}
NAMES: Mapping[str, Flag] = {
    **FLAGS,
    **{f"--{flag.name}": flag for flag in FLAGS.values()},
    "--clear": Flag("clear", False),
}

_FLAG = re.compile(r"""(?<!\S)(?P<name>--[A-Za-z_][\w-]*|-[A-Za-z](?=[\s=]|$))(?P<equals>=?)""")
_SHORT = re.compile(r"(?<!\S)(?P<name>-[A-Za-z])(?=\S)")
_WORD = re.compile(r"[^\s,]+")
_KEY = re.compile(r"""(?:"[^"]*"|'[^']*'|\{\{.*?\}\}|[^\s,"'])+""")
_QUOTED = re.compile(r"""\s*(?:"[^"]*"|'[^']*')(?=\s|$)""")


class Word(NamedTuple):
    """A stretch of a tag's arguments, without quotes around it, and where it begins in the text of its block."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


class ScholarArguments(NamedTuple):
    """The arguments of a tag: its citekeys, and what its flags say by their long names."""

    keys: tuple[Word, ...]
    flags: Mapping[str, tuple[Word, ...]]

    def has(self, name: str) -> bool:
        """Tell whether a flag is given."""
        return name in self.flags

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a flag."""
        return tuple(word.text for word in self.flags.get(name, ()))

    def last(self, name: str) -> str:
        """Return the value of a flag that counts, or nothing."""
        return self.all(name)[-1] if name in self.flags else ""


def parse_flags(tag: Tag) -> ScholarArguments | Problem:
    """Sort the arguments of a tag: the words before the first flag are citekeys, so are those behind one without value.

    A value may hold white space, ``--query @book[year <= 2000]``; quotes around it are left out.
    """
    pieces = list(_split(tag.arguments))
    keys = list(_keys(tag, 0, pieces[0][0] if pieces else len(tag.arguments)))
    flags: dict[str, tuple[Word, ...]] = {}
    for number, (start, name, after) in enumerate(pieces):
        end = pieces[number + 1][0] if number + 1 < len(pieces) else len(tag.arguments)
        place = tag.arguments_start + start
        flag = NAMES.get(name)
        if flag is None:
            hint = near_match(name, NAMES)
            rest = tag.arguments[:start] + " " * (end - start) + tag.arguments[end:]
            return Problem(f"'{{% {tag.name} %}}' has no option '{name}'", place, place + len(name), hint, rest=rest)
        value = _value(tag, after, end)
        if flag.has_value and not value.text:
            return Problem(f"'{name}' needs a value", place, place + len(name))
        if flag.has_value is False:
            keys += _keys(tag, after, end)
            value = Word("", place)
        flags[flag.name] = (*flags.get(flag.name, ()), value)
    return ScholarArguments(tuple(keys), flags)


def list_words(word: Word) -> tuple[str, ...]:
    """Return the words of a value that is a list: ``year,month``."""
    return tuple(_WORD.findall(word.text))


def _split(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield where each flag begins, its name, and where what follows it begins."""
    place = 0
    while found := _FLAG.search(text, place):
        short = _SHORT.search(text, place)
        if short and short.start() < found.start() and short["name"] in FLAGS:
            found = short
        yield found.start(), found["name"], found.end()
        quoted = _QUOTED.match(text, found.end())
        place = quoted.end() if quoted else found.end()
    short = _SHORT.search(text, place)
    if short and short["name"] in FLAGS:
        yield short.start(), short["name"], short.end()


def _keys(tag: Tag, start: int, end: int) -> Iterator[Word]:
    for found in _KEY.finditer(tag.arguments, start, end):
        text = found[0].strip("\"'")
        if text:
            yield Word(text.strip(), tag.arguments_start + found.start() + found[0].index(text))


def _value(tag: Tag, start: int, end: int) -> Word:
    text = tag.arguments[start:end]
    stripped = text.strip()
    place = tag.arguments_start + start + len(text) - len(text.lstrip())
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'":
        return Word(stripped[1:-1], place + 1)
    return Word(stripped, place)
