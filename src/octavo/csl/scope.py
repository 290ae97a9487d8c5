"""What the closures of a style see while they format one cite or one entry, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from octavo.csl.items import Item, Name


class Position(IntEnum):
    """Where a cite stands among the cites of the same item (CSL 1.0.2, "Choose", ``position``)."""

    FIRST = 0
    SUBSEQUENT = 1
    IBID_WITH_LOCATOR = 2
    IBID = 3


class NamesPlan(NamedTuple):
    """How one list of names is shown to be told from others: how many names, and how much of each given name.

    ``shown`` is 0 for as many as the style says. A level is 0 for as the style says, 1 for initials, 2 for all of it.
    """

    shown: int = 0
    levels: tuple[int, ...] = ()


class NamesShown(NamedTuple):
    """A list of names as it was written: the names, how many of them were shown, and their text one by one."""

    names: tuple[Name, ...]
    shown: int
    texts: tuple[str, ...]
    most: int
    variable: str


class Plan(NamedTuple):
    """What tells one item from those that would be cited alike."""

    names: tuple[NamesPlan, ...] = ()
    disambiguate: bool = False
    year_suffix: str = ""


NO_PLAN = Plan()


class Scope:
    """The state of formatting one item once.

    ``variables`` are those that come from the citation and not from the item (``citation-number``, ``locator``, ...).
    ``called`` and ``rendered`` count variables asked for and found, which decides whether a group is shown.
    ``hidden`` are variables that a substitution has used up, ``substituting`` whether one is going on.
    ``shortens_names`` tells whether any names were written without the given ones, so that initials would change them.
    ``hide_names`` leaves the first names out; ``repeated`` is asked what to write in place of names.
    """

    __slots__ = (
        "called",
        "first_names",
        "first_text",
        "has_begun",
        "has_suffix",
        "hidden",
        "hide_names",
        "item",
        "label",
        "names_seen",
        "near_note",
        "plan",
        "position",
        "rendered",
        "repeated",
        "shortens_names",
        "shown",
        "substituting",
        "variables",
    )

    def __init__(
        self,
        item: Item,
        variables: Mapping[str, str],
        plan: Plan = NO_PLAN,
        position: Position = Position.FIRST,
        near_note: bool = False,
        label: str = "page",
    ) -> None:
        self.item = item
        self.variables = variables
        self.plan = plan
        self.position = position
        self.near_note = near_note
        self.label = label
        self.called = 0
        self.rendered = 0
        self.hidden: set[str] = set()
        self.substituting = False
        self.names_seen = 0
        self.shown: list[NamesShown] = []
        self.first_names: tuple[NamesShown, ...] | None = None
        self.first_text = ""
        self.has_begun = False
        self.has_suffix = False
        self.hide_names = False
        self.shortens_names = False
        self.repeated: Repeated | None = None

    def text(self, variable: str) -> str:
        """Return a text variable of the citation or of the item."""
        known = self.variables.get(variable)
        return known if known is not None else self.item.text(variable)

    def has(self, variable: str) -> bool:
        """Tell whether a variable has a value here."""
        return bool(self.variables[variable]) if variable in self.variables else self.item.has(variable)

    def use(self, variable: str) -> None:
        """Note that a variable was found and shown."""
        self.rendered += 1
        self.has_begun = True
        if self.substituting:
            self.hidden.add(variable)


#: Asked with lists of names and their texts: what stands for the first of them, as one text or name by name; or
#: nothing if they stay as they are.
Repeated = Callable[[Sequence[NamesShown], Sequence[str]], "str | Sequence[str] | None"]

#: What stands for an item of which a style shows nothing, in the words that other processors use for it.
NO_PRINTED_FORM = "[CSL STYLE ERROR: reference with no printed form.]"

#: A compiled element: it returns text with marks, and tells the scope what it used.
Render = Callable[[Scope], str]
