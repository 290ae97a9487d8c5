"""Tables of GFM, with captions, sources, and cells in which a formula or a link by name may hold a ``|``; and of facts.

https://github.github.com/gfm/#tables-extension-
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from octavo.model.document import Attributes, Hole, Table
from octavo.model.fact import FactTable
from octavo.model.source import Span
from octavo.read.rules import facts
from octavo.read.rules.attributes import attributes_of, merge_attributes
from octavo.read.rules.caption import Caption, split_caption
from octavo.read.rules.draft import draft_of, hole, split_body

#: "Table: ", "Table 3. "
PREFIX = re.compile(r"(?:Table|TABLE)(?:\s+\d+(?:\.\d+)*)?\s*[.:](?:\s+|$)")

DELIMITER_CELL = re.compile(r":?-+:?")

#: Within a row: an escaped character; or a formula, code, tag, variable or link by name, which keep their pipes.
ATOM = re.compile(
    r"""\\.
    | (`+)(?!`).+?(?<!`)\1(?!`)
    | \$\$.+?\$\$
    | \$(?![\s$|])[^$]*?(?<![\s\\])\$(?![\d$])
    | \{%.*?%\} | \{\{.*?\}\} | \[\[[^\[\]]+\]\]
    | \|""",
    re.VERBOSE,
)

LABEL = "tbl:"

#: Rows that are shorter than the header are filled up; this many cells at most, as in markdown-it.
MAX_CELLS_ADDED = 0x10000


class Cell(NamedTuple):
    """The text of a cell with its pipes unescaped, and its column in the source line, from 0."""

    text: str
    column: int
    escaped: bool


def install(md: MarkdownIt) -> None:
    """Add tables to a parser."""
    md.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    md.block.ruler.enable("table")
    md.core.ruler.push("table", make_tables)
    md.add_render_rule("table", render_table)


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table: a row, a delimiter row with as many cells, and more rows."""
    if start_line + 2 > end_line or _is_outside(state, start_line + 1) or state.is_code_block(start_line):
        return False
    delimiter = _line(state, start_line + 1)
    if not delimiter or delimiter.strip("|-: \t") or "-" not in delimiter or "|" not in _line(state, start_line):
        return False
    header = list(_cells(state, start_line))
    alignments = _alignments(delimiter)
    if alignments is None or not header or len(header) != len(alignments):
        return False
    if not silent:
        _push_table(state, start_line, end_line, header, alignments)
    return True


def make_tables(state: StateCore) -> None:
    """Make one token of each table, and take the paragraph above or below it as its caption if it is one."""
    kept: list[Token] = []
    tokens = state.tokens
    place = 0
    while place < len(tokens):
        end = _end_of_table(tokens, place)
        if not end:
            kept.append(tokens[place])
            place += 1
            continue
        above = _captioned(kept[-3:])
        below = None if above else _captioned(tokens[end : end + 3])
        if above:
            del kept[-3:]
        kept.append(_whole_table(tokens[place:end], above or below))
        place = end + (3 if below else 0)
    state.tokens = kept


def make_uncaptioned(state: StateCore) -> None:
    """Make one token of each table; what is around it stays text."""
    kept: list[Token] = []
    tokens = state.tokens
    place = 0
    while place < len(tokens):
        end = _end_of_table(tokens, place)
        kept.append(_whole_table(tokens[place:end], None) if end else tokens[place])
        place = end or place + 1
    state.tokens = kept


def render_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Render the parts of a table, and leave a hole for it."""
    token = tokens[index]
    draft = draft_of(env)
    caption: Caption = token.meta["caption"]
    attributes: Attributes = token.meta["attributes"]
    credit = dict(attributes.pairs).get("credit", "")
    value = Table(
        content=split_body(renderer.render(token.children or (), options, env)),
        caption=split_body(renderer.renderInline(caption.text, options, env)),
        credit=split_body(renderer.renderInline(caption.credit, options, env)) or split_body(escapeHtml(credit)),
        columns=token.meta["columns"],
        attributes=attributes,
        label=attributes.identifier if attributes.identifier.startswith(LABEL) else "",
        span=token.meta["span"],
    )
    return draft.mark(hole(Hole.TABLE, value)) + "\n"


def _push_table(state: StateBlock, start_line: int, end_line: int, header: list[Cell], alignments: list[str]) -> None:
    terminators = state.md.block.ruler.getRules("blockquote")
    parent, state.parentType = state.parentType, "table"
    opening = state.push("table_open", "table", 1)
    opening.meta = {"span": _span(state, start_line), "columns": len(header)}
    state.push("thead_open", "thead", 1)
    _push_row(state, start_line, header, alignments, "th")
    state.push("thead_close", "thead", -1)
    line, added = start_line + 2, 0
    while line < end_line and not _ends_table(state, line):
        if not _line(state, line).startswith("|") and any(rule(state, line, end_line, True) for rule in terminators):
            break
        cells = list(_cells(state, line))
        added += max(0, len(header) - len(cells))
        if added > MAX_CELLS_ADDED:
            break
        if line == start_line + 2:
            state.push("tbody_open", "tbody", 1)
        _push_row(state, line, cells, alignments, "td")
        line += 1
    if line > start_line + 2:
        state.push("tbody_close", "tbody", -1)
    state.push("table_close", "table", -1)
    opening.map = [start_line, line]
    state.parentType = parent
    state.line = line


def _push_row(state: StateBlock, line: int, cells: list[Cell], alignments: list[str], tag: str) -> None:
    state.push("tr_open", "tr", 1)
    filled = cells + [Cell("", 0, False)] * (len(alignments) - len(cells))
    for cell, alignment in zip(filled, alignments, strict=False):
        opening = state.push(f"{tag}_open", tag, 1)
        if tag == "th":
            opening.attrSet("scope", "col")
        if alignment:
            opening.attrSet("class", f"align-{alignment}")
        inline = state.push("inline", "", 0)
        inline.map, inline.content, inline.children = [line, line + 1], cell.text, []
        inline.meta = {"column": cell.column, "escaped": cell.escaped}
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _cells(state: StateBlock, line: int) -> Iterator[Cell]:
    """Split a row at its pipes; the ones at its ends are decoration."""
    start = state.bMarks[line] + state.tShift[line]
    column = start - (state.src.rfind("\n", 0, start) + 1)
    text = state.src[start : state.eMarks[line]].rstrip(" \t")
    begin = 1 if text.startswith("|") else 0
    for found in ATOM.finditer(text, begin):
        if found[0] == "|":
            yield _cell(text[begin : found.start()], column + begin)
            begin = found.end()
    if begin < len(text) or (begin == len(text) and not text.endswith("|")):
        yield _cell(text[begin:], column + begin)


def _cell(text: str, column: int) -> Cell:
    stripped = text.strip(" \t")
    unescaped = stripped.replace("\\|", "|")
    return Cell(unescaped, column + len(text) - len(text.lstrip(" \t")), unescaped != stripped)


def _alignments(delimiter: str) -> list[str] | None:
    """Read a delimiter row: left, center, right or nothing for each column; ``None`` if it isn't one."""
    cells = [cell.strip(" \t") for cell in delimiter.removeprefix("|").removesuffix("|").split("|")]
    if not all(map(DELIMITER_CELL.fullmatch, cells)):
        return None
    names = {(True, True): "center", (True, False): "left", (False, True): "right", (False, False): ""}
    return [names[cell.startswith(":"), cell.endswith(":")] for cell in cells]


def _ends_table(state: StateBlock, line: int) -> bool:
    text = _line(state, line)
    return _is_outside(state, line) or not text or bool(PREFIX.match(text))


def _is_outside(state: StateBlock, line: int) -> bool:
    return state.sCount[line] < state.blkIndent or state.is_code_block(line)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip(" \t")


def _span(state: StateBlock, line: int) -> Span:
    start = state.bMarks[line] + state.tShift[line]
    return draft_of(state.env).span_in_line(line, start - (state.src.rfind("\n", 0, start) + 1))


def _end_of_table(tokens: Sequence[Token], place: int) -> int:
    """Return where the table ends that begins at a place, or 0; a tag alone in its paragraph may make one."""
    if tokens[place].type == "table_open":
        return 1 + next(at for at in range(place, len(tokens)) if tokens[at].type == "table_close")
    if tokens[place].type == "paragraph_open" and tokens[place + 1].content.startswith("{%"):
        return place + 3 if facts.stands_alone(tokens[place + 1]) else 0
    return 0


class Captioned(NamedTuple):
    """A caption and the attributes of its paragraph."""

    caption: Caption
    attributes: Attributes


def _captioned(paragraph: list[Token]) -> Captioned | None:
    """Read a paragraph as a caption, if it is one."""
    if len(paragraph) < 3 or paragraph[0].type != "paragraph_open":
        return None
    caption = split_caption(paragraph[1].children or [], PREFIX)
    return Captioned(caption, attributes_of(paragraph[0])) if caption else None


def _whole_table(tokens: list[Token], captioned: Captioned | None) -> Token:
    opening = tokens[0]
    own = attributes_of(opening)
    caption, outer = captioned or Captioned(Caption([], []), Attributes())
    token = Token("table", "table", 0, block=True, map=opening.map, level=opening.level, children=tokens[1:-1])
    token.meta = {**opening.meta, "caption": caption, "attributes": merge_attributes(outer, own)}
    if opening.type == "paragraph_open":
        of_facts: FactTable = facts.only_hole(tokens[1]).meta["value"]
        token.meta |= {"columns": 1 + len(of_facts.columns), "span": of_facts.span}
    return token
