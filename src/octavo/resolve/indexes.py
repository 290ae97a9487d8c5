"""The pages that list all figures and all tables: documents put together from pieces of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from octavo.model.document import Body, Figure, Hole, Placeholder, Table
from octavo.model.site import NavLink, Page, ResolvedCrossReference, ResolvedLink
from octavo.resolve.labels import figure_anchor, table_anchor

#: By kind of part: the list of the document, and the one of the page that runs parallel to it.
_PARALLEL: dict[str, tuple[str, str]] = {
    "image": ("images", "images"),
    "figure": ("figures", "figure_numbers"),
    "table": ("tables", "table_numbers"),
    "formula": ("formulas", "formula_numbers"),
    "href": ("links", "links"),
    "cross-reference": ("cross_references", "cross_references"),
    "facts": ("fact_tables", "fact_tables"),
}


@dataclass
class _Pieces:
    """Lists that become those of a document and, in parallel, those of its page."""

    parts: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _PARALLEL})
    origins: list[NavLink] = field(default_factory=list)

    def copy(self, page: Page, name: str, index: int) -> int:
        """Copy one part of a page; return its index here."""
        document_list, page_list = _PARALLEL[name]
        part = getattr(page.document, document_list)[index]
        resolved = getattr(page, page_list)[index]
        self.parts[name].append((part, _from_root(resolved, page)))
        return len(self.parts[name]) - 1


class Index:
    """An index of pieces of pages: it is given one page after the other, and fills in the end the page that shows them.

    Each piece keeps its number and leads to its place.
    """

    def __init__(self, add: Callable[[_Pieces, Page], None]) -> None:
        self._pieces = _Pieces()
        self._macros: dict[str, str] = {}
        self._add = add

    def add(self, page: Page) -> None:
        """Take the pieces of a page."""
        self._add(self._pieces, page)
        self._macros |= page.macros

    def fill(self, index: Page) -> Page:
        """Return the page that shows the pieces."""
        parts = self._pieces.parts
        documents = {of[0]: tuple(part for part, _ in parts[name]) for name, of in _PARALLEL.items()}
        resolved = {of[1]: tuple(part for _, part in parts[name]) for name, of in _PARALLEL.items()}
        document = msgspec.structs.replace(index.document, **documents)
        macros = tuple(self._macros.items()) if document.formulas else ()
        origins = tuple(self._pieces.origins)
        return msgspec.structs.replace(index, document=document, origins=origins, macros=macros, **resolved)


def figure_index() -> Index:
    """Return the index of all figures."""
    return Index(_add_figures)


def table_index() -> Index:
    """Return the index of all tables that are numbered."""
    return Index(_add_tables)


def _add_figures(pieces: _Pieces, page: Page) -> None:
    for place, (figure, number) in enumerate(zip(page.document.figures, page.figure_numbers, strict=True)):
        copied = pieces.copy(page, "figure", place)
        moved = _moved_figure(pieces, page, figure)
        pieces.parts["figure"][copied] = (moved, number)
        pieces.origins.append(NavLink(page.title, f"{page.route.url}#{figure_anchor(figure, number)}"))


def _moved_figure(pieces: _Pieces, page: Page, figure: Figure) -> Figure:
    return msgspec.structs.replace(
        figure,
        panels=tuple(
            msgspec.structs.replace(panel, content=_moved(pieces, page, panel.content)) for panel in figure.panels[:1]
        ),
        caption=_moved(pieces, page, figure.caption),
        credit=_moved(pieces, page, figure.credit),
    )


def _add_tables(pieces: _Pieces, page: Page) -> None:
    for place, (table, number) in enumerate(zip(page.document.tables, page.table_numbers, strict=True)):
        if number:
            copied = pieces.copy(page, "table", place)
            pieces.parts["table"][copied] = (_moved_table(pieces, page, table), number)
            pieces.origins.append(NavLink(page.title, f"{page.route.url}#{table_anchor(table, number)}"))


def _moved_table(pieces: _Pieces, page: Page, table: Table) -> Table:
    """Of a table the index shows what its columns are called."""
    return msgspec.structs.replace(
        table,
        content=tuple(_columns(page, table)),
        caption=_moved(pieces, page, table.caption),
        credit=_moved(pieces, page, table.credit),
    )


def _columns(page: Page, table: Table) -> Iterable[str]:
    """Yield the names of a table's columns as HTML."""
    facts = [part.index for part in table.content if isinstance(part, Placeholder) and part.kind is Hole.FACTS]
    if facts:
        return [_escaped(column.title) for column in page.fact_tables[facts[0]].columns]
    head = "".join(part for part in table.content if isinstance(part, str)).partition("</thead>")[0]
    cells = (_TAG.sub("", cell).strip() for cell in re.findall(r"<th\b[^>]*>(.*?)</th>", head, re.DOTALL))
    return [cell for cell in cells if cell]


_TAG = re.compile(r"<[^<>]*>")
_IDENTIFIER = re.compile(r' id="[^"]*"')


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _moved(pieces: _Pieces, page: Page, body: Body) -> Any:
    """Move a body to the index: what it refers to is copied, citations become text, notes stay behind."""
    return tuple(moved for part in body for moved in _moved_part(pieces, page, part))


def _moved_part(pieces: _Pieces, page: Page, part: str | Placeholder) -> Sequence[str | Placeholder]:
    if isinstance(part, str):
        return (_IDENTIFIER.sub("", part),)
    if part.kind is Hole.CITATION:
        return (_citation_text(page, part.index),)
    if part.kind.value not in _PARALLEL:
        return ()
    return (Placeholder(part.kind, pieces.copy(page, part.kind.value, part.index)),)


def _citation_text(page: Page, index: int) -> str:
    """Return a citation without its links; in a style that cites in notes it is none."""
    if page.formatted.notes or not page.formatted.clusters:
        return ""
    cluster = page.formatted.clusters[index]
    text = "".join(part if isinstance(part, str) else part.html for part in cluster.parts)
    return _LINK.sub("", f"{cluster.author} {text}".strip())


_LINK = re.compile(r"</?a(?: [^>]*)?>")


def _from_root(resolved: Any, page: Page) -> Any:
    """Make an address that is an anchor of its page into one from the site's root."""
    if isinstance(resolved, (ResolvedLink, ResolvedCrossReference)) and resolved.href.startswith("#"):
        return msgspec.structs.replace(resolved, href=page.route.url + resolved.href)
    return resolved
