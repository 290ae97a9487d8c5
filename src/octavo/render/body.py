"""A document's body as HTML: every hole filled with what the site knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec
from markupsafe import Markup, escape

from octavo.model.document import Attributes, Body, Heading, Hole
from octavo.model.reference import FormattedCite, FormattedCluster
from octavo.model.site import ListedReference, Page, ResolvedItem
from octavo.render.addresses import relative_url
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
    """A page with its parts rendered; each tuple runs parallel to the document's list of that thing."""

    page: Page
    formulas: tuple[FormulaHtml, ...]
    code_blocks: tuple[CodeHtml, ...]
    images: tuple[PublishedImage, ...]


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
        known = [place for place in resolved if place.known]
        cluster = self._page.formatted.clusters[index] if known else FormattedCluster(())
        shown = {part.place for part in cluster.parts if isinstance(part, FormattedCite)}
        html = "".join(
            part if isinstance(part, str) else self._cite_link(known[part.place], part.html) for part in cluster.parts
        )
        if cluster.author:
            html = f"{cluster.author} {html}"
        # A cite that is part of a range has no text of its own, yet its reference leads back to it.
        hidden = "".join(
            f'<a id="{escape(place.anchor)}"></a>' for number, place in enumerate(known) if number not in shown
        )
        missing = " ".join(_missing_cite(place) for place in resolved if not place.known)
        if missing:
            html = f"{html} {missing}" if html else f"({missing})"
        return f'<span class="citation">{hidden}{html}</span>'

    def _cite_link(self, place: ResolvedItem, html: str) -> str:
        url = self._url("#" + self._references[place.citekey])
        inner = _LINK.sub("", html)  # a link holds no other
        return f'<a class="cite" id="{escape(place.anchor)}" href="{escape(url)}">{inner}</a>'

    def _reference_list(self, index: int, heading: str = "", anchor: str = "") -> str:
        formatted = self._page.formatted
        views = tuple(self._reference(reference) for reference in self._page.reference_lists[index])
        return self._templates.render(
            "references.html.jinja", references=views, heading=heading, anchor=anchor, hanging=formatted.hanging
        )

    def _reference(self, reference: ListedReference) -> ReferenceView:
        formatted = self._page.formatted.references[reference.number - 1]
        return ReferenceView(
            anchor=reference.anchor,
            number=Markup(formatted.mark),
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


def _missing_cite(place: ResolvedItem) -> str:
    mark = Markup('<span class="citation-missing" title="no entry {0} in the bibliography">{0}?</span>')
    return mark.format(place.citekey)


_LINK = re.compile(r"</?a(?: [^>]*)?>")
