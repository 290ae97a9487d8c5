"""What stages hand on of what they make: the results, with all that is large named by its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.rendering import ImageFacts
from octavo.model.site import SiteConfig
from octavo.model.source import Source, SourceFile

#: Reads texts.
ReadFiles = Callable[[Iterable[Source]], Sequence[SourceFile]]


class ParsedNote(msgspec.Struct, frozen=True, array_like=True):
    """A note: the digests of its `Document` and its `Outline` as MessagePack, and what is wrong with it."""

    document: str
    outline: str
    diagnostics: tuple[Diagnostic, ...]


class ParsedSite(NamedTuple):
    """The texts of a site by path, what is wrong beside them, the files that belong to it as
    a whole by path, and its configuration with what its data add.
    """

    notes: dict[str, ParsedNote]
    diagnostics: tuple[Diagnostic, ...]
    files: dict[str, bytes]
    config: SiteConfig


class ParsedBibliography(msgspec.Struct, frozen=True, array_like=True):
    """The bibliography: the digest of its entries, as they are written, and what is wrong with them."""

    entries: str
    diagnostics: tuple[Diagnostic, ...]


class ReadEntry(msgspec.Struct, frozen=True, array_like=True):
    """An entry, understood: the digest of what it says; its part is the `Entry` as MessagePack."""

    digest: str


class MadeVariant(msgspec.Struct, frozen=True, array_like=True):
    """A variant of an image: its width in pixels and the digest of its bytes."""

    width: int
    digest: str


class MadeImage(msgspec.Struct, frozen=True, array_like=True):
    """An image: what it says of itself, and its variants."""

    facts: ImageFacts
    variants: tuple[MadeVariant, ...]


class MadeCard(msgspec.Struct, frozen=True, array_like=True):
    """A card for links: the digest of its PNG, empty if there is none; see `octavo.render.social_card.Card`."""

    digest: str
    missing: str
    problem: str


class MadeCompressed(msgspec.Struct, frozen=True, array_like=True):
    """A compressed file: the digest of its bytes; see `octavo.render.precompressed.Precompressed`."""

    digest: str
    problem: str
    hint: str


class MadeFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of the site: its path in the output and the digest of its bytes."""

    path: str
    digest: str


class MadePage(msgspec.Struct, frozen=True, array_like=True):
    """A page: the digest of its HTML, empty if its template failed, the files beside it, and what is wrong with it."""

    digest: str
    files: tuple[MadeFile, ...]
    diagnostics: tuple[Diagnostic, ...]


class MadeMachineFiles(msgspec.Struct, frozen=True, array_like=True):
    """The files for machines: the digests of their bytes by path in the output, and what is wrong with templates."""

    files: dict[str, str] = {}
    diagnostics: tuple[Diagnostic, ...] = ()


class ParsedData(msgspec.Struct, frozen=True):
    """The data files of a Jekyll site as one value, and what is wrong with them."""

    values: dict[str, Json]
    diagnostics: tuple[Diagnostic, ...]
