"""The options of a block of code, in a fence's info string or an attribute list: title, line numbers, marked lines.

The spellings are those of Pandoc and Quarto, of Python-Markdown (Material for MkDocs), of Docusaurus and Starlight, of
Prism, and of Jekyll's ``{% highlight %}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from octavo.model.document import Attributes
from octavo.read.rules.draft import near_match

#: The option that each spelling (in lower case) means.
NAMES = {
    **dict.fromkeys(("title", "filename"), "title"),
    **dict.fromkeys(("linenos", "linenums", "line-numbers", "numberlines", "showlinenumbers"), "numbers"),
    **dict.fromkeys(("data-start", "startfrom", "startlinenumber"), "numbers"),
    **dict.fromkeys(("hl_lines", "data-line", "mark_lines"), "lines"),
}
HINT = 'the options are title="…", linenos and hl_lines="…"'

LANGUAGE_CLASS = "language-"

ITEM = re.compile(
    r"""
    \{(?P<lines>[\d\s,-]*\d[\d\s,-]*)\}
  | (?P<key>[A-Za-z][\w-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'{}]+))
  | \.(?P<class>[A-Za-z][\w-]*)
  | \#(?P<id>\w[\w:-]*)
  | (?P<word>[^\s{}]+)
    """,
    re.VERBOSE,
)
RANGE = re.compile(r"(?P<first>\d{1,6})(?:-(?P<last>\d{1,6}))?")

#: Values of an option for line numbers that switch them on, and off.
ON, OFF = ("", "true", "inline", "table"), ("false", "none")


class Option(NamedTuple):
    """An option as written: its name in lower case, its value, and its text."""

    name: str
    value: str
    text: str


class OptionProblem(NamedTuple):
    """What is wrong with an option, and the text that is."""

    message: str
    text: str
    hint: str = ""


class CodeOptions(NamedTuple):
    """What is said of a block of code; ``first_line`` is the number of its first line, 0 without line numbers.

    ``highlighted`` are lines of the block, counted from 1; ``attributes`` those that are no options.
    """

    language: str
    title: str
    first_line: int
    highlighted: tuple[int, ...]
    attributes: Attributes
    problems: tuple[OptionProblem, ...]


def parse_code_options(info: str, of_list: Attributes, lines: int) -> CodeOptions:
    """Read an info string and an attribute list; ``lines`` is how many the block has."""
    language, identifier, classes, written = _parse_info(info)
    named = [name for name in of_list.classes if name.startswith(LANGUAGE_CLASS)]
    classes += [name for name in of_list.classes if name not in named and name.lower() not in NAMES]
    written += [Option(name.lower(), "", name) for name in of_list.classes if name.lower() in NAMES]
    written += [Option(name, value, f"{name}=") for name, value in of_list.pairs if name in NAMES]
    title, first_line, highlighted = "", 0, set[int]()
    problems: list[OptionProblem] = []
    for option in written:
        match NAMES.get(option.name):
            case "title":
                title = option.value
            case "numbers":
                first_line = _first_line(option, first_line, problems)
            case "lines":
                highlighted.update(_lines(option, lines, problems))
            case _:
                hint = near_match(option.name, NAMES) or HINT
                problems.append(OptionProblem(f"a block of code has no option '{option.name}'", option.text, hint))
    return CodeOptions(
        language=named[0].removeprefix(LANGUAGE_CLASS) if named else language,
        title=title,
        first_line=first_line,
        highlighted=tuple(sorted(highlighted)),
        attributes=Attributes(
            of_list.identifier or identifier,
            tuple(dict.fromkeys(classes)),
            tuple((name, value) for name, value in of_list.pairs if name not in NAMES),
        ),
        problems=tuple(problems),
    )


def _parse_info(info: str) -> tuple[str, str, list[str], list[Option]]:
    """Return the language, the id, the classes and the options of an info string."""
    language, identifier = "", ""
    classes: list[str] = []
    options: list[Option] = []
    for found in ITEM.finditer(info):
        word = (found["word"] or "").rstrip(",")
        if found["lines"]:
            options.append(Option("hl_lines", found["lines"], found[0]))
        elif found["key"]:
            value = next(filter(None, (found["double"], found["single"], found["bare"])), "")
            options.append(Option(found["key"].lower(), value, found[0]))
        elif (name := word or found["class"] or "").lower() in NAMES:
            options.append(Option(name.lower(), "", found[0]))
        elif name and not language and (found["class"] or not options):
            language = name
        elif found["class"]:
            classes.append(name)
        elif name:
            options.append(Option(name, "", name))
        identifier = found["id"] or identifier
    return language, identifier, classes, options


def _first_line(option: Option, before: int, problems: list[OptionProblem]) -> int:
    value = option.value.lower()
    if value.isdecimal() and len(value) < 7:
        return int(value)
    if value in ON:
        return before or 1
    if value not in OFF:
        hint = "write it like this: linenos=5, or linenos alone to begin with 1"
        problems.append(OptionProblem(f"'{option.value}' is no line number", option.text, hint))
    return 0


def _lines(option: Option, lines: int, problems: list[OptionProblem]) -> Iterator[int]:
    for part in filter(None, re.split(r"[\s,]+", option.value)):
        found = RANGE.fullmatch(part)
        first = int(found["first"]) if found else 0
        last = int(found["last"] or first) if found else 0
        if not 0 < first <= last:
            hint = "lines are counted from 1, like this: 2,4-6"
            problems.append(OptionProblem(f"'{part}' is no line or range of lines", option.text, hint))
        elif last > lines:
            count = f"{lines} lines" if lines != 1 else "one line"
            problems.append(OptionProblem(f"there is no line {last} to mark: the block has {count}", option.text))
        yield from range(max(1, first), min(last, lines) + 1)
