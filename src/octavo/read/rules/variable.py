"""Liquid variables: ``{{ site.title }}``, with the filters that make an address."""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from octavo.read.rules.draft import Draft, draft_of, near_match, push_marked

VARIABLE = re.compile(r"\{\{-?\s*(?P<expression>.*?)\s*-?\}\}", re.DOTALL)
LITERAL = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
FILTERS = ("relative_url", "absolute_url")


class Value(NamedTuple):
    """The value of an expression; or, if it has none, why, and a hint."""

    text: str | None
    problem: str = ""
    hint: str = ""


def install(md: MarkdownIt) -> None:
    """Add variables to a parser."""
    md.inline.ruler.before("escape", "variable", variable)


def variable(state: StateInline, silent: bool) -> bool:
    """Replace a variable by its value, as text."""
    start = state.pos
    draft = draft_of(state.env)
    if not state.src.startswith("{{", start) or draft.raw:
        return False
    found = VARIABLE.match(state.src, start, state.posMax)
    state.pos = found.end() if found else start + 2
    if silent:
        return True
    if not found:
        message = "'{{' is never closed by '}}'"
        draft.report("tag-unclosed", message, draft.span(start, start + 2), "write \\{{ to show it as text")
        push_marked(state, "{{", message)
        return True
    value = evaluate(found["expression"], draft)
    if value.text is None:
        draft.report("variable-unknown", value.problem, draft.span(start, found.end()), value.hint)
        push_marked(state, found[0], value.problem)
    else:
        state.append_pending(value.text)
    return True


def substitute(text: str, draft: Draft, start: int, end: int) -> str:
    """Replace the variables within an address; a problem is reported at ``start`` to ``end`` of the block's text."""

    def replace(found: re.Match[str]) -> str:
        value = evaluate(found["expression"], draft)
        if value.text is None:
            draft.report("variable-unknown", value.problem, draft.span(start, end), value.hint)
            return found[0]
        return value.text

    return VARIABLE.sub(replace, text)


def evaluate(expression: str, draft: Draft) -> Value:
    """Return the value of what stands between the braces: a name or a quoted text, and filters."""
    head, *filters = (part.strip() for part in expression.split("|"))
    literal = LITERAL.fullmatch(head)
    if not literal and head not in draft.variables:
        problem = f"there is no variable '{head}'" if head else "a variable without a name"
        return Value(None, problem, near_match(head, draft.variables))
    text = literal[2] if literal else draft.variables[head]
    for name in filters:
        if name not in FILTERS:
            hint = near_match(name, FILTERS) or f"the filters are {' and '.join(FILTERS)}"
            return Value(None, f"the filter '{name}' is not supported", hint)
        text = _address(text, draft, absolute=name == "absolute_url")
    # A value may come from YAML, where "\0" is a character; NUL is the mark of a hole here.
    return Value(text.replace("\x00", "\ufffd"))


def _address(path: str, draft: Draft, *, absolute: bool) -> str:
    if "://" in path:
        return path
    site = draft.variables.get("site.url", "") if absolute else ""
    return f"{site}{draft.variables.get('site.baseurl', '')}/{path.lstrip('/')}"
