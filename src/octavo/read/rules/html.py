"""HTML in notes: without ``raw_html`` a few harmless tags pass, comments vanish, and the rest is shown as text."""

from __future__ import annotations

import re
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from octavo.read.rules.draft import draft_of

HARMLESS = re.compile(r"</?(?:br|sup|sub|kbd|mark|u|s|small|abbr|details|summary|ins|del|wbr|hr)\s*/?>", re.IGNORECASE)

#: A line of a ``<details>``, whose parts must not stand in a paragraph.
DETAILS = re.compile(r"(?P<open></?details>)?[ \t]*(?:<summary>(?P<summary>.*)</summary>)?[ \t]*", re.IGNORECASE)
RULE = re.compile(r"<hr\s*/?>\s*", re.IGNORECASE)

#: What CommonMark takes for HTML.
HTML = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?:[\s/][^<>]*)?>|!--|[?]|![A-Za-z\[])")


def install_harmless(md: MarkdownIt) -> None:
    """Let a few tags without attributes pass."""
    md.options["html"] = False
    md.block.ruler.at("html_block", harmless_block, {"alt": ["paragraph", "reference", "blockquote"]})
    md.inline.ruler.at("html_inline", harmless_inline)


def install_raw(md: MarkdownIt) -> None:
    """Let all HTML pass."""
    md.options["html"] = True


def harmless_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a comment, or a line of a ``<details>``."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("<", start) or state.is_code_block(start_line):
        return False
    if state.src.startswith("<!--", start):
        return _comment_block(state, start_line, end_line, start, silent)
    text = state.src[start : state.eMarks[start_line]].rstrip()
    details = DETAILS.fullmatch(text)
    if not details and not RULE.fullmatch(text):
        return False
    if not silent:
        for part in _parts(text, details):
            part(state, start_line)
        state.line = start_line + 1
    return True


def harmless_inline(state: StateInline, silent: bool) -> bool:
    """Let a harmless tag pass, drop a comment, and show any other HTML as text."""
    start = state.pos
    if state.src[start] != "<":
        return False
    if found := HARMLESS.match(state.src, start, state.posMax):
        if not silent:
            state.push("html_inline", "", 0).content = found[0].lower()
        state.pos = found.end()
        return True
    if state.src.startswith("<!--", start) and (end := state.src.find("-->", start + 4, state.posMax)) >= 0:
        state.pos = end + 3
        return True
    tag = HTML.match(state.src, start, state.posMax)
    if tag:
        if not silent:
            _report(state, tag)
            # "text_special" is text that typography leaves alone.
            state.push("text_special", "", 0).content = tag[0]
        state.pos = tag.end()
    return bool(tag)


def _report(state: StateInline, tag: re.Match[str]) -> None:
    draft = draft_of(state.env)
    if not draft.html_reported and not draft.muted:
        draft.html_reported = True
        message = f"HTML is shown as text: '{tag[0].split(chr(10))[0]}'"
        hint = "'raw_html = true' in the configuration lets it pass"
        draft.report("html-escaped", message, draft.span(tag.start(), tag.end()), hint)


def _comment_block(state: StateBlock, start_line: int, end_line: int, start: int, silent: bool) -> bool:
    end = state.src.find("-->", start + 4, state.eMarks[end_line - 1])
    if end < 0:
        return False
    last = start_line + state.src.count("\n", start, end)
    if state.src[end + 3 : state.eMarks[last]].strip():
        return False
    if not silent:
        state.line = last + 1
    return True


def _parts(text: str, details: re.Match[str] | None) -> list[partial[None]]:
    if not details:
        return [partial(_push_html, "<hr>")]
    parts = [partial(_push_html, details["open"].lower())] if details["open"] else []
    if details["summary"] is not None:
        parts.append(partial(_push_summary, details["summary"]))
    return parts


def _push_html(html: str, state: StateBlock, _line: int) -> None:
    state.push("html_block", "", 0).content = html + "\n"


def _push_summary(text: str, state: StateBlock, line: int) -> None:
    state.push("summary_open", "summary", 1)
    inline = state.push("inline", "", 0)
    inline.map, inline.content, inline.children = [line, line + 1], text.strip(), []
    state.push("summary_close", "summary", -1)
