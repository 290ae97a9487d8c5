"""Run a case of the CSL test suite: https://github.com/citation-style-language/test-suite."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from octavo.csl import Cite, Cluster
from octavo.csl.clusters import ClusterWriter, Placed, positions
from octavo.csl.document import Registry, register
from octavo.csl.entries import write_entries
from octavo.csl.items import Item
from octavo.csl.scope import Position
from octavo.csl.style import Style, load_style

#: Marks of citations that the last change of a document did, and did not, change.
CHANGED, SAME = ">>", ".."


def render_fixture(text: str) -> str:
    """Return what a case's style makes of its items, in the form of its RESULT section."""
    style = load_style(_section(text, "CSL"))
    given = [{"id": str(number), **item} for number, item in enumerate(json.loads(_section(text, "INPUT")))]
    items = list({item["id"]: item for item in given}.values())
    if _section(text, "MODE").strip() == "bibliography":
        return _bibliography(style, items, _json(text, "CITATIONS"))
    if citations := _json(text, "CITATIONS"):
        return _document(style, items, citations, "first-reference-note-number" in _section(text, "CSL"))
    return _citations(style, items, _json(text, "CITATION-ITEMS"))


def _section(text: str, name: str) -> str:
    match = re.search(rf">>=+ {name} =+>>\n(.*?)\n?<<=+ {name} =+<<", text, re.DOTALL)
    return match[1] if match else ""


def _json(text: str, name: str) -> Any:
    section = _section(text, name)
    return json.loads(section) if section else None


def _bibliography(style: Style, items: Sequence[Mapping[str, Any]], citations: Any) -> str:
    if citations:
        _, cited = _state(citations)
        items = _cited(items, cited)
    registry = register(style, [Item(raw) for raw in items])
    entries = write_entries(style, registry.items, registry.order, registry.numbers, registry.plans)
    rows = (f'  <div class="csl-entry">{_entry(entry.html)}</div>\n' for entry in entries if entry.text)
    return f'<div class="csl-bib-body">\n{"".join(rows)}</div>'


#: Line breaks that the suite writes around blocks, which HTML doesn't need.
_BREAKS = {
    "block": ("\n\n    ", "\n"),
    "left-margin": ("\n    ", ""),
    "right-inline": ("", "\n  "),
    "indent": ("", "\n  "),
}


def _entry(html: str) -> str:
    """Break lines around blocks as the suite does; and links are not part of it."""
    for name, (before, after) in _BREAKS.items():
        html = re.sub(rf'(<div class="csl-{name}">.*?</div>)', rf"{before}\1{after}", html)
    return _unlinked(html)


#: Positions by the numbers that the suite gives them.
_POSITIONS = (Position.FIRST, Position.SUBSEQUENT, Position.IBID, Position.IBID_WITH_LOCATOR)


def _cite(raw: Mapping[str, Any]) -> Cite:
    position = raw.get("position")
    return Cite(
        id=str(raw["id"]),
        locator=str(raw.get("locator") or ""),
        label=str(raw.get("label") or ""),
        prefix=str(raw.get("prefix") or ""),
        suffix=str(raw.get("suffix") or ""),
        suppress_author=bool(raw.get("suppress-author")),
        author_only=bool(raw.get("author-only")),
        position=_POSITIONS[position] if isinstance(position, int) else None,
        near_note=bool(raw.get("near-note")),
    )


def _writer(style: Style, registry: Registry) -> ClusterWriter:
    return ClusterWriter(style, registry.items, registry.numbers, registry.plans)


def _citations(style: Style, items: Sequence[Mapping[str, Any]], given: Any) -> str:
    registry = register(style, [Item(raw) for raw in items])
    groups = given or [[{"id": one} for one in registry.order]]
    writer = _writer(style, registry)
    lines = []
    for group in groups:
        cluster = Cluster(tuple(_cite(raw) for raw in group))
        lines.append(writer.write(cluster, tuple(Placed(Position.FIRST) for _ in cluster.cites)).html)
    return "\n".join(_unlinked(line) for line in lines)


def _unlinked(html: str) -> str:
    return re.sub(r'<a href="[^"]*">(.*?)</a>', r"\1", html)


State = list[tuple[str, Cluster]]


def _state(steps: Sequence[Any]) -> tuple[list[State], list[str]]:
    """Return the clusters of the document after each step, and the identifiers of the items in order of citation."""
    known: dict[str, Cluster] = {}
    states: list[State] = []
    for citation, before, after in steps:
        properties = citation.get("properties", {})
        cluster = Cluster(tuple(_cite(raw) for raw in citation["citationItems"]), properties.get("noteIndex", 0))
        identifier = citation.get("citationID", str(len(known)))
        known[identifier] = cluster
        order = [*before, [identifier, cluster.note], *after]
        for name, note in order:
            if name in known:
                known[name] = Cluster(known[name].cites, note)
        states.append([(name, known[name]) for name, _ in order if name in known])
    cited = [cite.id for _, cluster in states[-1] for cite in cluster.cites]
    return states, list(dict.fromkeys(cited))


def _cited(items: Sequence[Mapping[str, Any]], identifiers: Sequence[str]) -> list[Mapping[str, Any]]:
    by_id = {str(item["id"]): item for item in items}
    return [by_id[one] for one in identifiers if one in by_id]


def _format(style: Style, items: Sequence[Mapping[str, Any]], state: State) -> dict[str, str]:
    order = list(dict.fromkeys(cite.id for _, cluster in state for cite in cluster.cites))
    writer = _writer(style, register(style, [Item(raw) for raw in _cited(items, order)]))
    clusters = [cluster for _, cluster in state]
    near = int(style.citation.options.get("near-note-distance", "5"))
    placed = positions(clusters, near)
    return {
        name: _unlinked(writer.write(cluster, places).html)
        for (name, cluster), places in zip(state, placed, strict=True)
    }


def _document(style: Style, items: Sequence[Mapping[str, Any]], steps: Sequence[Any], shows_notes: bool) -> str:
    states, _ = _state(steps)
    before = _format(style, items, states[-2]) if len(states) > 1 else {}
    notes = {name: cluster.note for name, cluster in states[-2]} if len(states) > 1 else {}
    after = _format(style, items, states[-1])
    last = states[-1]
    new = str(steps[-1][0].get("citationID", len(steps) - 1))
    lines = []
    for number, (name, cluster) in enumerate(last):
        is_moved = shows_notes and notes.get(name) != cluster.note
        is_changed = name == new or before.get(name) != after[name] or is_moved
        lines.append(f"{CHANGED if is_changed else SAME}[{number}] {after[name]}")
    return "\n".join(lines)
