"""The order of the pages, and the ways between them: sections, breadcrumbs, previous and next."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from octavo.model.document import Document, FrontMatter, Outline
from octavo.model.site import ListedPage, NavLink, NavSection, Route
from octavo.resolve.routes import CONTENT

#: Of a section with more pages than this the navigation shows the neighbourhood of the page; the section's own page
#: lists them all. Otherwise every page of a large section would repeat the whole of it.
LONGEST_SECTION = 60


#: The key of the section that no page is in.
NOWHERE = "/"


class Navigation(NamedTuple):
    """The navigation of one page."""

    sections: tuple[NavSection, ...]
    breadcrumbs: tuple[NavLink, ...]
    previous: NavLink | None
    next: NavLink | None
    listing: tuple[ListedPage, ...]


class Section(NamedTuple):
    """A section: its key (the folder's name), its landing page if there is one, and the pages in it, in order."""

    key: str
    title: str
    landing: Document | None
    pages: tuple[Document, ...]


def title_of(document: Document) -> str:
    """Return the title of a note: the front matter's, its first heading of level 1, or its file's name in words."""
    first = next((heading.text for heading in document.headings if heading.level == 1), "")
    return document.front_matter.title or first or name_in_words(document.path)


def name_in_words(path: str) -> str:
    """Turn the name of a file or folder into a title: ``content/long-context.md`` -> ``Long context``."""
    stem, _ = posixpath.splitext(posixpath.basename(path.removesuffix("/index.md")))
    words = re.sub(r"[-_]+", " ", stem).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def section_of(document: Document) -> str:
    """Return the key of the section a note is in: the front matter's, or its first folder's name, or nothing."""
    parts = document.path.removeprefix(CONTENT + "/").split("/")
    return slug(document.front_matter.section) or (parts[0] if len(parts) > 1 else "")


def slug(text: str) -> str:
    """Lower-case a title and join its words with hyphens."""
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-")


def missing_section_pages(documents: Iterable[Outline]) -> tuple[Outline, ...]:
    """Make a page for each section that has none of its own, so that breadcrumbs lead somewhere."""
    documents = tuple(documents)
    present = {section_of(document) for document in documents if _is_index(document)}
    named = {section_of(document): document.front_matter.section for document in documents}
    wanted = sorted((key, title or name_in_words(key)) for key, title in named.items() if key and key not in present)
    return tuple(
        Outline(f"{CONTENT}/{key}/", FrontMatter(title=title, permalink=f"/{key}/", toc=False), ())
        for key, title in wanted
    )


def resolve_navigation(
    documents: Sequence[Document], generated: Sequence[Document], routes: Mapping[str, Route]
) -> dict[str, Navigation]:
    """Return the navigation of each page by the path of its document; ``generated`` pages are in no section."""
    keys = dict.fromkeys((document.path for document in generated), NOWHERE)
    keys |= {document.path: section_of(document) for document in documents}
    sections = _sections(keys, documents)
    order = [page for section in sections for page in ((section.landing,) if section.landing else ()) + section.pages]
    home = next((document for document in documents if routes[document.path].url == "/"), None)
    order = ([home] if home else []) + [page for page in order if page is not home]
    links = {document.path: _link(document, routes) for document in (*documents, *generated)}
    neighbours = {page.path: (before, after) for before, page, after in _with_neighbours(order)}
    by_key = {section.key: section for section in sections}
    closed = tuple(_closed(section, links) for section in sections)
    return {
        document.path: Navigation(
            sections=_opened(sections, closed, keys[document.path], document, links),
            breadcrumbs=_breadcrumbs(document, home, by_key.get(keys[document.path]), links),
            previous=_link_or_none(neighbours.get(document.path, (None, None))[0], links),
            next=_link_or_none(neighbours.get(document.path, (None, None))[1], links),
            listing=_listing(document, home, sections, routes),
        )
        for document in (*documents, *generated)
    }


def _is_index(document: Document) -> bool:
    folder, name = posixpath.split(document.path.removeprefix(CONTENT + "/"))
    return name in ("index.md", "") and "/" not in folder


def _sections(keys: Mapping[str, str], documents: Sequence[Document]) -> tuple[Section, ...]:
    members: dict[str, list[Document]] = {}
    for document in documents:
        if not _hidden(document):
            members.setdefault(keys[document.path], []).append(document)
    sections = [_section(key, pages) for key, pages in members.items()]
    return tuple(sorted(sections, key=lambda section: (section.key != "", *_section_order(section))))


def _section(key: str, members: Sequence[Document]) -> Section:
    landing = next((document for document in members if key and _is_index(document)), None)
    pages = sorted((document for document in members if document is not landing), key=_order)
    return Section(key, title_of(landing) if landing else "", landing, tuple(pages))


def _hidden(document: Document) -> bool:
    return document.path == f"{CONTENT}/404.md"


def _order(document: Document) -> tuple[bool, float, list[tuple[int, str]]]:
    order = document.front_matter.nav_order
    is_home = document.path == f"{CONTENT}/index.md"
    return (not is_home, float("inf") if order is None else order, natural_order(title_of(document)))


def _section_order(section: Section) -> tuple[bool, float, list[tuple[int, str]]]:
    return _order(section.landing) if section.landing else (True, float("inf"), natural_order(section.title))


def natural_order(text: str) -> list[tuple[int, str]]:
    """Return a sort key by which numbers count as numbers: "GPT 2" comes before "GPT 10"."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(int(part) if part.isdecimal() else 0, "" if part.isdecimal() else part) for part in parts]


def _link(document: Document, routes: Mapping[str, Route]) -> NavLink:
    return NavLink(document.front_matter.nav_title or title_of(document), routes[document.path].url)


def _link_or_none(document: Document | None, links: Mapping[str, NavLink]) -> NavLink | None:
    return links[document.path] if document else None


def _closed(section: Section, links: Mapping[str, NavLink]) -> NavSection:
    landing = links[section.landing.path] if section.landing else NavLink("", "")
    return NavSection(landing.title, landing.url, (), False)


def _opened(
    sections: Sequence[Section],
    closed: Sequence[NavSection],
    key: str,
    document: Document,
    links: Mapping[str, NavLink],
) -> tuple[NavSection, ...]:
    """Open the sections a page is in: its own, and the top one. All pages share the closed ones."""
    return tuple(
        NavSection(
            shut.title, shut.url, tuple(links[page.path] for page in _neighbourhood(section.pages, document)), True
        )
        if section.key in ("", key)
        else shut
        for section, shut in zip(sections, closed, strict=True)
    )


def _neighbourhood(pages: tuple[Document, ...], document: Document) -> tuple[Document, ...]:
    if len(pages) <= LONGEST_SECTION:
        return pages
    place = next((place for place, page in enumerate(pages) if page is document), 0)
    start = max(0, min(place - LONGEST_SECTION // 2, len(pages) - LONGEST_SECTION))
    return pages[start : start + LONGEST_SECTION]


def _breadcrumbs(
    document: Document, home: Document | None, section: Section | None, links: Mapping[str, NavLink]
) -> tuple[NavLink, ...]:
    """Return the way from the home page down to the page, without the page itself."""
    index = section.landing if section else None
    folders = posixpath.dirname(document.path).removeprefix(CONTENT).split("/")
    paths = ["/".join([CONTENT, *folders[1 : depth + 1], "index.md"]) for depth in range(2, len(folders))]
    if document.path.endswith("/"):  # a generated page: what is above it in its path
        paths = [posixpath.dirname(document.path.removesuffix("/")) + "/"]
    above = [home.path if home else "", index.path if index else "", *paths]
    return tuple(links[path] for path in dict.fromkeys(above) if path in links and path != document.path)


def _listing(
    document: Document, home: Document | None, sections: Sequence[Section], routes: Mapping[str, Route]
) -> tuple[ListedPage, ...]:
    """Return what a list on this page shows: on the home page all sections, on a section's page the pages in it."""
    if document is home:
        top = next((section.pages for section in sections if not section.key), ())
        loose = tuple(listed_page(page, routes) for page in top if page is not home)
        return loose + tuple(listed_page(one.landing, routes, one.pages) for one in sections if one.landing)
    pages = next((section.pages for section in sections if section.landing is document), ())
    return tuple(listed_page(page, routes) for page in pages)


def listed_page(document: Document, routes: Mapping[str, Route], pages: Sequence[Document] = ()) -> ListedPage:
    """Return a document as a list of pages shows it, with the pages in it."""
    return ListedPage(
        title=title_of(document),
        url=routes[document.path].url,
        description=document.front_matter.description or document.summary,
        date=document.front_matter.date,
        pages=tuple(listed_page(page, routes) for page in pages),
    )


def _with_neighbours(
    pages: Sequence[Document],
) -> Iterable[tuple[Document | None, Document, Document | None]]:
    return zip([None, *pages[:-1]], pages, [*pages[1:], None], strict=True)
