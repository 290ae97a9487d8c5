"""Which page is above which, as the front matter says: ``parent`` and ``grand_parent`` are titles of pages.

https://just-the-docs.com/docs/navigation/main/order/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document
from octavo.model.source import Span
from octavo.resolve.nearest import did_you_mean

#: How many pages may be above one.
DEEPEST = 20


#: For how many unknown titles the nearest one is sought, which takes long.
MOST_HINTS = 30


class Family(NamedTuple):
    """The page above each page and the pages below it, in their order, by path; what is wrong, by path, too."""

    parents: Mapping[str, Document]
    children: Mapping[str, tuple[Document, ...]]
    problems: Mapping[str, Diagnostic]

    def above(self, document: Document) -> tuple[Document, ...]:
        """Return the pages above a page, the topmost first."""
        found: list[Document] = []
        while parent := self.parents.get((found[-1] if found else document).path):
            found.append(parent)
        return tuple(reversed(found))

    def below(self, document: Document) -> Iterable[Document]:
        """Yield a page and all that are below it, each before its own."""
        waiting = [document]
        while waiting:
            page = waiting.pop()
            yield page
            waiting += reversed(self.children.get(page.path, ()))


def resolve_parents(documents: Sequence[Document], title_of: Callable[[Document], str]) -> Family:
    """Find the page above each page; reports ``parent-unknown``. ``documents`` must be in the order of siblings."""
    by_title: dict[str, list[Document]] = {}
    for document in documents:
        by_title.setdefault(title_of(document), []).append(document)
    parents: dict[str, Document] = {}
    problems: dict[str, Diagnostic] = {}
    hints: dict[str, str] = {}
    for document in documents:
        wanted = document.front_matter.parent
        if not wanted:
            continue
        if found := _parent(document, by_title.get(wanted, ())):
            parents[document.path] = found
        else:
            if wanted not in hints and wanted not in by_title and len(hints) < MOST_HINTS:
                hints[wanted] = did_you_mean(wanted, by_title)
            problems[document.path] = _unknown(document, hints.get(wanted, ""))
    for path in _in_circles(parents):
        problems[path] = _circle(path, parents.pop(path))
    for path in _too_deep(parents):
        del parents[path]
        problems[path] = _deep(path)
    children: dict[str, list[Document]] = {}
    for document in documents:
        if parent := parents.get(document.path):
            children.setdefault(parent.path, []).append(document)
    return Family(parents, {path: tuple(pages) for path, pages in children.items()}, problems)


def _parent(document: Document, named: Iterable[Document]) -> Document | None:
    """Return the one of the pages with the wanted title that is meant: below the grandparent, and nearest by."""
    grand_parent = document.front_matter.grand_parent
    candidates = [one for one in named if one.path != document.path]
    fitting = [one for one in candidates if one.front_matter.parent == grand_parent] or candidates
    folder = document.path.rpartition("/")[0]
    beside = (one for one in fitting if one.path.rpartition("/")[0] == folder)
    return next(beside, None) or next(iter(fitting), None)


def _in_circles(parents: Mapping[str, Document]) -> list[str]:
    """Return a page of each circle in which pages are above each other; each page is looked at once."""
    circles: list[str] = []
    done: set[str] = set()
    for start in parents:
        path, way = start, set[str]()
        while path in parents and path not in done and path not in way:
            way.add(path)
            path = parents[path].path
        if path in way:
            circles.append(path)
        done |= way
    return circles


def _too_deep(parents: Mapping[str, Document]) -> list[str]:
    """Return the pages that have too many above them, up to the next of these; each page is looked at once."""
    levels: dict[str, int] = {}
    found: list[str] = []
    for start in parents:
        path, way = start, list[str]()
        while path in parents and path not in levels:
            way.append(path)
            path = parents[path].path
        level = levels.get(path, 0)
        for one in reversed(way):
            level = level + 1 if level < DEEPEST else 0
            levels[one] = level
            found += [one] if not level else []
    return found


def _deep(path: str) -> Diagnostic:
    message = f"more than {DEEPEST} pages are above this one"
    return Diagnostic("parent-unknown", message, Span(path, 1), hint="put it below a page nearer to the top")


def _unknown(document: Document, hint: str) -> Diagnostic:
    wanted = document.front_matter.parent
    return Diagnostic("parent-unknown", f"no other page is called '{wanted}'", Span(document.path, 1), hint=hint)


def _circle(path: str, parent: Document) -> Diagnostic:
    message = f"'{parent.path}' is above this page and below it"
    return Diagnostic("parent-unknown", message, Span(path, 1), hint="leave out one 'parent' of the circle")
