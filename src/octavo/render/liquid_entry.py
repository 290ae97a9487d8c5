"""An entry as templates in Liquid see it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from markupsafe import Markup

from octavo.model.reference import RenderedEntry
from octavo.model.scholar import ScholarConfig
from octavo.read.csl_json import MONTHS, month_of
from octavo.read.latex import decode_latex
from octavo.read.names import PARTICLES
from octavo.read.scholar.filters import understood_latex
from octavo.render.inline_styles import with_inline_styles

_LINE_BREAKS = re.compile(r"\n\s*")

#: Parts of a name as BibTeX-Ruby calls them.
_PARTS = {"first": ("given",), "last": ("family", "literal"), "prefix": PARTICLES, "suffix": ("suffix",)}


def liquid_entry(entry: RenderedEntry, scholar: ScholarConfig) -> dict[str, Any]:
    """Return an entry as templates see it: its fields as HTML, its names also one by one, and its BibTeX."""
    from octavo.render.citations import render_item_text

    def shown(latex: str) -> str:
        html = render_item_text(decode_latex(latex))
        return with_inline_styles(html) if scholar.own_markup else html

    values: dict[str, Any] = {
        name: shown(understood_latex(name, value, scholar.bibtex_filters)) for name, value in entry.fields.items()
    }
    if (month := month_of(entry.fields.get("month", ""))) and _parses("months", scholar):
        values |= {"month": MONTHS[month - 1], "month_numeric": str(month)}
    item = json.loads(entry.csl_json)
    for name in ("author", "editor", "translator"):
        if name in entry.fields and _parses("names", scholar):
            values |= _names(name, item.get(name, ()))
    values |= {"key": entry.key, "type": entry.kind, "bibtex": escape(bibtex_of(entry, scholar), quote=False)}
    return values


def _parses(what: str, scholar: ScholarConfig) -> bool:
    return scholar.bibtex_options.get(f"parse_{what}") is not False


def bibtex_of(entry: RenderedEntry, scholar: ScholarConfig) -> str:
    """Write an entry as BibTeX: without the fields that are to be left out, one on each line."""
    quotes = scholar.bibtex_quotes or ("{", "}")
    lines = [
        f"  {name} = {_quoted(name, entry.fields[name], quotes, scholar)}"
        for name in entry.field_names
        if name not in scholar.bibtex_skip_fields
    ]
    return f"@{entry.kind}{{{entry.key},\n" + ",\n".join(lines) + "\n}\n"


def _quoted(name: str, value: str, quotes: Sequence[str], scholar: ScholarConfig) -> str:
    if name == "month" and (month := month_of(value)) and _parses("months", scholar):
        return MONTHS[month - 1]
    return f"{quotes[0]}{_raw(value, scholar)}{quotes[-1]}"


def _raw(value: str, scholar: ScholarConfig) -> str:
    filters = scholar.raw_bibtex_filters
    if "latex" in filters:
        value = Markup(decode_latex(value)).striptags()
    return _LINE_BREAKS.sub(" ", value) if "linebreaks" in filters else value


def _names(field: str, names: Any) -> Iterator[tuple[str, Any]]:
    listed = [
        {part: escape(text, quote=False) for part, variables in _PARTS.items() if (text := _part(name, variables))}
        for name in names
    ]
    yield field, " and ".join(", ".join(filter(None, (_family(one), one.get("first")))) for one in listed)
    yield f"{field}_array", listed
    for place, one in enumerate(listed):
        for part, text in one.items():
            yield f"{field}_{place}_{part}", text


def _part(name: Mapping[str, str], variables: Sequence[str]) -> str:
    return next((name[variable] for variable in variables if name.get(variable)), "")


def _family(name: Mapping[str, str]) -> str:
    return " ".join(filter(None, (name.get("prefix"), name.get("last"))))
