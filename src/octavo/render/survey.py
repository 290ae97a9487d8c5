"""What becomes of a site written for Jekyll, as a text for people."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from octavo.model.survey import Construct

#: In characters: no name needs more before its note.
WIDEST = 32


def render_survey(constructs: Iterable[Construct]) -> str:
    """Return a list of constructs, kind by kind: what becomes of each, how often it is used and where first."""
    lines: list[str] = []
    for kind, of_kind in groupby(constructs, key=lambda one: one.kind):
        lines += ["", f"{kind}:", *map(_line, of_kind)]
    return "\n".join(lines[1:]) + "\n" if lines else ""


def _line(one: Construct) -> str:
    place = f"{one.first.path}:{one.first.line}:{one.first.column}"
    note = f"  {one.note}" if one.note else ""
    return f"  {one.support.value:<9}  {one.name:<{WIDEST}} {one.count:>5}×  {place}{note}"


def construct_facts(one: Construct) -> dict[str, object]:
    """Return what a report for programs says of a construct."""
    place = {"path": one.first.path, "line": one.first.line, "column": one.first.column}
    return {
        "kind": one.kind,
        "name": one.name,
        "support": one.support.value,
        "note": one.note,
        "count": one.count,
        "first": place,
    }
