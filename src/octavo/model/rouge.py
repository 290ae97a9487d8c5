"""The classes by which style sheets written for Rouge find code."""

from __future__ import annotations

from collections.abc import Sequence

LANGUAGE = "language-"

#: What stands for a language that isn't named.
NO_LANGUAGE = "plaintext"


def rouge_classes(classes: Sequence[str], language: str = "") -> list[str]:
    """Return the classes of code as kramdown gives them: its language first, who highlighted it last.

    >>> rouge_classes(["wide"])
    ['language-plaintext', 'wide', 'highlighter-rouge']
    """
    named = next((one for one in classes if one.startswith(LANGUAGE)), LANGUAGE + (language or NO_LANGUAGE))
    return [named, *(one for one in classes if not one.startswith(LANGUAGE)), "highlighter-rouge"]
