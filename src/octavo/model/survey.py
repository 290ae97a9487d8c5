"""What a site written for another program consists of, and what becomes of each construct in it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from octavo.model.source import Span


class Support(StrEnum):
    """What becomes of a construct: it works, it works in another way, or something will be missing."""

    SUPPORTED = "supported"
    DIFFERS = "differs"
    MISSING = "missing"


class Construct(msgspec.Struct, frozen=True, array_like=True):
    """A construct that a site uses: ``kind`` is "tag", "filter", "plug-in" …, ``name`` what it is called there.

    ``note`` says in which way it differs or what will be missing; ``count`` is how often it is used, ``first`` where
    it is used first.
    """

    kind: str
    name: str
    support: Support
    note: str
    count: int
    first: Span
