"""Macros of TeX, put in the place of their names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from octavo.read.macros import ARGUMENT, CONTROL, group_end


class FormulaError(Exception):
    """A formula that would be shown wrongly; the message says why, ``hint`` what was perhaps meant."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


#: In characters: of a formula, far more than a reader could follow.
MAX_LENGTH = 5_000

#: Far more than a formula needs; macros that make each other grow come to an end here.
MAX_EXPANSIONS = 1_000

WORD_AT_END = re.compile(r"\\[a-zA-Z]+$")
SKIPPED = re.compile(r"(?:\s|%[^\n]*)*")


def expand_macros(tex: str, macros: Mapping[str, str], limit: int) -> str:
    """Expand macros until none is left; what one makes of its arguments is read again, as TeX does.

    A macro takes as many arguments as its highest ``#n`` says. Raises `FormulaError` where an argument is missing, and
    if the formula grows beyond ``limit`` characters.
    """
    done, rest = "", tex
    for _ in range(MAX_EXPANSIONS):
        call = next((found for found in CONTROL.finditer(rest) if found[0] in macros), None)
        if call is None:
            return _join(done, rest)
        definition = macros[call[0]]
        end, arguments = call.end(), []
        for _ in range(max(map(int, ARGUMENT.findall(definition)), default=0)):
            start, end = _argument(rest, end, call[0])
            arguments.append(rest[start:end].strip())
        done = _join(done, rest[: call.start()])
        rest = _join(_fill(definition, arguments), rest[end:])
        if len(done) + len(rest) > limit:
            break
    raise FormulaError("the macros of the formula make too much of it")


def _argument(tex: str, position: int, macro: str) -> tuple[int, int]:
    """Return where the argument at a position begins and ends: a group in braces, a command or one character."""
    position = SKIPPED.match(tex, position).end()  # type: ignore[union-attr]  # it matches the empty string
    if command := CONTROL.match(tex, position):
        return position, command.end()
    end = group_end(tex, position) if tex.startswith("{", position) else position + 1
    if end is None or end > len(tex) or tex[position] == "}":
        raise FormulaError(f"{macro} lacks an argument")
    return position, end


def _fill(definition: str, arguments: list[str]) -> str:
    parts = ARGUMENT.split(definition)
    filled = parts[0]
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        argument = arguments[int(number) - 1]
        is_group = argument.startswith("{") and argument.endswith("}")
        filled = _join(_join(filled, argument[1:-1] if is_group else argument), text)
    return filled


def _join(before: str, after: str) -> str:
    """Join two pieces of TeX; a command at the end of the first stays apart from a letter."""
    return f"{before} {after}" if after[:1].isalpha() and WORD_AT_END.search(before) else before + after
