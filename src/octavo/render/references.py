"""References as templates see them, and the files of all that a page refers to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from octavo.model.document import Reading
from octavo.model.reference import FormattedReference, RenderedEntry
from octavo.model.site import CitingPage, ListedReference
from octavo.render.addresses import relative_url
from octavo.render.views import CitingView, LinkView, ReferenceView


def view_reference(
    reference: ListedReference,
    formatted: FormattedReference,
    entry: RenderedEntry,
    reading: Reading | None,
    root: str,
) -> ReferenceView:
    """Return what a template needs of a reference; ``root`` is the way from the page to the site's root."""
    return ReferenceView(
        citekey=reference.citekey,
        anchor=reference.anchor,
        number=Markup(formatted.mark),
        html=Markup(formatted.html),
        here=tuple([relative_url(f"#{anchor}", root) for anchor in reference.here]),
        elsewhere=tuple([_citing_view(page, root) for page in reference.elsewhere]),
        has_more=reference.has_more,
        url=relative_url(reference.entry_url, root) if reference.entry_url else "",
        card=card_anchor(reference.citekey),
        abstract=Markup(entry.abstract),
        links=(
            *[LinkView(link.label, link.url) for link in entry.links],
            *[LinkView(ending.upper(), relative_url(url, root)) for ending, url in reference.files],
        ),
        bibtex=entry.bibtex,
        coins=entry.coins,
        topic=reading.topic if reading else "",
        comment=reading.comment if reading else "",
        alias=reference.alias,
    )


@lru_cache(maxsize=2048)
def card_anchor(citekey: str) -> str:
    """Return the id of the card of an entry."""
    return "card-" + re.sub(r"[^\w.:-]", "_", citekey)


def bibtex_file(entries: Sequence[RenderedEntry]) -> str:
    """Return the entries as a BibTeX file."""
    return "".join(f"{entry.bibtex}\n\n" for entry in entries)


def csl_json_file(entries: Sequence[RenderedEntry]) -> str:
    """Return the entries as a CSL-JSON file: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html."""
    return "[" + ",\n".join(entry.csl_json for entry in entries) + "]\n"


@lru_cache(maxsize=2048)  # the pages beside this one name the same pages
def _citing_view(page: CitingPage, root: str) -> CitingView:
    addresses = [
        relative_url(f"{page.url}#{place.anchor}" if place.anchor else page.url, root) for place in page.places
    ]
    sections = tuple(
        LinkView(place.section, address) for place, address in zip(page.places, addresses, strict=True) if place.section
    )
    return CitingView(page.title, addresses[0], sections)
