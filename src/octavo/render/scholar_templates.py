"""Templates of references in Liquid: ``bibliography_template`` and ``--template``, a text or the name of a layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from octavo.model.document import Json
from octavo.model.reference import RenderedEntry
from octavo.model.rendering import ReferenceLayouts
from octavo.model.scholar import NATIVE, ScholarConfig
from octavo.model.source import SourceFile

#: What tells a template from the name of one.
LIQUID = re.compile(r"\{\{|\{%")

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
_PARENT = re.compile(r"---[ \t]*\n(?:.*\n)*?layout:[ \t]*[\"']?([^\s\"'#]+)")


class ScholarRendering(NamedTuple):
    """How a site's pages show entries: its configuration, and its templates of references."""

    config: ScholarConfig = NATIVE
    layouts: ReferenceLayouts = ReferenceLayouts()


class Shown(NamedTuple):
    """A reference in its list: its HTML, its place from 1, its files by what ends their names, and its page's URL."""

    reference: Markup
    place: int
    links: Mapping[str, str]
    details: str


class ReferenceTemplates:
    """Renders references by templates in Liquid; each is parsed when it is first used."""

    def __init__(self, layouts: ReferenceLayouts) -> None:
        self._layouts = layouts

    def source(self, template: str) -> str:
        """Return the text of a template that is one or the name of a layout, or nothing."""
        layout = self._layouts.layouts.get(template.removesuffix(".html"))
        if layout is not None:
            return _FRONT_MATTER.sub("", layout, count=1)
        return template if LIQUID.search(template) and self._layouts.trusts_notes else ""

    def render(
        self, source: str, shown: Shown, entry: RenderedEntry, page: Mapping[str, Json], scholar: ScholarConfig
    ) -> Markup:
        """Render a reference."""
        return self._rendered(source, self._payload(shown, entry, page, scholar) | {"page": page})

    def render_page(
        self, shown: Shown, entry: RenderedEntry, page: Mapping[str, Json], scholar: ScholarConfig
    ) -> Markup:
        """Render the page of an entry in the layout for it, that in its own, and so on."""
        payload = self._payload(shown, entry, page, scholar)
        payload["page"] = {**page, **payload}
        name, used, html = scholar.details_layout.removesuffix(".html"), set[str](), Markup("")
        while name in self._layouts.layouts and name not in used:
            used.add(name)
            layout = self._layouts.layouts[name]
            html = self._rendered(_FRONT_MATTER.sub("", layout, count=1), payload | {"content": str(html)})
            above = _PARENT.match(layout)
            name = above[1] if above else ""
        return html

    def _payload(
        self, shown: Shown, entry: RenderedEntry, page: Mapping[str, Json], scholar: ScholarConfig
    ) -> dict[str, Any]:
        from octavo.render.liquid_entry import liquid_entry

        return {
            "reference": str(shown.reference),
            "key": entry.key,
            "type": entry.kind,
            "index": shown.place,
            "link": shown.links.get("pdf") or shown.links.get("ps"),
            "links": dict(shown.links),
            "details": shown.details,
            "entry": liquid_entry(entry, scholar),
            "site": self._layouts.site,
        }

    def _rendered(self, source: str, payload: Mapping[str, Any]) -> Markup:
        from octavo.read.liquid.page import LiquidPage, without_marks
        from octavo.read.liquid.text import TemplateText
        from octavo.read.rules.draft import Draft

        draft = Draft(SourceFile("", ""), 1, "", {})
        engine = self._engine
        engine.page = LiquidPage(draft, payload, lambda text: _markdown(text, draft), {}, "")
        return Markup(without_marks(engine.render_text(TemplateText("", 1, source), payload), draft))

    @property
    def _engine(self) -> Any:
        return _engine(tuple(sorted(self._layouts.includes.items())))


@lru_cache(maxsize=4)  # a function of the includes alone; what it makes holds a parser
def _engine(includes: tuple[tuple[str, str], ...]) -> Any:
    from octavo.read.liquid.engine import Engine
    from octavo.read.liquid.filters import add_filters
    from octavo.read.liquid.tags import add_tags
    from octavo.read.liquid.text import TemplateText

    engine = Engine({path: TemplateText(path, 1, text) for path, text in includes})
    add_tags(engine)
    add_filters(engine, UTC)
    return engine


@lru_cache(maxsize=1)
def _markdown_renderer() -> Any:
    from octavo.model.dialect import NoteSettings
    from octavo.model.document import Dialect
    from octavo.read.markdown import make_body_renderer

    return make_body_renderer(NoteSettings(raw_html=True, dialect=Dialect.KRAMDOWN, liquid_done=True))


def _markdown(text: str, draft: Any) -> str:
    html: str = _markdown_renderer()(text, draft, None)
    return html
