"""A document's body as HTML: every hole filled with what the site knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, repeat
from typing import Any, ClassVar, NamedTuple

import msgspec
from markupsafe import Markup

from octavo.model.document import (
    Attributes,
    Body,
    Document,
    Figure,
    Formula,
    Heading,
    Hole,
    Image,
    Json,
    ListForm,
    Panel,
    Placeholder,
)
from octavo.model.reference import FormattedCite, FormattedCluster, RenderedEntry
from octavo.model.rendering import FormulaHtml, PageContent
from octavo.model.scholar import ScholarConfig
from octavo.model.site import ListedReference, ListHeading, Page, ResolvedItem
from octavo.read.scholar.config import page_scholar
from octavo.render.addresses import relative_url
from octavo.render.attributes import render_attributes
from octavo.render.escaping import escape
from octavo.render.facts import view_facts
from octavo.render.references import card_anchor, view_reference
from octavo.render.scholar import (
    missing_entry,
    own_citation,
    own_list,
    own_reference,
    render_shown,
)
from octavo.render.scholar_templates import ReferenceTemplates, ScholarRendering, Shown
from octavo.render.templates import Templates
from octavo.render.views import (
    FactsView,
    FigureView,
    FootnoteView,
    GroupView,
    ImageView,
    PanelView,
    ReferenceView,
    SourceView,
    TableView,
    TocView,
)
from octavo.resolve.labels import REFERENCES_ANCHOR, figure_anchor, footnote_anchor, panel_mark, table_anchor

#: How wide an image is shown at the most; the theme's measure.
IMAGE_SIZES = "(max-width: 48rem) 100vw, 44rem"

#: The same of an image beside others in a figure.
PANEL_SIZES = "(max-width: 26rem) 100vw, (max-width: 48rem) 50vw, 22rem"

#: The template for a list of references, unless its tag names another.
REFERENCES = "references.html.jinja"

#: Attributes of ours that say what a figure is, and are not attributes of its image.
FIGURE_ATTRIBUTES = ("credit", "caption", "label")


class Note(NamedTuple):
    """Something at the foot of a page: a footnote or a citation, by its place in the document's list."""

    kind: Hole
    place: int


class BodyRenderer:
    """Renders the bodies of one page; ``root`` is the page's way to the site's root."""

    def __init__(self, content: PageContent, templates: Templates, root: str, scholar: ScholarRendering) -> None:
        self._content = content
        self._scholar = page_scholar(content.page.document.front_matter.scholar, scholar.config)
        self._reference_templates = ReferenceTemplates(scholar.layouts)
        self._page = content.page
        self._document = content.page.document
        self._templates = templates
        self._root = root
        self._reference_root = f"{self._scholar.base_path}/" if self._scholar.own_markup else root
        self._notes = self._ordered_notes()
        self._numbers = {note: number for number, note in enumerate(self._notes, start=1)}

    def render(self, body: Body) -> Markup:
        """Fill the holes of a body; a raised citation stands right behind the word before it."""
        return Markup("".join(self._filled(body)))

    def _filled(self, body: Body) -> list[str]:
        pieces: list[str] = []
        for part in body:
            piece = part if isinstance(part, str) else self._fill[part.kind](self, part.index)
            if piece.startswith(_RAISED) and pieces:
                pieces[-1] = pieces[-1].rstrip(" \n")
                if next((before for before in reversed(pieces) if before), "").startswith(_RAISED):
                    pieces.append("<sup>, </sup>")
            pieces.append(piece)
        return pieces

    @property
    def has_notes(self) -> bool:
        """Whether anything stands at the foot of the page."""
        return bool(self._notes)

    def toc(self) -> tuple[TocView, ...]:
        """Nest the headings, but for the title; a level that is skipped makes no level of the list."""
        is_title = has_own_heading(self._page) and not self._document.is_whole
        title = self._document.headings[0] if is_title else None
        shown = [heading for heading in self._document.headings if heading.in_toc and heading is not title]
        return self._nest(shown)

    def whole(self) -> Markup:
        """Render all that the page says: its text, what stands at its foot, and the cards of what it cites."""
        return Markup("".join((*self._filled(self._document.body), *self._appendix(), self.cards())))

    def appendix(self) -> Markup:
        """Render the footnotes, and the references of a page that cites but doesn't say where its list goes."""
        return Markup("".join(self._appendix()))

    def _appendix(self) -> Iterator[str]:
        yield self._footnotes()
        index = len(self._document.reference_lists)
        if index < len(self._page.reference_lists):
            yield self._reference_list(index, heading="References", anchor=REFERENCES_ANCHOR)

    def cards(self) -> Markup:
        """Render the cards of the works that the page cites in its text."""
        lists = reversed(self._page.reference_lists)
        rows = {row.citekey: row for listed in lists for row in listed if row.number}
        cited = {
            one.citekey: one.number
            for items in self._page.citations
            for one in items
            if one.known and one.anchor and one.number
        }
        cards = tuple(self._card(rows.get(key, ListedReference(key, "", cited[key]))) for key in cited)
        return self._templates.render("cards.html.jinja", cards=cards) if cards else Markup()

    def _card(self, row: ListedReference) -> Markup:
        entry, html = self._content.entries[row.number - 1], self._page.formatted.references[row.number - 1].html
        shown = (row.citekey, html, entry.abstract, entry.links, entry.bibtex, row.entry_url, row.files)
        return self._templates.render_once(
            "card.html.jinja", (self._reference_root, *shown), lambda: {"reference": self._reference(row)}
        )

    def _ordered_notes(self) -> tuple[Note, ...]:
        """Return what stands at the foot of the page: footnotes, and citations if the style makes notes of them."""
        in_notes = self._page.formatted.notes and not self._scholar.own_markup
        citations = self._document.citations if in_notes else ()
        notes = [
            (place, 1, Note(Hole.CITATION, place))
            for place, citation in enumerate(citations)
            if not (citation.silent or citation.in_footnote) and any(one.known for one in self._page.citations[place])
        ]
        notes += [(one.place, 0, Note(Hole.FOOTNOTE, index)) for index, one in enumerate(self._document.footnotes)]
        return tuple(note for _, _, note in sorted(notes))

    def _footnotes(self) -> str:
        views = tuple(self._footnote(note) for note in self._notes)
        return self._templates.render("footnotes.html.jinja", footnotes=views) if views else ""

    def _footnote(self, note: Note) -> FootnoteView:
        if note.kind is Hole.FOOTNOTE:
            return FootnoteView(footnote_anchor(note.place), self.render(self._document.footnotes[note.place].body))
        way_back = '<a href="#{0}" class="footnote-backref" role="doc-backlink" aria-label="Back to the text">↩︎</a>'
        html = Markup(self._cited(note.place, anchors=False)) + Markup(" " + way_back.format(_note_reference(note)))
        return FootnoteView(f"cite-note-{note.place + 1}", html)

    def _footnote_reference(self, index: int) -> str:
        reference = self._document.footnote_references[index]
        if self._document.is_whole:  # it has its footnotes in its text
            from octavo.read.jekyll.footnotes import kramdown_reference  # other pages need nothing of it

            return kramdown_reference(reference)
        number = self._numbers[Note(Hole.FOOTNOTE, reference.footnote)]
        return _raised(reference.anchor, footnote_anchor(reference.footnote), number)

    def _nest(self, headings: Sequence[Heading]) -> tuple[TocView, ...]:
        items = []
        rest = list(headings)
        while rest:
            first = rest.pop(0)
            below = next((place for place, heading in enumerate(rest) if heading.level <= first.level), len(rest))
            items.append(TocView(self.render(first.body), first.anchor, self._nest(rest[:below])))
            rest = rest[below:]
        return tuple(items)

    def _url(self, href: str) -> str:
        return relative_url(href, self._root)

    def _reference_url(self, href: str) -> str:
        """Return the address of a page or file of an entry; where jekyll-scholar's markup is kept, from the root."""
        return relative_url(href, self._reference_root)

    def _citation(self, index: int) -> str:
        citation = self._document.citations[index]
        if self._scholar.own_markup:
            return self._own_citation(index)
        if citation.silent:
            return ""
        note = Note(Hole.CITATION, index)
        resolved = self._page.citations[index]
        clusters = self._page.formatted.clusters
        cluster = clusters[index] if clusters else FormattedCluster(())
        if note in self._numbers:
            html = _raised(_note_reference(note), f"cite-note-{index + 1}", self._numbers[note])
            shown: set[int] = set()
        else:
            html = self._cited(index, anchors=True)
            shown = {part.place for part in cluster.parts if isinstance(part, FormattedCite)}
        if cluster.author and not html:
            html, shown = self._cite_link(resolved[0], cluster.author, True), {0}
        elif cluster.author:
            html = f"{cluster.author}{'' if html.startswith('<sup') else ' '}{html}"
        # A cite that has no text here, in a range or a footnote, is still what its reference leads back to.
        known = [place for place in resolved if place.known]
        hidden = "".join(
            f'<a id="{escape(place.anchor)}"></a>' for number, place in enumerate(known) if number not in shown
        )
        missing = " ".join(missing_entry(place) for place in resolved if not place.known)
        if missing:
            html = f"{html} {missing}" if html else f"({missing})"
        return f'<span class="citation">{html}{hidden}</span>'

    def _citation_text(self, index: int) -> str:
        return _TAG.sub("", self._citation(index))

    def _own_citation(self, index: int) -> str:
        page = self._page
        cluster = page.formatted.clusters[index] if page.formatted.clusters else FormattedCluster(())
        return own_citation(self._document.citations[index], cluster, page.citations[index], self._scholar)

    def _cited(self, index: int, anchors: bool) -> str:
        """Return a citation's text, its cites linked to their references and, if asked for, with ids of their own.

        One that is part of a footnote's sentence leaves the full stop to the sentence.
        """
        known = [place for place in self._page.citations[index] if place.known]
        if not known:
            return ""
        parts = self._page.formatted.clusters[index].parts
        if self._page.formatted.notes and self._document.citations[index].in_footnote and parts[-1:] == (".",):
            parts = parts[:-1]
        return "".join(
            part if isinstance(part, str) else self._cite_link(known[part.place], part.html, anchors) for part in parts
        )

    def _cite_link(self, place: ResolvedItem, html: str, anchor: bool) -> str:
        is_elsewhere = "#" in place.reference or place.reference.startswith("/")
        target = place.reference if is_elsewhere else f"#{place.reference}"
        url = f' href="{escape(self._url(target))}"' if place.reference else ""
        inner = _LINK.sub("", html)  # a link holds no other
        identifier = f' id="{escape(place.anchor)}"' if anchor else ""
        card = card_anchor(place.citekey)
        more = f'<button class="cite-more" type="button" popovertarget="{card}" aria-label="About this work"></button>'
        return f'<a class="cite"{identifier}{url}>{inner}</a>{more}'

    def _reference_list(self, index: int, heading: str = "", anchor: str = "") -> str:
        look = self._page.list_looks[index]
        rows, lists = self._page.reference_lists[index], self._document.reference_lists
        views = tuple(self._reference(reference) for reference in rows)
        own = self._scholar.own_markup
        if own:
            views = tuple(msgspec.structs.replace(view, html=own_reference(view, self._scholar)) for view in views)
        asked_for = (lists[index].template if index < len(lists) else "") or self._scholar.bibliography_template
        if source := self._reference_templates.source(asked_for):
            views = tuple(map(self._in_template, repeat(source), rows, views, count(1)))
        if own:
            return own_list(lists[index], look, views, self._scholar)
        return self._templates.render(
            list_template(self._document, index, self._scholar, self._templates),
            references=views,
            groups=tuple(self._group(one) for one in look.headings),
            heading=heading,
            anchor=anchor,
            hanging=look.hanging,
            spacing=look.spacing,
        )

    def _in_template(self, source: str, row: ListedReference, view: ReferenceView, place: int) -> ReferenceView:
        html = self._reference_templates.render(source, *self._templated(row, view, place), self._scholar)
        return msgspec.structs.replace(view, html=html)

    def _templated(
        self, row: ListedReference, view: ReferenceView, place: int
    ) -> tuple[Shown, RenderedEntry, dict[str, Json]]:
        """Return what a template in Liquid sees of a reference and its page."""
        about = self._document.front_matter.extra | {"title": self._page.title, "url": self._page.route.url}
        links = {ending: self._reference_url(url) for ending, url in row.files}
        return Shown(view.html, place, links, view.url), self._content.entries[row.number - 1], about

    def _group(self, heading: ListHeading) -> GroupView:
        tags = self._scholar.bibliography_group_tag or ("h2",)
        return GroupView(heading.text, tags[min(heading.level, len(tags) - 1)], heading.place)

    def _shown_entries(self, index: int) -> str:
        look, rows = self._page.list_looks[index], self._page.reference_lists[index]
        if self._document.reference_lists[index].form is ListForm.PAGE:
            view = self._reference(rows[0])
            view = msgspec.structs.replace(view, html=own_reference(view, self._scholar))
            return self._reference_templates.render_page(*self._templated(rows[0], view, 1), self._scholar)
        return render_shown(
            self._document.reference_lists[index], look, rows, self._reference, self._reference_url, self._scholar
        )

    def _reference(self, reference: ListedReference) -> ReferenceView:
        readings = self._document.front_matter.readings
        return view_reference(
            reference,
            self._page.formatted.references[reference.number - 1],
            self._content.entries[reference.number - 1],
            next((one for one in readings if one.citekey == reference.citekey), None),
            self._reference_root,
        )

    def _toc(self, _index: int) -> str:
        return self._templates.render("toc.html.jinja", toc=self.toc())

    def _href(self, index: int) -> str:
        link = self._page.links[index]
        url = escape(self._url(link.href))
        return f'{url}" class="broken' if link.problem else url

    def _image(self, index: int, sizes: str = IMAGE_SIZES, opens: bool = False) -> Markup:
        image = msgspec.structs.replace(self.image_view(index, sizes), opens=opens)
        return self._templates.render("image.html.jinja", image=image)

    def image_view(self, index: int, sizes: str = IMAGE_SIZES) -> ImageView:
        """Return one of the document's images, with all its variants; ``sizes`` is how wide it is shown, in CSS."""
        image, resolved, facts = self._document.images[index], self._page.images[index], self._content.images[index]
        srcset = ", ".join(f"{self._url(variant.url)} {variant.width}w" for variant in facts.variants)
        return ImageView(
            url=self._url(resolved.url),
            alt=image.alt,
            title=image.title,
            width=facts.width,
            height=facts.height,
            sources=(SourceView("image/webp", srcset),) if srcset else (),
            sizes=sizes,
            missing=bool(resolved.problem or facts.problem),
            attributes=render_attributes(_with_theme(image), without=FIGURE_ATTRIBUTES),
            theme=image.theme,
        )

    def picture(self, figure: Figure, sizes: str) -> Markup:
        """Render the first of what a figure shows, as wide as ``sizes`` says: an image, or the drawing of a chart."""
        content = figure.panels[0].content
        if content[0].kind is Hole.FACTS:
            return Markup(self._content.charts[content[0].index].svg)
        return Markup("").join(self._image(part.index, sizes) for part in content)

    def _figure(self, index: int) -> str:
        figure, number = self._document.figures[index], self._page.figure_numbers[index]
        shown = figure.panels if len(figure.panels) > 1 else ()
        panels = tuple(self._panel(panel, place) for place, panel in enumerate(shown))
        view = FigureView(
            anchor=figure_anchor(figure, number),
            number=number,
            image=Markup("").join(one.image for one in panels) or self._shown(figure.panels[0], IMAGE_SIZES),
            caption=self.render(figure.caption),
            credit=self.render(figure.credit),
            classes=" ".join(figure.attributes.classes),
            panels=panels,
        )
        return self._templates.render("figure.html.jinja", figure=view)

    def _panel(self, panel: Panel, place: int) -> PanelView:
        return PanelView(panel.label, panel_mark(place), self._shown(panel, PANEL_SIZES), panel.caption)

    def _shown(self, panel: Panel, sizes: str) -> Markup:
        """Render what a panel shows: images that open whole, or a chart."""
        return Markup("").join(
            self._image(part.index, sizes, opens=True) if part.kind is Hole.IMAGE else self.render((part,))
            for part in panel.content
        )

    def _table(self, index: int) -> str:
        table, number = self._document.tables[index], self._page.table_numbers[index]
        holes = [part for part in table.content if isinstance(part, Placeholder) and part.kind is Hole.FACTS]
        facts = self._facts_view(holes[0].index) if holes else None
        view = TableView(
            anchor=table_anchor(table, number),
            number=number,
            content=self.render(table.content),
            caption=self.render(table.caption),
            credit=self.render(table.credit),
            columns=max(table.columns, (facts and 1 + len(facts.columns)) or 0),
            classes=" ".join(table.attributes.classes),
            facts=facts,
        )
        return self._templates.render("table.html.jinja", table=view)

    def _facts(self, index: int) -> str:
        view = self._facts_view(index)
        return self._templates.render(f"{view.form}.html.jinja", facts=view)

    def _facts_view(self, index: int) -> FactsView:
        facts = self._page.fact_tables[index]
        return view_facts(self._document, index, facts, self._citation, self._url, self._content.charts[index].svg)

    def _formula(self, index: int) -> str:
        formula, number = self._document.formulas[index], self._page.formula_numbers[index]
        html = Markup(self._content.formulas[index].html)
        if is_left(formula, self._content.formulas[index], self._document):
            return Markup("<p>{}</p>" if formula.display else "{}").format(formula.written)
        if not formula.display:
            return html
        anchor = Markup(' id="{}"').format(formula.label) if formula.label else Markup()
        # layouts of the site's own have no style for the number, which is to stand beside its formula
        style = Markup(' style="float: right"') if self._document.is_whole else Markup()
        mark = Markup('<span class="equation-number"{}>({})</span>').format(style, number) if number else Markup()
        if style:
            return Markup('<div class="equation"{}>{}{}</div>').format(anchor, mark, html)
        return Markup('<div class="equation"{}>{}{}</div>').format(anchor, html, mark)

    def _code(self, index: int) -> str:
        return self._content.code_blocks[index].html

    def _cross_reference(self, index: int) -> str:
        reference = self._page.cross_references[index]
        if not reference.href:
            return Markup('<span class="diagnostic" title="nothing has this label">{}</span>').format(reference.text)
        return Markup('<a class="cross-reference" href="{}">{}</a>').format(self._url(reference.href), reference.text)

    #: What fills the holes of each kind. (Methods of a renderer would keep it, and all of its page, in a cycle.)
    _fill: ClassVar[Mapping[Hole, Callable[[Any, int], str]]] = {
        Hole.CITATION: _citation,
        Hole.CITATION_TEXT: _citation_text,
        Hole.REFERENCES: _reference_list,
        Hole.ENTRY: _shown_entries,
        Hole.TOC: _toc,
        Hole.HREF: _href,
        Hole.IMAGE: _image,
        Hole.FIGURE: _figure,
        Hole.TABLE: _table,
        Hole.FORMULA: _formula,
        Hole.CODE: _code,
        Hole.CROSS_REFERENCE: _cross_reference,
        Hole.FOOTNOTE: _footnote_reference,
        Hole.FACTS: _facts,
    }


def is_left(formula: Formula, made: FormulaHtml, document: Document) -> bool:
    """Tell whether a formula that can't be shown is left to a script, which the site's own layouts have."""
    return bool(made.problem and formula.written and document.is_whole)


def has_own_heading(page: Page) -> bool:
    """Tell whether the body brings the page's ``<h1>``; one that says the same as the title counts as that.

    So does any in the layouts of just-the-docs, which show no title of their own, by their names or in a Jekyll site;
    a page there may have a layout that only the site has.
    """
    first, front_matter = next(iter(page.document.headings), None), page.document.front_matter
    has_none = page.document.output and front_matter.extra.get("layout") in (None, "", "none", False)
    layouts = ("default", "home", "minimal", *(("",) if has_none else ()))
    shows_none = front_matter.layout in layouts
    return first is not None and first.level == 1 and bool(shows_none or front_matter.title in ("", first.text))


def list_template(document: Document, index: int, scholar: ScholarConfig, templates: Templates) -> str:
    """Return the name of the template for a list of references; that of the theme if the one asked for is missing."""
    lists = document.reference_lists
    asked_for = (lists[index].template if index < len(lists) else "") or scholar.bibliography_template
    name = f"{asked_for}.html.jinja"
    return name if templates.has(name) else REFERENCES


def _with_theme(image: Image) -> Attributes:
    classes = (*image.attributes.classes, f"only-{image.theme}") if image.theme else image.attributes.classes
    return msgspec.structs.replace(image.attributes, classes=classes)


def _raised(anchor: str, target: str, number: int) -> str:
    """Return a raised number that leads to a footnote."""
    return f'<sup class="footnote-ref" id="{anchor}"><a href="#{target}" role="doc-noteref">{number}</a></sup>'


def _note_reference(note: Note) -> str:
    return f"cite-note-ref-{note.place + 1}"


#: How a citation begins that stands above the line.
_RAISED = '<span class="citation"><sup'

_LINK = re.compile(r"</?a(?: [^>]*)?>")

_TAG = re.compile(r"<[^>]*>")
