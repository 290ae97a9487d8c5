"""Words of Liquid's own in expressions: properties that are called like one, and ``blank`` and ``empty``."""

from __future__ import annotations

import re

#: A property that is called like a word of Liquid's own; and the two words, but where they name something. Texts in
#: quotes are passed over.
WORD = re.compile(
    r""""[^"]*"|'[^']*'|(?<=[\w\]])\.(?P<property>empty|blank|nil|null|true|false|and|or|not|contains|in|with|for|as|if"""
    r"""|else|limit|offset|cols|reversed)\b(?![\w-])"""
    r"""|(?<![\w.\["'-])(?P<literal>blank|empty)(?![\w.\[-]|\s*=[^=]|\s+in\b)"""
)

#: The end of what stands before an argument or a value that is assigned: there the two words are an empty text.
ARGUMENT = re.compile(r"(?:[:,]|(?<![=!<>])=)\s*\Z")


class Emptiness(str):
    """Liquid's ``empty`` as an operand: it equals texts, lists and mappings that hold nothing, and prints nothing."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Tell whether a value holds nothing."""
        return isinstance(other, str | list | dict) and not isinstance(other, Emptiness) and not other

    def __ne__(self, other: object) -> bool:
        """Tell whether a value holds something, or can't."""
        return not self == other

    __hash__ = str.__hash__


class Blankness(Emptiness):
    """Liquid's ``blank``: it asks values whether they are blank, which none can say in Ruby alone."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Equal nothing."""
        return False

    __hash__ = str.__hash__


#: The values of the two words.
LITERALS = {"blank": Blankness(), "empty": Emptiness()}


def with_plain_words(expression: str) -> str:
    """Return an expression in which properties stand in brackets, and so do the two words, as names of `LITERALS`."""
    if "." not in expression and "empty" not in expression and "blank" not in expression:
        return expression

    def bracketed(found: re.Match[str]) -> str:
        name = found["property"] or found["literal"]
        if found["literal"] and ARGUMENT.search(expression, 0, found.start()):
            return '""'
        return f'["{name}"]' if name and found[0] != expression.strip() else found[0]

    return WORD.sub(bracketed, expression)
