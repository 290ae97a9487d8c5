"""Citations: which entries a page cites, in what order its lists show them, and who cites what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import CitationItem, Document, ListForm, Outline
from octavo.model.reference import FormattedCitations, ListedEntry
from octavo.model.scholar import ScholarConfig
from octavo.model.site import ListedReference, ListLook, ResolvedItem
from octavo.resolve.details import Attachments, attached
from octavo.resolve.facts import source_of
from octavo.resolve.library import BESIDE, Library, shared_keys
from octavo.resolve.problems import unknown_citekey
from octavo.resolve.requests import FORMATTED, MergedCitations, PageRequests, PlannedList, merge_runs

#: Looking for near matches of a key costs as much as the library is large; past so many unknown keys no hint is sought.
MOST_HINTS = 100

#: Of a file in which nothing cites so many entries, they are reported together.
MOST_UNCITED = 5

#: What leads to the pages of entries.
LINKING = (ListForm.DETAILS, ListForm.ADDRESS)


class PageCitations(NamedTuple):
    """What citations make of one page; see the fields of `octavo.model.site.Page` with these names."""

    citations: tuple[tuple[ResolvedItem, ...], ...] = ()
    reference_lists: tuple[tuple[ListedReference, ...], ...] = ()
    list_looks: tuple[ListLook, ...] = ()
    entries: tuple[str, ...] = ()


def resolve_citations(
    document: Outline,
    library: Library,
    scholar: ScholarConfig,
    requests: PageRequests,
    near: Mapping[str, str],
    attachments: Mapping[str, Attachments],
    *results: FormattedCitations,
) -> PageCitations:
    """Give each citing place its anchor, and make the lists of references with links back to each of them.

    A document that cites but has no list gets one at its end. ``near`` is what `near_citekeys` returns,
    ``attachments`` what `attachments_of` does; ``results`` are those of the page's runs.
    """
    merged = merge_runs(requests, results)
    numbers = [
        {one.citekey: start + place for place, one in enumerate(run.references, start=1)}
        for run, start in zip(merged.runs, merged.starts, strict=True)
    ]
    rows = [_rows(planned, merged) for planned in requests.lists]
    ids = _ids(document, requests.lists, rows, library, scholar)
    targets = _targets(requests.lists, rows, ids)
    citations, places = _places(document, requests, numbers, targets, near, _elsewhere(library, scholar))
    return PageCitations(
        citations=citations,
        reference_lists=tuple(
            tuple(
                ListedReference(
                    key,
                    anchor,
                    numbers[planned.run][key] if planned.run >= 0 else 0,
                    tuple(places.get((planned.segment, key), ())),
                    alias=alias,
                    files=attached(library.entries[key], attachments) if attachments else (),
                )
                for key, (anchor, alias) in zip(shown, of_list, strict=True)
            )
            for planned, shown, of_list in zip(requests.lists, rows, ids, strict=True)
        ),
        list_looks=tuple(
            _look(planned, shown, merged, library, scholar) for planned, shown in zip(requests.lists, rows, strict=True)
        ),
        entries=tuple(library.entries[one.citekey].digest for one in merged.formatted.references),
    )


def _ids(
    document: Outline,
    lists: Sequence[PlannedList],
    rows: Sequence[Sequence[str]],
    library: Library,
    scholar: ScholarConfig,
) -> list[list[tuple[str, str]]]:
    """Return the id of each row of each list, and another by which old links know it, or nothing; none comes twice.

    jekyll-scholar's ids are citekeys, behind the prefix of their list; where its own markup is kept they are the only
    ones.
    """
    taken = set(document.anchors)
    ids: list[list[tuple[str, str]]] = []
    for place, (planned, shown) in enumerate(zip(lists, rows, strict=True)):
        of_list = []
        for key in shown:
            anchor, old = reference_anchor(key, place), _old_id(planned.listed.prefix, library.entries[key].key)
            alias = old if scholar.keeps_ids and planned.listed.form in FORMATTED and old not in taken else ""
            taken.add(alias)
            of_list.append((alias or anchor, "") if scholar.own_markup else (anchor, alias))
        ids.append(of_list)
    return ids


def _old_id(prefix: str, key: str) -> str:
    return f"{prefix}-{key}" if prefix else key


def _elsewhere(library: Library, scholar: ScholarConfig) -> Callable[[str, str], str]:
    """Return where a citation leads whose reference is not on its page, by the prefix of the list and the citekey.

    Layouts of the site's own may show the reference, and in its own markup a citation is a link always.
    """
    if not scholar.relative and not scholar.own_markup:
        return lambda prefix, key: ""
    relative = scholar.relative
    if not scholar.own_markup and relative.startswith(f"{scholar.base_path}/"):
        relative = relative.removeprefix(scholar.base_path)
    return lambda prefix, key: f"{relative}#{_old_id(prefix, library.entries[key].key)}"


def _targets(
    lists: Sequence[PlannedList], rows: Sequence[Sequence[str]], ids: Sequence[Sequence[tuple[str, str]]]
) -> dict[tuple[int, str, str], str]:
    """Return the id that a citation leads to, by its segment, the prefix of its list and the citekey."""
    targets: dict[tuple[int, str, str], str] = {}
    for planned, shown, of_list in zip(lists, rows, ids, strict=True):
        if planned.listed.form is ListForm.LIST:
            for key, (anchor, _) in zip(shown, of_list, strict=True):
                targets.setdefault((planned.segment, planned.listed.prefix, key), anchor)
    return targets


def _rows(planned: PlannedList, merged: MergedCitations) -> tuple[str, ...]:
    """Return what a list shows, in the order that the style may have given it."""
    chosen = planned.chosen
    if planned.listed.form is ListForm.COUNT:
        return ()
    if not chosen.by_style or planned.run < 0:
        return tuple(dict.fromkeys(chosen.citekeys))
    wanted = frozenset(chosen.citekeys)
    order = [one.citekey for one in merged.runs[planned.run].references if one.citekey in wanted]
    return tuple(order[chosen.start : chosen.end])


def _look(
    planned: PlannedList, rows: Sequence[str], merged: MergedCitations, library: Library, scholar: ScholarConfig
) -> ListLook:
    listed, chosen = planned.listed, planned.chosen
    run = merged.runs[planned.run] if planned.run >= 0 else FormattedCitations()
    shelf = library.shelf(scholar, listed.files)
    file, hint = library.unknown_file(scholar, listed.files) or ("", "")
    return ListLook(
        headings=chosen.headings,
        hanging=run.hanging,
        spacing=run.spacing,
        size=len(rows) or len(chosen.citekeys[chosen.start : chosen.end]),
        missing=tuple(
            ResolvedItem(item.citekey, False, "", 0, library.hint(item.citekey, shelf))
            for item in listed.items
            if item.citekey not in shelf.by_key
        ),
        file=file,
        hint=hint,
        is_pageless=listed.form in LINKING and scholar.own_markup and not scholar.has_details,
    )


def near_citekeys(
    documents: Iterable[Outline], library: Library, scholars: Mapping[str, ScholarConfig]
) -> dict[str, str]:
    """Return, by each citekey that documents name and the files they look into lack, what it may have been meant to be.

    ``scholars`` are the configurations of the documents by their paths.
    """
    hints: dict[str, str] = {}
    for document in documents:
        scholar = scholars[document.path]
        for files, items in _named(document):
            shelf = library.shelf(scholar, files)
            unknown_file = library.unknown_file(scholar, files)
            for item in items:
                if item.citekey not in shelf.by_key and item.citekey not in hints:
                    hint = library.hint(item.citekey, shelf) if len(hints) < MOST_HINTS else ""
                    hints[item.citekey] = unknown_file[1] if unknown_file else hint
    return hints


def _named(document: Document) -> Iterable[tuple[tuple[str, ...], Sequence[CitationItem]]]:
    """Yield the entries that a document names, with the files in which they are looked for."""
    for citation in document.citations:
        yield citation.files, citation.items
    for listed in document.reference_lists:
        yield listed.files, listed.items
    yield (), [source_of(fact) for fact in document.front_matter.facts]


def check_sources(
    documents: Sequence[Outline],
    library: Library,
    config: ScholarConfig,
    requests: Iterable[PageRequests],
    near: Mapping[str, str],
) -> tuple[Diagnostic, ...]:
    """Report sources of facts that are no entry, entries that share a key, and those that nothing cites."""
    known = library.shelf(config).by_key
    sources = [source_of(fact) for document in documents for fact in document.front_matter.facts]
    shown = {known.get(item.citekey, "") for item in sources}
    for page in requests:
        shown.update(key for keys in page.cited for key in keys if key)
        shown.update(key for planned in page.lists for key in planned.chosen.citekeys)
    return (
        *(unknown_citekey(item, near.get(item.citekey, "")) for item in sources if item.citekey not in known),
        *shared_keys(library, config),
        *_uncited(
            one
            for citekey, one in library.listed.items()
            if citekey not in shown
            and BESIDE not in one.span.path
            and (citekey == one.written.key or one.written.key not in known)
        ),
    )


def _uncited(entries: Iterable[ListedEntry]) -> Iterable[Diagnostic]:
    """Report entries that nothing cites: one by one, or all of a file that has very many together."""
    by_file: dict[str, list[ListedEntry]] = {}
    for entry in entries:
        by_file.setdefault(entry.span.path, []).append(entry)
    for first, *others in by_file.values():
        if len(others) < MOST_UNCITED:
            for entry in (first, *others):
                yield Diagnostic("entry-uncited", f"nothing cites '{entry.written.key}'", entry.span)
        else:
            message = f"nothing cites '{first.written.key}' and {len(others)} other entries of this file"
            yield Diagnostic("entry-uncited", message, first.span)


def reference_anchor(citekey: str, place: int = 0) -> str:
    """Return the id of a reference in the list at ``place`` (from 0) of its page."""
    return f"ref{place + 1 if place else ''}-{_safe(citekey)}"


def _places(
    document: Document,
    requests: PageRequests,
    numbers: Sequence[Mapping[str, int]],
    targets: Mapping[tuple[int, str, str], str],
    near: Mapping[str, str],
    elsewhere: Callable[[str, str], str],
) -> tuple[tuple[tuple[ResolvedItem, ...], ...], dict[tuple[int, str], list[str]]]:
    """Give each citing place its anchor; return the citations and, by segment and citekey, the anchors of places."""
    places: dict[tuple[int, str], list[str]] = {}
    counts: dict[str, int] = {}
    citations = []
    of_each = zip(document.citations, requests.parts, requests.citation_runs, requests.cited, strict=True)
    for citation, part, run, keys in of_each:
        resolved = []
        for item, key in zip(citation.items, keys, strict=True):
            if key is None:
                resolved.append(ResolvedItem(item.citekey, False, "", 0, near.get(item.citekey, "")))
                continue
            anchor = ""
            if not citation.silent:
                counts[key] = count = counts.get(key, 0) + 1
                anchor = f"cite-{_safe(key)}-{count}"
                places.setdefault((part.segment, key), []).append(anchor)
            target = targets.get((part.segment, part.prefix, key)) or elsewhere(citation.list_prefix, key)
            resolved.append(ResolvedItem(key, True, anchor, numbers[run].get(key, 0), reference=target))
        citations.append(tuple(resolved))
    return tuple(citations), places


@cache  # of the few thousand keys of a library, each is cited many times
def _safe(citekey: str) -> str:
    return re.sub(r"[^\w.:-]", "_", citekey)
