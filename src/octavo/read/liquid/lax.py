"""Expressions that only Liquid's lax parser takes, written as the strict one takes them.

Jekyll parses templates with the error mode ``warn``: what the strict parser refuses is read again by patterns that
pass over all they don't expect (``lax_parse`` in the Liquid gem). Themes depend on it: parentheses around conditions,
filters behind the list of a loop, a stray brace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from liquid import Environment
from liquid.builtin.expressions import (
    BooleanExpression,
    FilteredExpression,
    LoopExpression,
    parse_identifier,
    parse_primitive,
    tokenize,
)
from liquid.exceptions import LiquidSyntaxError
from liquid.stream import TokenStream
from liquid.token import TOKEN_ASSIGN, TOKEN_COMMA, TOKEN_EXPRESSION, TOKEN_OR, TOKEN_OUTPUT, TOKEN_TAG, Token

FRAGMENT = r"""(?:"[^"]*"|'[^']*'|(?:[^\s,|'"]|"[^"]*"|'[^']*')+)"""
SIGNATURE = r"(?:\(?[\w.\[\]-]\)?)+"

QUOTED = re.compile(r"""\s*(?:"[^"]*"|'[^']*')\s*""")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
RANGE = re.compile(r"\((\S+)\.\.(\S+)\)")
SEGMENT = re.compile(r"\[[^\]]+\]|[\w-]+\??")
WORD = re.compile(r"\w[\w-]*\??")
VALUE = re.compile(rf"({FRAGMENT})(.*)", re.DOTALL)
FILTER = re.compile(rf"(?:\s+|{FRAGMENT}|,)+")
ARGUMENT = re.compile(rf"[:,]\s*((?:\w+\s*:\s*)?)({FRAGMENT})")
COMPARISON = re.compile(rf"({FRAGMENT})\s*([=!<>a-z_]+)?\s*({FRAGMENT})?")
OPERAND = re.compile(rf"{FRAGMENT}|\S")
LOOP = re.compile(rf"\s*([\w-]+)\s+in\s+({FRAGMENT})\s*(reversed)?")
OPTION = re.compile(rf"\b(limit|offset|cols)\s*:\s*({FRAGMENT})")
ASSIGNMENT = re.compile(rf"({SIGNATURE})\s*=\s*(.*)", re.DOTALL)

#: Words that the strict parser takes for more than names.
KEYWORDS = frozenset(
    "true false nil null empty blank and or contains not in offset limit reversed cols continue with for as if else "
    "required".split()
)


def with_strict_expressions(tokens: Iterator[Token], env: Environment) -> Iterator[Token]:
    """Rewrite the expressions among the tokens of a template that the strict parser would refuse."""
    name = ""
    for token in tokens:
        forms = FORMS.get(name) if token.kind == TOKEN_EXPRESSION else None
        name = TOKEN_OUTPUT if token.kind == TOKEN_OUTPUT else token.value if token.kind == TOKEN_TAG else ""
        yield _strict(token, *forms, env) if forms else token


def _strict(
    token: Token, parse: Callable[[Environment, TokenStream], object], rewrite: Callable[[str], str], env: Environment
) -> Token:
    try:
        parse(env, TokenStream(tokenize(token.value, token)))
    except LiquidSyntaxError:
        return token._replace(value=rewrite(token.value))
    return token


def _parse_assignment(env: Environment, stream: TokenStream) -> None:
    parse_identifier(env, stream, allow_trailing_question_mark=False)
    stream.eat(TOKEN_ASSIGN)
    FilteredExpression.parse(env, stream)


def _parse_name(env: Environment, stream: TokenStream) -> None:
    parse_identifier(env, stream)
    stream.expect_eos()


def _parse_one(env: Environment, stream: TokenStream) -> None:
    parse_primitive(env, stream)
    stream.expect_eos()


def _parse_several(env: Environment, stream: TokenStream) -> None:
    parse_primitive(env, stream)
    while stream.current.kind in (TOKEN_COMMA, TOKEN_OR):
        next(stream)
        parse_primitive(env, stream)


def value_of(fragment: str) -> str:
    """Return what a fragment means: a text, a number, a range, or a variable whose odd characters are passed over."""
    if QUOTED.fullmatch(fragment) or NUMBER.fullmatch(fragment):
        return fragment
    if found := RANGE.fullmatch(fragment):
        return f"({value_of(found[1])}..{value_of(found[2])})"
    first, *others = SEGMENT.findall(fragment) or ["nil"]
    if not others:
        return first if first in KEYWORDS else _segment(first).removeprefix(".")
    return _segment(first).removeprefix(".") + "".join(map(_segment, others))


def _segment(name: str) -> str:
    if name.startswith("["):
        return f"[{value_of(name[1:-1])}]"
    return f".{name}" if WORD.fullmatch(name) and name not in KEYWORDS else f'["{name}"]'


def _filtered(text: str) -> str:
    found = VALUE.search(text)
    if not found:
        return "nil"
    parts = [value_of(found[1])]
    for part in FILTER.findall(found[2].partition("|")[2]):
        if name := re.search(r"\w+", part):
            given = ", ".join(f"{key}{value_of(value)}" for key, value in ARGUMENT.findall(part[name.end() :]))
            parts.append(f"{name[0]}: {given}" if given else name[0])
    return " | ".join(parts)


def _condition(text: str) -> str:
    groups: list[list[str]] = [[]]
    operators: list[str] = []
    for word in OPERAND.findall(text):
        if word in ("and", "or"):
            operators.append(word)
            groups.append([])
        else:
            groups[-1].append(word)
    compared = [_comparison(" ".join(group)) for group in groups]
    if None in compared:
        return text
    return "".join(f"{one} {operator} " for one, operator in zip(compared, [*operators, ""], strict=True)).strip()


def _comparison(text: str) -> str | None:
    found = COMPARISON.search(text)
    if not found:
        return None
    left, operator, right = value_of(found[1]), found[2], found[3]
    return f"{left} {operator} {value_of(right)}" if operator and right else left


def _loop(text: str) -> str:
    found = LOOP.match(text)
    if not found:
        return text
    options = [f"{name}: {value_of(value)}" for name, value in OPTION.findall(text)]
    return " ".join((found[1], "in", value_of(found[2]), *filter(None, [found[3]]), *options))


def _assignment(text: str) -> str:
    found = ASSIGNMENT.search(text)
    return f"{_variable(found[1])} = {_filtered(found[2])}" if found else text


def _name(text: str) -> str:
    found = re.search(SIGNATURE, text)
    return _variable(found[0]) if found else text


def _variable(name: str) -> str:
    """Return a name to assign to; one with dots is a variable that no template can ask for."""
    return re.sub(r"[^\w-]|\A-", "\u01c0", name)


def _one(text: str) -> str:
    found = re.search(FRAGMENT, text)
    return value_of(found[0]) if found else text


def _several(text: str) -> str:
    return ", ".join(map(value_of, (word for word in re.findall(FRAGMENT, text) if word != "or")))


#: What takes an expression strictly, and what writes it anew, by the tag it stands in.
FORMS: dict[str, tuple[Callable[[Environment, TokenStream], object], Callable[[str], str]]] = {
    TOKEN_OUTPUT: (FilteredExpression.parse, _filtered),
    "assign": (_parse_assignment, _assignment),
    "capture": (_parse_name, _name),
    "if": (BooleanExpression.parse, _condition),
    "unless": (BooleanExpression.parse, _condition),
    "elsif": (BooleanExpression.parse, _condition),
    "for": (LoopExpression.parse, _loop),
    "tablerow": (LoopExpression.parse, _loop),
    "case": (_parse_one, _one),
    "when": (_parse_several, _several),
}
