"""Attributes that a note gives to an element of its page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from octavo.model.document import Attributes


def render_attributes(attributes: Attributes, without: Sequence[str] = ()) -> Markup:
    """Render an attribute list with a leading space, or as nothing."""
    pairs = [("id", attributes.identifier), ("class", " ".join(attributes.classes)), *attributes.pairs]
    return Markup("").join(
        Markup(' {}="{}"').format(name, value) for name, value in pairs if value and name not in without
    )
