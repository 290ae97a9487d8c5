"""What becomes of each piece of a site that is translated into one of Octavo's own."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from octavo.model.source import Span


class Fate(StrEnum):
    """What becomes of a piece: it stays as it is, something stands for it, or it is left behind."""

    KEPT = "kept"
    TRANSLATED = "translated"
    DROPPED = "dropped"


class Translated(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A piece of a site, where it stands, and what becomes of it; ``note`` says what stands for it, or why not."""

    span: Span
    fate: Fate
    what: str
    note: str = ""


class TranslatedNote(msgspec.Struct, frozen=True, array_like=True):
    """A document as a file of the new site: its path and text, and what became of its pieces."""

    path: str
    text: str
    pieces: tuple[Translated, ...]


class TranslatedSite(msgspec.Struct, frozen=True):
    """A new site: texts by path, sources of assets by the paths they are copied to, and what became of all pieces."""

    texts: dict[str, str]
    copies: dict[str, str]
    pieces: tuple[Translated, ...]
