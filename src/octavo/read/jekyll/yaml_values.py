"""YAML as Ruby reads it for Jekyll: dates, loosely written texts, the last of two equal keys; no objects."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import yaml

from octavo.model.document import Json

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: More values than these come of aliases that multiply.
MAX_VALUES = 200_000
MAX_DEPTH = 60

#: Each list and each mapping takes one of these at least.
NESTING = "[{-:?"

#: The only key of what stands for a date among values: no text of a site can hold NUL.
DATE = "\0date"

_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d?-\d\d?)(?:[Tt]|[ \t]+)(?P<time>\d\d?:\d\d(?::\d\d(?:\.\d+)?)?)[ \t]*"
    r"(?P<zone>Z|[-+]\d\d?(?::?\d\d)?)?"
)


class YamlError(Exception):
    """A text that is no YAML: why, and at which line and column, counted from 0.

    ``before`` is the value that ends where the text goes wrong, which is all that Ruby reads, or nothing.
    """

    def __init__(self, message: str, line: int, column: int, before: Json = None) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.before = message, line, column, before


def parse_yaml(text: str) -> Json:
    """Return the value of a YAML text; a date is ``{DATE: "2024-05-31 10:00:00 +0200"}``. Raises `YamlError`."""
    loader = Loader(text)
    value: Json = None
    try:
        _check_depth(text)
        if loader.check_node():
            value = _Values(loader).convert(loader.get_node())
        loader.check_node()  # what else there is, a second document, say, nobody reads
        return value
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = error.problem or "this is not YAML"
        raise YamlError(message, mark.line if mark else 0, mark.column if mark else 0, value) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(str(error).split("\n")[0], 0, 0) from error
    finally:
        loader.dispose()


def _check_depth(text: str) -> None:
    if sum(map(text.count, NESTING)) <= MAX_DEPTH:
        return
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            mark: Any = event.start_mark
            raise YamlError("the value is too deep", mark.line, mark.column)


class _Values:
    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._left = MAX_VALUES

    def convert(self, node: yaml.Node) -> Json:
        self._left -= 1
        if self._left < 0:
            raise YamlError("there are too many values", node.start_mark.line, node.start_mark.column)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> Json:
        merged: dict[str, Json] = {}
        own: dict[str, Json] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                found = self.convert(value)
                for mapping in found if isinstance(found, list) else [found]:
                    merged = (mapping if isinstance(mapping, dict) else {}) | merged
            else:
                own[_key(self.convert(key))] = self.convert(value)
        return merged | own

    def _scalar(self, node: Any) -> Json:
        text = str(node.value)
        if node.style and node.tag == "tag:yaml.org,2002:str":
            return text
        if node.tag == "tag:yaml.org,2002:timestamp" or _TIME.fullmatch(text):
            return _moment(text)
        try:
            value = self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError):  # a tag of Ruby's, or a number that is none: text
            return text
        if isinstance(value, date):
            return {DATE: text}
        if isinstance(value, bytes):
            return value.decode(errors="replace")
        if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
            return str(value)
        if isinstance(value, set | tuple):
            return [str(one) for one in value]
        return value


def _key(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.get(DATE, value)) if isinstance(value, dict) else "" if value is None else str(value)


def _moment(text: str) -> Json:
    """Return what stands for a date, or the text if there is no such day."""
    found = _TIME.fullmatch(text)
    day = found["day"] if found else text
    try:
        year, month, number = (int(part) for part in day.split("-"))
        date(year, month, number)
        if found:
            datetime.strptime(found["time"].split(".")[0], "%H:%M:%S" if found["time"].count(":") > 1 else "%H:%M")
    except ValueError:
        return text
    return {DATE: text}
