"""Tables: groups of lines that all have a ``|``, with or without rows of hyphens between.

https://kramdown.gettalong.org/syntax.html#tables
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from octavo.read.rules.draft import draft_of
from octavo.read.rules.kramdown.blocks import Blocks, blocks_of
from octavo.read.rules.kramdown.code import find_span
from octavo.read.rules.table import Cell, make_uncaptioned, render_table

PIPE = re.compile(r"\||.*?[^\\\n]\|")
START = re.compile(rf"[ ]{{0,3}}(?=\S)(?:{PIPE.pattern})")
RULED = re.compile(r"[+|: \t-]*-[+|: \t-]*\n")
DOUBLE_RULED = re.compile(r"[+|: \t=]*=[+|: \t=]*\n")
ALIGNMENT = re.compile(r"[ \t]?(:?)-+(:?)[ \t]?")
CODE_ELEMENT = re.compile(r"<code.*?>.*?</code>")
ELEMENT = re.compile(r"<([a-z]+)\b[^<>]*>.*?</\1>", re.IGNORECASE)

ALIGNMENTS = {(":", ":"): "center", (":", ""): "left", ("", ":"): "right", ("", ""): ""}

Rows = list[tuple[int, list[Cell]]]


class Sections(msgspec.Struct):
    """The parts of a table while its lines are read: the tag of each and its rows."""

    parts: list[tuple[str, Rows]]
    rows: Rows
    alignments: list[str]
    has_footer: bool = False

    def end(self, tag: str) -> None:
        """End a part; behind a footer there is nothing more."""
        self.parts.append((tag, self.rows))
        self.rows = []


def install(md: MarkdownIt) -> None:
    """Add tables to a parser."""
    md.block.ruler.at("table", table)
    md.block.ruler.enable("table")
    md.core.ruler.push("table", make_uncaptioned)
    md.add_render_rule("table", render_table)


def table(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a table, which has blank lines around it."""
    blocks = blocks_of(state)
    start = state.bMarks[start_line]
    if state.src.find("|", start, state.eMarks[start_line]) < 0 or not START.match(state.src, start):
        return False
    if not blocks.after_boundary():
        return False
    end = _end(state, start_line)
    position = state.bMarks[end] if end < state.lineMax else len(state.src)
    if not blocks.before_boundary(position) or not _is_table(state, start_line, end):
        return False
    sections = _read(state, start_line, end)
    if not any(tag == "tbody" for tag, _ in sections.parts):
        return False
    _push(blocks, sections, start_line, end)
    blocks.add("table", end)
    return True


def _end(state: StateBlock, line: int) -> int:
    while line < state.lineMax and PIPE.match(state.src, state.bMarks[line]):
        line += 1
    return line


def _is_table(state: StateBlock, start_line: int, end: int) -> bool:
    """Tell whether each line has a pipe outside of code and HTML."""
    return all(_has_pipe(state.src[state.bMarks[line] : state.eMarks[line]]) for line in range(start_line, end))


def _has_pipe(line: str) -> bool:
    if "`" not in line and "<" not in line:
        return True
    pieces = "\n".join(piece for piece, is_code in _pieces(line) if not is_code)
    return any(PIPE.match(piece) for piece in ELEMENT.sub("\n", pieces).split("\n"))


def _pieces(row: str) -> Iterator[tuple[str, bool]]:
    """Split a row into text and code."""
    begin = position = 0
    while (position := row.find("`", position)) >= 0:
        found = find_span(row, position, len(row))
        if isinstance(found, int):
            position = found
            continue
        yield row[begin:position], False
        yield row[position : found[1]], True
        begin = position = found[1]
    yield row[begin:], False


def _read(state: StateBlock, start_line: int, end: int) -> Sections:
    sections = Sections([], [], [])
    leading = state.src[state.bMarks[start_line] : state.eMarks[start_line]].lstrip().startswith("|")
    first = start_line + 1 if RULED.match(state.src, state.bMarks[start_line]) else start_line
    for line in range(first, end):
        at = state.bMarks[line]
        if RULED.match(state.src, at):
            if sections.rows and not sections.alignments and not sections.has_footer:
                sections.end("thead")
                row = state.src[at : state.eMarks[line]]
                sections.alignments = [ALIGNMENTS[one] for one in ALIGNMENT.findall(row)]
            elif sections.rows and not sections.has_footer:
                sections.end("tbody")
        elif DOUBLE_RULED.match(state.src, at):
            if sections.rows:
                sections.end("tbody")
            sections.has_footer = True
        else:
            sections.rows.append((line, _cells(state, line, leading)))
    if sections.rows:
        sections.end("tfoot" if sections.has_footer else "tbody")
    return sections


def _cells(state: StateBlock, line: int, leading: bool) -> list[Cell]:
    start = state.bMarks[line]
    column = start - (state.src.rfind("\n", 0, start) + 1)
    row = state.src[start : state.eMarks[line]].rstrip(" \t")
    cells = [_cell(row[begin:end], column + begin) for begin, end in _bounds(row)]
    if leading and cells and not cells[0].text:
        del cells[0]
    if cells and not cells[-1].text:
        del cells[-1]
    return cells


def _bounds(row: str) -> Iterator[tuple[int, int]]:
    """Split a row at its pipes; those in code don't count."""
    code = [found.span() for found in CODE_ELEMENT.finditer(row)] if "<code" in row else []
    position = begin = 0
    for piece, is_code in _pieces(row) if "`" in row else ((row, False),):
        at = position
        while not is_code and (at := row.find("|", at, position + len(piece))) >= 0:
            if (at == 0 or row[at - 1] != "\\") and not any(low <= at < high for low, high in code):
                yield begin, at
                begin = at + 1
            at += 1
        position += len(piece)
    yield begin, len(row)


def _cell(text: str, column: int) -> Cell:
    stripped = text.strip()
    if "\\|" in stripped:
        unescaped = "".join(piece if is_code else piece.replace("\\|", "|") for piece, is_code in _pieces(stripped))
        return Cell(unescaped, column + len(text) - len(text.lstrip()), True)
    return Cell(stripped, column + len(text) - len(text.lstrip()), False)


def _push(state: Blocks, sections: Sections, start_line: int, end: int) -> None:
    columns = max(len(cells) for _, rows in sections.parts for _, cells in rows)
    alignments = (sections.alignments + [""] * columns)[:columns]
    opening = state.push("table_open", "table", 1)
    opening.map = [start_line, end]
    opening.meta = {"span": draft_of(state.env).span_in_line(start_line, state.tShift[start_line]), "columns": columns}
    for tag, rows in sections.parts:
        state.push(f"{tag}_open", tag, 1)
        for line, cells in rows:
            _push_row(state, line, cells, alignments, "th" if tag == "thead" else "td")
        state.push(f"{tag}_close", tag, -1)
    state.push("table_close", "table", -1)


def _push_row(state: Blocks, line: int, cells: list[Cell], alignments: list[str], tag: str) -> None:
    state.push("tr_open", "tr", 1)
    for number, alignment in enumerate(alignments):
        cell = cells[number] if number < len(cells) else Cell("", 0, False)
        opening = state.push(f"{tag}_open", tag, 1)
        if tag == "th":
            opening.attrSet("scope", "col")
        if alignment:
            opening.attrSet("class", f"align-{alignment}")
        inline = state.push("inline", "", 0)
        inline.map, inline.content, inline.children = [line, line + 1], cell.text or "\u00a0", []
        inline.meta = {"column": cell.column, "escaped": cell.escaped}
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)
