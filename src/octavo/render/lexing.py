"""Pygments' lexers, several times as fast: at each place only those patterns are tried that can match there.

A lexer has a list of patterns for each of its states, tries them in turn, and most of them in vain. How a pattern can
begin is read from Python's own analysis of it. What can't be told is tried, so that the tokens are always the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from pygments.lexer import RegexLexer
from pygments.token import Error, Whitespace, _TokenType

try:
    from re import _compiler, _constants, _parser  # type: ignore[attr-defined]  # what `re.compile` is made of
except ImportError:  # another Python, which has none of it: all patterns are tried
    _parser = None

#: In tokens: until a lexer has found so many, its patterns are not worth an analysis.
WORTH_ANALYSING = 500

#: A pattern with what it does: its ``match``, an action and a change of state, as Pygments has them.
Rule = tuple[Any, Any, Any]


def quick_lexer(lexer_class: type[Any]) -> type[Any]:
    """Return a class that finds the same tokens as a class of lexers, sooner if it works with patterns."""
    if _parser is None or not issubclass(lexer_class, RegexLexer):
        return lexer_class
    return type(lexer_class.__name__, (lexer_class, _QuickLexer), {"_rules": {}, "_found": 0})


class _QuickLexer(RegexLexer):
    """Takes the place of `RegexLexer` below a class of lexers; ``_rules`` are those to try by state and character."""

    _tokens: dict[str, list[Rule]]
    _rules: dict[tuple[str, str], list[Rule]]
    _found: int

    def get_tokens_unprocessed(
        self, text: str, stack: Iterable[str] = ("root",)
    ) -> Iterator[tuple[int, _TokenType, str]]:
        """Yield place, type and text of each token."""
        states, place, known = list(stack), 0, self._rules
        while True:
            here = text[place : place + 1]
            rules = known.get((states[-1], here))
            for match, action, change in self._rules_for(states[-1], here) if rules is None else rules:
                found = match(text, place)
                if found:
                    if type(action) is _TokenType:
                        yield place, action, found.group()
                    elif action is not None:
                        yield from action(self, found)
                    place = found.end()
                    if change is not None:
                        _change(states, change)
                    break
            else:
                if not here:
                    return
                if here == "\n":
                    states = ["root"]
                yield place, Whitespace if here == "\n" else Error, here
                place += 1

    def _rules_for(self, state: str, here: str) -> list[Rule]:
        rules, lexer = self._tokens[state], type(self)
        lexer._found += 1
        if lexer._found < WORTH_ANALYSING or not here.isascii():  # of other characters there are too many
            return rules
        self._rules[state, here] = tried = [rule for rule in rules if _may_begin(rule[0], here)]
        return tried


def _change(states: list[str], change: Any) -> None:
    """Change the state; the first always stays."""
    if isinstance(change, int):
        del states[max(len(states) + change, 1) :]
        return
    for one in (change,) if isinstance(change, str) else change:
        if one != "#pop":
            states.append(states[-1] if one == "#push" else one)
        elif len(states) > 1:
            states.pop()


def _may_begin(match: Any, here: str) -> bool:
    """Tell whether a pattern may match where this character is, or nothing at the end of the text."""
    pattern = getattr(match, "__self__", None)
    beginnings = _beginnings(pattern) if isinstance(pattern, re.Pattern) else None
    return beginnings is None or any(one.match(here) for one in beginnings)


@lru_cache(maxsize=4096)
def _beginnings(pattern: re.Pattern[str]) -> tuple[re.Pattern[str], ...] | None:
    """Return patterns of one character with which all matches begin, or nothing if a match may be empty."""
    found: list[re.Pattern[str]] = []
    is_never_empty = _collect(_parser.parse(pattern.pattern, pattern.flags), pattern.flags, found)
    return tuple(found) if is_never_empty else None


def _collect(parts: Iterable[tuple[Any, Any]], flags: int, found: list[re.Pattern[str]]) -> bool:
    """Add patterns of the first character of a sequence to the others; tell whether it always has one."""
    for kind, value in parts:
        if kind in _NO_CHARACTER:
            continue
        if kind in _ONE_CHARACTER:
            found.append(_one_character(kind, value, flags))
            return True
        if kind in _REPEATED:
            is_needed, alternatives, inside = value[0] > 0, [value[2]], flags
        elif kind is _constants.BRANCH:
            is_needed, alternatives, inside = True, value[1], flags
        elif kind is _constants.SUBPATTERN:
            is_needed, alternatives, inside = True, [value[3]], (flags | value[1]) & ~value[2]
        else:
            found.append(_ANYTHING)
            return True
        have_one = [_collect(one, inside, found) for one in alternatives]
        if is_needed and all(have_one):
            return True
    return False


def _one_character(kind: Any, value: Any, flags: int) -> re.Pattern[str]:
    pattern: re.Pattern[str] = _compiler.compile(_parser.SubPattern(_parser.State(), [(kind, value)]), flags)
    return pattern


_ANYTHING = re.compile("")

if _parser is not None:
    #: Parts of a pattern that take no character: they can only forbid a match.
    _NO_CHARACTER = (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT)
    _ONE_CHARACTER = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)
    _REPEATED = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
