"""The dialect of kramdown, as sites written for Jekyll have it."""

from __future__ import annotations

from markdown_it import MarkdownIt

from octavo.model.dialect import NoteSettings
from octavo.read.dialects import install_rules
from octavo.read.rules import callout, kramdown, paragraph, raw_html, summary, tag, theme, variable

#: Rules that begin with the same character are tried in this order; those that rearrange a page's blocks run in it.
RULES = (
    tag.install,
    variable.install,
    raw_html.install,
    kramdown.paragraph.install,
    kramdown.list.install,
    kramdown.definition.install,
    kramdown.quote.install,
    kramdown.attributes.install,
    kramdown.math.install,
    kramdown.emphasis.install,
    kramdown.link.install,
    kramdown.footnote.install,
    kramdown.abbreviation.install,
    kramdown.typography.install,
    kramdown.code.install,
    summary.install,
    kramdown.heading.install,
    theme.install,
    kramdown.table.install,
    callout.install_notices,
    paragraph.install,
)


def install(md: MarkdownIt, settings: NoteSettings) -> None:
    """Teach a parser the dialect."""
    if not settings.liquid_done:
        kramdown.quote.install_scholar(md)
    install_rules(md, RULES, settings)
    if settings.liquid_done:
        kramdown.mark.install(md)
    (kramdown.html.install if settings.raw_html else kramdown.html.install_harmless)(md)
    if settings.typographer:
        kramdown.typography.install_signs(md, settings.kramdown)
    if settings.dollars:
        kramdown.math.install_dollars(md)
    kramdown.blocks.install(md, settings.kramdown)
    kramdown.spans.install(md)
    if settings.rouge:
        kramdown.code.install_rouge(md)
        kramdown.spacing.install(md)
