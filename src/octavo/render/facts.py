"""Tables of facts as templates see them, and as a file of comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from urllib.parse import quote

from markupsafe import Markup

from octavo.model.document import Document
from octavo.model.fact import FactCell, FactState, FactValue, ResolvedFacts
from octavo.render.views import FactCellView, FactColumnView, FactNoteView, FactRowView, FactsView, FactValueView


def view_facts(
    document: Document,
    index: int,
    facts: ResolvedFacts,
    cite: Callable[[int], str],
    relative: Callable[[str], str],
    drawing: str = "",
) -> FactsView:
    """Return what a template needs of the document's table of facts with this index.

    ``cite`` renders a citation of the document, ``relative`` makes an address one from the page.
    """
    anchors = [f"facts-{index + 1}-note-{number}" for number in range(1, len(facts.notes) + 1)]
    numeric = [column.is_number for column in facts.columns]
    form = document.fact_tables[index].form
    return FactsView(
        form=form,
        columns=tuple(FactColumnView(column.title, column.is_number) for column in facts.columns),
        rows=tuple(
            FactRowView(
                row.title,
                relative(row.url) if row.url else "",
                tuple(
                    _cell(cell, anchors, form == "facts" or numeric[place], form != "facts")
                    for place, cell in enumerate(row.cells)
                ),
            )
            for row in facts.rows
        ),
        notes=tuple(
            FactNoteView(anchor, number, Markup(cite(citation)))
            for number, (anchor, citation) in enumerate(zip(anchors, facts.notes, strict=True), start=1)
        ),
        csv=f"data:text/csv;charset=utf-8,{quote(_csv(document, facts))}",
        drawing=Markup(drawing),
    )


def _cell(cell: FactCell, anchors: Sequence[str], is_number: bool, names_variants: bool) -> FactCellView:
    orders = [value.order for value in cell.values if value.order is not None]
    return FactCellView(
        values=tuple(
            FactValueView(
                value.text, value.of if names_variants else "", value.state, value.note, anchors[value.note - 1]
            )
            for value in cell.values
        ),
        order=f"{max(orders):g}" if orders and is_number else "",
        width=cell.width,
        is_number=is_number,
    )


def _csv(document: Document, facts: ResolvedFacts) -> str:
    """Write a table with a column of citekeys beside each of its own."""
    sources = [document.citations[place].items[0].citekey for place in facts.notes]
    titles = [column.title for column in facts.columns]
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["", *(head for title in titles for head in (title, f"{title}: source".lstrip(": ")))])
    for row in facts.rows:
        cells = [(_in_words(cell.values), _sources(cell.values, sources)) for cell in row.cells]
        writer.writerow([row.title, *(text for cell in cells for text in cell)])
    return file.getvalue()


def _in_words(values: Sequence[FactValue]) -> str:
    texts = (value.text if value.state == FactState.GIVEN else str(value.state) for value in values)
    variants = (f" ({value.of})" if value.of else "" for value in values)
    return _harmless("; ".join(text + variant for text, variant in zip(texts, variants, strict=True)))


def _sources(values: Sequence[FactValue], sources: Sequence[str]) -> str:
    return _harmless("; ".join(dict.fromkeys(sources[value.note - 1] for value in values)))


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
