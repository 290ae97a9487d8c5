"""llms.txt: what the site holds, for language models, as links to its Markdown. Source: https://llmstxt.org."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from octavo.model.rendering import LinkedSection, RenderSettings
from octavo.render.addresses import absolute_url, quote_url
from octavo.render.markdown_text import escape_markdown, markdown_link
from octavo.render.templates import Templates
from octavo.render.views import LinkedSectionView, LinkedView


def render_llms(sections: Sequence[LinkedSection], settings: RenderSettings, templates: Templates) -> str:
    """Render llms.txt; its addresses are absolute if the site knows its own, and relative to the file otherwise."""
    base_url = settings.config.base_url
    return templates.render(
        "llms.txt.jinja",
        title=_markdown(settings.config.title),
        description=_markdown(settings.config.description),
        sections=tuple(
            LinkedSectionView(
                _markdown(section.title),
                tuple(_view(one.title, one.url, one.description, base_url) for one in section.pages),
            )
            for section in sections
        ),
        optional=tuple(_view(link.title, link.url, "", base_url) for link in settings.indexes),
    )


def _view(title: str, url: str, description: str, base_url: str) -> LinkedView:
    address = absolute_url(url, base_url) if base_url else quote_url(url)[1:] or "./"
    return LinkedView(Markup(markdown_link(escape_markdown(title), address)), _markdown(description))


def _markdown(text: str) -> Markup:
    """Write plain text as Markdown, which is not HTML: a template shall not escape it again."""
    return Markup(escape_markdown(text))
