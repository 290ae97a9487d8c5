"""The bibliography: entries, the library they form, and what becomes of them where they are cited."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.source import Span

#: One work as CSL-JSON: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html.
#: Text fields may hold the markup CSL-JSON allows: ``<i> <b> <sub> <sup>``, ``<span class="nocase">`` and
#: ``<span style="font-variant: small-caps;">``; anything else in them is text. A formula is written ``$tex$``.
Item: TypeAlias = dict[str, Any]


class EntryLink(msgspec.Struct, frozen=True, array_like=True):
    """A way to a work: what it leads to ("DOI", "arXiv", "PDF") and its address on the web."""

    label: str
    url: str


class WrittenEntry(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a ``.bib`` file as it is written: ``bibtex`` is its source.

    ``citekey`` is unique on the site: that of an entry whose key is taken in another file has the file's name besides,
    ``key`` is what the entry itself is called. ``kind`` is its type and ``fields`` its fields with those it inherits,
    macros put in, both with lower-case names and in the order that they are written in.
    """

    citekey: str
    key: str
    kind: str
    fields: tuple[tuple[str, str], ...]
    bibtex: str


class ListedEntry(msgspec.Struct, frozen=True, array_like=True):
    """An entry in its file."""

    written: WrittenEntry
    span: Span


class Entry(msgspec.Struct, frozen=True):
    """One entry, understood: ``item`` is what it says, as CSL-JSON; ``bibtex`` is its source.

    The others are those of the `WrittenEntry`; ``field_names`` has the order of the fields. ``digest`` identifies what
    the entry says.
    """

    citekey: str
    item: Item
    bibtex: str
    links: tuple[EntryLink, ...] = ()
    digest: str = ""
    key: str = ""
    kind: str = ""
    fields: dict[str, str] = {}
    field_names: tuple[str, ...] = ()


class Bibliography(msgspec.Struct, frozen=True):
    """All ``.bib`` files of a site, parsed, in the order of their paths."""

    entries: tuple[ListedEntry, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class BibliographySettings(msgspec.Struct, frozen=True):
    """How ``.bib`` files are read: ``in_sentence_case`` puts English titles into the case of a sentence.

    The others are what jekyll-scholar lets a site say. ``filters`` names what of LaTeX is understood; without ``latex``
    all else stays as it is written. Macros (``@string``) may be left by their names, and values that are joined by
    ``#`` left in their parts. ``keeps_duplicates`` keeps all entries that share a key, ``keeps_particles`` the "van" of
    a family name where the name stands alone.
    """

    in_sentence_case: bool = True
    filters: tuple[str, ...] = ("latex",)
    replaces_strings: bool = True
    joins_strings: bool = True
    keeps_duplicates: bool = False
    keeps_particles: bool = False


class StyleSettings(msgspec.Struct, frozen=True):
    """A CSL style, by name or as XML, and the language it speaks."""

    style: str
    locale: str


class StyleProblem(msgspec.Struct, frozen=True):
    """Why a style can't be used; empty if it can.

    ``nearest`` are names like the one that no style has, ``line`` the place of the fault in a style's XML, or 0.
    """

    message: str = ""
    line: int = 0
    nearest: tuple[str, ...] = ()


class RenderedEntry(msgspec.Struct, frozen=True):
    """What an entry says besides its reference, which depends on the style.

    ``title`` and ``abstract`` are HTML, the latter empty if there is none; ``csl_json`` is one JSON object; ``coins``
    a ContextObject, see `octavo.render.coins`; the others are those of the `Entry`.
    """

    citekey: str
    title: str
    abstract: str
    links: tuple[EntryLink, ...]
    bibtex: str
    csl_json: str
    coins: str
    key: str = ""
    kind: str = ""
    fields: dict[str, str] = {}
    field_names: tuple[str, ...] = ()


class CiteRequest(msgspec.Struct, frozen=True, array_like=True):
    """One known entry cited in one place; ``label`` is a CSL locator term."""

    citekey: str
    locator: str = ""
    label: str = ""
    prefix: str = ""
    suffix: str = ""
    suppress_author: bool = False


class ClusterRequest(msgspec.Struct, frozen=True, array_like=True):
    """A citation to format: its cites, and whether the author is part of the sentence."""

    cites: tuple[CiteRequest, ...]
    narrative: bool = False


class PackedItem(msgspec.Struct, frozen=True, array_like=True):
    """An `Item` as MessagePack: many pages cite the same, which is packed once and known by its bytes."""

    citekey: str
    item: msgspec.Raw


class CitationsRequest(msgspec.Struct, frozen=True, array_like=True):
    """All citations of a page, to be formatted together, and its entries in the order of their first citation.

    ``in_order`` keeps the list of references in that order, whatever the style says; ``apart`` formats each reference
    as if it were the only one.
    """

    items: tuple[PackedItem, ...]
    clusters: tuple[ClusterRequest, ...] = ()
    in_order: bool = False
    apart: bool = False


class FormattedCite(msgspec.Struct, frozen=True, array_like=True):
    """The part of a formatted citation that is one of its cites: ``place`` is that cite's in the citation."""

    place: int
    html: str


class FormattedCluster(msgspec.Struct, frozen=True, array_like=True):
    """A formatted citation in pieces that make its HTML; ``author`` is the names that a narrative one begins with."""

    parts: tuple[str | FormattedCite, ...]
    author: str = ""


class FormattedReference(msgspec.Struct, frozen=True, array_like=True):
    """A row of a list of references: what stands in its margin ("[3]") or nothing, and the reference, as HTML."""

    citekey: str
    mark: str
    html: str


class FormattedCitations(msgspec.Struct, frozen=True, array_like=True):
    """The citations of a page as HTML, and its references in the order of the style.

    ``notes`` says that citations are footnotes, ``hanging`` that all lines of a reference but the first are indented;
    ``spacing`` is the space between references, in lines.
    """

    clusters: tuple[FormattedCluster, ...] = ()
    references: tuple[FormattedReference, ...] = ()
    notes: bool = False
    hanging: bool = False
    spacing: int = 1
