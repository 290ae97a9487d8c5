"""The citations and the bibliography of one document, each seen in the light of the others.

`format_document` is a pure function of a style, items and clusters. Everything that depends on what else a document
cites is settled here and nowhere else: numbers, letters after years, ibid., collapsed ranges, repeated authors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from octavo.csl.clusters import Cite, Cluster, ClusterWriter, FormattedCluster, positions
from octavo.csl.disambiguation import disambiguate
from octavo.csl.entries import FormattedEntry, write_entries
from octavo.csl.items import Item
from octavo.csl.scope import NO_PLAN, NamesShown, Plan, Position, Scope
from octavo.csl.sorting import sort_by_keys
from octavo.csl.style import Style

__all__ = ["Cite", "Cluster", "FormattedCluster", "FormattedDocument", "FormattedEntry", "format_document"]


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


def register(style: Style, items: Sequence[Mapping[str, Any]], sorts: bool = True) -> Registry:
    """Sort, number and disambiguate items that are given in the order of their first citation."""
    known = {item.id: item for item in (Item(raw) for raw in items)}
    first_numbers = {one: number for number, one in enumerate(known, start=1)}
    order = _bibliography_order(style, known, first_numbers) if sorts else list(known)
    numbers = {one: number for number, one in enumerate(order, start=1)}
    plans = _plans(style, known, order, numbers)
    return Registry(known, tuple(order), numbers, plans)


def _bibliography_order(style: Style, items: Mapping[str, Item], numbers: Mapping[str, int]) -> list[str]:
    keys = style.bibliography.sort_keys if style.bibliography else ()
    if not keys:
        return list(items)

    def values(one: str) -> list[tuple[str, str]]:
        return [key.value(Scope(items[one], {"citation-number": str(numbers[one])})) for key in keys]

    return sort_by_keys(list(items), keys, values)


def _plans(
    style: Style, items: Mapping[str, Item], order: Sequence[str], numbers: Mapping[str, int]
) -> Mapping[str, Plan]:
    options = style.citation.options
    if not any(options.get(name) == "true" for name in _DISAMBIGUATIONS) and not _tests_disambiguation(style):
        return dict.fromkeys(order, NO_PLAN)
    writer = ClusterWriter(style, items, numbers, dict.fromkeys(order, NO_PLAN))
    position = Position.SUBSEQUENT if style.is_note else Position.FIRST

    def look(one: str, plan: Plan) -> tuple[str, Sequence[NamesShown]]:
        scope = Scope(items[one], {"citation-number": "", "year-suffix": ""}, plan._replace(year_suffix=""), position)
        scope.hidden.add("accessed")  # when it was looked at doesn't tell one work from another
        return writer.look(scope), scope.shown

    return disambiguate(order, look, options)


_DISAMBIGUATIONS = ("disambiguate-add-names", "disambiguate-add-givenname", "disambiguate-add-year-suffix")


def _tests_disambiguation(style: Style) -> bool:
    return style.tests_disambiguation


def format_document(
    style: Style, items: Sequence[Mapping[str, Any]], clusters: Sequence[Cluster], sorts: bool = True
) -> FormattedDocument:
    """Format the citations of a document in their order, and its bibliography.

    ``items`` are those cited and those listed without being cited, in the order of first citation, which the
    bibliography keeps unless it ``sorts``. A cite of an item that isn't among them is left out.
    """
    registry = register(style, items, sorts)
    writer = ClusterWriter(style, registry.items, registry.numbers, registry.plans)
    placed = positions(clusters, int(style.citation.options.get("near-note-distance", "5") or 5))
    formatted = tuple(writer.write(cluster, places) for cluster, places in zip(clusters, placed, strict=True))
    entries = write_entries(style, registry.items, registry.order, registry.numbers, registry.plans)
    return FormattedDocument(formatted, entries)
