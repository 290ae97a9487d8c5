"""The entries of a bibliography (CSL 1.0.2, "Bibliography-specific Options")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from octavo.csl.html import Quotes, to_html, to_plain
from octavo.csl.items import Item
from octavo.csl.richtext import append, parse, strip_marks, wrap
from octavo.csl.scope import NO_PRINTED_FORM, NamesPlan, NamesShown, Plan, Scope
from octavo.csl.style import Area, Style


@dataclass(frozen=True)
class FormattedEntry:
    """An entry as rich text: what stands in its margin, or nothing, and the rest; see `octavo.csl.richtext`."""

    id: str
    margin: str
    rest: str
    quotes: Quotes

    @cached_property
    def mark(self) -> str:
        """What stands in the margin, as HTML."""
        return to_html(parse(self.margin), self.quotes, True).strip()

    @cached_property
    def body(self) -> str:
        """All but what stands in the margin, as HTML."""
        return to_html(parse(self.rest), self.quotes, True).strip()

    @property
    def html(self) -> str:
        """The whole entry as HTML, its margin and the rest as two boxes."""
        return to_html(parse(self._whole), self.quotes, True)

    @property
    def text(self) -> str:
        """The entry as plain text."""
        return to_plain(parse(self._whole), self.quotes)

    @property
    def _whole(self) -> str:
        return wrap("left-margin", self.margin) + wrap("right-inline", self.rest) if self.margin else self.rest


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
        if self._instead is not None:
            return self._written(item, number, plan)[0]
        shown = number if self._style.shows_number else 0
        alike = _without_initials(plan)
        entry, shortens_names = item.remember(("entry", shown, alike), lambda: self._written(item, number, alike))
        if shortens_names and alike != plan:
            entry, _ = item.remember(("entry", shown, plan), lambda: self._written(item, number, plan))
        return entry

    def _written(self, item: Item, number: int, plan: Plan) -> tuple[FormattedEntry, bool]:
        """Return an entry, and whether it shows names without the given ones."""
        scope = Scope(item, {"citation-number": str(number), "year-suffix": "", "locator": ""}, plan)
        if self._instead is not None:
            scope.repeated = self._repeated
        fields = [render(scope) for render in self._area.fields]
        if scope.rendered == 1 and self._area.shows_number and strip_marks(fields[0]):
            fields[1:] = [NO_PRINTED_FORM]
        area, margin, rest = self._area, "", self._area.prefix
        if self._sets_first_apart and len(fields) > 1:
            margin = area.marks.apply(append(area.prefix, fields.pop(0), self._in_quote), True)
            rest = ""
        for field in [*fields, area.suffix]:
            rest = append(rest, field, self._in_quote)
        entry = FormattedEntry(item.id, margin, area.marks.apply(rest, True), self._style.quotes)
        return entry, scope.shortens_names

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


def _without_initials(plan: Plan) -> Plan:
    """Leave out of a plan the initials of given names, which change nothing where given names are shown anyway."""
    if not plan.names:
        return plan
    names = [NamesPlan(one.shown, _trimmed(one.levels)) for one in plan.names]
    while names and names[-1] == NamesPlan():
        names.pop()
    return plan._replace(names=tuple(names))


def _trimmed(levels: Sequence[int]) -> tuple[int, ...]:
    above = [level if level > 1 else 0 for level in levels]
    while above and not above[-1]:
        above.pop()
    return tuple(above)
