"""The tags of jekyll-scholar where Liquid meets them: a value for the draft, and its mark for the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from octavo.model.source import Span
from octavo.read.rules.arguments import Problem, Tag
from octavo.read.rules.draft import Draft, hole
from octavo.read.scholar.tags import NAMES as ALL_NAMES
from octavo.read.scholar.tags import hole_of, parse_scholar_tag

#: Tags with a text of their own, up to ``endquote`` and ``endbibtex``.
BLOCK_NAMES = ("quote", "bibtex")

#: The tags that `scholar_tag` understands.
NAMES = tuple(name for name in ALL_NAMES if name not in BLOCK_NAMES)


def scholar_tag(
    name: str, arguments: str, span: Span, draft: Draft, variables: Mapping[str, Any], content: str = ""
) -> str:
    """Return what a tag prints: the mark of a hole in the draft; ``span`` is where its arguments begin.

    A mistake is reported and prints nothing, but for an option that isn't known, which is left out. ``content`` is what
    stands between a tag and its end.
    """
    tag = Tag(name, arguments, 0, 0, len(arguments))

    def place(start: int, end: int) -> Span:
        return msgspec.structs.replace(span, column=span.column + start, width=max(1, end - start))

    value = parse_scholar_tag(tag, place, lambda wanted: lookup(wanted, variables), content)
    while isinstance(value, Problem):
        draft.report(value.rule, value.message, place(value.start, value.end), value.hint)
        if not value.rest:
            return ""
        tag = tag._replace(arguments=value.rest)
        value = parse_scholar_tag(tag, place, lambda wanted: lookup(wanted, variables), content)
    mark = draft.mark(hole(hole_of(value), value))
    return _quotation(content, mark) if name == "quote" else mark


def lookup(name: str, variables: Mapping[str, Any]) -> str:
    """Return the value of a variable such as ``page.key``, or nothing."""
    value: Any = variables
    for part in name.split("."):
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _quotation(content: str, mark: str) -> str:
    """Put a text into a quotation with what it is cited from, its paragraphs and lines as they are written."""
    paragraphs = re.sub(r"\n(?:[ \t]*\n)+", "</p><p>", content.strip())
    lines = paragraphs.replace("\n", "<br/>")
    return f"<blockquote><p>{lines}</p><cite>{mark}</cite></blockquote>"
