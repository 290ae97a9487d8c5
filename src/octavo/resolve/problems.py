"""What is wrong with a page, at the places in its note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import CitationItem, ReferenceList
from octavo.model.fact import FactTable
from octavo.model.site import ListLook, Page
from octavo.model.source import SourceFile
from octavo.read.scholar.config import TAGS, TAGS_HINT
from octavo.resolve.labels import check_labels
from octavo.resolve.routes import is_web_page


def page_problems(page: Page) -> Iterator[Diagnostic]:
    """Yield what resolving a page has found; its document must be the note's own, which knows its places."""
    document = page.document
    yield from page.problems
    for citation, resolved in zip(document.citations, page.citations, strict=True):
        for item, place in zip(citation.items, resolved, strict=True):
            if not place.known:
                yield unknown_citekey(item, place.hint, citation.files)
    for listed, look in zip(document.reference_lists, page.list_looks, strict=False):
        yield from _list_problems(listed, look)
    yield from _broken_links(page)
    for image, shown in zip(document.images, page.images, strict=True):
        if shown.problem and is_web_page(page.route):
            yield Diagnostic("image-missing", shown.problem, image.span, hint=shown.hint)
    yield from check_labels(document)
    for reference, label in zip(document.cross_references, page.cross_references, strict=True):
        if not label.href:
            message = f"nothing is labelled '{reference.label}'"
            yield Diagnostic("label-unknown", message, reference.span, hint=label.hint)
    for table, facts in zip(document.fact_tables, page.fact_tables, strict=True):
        if not facts.rows:
            yield _no_facts(table)


def unknown_citekey(item: CitationItem, hint: str, files: Sequence[str] = ()) -> Diagnostic:
    """Report a citekey that no entry has, at its place."""
    where = " and ".join(f"'{name}'" for name in files) or "bibliography/"
    return Diagnostic("cite-unknown", f"no entry '{item.citekey}' in {where}", item.span, hint=hint)


def _broken_links(page: Page) -> Iterator[Diagnostic]:
    """Tell of links that lead nowhere; what layouts repeat of the body, at its first line, is told there alone."""
    start = (page.document.front_matter.body_line, 1)
    broken = [(link.span, to) for link, to in zip(page.document.links, page.links, strict=True) if to.problem]
    elsewhere = {to.problem for span, to in broken if (span.line, span.column) != start}
    for span, to in broken:
        if to.problem not in elsewhere or (span.line, span.column) != start:
            yield Diagnostic("link-broken", to.problem, span, hint=to.hint)


def _list_problems(listed: ReferenceList, look: ListLook) -> Iterator[Diagnostic]:
    missing = {item.citekey: item.hint for item in look.missing}
    for item in listed.items:
        if item.citekey in missing:
            yield unknown_citekey(item, missing[item.citekey], listed.files)
    if listed.list_tag and listed.list_tag not in TAGS:
        yield Diagnostic("tag-invalid", f"'{listed.list_tag}' is no tag for lists", listed.span, hint=TAGS_HINT)
    known = [item.citekey for item in listed.items if item.citekey not in missing]
    if look.is_pageless and known:
        message = f"entries such as '{known[0]}' have no page: the site has no layout for them"
        hint = "name a layout in 'details_layout' of 'scholar', which is 'bibtex.html' by default"
        yield Diagnostic("link-broken", message, listed.span, hint=hint)
    if listed.bibtex:
        from octavo.read.bibtex import parse_bibliography  # other pages need nothing of it

        for problem in parse_bibliography((SourceFile("", listed.bibtex),)).diagnostics:
            yield msgspec.structs.replace(problem, span=listed.span)
    if look.file:
        yield Diagnostic("bibliography-missing", f"there is no bibliography '{look.file}'", listed.span, hint=look.hint)


def _no_facts(table: FactTable) -> Diagnostic:
    what = f"no note with the tag '{table.tag}' gives facts" if table.tag else "no note gives facts"
    if table.form == "facts":
        what = "this note gives no facts"
    return Diagnostic("compare-malformed", what, table.span, hint="facts stand in the front matter")
