"""Which entries a list of references shows, in what order and under which headings."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from octavo.model.document import ReferenceList
from octavo.model.reference import Entry
from octavo.model.scholar import (
    BY_NAME,
    BY_NOTHING,
    BY_STYLE,
    MONTH_NAMES,
    TYPE_ALIASES,
    TYPE_NAMES,
    ScholarConfig,
)
from octavo.model.site import ListHeading
from octavo.read.csl_json import month_of
from octavo.read.latex import plain_text
from octavo.read.names import PARTICLES
from octavo.read.scholar.query import Condition, Query, QueryProblem, Selector, compile_pattern, parse_query
from octavo.resolve.library import Library, Shelf

#: Who a work is by: the first of these fields that there is.
MAKERS = ("author", "editor", "institution", "organization", "publisher")

#: What tells one entry from another if duplicates are left out and no fields are named.
TELLING = ("year", "title")

#: Levels that are not in the order of what they are sorted by.
DESCENDING = ("desc", "reverse")

#: In characters; no pattern looks into more of a field.
LONGEST_SEARCHED = 2_000

#: Comes before numbers, and those before words.
Rank = tuple[int, int, str]

EMPTY: Rank = (0, 0, "")


class Chosen(NamedTuple):
    """The entries of a list by their citekeys, and the headings of its groups; ``by_style`` leaves their order to CSL.

    Then ``start`` and ``end`` are still to be cut out of them.
    """

    citekeys: tuple[str, ...]
    by_style: bool = False
    headings: tuple[ListHeading, ...] = ()
    start: int = 0
    end: int | None = None


def choose_entries(
    listed: ReferenceList, config: ScholarConfig, library: Library, shelf: Shelf, cited: Sequence[str]
) -> Chosen:
    """Choose the entries of a list out of a shelf; ``cited`` are the citekeys that it may show, in their order."""
    entries = library.entries
    pool = cited if listed.in_order else shelf.citekeys
    if listed.cited_only:
        pool = [key for key in cited if key in shelf.places]
        if not listed.in_order:
            pool.sort(key=shelf.places.__getitem__)
    found = [entries[key] for key in pool]
    query = parse_query(listed.query or config.query)
    if query != ALL and not isinstance(query, QueryProblem):
        found = [entry for entry in found if is_selected(entry, query)]
    if listed.distinct or config.remove_duplicates:
        found = _distinct(found, listed.distinct_by or TELLING)
    levels = group_levels(listed, config)
    by_style = not listed.in_order and config.sort_by == (BY_STYLE,)
    if levels and by_style:  # a style knows no groups
        found = sort_entries(found, (BY_NAME, "year", "title"), ("ascending",))
    elif by_style:
        found = _cited_first(found, cited)
    elif not listed.in_order and config.sort_by[:1] != (BY_NOTHING,):
        found = sort_entries(found, config.sort_by, config.order)
    if levels:
        found, headings = _group(found, levels, listed, config)
        return Chosen(tuple(entry.citekey for entry in found), headings=headings)
    citekeys = tuple(entry.citekey for entry in found)
    start, end = listed.offset, None if listed.most is None else listed.offset + listed.most
    return Chosen(citekeys, True, (), start, end) if by_style else Chosen(citekeys[start:end])


def group_levels(listed: ReferenceList, config: ScholarConfig) -> tuple[str, ...]:
    """Return what a list is grouped by, from the outside in, or nothing."""
    levels = listed.group_by or config.group_by
    return () if levels[:1] == (BY_NOTHING,) else levels


def _cited_first(found: Sequence[Entry], cited: Sequence[str]) -> list[Entry]:
    places = {citekey: place for place, citekey in enumerate(cited)}
    return sorted(found, key=lambda entry: places.get(entry.citekey, len(places)))


def _distinct(found: Iterable[Entry], fields: Sequence[str]) -> list[Entry]:
    """Return the entries without those that say the same as one before."""
    first: dict[tuple[str, ...], Entry] = {}
    for entry in found:
        first.setdefault((entry.kind, *(_folded(entry.fields.get(field, "")) for field in fields)), entry)
    return list(first.values())


def _folded(latex: str) -> str:
    return re.sub(r"\s+", "", plain_text(latex)).casefold()


# Sorting


def sort_entries(found: Iterable[Entry], fields: Sequence[str], order: Sequence[str]) -> list[Entry]:
    """Sort entries by fields, the first before the others; what is missing comes first, and numbers before words."""
    result = list(found)
    for level in reversed(range(len(fields))):
        by = _rank_by(fields[level])
        result.sort(key=by, reverse=is_descending(order, level))
    return result


def _rank_by(field: str) -> Callable[[Entry], Rank]:
    return lambda entry: rank_of(field_text(entry, field))


def is_descending(order: Sequence[str], level: int) -> bool:
    """Tell whether a level is sorted backwards; the last word of an order holds for all levels behind it."""
    word = order[min(level, len(order) - 1)] if order else ""
    return word.lower().startswith(DESCENDING)


def rank_of(text: str) -> Rank:
    """Return what decides about the order of texts: words in any case, numbers by their value."""
    folded = text.strip().casefold()
    if not folded:
        return EMPTY
    if re.fullmatch(r"[+-]?\d{1,15}", folded):
        return (1, int(folded), "")
    return (2, 0, folded)


def field_text(entry: Entry, field: str) -> str:
    """Return a field as plain text: a month as its number, and of ``name`` who the work is by, family names first."""
    match field:
        case "type":
            return entry.kind
        case "key":
            return entry.key
        case "name":
            maker = next((one for one in MAKERS if entry.fields.get(one)), "")
            return _names(entry, maker) if maker in MAKERS[:2] else plain_text(entry.fields.get(maker, ""))
        case "author" | "editor" | "translator":
            return _names(entry, field)
        case "month" | "month_numeric":
            return _month(entry)
        case "year":
            return plain_text(entry.fields.get("year", "")) or entry.fields.get("date", "")[:4]
        case "date":
            return plain_text(entry.fields.get("date", "") or entry.fields.get("year", ""))
    return plain_text(entry.fields.get(field, ""))


def _names(entry: Entry, field: str) -> str:
    return " and ".join(_name(name) for name in entry.item.get(field, ()))


def _name(name: Mapping[str, str]) -> str:
    family = " ".join(filter(None, (name.get(part) for part in (*PARTICLES, "family"))))
    return name.get("literal") or ", ".join(filter(None, (family, name.get("suffix"), name.get("given"))))


def _month(entry: Entry) -> str:
    return str(month_of(entry.fields.get("month") or entry.fields.get("date", "")[5:7]) or "")


# Groups


def _group(
    found: Sequence[Entry], levels: Sequence[str], listed: ReferenceList, config: ScholarConfig
) -> tuple[list[Entry], tuple[ListHeading, ...]]:
    rows: list[Entry] = []
    headings: list[ListHeading] = []
    order = listed.group_order or config.group_order
    types = listed.type_order or config.type_order
    aliases = TYPE_ALIASES | config.type_aliases

    def descend(entries: Sequence[Entry], level: int) -> None:
        if level == len(levels):
            rows.extend(entries)
            return
        field = levels[level].lower()
        groups: dict[str, list[Entry]] = {}
        for entry in entries:
            value = field_text(entry, field)
            groups.setdefault(aliases.get(value, value) if field == "type" else value, []).append(entry)
        ranked = sorted(groups, key=lambda value: _group_rank(field, value, types), reverse=is_descending(order, level))
        for value in ranked:
            headings.append(ListHeading(_group_name(field, value, config), level, len(rows)))
            descend(groups[value], level + 1)

    descend(found, 0)
    return rows, tuple(headings)


def _group_rank(field: str, value: str, types: Sequence[str]) -> Rank:
    if field == "type":
        return (0, types.index(value) if value in types else len(types), "")
    return rank_of(value)


def _group_name(field: str, value: str, config: ScholarConfig) -> str:
    if field == "type":
        return config.type_names.get(value) or TYPE_NAMES.get(value, value)
    if field in ("month", "month_numeric"):
        names = config.month_names or MONTH_NAMES
        return names[int(value) - 1] if value.isdecimal() and 1 <= int(value) <= len(names) else "(unknown)"
    return value


# Queries

ALL: Query = (Selector("*"),)

_COMPARISONS: Mapping[str, Callable[[Rank, Rank], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_selected(entry: Entry, query: Query) -> bool:
    """Tell whether one of a query's selectors takes an entry."""
    return any(_takes(selector, entry) for selector in query)


def _takes(selector: Selector, entry: Entry) -> bool:
    if (selector.type in ("*", "entry", entry.kind)) == selector.negated:
        return False
    alternatives = selector.alternatives or ((),)
    return any(all(_meets(entry, condition) for condition in conditions) for conditions in alternatives)


def _meets(entry: Entry, condition: Condition) -> bool:
    given = _queried(entry, condition.field)
    if given is None:
        return condition.operator in ("!=", "/=", "!~")
    value = condition.value
    match condition.operator:
        case "":
            return bool(given)
        case "!=" | "/=":
            return given != value
        case "^=":
            return compile_pattern(f"^(?:{value})").search(given[:LONGEST_SEARCHED]) is not None
        case "~=" | "=~":
            return compile_pattern(value).search(given[:LONGEST_SEARCHED]) is not None
        case "!~":
            return compile_pattern(value).search(given[:LONGEST_SEARCHED]) is None
        case "<" | "<=" | ">" | ">=":
            return _COMPARISONS[condition.operator](rank_of(given), rank_of(value))
    return given == value


def _queried(entry: Entry, field: str) -> str | None:
    """Return a field as a query sees it, or ``None`` if the entry lacks it; ``type`` is the field of that name."""
    if field == "type":
        return plain_text(entry.fields["type"]) if "type" in entry.fields else None
    return field_text(entry, field) or (entry.fields.get(field) if field in entry.fields else None)
