"""Where the constructs of a Jekyll text stand, as far as its source alone tells."""

from __future__ import annotations

import re

from octavo.model.source import SourceFile, Span
from octavo.read.liquid.text import TemplateText

#: Text in which nothing is a construct of Liquid.
VERBATIM = re.compile(
    r"\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL
)

#: Code, in which nothing is a construct of Markdown.
CODE = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,}).*?^[ \t]*(?P=fence)[`~]*[ \t]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)

#: A tag or a value of Liquid.
LIQUID = re.compile(r"\{%-?\s*(?P<tag>\w+)(?P<arguments>.*?)-?%\}|\{\{(?P<output>.*?)\}\}", re.DOTALL)


def liquid_name(found: re.Match[str]) -> str:
    """Return the name of a tag, or the expression of a value, of a match of `LIQUID`."""
    return found["tag"] or " ".join(found["output"].strip(" -").split())


def span_in(source: SourceFile, start: int, width: int) -> Span:
    """Return where a stretch of a text stands."""
    return TemplateText(source.path, 1, source.text).span(start, width)


def blank(found: re.Match[str]) -> str:
    """Return as many spaces and line ends as were found, so that all else stays in its place."""
    return re.sub(r"[^\n]", " ", found[0])
