"""Which templates make whole pages, as their names and texts tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: How the name of a template for pages ends.
PAGE = ".html.jinja"

#: Templates of parts of a page; and so is one that another includes or imports from.
PARTS = (
    "card", "cards", "chart", "compare", "facts", "figure", "footnotes", "image", "navigation-section", "readings",
    "references", "table", "toc", "work",
)  # fmt: skip

INCLUDE = re.compile(r"\{%-?\+?\s*(?:include|import|from)\s+[\"']([^\"']+)[\"']")


def layouts_of(sources: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the templates that make a whole page; the others are parts of one."""
    included = {name for text in sources.values() for name in INCLUDE.findall(text)}
    pages = {name.removesuffix(PAGE) for name in sources.keys() - included if name.endswith(PAGE)}
    return frozenset(pages.difference(PARTS))
