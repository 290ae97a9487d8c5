"""Items of CSL-JSON as the processor sees them: texts with marks, names in their parts, dates as numbers.

Source: https://docs.citationstyles.org/en/v1.0.2/specification.html#appendix-iv-variables and the CSL-JSON schema.
A value of the wrong type is read as if it were not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from octavo.csl.richtext import CLOSE_QUOTE, OPEN_QUOTE, read_text

T = TypeVar("T")

NAME_VARIABLES = frozenset(
    "author chair collection-editor compiler composer container-author contributor curator director editor "
    "editorial-director editor-translator executive-producer guest host illustrator interviewer narrator organizer "
    "original-author performer producer recipient reviewed-author script-writer series-creator translator".split()
)
DATE_VARIABLES = frozenset("accessed available-date event-date issued original-date submitted".split())
NUMBER_VARIABLES = frozenset(
    "chapter-number citation-number collection-number edition first-reference-note-number issue locator number "
    "number-of-pages number-of-volumes page page-first part-number printing-number section supplement-number "
    "version volume".split()
)


#: Where else a variable may be found, by the names of older CSL-JSON.
ALIASES = {
    "title-short": ("shortTitle",),
    "container-title-short": ("journalAbbreviation",),
    "event-title": ("event",),
    "event": ("event-title",),
}


class Name(NamedTuple):
    """A person, or an institution if ``literal`` isn't empty; the texts have marks."""

    family: str = ""
    given: str = ""
    dropping_particle: str = ""
    non_dropping_particle: str = ""
    suffix: str = ""
    comma_suffix: bool = False
    literal: str = ""
    static_ordering: bool = False
    comma_particle: bool = False


@dataclass(frozen=True)
class Day:
    """A date as exact as it is known: what isn't known is 0. A season is 1 to 4; years BC are negative."""

    year: int
    month: int = 0
    day: int = 0
    season: int = 0


@dataclass(frozen=True)
class Date:
    """A date, a range of two, or words. The end of an open range has the year 0."""

    start: Day | None = None
    end: Day | None = None
    literal: str = ""
    circa: bool = False


class Item:
    """One CSL-JSON item; what is asked for is read when it is asked for the first time, once.

    Whoever formats it in a style may let it `remember` more.
    """

    __slots__ = ("_dates", "_memo", "_names", "_texts", "id", "language", "raw", "type")

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.id = str(raw.get("id", ""))
        self.type = raw["type"] if isinstance(raw.get("type"), str) else ""
        self.language = raw["language"] if isinstance(raw.get("language"), str) else ""
        self._memo: dict[Hashable, Any] = {}
        self._texts: dict[str, str] = {}
        self._names: dict[str, tuple[Name, ...]] = {}
        self._dates: dict[str, Date | None] = {}

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is known by a key, or make it; ``make`` must depend on the item and the key alone."""
        if key not in self._memo:
            self._memo[key] = make()
        known: T = self._memo[key]
        return known

    def text(self, variable: str) -> str:
        """Return a text or number variable with marks, or nothing."""
        known = self._texts.get(variable)
        if known is None:
            known = self._texts[variable] = self._read_text(variable)
        return known

    def _read_text(self, variable: str) -> str:
        for name in (variable, *ALIASES.get(variable, ())):
            if text := _written(self.raw.get(name)):
                return text if variable in ("URL", "DOI") and "<" not in text and _is_clean(text) else read_text(text)
        return ""

    def names(self, variable: str) -> tuple[Name, ...]:
        """Return the names of a variable."""
        known = self._names.get(variable)
        if known is None:
            value = self.raw.get(variable)
            read = [read_name(one) for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
            known = self._names[variable] = tuple(name for name in read if name)
        return known

    def date(self, variable: str) -> Date | None:
        """Return a date, or nothing if there is none or it makes no sense."""
        if variable not in self._dates:
            value = self.raw.get(variable)
            self._dates[variable] = read_date(value) if isinstance(value, Mapping) else None
        return self._dates[variable]

    def has(self, variable: str) -> bool:
        """Tell whether a variable has a value."""
        if variable in NAME_VARIABLES:
            return bool(self.names(variable))
        if variable in DATE_VARIABLES:
            return self.date(variable) is not None
        return bool(self.text(variable))


def _written(value: object) -> str:
    """Return a text or number as text; nothing for what is neither, or a number of more digits than anything has."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return "" if isinstance(value, int) and value.bit_length() > _MOST_BITS else str(value).strip()


_MOST_BITS = 256


def _is_clean(text: str) -> bool:
    return text.isascii() and text.isprintable()


def citation_label(item: Item) -> str:
    """Return an item's label: its own, or letters of its authors' names and the year: ``Knu84``, ``RoNo78``."""
    if own := item.text("citation-label"):
        return own
    authors = [name.family or name.literal for name in item.names("author")] or [item.text("title")]
    lengths = {1: (4,), 2: (2, 2), 3: (2, 1, 1)}.get(len(authors), (1, 1, 1, 1))
    letters = "".join(re.sub(r"\W", "", name)[:length] for name, length in zip(authors, lengths, strict=False))
    date = item.date("issued")
    return f"{letters}{abs(date.start.year) % 100:02d}" if date and date.start else letters


# Names.

_PARTICLES = re.compile(r"^((?:(?:[a-zà-ɏ][\w.]*|'t|’t|'s|’s|al|el)(?:[ \u00a0]+|(?<=al)-|(?<=el)-)|[a-z]['’])+)(?=\S)")
_TRAILING = re.compile(r"^(.*?\S)[ \u00a0]+((?:[a-zà-ɏ][\w.'’-]*)(?:[ \u00a0]+[a-zà-ɏ][\w.'’-]*)*)$")


def read_name(value: Mapping[str, Any]) -> Name | None:
    """Read one name of CSL-JSON; particles and suffixes written into the name's other parts are taken out of them."""

    def part(name: str) -> str:
        return read_text(_written(value.get(name)))

    literal, family, given = part("literal"), part("family"), part("given")
    if literal or not (family or given):
        return Name(literal=literal) if literal else None
    dropping, non_dropping, suffix = part("dropping-particle"), part("non-dropping-particle"), part("suffix")
    comma, comma_particle = bool(value.get("comma-suffix")), False
    if not suffix and (match := re.match(r"(.*?)\s*,(!?)\s+(.*)$", given)):
        given, comma, suffix = match[1], bool(match[2]), match[3]
        if suffix[:1].islower() and not match[2] and _is_particles(suffix):
            dropping, suffix, comma_particle = suffix, "", True
    family, given, dropping, non_dropping = _with_particles(family, given, dropping, non_dropping)
    return Name(
        family=family,
        given=given,
        dropping_particle=dropping,
        non_dropping_particle=non_dropping,
        suffix=suffix,
        comma_suffix=comma,
        static_ordering=bool(value.get("static-ordering")),
        comma_particle=comma_particle,
    )


def _is_particles(text: str) -> bool:
    return all(word[:1].islower() for word in text.split())


def _with_particles(family: str, given: str, dropping: str, non_dropping: str) -> tuple[str, str, str, str]:
    if family.startswith(OPEN_QUOTE) and family.endswith(CLOSE_QUOTE):
        return family[1:-1], given, dropping, non_dropping  # quotes say that what is in them is all family name
    if not non_dropping and (match := _PARTICLES.match(family)) and match.end() < len(family):
        non_dropping, family = match[1].rstrip(" \u00a0") if match[1][-1] == " " else match[1], family[match.end() :]
    if not dropping and (match := _TRAILING.match(given)):
        given, dropping = match[1], match[2]
    return family, given, dropping, non_dropping


# Dates.

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 1, "summer": 2, "fall": 3, "autumn": 3, "winter": 4}


def read_date(value: Mapping[str, Any]) -> Date | None:
    """Read a date of CSL-JSON: ``date-parts``, ``season``, ``circa``, ``literal`` and ``raw``."""
    literal = value.get("literal")
    circa = bool(value.get("circa")) and str(value.get("circa")) not in ("0", "false")
    parts = value.get("date-parts")
    days = [_read_day(one) for one in parts[:2]] if isinstance(parts, list) else []
    start = days[0] if days else None
    if start is None:
        if isinstance(literal, str) and literal.strip():
            return Date(literal=read_text(literal.strip()), circa=circa)
        raw = _written(value.get("raw"))
        return read_raw_date(raw) if raw else None
    season = _written(value.get("season"))
    if season and not start.month:
        start = _with_season(start, season)
    end = days[1] if len(days) > 1 else None
    return Date(start, end or (Day(0) if len(days) > 1 and _is_open(parts) else None), circa=circa)


def _is_open(parts: Any) -> bool:
    return isinstance(parts[1], list) and [_number(one) for one in parts[1]][:1] == [0]


def _with_season(day: Day, season: str) -> Day:
    number = int(season[-9:]) if season.isdecimal() else _SEASONS.get(season.casefold(), 0)
    return Day(day.year, season=(number - 1) % 4 + 1) if number else day


def _number(value: Any) -> int:
    text = "" if isinstance(value, float) else _written(value)
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0


def _read_day(parts: Any) -> Day | None:
    if not isinstance(parts, list) or not parts or not _number(parts[0]):
        return None
    year, month, day = (*(_number(one) for one in parts[:3]), 0, 0)[:3]
    if 13 <= abs(month) <= 24:
        return Day(year, season=(abs(month) - 13) % 4 + 1)
    return Day(year, month if 1 <= month <= 12 else 0, day if 1 <= month <= 12 and 1 <= day <= 31 else 0)


def read_raw_date(text: str) -> Date | None:
    """Read a date as people write it: ISO 8601, ``May 3, 2001``, a range with a slash or dash; else it is words."""
    text = text.strip()
    ends = re.split(r"\s*/\s*|\s+-\s+|\s*–\s*", text)
    if len(ends) == 1 and re.fullmatch(r"\d{4}-\d{4}", text):
        ends = text.split("-")
    days = [_read_written_day(end) for end in ends[:2]]
    if days[0] is None or (len(days) > 1 and ends[1] and days[1] is None):
        return Date(literal=read_text(text)) if text else None
    circa = bool(re.search(r"[~?]|\b(?:ca|circa)\b", text))
    return Date(days[0], days[1] if len(days) > 1 else None, circa=circa)


def _read_written_day(text: str) -> Day | None:
    text = re.sub(r"[~?]|\b(?:ca\.?|circa)\s", "", text).strip()
    if iso := re.fullmatch(r"(-?\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T.*)?", text):
        return _read_day([int(part) for part in iso.groups() if part])
    if american := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return Day(int(american[3]), int(american[1]), int(american[2]))
    words = re.findall(r"[^\W\d]+|\d+", text)
    year = next((int(word) for word in words if re.fullmatch(r"\d{3,4}", word)), 0)
    month = next((n for word in words for n, name in enumerate(_MONTHS, 1) if word.casefold().startswith(name)), 0)
    season = next((_SEASONS[word.casefold()] for word in words if word.casefold() in _SEASONS), 0)
    day = next((int(word) for word in words if word.isdecimal() and len(word) <= 2), 0)
    if not year or not (month or season):
        return None
    return Day(year, month, day if month else 0, season if not month else 0)
