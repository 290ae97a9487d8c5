"""Liquid in raw HTML: its variables and the tags of jekyll-scholar mean there what they mean in text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.read.rules.arguments import Problem, Tag
from octavo.read.rules.draft import Draft, draft_of, hole, near_match
from octavo.read.rules.variable import substitute
from octavo.read.scholar.tags import NAMES, hole_of, parse_scholar_tag

LIQUID = re.compile(
    r"\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}"
    r"|(?P<comment>\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\})"
    r"|\{%-?\s*(?P<name>\w+)(?P<arguments>.*?)-?%\}|(?P<variable>\{\{.*?\}\})",
    re.DOTALL,
)

#: Tags that are whole by themselves.
WHOLE = tuple(name for name in NAMES if name not in ("quote", "bibtex"))


def install(md: MarkdownIt) -> None:
    """Let a parser fill the Liquid in raw HTML."""
    md.core.ruler.push("raw_html", place_spans)
    for kind in ("html_block", "html_inline"):
        md.add_render_rule(kind, render_html)


def place_spans(state: StateCore) -> None:
    """Note where the HTML within texts stands that holds Liquid; fill the variables in the attributes of elements."""
    draft = draft_of(state.env)
    for token in state.tokens:
        for child in (token.children or ()) if token.type == "inline" and "{" in token.content else ():
            if child.type == "html_inline" and "{" in child.content:
                child.meta = {**child.meta, "block": token, "at": max(0, token.content.find(child.content))}
            elif child.type in ("html_void", "html_span_open"):
                draft.enter(token)
                child.attrs = {name: _attribute(str(value), token, draft) for name, value in child.attrs.items()}


def _attribute(value: str, block: Token, draft: Draft) -> str:
    at = max(0, block.content.find(value))
    return substitute(value, draft, at, at + len(value)) if "{{" in value else value


def render_html(_renderer: Any, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    """Render raw HTML, with holes for what its tags stand for."""
    token = tokens[index]
    if "{{" not in token.content and "{%" not in token.content:
        return token.content
    draft = draft_of(env)
    draft.enter(token.meta.get("block", token))
    at: int = token.meta.get("at", 0)
    return LIQUID.sub(lambda found: _filled(found, draft, at), token.content)


def _filled(found: re.Match[str], draft: Draft, at: int) -> str:
    start, end = at + found.start(), at + found.end()
    if found["raw"] is not None:
        return found["raw"]
    if found["variable"]:
        return substitute(found[0], draft, start, end)
    if not found["name"]:
        return ""
    arguments_start = at + found.start("arguments")
    value = _value(Tag(found["name"], found["arguments"], start, arguments_start, end), draft)
    if isinstance(value, Problem):
        draft.report(value.rule, value.message, draft.span(value.start, value.end), value.hint)
        return found[0]
    return draft.mark(hole(hole_of(value), value))


def _value(tag: Tag, draft: Draft) -> Any:
    if tag.name in WHOLE:
        return parse_scholar_tag(tag, draft.span, lambda name: draft.variables.get(name, ""))
    hint = near_match(tag.name, WHOLE, "{{% {} %}}") or f"the tags in HTML are {', '.join(WHOLE)}"
    return Problem(f"there is no tag '{tag.name}' in HTML", tag.start, tag.end, hint, "tag-unknown")
