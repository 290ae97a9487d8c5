"""Citations: which entries a page cites, in what order its lists show them, and who cites what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Citation, CitationItem, Document, Outline, ReferenceList
from octavo.model.reference import (
    Bibliography,
    CitationsRequest,
    CiteRequest,
    ClusterRequest,
    Entry,
    FormattedCitations,
)
from octavo.model.site import ListedReference, ResolvedItem
from octavo.model.source import Span
from octavo.resolve.facts import source_of

#: Looking for near matches of a key costs as much as the library is large; past so many unknown keys no hint is sought.
MOST_HINTS = 100


class PageCitations(NamedTuple):
    """What citations make of one page; see the fields of `octavo.model.site.Page` with these names."""

    citations: tuple[tuple[ResolvedItem, ...], ...] = ()
    reference_lists: tuple[tuple[ListedReference, ...], ...] = ()
    formatted: FormattedCitations = FormattedCitations()
    entries: tuple[str, ...] = ()


def library_of(bibliography: Bibliography) -> dict[str, Entry]:
    """Return the entries by citekey; of entries with one key, the first."""
    return {entry.citekey: entry for entry in reversed(bibliography.entries)}


def cited_citekeys(document: Document, library: Mapping[str, Entry]) -> tuple[str, ...]:
    """Return the known citekeys a document shows, in order of first citation, then the rest if it lists them all."""
    cited = [item.citekey for citation in document.citations for item in citation.items if item.citekey in library]
    lists_all = any(not listed.cited_only for listed in document.reference_lists)
    return tuple(dict.fromkeys([*cited, *(library if lists_all else ())]))


def request_citations(document: Document, library: Mapping[str, Entry]) -> CitationsRequest:
    """Ask for a document's citations and references; what they look like depends on all of them together."""
    lists = document.reference_lists
    return CitationsRequest(
        items=tuple(library[key].item for key in cited_citekeys(document, library)),
        clusters=tuple(_cluster_request(citation, library) for citation in document.citations),
        in_order=bool(lists) and lists[0].in_order,
    )


def _cluster_request(citation: Citation, library: Mapping[str, Entry]) -> ClusterRequest:
    cites = tuple(
        CiteRequest(item.citekey, item.locator, item.label, item.prefix, item.suffix, item.suppress_author)
        for item in citation.items
        if item.citekey in library and not citation.silent
    )
    return ClusterRequest(cites, citation.narrative)


def request_site_references(documents: Iterable[Document], library: Mapping[str, Entry]) -> CitationsRequest:
    """Ask for the references of every entry that the site cites."""
    cited = dict.fromkeys(item.citekey for document in documents for item in _items(document))
    return CitationsRequest(tuple(library[key].item for key in cited if key in library))


def resolve_citations(
    document: Outline, library: Mapping[str, Entry], formatted: FormattedCitations, near: Mapping[str, str]
) -> PageCitations:
    """Give each citing place its anchor, and make the lists of references with links back to each of them.

    A document that cites but has no list gets one at its end. ``near`` is what `near_citekeys` returns.
    """
    named = {item.citekey for item in _items(document)}
    order = tuple(reference.citekey for reference in formatted.references)
    cited = tuple(key for key in order if key in named)
    lists = document.reference_lists or ((ReferenceList(True, False, Span(document.path, 1)),) if cited else ())
    numbers = {key: number for number, key in enumerate(order, start=1)}
    citations, places = _places(document, numbers, near)
    return PageCitations(
        citations=citations,
        reference_lists=tuple(
            _listed(cited if listed.cited_only else order, place, numbers, places) for place, listed in enumerate(lists)
        ),
        formatted=formatted,
        entries=tuple(library[key].digest for key in order),
    )


def near_citekeys(documents: Iterable[Outline], library: Mapping[str, Entry]) -> dict[str, str]:
    """Return, by each citekey that documents name and the library lacks, what it may have been meant to be."""
    cited = dict.fromkeys(item.citekey for document in documents for item in _all_items(document))
    unknown = [key for key in cited if key not in library]
    return dict.fromkeys(unknown, "") | {key: _hint(key, library) for key in unknown[:MOST_HINTS]}


def unknown_citekey(item: CitationItem, hint: str) -> Diagnostic:
    """Report a citekey that no entry has, at its place."""
    return Diagnostic("cite-unknown", f"no entry '{item.citekey}' in bibliography/", item.span, hint=hint)


def check_sources(
    documents: Sequence[Outline], library: Mapping[str, Entry], near: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Report sources of facts that are no entry, and entries that nothing cites."""
    sources = [source_of(fact) for document in documents for fact in document.front_matter.facts]
    cited = {item.citekey for document in documents for item in _all_items(document)}
    lists_all = any(not listed.cited_only for document in documents for listed in document.reference_lists)
    return (
        *(unknown_citekey(item, near[item.citekey]) for item in sources if item.citekey in near),
        *(
            Diagnostic("entry-uncited", f"nothing cites '{entry.citekey}'", entry.span)
            for entry in library.values()
            if entry.citekey not in cited and not lists_all
        ),
    )


def reference_anchor(citekey: str, place: int = 0) -> str:
    """Return the id of a reference in the list at ``place`` (from 0) of its page."""
    return f"ref{place + 1 if place else ''}-{_safe(citekey)}"


def _items(document: Document) -> Iterable[CitationItem]:
    return (item for citation in document.citations for item in citation.items)


def _all_items(document: Document) -> Iterable[CitationItem]:
    return (*_items(document), *(source_of(fact) for fact in document.front_matter.facts))


def _places(
    document: Document, numbers: Mapping[str, int], near: Mapping[str, str]
) -> tuple[tuple[tuple[ResolvedItem, ...], ...], dict[str, list[str]]]:
    """Give each citing place its anchor; return the citations and, by citekey, the anchors of its places."""
    places: dict[str, list[str]] = {}
    citations = []
    for citation in document.citations:
        resolved = []
        for item in citation.items:
            if item.citekey in near:
                resolved.append(ResolvedItem(item.citekey, False, "", 0, near[item.citekey]))
                continue
            anchors = places.setdefault(item.citekey, [])
            anchor = "" if citation.silent else f"cite-{_safe(item.citekey)}-{len(anchors) + 1}"
            if anchor:
                anchors.append(anchor)
            resolved.append(ResolvedItem(item.citekey, True, anchor, numbers.get(item.citekey, 0)))
        citations.append(tuple(resolved))
    return tuple(citations), places


def _listed(
    order: Sequence[str], place: int, numbers: Mapping[str, int], places: Mapping[str, Sequence[str]]
) -> tuple[ListedReference, ...]:
    return tuple(
        ListedReference(key, reference_anchor(key, place), numbers[key], tuple(places.get(key, ()))) for key in order
    )


@cache  # of the few thousand keys of a library, each is cited many times
def _safe(citekey: str) -> str:
    return re.sub(r"[^\w.:-]", "_", citekey)


def _hint(citekey: str, library: Mapping[str, Entry]) -> str:
    folded = {key.casefold(): key for key in library}
    near = get_close_matches(citekey.casefold(), folded, n=3)
    return "did you mean " + " or ".join(f"'{folded[key]}'" for key in near) + "?" if near else ""
