"""Telling apart items that would be cited alike (CSL 1.0.2, "Disambiguation"): more names, more of the given names,
the ``disambiguate`` condition, and letters after the year, in this order.

Items are first put into groups by what their cites look like, and only groups are looked at again; so the time is that
of formatting each item once, and a few times more for those that need it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_lowercase

from octavo.csl.items import Name
from octavo.csl.scope import NO_PLAN, NamesPlan, NamesShown, Plan

#: What the cite of an item looks like: its text, and the names in it.
Look = tuple[str, Sequence[NamesShown]]

#: Formats the cite of an item by a plan.
LookAt = Callable[[str, Plan], Look]

#: The level at which a given name is written out; see `NamesPlan`.
_MOST_LEVEL = 2


def disambiguate(identifiers: Sequence[str], look: LookAt, options: Mapping[str, str]) -> dict[str, Plan]:
    """Return what tells each item from the others; ``options`` are the attributes of ``<citation>``.

    ``identifiers`` are in the order of the bibliography, which is that of the letters after years.
    """
    return _Disambiguation(identifiers, look, options).run()


class _Disambiguation:
    def __init__(self, identifiers: Sequence[str], look: LookAt, options: Mapping[str, str]) -> None:
        self._identifiers = identifiers
        self._look = look
        self._adds_names = options.get("disambiguate-add-names") == "true"
        self._adds_givens = options.get("disambiguate-add-givenname") == "true"
        self._adds_suffix = options.get("disambiguate-add-year-suffix") == "true"
        self._rule = options.get("givenname-disambiguation-rule", "by-cite")
        self._plans: dict[str, Plan] = {}
        self._order = {one: place for place, one in enumerate(identifiers)}

    def run(self) -> dict[str, Plan]:
        self._plans = dict.fromkeys(self._identifiers, NO_PLAN)
        looks = {one: self._look(one, NO_PLAN) for one in self._identifiers}
        if self._adds_givens and self._rule != "by-cite":
            for one in self._tell_people_apart(looks):
                looks[one] = self._look(one, self._plans[one])
        groups = _alike(self._identifiers, lambda one: looks[one][0])
        for group in groups:
            self._settle(group)
        return self._plans

    # People: every rule but by-cite.

    def _tell_people_apart(self, looks: Mapping[str, Look]) -> Iterable[str]:
        """Give names more of their given names wherever two people would be written alike; return the items changed."""
        only_first = self._rule.startswith("primary-name")
        only_initials = self._rule.endswith("with-initials")
        alike = _written_alike(
            zip(one.names, one.texts[:1] if only_first else one.texts, strict=False)
            for _, shown in looks.values()
            for one in shown
        )
        ambiguous = {name for same in alike for name in same}
        concerned = {
            identifier: shown
            for identifier, (_, shown) in looks.items()
            if ambiguous and not all(ambiguous.isdisjoint(one.names) for one in shown)
        }
        by_initials = self._texts_at_level(concerned, ambiguous, 1)
        levels: dict[Name, int] = {}
        for same in alike:
            counts: dict[str, int] = defaultdict(int)
            for name in same:
                counts[by_initials.get(name, "")] += 1
            for name in same:
                is_told = counts[by_initials.get(name, "")] == 1
                if is_told or not only_initials:
                    levels[name] = max(levels.get(name, 0), 1 if is_told else _MOST_LEVEL)
        changed = []
        for identifier, shown in concerned.items():
            plans = tuple(
                NamesPlan(
                    0,
                    tuple(
                        levels.get(name, 0) if not only_first or place == 0 else 0
                        for place, name in enumerate(one.names)
                    ),
                )
                for one in shown
            )
            if any(any(plan.levels) for plan in plans):
                self._plans[identifier] = Plan(plans)
                changed.append(identifier)
        return changed

    def _texts_at_level(
        self, concerned: Mapping[str, Sequence[NamesShown]], wanted: set[Name], level: int
    ) -> dict[Name, str]:
        """Return how each of these names is written with more of its given name."""
        texts: dict[Name, str] = {}
        for identifier, shown in concerned.items():
            if all(wanted.isdisjoint(one.names[: len(one.texts)]) for one in shown):
                continue
            plan = Plan(tuple(NamesPlan(0, (level,) * len(one.names)) for one in shown))
            _, raised = self._look(identifier, plan)
            for one in raised:
                texts.update(zip(one.names, one.texts, strict=False))
        return texts

    # Cites: groups of items that look alike.

    def _settle(self, group: Sequence[str]) -> None:
        """Tell the items of a group apart as far as the style allows."""
        rest = [list(group)]
        if self._adds_names or self._adds_givens:
            rest = self._add_to_names(list(group))
        for same in rest:
            still = self._use_condition(same)
            for alike in still:
                if self._adds_suffix:
                    self._add_suffixes(alike)

    def _add_to_names(self, group: list[str]) -> list[list[str]]:
        """Show more names, and more of the given names; return the groups that still look alike."""
        pending, failed = [group], []
        while pending:
            same = pending.pop()
            split = self._split_once(same)
            if split is None:
                failed.append(same)
                continue
            pending += [part for part in split if len(part) > 1]
        return failed

    def _split_once(self, same: list[str]) -> list[list[str]] | None:
        """Find the smallest addition that tells some of the items from others; apply it, or return None."""
        shown = {one: self._look(one, self._plans[one])[1] for one in same}
        longest = max(shown.values(), key=lambda lists: sum(one.most for one in lists))

        def split(plan: tuple[NamesPlan, ...]) -> list[list[str]]:
            return _all_alike(same, lambda one: self._look(one, self._plans[one]._replace(names=plan))[0])

        for plan in self._steps(longest, self._plans[same[0]], lambda plan: len(split(plan)) > 1):
            parts = split(plan)
            if len(parts) > 1:
                self._plans.update({one: self._plans[one]._replace(names=plan) for one in same})
                return parts
        return None

    def _steps(
        self, shown: Sequence[NamesShown], plan: Plan, splits: Callable[[tuple[NamesPlan, ...]], bool]
    ) -> Iterable[tuple[NamesPlan, ...]]:
        """Yield ever longer ways to show lists of names, from the ones the plan has.

        Numbers of names at which even all of their given names wouldn't help are passed over, for there may be
        thousands: if a number helps, so do all that are greater.
        """
        base = [plan.names[place] if place < len(plan.names) else NamesPlan() for place in range(len(shown))]
        counts = [max(one.shown, listed.shown) for one, listed in zip(base, shown, strict=True)]
        for place, listed in enumerate(shown):
            last = listed.most if self._adds_names else counts[place]
            tops = range(counts[place], last + 1)
            helps = bisect_left(tops, True, key=lambda count: splits(self._fullest(base, place, count)))
            for count in tops[helps:]:
                if count > counts[place]:
                    yield _changed(base, place, NamesPlan(count, base[place].levels))
                if self._adds_givens:
                    yield from self._given_steps(base, place, count)

    def _fullest(self, base: list[NamesPlan], place: int, count: int) -> tuple[NamesPlan, ...]:
        """Show so many names of a list, with as much of their given names as the style allows."""
        levels = list(base[place].levels)
        if self._adds_givens:
            raised = self._people(count)
            levels = [*[self._highest()] * raised, *levels[raised:]]
        return _changed(base, place, NamesPlan(count, tuple(levels)))

    def _given_steps(self, base: list[NamesPlan], place: int, count: int) -> Iterable[tuple[NamesPlan, ...]]:
        levels = [*base[place].levels, *[0] * count][: max(count, len(base[place].levels))]
        for person in range(self._people(count)):
            own = levels[person]
            for level in range(own + 1, self._highest() + 1):
                changed = list(levels)
                changed[person] = level
                yield _changed(base, place, NamesPlan(count, tuple(changed)))

    def _people(self, count: int) -> int:
        """Return how many of so many people may be given more of their given names."""
        return min(1, count) if self._rule.startswith("primary-name") else count

    def _highest(self) -> int:
        return 1 if self._rule.endswith("with-initials") else _MOST_LEVEL

    def _use_condition(self, same: list[str]) -> list[list[str]]:
        """Try the ``disambiguate`` condition."""
        if len(same) < 2:
            return []
        trial = {one: self._plans[one]._replace(disambiguate=True) for one in same}
        texts = {one: self._look(one, trial[one])[0] for one in same}
        if all(texts[one] == self._look(one, self._plans[one])[0] for one in same):
            return [same]
        self._plans.update(trial)
        return _alike(same, lambda one: texts[one])

    def _add_suffixes(self, same: list[str]) -> None:
        ordered = sorted(same, key=self._order.__getitem__)
        for number, one in enumerate(ordered):
            self._plans[one] = self._plans[one]._replace(year_suffix=letters(number))


def _written_alike(lists: Iterable[Iterable[tuple[Name, str]]]) -> list[list[Name]]:
    """Return the groups of two or more people who are written alike."""
    first: dict[str, Name] = {}
    groups: dict[str, dict[Name, None]] = {}
    for written in lists:
        for name, text in written:
            known = first.setdefault(text, name)
            if known != name:
                groups.setdefault(text, {known: None})[name] = None
    return list(map(list, groups.values()))


def _changed(base: list[NamesPlan], place: int, plan: NamesPlan) -> tuple[NamesPlan, ...]:
    return (*base[:place], plan, *base[place + 1 :])


def _all_alike(identifiers: Iterable[str], text: Callable[[str], str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for one in identifiers:
        groups.setdefault(text(one), []).append(one)
    return list(groups.values())


def _alike(identifiers: Iterable[str], text: Callable[[str], str]) -> list[list[str]]:
    """Return the groups of two or more items with the same text."""
    return [group for group in _all_alike(identifiers, text) if len(group) > 1]


def letters(number: int) -> str:
    """Return the letters after a year by their number from 0: a, b, ..., z, aa, ab, ..."""
    out = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        out = ascii_lowercase[rest] + out
    return out
