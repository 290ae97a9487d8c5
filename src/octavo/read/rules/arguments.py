"""Tags, what can be wrong with them, and arguments of the form ``sort="released"``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from octavo.read.rules.draft import near_match

#: Words separated by white space; a quoted part may hold white space. A quote that is never closed is a character.
WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*'|["'])+""")
QUOTES = re.compile(r"""["']""")


class Tag(NamedTuple):
    """A tag: its name, its arguments, and where they and the tag begin and end in the text of its block."""

    name: str
    arguments: str
    start: int
    arguments_start: int
    end: int


class Problem(NamedTuple):
    """What is wrong with a tag, and where in the text of its block; ``rest`` are its arguments without that, if any."""

    message: str
    start: int
    end: int
    hint: str = ""
    rule: str = "cite-malformed"
    rest: str = ""


def parse_assignments(tag: Tag, names: Collection[str]) -> Mapping[str, tuple[int, str]] | Problem:
    """Read arguments that are all of the form ``name="value"``; return each value with its place."""
    values: dict[str, tuple[int, str]] = {}
    for match in WORD.finditer(tag.arguments):
        start = tag.arguments_start + match.start()
        name, equals, value = match[0].partition("=")
        if name not in names or not equals:
            hint = near_match(name, names, '{}="…"') or f"its arguments are {', '.join(names)}"
            message = f"'{{% {tag.name} %}}' has no argument '{name}'" if equals else f"'{name}' is given no value"
            return Problem(message, start, start + len(name), hint)
        quoted = QUOTES.sub("", value)
        values[name] = (start + match[0].index("=") + 1 + (len(value) - len(quoted)) // 2, quoted)
    return values
