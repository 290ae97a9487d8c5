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

#: Makes another name of one; a letter that no template has.
RENAMED = "\u01c0"

#: Words that the strict parser takes for more than names.
KEYWORDS = frozenset(
    "true false nil null empty blank and or contains not in offset limit reversed cols continue with for as if else "
    "required".split()
)

#: Words of a loop that Liquid in Ruby knows by what stands around them: elsewhere they are names of variables.
LOOP_WORD = re.compile(
    r""""[^"]*"|'[^']*'|(?<![.\w\]-])(limit|offset|cols|reversed)\b(?![\w-]|\s*:)""",
)


class LaxExpressionError(LiquidSyntaxError):
    """An expression that only the lax parser takes, and so perhaps not as it was meant."""


def with_strict_expressions(tokens: Iterator[Token], env: Environment) -> Iterator[Token]:
    """Rewrite the expressions among the tokens of a template that the strict parser would refuse."""
    tag: Token | None = None
    for token in tokens:
        if tag and token.kind == TOKEN_EXPRESSION:
            yield _strict(token, tag, env)
        else:
            yield from _nothing_for(tag, env)
            yield token
        tag = token if token.kind in (TOKEN_OUTPUT, TOKEN_TAG) and _name_of(token) in WANTED else None
    yield from _nothing_for(tag, env)


def _nothing_for(tag: Token | None, env: Environment) -> Iterator[Token]:
    """Yield an expression of nothing for a tag that has none but needs one, or it would take the text behind it."""
    if tag:
        yield _strict(Token(TOKEN_EXPRESSION, "", tag.start_index + len(tag.value), tag.source), tag, env)


def _name_of(tag: Token) -> str:
    return TOKEN_OUTPUT if tag.kind == TOKEN_OUTPUT else tag.value


def _strict(token: Token, tag: Token, env: Environment) -> Token:
    """Return an expression as the strict parser takes it, or nothing in its place; what is done to it is told."""
    name = _name_of(tag)
    token = token._replace(value=_with_loop_words(token.value, name))
    if name == TOKEN_OUTPUT and not token.value:
        env.error(LaxExpressionError("'{{ }}' is empty, and prints nothing", token=tag))
        return token._replace(value="nil")
    fault = _refused(token, name, env)
    if not fault:
        return token
    lax = token._replace(value=FORMS[name][1](token.value)) if name in FORMS else token
    fault = _refused(lax, name, env)
    if not fault:
        message = f"'{_shown(token, name)}' is read as '{_shown(lax, name)}'"
        env.error(LaxExpressionError(message, token=token))
        return lax
    message = f"'{_shown(token, name)}' cannot be read; write '{{% {name} {WANTED[name]} %}}'"
    env.error(LiquidSyntaxError(message, token=fault if fault.start_index >= 0 else tag))
    return token._replace(value="")


def _with_loop_words(text: str, tag: str) -> str:
    """Give variables that are called like a word of a loop another name: ``{% assign offset = 1 %}``."""
    is_loop = tag in ("for", "tablerow")

    def named(found: re.Match[str]) -> str:
        is_word = is_loop and found[1] == "reversed" and not text[: found.start()].rstrip().endswith(" in")
        return found[0] if not found[1] or is_word else f"{found[1]}{RENAMED}"

    return LOOP_WORD.sub(named, text)


def _refused(token: Token, name: str, env: Environment) -> Token | None:
    """Return what the strict parser doesn't expect in an expression, or nothing if it takes it."""
    if name not in FORMS:
        return None if token.value else TokenStream.eof
    try:
        FORMS[name][0](env, TokenStream(tokenize(token.value, token)))
    except LiquidSyntaxError as error:
        return error.token or token
    return None


def _shown(token: Token, name: str) -> str:
    parts = " ".join(token.value.replace(RENAMED, "").split())
    return f"{{{{ {parts} }}}}" if name == TOKEN_OUTPUT else f"{{% {f'{name} {parts}'.strip()} %}}"


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
    if not others and re.match(r"-?\d", first):
        return "nil"  # "0)" is a variable to Liquid, and no site has one of that name
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
    return re.sub(r"[^\w-]|\A-", RENAMED, name)


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

#: What an expression looks like, by the tag it stands in.
WANTED = {
    TOKEN_OUTPUT: "value",
    "assign": "name = value",
    "capture": "name",
    "if": "condition",
    "unless": "condition",
    "elsif": "condition",
    "for": "name in list",
    "tablerow": "name in list",
    "case": "value",
    "when": "value",
    "cycle": "'one', 'two'",
    "increment": "name",
    "decrement": "name",
}
