"""A document's body as HTML: every hole filled with what the site knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from markupsafe import Markup, escape

from octavo.model.document import Attributes, Body, Citation, CitationItem, Heading, Hole
from octavo.model.site import ListedReference, Page, ResolvedItem
from octavo.render.addresses import relative_url
from octavo.render.citations import FormattedReference, StyleFacts
from octavo.render.code import CodeHtml
from octavo.render.math import FormulaHtml
from octavo.render.templates import Templates
from octavo.render.views import (
    BacklinkView,
    FigureView,
    ImageView,
    ReferenceView,
    SourceView,
    TableView,
    TocView,
)
from octavo.resolve.labels import figure_anchor, table_anchor
from octavo.resolve.site import REFERENCES_ANCHOR

#: How wide an image is shown at the most; the theme's measure.
IMAGE_SIZES = "(max-width: 48rem) 100vw, 44rem"

#: Attributes of ours that say what a figure is, and are not attributes of its image.
FIGURE_ATTRIBUTES = ("credit", "caption", "label")


class PublishedVariant(msgspec.Struct, frozen=True, array_like=True):
    """A variant of an image: its URL from the site's root, and its width in pixels."""

    url: str
    width: int


class PublishedImage(msgspec.Struct, frozen=True):
    """What is known of an image of the site: size in pixels (0 if unknown) and its WebP variants."""

    width: int = 0
    height: int = 0
    variants: tuple[PublishedVariant, ...] = ()
    problem: str = ""


class PageContent(msgspec.Struct, frozen=True):
    """A page with its parts rendered; each tuple runs parallel to the document's or the page's list of that thing.

    ``cites`` holds the known items of each citation; ``authors`` the names alone of those of narrative citations.
    """

    page: Page
    style: StyleFacts
    formulas: tuple[FormulaHtml, ...]
    code_blocks: tuple[CodeHtml, ...]
    images: tuple[PublishedImage, ...]
    cites: tuple[tuple[str, ...], ...]
    authors: tuple[tuple[str, ...], ...]
    references: tuple[tuple[FormattedReference, ...], ...]


class BodyRenderer:
    """Renders the bodies of one page; ``root`` is the page's way to the site's root."""

    def __init__(self, content: PageContent, templates: Templates, root: str) -> None:
        self._content = content
        self._page = content.page
        self._document = content.page.document
        self._templates = templates
        self._root = root
        lists = reversed(self._page.reference_lists)
        self._references = {reference.citekey: reference.anchor for listed in lists for reference in listed}
        self._fill: dict[Hole, Callable[[int], str]] = {
            Hole.CITATION: self._citation,
            Hole.REFERENCES: self._reference_list,
            Hole.TOC: self._toc,
            Hole.HREF: self._href,
            Hole.IMAGE: self._image,
            Hole.FIGURE: self._figure,
            Hole.TABLE: self._table,
            Hole.FORMULA: self._formula,
            Hole.CODE: self._code,
            Hole.CROSS_REFERENCE: self._cross_reference,
        }

    def render(self, body: Body) -> Markup:
        """Fill the holes of a body."""
        return Markup("".join(part if isinstance(part, str) else self._fill[part.kind](part.index) for part in body))

    def toc(self) -> tuple[TocView, ...]:
        """Nest the headings below the title; a level that is skipped makes no level of the list."""
        shown = [heading for heading in self._document.headings if heading.in_toc and heading.level > 1]
        return self._nest(shown)

    def appendix(self) -> Markup:
        """Render the list of references of a page that cites but doesn't say where its list goes, or nothing."""
        index = len(self._document.reference_lists)
        if index == len(self._page.reference_lists):
            return Markup()
        return Markup(self._reference_list(index, heading="References", anchor=REFERENCES_ANCHOR))

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

    def _citation(self, index: int) -> str:
        citation = self._document.citations[index]
        if citation.silent:
            return ""
        resolved = self._page.citations[index]
        if citation.narrative and resolved[0].known:
            return self._narrative(index, citation, resolved)
        parts = self._cites(index, citation, resolved)
        layout = self._content.style
        inside = Markup(escape(layout.delimiter)).join(parts)
        return f'<span class="citation">{escape(layout.prefix)}{inside}{escape(layout.suffix)}</span>'

    def _narrative(self, index: int, citation: Citation, resolved: Sequence[ResolvedItem]) -> str:
        layout = self._content.style
        author = Markup(self._content.authors[index][0])
        rest = [Markup(html) for html in self._content.cites[index]]
        inside = Markup(escape(layout.delimiter)).join(rest)
        text = Markup("{} {}{}{}").format(author, layout.prefix, inside, layout.suffix)
        return Markup('<span class="citation">{}</span>').format(self._cite_link(resolved[0], text))

    def _cites(self, index: int, citation: Citation, resolved: Sequence[ResolvedItem]) -> list[Markup]:
        texts = iter(self._content.cites[index])
        return [
            _with_affixes(item, self._cite_link(place, Markup(next(texts)) if place.known else Markup()))
            for item, place in zip(citation.items, resolved, strict=True)
        ]

    def _cite_link(self, place: ResolvedItem, text: Markup) -> Markup:
        if not place.known:
            return Markup('<span class="citation-missing" title="no entry {0} in the bibliography">{0}?</span>').format(
                place.citekey
            )
        url = self._url("#" + self._references[place.citekey])
        # Not by Markup.format, which takes ten times as long: there are many citations.
        return Markup(f'<a class="cite" id="{escape(place.anchor)}" href="{escape(url)}">{text}</a>')

    def _reference_list(self, index: int, heading: str = "", anchor: str = "") -> str:
        listed = zip(self._page.reference_lists[index], self._content.references[index], strict=True)
        views = tuple(self._reference(reference, formatted) for reference, formatted in listed)
        return self._templates.render("references.html.jinja", references=views, heading=heading, anchor=anchor)

    def _reference(self, reference: ListedReference, formatted: FormattedReference) -> ReferenceView:
        return ReferenceView(
            anchor=reference.anchor,
            number=formatted.mark,
            html=Markup(formatted.html),
            backlinks=tuple(BacklinkView(self._url(link.href), link.label) for link in reference.backlinks),
        )

    def _toc(self, _index: int) -> str:
        return self._templates.render("toc.html.jinja", toc=self.toc())

    def _href(self, index: int) -> str:
        link = self._page.links[index]
        url = escape(self._url(link.href))
        return f'{url}" class="broken' if link.broken else str(url)

    def _image(self, index: int) -> str:
        return self._templates.render("image.html.jinja", image=self.image_view(index))

    def image_view(self, index: int) -> ImageView:
        """Return one of the document's images, with all its variants."""
        image, resolved, facts = self._document.images[index], self._page.images[index], self._content.images[index]
        srcset = ", ".join(f"{self._url(variant.url)} {variant.width}w" for variant in facts.variants)
        return ImageView(
            url=self._url(resolved.url),
            alt=image.alt,
            title=image.title,
            width=facts.width,
            height=facts.height,
            sources=(SourceView("image/webp", srcset),) if srcset else (),
            sizes=IMAGE_SIZES,
            missing=resolved.missing or bool(facts.problem),
            attributes=render_attributes(image.attributes, without=FIGURE_ATTRIBUTES),
        )

    def _figure(self, index: int) -> str:
        figure, number = self._document.figures[index], self._page.figure_numbers[index]
        view = FigureView(
            anchor=figure_anchor(figure, number),
            number=number,
            image=Markup(self._image(figure.image)),
            caption=self.render(figure.caption),
            credit=self.render(figure.credit),
            classes=" ".join(figure.attributes.classes),
        )
        return self._templates.render("figure.html.jinja", figure=view)

    def _table(self, index: int) -> str:
        table, number = self._document.tables[index], self._page.table_numbers[index]
        view = TableView(
            anchor=table_anchor(table, number),
            number=number,
            content=self.render(table.content),
            caption=self.render(table.caption),
            credit=self.render(table.credit),
            columns=table.columns,
            classes=" ".join(table.attributes.classes),
        )
        return self._templates.render("table.html.jinja", table=view)

    def _formula(self, index: int) -> str:
        formula, number = self._document.formulas[index], self._page.formula_numbers[index]
        html = Markup(self._content.formulas[index].html)
        if not formula.display:
            return html
        anchor = Markup(' id="{}"').format(formula.label) if formula.label else Markup()
        mark = Markup('<span class="equation-number">({})</span>').format(number) if number else Markup()
        return Markup('<div class="equation"{}>{}{}</div>').format(anchor, html, mark)

    def _code(self, index: int) -> str:
        return self._content.code_blocks[index].html

    def _cross_reference(self, index: int) -> str:
        reference = self._page.cross_references[index]
        if not reference.href:
            return Markup('<span class="diagnostic" title="nothing has this label">{}</span>').format(reference.text)
        return Markup('<a class="cross-reference" href="{}">{}</a>').format(self._url(reference.href), reference.text)


def render_attributes(attributes: Attributes, without: Sequence[str] = ()) -> Markup:
    """Render an attribute list with a leading space, or as nothing."""
    pairs = [("id", attributes.identifier), ("class", " ".join(attributes.classes)), *attributes.pairs]
    return Markup("").join(
        Markup(' {}="{}"').format(name, value) for name, value in pairs if value and name not in without
    )


def _with_affixes(item: CitationItem, cite: Markup) -> Markup:
    prefix, suffix = item.prefix.strip(), item.suffix.strip()
    if not prefix and not suffix:
        return cite
    gap = "" if not suffix or suffix[0] in ",;:.)" else " "
    return Markup("{}{}{}{}{}").format(prefix, " " if prefix else "", cite, gap, suffix)
