"""Dates of a Jekyll site: moments of front matters and file names in the zone of the configuration."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from octavo.model.document import Json
from octavo.read.jekyll.yaml_values import DATE

_MOMENT = re.compile(
    r"\s*(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"
    r"(?:[Tt\s]+(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?\s*"
    r"(?P<zone>Z|UTC|GMT|[-+]\d\d?:?(?:\d\d)?)?)?\s*"
)

_PARTS = ("year", "month", "day", "hour", "minute", "second")

#: Forms of dates that people write as text.
_FORMS = (
    *("%d %b %Y", "%d %b, %Y", "%d. %b %Y", "%b %d, %Y", "%b %d %Y", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d"),
    *("%b %Y", "%b, %Y", "%Y %b", "%m/%Y", "%Y/%m"),
)

#: A month by the letters that Ruby looks at: Februari is February.
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[^\W\d_]*\.?", re.IGNORECASE)

#: A time of day behind a date.
_TIME = re.compile(r"[,\s]+(\d\d?):(\d\d)(?::(\d\d))?\s*(Z|UTC|GMT|[-+]\d\d:?\d\d)?\Z")


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its name, UTC without one or if there is no such zone."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):
        return UTC


def moment_of(value: Json, zone: tzinfo) -> datetime | None:
    """Return the moment that a value of a front matter is, in the site's zone, or nothing.

    A YAML time without a zone is in UTC, as Ruby takes it; a text without one is in the site's.
    """
    if isinstance(value, dict) and DATE in value:
        text = str(value[DATE])
        is_time = ":" in text
        return parse_moment(text, UTC if is_time else zone, zone)
    if isinstance(value, str):
        return parse_moment(value, zone, zone)
    return None


def parse_moment(text: str, written_in: tzinfo, zone: tzinfo) -> datetime | None:
    """Read a moment, written in one zone unless it names its own, and put it into another."""
    found = _MOMENT.fullmatch(text)
    try:
        if not found:
            return _from_words(text, written_in, zone)
        year, month, day, hour, minute, second = (int(found[name] or 0) for name in _PARTS)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_offset(found["zone"]) or written_in)
        return moment.astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _from_words(text: str, written_in: tzinfo, zone: tzinfo) -> datetime | None:
    words = re.sub(r"\b(\d+)(?:st|nd|rd|th)\b", r"\1", text.strip())
    words = re.sub(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", "", words, flags=re.I)
    time = _TIME.search(words)
    words = _MONTH.sub(r"\1", words[: time.start()] if time else words)
    for form in _FORMS:
        try:
            day = datetime.strptime(words, form)
        except ValueError:
            continue
        hour, minute, second = (int(part or 0) for part in time.groups()[:3]) if time else (0, 0, 0)
        zone_written = _offset(time[4]) if time else None
        return day.replace(hour=hour, minute=minute, second=second, tzinfo=zone_written or written_in).astimezone(zone)
    return None


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone in ("Z", "UTC", "GMT"):
        return UTC
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits[:2]), int(digits[2:] or 0)) if len(digits) > 2 else (int(digits), 0)
    return timezone((-1 if zone[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def written(moment: datetime) -> str:
    """Return a moment as Ruby prints it: ``2024-05-31 10:00:00 +0200``."""
    return moment.strftime("%Y-%m-%d %H:%M:%S %z")


def day_of(value: Json) -> date | None:
    """Return the day that a YAML date without a time is, or nothing."""
    if not (isinstance(value, dict) and DATE in value) or ":" in str(value[DATE]):
        return None
    try:
        return date(*(int(part) for part in str(value[DATE]).split("-")))
    except ValueError:
        return None
