"""The filters that Jekyll adds to Liquid, and those of Liquid that it does otherwise."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from urllib.parse import quote, quote_plus

from liquid import RenderContext
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, tokenize
from liquid.exceptions import FilterArgumentError, LiquidError
from liquid.filter import with_context
from liquid.stream import TokenStream

from octavo.read.jekyll.dates import parse_moment
from octavo.read.jekyll.slugs import slugify
from octavo.read.jekyll.written import as_words, without_holes
from octavo.read.liquid.engine import LONGEST_TEXT, Engine, page_of
from octavo.read.liquid.numbers import CALCULATIONS, to_integer
from octavo.read.liquid.text_filters import TEXT_FILTERS
from octavo.read.liquid.toc import TOC_FILTERS
from octavo.read.liquid.urls import absolute_url, relative_url
from octavo.read.liquid.values import (
    escape_ampersands,
    inspect,
    is_nil,
    is_true,
    jsonable,
    moment,
    order_key,
    shown_text,
    text_of,
    without_tags,
)
from octavo.read.liquid.words import with_plain_words
from octavo.read.rules.draft import Draft

Filter = Callable[..., Any]


def add_filters(engine: Engine, zone: tzinfo) -> None:
    """Add all filters to an engine; ``zone`` is that of the site's dates."""
    for name in LATER:
        engine.filters.pop(name, None)
    for name, function in (FILTERS | TEXT_FILTERS | TOC_FILTERS | CALCULATIONS | dated_filters(zone)).items():
        fill = as_words if name in READING else without_holes if name in CUTTING else None
        engine.add_filter(name, _on_filled(function, fill) if fill else function)


def _on_filled(function: Filter, fill: Callable[[str, Draft], str]) -> Filter:
    """Fill the holes of a text before a filter has it, which would cut or escape their marks."""

    @with_context
    def filtered(value: object, *arguments: object, context: RenderContext, **named: object) -> object:
        is_filled = isinstance(value, str) and "\0" in value
        return function(fill(str(value), page_of(context).draft) if is_filled else value, *arguments, **named)

    return filtered


# Text


@with_context
def markdownify(value: object, *, context: RenderContext) -> str:
    """Render Markdown."""
    return page_of(context).convert(shown_text(value))


def slug(value: object, mode: object = "default") -> object:
    """Return the slug of a text."""
    return None if is_nil(value) else slugify(shown_text(value), text_of(mode) or "default")


@with_context
def jsonify(value: object, *, context: RenderContext) -> str:
    """Return JSON."""
    filled = _filled(jsonable(value), page_of(context).draft)
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).replace("\\u0000", "\0")


def _filled(value: Any, draft: Draft) -> Any:
    """Fill the holes of all texts in a value of JSON."""
    if isinstance(value, str):
        return as_words(value, draft)
    if isinstance(value, dict):
        return {name: _filled(one, draft) for name, one in value.items()}
    return [_filled(one, draft) for one in value] if isinstance(value, list) else value


def xml_escape(value: object) -> str:
    """Escape a text for XML."""
    return _for_xml(shown_text(value))


def _for_xml(text: str) -> str:
    return html.escape(text).replace("&#x27;", "&apos;")


def cgi_escape(value: object) -> str:
    """Escape a text for a query."""
    return quote_plus(shown_text(value), safe="*-._")


def uri_escape(value: object) -> str:
    """Escape what no address can hold."""
    return quote(shown_text(value), safe="-._~!$&'()*+,;=:@/?#[]%")


def smartify(value: object) -> str:
    """Curl quotes and join dashes, as SmartyPants does."""
    text = escape_ampersands(shown_text(value)).replace("---", "—").replace("--", "–").replace("...", "…")
    text = re.sub(r"(^|[\s(\[{—–])\"", r"\1“", text)
    text = re.sub(r"(^|[\s(\[{—–“])'", r"\1‘", text)
    return text.replace('"', "”").replace("'", "’")


def normalize_whitespace(value: object) -> str:
    """Join a text's words by single spaces."""
    return " ".join(shown_text(value).split())


CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"


def number_of_words(value: object, mode: object = "") -> int:
    """Count words; in the modes ``cjk`` and ``auto`` every Chinese, Japanese or Korean sign is one."""
    text = shown_text(value)
    if text_of(mode) not in ("cjk", "auto"):
        return len(text.split())
    signs = len(re.findall(f"[{CJK}]", text))
    return signs + len(re.findall(rf"[^{CJK}\s]+", text)) if signs or text_of(mode) == "cjk" else len(text.split())


def protect_email(value: object) -> str:
    """Write an address with its letters as ``%XX``, for links, as jekyll-email-protect does."""
    text = shown_text(value)
    return re.sub(r"[^.\-+@]", lambda found: f"%{ord(found[0]):02X}", text) if text.isascii() else text


def strip_index(value: object) -> str:
    """Return a URL without ``index.html``."""
    return re.sub(r"/index\.html?\Z", "/", shown_text(value))


def replace(value: object, old: object = "", new: object = "") -> str:
    """Replace every occurrence of a text, if the result isn't too long to be meant."""
    text, wanted, other = shown_text(value), text_of(old), text_of(new)
    times = text.count(wanted) if wanted else len(text) + 1
    if len(text) + times * len(other) > LONGEST_TEXT:
        raise FilterArgumentError("the text grows without end", token=None)
    return text.replace(wanted, other)


def strip_html(value: object) -> str:
    """Return a text without tags, scripts, styles and comments."""
    return without_tags(shown_text(value))


def array_to_sentence_string(value: object, connector: object = "and") -> object:
    """Return ``a, b, and c``."""
    words, joint = [text_of(one) for one in _array(value)], text_of(connector)
    if len(words) < 3:
        return f" {joint} ".join(words)
    return f"{', '.join(words[:-1])}, {joint} {words[-1]}"


def not_compiled(value: object) -> str:
    """Return a style sheet as written: Sass is compiled in files of its own, which imports can be found for."""
    return shown_text(value)


# Addresses


@with_context
def relative(value: object, *, context: RenderContext) -> object:
    """Put ``baseurl`` before a path."""
    return None if is_nil(value) else relative_url(_address(value), page_of(context).payload)


@with_context
def absolute(value: object, *, context: RenderContext) -> object:
    """Put ``url`` and ``baseurl`` before a path."""
    return None if is_nil(value) else absolute_url(_address(value), page_of(context).payload)


def _address(value: object) -> str:
    return text_of(value["url"] if isinstance(value, Mapping) and "url" in value else value)


# Lists


def _array(value: object) -> list[Any]:
    if is_nil(value):
        return []
    if isinstance(value, Mapping):
        return [[name, value[name]] for name in value]
    if isinstance(value, str):
        return [value] if value else []
    return list(value) if isinstance(value, Iterable) else [value]


def _flat(value: object) -> list[Any]:
    """Return a list with the items of the lists in it, as Liquid's own filters see one."""
    items: list[Any] = []
    for one in [value] if isinstance(value, Mapping) else _array(value):
        items += _flat(one) if isinstance(one, list | tuple) else [one]
    return items


def _items(value: object) -> list[Any]:
    """Return a list, or the values of a mapping."""
    return [value[name] for name in value] if isinstance(value, Mapping) else _array(value)


def property_of(item: object, path: object) -> Any:
    """Return a property by its name, or by names joined by points."""
    found: Any = item
    for name in text_of(path).split("."):
        try:
            if isinstance(found, Mapping):
                found = found[name]
            elif isinstance(found, Sequence) and not isinstance(found, str) and name.lstrip("-").isdigit():
                found = found[int(name)]
            else:
                return None
        except (KeyError, IndexError):
            return None
    return found


def where(value: object, name: object = None, wanted: object = None) -> object:
    """Keep the items that have a property with a value; a list of values has it if it holds the value."""
    if not isinstance(value, Mapping | list | tuple):
        return value
    return [one for one in _items(value) if _has(one, name, wanted)]


def find(value: object, name: object = None, wanted: object = None) -> object:
    """Return the first item that has a property with a value; what is no list stays as it is."""
    if not isinstance(value, list | tuple | Mapping):
        return value
    return next((one for one in _items(value) if _has(one, name, wanted)), None)


def _has(item: object, name: object, wanted: object) -> bool:
    found = property_of(item, name)
    if is_nil(wanted):
        return is_nil(found)
    if isinstance(found, list | tuple):
        return any(text_of(one) == text_of(wanted) for one in found) or found == wanted
    return not is_nil(found) and (found == wanted or text_of(found) == text_of(wanted))


def _expression(text: str, context: RenderContext) -> Callable[[str, object], object]:
    from liquid.token import TOKEN_EXPRESSION, Token

    text = with_plain_words(text)
    token = Token(TOKEN_EXPRESSION, text, 0, text)
    try:
        condition = BooleanExpression.parse(context.env, TokenStream(tokenize(text, token)))
    except LiquidError as error:
        raise FilterArgumentError(f"'{text}' is no condition", token=None) from error

    def evaluate(variable: str, item: object) -> object:
        with context.extend({variable: item}):
            return condition.evaluate(context)

    return evaluate


@with_context
def where_exp(value: object, variable: object = "", expression: object = "", *, context: RenderContext) -> object:
    """Keep the items for which a condition holds."""
    if not isinstance(value, Mapping | list | tuple):
        return value
    holds = _expression(text_of(expression), context)
    return [one for one in _items(value) if is_true(holds(text_of(variable), one))]


@with_context
def find_exp(value: object, variable: object = "", expression: object = "", *, context: RenderContext) -> object:
    """Return the first item for which a condition holds."""
    holds = _expression(text_of(expression), context)
    return next((one for one in _items(value) if is_true(holds(text_of(variable), one))), None)


def group_by(value: object, name: object = None) -> object:
    """Group items by a property."""
    return _grouped(value, lambda item: property_of(item, name))


@with_context
def group_by_exp(value: object, variable: object = "", expression: object = "", *, context: RenderContext) -> object:
    """Group items by the value of an expression."""
    from liquid.token import TOKEN_EXPRESSION, Token

    text = with_plain_words(text_of(expression))
    token = Token(TOKEN_EXPRESSION, text, 0, text)
    parsed = FilteredExpression.parse(context.env, TokenStream(tokenize(text, token)))

    def key(item: object) -> object:
        with context.extend({text_of(variable): item}):
            return parsed.evaluate(context)

    return _grouped(value, key)


def _grouped(value: object, key: Callable[[object], object]) -> object:
    if not isinstance(value, list | tuple | Mapping):
        return value
    groups: dict[str, list[object]] = {}
    for item in _array(value):
        found = key(item)
        name = inspect(found) if isinstance(found, list | Mapping) else text_of(found)
        groups.setdefault(name, []).append(item)
    return [{"name": name, "items": items, "size": len(items)} for name, items in groups.items()]


def sort(value: object, name: object = None, nils: object = "first") -> object:
    """Sort items, by a property if one is named; what has none comes ``first`` or ``last``."""
    items = _array(value)
    found = [(property_of(one, name) if not is_nil(name) else one, one) for one in items]
    without = [one for key, one in found if is_nil(key)]
    ordered = [one for _, one in sorted(((key, one) for key, one in found if not is_nil(key)), key=_first_key)]
    return [*ordered, *without] if text_of(nils) == "last" else [*without, *ordered]


def _first_key(pair: tuple[object, object]) -> tuple[int, Any]:
    return order_key(pair[0])


def sample(value: object, number: object = 1) -> object:
    """Return the first items: a build draws no lots."""
    items = _array(value)
    count = to_integer(number)
    return items[:count] if count > 1 else next(iter(items), None)


def push(value: object, item: object = None) -> object:
    """Add an item at the end of a list; what is none stays as it is, here and below."""
    return [*value, item] if isinstance(value, list | tuple) else value


def pop(value: object, number: object = 1) -> object:
    """Leave out items at the end."""
    if not isinstance(value, list | tuple):
        return value
    return value[: max(0, len(value) - max(0, to_integer(number)))]


def shift(value: object, number: object = 1) -> object:
    """Leave out items at the beginning."""
    return value[max(0, to_integer(number)) :] if isinstance(value, list | tuple) else value


def unshift(value: object, item: object = None) -> object:
    """Add an item at the beginning."""
    return [item, *value] if isinstance(value, list | tuple) else value


def map_property(value: object, name: object = None) -> list[Any]:
    """Return a property of each item."""
    items: list[Any] = []
    for one in [value] if isinstance(value, Mapping) else _array(value):
        if isinstance(one, list):
            items += map_property(one, name)
        else:
            items.append(property_of(one, name))
    return items


def join(value: object, glue: object = " ") -> str:
    """Join the texts of items."""
    return text_of(glue).join(text_of(one) for one in _flat(value))


def first(value: object) -> object:
    """Return the first item."""
    return next(iter(_array(value)), None) if isinstance(value, list | tuple | range | Mapping) else None


def last(value: object) -> object:
    """Return the last item."""
    return value[-1] if isinstance(value, list | tuple | range) and value else None


def size(value: object) -> int:
    """Return how many items or signs there are."""
    return len(value) if isinstance(value, str | Mapping | list | tuple | range) else 0


def reverse(value: object) -> list[Any]:
    """Turn a list round."""
    return _flat(value)[::-1]


def uniq(value: object, name: object = None) -> list[Any]:
    """Keep the first of equal items."""
    seen: dict[object, Any] = {}
    for one in _flat(value):
        seen.setdefault(_identity(property_of(one, name) if not is_nil(name) else one), one)
    return list(seen.values())


def _identity(value: object) -> Hashable:
    """Return what equal values have in common; a document is the same as itself, whatever it holds."""
    if isinstance(value, list | tuple):
        return tuple(map(_identity, value))
    return value if isinstance(value, Mapping) and isinstance(value, Hashable) else inspect(value)


def concat(value: object, other: object = None) -> list[Any]:
    """Join two lists."""
    return [*_flat(value), *_array(other)]


def compact(value: object, name: object = None) -> list[Any]:
    """Leave out what is nothing."""
    return [one for one in _flat(value) if not is_nil(property_of(one, name) if not is_nil(name) else one)]


# Dates

#: https://docs.ruby-lang.org/en/master/strftime_formatting_rdoc.html
DIRECTIVE = re.compile(r"%(?P<flags>[-0^#_:]*)(?P<width>\d*)(?P<directive>[a-zA-Z%+])")
EQUIVALENTS = {
    "F": "%Y-%m-%d",
    "T": "%H:%M:%S",
    "R": "%H:%M",
    "D": "%m/%d/%y",
    "r": "%I:%M:%S %p",
    "h": "%b",
    "c": "%a %b %e %H:%M:%S %Y",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
    "v": "%e-%^b-%Y",
    "n": "\n",
    "t": "\t",
}
PADDED = {"e": 2, "k": 2, "l": 2}
NUMBERS = {
    "d": 2,
    "m": 2,
    "y": 2,
    "H": 2,
    "I": 2,
    "M": 2,
    "S": 2,
    "j": 3,
    "U": 2,
    "W": 2,
    "V": 2,
    "C": 2,
    "Y": 4,
    "G": 4,
}


def format_date(when: datetime, form: str) -> str:
    """Write a date in a form of Ruby's ``strftime``."""
    return DIRECTIVE.sub(lambda found: _directive(when, found), form)


def _directive(when: datetime, found: re.Match[str]) -> str:
    name, flags = found["directive"], found["flags"]
    if name in EQUIVALENTS:
        text = format_date(when, EQUIVALENTS[name])
    elif name == "%":
        text = "%"
    elif name == "s":
        text = str(int(when.timestamp()))
    elif name == "P":
        text = when.strftime("%p").lower()
    elif name == "L":
        text = f"{when.microsecond // 1000:03d}"
    elif name == "N":
        text = f"{when.microsecond:06d}000"
    elif name == "z":
        text = _offset(when, ":" in flags)
    elif name == "Z":
        text = when.tzname() or ""
    elif name in PADDED:
        number = {"e": when.day, "k": when.hour, "l": (when.hour - 1) % 12 + 1}[name]
        text = str(number) if "-" in flags else str(number).rjust(2, "0" if "0" in flags else " ")
    elif name in NUMBERS:
        text = str(when.year // 100) if name == "C" else when.strftime(f"%{name}")
        text = text.lstrip("0") or "0" if "-" in flags else text.zfill(NUMBERS[name])
        text = text.lstrip("0").rjust(NUMBERS[name]) if "_" in flags else text
    elif name in "aAbBpuw":
        text = when.strftime(f"%{name}")
    else:
        return found[0]
    if "^" in flags:
        text = text.upper()
    if "#" in flags:
        text = text.swapcase() if name == "p" else text.upper()
    return (
        text.rjust(int(found["width"]), "0" if name in NUMBERS else " ")
        if found["width"] and len(found["width"]) < 3
        else text
    )


def _offset(when: datetime, with_colon: bool) -> str:
    text = when.strftime("%z") or "+0000"
    return f"{text[:3]}:{text[3:5]}" if with_colon else text[:5]


def dated_filters(zone: tzinfo) -> dict[str, Filter]:
    """Return the filters of dates, in the site's zone."""

    def time_of(value: object) -> datetime | None:
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=zone)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=zone)
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return datetime.fromtimestamp(value, UTC).astimezone(zone)
            except (ValueError, OverflowError, OSError):
                return None
        if isinstance(value, str):
            if re.fullmatch(r"-?\d{1,11}", value.strip()) and len(value.strip()) != 8:
                return time_of(int(value))
            return parse_moment(value, zone, zone)
        return None

    def in_form(form: str) -> Filter:
        def write(value: object, *_: object) -> object:
            when = time_of(value)
            return value if when is None else format_date(when, form)

        return write

    @with_context
    def liquid_date(value: object, form: object = "", *, context: RenderContext) -> object:
        if is_nil(form) or not text_of(form):
            return value
        if isinstance(value, str) and value.lower() in ("now", "today"):
            return format_date(page_of(context).payload["site"]["time"], text_of(form))
        when = time_of(value)
        return value if when is None else format_date(when, text_of(form))

    def to_string(value: object, kind: object = "", style: object = "", *, months: str) -> object:
        when = time_of(value)
        if when is None:
            return value
        if text_of(kind) != "ordinal":
            return format_date(when, f"%d {months} %Y")
        day = f"{when.day}{_ordinal(when.day)}"
        american = f"{months} {day}, %Y"
        return format_date(when, american if text_of(style) == "US" else f"{day} {months} %Y")

    def short(value: object, kind: object = "", style: object = "") -> object:
        return to_string(value, kind, style, months="%b")

    def long(value: object, kind: object = "", style: object = "") -> object:
        return to_string(value, kind, style, months="%B")

    return {
        "date": liquid_date,
        "date_to_string": short,
        "date_to_long_string": long,
        "date_to_xmlschema": in_form("%Y-%m-%dT%H:%M:%S%:z"),
        "date_to_rfc822": in_form("%a, %d %b %Y %H:%M:%S %z"),
    }


def _ordinal(day: int) -> str:
    return "th" if 11 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def now_of(moment_text: str, zone: tzinfo) -> datetime:
    """Return the moment that a build takes for now."""
    return moment(datetime.fromisoformat(moment_text).astimezone(zone))


#: Filters of the library that no Liquid has with which Jekyll 4 runs: what they are given stays as it is.
LATER = ("escapejs", "find_index", "has", "reject", "safe", "squish", "sum")

#: Filters that read or escape a text: they have citations in it as text.
READING = ("escape", "h", "escape_once", "number_of_words", "strip_html", "truncatewords", "xml_escape")

#: Filters that cut or encode a text: they have it without citations.
CUTTING = (
    *("capitalize", "cgi_escape", "downcase", "inspect", "size", "slice", "slugify", "truncate"),
    *("upcase", "uri_escape", "url_encode"),
)

#: https://jekyllrb.com/docs/liquid/filters/
FILTERS: dict[str, Filter] = {
    "markdownify": markdownify,
    "slugify": slug,
    "jsonify": jsonify,
    "xml_escape": xml_escape,
    "cgi_escape": cgi_escape,
    "uri_escape": uri_escape,
    "smartify": smartify,
    "sassify": not_compiled,
    "scssify": not_compiled,
    "normalize_whitespace": normalize_whitespace,
    "number_of_words": number_of_words,
    "strip_index": strip_index,
    "protect_email": protect_email,
    "strip_html": strip_html,
    "replace": replace,
    "array_to_sentence_string": array_to_sentence_string,
    "to_integer": to_integer,
    "inspect": lambda value: _for_xml(inspect(value)),
    "relative_url": relative,
    "absolute_url": absolute,
    "where": where,
    "where_exp": where_exp,
    "find": find,
    "find_exp": find_exp,
    "group_by": group_by,
    "group_by_exp": group_by_exp,
    "sort": sort,
    "sample": sample,
    "push": push,
    "pop": pop,
    "shift": shift,
    "unshift": unshift,
    "map": map_property,
    "join": join,
    "first": first,
    "last": last,
    "size": size,
    "reverse": reverse,
    "uniq": uniq,
    "concat": concat,
    "compact": compact,
}
