"""What a note is to the rest of its site: its document without its prose, and without places in its file."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, TypeVar

import msgspec

from octavo.model.document import Body, Citation, Document, Figure, Outline, Panel, Table
from octavo.model.source import NOWHERE

T = TypeVar("T", bound=msgspec.Struct)


def outline_of(document: Document) -> Outline:
    """Return what the rest of the site sees of a document.

    A word that is corrected or a paragraph that is added leaves it as it is, and so all other pages.
    """
    front_matter = document.front_matter
    return Outline(
        path=document.path,
        front_matter=msgspec.structs.replace(front_matter, body_line=1),
        body=(),
        headings=_without_places(document.headings),
        citations=tuple(_citation(citation) for citation in document.citations),
        reference_lists=tuple(
            msgspec.structs.replace(listed, items=_without_places(listed.items), span=NOWHERE)
            for listed in document.reference_lists
        ),
        links=_without_places(document.links),
        images=_without_places(document.images),
        figures=tuple(_figure(figure) for figure in document.figures),
        tables=tuple(_table(table) for table in document.tables),
        formulas=_without_places(document.formulas),
        cross_references=_without_places(document.cross_references),
        fact_tables=_without_places(document.fact_tables),
        anchors=document.anchors,
        summary="" if front_matter.description else document.summary,
        sections=_sections(document),
        url=document.url,
        output=document.output,
        is_whole=document.is_whole,
        macros=document.macros,
    )


def head_of(outline: Document) -> Outline:
    """Return what lists of pages and references show of a note, and its facts: its outline without its own text."""
    return Outline(
        path=outline.path,
        front_matter=outline.front_matter,
        body=(),
        headings=tuple(heading for heading in outline.headings if heading.level == 1)[:1],
        reference_lists=outline.reference_lists,
        fact_tables=outline.fact_tables,
        summary=outline.summary,
        url=outline.url,
        output=outline.output,
        is_whole=outline.is_whole,
    )


def _without_places(parts: tuple[T, ...]) -> tuple[T, ...]:
    replaced: Any = {"span": NOWHERE}
    return tuple(msgspec.structs.replace(part, **replaced) for part in parts)


def _citation(citation: Citation) -> Citation:
    return msgspec.structs.replace(citation, items=_without_places(citation.items), span=NOWHERE)


def _figure(figure: Figure) -> Figure:
    panels = tuple(Panel(panel.content, NOWHERE, panel.caption, panel.label) for panel in figure.panels)
    return msgspec.structs.replace(figure, panels=panels, span=NOWHERE)


def _table(table: Table) -> Table:
    return msgspec.structs.replace(table, content=_head(table.content), span=NOWHERE)


def _head(content: Body) -> Body:
    """Return what an index of tables shows of a table: its head; a table of facts is one placeholder."""
    head: list[Any] = []
    for part in content:
        if isinstance(part, str) and "</thead>" in part:
            return (*head, part[: part.index("</thead>")])
        head.append(part)
    return content


def _sections(document: Document) -> tuple[str, ...]:
    """Return the text of the heading above each citation; those below the title, and in footnotes, have none."""
    headings = [heading for heading in document.headings if heading.level > 1]
    lines = [heading.span.line for heading in headings]
    above = (
        0 if citation.in_footnote or not citation.items else bisect_right(lines, citation.items[0].span.line)
        for citation in document.citations
    )
    return tuple(headings[place - 1].text if place else "" for place in above)
