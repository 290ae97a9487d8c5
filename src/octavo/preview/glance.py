"""A first look at a page of a site of which nothing else is read yet: its note alone, in the templates of the site."""

from __future__ import annotations

import msgspec

from octavo.build import Means, Prepared, prepare
from octavo.memo import digest_of
from octavo.model.document import Document, Link
from octavo.model.packing import decoded, encoded
from octavo.model.site import Inputs, Page, ResolvedLink


def glance(inputs: Inputs, path: str, means: Means) -> bytes:
    """Render the page of the note at a path, the only one of the inputs; return its HTML.

    Where links lead to other notes is not known: they are left as they are written.
    """
    site = prepare(inputs, means)
    planned = next(page for page in site.plan.pages if page.path == path)
    page = _read(site, planned.share, path)
    share = encoded(page)
    digest = digest_of(share)
    means.spool.put_many({digest: share})
    made = site.pages.render_alone(msgspec.structs.replace(planned, share=digest), lambda page: False)
    return means.spool.get(made.digest) or b""


def _read(site: Prepared, share: str, path: str) -> Page:
    """Return the share of a page with its links taken for good."""
    digest = site.notes[path].document
    parts = site.runner.parts((share, digest))
    page = decoded(parts[share], Page)
    document = decoded(parts[digest], Document)
    links = tuple(_trusted(link, to) for link, to in zip(document.links, page.links, strict=True))
    return msgspec.structs.replace(page, links=links)


def _trusted(link: Link, resolved: ResolvedLink) -> ResolvedLink:
    if not resolved.problem:
        return resolved
    return ResolvedLink("#" if link.wiki else link.target)
