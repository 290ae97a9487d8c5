"""Numbers of figures, tables and equations, and what cross-references (``@fig:masking``) lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import CrossReference, Document, Figure, Formula, Table
from octavo.model.site import ResolvedCrossReference
from octavo.model.source import Span

#: The labels that can be referred to begin with one of these.
SECTION = "sec:"


class Numbers(NamedTuple):
    """The numbers of one page's figures, tables and formulas, parallel to the document's lists; 0 is "no number"."""

    figures: tuple[int, ...]
    tables: tuple[int, ...]
    formulas: tuple[int, ...]


class Label(NamedTuple):
    """Something that can be referred to: its text ("Figure 3"), its page's document and its place."""

    text: str
    path: str
    span: Span


def number_document(document: Document) -> Numbers:
    """Number all figures, the tables that have a caption or label, and the formulas that have a label, each from 1."""
    return Numbers(
        figures=tuple(range(1, len(document.figures) + 1)),
        tables=_count(bool(table.caption or table.label) for table in document.tables),
        formulas=_count(bool(formula.label) for formula in document.formulas),
    )


def figure_anchor(figure: Figure, number: int) -> str:
    """Return the id of a figure: its label, its explicit id, or ``figure-3``."""
    return figure.label or figure.attributes.identifier or f"figure-{number}"


def panel_mark(place: int) -> str:
    """Return the letters of a panel by its place in its figure from 0: a to z, then aa, ab …"""
    rest, letter = divmod(place, 26)
    return (panel_mark(rest - 1) if rest else "") + "abcdefghijklmnopqrstuvwxyz"[letter]


def table_anchor(table: Table, number: int) -> str:
    """Return the id of a table: its label, its explicit id, ``table-3``, or none if it has no number."""
    return table.label or table.attributes.identifier or (f"table-{number}" if number else "")


def footnote_anchor(index: int) -> str:
    """Return the id of a footnote by its index from 0, as kramdown has it."""
    return f"fn:{index + 1}"


def labels_of(document: Document) -> tuple[tuple[str, Label], ...]:
    """Return every label a document defines, with what it names; a label defined twice comes twice."""
    numbers = number_document(document)
    numbered: tuple[tuple[str, Sequence[Figure | Table | Formula], tuple[int, ...]], ...] = (
        ("Figure", document.figures, numbers.figures),
        ("Table", document.tables, numbers.tables),
        ("Equation", document.formulas, numbers.formulas),
    )
    things = (
        (thing.label, Label(f"{kind} {number}", document.path, thing.span))
        for kind, all_of_kind, numbers_of_kind in numbered
        for thing, number in zip(all_of_kind, numbers_of_kind, strict=True)
        if thing.label
    )
    panels = (
        (panel.label, Label(f"Figure {number}{panel_mark(place)}", document.path, panel.span))
        for figure, number in zip(document.figures, numbers.figures, strict=True)
        for place, panel in enumerate(figure.panels)
        if panel.label
    )
    sections = (
        (heading.anchor, Label(heading.text, document.path, heading.span))
        for heading in document.headings
        if heading.anchor.startswith(SECTION)
    )
    return (*things, *panels, *sections)


def resolve_cross_references(
    document: Document, site_labels: Mapping[str, Label], urls: Mapping[str, str], titles: Mapping[str, str]
) -> tuple[tuple[ResolvedCrossReference, ...], tuple[Diagnostic, ...]]:
    """Find what each cross-reference of a document names, on its own page first, then on the others."""
    own = dict(reversed(labels_of(document)))
    resolved: list[ResolvedCrossReference] = []
    diagnostics: list[Diagnostic] = []
    for reference in document.cross_references:
        if label := own.get(reference.label):
            resolved.append(ResolvedCrossReference(label.text, f"#{reference.label}"))
        elif label := site_labels.get(reference.label):
            text = f"{label.text} in {titles[label.path]}"
            resolved.append(ResolvedCrossReference(text, f"{urls[label.path]}#{reference.label}"))
        else:
            resolved.append(ResolvedCrossReference(f"@{reference.label}", ""))
            diagnostics.append(_unknown(reference, (*own, *site_labels)))
    return tuple(resolved), (*_duplicates(document), *diagnostics)


def _count(has_number: Iterable[bool]) -> tuple[int, ...]:
    numbers: list[int] = []
    last = 0
    for has in has_number:
        last += has
        numbers.append(last if has else 0)
    return tuple(numbers)


def _unknown(reference: CrossReference, known: Iterable[str]) -> Diagnostic:
    near = get_close_matches(reference.label, list(known), n=1)
    return Diagnostic(
        "label-unknown",
        f"nothing is labelled '{reference.label}'",
        reference.span,
        hint=f"did you mean '@{near[0]}'?"
        if near
        else f"give the figure, table or equation the attribute list {{: #{reference.label}}}",
    )


def _duplicates(document: Document) -> tuple[Diagnostic, ...]:
    first: dict[str, Label] = {}
    return tuple(
        Diagnostic("label-duplicate", f"the label '{name}' is taken by {before.text}", label.span)
        for name, label in labels_of(document)
        if (before := first.setdefault(name, label)) is not label
    )
