"""Lists of posts that are divided into pages, as jekyll-paginate divides them.

https://jekyllrb.com/docs/pagination/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.jekyll import CONFIG_NAMES, PAGES, POSTS, JekyllDocument, JekyllFolder, Pager, Theme
from octavo.model.source import Span
from octavo.read.jekyll.permalinks import fill, output_of

NUMBER = ":num"


def paginate(
    documents: Sequence[JekyllDocument], folder: JekyllFolder
) -> tuple[tuple[JekyllDocument, ...], tuple[Diagnostic, ...]]:
    """Return documents with the list of posts divided into pages, the further ones behind all other pages.

    Octavo's theme shows all posts on one page.
    """
    per_page = _per_page(folder.config)
    path = "/" + str(folder.config["paginate_path"]).lstrip("/")
    posts = [one.path for one in documents if one.collection == POSTS and not one.data.get("hidden")][::-1]
    if "jekyll-paginate" not in folder.plugins or not per_page or not posts:
        return tuple(documents), ()
    if NUMBER not in path:
        message = f"'paginate_path' is '{path}', which has no '{NUMBER}' for the number of a page"
        return tuple(documents), (Diagnostic("config-invalid", message, Span(CONFIG_NAMES[0], 1)),)
    listing = _listing(documents, path)
    if listing is None:
        return tuple(documents), ()
    per_page = len(posts) if folder.theme is Theme.OCTAVO else per_page
    pages = list(_pages(listing, posts, per_page, path))
    taken = {one.path for one in documents}
    return _with_pages(documents, pages[0], [one for one in pages[1:] if one.path not in taken]), ()


def _per_page(config: Mapping[str, Json]) -> int:
    value = config.get("paginate")
    text = str(value).strip()
    return int(text) if isinstance(value, int | str) and text.isdecimal() and len(text) < 9 else 0


def _listing(documents: Sequence[JekyllDocument], path: str) -> JekyllDocument | None:
    """Return the page that shows the posts: the deepest ``index.html`` in or above the folder of the further ones."""
    folder = posixpath.dirname(path.rstrip("/")).strip("/")
    found = [
        one
        for one in documents
        if one.collection == PAGES
        and posixpath.basename(one.relative_path) == "index.html"
        and _is_in_or_above(posixpath.dirname(one.relative_path), folder)
    ]
    return max(found, key=lambda one: len(one.relative_path), default=None)


def _is_in_or_above(folder: str, other: str) -> bool:
    return not folder or folder == other or other.startswith(f"{folder}/")


def _pages(listing: JekyllDocument, posts: Sequence[str], per_page: int, path: str) -> Iterator[JekyllDocument]:
    count = -(-len(posts) // per_page)

    def path_of(number: int) -> str:
        if not 1 <= number <= count:
            return ""
        return listing.url if number == 1 else path.replace(NUMBER, str(number), 1)

    for number in range(1, count + 1):
        shown = tuple(posts[(number - 1) * per_page : number * per_page])
        pager = Pager(number, per_page, len(posts), count, shown, path_of(number - 1), path_of(number + 1))
        url = listing.url if number == 1 else fill("/:path/", {"path": path_of(number)})
        yield _numbered(listing, pager, url)


def _numbered(listing: JekyllDocument, pager: Pager, url: str) -> JekyllDocument:
    if pager.page == 1:
        return msgspec.structs.replace(listing, pager=pager)
    output = output_of(url, ".html")
    folder = listing.path.removesuffix(listing.relative_path)
    return msgspec.structs.replace(
        listing, path=folder + output, text_path=listing.path, url=url, output=output, pager=pager, redirects=()
    )


def _with_pages(
    documents: Sequence[JekyllDocument], first: JekyllDocument, further: Sequence[JekyllDocument]
) -> tuple[JekyllDocument, ...]:
    pages = [first if one.path == first.path else one for one in documents if one.collection == PAGES]
    return (*pages, *further, *(one for one in documents if one.collection != PAGES))
