"""Citations and references as HTML: what the rest of Octavo asks of the CSL processor, in values that can be cached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from octavo import csl
from octavo.model.reference import Item
from octavo.render.math import render_formula


class StyleSettings(msgspec.Struct, frozen=True):
    """A CSL style, by name or as XML, and the language it speaks."""

    style: str
    locale: str


class StyleFacts(msgspec.Struct, frozen=True):
    """What is to be known of a style before it formats: ``problem`` is empty if it can be used at all.

    ``prefix``, ``delimiter`` and ``suffix`` are the layout of a citation: ``(A, 2019; B, 2020)``. ``nearest`` are
    names like the one that no style has, ``line`` the place of the fault in a style's XML, or 0.
    """

    numbered: bool = False
    prefix: str = ""
    delimiter: str = ""
    suffix: str = ""
    problem: str = ""
    line: int = 0
    nearest: tuple[str, ...] = ()


class CiteRequest(msgspec.Struct, frozen=True):
    """One entry cited in one place; ``number`` is 0 for styles that don't number."""

    item: Item
    number: int
    locator: str = ""
    label: str = ""
    suppress_author: bool = False
    author_only: bool = False


class ReferenceRequest(msgspec.Struct, frozen=True):
    """One entry in a list of references; ``number`` is 0 for styles that don't number."""

    item: Item
    number: int


class FormattedReference(msgspec.Struct, frozen=True):
    """A reference as HTML, and the mark the style puts before it ("[3]"), or nothing."""

    mark: str
    html: str


def describe_style(settings: StyleSettings) -> StyleFacts:
    """Load a style and say what it is, or why it can't be used."""
    try:
        style = csl.load_style(settings.style, settings.locale)
    except csl.StyleError as error:
        return StyleFacts(problem=error.message, line=error.line, nearest=tuple(error.nearest))
    return StyleFacts(style.numbered, style.prefix, style.delimiter, style.suffix)


def make_sort_key(settings: StyleSettings) -> Callable[[Item], Any]:
    """Return the function from an entry to what the style sorts it by; empty if it keeps the order of citation."""
    return csl.load_style(settings.style, settings.locale).sort_key


def make_cite(settings: StyleSettings) -> Callable[[CiteRequest], str]:
    """Return the function that formats one cite, without the brackets around the whole citation."""
    style = csl.load_style(settings.style, settings.locale)

    def format_cite(request: CiteRequest) -> str:
        cite = csl.Cite(
            item=request.item,
            number=request.number,
            locator=request.locator,
            label=request.label,
            suppress_author=request.suppress_author,
            author_only=request.author_only,
        )
        return _with_formulas(style.cite(cite))

    return format_cite


def make_reference(settings: StyleSettings) -> Callable[[ReferenceRequest], FormattedReference]:
    """Return the function that formats one reference."""
    style = csl.load_style(settings.style, settings.locale)

    def format_reference(request: ReferenceRequest) -> FormattedReference:
        mark = style.number_mark(request.number) if request.number else ""
        return FormattedReference(mark, _with_formulas(style.reference(request.item, request.number)))

    return format_reference


def _with_formulas(html: str) -> str:
    return "".join(
        part if isinstance(part, str) else render_formula(part.tex, False).html for part in csl.split_formulas(html)
    )
