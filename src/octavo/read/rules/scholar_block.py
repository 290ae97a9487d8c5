"""``{% quote key %} … {% endquote %}`` and ``{% bibtex %} … {% endbibtex %}``, which begin and end a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from octavo.read.rules.arguments import Problem, Tag
from octavo.read.rules.draft import draft_of, hole
from octavo.read.scholar.tags import hole_of, parse_scholar_tag

#: Marks the text that says what is quoted: the tag itself, which is then read as a citation.
QUOTED = "quoted"

BEGIN = re.compile(r"\{%-?\s*(?P<name>quote|bibtex)(?=[\s%-])(?P<arguments>.*?)-?%\}")


def install(md: MarkdownIt) -> None:
    """Add the blocks to a parser."""
    install_with(md, _parse_text)


def install_with(md: MarkdownIt, parse_text: Callable[[StateBlock, str, int], None]) -> None:
    """Add the blocks to a parser; ``parse_text`` adds what is quoted, which begins behind a tag on a line."""
    rule = partial(scholar_block, parse_text)
    md.block.ruler.before("code", "scholar_block", rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def scholar_block(
    parse_text: Callable[[StateBlock, str, int], None], state: StateBlock, start_line: int, end_line: int, silent: bool
) -> bool:
    """Read a block: a quotation with what it is cited from, or entries that are shown where they stand."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("{%", start) or state.is_code_block(start_line):
        return False
    begin = BEGIN.match(state.src, start, state.eMarks[start_line])
    if not begin:
        return False
    ends = re.compile(rf"\{{%-?\s*end{begin['name']}\s*-?%\}}[ \t]*$")
    last = next((line for line in range(start_line, end_line) if ends.search(_line(state, line))), None)
    if last is None:
        return False
    if not silent:
        _push(parse_text, state, begin, start_line, last, ends)
        state.line = last + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] : state.eMarks[line]]


def _push(
    parse_text: Callable[[StateBlock, str, int], None],
    state: StateBlock,
    begin: re.Match[str],
    first: int,
    last: int,
    ends: re.Pattern[str],
) -> None:
    draft = draft_of(state.env)
    line_start = state.bMarks[first]
    tag = Tag(begin["name"], begin["arguments"], begin.start(), begin.start("arguments"), begin.end())
    end = ends.search(_line(state, last))
    text = state.src[begin.end() : state.bMarks[last] + (end.start() if end else 0)]
    value = parse_scholar_tag(
        tag,
        lambda start, end: draft.span_in_line(first, start - line_start, end - start),
        lambda name: draft.variables.get(name, ""),
        text.strip() if tag.name == "bibtex" else "",
    )
    if isinstance(value, Problem):
        span = draft.span_in_line(first, value.start - line_start, value.end - value.start)
        draft.report(value.rule, value.message, span, value.hint)
        return
    if tag.name == "bibtex":
        token = hole(hole_of(value), value, block=True)
        token.map = [first, last + 1]
        state.tokens.append(token)
        return
    state.push("blockquote_open", "blockquote", 1).map = [first, last + 1]
    parse_text(state, text, first)
    paragraph = state.push("paragraph_open", "p", 1)
    paragraph.attrs = {"class": "quoted-from"}
    cite = state.push("inline", "", 0)
    cite.content, cite.map, cite.children, cite.meta = begin[0], [first, first + 1], [], {QUOTED: True}
    state.push("paragraph_close", "p", -1)
    state.push("blockquote_close", "blockquote", -1)


def _parse_text(state: StateBlock, text: str, line: int) -> None:
    """Parse what is quoted."""
    inner = StateBlock(text.strip(), state.md, state.env, [])
    state.md.block.tokenize(inner, inner.line, inner.lineMax)
    before = 1 if text.startswith("\n") else 0
    for token in inner.tokens:
        if token.map:
            token.map = [token.map[0] + line + before, token.map[1] + line + before]
    state.tokens += inner.tokens
