"""jekyll-scholar's configuration: a mapping of YAML or TOML in, `ScholarConfig` out, with what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from octavo.model.packing import typed
from octavo.model.scholar import BY_NOTHING, ScholarConfig
from octavo.read.scholar.filters import FILTERS
from octavo.read.scholar.query import QueryProblem, parse_query

#: Fields of a `ScholarConfig` that no key sets.
SETTINGS = ("own_markup", "details_extension", "has_details", "base_path")

TYPES: Mapping[str, Any] = {
    field.name: field.type for field in msgspec.structs.fields(ScholarConfig) if field.name not in SETTINGS
}

#: Keys that others read, such as the templates of al-folio, or that jekyll-scholar had in former versions.
NOT_OURS = frozenset(
    "use_raw_bibtex_entry badges max_author_limit more_authors_animation_delay self first_name last_name".split()
)

#: Tags that may stand around lists, their items, headings and references.
TAGS = frozenset("ol ul dl li dt dd div section article nav p span h1 h2 h3 h4 h5 h6 table tbody tr td cite em".split())

TAGS_HINT = f"the tags are {', '.join(sorted(TAGS))}"

#: How the words for an order begin.
ORDERS = ("asc", "desc", "reverse")

#: What an attribute of a list may be called; no script gets in by one.
ATTRIBUTE = re.compile(r"(?!on)[a-z][a-z0-9-]*")


class ScholarProblem(NamedTuple):
    """What is wrong with a key; ``is_unknown`` if there is no such key."""

    key: str
    message: str
    hint: str = ""
    is_unknown: bool = False


def parse_scholar(value: object, base: ScholarConfig) -> tuple[ScholarConfig, tuple[ScholarProblem, ...]]:
    """Parse the table ``scholar``; a key that is unknown or has a wrong value is left as it is in ``base``."""
    values, problems = check_scholar(value)
    return page_scholar(values, base), problems


def check_scholar(value: object) -> tuple[dict[str, Any], tuple[ScholarProblem, ...]]:
    """Return the keys that have a good value, with it, and what is wrong with the others."""
    if not isinstance(value, Mapping):
        return {}, (ScholarProblem("scholar", "'scholar' must be a table of keys and values"),)
    values: dict[str, Any] = {}
    problems: list[ScholarProblem] = []
    for key, given in value.items():
        name = str(key)
        if name not in TYPES:
            if name not in NOT_OURS:
                hint = _did_you_mean(name, TYPES)
                problems.append(ScholarProblem(name, f"jekyll-scholar has no key '{name}'", hint, True))
            continue
        if given is None and not name.endswith("_filters"):
            continue
        try:
            converted = typed(_prepared(name, given), TYPES[name])
        except msgspec.ValidationError:
            problems.append(ScholarProblem(name, f"'{name}' must be {_FORMS[TYPES[name]]}"))
            continue
        message, hint = _CHECKS.get(name, _no_check)(converted)
        if message:
            problems.append(ScholarProblem(name, message, hint))
        else:
            values[name] = msgspec.to_builtins(converted)
    return values, tuple(problems)


def page_scholar(values: Mapping[str, Any], base: ScholarConfig) -> ScholarConfig:
    """Return a configuration with keys set otherwise, as `check_scholar` has left them."""
    if not values:
        return base
    converted = {name: typed(value, TYPES[name]) for name, value in values.items()}
    return msgspec.structs.replace(base, **converted)


_FORMS: Mapping[Any, str] = {
    TYPES["style"]: "a text",
    TYPES["remove_duplicates"]: "true or false",
    TYPES["sort_by"]: "a word, words with commas between them, or a list",
    TYPES["type_names"]: "a table of texts",
    TYPES["bibtex_options"]: "a table",
}


def _prepared(name: str, value: Any) -> Any:
    """Return a value as its field has it: lists may be written with commas, texts as numbers, symbols with colons."""
    kind = TYPES[name]
    if kind == tuple[str, ...]:
        if value is False or value is None:
            return [BY_NOTHING] if name.startswith(("sort", "group")) else []
        words = [value] if isinstance(value, str | int | float) else value
        if not isinstance(words, list | tuple):
            return value
        if name == "bibtex_quotes":
            return [str(word) for word in words]
        return [word.lstrip(":") for part in words for word in re.split(r"\s*,\s*", str(part).strip()) if word]
    if kind is str:
        if value is False:
            return ""
        return str(value) if isinstance(value, int | float) and value is not True else value
    if kind == dict[str, str] and isinstance(value, Mapping):
        return {str(key): one if isinstance(one, dict | list) else str(one) for key, one in value.items()}
    return value


def _no_check(_value: Any) -> tuple[str, str]:
    return "", ""


def _query(value: str) -> tuple[str, str]:
    query = parse_query(value)
    return (f"'query': {query.message}", query.hint) if isinstance(query, QueryProblem) else ("", "")


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only what is wrong needs it

    near = get_close_matches(word, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def _filters(value: tuple[str, ...]) -> tuple[str, str]:
    unknown = next((name for name in value if name not in FILTERS), "")
    if not unknown:
        return "", ""
    hint = _did_you_mean(unknown, FILTERS) or f"the filters are {', '.join(FILTERS)}"
    return f"there is no filter '{unknown}'", hint


def _tags(value: str | tuple[str, ...]) -> tuple[str, str]:
    names = (value,) if isinstance(value, str) else value
    wrong = next((name for name in names if name not in TAGS), "")
    return (f"'{wrong}' is no tag for lists", TAGS_HINT) if wrong else ("", "")


def _attributes(value: dict[str, str]) -> tuple[str, str]:
    wrong = next((name for name in value if not ATTRIBUTE.fullmatch(name)), "")
    return (f"'{wrong}' is no attribute of a list", "") if wrong else ("", "")


def _order(value: tuple[str, ...]) -> tuple[str, str]:
    wrong = next((word for word in value if not word.lower().startswith(ORDERS)), "")
    return (f"'{wrong}' is no order", "write 'ascending' or 'descending'") if wrong else ("", "")


def _inside(value: str) -> tuple[str, str]:
    return (f"'{value}' leads out of the site", "") if ".." in re.split(r"[/\\]", value) else ("", "")


_CHECKS: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "query": _query,
    "order": _order,
    "group_order": _order,
    "bibtex_filters": _filters,
    "raw_bibtex_filters": _filters,
    "bibliography_list_tag": _tags,
    "bibliography_item_tag": _tags,
    "bibliography_group_tag": _tags,
    "reference_tagname": _tags,
    "bibliography_list_attributes": _attributes,
    "bibliography_item_attributes": _attributes,
    "source": _inside,
    "bibliography": _inside,
    "repository": _inside,
    "details_dir": _inside,
    "details_permalink": _inside,
}
