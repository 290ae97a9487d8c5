"""The order of the pages, and the ways between them: sections, breadcrumbs, previous and next."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, FrontMatter, Outline
from octavo.model.site import ListedPage, NavLink, NavSection, Route, SiteConfig
from octavo.resolve.link_lists import MAIN, check_lists, listed_sections, names_of_lists
from octavo.resolve.parents import Family, resolve_parents
from octavo.resolve.routes import CONTENT

T = TypeVar("T")

#: Of a section with more pages than this the navigation shows the neighbourhood of the page; the section's own page
#: lists them all. Otherwise every page of a large section would repeat the whole of it.
LONGEST_SECTION = 60

#: Of more sections than this it shows those around the page's own; the home page lists them all.
MOST_SECTIONS = 60

#: The collection of dated texts, and the key of its section, which the navigation doesn't show.
POSTS = "posts"
POSTS_KEY = "/posts"

#: The key of the section that no page is in.
NOWHERE = "/"


class Navigation(NamedTuple):
    """The navigation of one page."""

    sections: tuple[NavSection, ...]
    breadcrumbs: tuple[NavLink, ...]
    previous: NavLink | None
    next: NavLink | None
    listing: tuple[ListedPage, ...]
    problems: tuple[Diagnostic, ...] = ()


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
    front_matter = document.front_matter
    if document.output:  # its path tells nothing
        own = front_matter.collection if front_matter.layout != "collection" else ""
        return slug(front_matter.section or own) if own != POSTS else POSTS_KEY
    parts = document.path.removeprefix(CONTENT + "/").split("/")
    return slug(front_matter.section) or (parts[0] if len(parts) > 1 else "")


def slug(text: str) -> str:
    """Lower-case a title and join its words with hyphens."""
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-")


def missing_section_pages(documents: Iterable[Outline]) -> tuple[Outline, ...]:
    """Make a page for each section that has none of its own, so that breadcrumbs lead somewhere."""
    documents = tuple(document for document in documents if not document.output)
    present = {section_of(document) for document in documents if _is_index(document)}
    named = {section_of(document): document.front_matter.section for document in documents}
    wanted = sorted((key, title or name_in_words(key)) for key, title in named.items() if key and key not in present)
    return tuple(
        Outline(f"{CONTENT}/{key}/", FrontMatter(title=title, permalink=f"/{key}/", toc=False), ())
        for key, title in wanted
    )


class _Tree(NamedTuple):
    """What all pages share of the navigation; ``places`` is that of each page among its siblings, by path.

    ``shown`` are the sections that the navigation shows, each also as it is when closed, by the key of a page's own.
    """

    home: Document | None
    keys: Mapping[str, str]
    sections: tuple[Section, ...]
    shown: Mapping[str, tuple[tuple[Section, NavSection], ...]]
    family: Family
    links: Mapping[str, NavLink]
    places: Mapping[str, int]


def resolve_navigation(
    documents: Sequence[Document],
    generated: Sequence[Document],
    routes: Mapping[str, Route],
    config: SiteConfig,
) -> dict[str, Navigation]:
    """Return the navigation of each page by the path of its document; ``generated`` pages are in no section."""
    tree = _tree(documents, generated, routes)
    lists = listed_sections(config, {route.url for route in routes.values()})
    breadcrumbs = _all_breadcrumbs((*documents, *generated), tree)
    neighbours = {page.path: (before, after) for before, page, after in _with_neighbours(_reading_order(tree))}
    only_lists = MAIN in lists and not any(map(_has_place, documents))
    return {
        document.path: Navigation(
            sections=_from_lists(document, lists, only_lists) or _opened(tree, document),
            breadcrumbs=breadcrumbs[document.path],
            previous=_link_or_none(neighbours.get(document.path, (None, None))[0], tree.links),
            next=_link_or_none(neighbours.get(document.path, (None, None))[1], tree.links),
            listing=_listing(document, tree, routes),
            problems=(*_problem_of(document, tree.family), *check_lists(document, lists)),
        )
        for document in (*documents, *generated)
    }


def resolve_breadcrumbs(documents: Sequence[Document], routes: Mapping[str, Route]) -> dict[str, tuple[NavLink, ...]]:
    """Return the way down to each page by the path of its document, of the navigation only that."""
    return _all_breadcrumbs(documents, _tree(documents, (), routes))


def _all_breadcrumbs(documents: Iterable[Document], tree: _Tree) -> dict[str, tuple[NavLink, ...]]:
    by_key = {section.key: section for section in tree.sections}
    return {one.path: _breadcrumbs(one, tree, by_key.get(tree.keys[one.path])) for one in documents}


def _tree(documents: Sequence[Document], generated: Sequence[Document], routes: Mapping[str, Route]) -> _Tree:
    home = next((document for document in documents if routes[document.path].url == "/"), None)
    shown = sorted((one for one in documents if not _hidden(one)), key=lambda one: (one is not home, *_order(one)))
    family = resolve_parents(shown, title_of)
    keys = dict.fromkeys((document.path for document in generated), NOWHERE)
    for document in documents:
        keys[document.path] = section_of(next(iter(family.above(document)), document))
    sections = _sections(keys, shown, family)
    links = {document.path: _link(document, routes) for document in (*documents, *generated)}
    siblings = (*(section.pages for section in sections), *family.children.values())
    places = {page.path: place for pages in siblings for place, page in enumerate(pages)}
    closed = tuple((section, _closed(section, links)) for section in sections if section.key != POSTS_KEY)
    shown_by_key = {key: _sections_near(key, closed) for key in set(keys.values())}
    return _Tree(home, keys, sections, shown_by_key, family, links, places)


def _reading_order(tree: _Tree) -> list[Document]:
    """Return the pages in the order in which they are read: the home page, and each section from its own page on."""
    landed = ((*((section.landing,) if section.landing else ()), *section.pages) for section in tree.sections)
    order = [page for roots in landed for root in roots for page in tree.family.below(root)]
    return ([tree.home] if tree.home else []) + [page for page in order if page is not tree.home]


def _has_place(document: Document) -> bool:
    """Tell whether a note wants a place of its own in the navigation, or is a native one, which has its folder's."""
    front_matter = document.front_matter
    is_native = not document.output and not document.path.endswith("/")
    return is_native or bool(front_matter.parent) or front_matter.nav_order is not None


def _from_lists(
    document: Document, lists: Mapping[str, tuple[NavSection, ...]], only_lists: bool
) -> tuple[NavSection, ...]:
    """Return the lists that a note names, or the main one in a site whose pages have no other order."""
    names = names_of_lists(document) or ((MAIN,) if only_lists else ())
    return tuple(section for name in names for section in lists.get(name, ()))


def _problem_of(document: Document, family: Family) -> tuple[Diagnostic, ...]:
    problem = family.problems.get(document.path)
    return (problem,) if problem else ()


def _is_index(document: Document) -> bool:
    folder, name = posixpath.split(document.path.removeprefix(CONTENT + "/"))
    return name in ("index.md", "") and "/" not in folder


def _sections(keys: Mapping[str, str], shown: Sequence[Document], family: Family) -> tuple[Section, ...]:
    """Return the sections with the pages in them that have none above them."""
    members: dict[str, list[Document]] = {}
    for document in shown:
        if document.path not in family.parents:
            members.setdefault(keys[document.path], []).append(document)
    sections = [_section(key, pages) for key, pages in members.items()]
    return tuple(sorted(sections, key=lambda section: (section.key != "", *_section_order(section))))


def _section(key: str, members: Sequence[Document]) -> Section:
    landing = next((document for document in members if key and _is_index(document)), None)
    title = title_of(landing) if landing else name_in_words(key) if key else ""
    pages = tuple(document for document in members if document is not landing)
    if key == POSTS_KEY:
        return Section(key, "Posts", None, tuple(sorted(pages, key=lambda page: page.front_matter.date)))
    return Section(key, title, landing, pages)


def _hidden(document: Document) -> bool:
    """Tell whether a page stays out of the navigation: those without a title are no pages to be found by one."""
    front_matter = document.front_matter
    is_named = not document.output or front_matter.title or any(heading.level == 1 for heading in document.headings)
    is_lost = document.path == f"{CONTENT}/404.md" or document.url == "/404.html"
    return is_lost or document.is_whole or front_matter.nav_exclude or not is_named


def _order(document: Document) -> tuple[int, float, list[tuple[int, str]], list[tuple[int, str]]]:
    """Return a sort key: pages with a number come first, then those with a text as ``nav_order``, then by title."""
    order, title = document.front_matter.nav_order, natural_order(title_of(document))
    if order is None:
        return 2, 0, [], title
    return (1, 0, natural_order(order), title) if isinstance(order, str) else (0, order, [], title)


def _section_order(section: Section) -> tuple[int, float, list[tuple[int, str]], list[tuple[int, str]]]:
    return _order(section.landing) if section.landing else (2, 0, [], natural_order(section.title))


def natural_order(text: str) -> list[tuple[int, str]]:
    """Return a sort key by which numbers count as numbers: "GPT 2" comes before "GPT 10"."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(int(part) if part.isdecimal() else 0, "" if part.isdecimal() else part) for part in parts]


def _link(document: Document, routes: Mapping[str, Route]) -> NavLink:
    return NavLink(document.front_matter.nav_title or title_of(document), routes[document.path].url)


def _link_or_none(document: Document | None, links: Mapping[str, NavLink]) -> NavLink | None:
    return links[document.path] if document else None


def _closed(section: Section, links: Mapping[str, NavLink]) -> NavSection:
    if section.landing:
        landing = links[section.landing.path]
        return NavSection(landing.title, landing.url, (), False)
    return NavSection(section.title, "", tuple(links[page.path] for page in section.pages[:LONGEST_SECTION]), False)


def _opened(tree: _Tree, document: Document) -> tuple[NavSection, ...]:
    """Open the sections a page is in: its own, and the top one. All pages share the closed ones."""
    way = (*tree.family.above(document), document)
    own = tree.keys[document.path]
    return tuple(
        NavSection(shut.title, shut.url, _branches(section.pages, way, tree), True)
        if section.key in ("", own)
        else shut
        for section, shut in tree.shown[own]
    )


def _sections_near(key: str, closed: tuple[tuple[Section, NavSection], ...]) -> tuple[tuple[Section, NavSection], ...]:
    """Return the top section, and those around the one with a key."""
    top = closed[:1] if closed and not closed[0][0].key else ()
    others = closed[len(top) :]
    place = next((place for place, (section, _) in enumerate(others) if section.key == key), 0)
    return (*top, *_neighbourhood(others, place, MOST_SECTIONS))


def _branches(pages: tuple[Document, ...], way: Sequence[Document], tree: _Tree) -> tuple[NavLink, ...]:
    """Return links to pages; below the one on the ``way`` to the page that is shown are those below it."""
    shown = _neighbourhood(pages, tree.places.get(way[0].path, 0) if way else 0, LONGEST_SECTION)
    made = (
        msgspec.structs.replace(tree.links[page.path], pages=_branches(tree.family.children[page.path], way[1:], tree))
        if way and page is way[0] and page.path in tree.family.children
        else tree.links[page.path]
        for page in shown
    )
    return tuple(made)


def _neighbourhood(things: tuple[T, ...], place: int, most: int) -> tuple[T, ...]:
    start = max(0, min(place - most // 2, len(things) - most))
    return things[start : start + most]


def _breadcrumbs(document: Document, tree: _Tree, section: Section | None) -> tuple[NavLink, ...]:
    """Return the way from the home page down to the page, without the page itself."""
    home, index = tree.home, section.landing if section else None
    folders = posixpath.dirname(document.path).removeprefix(CONTENT).split("/")
    paths = ["/".join([CONTENT, *folders[1 : depth + 1], "index.md"]) for depth in range(2, len(folders))]
    if document.path.endswith("/"):  # a generated page: what is above it in its path
        paths = [posixpath.dirname(document.path.removesuffix("/")) + "/"]
    parents = [parent.path for parent in tree.family.above(document)]
    above = [home.path if home else "", index.path if index else "", *(parents or paths)]
    return tuple(tree.links[path] for path in dict.fromkeys(above) if path in tree.links and path != document.path)


def _listing(document: Document, tree: _Tree, routes: Mapping[str, Route]) -> tuple[ListedPage, ...]:
    """Return what a list on this page shows: on the home page all sections, on others the pages in or below them."""
    if document is tree.home:
        return tuple(_whole_site(tree, routes))
    pages = next((section.pages for section in tree.sections if section.landing is document), ())
    below = tree.family.children.get(document.path, ()) if document.front_matter.has_toc else ()
    return tuple(listed_page(page, routes) for page in (*pages, *below))


def _whole_site(tree: _Tree, routes: Mapping[str, Route]) -> Iterator[ListedPage]:
    """Yield the pages that are in no section, with those below them, and the sections with the pages in them."""
    for section in tree.sections:
        of_roots = [(root, tuple(tree.family.below(root))[1:]) for root in section.pages if root is not tree.home]
        if not section.key:
            loose = [listed_page(root, routes) for root, below in of_roots if not below]
            yield from (*loose, *(listed_page(root, routes, below) for root, below in of_roots if below))
            continue
        pages = tuple(page for root, below in of_roots for page in (root, *below))
        pages = pages[::-1] if section.key == POSTS_KEY else pages
        if section.landing:
            yield listed_page(section.landing, routes, pages)
        elif pages:
            yield ListedPage(section.title, "", "", "", tuple(listed_page(page, routes) for page in pages))


def listed_page(document: Document, routes: Mapping[str, Route], pages: Sequence[Document] = ()) -> ListedPage:
    """Return a document as a list of pages shows it, with the pages in it."""
    return ListedPage(
        title=title_of(document),
        url=routes[document.path].url,
        description=document.front_matter.description or document.summary,
        date=document.front_matter.date,
        pages=tuple(listed_page(page, routes) for page in pages),
        teaser=document.front_matter.presentation.banner.teaser,
    )


def _with_neighbours(
    pages: Sequence[Document],
) -> Iterable[tuple[Document | None, Document, Document | None]]:
    return zip((None, *pages), pages, (*pages[1:], None), strict=False)  # the first has one too many
