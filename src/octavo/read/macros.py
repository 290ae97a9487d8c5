"""Macros of TeX, as a configuration or a formula defines them: which are wrong, and which a formula uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

#: A control sequence of TeX, or a comment, in which none counts.
CONTROL = re.compile(r"\\(?:[a-zA-Z]+|.)|%[^\n]*", re.DOTALL)

NAME = re.compile(r"\\?([a-zA-Z]+)")

ARGUMENT = re.compile(r"(?<!\\)#([1-9])")

#: A sign for an argument that no number from 1 to 9 follows.
STRAY = re.compile(r"(?<!\\)#(?![1-9])")


#: A definition up to the brace of its text, in the forms that MathJax takes; a name may lack its backslash there.
DEFINITION = re.compile(
    r"""
    \\(?: (?:new|renew|provide)command \*? | (?P<operator> DeclareMathOperator (?P<star> \*? ) ) | [gx]?def )
    (?![a-zA-Z*]) \s*
    (?: \{ \s* \\? (?P<in_braces> [a-zA-Z]+ ) \s* \} | \\ (?P<bare> [a-zA-Z]+ ) ) \s*
    (?: \[ \s* (?P<count> [1-9] ) \s* \] | (?: \#[1-9] )+ )? \s* (?= \{ )
    """,
    re.VERBOSE,
)

BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


class MacroProblem(NamedTuple):
    """What is wrong with a macro: its name as written, the problem and a hint."""

    name: str
    message: str
    hint: str = ""


def parse_macros(written: Mapping[str, str]) -> dict[str, str] | MacroProblem:
    r"""Return definitions by name (``\R``; in the configuration the backslash may be missing), or the first problem."""
    macros: dict[str, str] = {}
    for name, definition in written.items():
        found = NAME.fullmatch(name)
        if not found:
            return MacroProblem(name, f"'{name}' is no name of a macro", "a name is made of letters: \\R, \\norm")
        if "\\" + found[1] in macros:
            return MacroProblem(name, f"the macro \\{found[1]} is defined twice")
        if problem := _problem(name, definition):
            return problem
        macros["\\" + found[1]] = definition
    for name, as_written in zip(macros, written, strict=True):
        if circle := _circle(name, macros):
            return MacroProblem(as_written, f"the macro {name} is defined by itself: {' → '.join(circle)}")
    return macros


def split_definitions(tex: str) -> tuple[dict[str, str], str]:
    r"""Return the macros that a formula defines, by name (``\R``), and the formula without their definitions.

    Definitions that `parse_macros` refuses, and those of an argument that may be missing, stay in the formula.
    """
    macros: dict[str, str] = {}
    rest, position = "", 0
    for found in DEFINITION.finditer(tex):
        end = group_end(tex, found.end()) if found.start() >= position else None
        if end is None:
            continue
        name, text = "\\" + (found["in_braces"] or found["bare"]), tex[found.end() + 1 : end - 1]
        if found["operator"]:
            text = rf"\operatorname{found['star']}{{{text}}}"
        unused = int(found["count"] or 0) > max(map(int, ARGUMENT.findall(text)), default=0)
        if not unused and not isinstance(parse_macros(macros | {name: text}), MacroProblem):
            macros[name] = text
            rest, position = rest + tex[position : found.start()], end
    return macros, rest + tex[position:]


def group_end(tex: str, position: int) -> int | None:
    """Return where the group that begins at a position ends, or nothing if it is never closed."""
    depth = 0
    for found in BRACE.finditer(tex, position):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return None


def macros_in(texts: Iterable[str], macros: Mapping[str, str]) -> dict[str, str]:
    """Return those of the macros that some TeX uses, itself or by way of others, in the order of their names."""
    used: dict[str, str] = {}
    waiting = list(texts) if macros else []
    while waiting:
        for name in CONTROL.findall(waiting.pop()):
            if name in macros and name not in used:
                used[name] = macros[name]
                waiting.append(macros[name])
    return dict(sorted(used.items()))


def _problem(name: str, definition: str) -> MacroProblem | None:
    depth = 0
    for brace in re.findall(r"\\.|[{}]", definition, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            break
    if depth:
        return MacroProblem(name, f"the braces of the macro '{name}' do not match")
    if STRAY.search(definition):
        hint = "arguments are #1 to #9; the sign itself is \\#"
        return MacroProblem(name, f"in the macro '{name}' a '#' has no number", hint)
    return None


def _circle(start: str, macros: Mapping[str, str]) -> tuple[str, ...]:
    """Return the way from a macro through others back to itself, or nothing."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in CONTROL.findall(macros[way[-1]]):
            if name == start:
                return (*way, start)
            if name in macros and name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()
