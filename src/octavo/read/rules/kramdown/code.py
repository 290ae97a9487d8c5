"""Code: indented blocks, fences, and spans between backticks.

https://kramdown.gettalong.org/syntax.html#code-blocks
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.rouge import rouge_classes
from octavo.read.rules.code import leave_holes
from octavo.read.rules.kramdown.blocks import blocks_of
from octavo.read.rules.kramdown.patterns import END, HTML_OR_ATTRIBUTES, INDENT

#: The first line of a fence, with a language at most; options behind a question mark are the highlighter's.
FENCE = re.compile(r"[ ]{0,3}(?P<run>([~`])[~`]{2,})[^\S\n]*(?P<language>[^\s?~`]\S*?)?(?:\?\S*)?[^\S\n]*\n")


def install(md: MarkdownIt) -> None:
    """Add code to a parser."""
    md.block.ruler.at("code", indented)
    md.block.ruler.at("fence", fence)
    md.inline.ruler.at("backticks", code_span)
    md.core.ruler.push("code", leave_holes)


def install_rouge(md: MarkdownIt) -> None:
    """Let spans of code have the classes that style sheets for Rouge know, and languages their capitals."""
    md.add_render_rule("code_inline", _rouge_span)
    md.core.ruler.at("code", partial(leave_holes, language_of=str))


def _rouge_span(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    given = tokens[index].attrs
    others = {name: value for name, value in given.items() if name != "class"}
    classes = " ".join(rouge_classes(str(given.get("class", "")).split()))
    span = tokens[index].copy(attrs={**others, "class": classes})  # a heading is shown twice, in its table of contents
    return renderer.code_inline([span], 0, options, env)


def indented(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a block of code that is indented; a line below it that is not belongs to its last line."""
    if not INDENT.match(state.src, state.bMarks[start_line]):
        return False
    end = end_of_indented(state, start_line)
    token = state.push("code_block", "code", 0)
    text = state.src[state.bMarks[start_line] : state.eMarks[end - 1]] + "\n"
    token.content = without_indent(re.sub(r"\n( {0,3}\S)", r" \1", text))
    token.map = [start_line, end]
    blocks_of(state).add("code", end)
    return True


def end_of_indented(state: StateBlock, line: int) -> int:
    """Return the line after a stretch of indented lines, which may have blank lines between them."""
    start_line = end = line
    while line < state.lineMax:
        start = state.bMarks[line]
        if state.isEmpty(line):
            line += 1
            continue
        if not INDENT.match(state.src, start):
            glued = start_line < line == end
            if not glued or HTML_OR_ATTRIBUTES.match(state.src, start) or END.match(state.src, start):
                break
        line += 1
        end = line
    return end


def without_indent(text: str) -> str:
    """Take four columns from each line."""
    return re.sub(r"^(?:\t|[ ]{4})", "", text, flags=re.MULTILINE)


def fence(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a fenced block of code; one that is never closed is none."""
    found = FENCE.match(state.src, state.bMarks[start_line])
    if not found:
        return False
    run = re.escape(found["run"])
    closing = re.compile(rf"^[ ]{{0,3}}{run}{re.escape(found['run'][-1])}*[^\S\n]*\n", re.MULTILINE)
    end = closing.search(state.src, found.end())
    if not end:
        return False
    token = state.push("fence", "code", 0)
    token.content = state.src[found.end() : end.start()]
    token.info, token.markup = found["language"] or "", found["run"]
    blocks = blocks_of(state)
    last = start_line + state.src.count("\n", found.start(), end.end())
    token.map = [start_line, last]
    blocks.add("code", last)
    return True


def code_span(state: StateInline, _silent: bool) -> bool:
    """Read a code span."""
    start = state.pos
    found = find_span(state.src, start, state.posMax)
    if isinstance(found, int):
        state.append_pending(state.src[start:found])
        state.pos = found
        return True
    text, state.pos = found
    state.push("code_inline", "code", 0).content = text
    return True


def find_span(text: str, start: int, end: int) -> tuple[str, int] | int:
    """Return the content of the code span that begins at a backtick, and its end; where text goes on if there is none.

    A span ends at the first run that has as many backticks, or more.
    """
    begin = start
    while begin < end and text[begin] == "`":
        begin += 1
    run = text[start:begin]
    if run == "`" and (start == 0 or text[start - 1].isspace()) and text[begin : begin + 1].isspace():
        return begin
    close = text.find(run, begin, end)
    if close < 0:
        return begin
    content = text[begin:close]
    if run != "`":
        content = content.removeprefix(" ").removesuffix(" ")
    return content, close + len(run)
