"""Styles, case by case: each file in ``cases/csl`` holds many cases; ``names.md`` explains the format.

What is right is what the CSL specification says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
import yaml

from case_files import Case, cases
from octavo.csl import Cite, Cluster, Style, format_document, load_style
from octavo.csl.disambiguation import letters
from octavo.csl.items import DATE_VARIABLES, NAME_VARIABLES
from octavo.csl.scope import NO_PRINTED_FORM

KEYS = {"style", "options", "language", "items", "cites"}
AREAS = ("citation", "bibliography", "macro", "locale")


def described(case: Case) -> str:
    return formatted(yaml.load(case.given, yaml.BaseLoader))  # every value is text: no style needs another


def formatted(case: dict[str, Any]) -> str:
    """Format what a case gives: a line for each citation, then a line with a dash for each entry."""
    assert case.keys() <= KEYS
    source = case["style"].strip()
    style = style_of(source, case.get("options", {}), case.get("language", ""))
    items = {item["id"]: item for item in map(item_of, range(len(case["items"])), case["items"])}
    clusters = [
        cluster_of(raw, number if style.is_note else 0)
        for number, raw in enumerate(case.get("cites", list(items)), start=1)
    ]
    cited = dict.fromkeys(cite.id for cluster in clusters for cite in cluster.cites)
    document = format_document(style, [items[one] for one in {**cited, **dict.fromkeys(items)}], clusters)
    lines = [] if re.match("<bibliography|<macro(?!.*<citation)", source, re.DOTALL) else document.clusters
    shown = [line.html for line in lines]
    if style.bibliography:
        shown += [f"- {entry.html}" for entry in document.entries]
        shown += ["hanging indent"] * style.has_hanging_indent
        shown += [f"entry spacing: {style.entry_spacing}"] if style.entry_spacing != 1 else []
    return "".join(f"{line}\n" for line in shown).replace(NO_PRINTED_FORM, "∅").replace("\N{NO-BREAK SPACE}", "⍽")


def style_of(source: str, options: Mapping[str, str], language: str) -> Style:
    """Load a style by its name, or from elements that are put where they belong in a style that does nothing else."""
    if not source.startswith("<"):
        return load_style(source, language)
    tag = re.split(r"[\s/>]", source[1:], maxsplit=1)[0]
    if tag in ("layout", "sort"):
        source = f"<citation>{source}</citation>"
    elif tag not in AREAS:
        source = f"<citation><layout>{source}</layout></citation>"
    if "<citation" not in source:
        source += "<citation><layout/></citation>"
    attributes = {"class": "in-text", "version": "1.0", **options}
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return load_style(f'<style xmlns="http://purl.org/net/xbiblio/csl" {written}>{source}</style>', language)


def item_of(place: int, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as CSL-JSON; names and dates may be given in short."""
    item: dict[str, Any] = {"id": letters(place), "type": "book", **raw}
    for variable, value in item.items():
        if variable in NAME_VARIABLES and isinstance(value, str):
            item[variable] = [name_of(one) for one in value.split("; ")]
        elif variable in DATE_VARIABLES and isinstance(value, str):
            item[variable] = {"date-parts": [re.findall(r"^-?\d+|\d+", end) for end in value.split("/")]}
    return item


def name_of(text: str) -> dict[str, str]:
    family, comma, given = text.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": text}


def cluster_of(raw: Any, note: int) -> Cluster:
    if isinstance(raw, dict) and "cites" in raw:
        return Cluster(tuple(map(cite_of, raw["cites"])), int(raw["note"]))
    return Cluster(tuple(map(cite_of, raw if isinstance(raw, list) else [raw])), note)


def cite_of(raw: str | dict[str, str]) -> Cite:
    given = {"id": raw} if isinstance(raw, str) else {name.replace("-", "_"): text for name, text in raw.items()}
    suppress_author = given.pop("suppress_author", "") == "true"
    return Cite(**given, suppress_author=suppress_author)  # type: ignore[arg-type]  # all that is left are texts


@pytest.mark.parametrize("case", cases("csl", described), ids=lambda case: case.name)
def test_a_style_formats_as_its_case_says(case: Case) -> None:
    assert described(case) == case.expected
