"""Values as Ruby has them: dates that print as Ruby's, texts of lists and mappings, truth and order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from liquid import Undefined

from octavo.model.document import Json
from octavo.read.jekyll.dates import day_of, moment_of
from octavo.read.jekyll.yaml_values import DATE

_TAG = re.compile(r"<script.*?</script>|<!--.*?-->|<style.*?</style>|<.*?>", re.DOTALL)


class Moment(datetime):
    """A moment that prints as Ruby's."""

    def __str__(self) -> str:
        return self.strftime("%Y-%m-%d %H:%M:%S %z")


class Hash(dict[str, Any]):
    """A mapping that can be asked for any value, also for one that is never a key."""

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a key."""
        return isinstance(key, str) and super().__contains__(key)


def moment(value: datetime) -> Moment:
    """Return a moment that prints as Ruby's."""
    return Moment.combine(value.date(), value.timetz())


def ruby_value(value: Json, zone: tzinfo) -> Any:
    """Return a value of YAML with its dates as dates."""
    if isinstance(value, dict):
        if DATE in value:
            day = day_of(value)
            found = day or moment_of(value, zone)
            return moment(found) if isinstance(found, datetime) else found if found else str(value[DATE])
        return Hash((name, ruby_value(one, zone)) for name, one in value.items())
    if isinstance(value, list):
        return [ruby_value(one, zone) for one in value]
    return value


def without_tags(html: str) -> str:
    """Return a text without tags, scripts, styles and comments."""
    return _TAG.sub("", html)


def escape_ampersands(text: str) -> str:
    """Escape what begins nothing in HTML."""
    return re.sub(r"&(?!(?:[a-zA-Z]+|#\d+);)", "&amp;", text)


def is_nil(value: object) -> bool:
    """Tell whether a value is Ruby's ``nil``."""
    return value is None or isinstance(value, Undefined)


def is_true(value: object) -> bool:
    """Tell whether Liquid takes a value for true: all but ``nil`` and ``false``."""
    return not is_nil(value) and value is not False


def text_of(value: object) -> str:
    """Return what ``{{ value }}`` prints."""
    if isinstance(value, str):
        return value
    if is_nil(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    if isinstance(value, list | tuple):
        return "".join(map(text_of, value))
    if isinstance(value, Mapping):
        return inspect(value)
    return str(value)


def shown_text(value: object) -> str:
    """Return a value as filters of texts take it: Ruby's ``to_s``, which shows a list with its brackets."""
    return inspect(value) if isinstance(value, list | tuple) else text_of(value)


def inspect(value: object) -> str:
    """Return what Ruby's ``inspect`` prints of a value."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if is_nil(value):
        return "nil"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inspect, value))}]"
    if isinstance(value, Mapping) and not isinstance(value, dict):  # a document, which leads to all others
        return json.dumps(jsonable(value), ensure_ascii=False, indent=2).replace("\\u0000", "\0")  # the marks of holes
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{inspect(name)}=>{inspect(one)}" for name, one in plain(value).items()) + "}"
    return text_of(value)


#: Keys of documents that lead to other texts, left out where a document is written as a value.
NESTED = ("content", "output", "excerpt", "next", "previous")


def plain(value: Mapping[Any, object], depth: int = 0) -> dict[str, object]:
    """Return a mapping as JSON would have it; of a document within another only what tells which it is."""
    return {str(name): value[name] for name in value if not (depth and name in NESTED)}


def jsonable(value: object, depth: int = 0) -> Any:
    """Return a value that JSON can hold."""
    if is_nil(value):
        return None
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        is_document = not isinstance(value, dict)
        return {
            name: jsonable(one, depth + 1)
            for name, one in plain(value, depth if is_document else 0).items()
            if not (is_document and name in ("next", "previous"))
        }
    if isinstance(value, Sequence):
        return [jsonable(one, depth + 1) for one in value]
    return str(value)


def order_key(value: object) -> tuple[int, Any]:
    """Return what values of one kind are sorted by; kinds that Ruby can't compare stay apart."""
    if isinstance(value, bool):
        return 3, value
    if isinstance(value, int | float):
        return 0, value
    if isinstance(value, datetime):
        return 1, value.timestamp()
    if isinstance(value, date):
        return 1, datetime(value.year, value.month, value.day).timestamp()
    return 2, text_of(value)
