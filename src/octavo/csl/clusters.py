"""Citations: clusters of cites in their positions, sorted, grouped and collapsed (CSL 1.0.2, "Citation-specific
Options", "Cite Grouping", "Cite Collapsing", "Note Distance")."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from octavo.csl.html import Quotes, to_html, to_plain
from octavo.csl.items import Item
from octavo.csl.richtext import Tree, append, parse, read_text, strip_marks
from octavo.csl.scope import NO_PLAN, NO_PRINTED_FORM, Plan, Position, Scope
from octavo.csl.sorting import Collated, sort_by_keys
from octavo.csl.style import Style


class Cite(NamedTuple):
    """One item cited in one place. ``label`` is a CSL locator term, ``page`` if empty.

    ``suppress_author`` leaves the names out ("2019, p. 3"); ``author_only`` leaves out all else ("Devlin et al.").
    """

    id: str
    locator: str = ""
    label: str = ""
    prefix: str = ""
    suffix: str = ""
    suppress_author: bool = False
    author_only: bool = False
    position: Position | None = None
    near_note: bool = False


@dataclass(frozen=True)
class Cluster:
    """Cites in one pair of brackets or one note; ``note`` is the number of the note, 0 in the text.

    ``narrative`` makes the names of the first cite part of the sentence: they are formatted apart, and left out of the
    cite unless that is a note.
    """

    cites: tuple[Cite, ...]
    note: int = 0
    narrative: bool = False


@dataclass(frozen=True)
class FormattedCluster:
    """A citation as HTML in pieces: a cite is its place in the cluster and its HTML.

    ``author`` is the HTML of the names of a narrative citation; ``tree`` is the rich text without them.
    """

    parts: tuple[str | tuple[int, str], ...]
    tree: Tree
    quotes: Quotes
    author: str = ""

    @property
    def html(self) -> str:
        """The citation as HTML."""
        return "".join(part if isinstance(part, str) else part[1] for part in self.parts)

    @property
    def text(self) -> str:
        """The citation as plain text."""
        return _without_cites(to_plain(self.tree, self.quotes))


class Placed(NamedTuple):
    """Where a cite stands: its position, whether a note that cites the same is near, and the number of the first."""

    position: Position
    near_note: bool = False
    first_note: int = 0


def positions(clusters: Sequence[Cluster], near: int) -> list[tuple[Placed, ...]]:
    """Find the position of every cite (CSL 1.0.2, "Choose", ``position``); ``near`` is the greatest note distance."""
    last_note: dict[str, int] = {}
    first_note: dict[str, int] = {}
    placed: list[tuple[Placed, ...]] = []
    # The cites since the start of the note or citation before, and of the one at hand: apart for text and notes.
    before: dict[bool, list[Cite]] = {True: [], False: []}
    current: dict[bool, tuple[int, list[Cite]]] = {True: (0, []), False: (0, [])}
    for cluster in clusters:
        in_note = bool(cluster.note)
        number, cites = current[in_note]
        if not in_note or number != cluster.note:
            before[in_note], cites = cites, []
        places = []
        for cite in cluster.cites:
            if cite.id not in first_note:
                first_note[cite.id] = cluster.note
                places.append(Placed(Position.FIRST))
            else:
                same = _cite_before(cite, cites, before[in_note])
                position = _repeated(same, cite) if same is not None else Position.SUBSEQUENT
                is_near = in_note and cluster.note - last_note[cite.id] <= near
                places.append(Placed(position, is_near, first_note[cite.id]))
            last_note[cite.id] = cluster.note
            cites.append(cite)
        current[in_note] = (cluster.note, cites)
        placed.append(tuple(places))
    return placed


def _cite_before(cite: Cite, current: Sequence[Cite], before: Sequence[Cite]) -> Cite | None:
    """Return the cite right before one if it is of the same item and nothing else is between them."""
    if current:
        return current[-1] if current[-1].id == cite.id else None
    return before[-1] if before and all(one.id == cite.id for one in before) else None


def _repeated(previous: Cite, cite: Cite) -> Position:
    if previous.locator and not cite.locator:
        return Position.SUBSEQUENT
    if (previous.locator, previous.label or "page") == (cite.locator, cite.label or "page"):
        return Position.IBID
    return Position.IBID_WITH_LOCATOR


@dataclass(frozen=True)
class _Written:
    """A cite as text, with what collapsing needs to know of it."""

    place: int
    cite: Cite
    text: str
    names: str
    number: int
    placed: Placed


class ClusterWriter:
    """Writes the citations of a document whose items are registered."""

    def __init__(
        self, style: Style, items: Mapping[str, Item], numbers: Mapping[str, int], plans: Mapping[str, Plan]
    ) -> None:
        self._style = style
        self._area = style.citation
        self._layout = style.citation.render(style.in_quote)
        self._items = items
        self._numbers = numbers
        self._plans = plans
        self._in_quote = style.in_quote
        options = self._area.options
        self._collapse = options.get("collapse", "")
        self._group_delimiter = options.get("cite-group-delimiter", self._area.delimiter if style.is_note else ", ")
        self._groups = "cite-group-delimiter" in options or self._collapse.startswith("year")
        self._after_collapse = options.get("after-collapse-delimiter", self._area.delimiter)
        self._suffix_delimiter = options.get(
            "year-suffix-delimiter", options.get("cite-group-delimiter", self._area.delimiter)
        )

    def write(self, cluster: Cluster, places: Sequence[Placed]) -> FormattedCluster:
        """Format a cluster whose cites stand at these places."""
        cites = [(number, cite) for number, cite in enumerate(cluster.cites) if cite.id in self._items]
        if len(cites) != 1:
            return self._formatted(cites, places, cluster.narrative)
        number, cite = cites[0]
        key = ("cluster", number, cluster.narrative, cite, self._way(cite, places[number]))
        return self._items[cite.id].remember(key, lambda: self._formatted(cites, places, cluster.narrative))

    def _formatted(self, cites: list[tuple[int, Cite]], places: Sequence[Placed], narrative: bool) -> FormattedCluster:
        author = self._author(cites[0][1]) if narrative and cites else ""
        if author and not self._style.is_note:
            cites[0] = (cites[0][0], cites[0][1]._replace(suppress_author=True))
        formatted = self._write_cites([self._write(number, cite, places[number]) for number, cite in cites])
        return replace(formatted, author=author) if author else formatted

    def _way(self, cite: Cite, placed: Placed) -> Hashable:
        """Return what besides the item decides how a cite is written, but for its affixes."""
        number = self._numbers[cite.id] if self._style.shows_number else 0
        return cite.locator, cite.label, placed, number, self._plans.get(cite.id, NO_PLAN)

    def _author(self, cite: Cite) -> str:
        """Return the names of an item as they stand in a sentence."""
        first = Placed(Position.FIRST)
        scope = self._scope(cite, first)
        self._layout(scope)
        text = "" if self._style.is_note else scope.first_text
        return to_html(parse(text or self._style.author(self._scope(cite, first))), self._style.quotes)

    def _write_cites(self, written: list[_Written]) -> FormattedCluster:
        if len(written) > 1:
            written = self._sorted(written)
        if self._groups:
            written = _grouped(written)
        if all(one.cite.author_only for one in written):
            return self._finished(" ".join(_marked(one.place, one.text) for one in written))
        text = self._joined(written)
        if not strip_marks(text):
            if written and all(one.cite.suppress_author for one in written):
                return self._finished("")  # a style that cites by names alone
            text = _marked(written[0].place, NO_PRINTED_FORM) if written else ""
        area = self._area
        text = append(append(area.prefix, text, self._in_quote), area.suffix, self._in_quote)
        return self._finished(area.marks.apply(text, True))

    def _finished(self, text: str) -> FormattedCluster:
        tree = parse(text)
        return FormattedCluster(_parts(to_html(tree, self._style.quotes, True)), tree, self._style.quotes)

    def _scope(self, cite: Cite, placed: Placed, plan: Plan | None = None) -> Scope:
        item = self._items[cite.id]
        variables = {
            "citation-number": str(self._numbers[cite.id]),
            "locator": read_text(cite.locator),
            "first-reference-note-number": str(placed.first_note) if placed.first_note else "",
            "year-suffix": "",
        }
        return Scope(
            item,
            variables,
            self._plans.get(cite.id, NO_PLAN) if plan is None else plan,
            placed.position,
            placed.near_note,
            cite.label.replace("sub verbo", "sub-verbo") or "page",
        )

    def _write(self, place: int, cite: Cite, placed: Placed) -> _Written:
        if cite.position is not None:
            placed = placed._replace(position=cite.position, near_note=cite.near_note)
        text, names = self._written(cite, placed)
        if cite.author_only:
            text = names or text
        return _Written(place, cite, self._with_affixes(cite, text), strip_marks(names), self._numbers[cite.id], placed)

    def _written(self, cite: Cite, placed: Placed) -> tuple[str, str]:
        """Return a cite without its affixes, and the names in it."""
        begins = _begins_sentence(cite.prefix)

        def write() -> tuple[str, str]:
            scope = self._scope(cite, placed)
            scope.hide_names = cite.suppress_author
            scope.has_begun = not begins
            return self._layout(scope), scope.first_text

        key = ("cite", cite.suppress_author, begins, self._way(cite, placed))
        return self._items[cite.id].remember(key, write)

    def _with_affixes(self, cite: Cite, text: str) -> str:
        prefix, suffix = read_text(cite.prefix), read_text(cite.suffix)
        if prefix and text and not prefix[-1].isspace() and strip_marks(prefix)[-1:].isalnum():
            prefix += " "
        if suffix and text and strip_marks(suffix)[:1].isalnum():
            suffix = " " + suffix
        return append(append(prefix, text, self._in_quote), suffix, self._in_quote)

    def _sorted(self, written: list[_Written]) -> list[_Written]:
        keys = self._area.sort_keys
        is_numbered, is_cited = any(key.numbered for key in keys), any(key.cited for key in keys)

        def values(one: _Written) -> list[Collated]:
            cite, placed = one.cite, one.placed
            way = self._way(cite if is_cited else Cite(cite.id), placed)
            known = ("cite sort", one.number if is_numbered else 0, way)
            return self._items[cite.id].remember(known, lambda: [key.value(self._scope(cite, placed)) for key in keys])

        return sort_by_keys(written, keys, values) if keys else written

    def _joined(self, written: list[_Written]) -> str:
        if self._collapse == "citation-number":
            return self._joined_numbers(written)
        if self._collapse.startswith("year") or self._groups:
            return self._joined_groups(written)
        joined = ""
        before = ""
        for one in written:
            delimiter = " " if before.rstrip().endswith((",", ";")) else self._area.delimiter
            joined = self._joined_with(joined, _marked(one.place, one.text), delimiter)
            before = one.cite.suffix
        return joined

    def _joined_with(self, left: str, right: str, delimiter: str) -> str:
        if not left or not right:
            return left or right
        if strip_marks(right)[:1] in (",", ";") and delimiter[:1] in (",", ";"):
            return append(left, right, self._in_quote)
        return append(append(left, delimiter, self._in_quote), right, self._in_quote)

    def _joined_numbers(self, written: list[_Written]) -> str:
        """Join cites of which runs of consecutive numbers become ranges."""
        joined = ""
        place = 0
        was_range = False
        while place < len(written):
            end = place
            while end + 1 < len(written) and _continues(written[end], written[end + 1]):
                end += 1
            one = written[place]
            delimiter = self._after_collapse if was_range else self._area.delimiter
            if end - place >= 2:
                last = written[end]
                text = f"{_marked(one.place, one.text)}–{_marked(last.place, last.text)}"
                joined = self._joined_with(joined, text, delimiter)
                place, was_range = end + 1, True
            else:
                joined = self._joined_with(joined, _marked(one.place, one.text), delimiter)
                place, was_range = place + 1, False
        return joined

    def _joined_groups(self, written: list[_Written]) -> str:
        """Join cites by the same names: the names once, then the years."""
        joined = ""
        place = 0
        while place < len(written):
            end = place
            while end + 1 < len(written) and written[end + 1].names and written[end + 1].names == written[place].names:
                end += 1
            delimiter = self._after_collapse if self._collapse.startswith("year") else self._area.delimiter
            joined = self._joined_with(joined, self._group(written[place : end + 1]), delimiter)
            place = end + 1
        return joined

    def _group(self, group: list[_Written]) -> str:
        """Join cites of the same names."""
        if self._collapse.startswith("year-suffix"):
            return self._suffixes(group)
        text = ""
        for number, one in enumerate(group):
            shown = self._without_names(one) if number and self._collapse == "year" else one.text
            has_locator = bool(number and self._collapse == "year" and group[number - 1].cite.locator)
            delimiter = self._after_collapse if has_locator else self._group_delimiter
            text = self._joined_with(text, _marked(one.place, shown), delimiter)
        return text

    def _without_names(self, one: _Written, plan: Plan | None = None) -> str:
        if one.cite.prefix:
            return one.text
        scope = self._scope(one.cite, one.placed, plan)
        scope.hide_names = True
        return self._with_affixes(one.cite, self._layout(scope))

    def _suffixes(self, group: list[_Written]) -> str:
        """Join cites of the same names of which those of the same year show only their letter."""
        text = _marked(group[0].place, group[0].text)
        place = 0
        while place < len(group):
            end = place
            key = self._year_of(group[place])
            while end + 1 < len(group) and key and self._year_of(group[end + 1]) == key and not group[end].cite.locator:
                end += 1
            if place:
                shown = _marked(group[place].place, self._without_names(group[place]))
                text = self._joined_with(text, shown, self._group_delimiter)
            text = self._with_letters(text, group[place : end + 1])
            place = end + 1
        return text

    def _year_of(self, one: _Written) -> str:
        plan = self._plans.get(one.cite.id, NO_PLAN)
        if not plan.year_suffix or one.cite.prefix:
            return ""
        bare = replace(one, cite=one.cite._replace(locator="", suffix=""))
        return strip_marks(self._without_names(bare, plan._replace(year_suffix="")))

    def _with_letters(self, text: str, run: list[_Written]) -> str:
        """Add the letters of the cites after the first, which is in the text."""
        suffixes = [self._plans[one.cite.id].year_suffix if len(run) > 1 else "" for one in run]
        place = 1
        while place < len(run):
            end = place
            if self._collapse == "year-suffix-ranged":
                while end + 1 < len(run) and _follows(suffixes[end], suffixes[end + 1]):
                    end += 1
                if end > place and _follows(suffixes[place - 1], suffixes[place]):
                    one = run[end]
                    text = f"{text}–{_marked(one.place, self._with_affixes(one.cite, suffixes[end]))}"
                    place = end + 1
                    continue
            one = run[place]
            letter = self._letter(one, suffixes[place])
            text = self._joined_with(text, _marked(one.place, letter), self._suffix_delimiter)
            place += 1
        return text

    def _letter(self, one: _Written, letter: str) -> str:
        if not one.cite.locator:
            return self._with_affixes(one.cite, letter)
        full = self._without_names(one)
        bare = self._without_names(replace(one, cite=one.cite._replace(locator="", suffix="")))
        return letter + full[len(bare) :] if full.startswith(bare) else full


def _begins_sentence(prefix: str) -> bool:
    """Tell whether a cite after this prefix begins a sentence: none, or one of several words that ends in a stop."""
    prefix = prefix.strip()
    return not prefix or (prefix.endswith(".") and " " in prefix)


def _follows(one: str, other: str) -> bool:
    return len(one) == len(other) == 1 and ord(other) == ord(one) + 1


def _continues(one: _Written, other: _Written) -> bool:
    plain = not any((one.cite.locator, one.cite.suffix, other.cite.locator, other.cite.prefix, other.cite.suffix))
    return plain and other.number == one.number + 1


def _grouped(written: list[_Written]) -> list[_Written]:
    """Bring cites of the same names together, each at the place of the first."""
    by_names: dict[str, list[_Written]] = {}
    for number, one in enumerate(written):
        by_names.setdefault(one.names or f"\0{number}", []).append(one)
    return [one for group in by_names.values() for one in group]


# Cites are marked within the text of a cluster, to be found again in its HTML.

_FIRST_CITE, _END_CITE = 0xE800, "\uf8ff"
_MOST_CITES = 0x1000
_CITE = re.compile(f"([\ue800-\uf7ff])([^{_END_CITE}]*){_END_CITE}")


def _marked(place: int, text: str) -> str:
    return f"{chr(_FIRST_CITE + place % _MOST_CITES)}{text}{_END_CITE}" if text else ""


def _without_cites(text: str) -> str:
    return re.sub("[\ue800-\uf8ff]", "", text)


def _parts(html: str) -> tuple[str | tuple[int, str], ...]:
    """Split the HTML of a cluster at its cites."""
    parts: list[str | tuple[int, str]] = []
    done = 0
    for match in _CITE.finditer(html):
        parts += (html[done : match.start()], (ord(match[1]) - _FIRST_CITE, match[2]))
        done = match.end()
    parts.append(html[done:].replace(_END_CITE, ""))
    return tuple(part for part in parts if part)
