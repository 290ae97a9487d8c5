"""The entries of a bibliography (CSL 1.0.2, "Bibliography-specific Options")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from octavo.csl.html import to_html, to_plain
from octavo.csl.items import Item
from octavo.csl.richtext import append, parse, strip_marks, wrap
from octavo.csl.scope import NO_PRINTED_FORM, NamesShown, Plan, Scope
from octavo.csl.style import Area, Style


@dataclass(frozen=True)
class FormattedEntry:
    """An entry as HTML and as text. ``mark`` is what stands in its margin, as HTML, and ``body`` the rest of it."""

    id: str
    html: str
    text: str
    mark: str
    body: str


def write_entries(
    style: Style,
    items: Mapping[str, Item],
    order: Sequence[str],
    numbers: Mapping[str, int],
    plans: Mapping[str, Plan],
) -> tuple[FormattedEntry, ...]:
    """Format the entries in their order; a style without bibliography writes each as its citation in full."""
    writer = _EntryWriter(style, style.bibliography or style.citation)
    return tuple(writer.write(items[one], numbers[one], plans[one]) for one in order)


class _EntryWriter:
    """Writes entries one after another; each may leave out the names that it shares with the one before it."""

    def __init__(self, style: Style, area: Area) -> None:
        self._style = style
        self._area = area
        self._in_quote = style.in_quote
        self._instead = area.options.get("subsequent-author-substitute")
        self._rule = area.options.get("subsequent-author-substitute-rule", "complete-all")
        self._sets_first_apart = area.options.get("second-field-align", "") in ("flush", "margin")
        self._before: tuple[str, ...] = ()
        self._names_before: tuple[str, ...] = ()

    def write(self, item: Item, number: int, plan: Plan) -> FormattedEntry:
        scope = Scope(item, {"citation-number": str(number), "year-suffix": "", "locator": ""}, plan)
        if self._instead is not None:
            scope.repeated = self._repeated
        fields = [render(scope) for render in self._area.fields]
        if scope.rendered == 1 and self._style.shows_number and strip_marks(fields[0]):
            fields[1:] = [NO_PRINTED_FORM]
        text = self._laid_out(fields)
        tree = parse(text)
        html = to_html(tree, self._style.quotes, True)
        mark, body = self._halves(fields, html)
        return FormattedEntry(item.id, html, to_plain(tree, self._style.quotes), mark, body)

    def _laid_out(self, fields: Sequence[str]) -> str:
        if self._sets_first_apart and len(fields) > 1:
            first, rest = self._split(fields)
            return wrap("left-margin", first) + wrap("right-inline", rest)
        return self._whole(fields)

    def _whole(self, fields: Sequence[str]) -> str:
        text = ""
        for field in fields:
            text = append(text, field, self._in_quote)
        area = self._area
        text = append(append(area.prefix, text, self._in_quote), area.suffix, self._in_quote)
        return area.marks.apply(text, True)

    def _split(self, fields: Sequence[str]) -> tuple[str, str]:
        area = self._area
        first = area.marks.apply(append(area.prefix, fields[0], self._in_quote), True)
        rest = ""
        for field in fields[1:]:
            rest = append(rest, field, self._in_quote)
        return first, area.marks.apply(append(rest, area.suffix, self._in_quote), True)

    def _halves(self, fields: Sequence[str], html: str) -> tuple[str, str]:
        if not self._sets_first_apart or len(fields) < 2:
            return "", html
        first, rest = self._split(fields)
        quotes = self._style.quotes
        return to_html(parse(first), quotes, True).strip(), to_html(parse(rest), quotes, True).strip()

    def _repeated(self, shown: Sequence[NamesShown], texts: Sequence[str]) -> str | Sequence[str] | None:
        """Return what stands for names that are those of the entry before."""
        instead = self._instead or ""
        whole = tuple(texts) == self._before
        names = shown[0].texts if shown else ()
        before = self._names_before
        self._before, self._names_before = tuple(texts), names
        if self._rule == "complete-all" or not shown:
            return instead if whole else None
        if self._rule == "complete-each":
            return [instead] * len(names) if whole else None
        same = 0
        while same < min(len(names), len(before)) and names[same] == before[same]:
            same += 1
        replaced = min(same, 1) if self._rule == "partial-first" else same
        return [*[instead] * replaced, *names[replaced:]] if replaced else None
