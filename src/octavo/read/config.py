"""The configuration of a site: TOML in, `SiteConfig` out, every mistake at its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from octavo.model.diagnostic import RULES, Diagnostic, Severity
from octavo.model.document import Dialect
from octavo.model.packing import typed
from octavo.model.scholar import NATIVE
from octavo.model.site import SiteConfig
from octavo.model.source import Span
from octavo.read.language import is_language_tag
from octavo.read.macros import MacroProblem, parse_macros
from octavo.read.presentation import MAX_DEPTH, authors_of, callouts_of, navigation_of
from octavo.read.scholar.config import ScholarProblem, parse_scholar

#: Folders that a site has beside the one that is published.
TAKEN = ("content", "bibliography", "templates", "static", ".cache", ".git", ".github")

FIELDS = {field.name: field for field in msgspec.structs.fields(SiteConfig)}


def parse_config(text: str, path: str, table: tuple[str, ...]) -> tuple[SiteConfig, tuple[Diagnostic, ...]]:
    """Parse a configuration; ``table`` is where in the file it stands, ``("tool", "octavo")`` in ``pyproject.toml``.

    A key that is unknown or has a wrong value is reported and left at its default.
    """
    try:
        whole: Any = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # too many digits or brackets are no TOMLDecodeError
        return SiteConfig(), (_syntax_error(str(error), text, path),)
    for name in table:
        whole = whole.get(name, {}) if isinstance(whole, dict) else {}
    lines = _Lines(text, path, table)
    if not isinstance(whole, dict):
        mistake = _Mistake(f"'{'.'.join(table)}' must be one table", f"write it like this: [{'.'.join(table)}]")
        return SiteConfig(), (lines.diagnostic(mistake, ()),)
    values: dict[str, Any] = {}
    problems: list[Diagnostic] = []
    for key, value in whole.items():
        if key == "scholar":
            values[key], mistakes = parse_scholar(value, NATIVE)
            problems += (lines.diagnostic(_scholar_mistake(one), ("scholar", one.key)) for one in mistakes)
            continue
        try:
            values[key] = _parse_value(key, value)
        except _Mistake as mistake:
            problems.append(lines.diagnostic(mistake, (key, *mistake.below)))
    return SiteConfig(**values), tuple(problems)


def _scholar_mistake(problem: ScholarProblem) -> _Mistake:
    return _Mistake(problem.message, problem.hint, "config-unknown" if problem.is_unknown else "config-invalid")


class _Mistake(Exception):  # noqa: N818  # it becomes a diagnostic
    """What is wrong with a value; ``below`` leads from the key to the culprit inside a table."""

    def __init__(self, message: str, hint: str = "", rule: str = "config-invalid", below: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.hint, self.rule, self.below = message, hint, rule, below


def _parse_value(key: str, value: Any) -> Any:
    if key not in FIELDS:
        raise _Mistake(f"unknown key '{key}'", _did_you_mean(key, FIELDS), "config-unknown")
    if key == "rules":
        return _parse_rules(value)
    if key == "dialect" and value not in tuple(Dialect):
        hint = _did_you_mean(str(value), Dialect) or f"the dialects are {' and '.join(Dialect)}"
        raise _Mistake(f"'{value}' is no dialect", hint)
    if key in TABLES:
        return _parse_table(key, value)
    if key == "variables" and isinstance(value, dict):
        value = {name: str(one) if isinstance(one, int | float) else one for name, one in value.items()}
    try:
        parsed = typed(value, FIELDS[key].type)
    except msgspec.ValidationError as error:
        raise _Mistake(f"'{key}': {_in_words(str(error))}") from error
    check = _CHECKS.get(key)
    return check(parsed) if check else parsed


def _parse_table(key: str, value: Any) -> Any:
    parse, is_item, form = TABLES[key]
    if not isinstance(value, dict):
        raise _Mistake(f"'{key}' must be a table", f"write it like this: {form}")
    for name, one in value.items():
        if not is_item(one):
            raise _Mistake(f"'{key}.{name}' cannot be read", f"write it like this: {form}", below=(name,))
    return parse(value)


def _is_list_of_links(value: Any, depth: int = 0) -> bool:
    return (
        isinstance(value, list)
        and depth < MAX_DEPTH
        and all(
            isinstance(one, dict)
            and isinstance(one.get("title"), str)
            and isinstance(one.get("url", ""), str)
            and _is_list_of_links(one.get("children", []), depth + 1)
            for one in value
        )
    )


def _is_author(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) or name == "links" for name, one in value.items())


def _is_callout(value: Any) -> bool:
    is_table = isinstance(value, dict) and value.keys() <= {"title", "color"}
    return is_table and all(isinstance(one, str) for one in value.values())


#: Tables of tables: the function that reads one, what tells whether an item of it can be read, and how it is written.
TABLES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], bool], str]] = {
    "navigation": (navigation_of, _is_list_of_links, 'navigation.main = [{ title = "Guide", url = "/guide/" }]'),
    "authors": (authors_of, _is_author, 'authors.ada = { name = "Ada Lovelace", bio = "Analyst" }'),
    "callouts": (callouts_of, _is_callout, 'callouts.lemma = { title = "Lemma", color = "blue" }'),
}


def _parse_rules(value: Any) -> dict[str, Severity]:
    if not isinstance(value, dict):
        raise _Mistake("'rules' must be a table", 'write it like this: rules = { "entry-uncited" = "off" }')
    choices = tuple(severity.value for severity in Severity if severity is not Severity.FATAL)
    for name, severity in value.items():
        if name not in RULES:
            raise _Mistake(f"unknown rule '{name}'", _did_you_mean(name, RULES), "config-unknown", (name,))
        if RULES[name].severity is Severity.FATAL:
            raise _Mistake(f"'{name}' is always fatal: without what it asks for there is no page", below=(name,))
        if severity not in choices:
            hint = f"a severity is one of {', '.join(choices)}"
            raise _Mistake(f"'{severity}' is no severity", hint, below=(name,))
    return {name: Severity(severity) for name, severity in value.items()}


def _base_url(value: str) -> str:
    if value and not _is_address(value):
        raise _Mistake(f"'{value}' is no address of a site", "write it like this: https://example.org/notes")
    return value.rstrip("/")


def _is_address(value: str) -> bool:
    try:
        address = urlsplit(value)
        has_host = bool(address.hostname) and address.port != 0
    except ValueError:  # brackets that don't match, or a port that is no number
        return False
    is_plain = not re.search(r"""[\s"'<>\\?#]""", value)
    return address.scheme in ("http", "https") and has_host and is_plain


def _folder(value: str) -> str:
    if re.match(r"[/\\~]|[A-Za-z]:", value):
        raise _Mistake(f"'{value}' leads out of the site", "to publish elsewhere: octavo build --output DIR")
    if not value.isprintable():
        raise _Mistake(f"{value!r} is no name of a folder")
    first = next(iter(_parts(_inside(_not_empty(value)))), "")
    if first.casefold() in TAKEN:
        raise _Mistake(f"'{value}' is a folder that Octavo reads or git keeps", 'write it like this: output = "_site"')
    return value


def _parts(path: str) -> list[str]:
    return [part for part in re.split(r"[/\\]", path) if part not in ("", ".")]


def _inside(value: str) -> str:
    if ".." in re.split(r"[/\\]", value):
        raise _Mistake(f"'{value}' leads out of the site", "leave out the '..'")
    return value


def _permalink(value: str) -> str:
    if not value.strip("/ "):
        raise _Mistake(f"'{value}' is where the home page is", "write it like this: /bibliography/")
    return _inside(value)


def _language(value: str) -> str:
    if not is_language_tag(value):
        raise _Mistake(f"'{value}' is no language tag", "write it like this: en, de-AT")
    return value


def _one_of(*choices: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in choices:
            raise _Mistake(f"'{value}' is none of {', '.join(choices)}", _did_you_mean(value, choices))
        return value

    return check


def _between(low: int, high: int) -> Callable[[int], int]:
    def check(value: int) -> int:
        if not low <= value <= high:
            raise _Mistake(f"{value} is not between {low} and {high}")
        return value

    return check


def _widths(values: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({_between(16, 8192)(value) for value in values}))


def _macros(value: dict[str, str]) -> dict[str, str]:
    parsed = parse_macros(value)
    if isinstance(parsed, MacroProblem):
        raise _Mistake(parsed.message, parsed.hint, below=(parsed.name,))
    return parsed


def _not_empty(value: str) -> str:
    if not value.strip():
        raise _Mistake("must not be empty")
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "base_url": _base_url,
    "bibliography_permalink": _permalink,
    "output": _folder,
    "style": lambda value: _inside(_not_empty(value)),
    "language": _language,
    "math": _one_of("mathml", "tex"),
    "social_font": _inside,
    "image_quality": _between(1, 100),
    "image_widths": _widths,
    "feed_entries": _between(0, 1000),
    "precompress": lambda values: tuple(sorted({_one_of("gz", "br")(value) for value in values})),
    "macros": _macros,
}


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only what is wrong needs it

    near = get_close_matches(word, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def _in_words(message: str) -> str:
    """Turn msgspec's message into a sentence of ours: ``Expected `str`, got `int```."""
    types = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "object": "a table"}
    words = message.partition(" - at ")[0]
    words = re.sub(
        r"`([^`]*)`", lambda match: types.get(match[1], "a list" if match[1] == "array" else match[1]), words
    )
    return words[:1].lower() + words[1:]


def _syntax_error(message: str, text: str, path: str) -> Diagnostic:
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    lines = text.splitlines() or [""]
    line, column = (int(place[1]), int(place[2])) if place else (len(lines), len(lines[-1]) + 1)
    words = message.partition(" (at ")[0]
    excerpt = lines[min(line, len(lines)) - 1]
    return Diagnostic("config-invalid", f"not TOML: {words[:1].lower() + words[1:]}", Span(path, line, column), excerpt)


def check_base_url(value: str) -> str:
    """Return a site's address without its last slash. Raises `ValueError` if it is none."""
    try:
        return _base_url(value)
    except _Mistake as mistake:
        raise ValueError(f"{mistake.message}; {mistake.hint}") from mistake


class _Lines:
    """Finds the line of a key; TOML's own parser doesn't tell."""

    def __init__(self, text: str, path: str, table: tuple[str, ...]) -> None:
        self._lines = text.splitlines()
        self._path = path
        self._table = table

    def diagnostic(self, mistake: _Mistake, keys: tuple[str, ...]) -> Diagnostic:
        """Return the diagnostic of a mistake at the last of ``keys``, each inside the one before, or at the table."""
        line, column = self._find(keys)
        width = len(keys[-1]) if keys else 1
        excerpt = self._lines[line - 1] if self._lines else ""
        return Diagnostic(mistake.rule, mistake.message, Span(self._path, line, column, width), excerpt, mistake.hint)

    def _find(self, keys: tuple[str, ...]) -> tuple[int, int]:
        wanted = (*self._table, *keys)
        header: tuple[str, ...] = ()
        nearest = (1, 1)
        for number, line in enumerate(self._lines, start=1):
            if match := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
                header = tuple(part.strip(" \"'") for part in match[1].split("."))
                if header == wanted:
                    return number, line.index(wanted[-1]) + 1
                continue
            if not header or header == wanted[: len(header)]:
                for key in wanted[len(header) :]:
                    place = re.search(rf"(?<![\w-]){re.escape(key)}[\"']?\s*[.=]", line)
                    if place and (key == wanted[-1] or nearest == (1, 1)):
                        nearest = (number, place.start() + 1)
                        if key == wanted[-1]:
                            return nearest
        return nearest
