"""Where every page and file is published, and the collisions between them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document
from octavo.model.site import Route
from octavo.model.source import Asset, Span

CONTENT = "content"

#: What the names of files end with in which a link is one.
WEB_PAGES = (".html", ".htm", ".xhtml")


def is_note_path(path: str) -> bool:
    """Tell whether a document is a note; the path of one that no note makes ends in a slash."""
    return not path.endswith("/")


def is_content_path(path: str) -> bool:
    """Tell whether a document is a note, or stands for the page that a folder of notes lacks."""
    return is_note_path(path) or path.startswith(f"{CONTENT}/")


def is_web_page(route: Route) -> bool:
    """Tell a page from a feed or a script, which repeat what pages say."""
    return route.output.endswith(WEB_PAGES)


def resolve_routes(documents: Iterable[Document]) -> tuple[dict[str, Route], tuple[Diagnostic, ...]]:
    """Return the route of each document by its path; a permalink that leaves the site is reported and not followed."""
    routes: dict[str, Route] = {}
    diagnostics: list[Diagnostic] = []
    for document in documents:
        if document.output:
            routes[document.path] = Route(document.url, document.output)
            continue
        permalink = document.front_matter.permalink
        if permalink and not _stays_inside(permalink):
            diagnostics.append(_outside(document))
            permalink = ""
        elif not permalink and any(sign in document.path for sign in "\\:"):
            diagnostics.append(_unportable(document))
        routes[document.path] = route_of(permalink or url_of_path(document.path))
    return routes, tuple(diagnostics)


def route_of(url: str) -> Route:
    """Return where a URL is published, as Jekyll does: ``/a/`` in ``a/index.html``, ``/a`` in ``a.html``.

    >>> route_of("/models/bert/")
    Route('/models/bert/', 'models/bert/index.html')
    """
    url = "/" + url.lstrip("/")
    if url.endswith("/"):
        return Route(url, url[1:] + "index.html")
    if url.endswith("/index.html"):
        return Route(url.removesuffix("index.html"), url[1:])
    return Route(url, url[1:] if PurePosixPath(url).suffix in (".html", ".htm", ".xml") else url[1:] + ".html")


def url_of_path(path: str) -> str:
    """Return the URL of a note without permalink: ``content/models/bert.md`` -> ``/models/bert/``.

    Signs that mean something in a URL become hyphens.
    """
    stem = re.sub(r"[?#%]", "-", posixpath.splitext(path.removeprefix(CONTENT + "/"))[0])
    if stem == "404":
        return "/404.html"
    folder, name = posixpath.split(stem)
    return "/" + (folder + "/" if folder else "") + ("" if name == "index" else name + "/")


def unique_urls(names: Iterable[str], folder: str) -> dict[str, str]:
    """Return a URL below a folder for each name; of names that a disk takes for one, all but the first get a number."""
    urls: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        base = re.sub(r"[^\w.-]+", "-", name).strip(".-") or "other"
        unique, number = base, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{base}-{number}"
        taken.add(unique.casefold())
        urls[name] = f"{folder}{unique}/"
    return urls


def find_collisions(routes: Mapping[str, Route], assets: Iterable[Asset]) -> tuple[Diagnostic, ...]:
    """Report every file of the output that two sources claim; a disk that folds case takes ``X`` and ``x`` for one."""
    claimed: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    claims = [(asset.url[1:], asset.source) for asset in assets]
    claims += [(route.output, path) for path, route in routes.items()]
    for output, source in claims:
        first = claimed.setdefault(output.casefold(), source)
        if first != source:
            diagnostics.append(
                Diagnostic(
                    "url-collision",
                    f"'{first}' and '{source}' would both be published as '{output}'",
                    Span(source, 1),
                    hint="give one of them another name or permalink",
                )
            )
    folders = _folders(claimed)
    diagnostics += (
        Diagnostic(
            "url-collision",
            f"'{source}' would be published as '{output}', which is also a folder of other pages",
            Span(source, 1),
            hint="give it another name or permalink",
        )
        for output, source in claimed.items()
        if output in folders
    )
    return tuple(diagnostics)


def _folders(paths: Iterable[str]) -> set[str]:
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _stays_inside(permalink: str) -> bool:
    return not (
        ".." in permalink.split("/") or any(character in permalink for character in '\\?#\0:*"<>|') or "//" in permalink
    )


def _outside(document: Document) -> Diagnostic:
    permalink = document.front_matter.permalink
    return Diagnostic(
        "path-outside",
        f"the permalink '{permalink}' is not a path inside the site",
        Span(document.path, 1),
        hint="write it like '/models/bert/': no '..', no '//', none of \\ ? # : * \" < > |",
    )


def _unportable(document: Document) -> Diagnostic:
    return Diagnostic(
        "path-outside",
        f"'{document.path}' is not a path inside the site",
        Span(document.path, 1),
        hint="give it a name without \\ and :, or a permalink",
    )
