"""The citations and the bibliography of one document, each seen in the light of the others.

`format_document` is a pure function of a style, items and clusters. Everything that depends on what else a document
cites is settled here and nowhere else: numbers, letters after years, ibid., collapsed ranges, repeated authors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from octavo.csl.clusters import Cite, Cluster, ClusterWriter, FormattedCluster, positions
from octavo.csl.disambiguation import Look, disambiguate
from octavo.csl.entries import FormattedEntry, write_entries
from octavo.csl.items import Item
from octavo.csl.scope import NO_PLAN, Plan, Position, Scope
from octavo.csl.sorting import Collated, sort_by_keys
from octavo.csl.style import Style

__all__ = ["Cite", "Cluster", "FormattedCluster", "FormattedDocument", "FormattedEntry", "format_document"]


#: The greatest distance, in notes, at which the citation of the same work is near, if the style gives none.
NEAR = 5

#: How many items a formatter remembers.
MOST_ITEMS = 20_000


@dataclass(frozen=True)
class FormattedDocument:
    """The clusters in their order, and the entries in the order of the bibliography (empty if the style has none)."""

    clusters: tuple[FormattedCluster, ...]
    entries: tuple[FormattedEntry, ...]


@dataclass(frozen=True)
class Registry:
    """The items of a document: their order in the bibliography, their numbers, and what tells them apart."""

    items: Mapping[str, Item]
    order: tuple[str, ...]
    numbers: Mapping[str, int]
    plans: Mapping[str, Plan]


def register(style: Style, items: Sequence[Item], sorts: bool = True) -> Registry:
    """Sort, number and disambiguate items that are given in the order of their first citation."""
    known = {item.id: item for item in items}
    first_numbers = {one: number for number, one in enumerate(known, start=1)}
    order = _bibliography_order(style, known, first_numbers) if sorts else list(known)
    numbers = {one: number for number, one in enumerate(order, start=1)}
    return Registry(known, tuple(order), numbers, _plans(style, known, order))


def _bibliography_order(style: Style, items: Mapping[str, Item], numbers: Mapping[str, int]) -> list[str]:
    keys = style.bibliography.sort_keys if style.bibliography else ()
    if not keys:
        return list(items)
    is_numbered = any(key.numbered for key in keys)

    def values(one: str) -> list[Collated]:
        item, number = items[one], str(numbers[one]) if is_numbered else ""
        variables = {"citation-number": number}
        return item.remember(("sort", number), lambda: [key.value(Scope(item, variables)) for key in keys])

    return sort_by_keys(list(items), keys, values)


def _plans(style: Style, items: Mapping[str, Item], order: Sequence[str]) -> Mapping[str, Plan]:
    options = style.citation.options
    if not style.tests_disambiguation and not any(options.get(name) == "true" for name in _DISAMBIGUATIONS):
        return dict.fromkeys(order, NO_PLAN)
    render = style.citation.render(style.in_quote)
    position = Position.SUBSEQUENT if style.is_note else Position.FIRST

    def look(one: str, plan: Plan) -> Look:
        item, plan = items[one], plan._replace(year_suffix="") if plan.year_suffix else plan

        def make() -> Look:
            scope = Scope(item, {"citation-number": "", "year-suffix": ""}, plan, position)
            scope.hidden.add("accessed")  # when it was looked at doesn't tell one work from another
            return render(scope), scope.shown

        return item.remember(("look", plan), make)

    return disambiguate(order, look, options)


_DISAMBIGUATIONS = ("disambiguate-add-names", "disambiguate-add-givenname", "disambiguate-add-year-suffix")


class Formatter:
    """Formats one document after another in a style, each by itself.

    What it finds out about an item it keeps for the next document that cites the same; it shows in no result.
    """

    def __init__(self, style: Style) -> None:
        self._style = style
        self._items: dict[str, Item] = {}

    def format(
        self, items: Sequence[Mapping[str, Any]], clusters: Sequence[Cluster], sorts: bool = True
    ) -> FormattedDocument:
        """Format the citations of a document in their order, and its bibliography.

        ``items`` are those cited and those listed without being cited, in the order of first citation, which the
        bibliography keeps unless it ``sorts``. A cite of an item that isn't among them is left out.
        """
        style = self._style
        registry = register(style, [self._item(raw) for raw in items], sorts)
        writer = ClusterWriter(style, registry.items, registry.numbers, registry.plans)
        distance = style.citation.options.get("near-note-distance", "")
        placed = positions(clusters, int(distance) if distance.isdecimal() else NEAR)
        formatted = tuple(writer.write(cluster, places) for cluster, places in zip(clusters, placed, strict=True))
        entries = write_entries(style, registry.items, registry.order, registry.numbers, registry.plans)
        return FormattedDocument(formatted, entries)

    def _item(self, raw: Mapping[str, Any]) -> Item:
        known = self._items.get(str(raw.get("id", "")))
        if known is None or (known.raw is not raw and known.raw != raw):
            if len(self._items) >= MOST_ITEMS:
                self._items.clear()
            known = Item(raw)
            self._items[known.id] = known
        return known


def format_document(
    style: Style, items: Sequence[Mapping[str, Any]], clusters: Sequence[Cluster], sorts: bool = True
) -> FormattedDocument:
    """Format one document; see `Formatter.format`."""
    return Formatter(style).format(items, clusters, sorts)
