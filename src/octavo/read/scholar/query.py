"""BibTeX-Ruby's queries, as ``--query`` takes them: ``@book``, ``!@book``, ``@*[year >= 2003 && url]``.

https://github.com/inukshuk/bibtex-ruby#queries. A query selects an entry if one of its selectors does: a type, ``*``
or ``entry`` for all, and in brackets conditions, of which all between ``||`` must hold.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

#: Longer than any query that a person writes.
LONGEST_PATTERN = 200

#: Repetitions without an end in one pattern; each multiplies the time a search may take.
MOST_REPETITIONS = 3

OPERATORS = ("=", "==", "!=", "/=", "^=", "~=", "=~", "!~", "<=", ">=", "<", ">")
PATTERNS = ("^=", "~=", "=~", "!~")

_SELECTOR = re.compile(r"(?P<not>!)?@(?P<type>\*|\w+)(?:\[(?P<conditions>[^\]]*)\])?")
_BETWEEN = re.compile(r"[\s,*]*")  # a star behind the brackets, as al-folio has it, says nothing
_CONDITION = re.compile(
    r"\s*(?P<field>[\w-]+)\s*(?:(?P<operator>==|[!~/^<>]?=~?|!~|<|>)\s*(?P<value>.*?))?\s*", re.DOTALL
)


class Condition(NamedTuple):
    """What a field must be; without an operator, it must be there."""

    field: str
    operator: str = ""
    value: str = ""


class Selector(NamedTuple):
    """Entries of a type (``*`` for any), or if ``negated`` of all others, that meet one set of conditions."""

    type: str
    negated: bool = False
    alternatives: tuple[tuple[Condition, ...], ...] = ()


class QueryProblem(NamedTuple):
    """Why a query can't be read: what is wrong, the part of it that is, and what to do."""

    message: str
    culprit: str
    hint: str = ""


Query = tuple[Selector, ...]

FORM = "write it like this: @book, or @*[year >= 2003 && url]"


@lru_cache(maxsize=256)  # a site has a few queries, and asks them on every page
def parse_query(text: str) -> Query | QueryProblem:
    """Parse a query."""
    selectors: list[Selector] = []
    place = _end(_BETWEEN, text, 0)
    while place < len(text):
        found = _SELECTOR.match(text, place)
        if not found:
            return _problem(text, place)
        alternatives = _parse_conditions(found["conditions"] or "")
        if isinstance(alternatives, QueryProblem):
            return alternatives
        selectors.append(Selector(found["type"].lower(), bool(found["not"]), alternatives))
        place = _end(_BETWEEN, text, found.end())
    return tuple(selectors) or QueryProblem("a query without a type", text, FORM)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that `parse_query` has let pass."""
    return re.compile(pattern)


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _problem(text: str, place: int) -> QueryProblem:
    rest = text[place:]
    if rest.startswith("["):
        return QueryProblem("a '[' that is never closed", rest, FORM)
    culprit = re.split(r"\s", rest, maxsplit=1)[0]
    return QueryProblem(f"'{culprit}' is no type of entries", culprit, FORM)


def _parse_conditions(text: str) -> tuple[tuple[Condition, ...], ...] | QueryProblem:
    if not text.strip():
        return ()
    alternatives = []
    for alternative in text.split("||"):
        conditions = []
        for part in re.split(r",|&&", alternative):
            condition = _parse_condition(part)
            if isinstance(condition, QueryProblem):
                return condition
            conditions.append(condition)
        alternatives.append(tuple(conditions))
    return tuple(alternatives)


def _parse_condition(text: str) -> Condition | QueryProblem:
    found = _CONDITION.fullmatch(text)
    if not found or (found["operator"] and found["operator"] not in OPERATORS):
        culprit = text.strip()
        return QueryProblem(
            f"'{culprit}' is no condition",
            culprit,
            f"write it like this: year >= 2003; the signs are {' '.join(OPERATORS)}",
        )
    field, operator, value = found["field"].lower(), found["operator"] or "", found["value"] or ""
    if operator in PATTERNS and (wrong := _wrong_pattern(value)):
        return QueryProblem(f"'{value}' is no pattern: {wrong}", value)
    return Condition(field, operator, value)


def _wrong_pattern(pattern: str) -> str:
    """Return what is wrong with a pattern, or nothing; one that might search for hours is wrong."""
    if len(pattern) > LONGEST_PATTERN:
        return f"it has more than {LONGEST_PATTERN} characters"
    try:
        re.compile(pattern)
        parsed = _parsed(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    if _nests(parsed, False):
        return "a repetition has a repetition or a choice in it"
    return "it has too many repetitions" if pattern.count("*") + pattern.count("+") > MOST_REPETITIONS else ""


def _parsed(pattern: str) -> Any:
    from re import _parser  # type: ignore[attr-defined]  # the only way to see what a pattern is made of

    return _parser.parse(pattern)


def _nests(parts: Any, inside: bool) -> bool:
    """Tell whether a repetition holds another or a choice: the time of such a search may double with each letter."""
    for operation, argument in parts:
        name = str(operation)
        if inside and name in ("BRANCH", "GROUPREF", "MAX_REPEAT", "MIN_REPEAT"):
            return True
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if _nests(argument[2], inside or argument[1] > 1):
                return True
        elif name == "BRANCH":
            if any(_nests(branch, inside) for branch in argument[1]):
                return True
        elif name == "SUBPATTERN":
            if _nests(argument[-1], inside):
                return True
        elif name in ("ASSERT", "ASSERT_NOT") and _nests(argument[1], inside):
            return True
    return False
