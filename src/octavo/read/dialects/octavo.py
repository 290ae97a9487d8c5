"""Octavo's own dialect: CommonMark with what scholarly notes need."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from octavo.model.dialect import NoteSettings
from octavo.read import inline
from octavo.read.dialects import install_rules
from octavo.read.rules import (
    attributes,
    callout,
    citation,
    code,
    emphasis,
    figure,
    footnote,
    heading,
    html,
    link,
    mark,
    math,
    paragraph,
    prose,
    raw_html,
    scholar_block,
    summary,
    table,
    tag,
    theme,
    typography,
    variable,
    wikilink,
)
from octavo.read.rules import (
    list as list_rule,
)

#: Rules that begin with the same character are tried in this order; those that rearrange a page's blocks run in it.
RULES = (
    list_rule.install,
    prose.install,
    scholar_block.install,
    tag.install,
    variable.install,
    raw_html.install,
    attributes.install,
    math.install,
    citation.install,
    emphasis.install,
    wikilink.install,
    link.install,
    footnote.install,
    deflist_plugin,
    code.install,
    summary.install,
    heading.install,
    theme.install,
    figure.install,
    table.install,
    callout.install,
    paragraph.install,
)


def install(md: MarkdownIt, settings: NoteSettings) -> None:
    """Teach a parser the dialect."""
    install_rules(md, RULES, settings)
    if settings.liquid_done:
        mark.install(md)
    (html.install_raw if settings.raw_html else html.install_harmless)(md)
    if settings.typographer:
        typography.install(md)
    inline.install(md)
