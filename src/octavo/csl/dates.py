"""Dates: their parts in the order of a style or locale, and ranges with what both ends share written once.

Source: CSL 1.0.2, "Date", "Date-part", "Date Ranges", "AD and BC", "Seasons".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from octavo.csl.items import Date, Day
from octavo.csl.locale import Locale
from octavo.csl.markings import Markings, markings_of
from octavo.csl.richtext import append
from octavo.csl.xml import Node


@dataclass(frozen=True)
class DatePart:
    """A part of a date and how it is written; ``marks`` puts format and text case around it."""

    name: str
    form: str
    prefix: str
    suffix: str
    range_delimiter: str
    strip_periods: bool
    marks: Markings


#: The coarser a part, the more is written once in a range whose ends share it.
_RANKS = {"year": 0, "month": 1, "day": 2}


def date_parts(node: Node, locale: Locale) -> tuple[DatePart, ...]:
    """Return the parts that a ``<date>`` shows: its own, or those of the locale's form with its changes to them."""
    own = {child.get("name"): child for child in node.find_all("date-part")}
    form = node.get("form")
    if not form:
        return tuple(_part(child, {}) for child in node.find_all("date-part"))
    localized = locale.dates.get(form)
    wanted = node.get("date-parts", "year-month-day").split("-")
    parts = localized.find_all("date-part") if localized else ()
    return tuple(
        _part(child, own[child.get("name")].attributes if child.get("name") in own else {})
        for child in parts
        if child.get("name") in wanted
    )


def _part(node: Node, changes: object) -> DatePart:
    attributes = dict(node.attributes)
    if isinstance(changes, dict):
        attributes |= {name: value for name, value in changes.items() if name not in ("prefix", "suffix")}
    merged = Node(node.tag, attributes, (), "", node.line)
    return DatePart(
        name=merged.get("name"),
        form=merged.get("form"),
        prefix=merged.get("prefix"),
        suffix=merged.get("suffix"),
        range_delimiter=merged.get("range-delimiter", "–"),
        strip_periods=merged.get("strip-periods") == "true",
        marks=markings_of(merged),
    )


class DateWriter:
    """Writes dates in the parts of one ``<date>`` element."""

    def __init__(self, node: Node, locale: Locale) -> None:
        self._parts = date_parts(node, locale)
        localized = locale.dates.get(node.get("form"))
        self._delimiter = node.get("delimiter") or (localized.get("delimiter") if localized else "")
        self._locale = locale
        self._in_quote = locale.punctuation_in_quote

    def write(self, date: Date, year_suffix: str) -> str:
        """Return a date as text with marks; empty if none of the parts shown is known."""
        if date.start is None:
            return date.literal + year_suffix
        if date.end is None:
            return self._join([(part, self._text(part, date.start, year_suffix)) for part in self._parts])
        return self._range(date.start, date.end, year_suffix)

    def _range(self, start: Day, end: Day, year_suffix: str) -> str:
        if not end.year:  # open: "2003–"
            first = self._join([(part, self._text(part, start, year_suffix)) for part in self._parts])
            return first + next((part.range_delimiter for part in self._parts if part.name == "year"), "–")
        rank = self._first_difference(start, end)
        if rank is None:
            return self._join([(part, self._text(part, start, year_suffix)) for part in self._parts])
        twice = [place for place, part in enumerate(self._parts) if _RANKS[part.name] >= rank]
        begin, end_of_block = twice[0], twice[-1] + 1
        delimiter = self._range_delimiter(rank)
        left = [(part, self._text(part, start, "")) for part in self._parts[begin:end_of_block]]
        right = [(part, self._text(part, end, year_suffix)) for part in self._parts[begin:end_of_block]]
        before = [(part, self._text(part, start, year_suffix)) for part in self._parts[:begin]]
        after = [(part, self._text(part, end, year_suffix)) for part in self._parts[end_of_block:]]
        begun = self._join([*before, *left], drop_last_suffix=True)
        ended = self._join([*right, *after], drop_first_prefix=True)
        return f"{begun}{delimiter}{ended}"

    def _first_difference(self, start: Day, end: Day) -> int | None:
        """Return the rank of the coarsest part shown in which two days differ."""
        shown = {part.name for part in self._parts}
        values = (
            ("year", start.year, end.year),
            ("month", (start.month, start.season), (end.month, end.season)),
            ("day", start.day, end.day),
        )
        return next((_RANKS[name] for name, one, other in values if one != other and name in shown), None)

    def _range_delimiter(self, rank: int) -> str:
        return next((part.range_delimiter for part in self._parts if _RANKS[part.name] == rank), "–")

    def _join(
        self, parts: Sequence[tuple[DatePart, str]], drop_last_suffix: bool = False, drop_first_prefix: bool = False
    ) -> str:
        shown = [(part, text) for part, text in parts if text]
        joined = ""
        for place, (part, text) in enumerate(shown):
            prefix = "" if drop_first_prefix and place == 0 else part.prefix
            suffix = "" if drop_last_suffix and place == len(shown) - 1 else part.suffix
            written = append(append(prefix, text, self._in_quote), suffix, self._in_quote)
            joined = (
                append(append(joined, self._delimiter, self._in_quote), written, self._in_quote) if joined else written
            )
        return joined

    def _text(self, part: DatePart, day: Day, year_suffix: str) -> str:
        if part.name == "year":
            text = self._year(day.year, part.form)
            return part.marks.apply(text, False) + year_suffix if text else ""
        text = self._month(day, part.form) if part.name == "month" else self._day(day, part.form)
        if part.strip_periods:
            text = text.replace(".", "")
        return part.marks.apply(text, self._locale.language.startswith("en"))

    def _year(self, year: int, form: str) -> str:
        if not year:
            return ""
        shown = str(abs(year))[-2:].rjust(2, "0") if form == "short" and abs(year) >= 100 else str(abs(year))
        if year < 0:
            return shown + self._locale.term("bc")
        return shown + self._locale.term("ad") if year < 1000 else shown

    def _month(self, day: Day, form: str) -> str:
        if day.season:
            return self._locale.term(f"season-{day.season:02d}")
        if not day.month:
            return ""
        if form == "numeric":
            return str(day.month)
        if form == "numeric-leading-zeros":
            return f"{day.month:02d}"
        return self._locale.term(f"month-{day.month:02d}", form or "long")

    def _day(self, day: Day, form: str) -> str:
        if not day.day:
            return ""
        if form == "numeric-leading-zeros":
            return f"{day.day:02d}"
        only_first = self._locale.options.get("limit-day-ordinals-to-day-1") == "true"
        if form == "ordinal" and (day.day == 1 or not only_first):
            return self._locale.ordinal(day.day, self._locale.gender(f"month-{day.month:02d}"))
        return str(day.day)


def sortable(date: Date | None, parts: frozenset[str] = frozenset(("year", "month", "day"))) -> str:
    """Return a date as digits that sort as dates do; of its parts only those named. Nothing for no date."""
    if date is None or date.start is None:
        return ""
    ends = [date.start, *([date.end] if date.end else [])]
    return "-".join(_sortable_day(day, parts) for day in ends)


def _sortable_day(day: Day, parts: frozenset[str]) -> str:
    year = day.year if "year" in parts else 0
    month = (day.month or 12 * bool(day.season)) if "month" in parts else 0
    digits = f"{month:02d}{day.day if 'day' in parts else 0:02d}"
    # Years before the first count backwards, and come before all others.
    return f"P{year:06d}{digits}" if year >= 0 else f"N{999999 + year:06d}{digits}"
