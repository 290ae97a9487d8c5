"""What is asked of the CSL processor for a page: its citations with the lists they lead to, and lists of their own.

The citations of a page and the lists that show what they cite are formatted together, so that numbers, and letters
after years, agree; a list that the site sorts gives the citations their numbers. A list that shows none of what is
cited, or that has a style of its own, is formatted by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from octavo.model.document import Citation, Document, ListForm, ReferenceList
from octavo.model.reference import (
    CitationsRequest,
    CiteRequest,
    ClusterRequest,
    FormattedCitations,
    FormattedCluster,
    FormattedReference,
)
from octavo.model.scholar import ScholarConfig
from octavo.model.site import SiteConfig
from octavo.model.source import Span
from octavo.resolve.library import EVERYTHING, Library, Shelf
from octavo.resolve.selection import Chosen, choose_entries

#: What shows references.
FORMATTED = (ListForm.LIST, ListForm.REFERENCE)

#: No run: what is not formatted.
UNFORMATTED = -1


class Run(NamedTuple):
    """What is formatted together: the name of its style, its language, and the request."""

    style: str
    locale: str
    request: CitationsRequest


class PlannedList(NamedTuple):
    """A list of a page: the entries it shows, the place of its run among the page's, and its segment.

    Segments are what lists that ``--clear`` make of a page: each has its citations and lists for itself.
    """

    listed: ReferenceList
    chosen: Chosen
    run: int
    segment: int


class Part(NamedTuple):
    """What leads to one list: the segment of a page, the prefix of the list, and the style."""

    segment: int
    prefix: str
    style: str


class PageRequests(NamedTuple):
    """What is asked for a page: its lists, and the part and the place of the run of each citation.

    ``cited`` are the citekeys of each citation's items, ``None`` for those that no entry has.
    """

    lists: tuple[PlannedList, ...] = ()
    parts: tuple[Part, ...] = ()
    citation_runs: tuple[int, ...] = ()
    cited: tuple[tuple[str | None, ...], ...] = ()


class Requested(NamedTuple):
    """What is asked for a page, and all its runs, which are large."""

    page: PageRequests = PageRequests()
    runs: tuple[Run, ...] = ()


def request_page(document: Document, library: Library, config: SiteConfig, scholar: ScholarConfig) -> Requested:
    """Ask for a document's citations and references."""
    cited = tuple(_cited(citation, library, scholar) for citation in document.citations)
    if not document.reference_lists and not document.citations:
        return Requested()
    return _Planner(document, library, config, scholar, cited).plan()


def request_site_references(cited: Iterable[str], library: Library, scholar: ScholarConfig) -> CitationsRequest:
    """Ask for the references of entries that the site cites: for one list, or each for a page in the site's layout."""
    return CitationsRequest(tuple(map(library.packed, cited)), apart=scholar.has_details)


def shelf_of(listed: ReferenceList | Citation, library: Library, scholar: ScholarConfig) -> Shelf:
    """Return the entries that a tag chooses from."""
    return library.shelf(scholar, listed.files)


def _cited(citation: Citation, library: Library, scholar: ScholarConfig) -> tuple[str | None, ...]:
    by_key = shelf_of(citation, library, scholar).by_key
    return tuple([by_key.get(item.citekey) for item in citation.items])


class _Planner:
    """Puts the citations and lists of a page into runs."""

    def __init__(
        self,
        document: Document,
        library: Library,
        config: SiteConfig,
        scholar: ScholarConfig,
        cited: tuple[tuple[str | None, ...], ...],
    ) -> None:
        self._document = document
        self._citations = document.citations
        self._library = library
        self._scholar = scholar
        self._cited = cited
        self._style = page_style(document, config, scholar)
        self._locale = scholar.locale or config.language
        self._runs: list[Run] = []
        self._lists = _with_implicit_list(document, any(key for keys in cited for key in keys), scholar)
        self._clears = [listed.place for listed in self._lists if listed.clear]
        shown = [listed for listed in self._lists if listed.form is ListForm.LIST]
        self._prefixes = tuple(listed.prefix for listed in shown)

    def plan(self) -> Requested:
        """Make the runs."""
        known: dict[Part, Part] = {}  # most citations are of one part
        parts = [
            known.setdefault(part, part)
            for place, citation in enumerate(self._citations)
            if (part := self._part_of(place, citation))
        ]
        segments = self._segments()
        chosen = [self._choose(place, segment) for place, segment in enumerate(segments)]
        by_part: dict[Part, int] = {}
        for part in dict.fromkeys(parts):
            by_part[part] = len(self._runs)
            mine = [place for place, one in enumerate(parts) if one == part]
            self._runs.append(self._run_of(part, mine, self._related(part, segments, chosen)))
        lists = tuple(
            PlannedList(listed, choice, self._run_of_list(listed, segment, choice, by_part), segment)
            for listed, segment, choice in zip(self._lists, segments, chosen, strict=True)
        )
        runs = tuple(by_part[part] for part in parts)
        return Requested(PageRequests(lists, tuple(parts), runs, self._cited), tuple(self._runs))

    def _part_of(self, place: int, citation: Citation) -> Part:
        segment = sum(place >= clear for clear in self._clears)
        prefix = citation.list_prefix
        if prefix not in self._prefixes:
            prefix = "" if "" in self._prefixes or not self._prefixes else self._prefixes[0]
        return Part(segment, prefix, citation.style or self._style)

    def _segments(self) -> list[int]:
        """Return the segment of each list: those before a list that clears are one with it."""
        segments, count = [], 0
        for listed in self._lists:
            segments.append(count)
            count += listed.clear
        return segments

    def _choose(self, place: int, segment: int) -> Chosen:
        listed = self._lists[place]
        if listed.bibtex:
            return Chosen(self._library.shelf_within(self._document, place).citekeys)
        shelf = shelf_of(listed, self._library, self._scholar)
        if listed.items:
            return Chosen(tuple(shelf.by_key[item.citekey] for item in listed.items if item.citekey in shelf.by_key))
        start = self._clears[segment - 1] if segment else 0
        end = listed.place if self._clears else None
        cited = dict.fromkeys(key for keys in self._cited[start:end] for key in keys if key)
        return choose_entries(listed, self._scholar, self._library, shelf, tuple(cited))

    def _related(self, part: Part, segments: Sequence[int], chosen: Sequence[Chosen]) -> list[Chosen]:
        """Return the lists that the citations of a part lead to."""
        return [
            choice
            for listed, segment, choice in zip(self._lists, segments, chosen, strict=True)
            if listed.form is ListForm.LIST and (segment, listed.prefix) == (part.segment, part.prefix)
        ]

    def _run_of(self, part: Part, places: Sequence[int], related: Sequence[Chosen]) -> Run:
        cited = list(dict.fromkeys(key for place in places for key in self._cited[place] if key))
        related = [choice for choice in related if not set(cited).isdisjoint(choice.citekeys)]
        by_style = not related or related[0].by_style
        listed = [key for choice in related for key in choice.citekeys]
        order = dict.fromkeys((*cited, *listed) if by_style else (*listed, *cited))
        clusters = tuple(_cluster(self._citations[place], self._cited[place]) for place in places)
        return self._run(part.style, order, clusters, not by_style)

    def _run_of_list(self, listed: ReferenceList, segment: int, chosen: Chosen, by_part: Mapping[Part, int]) -> int:
        """Return the run of a list: that of the citations that lead to it, or one of its own."""
        if listed.form not in FORMATTED or not chosen.citekeys:
            return UNFORMATTED
        style = listed.style or self._style
        run = by_part.get(Part(segment, listed.prefix, style), UNFORMATTED)
        if run != UNFORMATTED:
            items = {item.citekey for item in self._runs[run].request.items}
            if items.issuperset(chosen.citekeys):
                return run
        self._runs.append(self._run(style, chosen.citekeys, (), not chosen.by_style))
        return len(self._runs) - 1

    def _run(self, style: str, citekeys: Iterable[str], clusters: tuple[ClusterRequest, ...], in_order: bool) -> Run:
        items = tuple(map(self._library.packed, citekeys))
        return Run(style, self._locale, CitationsRequest(items, clusters, in_order))


def page_style(document: Document, config: SiteConfig, scholar: ScholarConfig) -> str:
    """Return the CSL style of a page."""
    return document.front_matter.style or scholar.style or config.style


def _with_implicit_list(document: Document, cites: bool, scholar: ScholarConfig) -> tuple[ReferenceList, ...]:
    """Give a document that cites and shows no list one at its end, unless its own layout leaves no place for it."""
    lists = document.reference_lists
    if not cites or scholar.own_markup or any(listed.form is ListForm.LIST for listed in lists):
        return lists
    everything = ReferenceList(True, False, Span(document.path, 1), files=(EVERYTHING,), place=len(document.citations))
    return (*lists, everything)


def _cluster(citation: Citation, cited: Sequence[str | None]) -> ClusterRequest:
    cites = tuple(
        CiteRequest(key, item.locator, item.label, item.prefix, item.suffix, item.suppress_author)
        for item, key in zip(citation.items, cited, strict=True)
        if key and not citation.silent
    )
    return ClusterRequest(cites, citation.narrative)


class MergedCitations(NamedTuple):
    """The runs of a page as one, and where the references of each begin in it."""

    formatted: FormattedCitations
    runs: tuple[FormattedCitations, ...]
    starts: tuple[int, ...]


def formatted_page(requests: PageRequests, *results: FormattedCitations) -> FormattedCitations:
    """Return the citations and references of a page; ``results`` are those of its runs."""
    return merge_runs(requests, results).formatted


def merge_runs(requests: PageRequests, results: Sequence[FormattedCitations]) -> MergedCitations:
    """Put the results of a page's runs together: its citations in their order, and all references."""
    if len(results) == 1 and requests.citation_runs:
        return MergedCitations(results[0], tuple(results), (0,))
    clusters = [iter(result.clusters) for result in results]
    starts: list[int] = []
    references: list[FormattedReference] = []
    for result in results:
        starts.append(len(references))
        references += result.references
    first = results[0] if results else FormattedCitations()
    formatted = FormattedCitations(
        clusters=tuple(next(clusters[run], FormattedCluster(())) for run in requests.citation_runs),
        references=tuple(references),
        notes=first.notes,
        hanging=first.hanging,
        spacing=first.spacing,
    )
    return MergedCitations(formatted, tuple(results), tuple(starts))
