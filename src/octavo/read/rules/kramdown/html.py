"""HTML: blocks go on to their end tag and are left alone, unless ``markdown="1"`` asks for more; spans are read.

https://kramdown.gettalong.org/syntax.html#html-blocks
"""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from octavo.model.document import Attributes
from octavo.read.rules import html as harmless
from octavo.read.rules.kramdown.blocks import Blocks, blocks_of, counted, options_of, push_inline
from octavo.read.rules.kramdown.patterns import (
    BLOCK_CONTENT,
    BLOCK_ELEMENTS,
    ELEMENTS,
    NAME,
    RAW_CONTENT,
    SPAN_CONTENT,
    SPAN_ELEMENTS,
    VOID_ELEMENTS,
)
from octavo.read.rules.kramdown.spans import Spans, read_until, spans_of

_VALUE = r"""(?:\s*=\s*(?:\w+|"[^"]*"|'[^']*'))?"""
TAG = re.compile(rf"<(?P<name>(?>{NAME}))(?P<attributes>(?:\s+(?>{NAME}){_VALUE})*)\s*(?P<closed>/)?>")
END_TAG = re.compile(rf"</({NAME})\s*>")
ATTRIBUTE = re.compile(rf"""\s*({NAME})(?:\s*=\s*(?:(\w+)|"([^"]*)"|'([^']*)'))?""")
SPACES = re.compile(r" {0,3}")
REST_OF_LINE = re.compile(r"[ \t]*\n")
REFERENCE = re.compile(r"&(?!(?:\w[\w.-]*|#\d+|#x[0-9a-fA-F]+);)")
RAW_START = re.compile(rf"<(?:{NAME}|/|!--|\?)")

#: How deep elements may lie in each other; the tags of those further in are shown as text.
DEEPEST = 150


def install(md: MarkdownIt) -> None:
    """Add HTML to a parser."""
    md.options["html"] = True
    md.block.ruler.at("html_block", html_block)
    md.inline.ruler.at("html_inline", html_span)


def install_harmless(md: MarkdownIt) -> None:
    """Let a few tags without attributes pass."""
    harmless.install_harmless(md)
    md.block.ruler.at("html_block", counted(harmless.harmless_block))


def html_block(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a comment, an element, or the end of the element around the Markdown that is read."""
    blocks = blocks_of(state)
    at = state.bMarks[start_line]
    if state.src.startswith("<!--", at):
        end = state.src.find("-->", at)
        if end < 0:
            return False
        blocks.element = blocks.push("html_block", "", 0)
        blocks.element.content = state.src[at : end + 3] + "\n"
        _go_behind(blocks, end + 3)
        blocks.children.append("html")
        return True
    at = SPACES.match(state.src, at).end()  # type: ignore[union-attr]  # it matches the empty string
    if (found := TAG.match(state.src, at)) and found["name"].lower() not in SPAN_ELEMENTS:
        opening = blocks.push("html_block", "", 0)
        opening.map = [start_line, start_line + 1]
        position = _Element(blocks, found, is_raw=False).read()
        _push_html(blocks, "\n")
        blocks.element = opening
        _go_behind(blocks, position)
        blocks.children.append("html")
        return True
    ending = END_TAG.match(state.src, at)
    if ending and blocks.elements and ending[1].lower() == blocks.elements[-1]:
        blocks.closed = True
        blocks.go_to(ending.end())
        return True
    return False


class _Element:
    """An element of HTML at a place of a body: it is written out as kramdown does, its end tag added if it has none."""

    def __init__(self, blocks: Blocks, found: re.Match[str], *, is_raw: bool, depth: int = 0) -> None:
        self._blocks, self._depth = blocks, depth
        self._src = blocks.src
        self._position = found.end()
        self._closed = bool(found["closed"])
        name = found["name"]
        self._name = name.lower() if name.lower() in ELEMENTS else name
        attributes = parse_attributes(found["attributes"])
        self._model = _content_model(self._name, blocks, is_raw, attributes.pop("markdown", ""))
        self._tag = f"<{self._name}{_written(attributes)}"

    def read(self) -> int:
        """Add the element; return where it ends."""
        if self._name in ("script", "style"):
            return self._leave_alone()
        if self._closed or self._name in VOID_ELEMENTS:
            is_void = self._name in VOID_ELEMENTS or self._model == "raw"
            _push_html(self._blocks, self._tag + (" />" if is_void else f"></{self._name}>"))
            return self._position
        _push_html(self._blocks, self._tag + ">")
        {"raw": self._read_raw, "block": self._read_blocks, "span": self._read_spans}[self._model]()
        _push_html(self._blocks, f"</{self._name}>")
        return self._position

    def _leave_alone(self) -> int:
        ending = re.compile(rf"</{self._name}\s*>", re.IGNORECASE).search(self._src, self._position)
        end = ending.start() if ending else len(self._src)
        _push_html(self._blocks, f"{self._tag}>{self._src[self._position : end]}</{self._name}>\n")
        return ending.end() if ending else end

    def _read_raw(self) -> None:
        """Leave what is inside alone, but for what is not HTML, and elements that ask for Markdown."""
        while found := RAW_START.search(self._src, self._position):
            self._push_text(found.start())
            if self._src.startswith(("<!--", "<?"), self._position):
                self._push_comment()
            elif (tag := TAG.match(self._src, self._position)) and self._depth >= DEEPEST:
                self._push_text(tag.end())
            elif tag:
                self._position = _Element(self._blocks, tag, is_raw=True, depth=self._depth + 1).read()
            elif ending := END_TAG.match(self._src, self._position):
                name = ending[1].lower() if self._name in ELEMENTS else ending[1]
                if name == self._name:
                    self._position = ending.end()
                    return
                self._push_text(ending.end())
            else:
                self._push_text(self._position + 1)
        self._push_text(len(self._src))

    def _push_comment(self) -> None:
        closing = "-->" if self._src.startswith("<!--", self._position) else "?>"
        end = self._src.find(closing, self._position)
        if end < 0:
            self._push_text(self._position + 1)
        else:
            _push_html(self._blocks, self._src[self._position : end + len(closing)])
            self._position = end + len(closing)

    def _push_text(self, end: int) -> None:
        _push_html(self._blocks, escape_text(self._src[self._position : end]))
        self._position = end

    def _read_blocks(self) -> None:
        blocks = self._blocks
        children, blocks.children = blocks.children, []
        waiting, blocks.waiting = blocks.waiting, None
        blocks.elements.append(self._name)
        blocks.tokens[-1].meta["depth"] = 1
        _go_behind(blocks, self._position)
        if len(blocks.elements) <= blocks.md.options["maxNesting"]:
            blocks.run()
        self._position = blocks.position()
        blocks.elements.pop()
        blocks.children, blocks.waiting, blocks.closed = children, waiting, False
        blocks.push("html_block", "", 0).meta["depth"] = -1

    def _read_spans(self) -> None:
        blocks = self._blocks
        ending = re.compile(rf"</{self._name}\s*>", re.IGNORECASE).search(self._src, self._position)
        end = ending.start() if ending else len(self._src)
        line = self._src.count("\n", 0, self._position)
        push_inline(blocks, self._src[self._position : end].strip("\n"), line, line + 1)
        self._position = ending.end() if ending else end


def html_span(state: StateInline, _silent: bool) -> bool:
    """Read a comment or an element within a text; an end tag without an element is text."""
    src, start = state.src, state.pos
    if src.startswith("<!--", start) and (end := src.find("-->", start, state.posMax)) >= 0:
        state.push("html_inline", "", 0).content = src[start : end + 3]
        state.pos = end + 3
        return True
    found = END_TAG.match(src, start, state.posMax) or TAG.match(src, start, state.posMax)
    if not found:
        return False
    state.pos = found.end()
    if found.re is END_TAG or found["name"].lower() in BLOCK_ELEMENTS or state.level >= state.md.options["maxNesting"]:
        state.append_pending(found[0])
    else:
        _read_span(spans_of(state), found)
    return True


def parse_attributes(text: str) -> dict[str, str]:
    """Parse the attributes of a tag; their values may hold entities."""
    return {
        found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "") for found in ATTRIBUTE.finditer(text)
    }


def with_attributes(block: str, given: Attributes) -> str:
    """Return the HTML of an element with more attributes: classes add up, others replace those it has."""
    found = TAG.match(block)
    if not found:
        return block
    attributes = parse_attributes(found["attributes"])
    classes = " ".join(filter(None, (attributes.get("class", ""), *given.classes)))
    attributes |= ({"class": classes} if classes else {}) | dict(given.pairs)
    attributes |= {"id": given.identifier} if given.identifier else {}
    return f"<{found['name']}{_written(attributes)}{' /' if found['closed'] else ''}>{block[found.end() :]}"


def escape_text(text: str) -> str:
    """Escape what is not HTML in a text that may hold entities."""
    if "&" in text:
        text = REFERENCE.sub("&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _read_span(state: Spans, found: re.Match[str]) -> None:
    name = found["name"].lower() if found["name"].lower() in ELEMENTS else found["name"]
    attributes = {key: value.replace("\n", " ") for key, value in parse_attributes(found["attributes"]).items()}
    markdown = attributes.pop("markdown", "")
    parses = _parses(name, options_of(state.env).parse_span_html, markdown)
    if name in VOID_ELEMENTS:
        state.push("html_void", name, 0).attrs = dict(attributes)
        return
    state.push("html_span_open", name, 1).attrs = dict(attributes)
    if not found["closed"]:
        ending = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE if name in ELEMENTS else 0)
        parses = parses and state.inside[-1:] != ["raw"]
        with state.within("html" if parses else "raw"):
            if parses:
                read_until(state, ending.match)
            else:
                _read_raw_span(state, ending)
        closing = ending.match(state.src, state.pos, state.posMax)
        state.pos = closing.end() if closing else state.posMax
    state.push("html_span_close", name, -1)


def _read_raw_span(state: Spans, ending: re.Pattern[str]) -> None:
    """Leave the text of an element alone, up to its end; of the elements inside it likewise."""
    while state.pos < state.posMax and not ending.match(state.src, state.pos, state.posMax):
        if state.src[state.pos] == "<" and html_span(state, False):
            continue
        at = state.src.find("<", state.pos + 1, state.posMax)
        end = at if at >= 0 else state.posMax
        text = state.push("html_inline", "", 0)
        text.content, text.meta = escape_text(state.src[state.pos : end]), {"text": state.src[state.pos : end]}
        state.pos = end


def _parses(name: str, by_default: bool, markdown: str) -> bool:
    is_raw = name in RAW_CONTENT or (name not in SPAN_CONTENT and name not in BLOCK_CONTENT)
    if markdown in ("1", "span", "0"):
        return {"1": not is_raw, "span": True, "0": False}[markdown]
    return by_default and not is_raw


def _content_model(name: str, blocks: Blocks, is_raw: bool, markdown: str) -> str:
    """Tell how the content of an element is read: ``raw``, as ``block`` or as ``span``."""
    by_name = "block" if name in BLOCK_CONTENT else "span" if name in SPAN_CONTENT else "raw"
    if markdown in ("0", "1", "span", "block"):
        return {"0": "raw", "1": by_name, "span": "span", "block": "block"}[markdown]
    return by_name if options_of(blocks.env).parse_block_html and not is_raw else "raw"


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())


def _push_html(blocks: Blocks, text: str) -> None:
    last = blocks.tokens[-1] if blocks.tokens else None
    if last and last.type == "html_block" and last.meta.get("depth", -1) < 0 and last.level == blocks.level:
        last.content += text
    else:
        blocks.push("html_block", "", 0).content = text


def _go_behind(blocks: Blocks, position: int) -> None:
    """Go on behind a block: on the next line, if nothing follows on its own."""
    rest = REST_OF_LINE.match(blocks.src, position)
    blocks.go_to(rest.end() if rest else position)
