"""A note as Markdown, for what reads text and not pages: citations resolved, numbers and addresses filled in.

The file stands on its own. It is made of what the page is made of, but of none of its templates: a theme changes how a
page looks, and nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, ClassVar

from markupsafe import Markup

from octavo.model.document import Figure, Hole, Placeholder
from octavo.model.rendering import PageContent
from octavo.model.scholar import ScholarConfig
from octavo.model.site import ListedPage, ListedReference, ListHeading, ResolvedItem, SiteConfig
from octavo.render.addresses import absolute_url, quote_url, relative_url, root_of
from octavo.render.body import BodyRenderer
from octavo.render.escaping import escape
from octavo.render.macros import MAX_LENGTH, FormulaError, expand_macros
from octavo.render.markdown_text import (
    cell_text,
    escape_markdown,
    fenced,
    indented,
    list_items,
    markdown_link,
    settled,
    table_rows,
)
from octavo.render.markdown_writer import write_markdown
from octavo.render.scholar_templates import ScholarRendering
from octavo.render.templates import Templates, format_date
from octavo.render.views import FactCellView, FactsView
from octavo.resolve.labels import panel_mark

#: The mark of a reference that Markdown's own lists have.
ITEM_NUMBER = re.compile(r"\d{1,9}\.")


def render_mirror(content: PageContent, templates: Templates, config: SiteConfig) -> str:
    """Render a note as Markdown: title, byline, text, the pages of its section, notes and references.

    Addresses are absolute if the site knows its own, and relative to the file otherwise.
    """
    page = content.page
    root = f"{config.base_url}/" if config.base_url else root_of(page.route, "")
    here = absolute_url(page.route.url, config.base_url) if config.base_url else _file_name(page.route.output)
    body = MirrorBody(content, templates, root, here, config.scholar)
    return "\n\n".join(part for part in (*_head(content, config), *body.parts()) if part) + "\n"


def _file_name(output: str) -> str:
    return quote_url(output.rpartition("/")[2])


def _head(content: PageContent, config: SiteConfig) -> Iterator[str]:
    """Yield the title, unless the text begins with it, and who wrote the note, when, and where the page is."""
    page, front_matter = content.page, content.page.document.front_matter
    first = next(iter(page.document.headings), None)
    if front_matter.title or first is None or first.level != 1:
        yield f"# {escape_markdown(page.title)}"
    authors = front_matter.authors or ((config.author,) if config.author else ())
    updated = front_matter.updated if front_matter.updated[:10] != front_matter.date[:10] else ""
    told = (
        escape_markdown(", ".join(authors)),
        format_date(front_matter.date),
        f"updated {format_date(updated)}" if updated else "",
        f"<{absolute_url(page.route.url, config.base_url)}>" if config.base_url else "",
    )
    yield " · ".join(filter(None, told))


class MirrorBody(BodyRenderer):
    """Fills the holes of a document with what can be written as Markdown; ``here`` is the address of its page."""

    def __init__(
        self, content: PageContent, templates: Templates, root: str, here: str, scholar: ScholarConfig
    ) -> None:
        super().__init__(content, templates, root, ScholarRendering(scholar))
        self._here = here
        self._kept: list[str] = []

    def parts(self) -> Iterator[str]:
        """Yield the parts of the file below its head."""
        yield self._written(self.render(self._document.body))
        yield "\n".join(_listing(self._page.listing, self._root))
        for number, note in enumerate(self._notes, start=1):
            yield f"[^{number}]: {indented(self._written(self._footnote(note).html), '    ')}"
        index = len(self._document.reference_lists)
        if index < len(self._page.reference_lists):
            yield self._written(f"<h2>References</h2>{self._plain_references(index)}")

    def _written(self, html: str) -> str:
        return write_markdown(html, self._here, self._kept)

    def _keep(self, markdown: str, element: str = "markdown") -> str:
        """Leave a place in the HTML for Markdown that is ready."""
        self._kept.append(markdown)
        return f"<{element}>{len(self._kept) - 1}</{element}>"

    def _cite_link(self, place: ResolvedItem, html: str, anchor: bool) -> str:
        return html

    def _plain_references(self, index: int) -> str:
        readings = {reading.citekey: reading for reading in self._document.front_matter.readings}
        rows = self._page.reference_lists[index]
        headings = self._page.list_looks[index].headings
        if headings:
            return "".join(self._plain_groups(rows, headings))
        by_topic = groupby(rows, lambda row: readings[row.citekey].topic if row.citekey in readings else "")
        return "".join(
            f"{f'<h3>{escape(topic)}</h3>' if topic else ''}{self._items(list(group))}" for topic, group in by_topic
        )

    def _plain_groups(self, rows: Sequence[ListedReference], headings: Sequence[ListHeading]) -> Iterator[str]:
        ends = [*(heading.place for heading in headings[1:]), len(rows)]
        yield self._items(rows[: headings[0].place])
        for heading, end in zip(headings, ends, strict=True):
            if heading.text:
                yield f"<h{heading.level + 3}>{escape(heading.text)}</h{heading.level + 3}>"
            yield self._items(rows[heading.place : end])

    def _items(self, rows: Sequence[ListedReference]) -> str:
        """Render references as the items of a list; a mark such as "[3]" stands before its reference."""
        references = [self._page.formatted.references[row.number - 1] for row in rows]
        marks = [Markup(one.mark).striptags() if one.mark else "" for one in references]
        is_counted = all(map(ITEM_NUMBER.fullmatch, marks))
        items = [
            settled((f"{mark} " if mark and not is_counted else "") + self._item(row, one.html))
            for row, one, mark in zip(rows, references, marks, strict=True)
        ]
        return self._keep(list_items(items, 1 if is_counted else None), "markdown-block")

    def _item(self, row: ListedReference, html: str) -> str:
        return _written_reference(html + self._links(row, html))

    def _links(self, row: ListedReference, shown: str) -> str:
        """Render the ways to a work that its reference doesn't show already."""
        links = [(escape(link.url), link.label) for link in self._content.entries[row.number - 1].links]
        return "".join(f' <a href="{url}">{escape(label)}</a>' for url, label in links if url not in shown)

    def _plain_image(self, index: int) -> str:
        image, url = self._document.images[index], self._page.images[index].url
        if image.theme == "dark":  # its twin is shown
            return ""
        return f'<img src="{escape(self._url(url))}" alt="{escape(image.alt)}" title="{escape(image.title)}">'

    def _plain_figure(self, index: int) -> str:
        figure, number = self._document.figures[index], self._page.figure_numbers[index]
        caption = _caption(f"Figure {number}", self.render(figure.caption), self.render(figure.credit))
        shown = "".join(
            f"<div>{self.render(panel.content)}</div>{self._panel_caption(figure, place)}"
            for place, panel in enumerate(figure.panels)
        )
        return f"<div>{shown}{caption}</div>"

    def _panel_caption(self, figure: Figure, place: int) -> str:
        if len(figure.panels) == 1:
            return ""
        return f"<p>({panel_mark(place)}) {escape(figure.panels[place].caption)}</p>"

    def _plain_table(self, index: int) -> str:
        table, number = self._document.tables[index], self._page.table_numbers[index]
        label = f"Table {number}" if number else ""
        caption = _caption(label, self.render(table.caption), self.render(table.credit))
        holes = [part for part in table.content if isinstance(part, Placeholder) and part.kind is Hole.FACTS]
        shown = self._plain_facts(holes[0].index) if holes else f"<table>{self.render(table.content)}</table>"
        return f"<div>{caption}{shown}</div>"

    def _plain_facts(self, index: int) -> str:
        """Render a table of facts and its sources."""
        facts = self._facts_view(index)
        sources = "".join(f"<li>{note.source}</li>" for note in facts.notes)
        return f"{self._keep(_fact_table(facts), 'markdown-block')}<p>Sources:</p><ol>{sources}</ol>"

    def _tex(self, index: int) -> str:
        formula, number = self._document.formulas[index], self._page.formula_numbers[index]
        tex = _expanded(formula.tex, dict(self._page.macros))
        if not formula.display:
            return self._keep(f"${' '.join(tex.split())}$")
        tag = f" \\tag{{{number}}}" if number else ""
        return self._keep(f"$$\n{tex.strip()}{tag}\n$$", "markdown-block")

    def _fenced_code(self, index: int) -> str:
        block = self._document.code_blocks[index]
        title = f"<p>{escape(block.title)}:</p>" if block.title else ""
        return title + self._keep(fenced(block.text, block.language), "markdown-block")

    _fill: ClassVar[Mapping[Hole, Callable[[Any, int], str]]] = {
        **BodyRenderer._fill,
        Hole.REFERENCES: _plain_references,
        Hole.TOC: lambda _renderer, _index: "",
        Hole.IMAGE: _plain_image,
        Hole.FIGURE: _plain_figure,
        Hole.TABLE: _plain_table,
        Hole.FORMULA: _tex,
        Hole.CODE: _fenced_code,
        Hole.FACTS: _plain_facts,
    }


@lru_cache(maxsize=2048)  # many pages refer to the same works
def _written_reference(html: str) -> str:
    """Write a reference, which has no links into its page, as the lines of an item."""
    return write_markdown(html, "").replace("\n\n", "\n")


def _expanded(tex: str, macros: Mapping[str, str]) -> str:
    """Expand the site's own macros, which nobody else knows; a formula that is wrong stays as written."""
    try:
        return expand_macros(tex, macros, MAX_LENGTH) if macros else tex
    except FormulaError:  # the page reports it
        return tex


def _caption(label: str, caption: str, credit: str) -> str:
    """Render what stands at a figure or table, in one paragraph; nothing if there is nothing to tell."""
    told = " ".join(filter(None, (label and f"{label}.", caption, credit and f"Credit: {credit}")))
    return f"<p>{told}</p>" if told else ""


def _fact_table(facts: FactsView) -> str:
    """Write a table of facts; the first column names what a row is about."""
    head = ["" if facts.form == "facts" else "Name", *(cell_text(escape_markdown(one.title)) for one in facts.columns)]
    rows = [head]
    for row in facts.rows:
        title = escape_markdown(row.title)
        cells = [cell_text(markdown_link(title, row.url) if row.url else title)]
        for cell in row.cells:
            cells += [_fact_values(cell), *[""] * (cell.width - 1)]
        rows.append(cells)
    columns = max(map(len, rows))
    filled = [cells + [""] * (columns - len(cells)) for cells in rows]
    return table_rows(filled, ["---", *("---:" if one.is_number else "---" for one in facts.columns)][:columns])


def _fact_values(cell: FactCellView) -> str:
    """Write the values in a cell, each with the number of its source in the list below the table."""
    return "; ".join(
        cell_text(escape_markdown(value.text + (f" ({value.of})" if value.of else ""))) + f"<sup>{value.note}</sup>"
        for value in cell.values
    )


def _listing(pages: Sequence[ListedPage], root: str, indent: str = "") -> Iterator[str]:
    """Yield a line for each page that the note's page lists, those of a section below it."""
    for page in pages:
        told = f": {escape_markdown(page.description)}" if page.description else ""
        yield f"{indent}- {markdown_link(escape_markdown(page.title), relative_url(page.url, root))}{told}"
        yield from _listing(page.pages, root, f"{indent}  ")
