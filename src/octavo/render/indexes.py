"""The figures and tables that an index lists, as templates see them."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from octavo.model.document import Body, Figure, Table
from octavo.model.rendering import PageContent
from octavo.render.body import BodyRenderer
from octavo.render.views import IndexedView

#: How wide a small picture is shown at the most.
SIZES = "(max-width: 40rem) 100vw, 20rem"


def view_index(content: PageContent, renderer: BodyRenderer, relative: Callable[[str], str]) -> tuple[IndexedView, ...]:
    """Return what an index lists: each piece with its number and the place that it comes from."""
    page = content.page
    if not page.origins:
        return ()
    figures = zip(page.document.figures, page.figure_numbers, strict=True)
    tables = zip(page.document.tables, page.table_numbers, strict=True)
    pieces: list[tuple[str, Figure | Table, Markup, Body]] = [
        *((f"Figure {number}", figure, renderer.picture(figure, SIZES), ()) for figure, number in figures),
        *((f"Table {number}", table, Markup(""), table.content) for table, number in tables),
    ]
    return tuple(
        IndexedView(
            label=label,
            page=origin.title,
            url=relative(origin.url),
            picture=picture,
            caption=renderer.render(piece.caption),
            credit=renderer.render(piece.credit),
            columns=tuple(Markup(column) for column in columns if isinstance(column, str)),
        )
        for (label, piece, picture, columns), origin in zip(pieces, page.origins, strict=True)
    )
