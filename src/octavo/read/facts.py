"""Facts in a front matter: ``parameters: {value: 110M, of: base, source: devlin2019bert}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

import yaml

from octavo.model.fact import FACTS, Fact, FactState, Kind
from octavo.model.source import Span
from octavo.read.rules.locator import LABELS

#: What a value may consist of.
KEYS = ("value", "of", "source", "label", "locator")

#: How a note says that there is no value to give.
WITHOUT_VALUE = {
    "not published": FactState.NOT_PUBLISHED,
    "unpublished": FactState.NOT_PUBLISHED,
    "unknown": FactState.UNKNOWN,
}

MULTIPLES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}

#: "110M", "50,257", "~1.3B", "8k–128k", "3.3B words", "6.3T (server)"
_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s?([kKMBT]?)"
QUANTITY = re.compile(rf"[~≈<>≥≤]?\s?{_NUMBER}(?:\s?(?:-|–|to)\s?{_NUMBER})?(?:\s+\(?[^\d\s].*)?")

DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class FactProblem(NamedTuple):
    """What is wrong with a fact: the rule, where, and what to do about it."""

    rule: str
    message: str
    node: yaml.Node
    hint: str = ""


#: Tells where a node of YAML stands in the note.
Locate = Callable[[yaml.Node], Span]


def parse_facts(node: yaml.Node, locate: Locate) -> tuple[tuple[Fact, ...], tuple[FactProblem, ...]]:
    """Return the facts that can be read, in the order of the note, and what is wrong with the others."""
    facts: list[Fact] = []
    problems: list[FactProblem] = []
    for one in _facts(node, locate):
        if isinstance(one, FactProblem):
            problems.append(one)
        else:
            facts.append(one)
    return tuple(facts), tuple(problems)


def parse_quantity(text: str) -> float | None:
    """Return the number a quantity is, of a range the lower end, or nothing.

    >>> parse_quantity("128k"), parse_quantity("8-128k"), parse_quantity("50,257")
    (128000.0, 8000.0, 50257.0)
    """
    found = QUANTITY.fullmatch(text)
    if not found:
        return None
    number, multiple, _, other = found.groups()
    return float(number.replace(",", "")) * MULTIPLES[(multiple or other or "").lower()]


def parse_date(text: str) -> date | None:
    """Return the first day of a year, a month or a day in ISO 8601, or nothing."""
    found = DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def _facts(node: yaml.Node, locate: Locate) -> Iterator[Fact | FactProblem]:
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return
    if not isinstance(node, yaml.MappingNode):
        yield FactProblem("fact-invalid", "'facts' must be made of 'name: values' lines", node)
        return
    for key, value in node.value:
        name = _word(key)
        if name not in FACTS:
            near = get_close_matches(name, FACTS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"the facts are {', '.join(FACTS)}"
            yield FactProblem("fact-unknown", f"there is no fact '{name}'", key, hint)
            continue
        for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            yield _fact(name, one, locate)


def _word(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "…"


def _fact(name: str, node: yaml.Node, locate: Locate) -> Fact | FactProblem:
    example = f"write it like this: {name}: {{value: …, source: citekey}}"
    if not isinstance(node, yaml.MappingNode):
        return FactProblem("fact-unsourced", f"'{name}' names no source", node, example)
    fields: dict[str, str] = {}
    for key, value in node.value:
        part = _word(key)
        if part not in KEYS:
            near = get_close_matches(part, KEYS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else example
            return FactProblem("fact-invalid", f"a fact has no '{part}'", key, hint)
        if not isinstance(value, yaml.ScalarNode):
            return FactProblem("fact-invalid", f"'{part}' must be a text", value, example)
        fields[part] = str(value.value).strip()
        if part == "source":
            source = value
    if not fields.get("source"):
        return FactProblem("fact-unsourced", f"'{name}' names no source", node, example)
    return _checked(name, fields, node, locate(source))


def _checked(name: str, fields: dict[str, str], node: yaml.Node, span: Span) -> Fact | FactProblem:
    text = fields.get("value", "")
    state = WITHOUT_VALUE.get(text.lower(), FactState.GIVEN)
    label = fields.get("label", "page" if "locator" in fields else "").rstrip(".").lower()
    if not text:
        return FactProblem("fact-invalid", f"'{name}' has no value", node, "if the source has none: not published")
    if label and label not in LABELS:
        return FactProblem("fact-invalid", f"'{label}' is no locator term of CSL", node)
    order = _order(FACTS[name].kind, text) if state is FactState.GIVEN else None
    if order is None and state is FactState.GIVEN and FACTS[name].kind is not Kind.TEXT:
        return FactProblem("fact-invalid", f"'{text}' is no {FACTS[name].kind}", node, HINTS[FACTS[name].kind])
    return Fact(
        name=name,
        text=text,
        state=state,
        order=order,
        of=fields.get("of", ""),
        source=fields["source"],
        label=LABELS[label] if label else "",
        locator=fields.get("locator", ""),
        span=span,
    )


HINTS = {
    Kind.QUANTITY: "write it like 110M, 50,257, 8k-128k, 6.3T (server), unknown or not published",
    Kind.DATE: "write it like 2018, 2018-10 or 2018-10-11",
}


def _order(kind: Kind, text: str) -> float | None:
    if kind is Kind.QUANTITY:
        return parse_quantity(text)
    day = parse_date(text) if kind is Kind.DATE else None
    return float(day.toordinal()) if day else None
