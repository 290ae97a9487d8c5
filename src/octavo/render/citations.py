"""Citations and references as HTML: what the rest of Octavo asks of the CSL processor, in values that can be cached."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from typing import Any

from octavo import csl
from octavo.model.packing import decoded
from octavo.model.reference import (
    CitationsRequest,
    ClusterRequest,
    FormattedCitations,
    FormattedCite,
    FormattedCluster,
    FormattedReference,
    Item,
    StyleProblem,
    StyleSettings,
)
from octavo.render.inline_styles import CLASSES
from octavo.render.math import render_formula

#: In lines; no style needs more between the entries of a list.
MOST_SPACING = 4


def check_style(settings: StyleSettings) -> StyleProblem:
    """Load a style and say what is wrong with it."""
    try:
        _style(settings, threading.get_ident())
    except csl.StyleError as error:
        return StyleProblem(error.message, error.line, error.nearest)
    return StyleProblem()


@lru_cache(maxsize=4)  # what is checked is used next; a style may be at one thing at a time, so each thread has its own
def _style(settings: StyleSettings, _thread: int) -> csl.Style:
    return csl.load_style(settings.style, settings.locale)


def has_locale(language: str) -> bool:
    """Tell whether references can be written in a language."""
    return csl.has_locale(language)


def make_citation_formatter(settings: StyleSettings) -> Callable[[CitationsRequest], FormattedCitations]:
    """Return the function that formats the citations and references of one page."""
    style = _style(settings, threading.get_ident())
    formatter = csl.Formatter(style)

    @lru_cache(maxsize=csl.MOST_ITEMS)  # pages cite the same entries again and again
    def csl_item(packed: bytes) -> dict[str, Any]:
        return _csl_item(decoded(packed, Item))

    def format_citations(request: CitationsRequest) -> FormattedCitations:
        items = [csl_item(bytes(one.item)) for one in request.items]
        clusters = [
            _csl_cluster(cluster, number if style.is_note else 0)
            for number, cluster in enumerate(request.clusters, start=1)
        ]
        together = [] if request.apart else items
        document = formatter.format(together, clusters, sorts=not request.in_order)
        alone = (entry for item in items for entry in formatter.format([item], ()).entries)
        return FormattedCitations(
            clusters=tuple(_formatted_cluster(cluster) for cluster in document.clusters),
            references=tuple(_formatted_reference(entry) for entry in (alone if request.apart else document.entries)),
            notes=style.is_note,
            hanging=style.has_hanging_indent,
            spacing=min(style.entry_spacing, MOST_SPACING),
        )

    return format_citations


def render_item_text(text: str) -> str:
    """Return one text of an item, such as its title or abstract, as HTML."""
    return _finished(csl.text_to_html(_csl_text(text)))


def _csl_cluster(cluster: ClusterRequest, note: int) -> csl.Cluster:
    cites = tuple(
        csl.Cite(cite.citekey, cite.locator, cite.label, cite.prefix, cite.suffix, cite.suppress_author)
        for cite in cluster.cites
    )
    return csl.Cluster(cites, note, cluster.narrative)


def _formatted_cluster(cluster: csl.FormattedCluster) -> FormattedCluster:
    parts = tuple(
        _finished(part) if isinstance(part, str) else FormattedCite(part[0], _finished(part[1]))
        for part in cluster.parts
    )
    return FormattedCluster(parts, _finished(cluster.author))


def _formatted_reference(entry: csl.FormattedEntry) -> FormattedReference:
    return FormattedReference(entry.id, entry.mark, _finished(entry.body))


# An item's text has entities for what is no markup, and formulas in dollars. The processor takes text as it is; a
# formula goes through it as characters that no rule of a style touches: each is moved to a plane of private use.

_PLANE = 0xF0000
_FORMULA = ("\U0010fffc", "\U0010fffd")
_DOLLARS = re.compile(r"\$([^$]+)\$")
_HIDDEN = re.compile(f"{_FORMULA[0]}([^{_FORMULA[1]}]*){_FORMULA[1]}")
_PRIVATE = re.compile("[\U000f0000-\U0010fffd]")


def _csl_item(value: Item) -> dict[str, Any]:
    return {name: _csl_value(one) if name not in ("id", "URL", "DOI") else one for name, one in value.items()}


def _csl_value(value: Any) -> Any:
    if isinstance(value, str):
        return _csl_text(value) if not value.isalnum() else value
    if isinstance(value, list):
        return [_csl_value(one) for one in value]
    return {name: _csl_value(one) for name, one in value.items()} if isinstance(value, dict) else value


def _csl_text(text: str) -> str:
    if not text.isascii():
        text = _PRIVATE.sub("", text)
    if "$" in text:
        text = _DOLLARS.sub(lambda match: _hidden(unescape(match[1])), text)
    return unescape(text.replace("&lt;", csl.LITERAL_LESS)) if "&" in text else text


def _hidden(tex: str) -> str:
    moved = "".join(chr(_PLANE + ord(character)) for character in tex if ord(character) < 0xFFFE)
    return f"{_FORMULA[0]}{moved}{_FORMULA[1]}"


_STYLE = re.compile('<span style="([^"]*)">')


def _finished(html: str) -> str:
    if "<span style=" in html:
        html = _STYLE.sub(lambda match: f'<span class="{CLASSES[match[1]]}">', html)
    if html.isascii() or _FORMULA[0] not in html:
        return html
    shown = _HIDDEN.sub(lambda match: render_formula(_shown(match[1]), False).html, html)
    return _PRIVATE.sub("", shown)


def _shown(moved: str) -> str:
    return "".join(chr(ord(character) - _PLANE) for character in moved if ord(character) >= _PLANE)
