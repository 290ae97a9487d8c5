"""The front matter of a note: the YAML between ``---`` lines at its very start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

import yaml

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Dialect, FrontMatter, Json, Reading
from octavo.model.fact import Fact
from octavo.model.source import SourceFile, Span
from octavo.read.facts import parse_facts
from octavo.read.language import is_language_tag
from octavo.read.presentation import IGNORED, PARSERS, presentation_of
from octavo.read.scholar.config import check_scholar

# libyaml is ten times as fast, and takes a tab after a value, which YAML forbids and Jekyll allows.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

BLOCK = re.compile(r"\ufeff?---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
LOOKS_OPENED = re.compile(r"\ufeff?---[ \t]*\n[A-Za-z_]+:")

#: A front matter is a page of YAML at most: more values than this come of aliases that multiply ("billion laughs").
MAX_VALUES = 5_000
MAX_DEPTH = 30

#: Each list and each mapping takes one of these at least.
NESTING = "[{-:?"

HIGHEST_NUMBER = 1_000_000

#: Fields by key; several keys may mean one field.
TEXTS = {
    "title": "title",
    "layout": "layout",
    "permalink": "permalink",
    "description": "description",
    "section": "section",
    "nav_title": "nav_title",
    "style": "style",
    "parent": "parent",
    "grand_parent": "grand_parent",
    "collection": "collection",
    "taxonomy": "taxonomy",
}
LISTS = {
    "author": "authors",
    "authors": "authors",
    "tags": "tags",
    "category": "categories",
    "categories": "categories",
    "aliases": "aliases",
}
SWITCHES = {
    "toc": "toc",
    "draft": "draft",
    "published": "draft",
    "nav_exclude": "nav_exclude",
    "has_toc": "has_toc",
    "search_exclude": "search_exclude",
}
DATES = {"date": "date", "updated": "updated", "last_modified_at": "updated"}
LANGUAGES = ("lang", "language")
READING = ("entry", "topic", "comment")
OTHERS = ("facts", "readings", "image", "dialect", "scholar", "nav_order", "excerpt")
KEYS = (*OTHERS, *LANGUAGES, *TEXTS, *LISTS, *SWITCHES, *DATES, *PARSERS)

#: Keys of Jekyll and its themes that only look like ours.
NOT_OURS = IGNORED | frozenset(
    "images tag title_separator sections languages dates styles class headers sidebars collections subtitle".split()
)

#: HTML in an excerpt.
LINE_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
HTML_TAG = re.compile(r"<[^<>]*>")


class InvalidError(Exception):
    """A value that cannot be used, and where it is in the YAML."""

    def __init__(self, message: str, mark: Any) -> None:
        super().__init__(message)
        self.message = message
        self.mark = mark


class Pair(NamedTuple):
    """A key of the mapping and its value, both as YAML nodes."""

    key: yaml.ScalarNode
    value: yaml.Node


def parse_front_matter(source: SourceFile) -> tuple[FrontMatter, str, tuple[Diagnostic, ...]]:
    """Split a note into its front matter and its body, with what is wrong in the front matter.

    Reports ``front-matter-invalid``, ``front-matter-unknown`` and ``front-matter-duplicate``. Of an invalid front
    matter the valid keys count.
    """
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    found = BLOCK.match(text)
    if not found:
        return FrontMatter(), text.removeprefix("\ufeff"), _unclosed(source, text)
    body_line = text.count("\n", 0, found.end()) + 1
    reader = _Reader(source.path, text.split("\n"))
    fields = reader.read(found["yaml"])
    return FrontMatter(**fields, body_line=body_line), text[found.end() :], tuple(reader.diagnostics)


class _Reader:
    """Reads the YAML of one note; a key that is invalid doesn't hide the others."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._path = path
        self._lines = lines

    def read(self, text: str) -> dict[str, Any]:
        """Return the fields of a `FrontMatter`."""
        loader = Loader(text)
        fields: dict[str, Any] = {}
        extra: dict[str, Json] = {}
        try:
            _check_depth(text)
            seen: set[str] = set()
            for pair in _pairs(loader.get_single_node()):
                self._warn_of_repetition(pair.key, seen)
                self._read_pair(loader, pair, fields, extra)
        except yaml.MarkedYAMLError as error:
            self._report(error.problem or "this is not YAML", error.problem_mark or error.context_mark)
        except yaml.YAMLError as error:
            self._report(str(error).split("\n")[0], None)
        except InvalidError as error:
            self._report(error.message, error.mark)
        finally:
            loader.dispose()
        return {**fields, "extra": extra}

    def _read_pair(self, loader: Any, pair: Pair, fields: dict[str, Any], extra: dict[str, Json]) -> None:
        key = pair.key.value
        try:
            if key in LANGUAGES:
                fields["language"] = _language(pair.value, key)
            elif key in TEXTS:
                fields[TEXTS[key]] = _text(pair.value, key)
            elif key in LISTS:
                fields[LISTS[key]] = _texts(pair.value, key)
            elif key in SWITCHES:
                value = _switch(loader, pair.value, key)
                fields[SWITCHES[key]] = not value if key == "published" else value
            elif key in DATES:
                fields[DATES[key]] = _date(loader, pair.value, key)
            elif key == "nav_order":
                fields["nav_order"] = _order(loader, pair.value, key)
            elif key == "excerpt":
                excerpt = " ".join(HTML_TAG.sub("", LINE_BREAK.sub(" ", _text(pair.value, key))).split())
                fields["description"] = fields.get("description") or excerpt
            elif key == "image":
                fields["image"] = _image(pair.value)
            elif key == "dialect":
                fields["dialect"] = _dialect(pair.value)
            elif key == "facts":
                fields["facts"] = self._read_facts(pair.value)
            elif key == "scholar":
                fields["scholar"] = self._read_scholar(_Converter(loader).convert(pair.value), pair)
                extra[key] = _Converter(loader).convert(pair.value)
            elif key == "readings":
                fields["readings"] = tuple(self._reading(node) for node in _items(pair.value, key))
            else:
                extra[key] = _Converter(loader).convert(pair.value)
                if key in PARSERS:
                    self._read_presentation(pair.key, extra, fields)
                else:
                    self._warn_of_misspelling(pair.key)
        except InvalidError as error:
            self._report(error.message, error.mark)

    def _read_presentation(self, key: yaml.ScalarNode, extra: dict[str, Json], fields: dict[str, Any]) -> None:
        fields["presentation"], problems = presentation_of(extra)
        if key.value in problems:
            span = self._span(key.start_mark, len(key.value))
            self._add("front-matter-unknown", problems[key.value], span)

    def _read_facts(self, node: yaml.Node) -> tuple[Fact, ...]:
        facts, problems = parse_facts(node, lambda node: self._span(node.start_mark, len(str(node.value))))
        for problem in problems:
            self._add(problem.rule, problem.message, self._span(problem.node.start_mark, 1), problem.hint)
        return facts

    def _read_scholar(self, value: Json, pair: Pair) -> dict[str, Json]:
        """Read what the note sets otherwise for jekyll-scholar's tags; templates may see other keys of its own."""
        values, problems = check_scholar(value)
        keys = {key.value: key for key, _ in pair.value.value} if isinstance(pair.value, yaml.MappingNode) else {}
        for problem in problems:
            if not problem.is_unknown or problem.hint:
                place = keys.get(problem.key, pair.key)
                rule = "front-matter-unknown" if problem.is_unknown else "front-matter-invalid"
                self._add(rule, problem.message, self._span(place.start_mark, len(place.value)), problem.hint)
        return values

    def _reading(self, node: yaml.Node) -> Reading:
        if not isinstance(node, yaml.MappingNode):
            raise InvalidError("a reading must be written {entry: citekey, topic: …, comment: …}", node.start_mark)
        unknown = next((key for key, _ in node.value if key.value not in READING), None)
        found = {key.value: value for key, value in node.value} if not unknown else {}
        if "entry" not in found:
            mark = unknown.start_mark if unknown else node.start_mark
            raise InvalidError(f"a reading has an 'entry', and may have {' and '.join(READING[1:])}", mark)
        texts = {name: _text(value, name) for name, value in found.items()}
        span = self._span(found["entry"].start_mark, len(texts["entry"]))
        return Reading(texts["entry"], texts.get("topic", ""), texts.get("comment", ""), span)

    def _warn_of_misspelling(self, key: yaml.ScalarNode) -> None:
        near = [] if key.value in NOT_OURS else get_close_matches(key.value, KEYS, n=1, cutoff=0.8)
        if near:
            span = self._span(key.start_mark, len(key.value))
            message = f"the key '{key.value}' is not one of Octavo's"
            self._add("front-matter-unknown", message, span, f"did you mean '{near[0]}'?")

    def _warn_of_repetition(self, key: yaml.ScalarNode, seen: set[str]) -> None:
        if key.value in seen:
            span = self._span(key.start_mark, len(key.value))
            self._add("front-matter-duplicate", f"the key '{key.value}' is given twice", span, "keep one of them")
        seen.add(key.value)

    def _report(self, message: str, mark: yaml.Mark | None) -> None:
        self._add("front-matter-invalid", message, self._span(mark, 1))

    def _add(self, rule: str, message: str, span: Span, hint: str = "") -> None:
        self.diagnostics.append(Diagnostic(rule, message, span, self._lines[span.line - 1], hint))

    def _span(self, mark: yaml.Mark | None, width: int) -> Span:
        """Return the span of a place in the YAML, whose first line is the second of the file."""
        line = min(mark.line + 2, len(self._lines)) if mark else 1
        return Span(self._path, line, mark.column + 1 if mark else 1, width)


class _Converter:
    """Turns YAML into values that msgspec can carry; a limit on their number stops aliases that multiply."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._left = MAX_VALUES

    def convert(self, node: yaml.Node, depth: int = 0) -> Json:
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise InvalidError("the value is too large or too deep", node.start_mark)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, depth + 1) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return {str(self.convert(key, depth + 1)): self.convert(value, depth + 1) for key, value in node.value}
        return _plain(_scalar(self._loader, node))


def _unclosed(source: SourceFile, text: str) -> tuple[Diagnostic, ...]:
    if not LOOKS_OPENED.match(text):
        return ()
    message = "the front matter is never closed by a line '---'"
    return (Diagnostic("front-matter-invalid", message, Span(source.path, 1, 1, 3), "---"),)


def _check_depth(text: str) -> None:
    # libyaml composes nested values by recursion, and ends the process if they are too deep.
    if sum(map(text.count, NESTING)) <= MAX_DEPTH:  # as in most notes
        return
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise InvalidError("the value is too large or too deep", event.start_mark)


def _pairs(node: yaml.Node | None) -> Iterator[Pair]:
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return
    if not isinstance(node, yaml.MappingNode):
        raise InvalidError("the front matter must be made of 'key: value' lines", node.start_mark)
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise InvalidError("a key must be a word", key.start_mark)
        yield Pair(key, value)


def _scalar(loader: Any, node: yaml.Node) -> object:
    try:
        return loader.construct_object(node)
    except yaml.MarkedYAMLError as error:
        raise InvalidError(error.problem or "the value cannot be read", node.start_mark) from error
    except ValueError as error:  # an impossible date: 2021-02-30
        raise InvalidError(str(error), node.start_mark) from error


def _plain(value: object) -> Json:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:  # more than msgspec can carry
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)


def _text(node: yaml.Node, key: str) -> str:
    """Return a text as written: ``title: 2024`` and ``title: Yes`` are texts, too."""
    if not isinstance(node, yaml.ScalarNode):
        raise InvalidError(f"'{key}' must be a text", node.start_mark)
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()


def _image(node: yaml.Node) -> str:
    """Return the address of an image, or the ``path`` of a mapping, as plugins of Jekyll describe one."""
    if isinstance(node, yaml.MappingNode):
        node = next((value for name, value in node.value if name.value == "path"), node)
    return _text(node, "image")


def _dialect(node: yaml.Node) -> Dialect | None:
    name = _text(node, "dialect")
    if name and name not in tuple(Dialect):
        raise InvalidError(f"'dialect' must be {' or '.join(Dialect)}", node.start_mark)
    return Dialect(name) if name else None


def _language(node: yaml.Node, key: str) -> str:
    """Return a language tag; themes of Jekyll write ``en_US``."""
    tag = _text(node, key).replace("_", "-")
    if tag and not is_language_tag(tag):
        raise InvalidError(f"'{key}' must be a language tag such as en or de-AT", node.start_mark)
    return tag


def _texts(node: yaml.Node, key: str) -> tuple[str, ...]:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if len(nodes) > MAX_VALUES:
        raise InvalidError(f"'{key}' has too many values", node.start_mark)
    return tuple(filter(None, (_name(item, key) for item in nodes)))


def _items(node: yaml.Node, key: str) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode) or len(node.value) > MAX_VALUES:
        raise InvalidError(f"'{key}' must be a list", node.start_mark)
    items: list[yaml.Node] = node.value
    return items


def _name(node: yaml.Node, key: str) -> str:
    """Return a text, or the ``name`` of a mapping, as themes describe an author."""
    if isinstance(node, yaml.MappingNode):
        named = [value for name, value in node.value if name.value == "name"]
        if named:
            return _text(named[0], key)
    if not isinstance(node, yaml.ScalarNode):
        raise InvalidError(f"'{key}' must be a text or a list of texts", node.start_mark)
    return _text(node, key)


def _switch(loader: Any, node: yaml.Node, key: str) -> bool:
    value = _scalar(loader, node) if isinstance(node, yaml.ScalarNode) else None
    if not isinstance(value, bool):
        raise InvalidError(f"'{key}' must be true or false", node.start_mark)
    return value


def _order(loader: Any, node: yaml.Node, key: str) -> float | str | None:
    """Return a place among neighbours: a number, or a text, which comes after all numbers."""
    value = _scalar(loader, node) if isinstance(node, yaml.ScalarNode) else ()
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidError(f"'{key}' must be a number or a text", node.start_mark)
    if not -HIGHEST_NUMBER <= value <= HIGHEST_NUMBER:  # nor is .nan
        raise InvalidError(f"'{key}' must lie between {-HIGHEST_NUMBER} and {HIGHEST_NUMBER}", node.start_mark)
    return float(value)


def _date(loader: Any, node: yaml.Node, key: str) -> str:
    value = _scalar(loader, node) if isinstance(node, yaml.ScalarNode) else ()
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    try:
        return datetime.fromisoformat(str(value)).isoformat() if isinstance(value, str) else _no_date(node, key)
    except ValueError as error:
        raise InvalidError(f"'{key}' must be a date such as 2024-05-31", node.start_mark) from error


def _no_date(node: yaml.Node, key: str) -> str:
    raise InvalidError(f"'{key}' must be a date such as 2024-05-31", node.start_mark)
