"""Pages on their way to where they are rendered: packed until then, but for the little that is asked before."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from octavo.model.document import CodeBlock, Document, Formula, ReferenceList
from octavo.model.fact import FactTable, ResolvedFacts
from octavo.model.packing import decoded, fields_of
from octavo.model.reference import RenderedEntry
from octavo.model.rendering import ChartSvg, CodeHtml, FormulaHtml, PageContent, PublishedImage
from octavo.model.site import Page, ResolvedImage
from octavo.resolve.fact_citations import with_note

OPTIONAL_IMAGE: Any = ResolvedImage | None  # what mypy takes for no type


class PackedPage(NamedTuple):
    """A page as MessagePack: its share of the site, and the note that makes it; without one the share is the page."""

    share: bytes
    note: bytes


class PageParts(NamedTuple):
    """What is rendered before a page is; the fields are those of the `Page` and its `Document` with these names."""

    path: str
    formulas: tuple[Formula, ...]
    code_blocks: tuple[CodeBlock, ...]
    fact_tables: tuple[FactTable, ...]
    reference_lists: tuple[ReferenceList, ...]
    resolved_facts: tuple[ResolvedFacts, ...]
    images: tuple[ResolvedImage, ...]
    social_image: ResolvedImage | None
    entries: tuple[str, ...]
    macros: tuple[tuple[str, str], ...]


class PackedContent(msgspec.Struct, frozen=True, array_like=True):
    """A `PageContent` whose page is a `PackedPage`."""

    share: bytes
    note: bytes
    formulas: tuple[FormulaHtml, ...]
    code_blocks: tuple[CodeHtml, ...]
    images: tuple[PublishedImage, ...]
    charts: tuple[ChartSvg, ...]
    entries: tuple[RenderedEntry, ...]
    social_image: PublishedImage


def parts_of(packed: PackedPage) -> PageParts:
    """Unpack of a page what is rendered before it."""
    page = fields_of(packed.share, Page)
    document = fields_of(packed.note or page["document"], Document)
    return PageParts(
        decoded(document["path"], str),
        decoded(document["formulas"], tuple[Formula, ...]),
        decoded(document["code_blocks"], tuple[CodeBlock, ...]),
        decoded(document["fact_tables"], tuple[FactTable, ...]),
        decoded(document["reference_lists"], tuple[ReferenceList, ...]),
        decoded(page["fact_tables"], tuple[ResolvedFacts, ...]),
        decoded(page["images"], tuple[ResolvedImage, ...]),
        decoded(page["social_image"], OPTIONAL_IMAGE),
        decoded(page["entries"], tuple[str, ...]),
        decoded(page["macros"], tuple[tuple[str, str], ...]),
    )


def unpacked(content: PackedContent) -> PageContent:
    """Return a page with its parts, all of it."""
    page = decoded(content.share, Page)
    return PageContent(
        page=with_note(page, decoded(content.note, Document)) if content.note else page,
        formulas=content.formulas,
        code_blocks=content.code_blocks,
        images=content.images,
        charts=content.charts,
        entries=content.entries,
        social_image=content.social_image,
    )
