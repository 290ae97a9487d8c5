"""Blocks of code: fenced, indented, between Jekyll's ``{% highlight %}`` and ``{% endhighlight %}``.

And code spans, which end at the first run of as many backticks (kramdown).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from octavo.model.document import CodeBlock, Hole
from octavo.model.source import Span
from octavo.read.rules.attributes import attributes_of
from octavo.read.rules.code_options import parse_code_options
from octavo.read.rules.draft import Draft, draft_of, hole

#: https://jekyllrb.com/docs/liquid/tags/#code-snippet-highlighting
HIGHLIGHT = re.compile(r"\{%-?\s*highlight\s+(?P<info>.*?)\s*-?%\}\s*")
END_HIGHLIGHT = re.compile(r"\{%-?\s*endhighlight\s*-?%\}\s*")


def install(md: MarkdownIt) -> None:
    """Let a parser's blocks of code leave holes."""
    md.block.ruler.before(
        "code", "highlight_tag", highlight_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.inline.ruler.at("backticks", code_span)
    md.core.ruler.push("code", leave_holes)


def code_span(state: StateInline, silent: bool) -> bool:
    """Read a code span. Backticks that end it and are too many are text, and begin no other span."""
    start, text, end = state.pos, state.src, state.posMax
    if text[start] != "`":
        return False
    begin = _run_end(text, start, end)
    marker = text[start:begin]
    close = text.find(marker, begin, end)
    if close < 0:
        if not silent:
            state.append_pending(marker)
        state.pos = begin
        return True
    state.pos = _run_end(text, close, end)
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.markup = marker
        token.content = _content(text[begin:close])
        state.append_pending(text[close + len(marker) : state.pos])
    return True


def highlight_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read the lines between ``{% highlight python linenos %}`` and ``{% endhighlight %}`` as a fence."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    begin = HIGHLIGHT.fullmatch(state.src, start, state.eMarks[start_line])
    if not begin or state.is_code_block(start_line):
        return False
    ends = (line for line in range(start_line + 1, end_line) if _ends_highlight(state, line))
    end = next(ends, None)
    if end is None:
        return False
    if not silent:
        token = state.push("fence", "code", 0)
        token.info, token.markup, token.map = begin["info"], "{%", [start_line, end + 1]
        token.content = state.getLines(start_line + 1, end, state.sCount[start_line], True)
        state.line = end + 1
    return True


def leave_holes(state: StateCore, language_of: Callable[[str], str] = str.lower) -> None:
    """Replace each block of code by a hole; ``language_of`` makes its name of what is written."""
    draft = draft_of(state.env)
    state.tokens = [
        _hole(token, draft, language_of) if token.type in ("fence", "code_block") else token for token in state.tokens
    ]


def _ends_highlight(state: StateBlock, line: int) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    return bool(END_HIGHLIGHT.fullmatch(state.src, start, state.eMarks[line]))


def _run_end(text: str, start: int, end: int) -> int:
    while start < end and text[start] == "`":
        start += 1
    return start


def _content(text: str) -> str:
    text = text.replace("\n", " ")
    return text[1:-1] if text.startswith(" ") and text.endswith(" ") and text.strip(" ") else text


def _hole(token: Token, draft: Draft, language_of: Callable[[str], str]) -> Token:
    options = parse_code_options(token.info, attributes_of(token), token.content.removesuffix("\n").count("\n") + 1)
    line = (token.map or [0])[0]
    source = draft.line(line)
    column = source.find(token.markup) if token.markup else len(source) - len(source.lstrip())
    span = draft.span_in_line(line, max(0, column))
    for problem in options.problems:
        place = _place_of(problem.text, token, draft) or span
        draft.report("code-option-invalid", problem.message, place, problem.hint)
    if options.attributes.identifier:
        draft.anchors[options.attributes.identifier] = None
    value = CodeBlock(
        text=token.content,
        language=language_of(options.language),
        attributes=options.attributes,
        span=span,
        title=options.title,
        first_line=options.first_line,
        highlighted=options.highlighted,
    )
    made = hole(Hole.CODE, value, block=True)
    made.map, made.level = token.map, token.level
    return made


def _place_of(text: str, token: Token, draft: Draft) -> Span | None:
    """Find an option in the line of a fence, or in an attribute list below or above the block."""
    first, last = token.map or (0, 1)
    for line in (first, last, last + 1, first - 1, first - 2):
        source = draft.line(line)
        start = len(token.markup) + max(0, source.find(token.markup)) if line == first else source.find("{:")
        column = source.find(text, start) if start >= 0 else -1
        if column >= 0:
            return draft.span_in_line(line, column, len(text))
    return None
