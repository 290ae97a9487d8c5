"""The pages that no note makes: bibliography and entries, tags, figures, tables, map, search, and the 404 page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import unescape
from typing import NamedTuple

import msgspec

from octavo.model.document import Document, FrontMatter, Hole, ListForm, Outline, Placeholder, ReferenceList
from octavo.model.reference import FormattedCitations
from octavo.model.site import ListedPage, ListedReference, ListLook, Route, SiteConfig
from octavo.model.source import Span
from octavo.resolve.citations import PageCitations
from octavo.resolve.details import Attachments, attached
from octavo.resolve.library import Library
from octavo.resolve.navigation import listed_page, natural_order
from octavo.resolve.routes import route_of, unique_urls

#: What stands for the path of a page that no note makes: no file has a name that ends in a slash. What is above a
#: page in the path is above it in the breadcrumbs.
NOT_FOUND = "404/"
BIBLIOGRAPHY = "bibliography/"
TAGS = "tags/"
FIGURES = "figures/"
TABLES = "tables/"
MAP = "map/"
SEARCH = "search/"

#: How many of the pages that cite an entry the bibliography names, if the entry has a page of its own that names all.
MOST_CITING = 20

#: Those that list what is on other pages.
INDEXES = (BIBLIOGRAPHY, TAGS, FIGURES, TABLES, MAP)


class Generated(NamedTuple):
    """A generated page: its document, what it lists of citations, and the pages it lists, if any.

    ``formatted`` has the references that it lists as HTML.
    """

    document: Outline
    citations: PageCitations = PageCitations()
    listing: tuple[ListedPage, ...] = ()
    formatted: FormattedCitations = FormattedCitations()


def generated_pages(
    taken: Collection[str],
    references: Sequence[ListedReference],
    formatted: FormattedCitations,
    library: Library,
    tags: Sequence[Tag],
    kinds: Collection[Kinds],
    config: SiteConfig,
) -> tuple[Generated, ...]:
    """Make the pages that every site has, unless a note takes their place; ``taken`` are the URLs of the notes
    and files.

    ``references`` are those of the whole site, which ``formatted`` has as HTML; ``kinds`` are what notes have.
    """
    pages = [
        Generated(_document(NOT_FOUND, "Page not found", "404", "/404.html")),
        *_tag_pages(tags),
        *_index_pages(kinds),
        *([Generated(_document(SEARCH, "Search", "search", "/search/"))] if config.search else ()),
        *(_bibliography(references, formatted, library, config) if references else ()),
    ]
    return tuple(page for page in pages if not _is_taken(route_of(page.document.front_matter.permalink), taken))


def _is_taken(route: Route, taken: Collection[str]) -> bool:
    return route.url in taken or f"/{route.output}" in taken


class Tag(NamedTuple):
    """A tag as it is first written, the URL of its page, and the notes that bear it, in the order of their titles."""

    title: str
    url: str
    pages: tuple[ListedPage, ...]


def tags_of(documents: Iterable[Document], routes: Mapping[str, Route]) -> tuple[Tag, ...]:
    """Return the tags of all notes in alphabetical order; case makes no difference between them."""
    titles: dict[str, str] = {}
    pages: dict[str, list[ListedPage]] = {}
    for document in documents:
        for tag in dict.fromkeys(tag.casefold() for tag in document.front_matter.tags):
            pages.setdefault(tag, []).append(listed_page(document, routes))
        for tag in document.front_matter.tags:
            titles.setdefault(tag.casefold(), tag)
    urls = unique_urls(sorted(titles), "/tags/")
    return tuple(
        Tag(titles[tag], urls[tag], tuple(sorted(pages[tag], key=lambda page: natural_order(page.title))))
        for tag in sorted(titles, key=natural_order)
    )


def _tag_pages(tags: Sequence[Tag]) -> Iterable[Generated]:
    if tags:
        listing = tuple(ListedPage(tag.title, tag.url, "", "", tag.pages) for tag in tags)
        yield Generated(_document(TAGS, "Tags", "tags", "/tags/"), listing=listing)
    for tag in tags:
        yield Generated(_document(tag.url[1:], tag.title, "tag", tag.url), listing=tag.pages)


class Kinds(NamedTuple):
    """Whether a document has figures, tables with numbers, and anything that has to do with other pages."""

    figures: bool
    tables: bool
    ties: bool


def kinds_of(document: Document) -> Kinds:
    """Return the kinds of what a document has."""
    return Kinds(
        bool(document.figures),
        any(table.caption or table.label for table in document.tables),
        bool(document.links or document.citations),
    )


def _index_pages(kinds: Collection[Kinds]) -> Iterable[Generated]:
    """Make the pages that are filled when all others are known; see `octavo.resolve.indexes` and `.map`."""
    if any(one.figures for one in kinds):
        yield Generated(_document(FIGURES, "Figures", "figures", "/figures/"))
    if any(one.tables for one in kinds):
        yield Generated(_document(TABLES, "Tables", "tables", "/tables/"))
    if any(one.ties for one in kinds):
        yield Generated(_document(MAP, "Map", "map", "/map/"))


def _bibliography(
    references: Sequence[ListedReference],
    formatted: FormattedCitations,
    library: Library,
    config: SiteConfig,
) -> Iterable[Generated]:
    digests = tuple(library.entries[reference.citekey].digest for reference in references)
    listed = _reference_page(BIBLIOGRAPHY, "Bibliography", "bibliography", config.bibliography_permalink)
    rows = tuple(map(_shortened, references))
    yield Generated(listed, PageCitations((), (rows,), (_look(formatted),), digests), (), formatted)
    for reference, made, digest in zip(references, formatted.references, digests, strict=True):
        if reference.entry_url:
            title = plain_text(library.entries[reference.citekey].item.get("title", "")) or reference.citekey
            path = f"{BIBLIOGRAPHY}{_page_name(reference, config)}/"
            document = _reference_page(path, title, "entry", reference.entry_url)
            alone = ListedReference(
                reference.citekey, reference.anchor, 1, (), reference.elsewhere, False, reference.entry_url
            )
            shown = FormattedCitations((), (made,))
            yield Generated(document, PageCitations((), ((alone,),), (ListLook(),), (digest,)), (), shown)


def _shortened(reference: ListedReference) -> ListedReference:
    if not reference.entry_url or len(reference.elsewhere) <= MOST_CITING:
        return reference
    return msgspec.structs.replace(reference, elsewhere=reference.elsewhere[:MOST_CITING], has_more=True)


def details_pages(
    references: Sequence[ListedReference],
    formatted: FormattedCitations,
    library: Library,
    attachments: Mapping[str, Attachments],
) -> tuple[Generated, ...]:
    """Make the pages of entries in the layout that the site has for them; ``attachments`` are the files of entries."""
    pages = []
    for reference, made in zip(references, formatted.references, strict=True):
        if reference.entry_url:
            path = f"{BIBLIOGRAPHY}{reference.citekey.replace('/', '_')}/"
            entry = library.entries[reference.citekey]
            title = plain_text(entry.item.get("title", "")) or entry.key
            listed = ReferenceList(True, False, Span(path, 1), form=ListForm.PAGE)
            front_matter = FrontMatter(title=title, permalink=reference.entry_url, toc=False)
            url = reference.entry_url
            document = Outline(
                path,
                front_matter,
                (Placeholder(Hole.ENTRY, 0),),
                reference_lists=(listed,),
                url=url,
                output=f"{url[1:]}index.html" if url.endswith("/") else url[1:],
                is_whole=True,
            )
            files = attached(entry, attachments)
            alone = msgspec.structs.replace(reference, anchor=entry.key, number=1, files=files)
            shown = FormattedCitations((), (made,))
            of_page = PageCitations((), ((alone,),), (ListLook(),), (entry.digest,))
            pages.append(Generated(document, of_page, (), shown))
    return tuple(pages)


def _page_name(reference: ListedReference, config: SiteConfig) -> str:
    """Return what an entry's page is called below the bibliography, whatever its URL."""
    return reference.citekey.replace("/", "_") if config.scholar.keeps_ids else reference.entry_url.split("/")[-2]


def _look(formatted: FormattedCitations) -> ListLook:
    return ListLook(hanging=formatted.hanging, spacing=formatted.spacing, size=len(formatted.references))


def _document(path: str, title: str, layout: str, permalink: str) -> Outline:
    return Outline(path, FrontMatter(title=title, layout=layout, permalink=permalink, toc=False), ())


def _reference_page(path: str, title: str, layout: str, permalink: str) -> Outline:
    """Make a page that shows nothing but its list of references, in the template that belongs to its layout."""
    front_matter = FrontMatter(title=title, layout=layout, permalink=permalink, toc=False)
    template = "references" if layout == "bibliography" else "work"
    listed = ReferenceList(cited_only=True, in_order=False, span=Span(path, 1), template=template)
    return Outline(path, front_matter, (Placeholder(Hole.REFERENCES, 0),), reference_lists=(listed,))


def plain_text(text: str) -> str:
    """Return a text field of an entry without its markup."""
    return unescape(re.sub(r"</?(?:i|b|sub|sup|span)\b[^<>]*>", "", text)).replace("$", "")
