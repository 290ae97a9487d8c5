"""Macros that ask for nothing of a citation but of its item: what they show of an item is made once, and recalled.

Cites of the same work differ in their locators, and most of what they show does not.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from octavo.csl.scope import NamesShown, Render, Scope
from octavo.csl.xml import Node

#: What an element asks for if it asks where in an item a cite points to, or where the citation stands.
_OF_CITES = frozenset(("locator", "citation-number", "first-reference-note-number"))


class CitedMacros:
    """Tells which macros depend on more of a cite than its item, its plan and its position."""

    def __init__(self, macros: Mapping[str, Node]) -> None:
        self._macros = macros
        self._known: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        """Tell whether a macro does, itself or by those in it."""
        if name not in self._known:
            self._known[name] = False  # until it is known, for a macro may call itself
            self._known[name] = name in self._macros and self.within(self._macros[name])
        return self._known[name]

    def within(self, node: Node) -> bool:
        """Tell whether an element does."""
        attributes = node.attributes
        if "locator" in attributes or not _OF_CITES.isdisjoint(" ".join(attributes.values()).split()):
            return True
        return self.has(node.get("macro")) or any(map(self.within, node.children))


class _Left(NamedTuple):
    """What a macro has left behind: its text, what it counted, and the state of the scope."""

    text: str
    called: int
    rendered: int
    shown: tuple[NamesShown, ...]
    names_seen: int
    first_names: tuple[NamesShown, ...] | None
    first_text: str
    has_begun: bool
    has_suffix: bool
    hidden: frozenset[str]
    shortens_names: bool


def remembering(render: Render) -> Render:
    """Return a macro that is none of `CitedMacros`, rendered once for each item and state that its scope may be in."""

    def recall(scope: Scope) -> str:
        if scope.repeated is not None:
            return render(scope)
        called, rendered, listed = scope.called, scope.rendered, len(scope.shown)

        def make() -> _Left:
            text = render(scope)
            return _Left(
                text,
                scope.called - called,
                scope.rendered - rendered,
                tuple(scope.shown[listed:]),
                scope.names_seen,
                scope.first_names,
                scope.first_text,
                scope.has_begun,
                scope.has_suffix,
                frozenset(scope.hidden),
                scope.shortens_names,
            )

        left = scope.item.remember((render, *_state(scope)), make)
        scope.called, scope.rendered = called + left.called, rendered + left.rendered
        scope.shown[listed:] = left.shown
        scope.names_seen, scope.has_begun, scope.has_suffix = left.names_seen, left.has_begun, left.has_suffix
        scope.hidden |= left.hidden
        scope.shortens_names |= left.shortens_names
        if scope.first_names is None:
            scope.first_names = left.first_names
        if not scope.first_text:
            scope.first_text = left.first_text
        return left.text

    return recall


def _state(scope: Scope) -> tuple[Hashable, ...]:
    """Return all that decides what a macro shows, but for the item."""
    return (
        scope.plan,
        scope.position,
        scope.near_note,
        scope.names_seen,
        scope.first_names is None,
        scope.first_text == "",
        scope.has_begun,
        scope.has_suffix,
        scope.hide_names,
        scope.substituting,
        frozenset(scope.hidden),
    )
