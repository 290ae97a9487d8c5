"""The bibliography: entries, and the library they form."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.source import Span

#: One work as CSL-JSON: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html.
#: Text fields may hold the markup CSL-JSON allows: ``<i> <b> <sub> <sup>``, ``<span class="nocase">`` and
#: ``<span style="font-variant: small-caps;">``; anything else in them is text. A formula is written ``$tex$``.
Item: TypeAlias = dict[str, Any]


class Entry(msgspec.Struct, frozen=True):
    """One entry of a ``.bib`` file: ``item`` is what it says, as CSL-JSON; ``bibtex`` is its source."""

    citekey: str
    item: Item
    bibtex: str
    span: Span


class Bibliography(msgspec.Struct, frozen=True):
    """All ``.bib`` files of a site, parsed, in the order of their paths."""

    entries: tuple[Entry, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
