"""Numbers of figures, tables and equations, and what cross-references (``@fig:masking``) lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, Figure, Formula, Outline, Table
from octavo.model.site import ResolvedCrossReference, Route
from octavo.model.source import Span

#: The id of the list of references that a page gets which has citations and no list of its own.
REFERENCES_ANCHOR = "references"

#: The labels that can be referred to begin with one of these.
SECTION = "sec:"


class Numbers(NamedTuple):
    """The numbers of one page's figures, tables and formulas, parallel to the document's lists; 0 is "no number"."""

    figures: tuple[int, ...]
    tables: tuple[int, ...]
    formulas: tuple[int, ...]


class Label(NamedTuple):
    """Something that can be referred to: its text ("Figure 3"), its page's document and its place in it."""

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
    document: Outline, site_labels: Mapping[str, Label], routes: Mapping[str, Route], titles: Mapping[str, str]
) -> tuple[ResolvedCrossReference, ...]:
    """Find what each cross-reference of a document names, on its own page first, then on the others."""
    if not document.cross_references:
        return ()
    own = dict(reversed(labels_of(document)))
    resolved: list[ResolvedCrossReference] = []
    for reference in document.cross_references:
        if label := own.get(reference.label):
            text = reference.form.format(label.text.rpartition(" ")[2]) if reference.form else label.text
            resolved.append(ResolvedCrossReference(text, f"#{reference.label}"))
        elif label := site_labels.get(reference.label):
            text = f"{label.text} in {titles[label.path]}"
            resolved.append(ResolvedCrossReference(text, f"{routes[label.path].url}#{reference.label}"))
        else:
            hint = _hint(reference.label, (*own, *site_labels))
            resolved.append(ResolvedCrossReference(f"@{reference.label}", "", hint))
    return tuple(resolved)


def _count(has_number: Iterable[bool]) -> tuple[int, ...]:
    numbers: list[int] = []
    last = 0
    for has in has_number:
        last += has
        numbers.append(last if has else 0)
    return tuple(numbers)


def _hint(label: str, known: Iterable[str]) -> str:
    near = get_close_matches(label, list(known), n=1)
    if near:
        return f"did you mean '@{near[0]}'?"
    return f"give the figure, table or equation the attribute list {{: #{label}}}"


def check_labels(document: Document) -> tuple[Diagnostic, ...]:
    """Report the labels that a document defines twice."""
    first: dict[str, Label] = {}
    return tuple(
        Diagnostic("label-duplicate", f"the label '{name}' is taken by {before.text}", label.span)
        for name, label in labels_of(document)
        if (before := first.setdefault(name, label)) is not label
    )
