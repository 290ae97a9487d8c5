"""The syntax of kramdown where it differs from CommonMark's: one syntax, one file, as in the room around this one."""

from octavo.read.rules.kramdown import (
    abbreviation,
    attributes,
    blocks,
    code,
    definition,
    emphasis,
    footnote,
    heading,
    html,
    link,
    list,  # it is called what it reads
    mark,
    math,
    paragraph,
    quote,
    spans,
    table,
    typography,
)

__all__ = [
    "abbreviation",
    "attributes",
    "blocks",
    "code",
    "definition",
    "emphasis",
    "footnote",
    "heading",
    "html",
    "link",
    "list",
    "mark",
    "math",
    "paragraph",
    "quote",
    "spans",
    "table",
    "typography",
]
