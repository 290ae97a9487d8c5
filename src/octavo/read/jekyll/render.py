"""A text of a Jekyll site into a `Document`: Liquid first, then Markdown, then, if they are its own, its layouts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec

from octavo.model.document import Document, Hole, Json, ListForm, ReferenceList
from octavo.model.jekyll import JekyllDocument, JekyllNote, JekyllSettings, Made, Pager, Theme, unpack
from octavo.model.source import SourceFile, Span
from octavo.read.bibtex import split_bibtex
from octavo.read.jekyll.config import base_path, merged
from octavo.read.jekyll.dates import zone_of
from octavo.read.jekyll.documents import BIBTEX
from octavo.read.jekyll.excerpts import excerpt_of
from octavo.read.jekyll.feed import Feed
from octavo.read.jekyll.footnotes import with_footnotes
from octavo.read.jekyll.front_matter import front_matter_of, scholar_problems
from octavo.read.jekyll.heads import body_of
from octavo.read.jekyll.layouts import chain_of, chain_problems, layouts_of
from octavo.read.jekyll.payload import SitePayload
from octavo.read.jekyll.redirects import redirect_page, target_of
from octavo.read.jekyll.sitemap import robots, sitemap
from octavo.read.jekyll.style_sheets import compile_style_sheet, is_sass
from octavo.read.jekyll.written import as_kept, as_words, as_written, with_markup
from octavo.read.liquid.engine import Engine
from octavo.read.liquid.filters import add_filters
from octavo.read.liquid.page import LiquidPage, PrintScholar, without_marks
from octavo.read.liquid.scholar import scholar_tag
from octavo.read.liquid.tags import add_tags
from octavo.read.liquid.text import TemplateText
from octavo.read.liquid.values import ruby_value
from octavo.read.markdown import make_body_renderer, make_document
from octavo.read.rules.draft import Draft, hole

#: Texts that are no HTML: what their holes stand for is printed as plain text.
NOT_HTML = (".xml", ".json", ".js", ".css", ".txt", ".scss", ".sass", ".bib", ".yml", ".webmanifest", ".csv")

ID = re.compile(r"""<[a-zA-Z][^<>]*?\s(?:id|name)=["']([^"'<>]+)["']""")


def make_jekyll_parser(settings: JekyllSettings) -> Callable[[JekyllNote], Document]:
    """Make the function that renders a text of a site. It reports all that is wrong with it, and raises nothing."""
    return SiteRenderer(settings).parse


class LiquidRun(NamedTuple):
    """What a text is when its Liquid has run, with marks for the holes whose values the draft has."""

    output: str
    draft: Draft
    page: LiquidPage


class SiteRenderer:
    """Renders the texts of one site."""

    def __init__(self, settings: JekyllSettings) -> None:
        self._settings = settings
        config = self._config = unpack(settings.config)
        self._zone = zone_of(str(config.get("timezone") or ""))
        includes = {
            path: TemplateText(f"{settings.includes_dir}/{path}", 1, text) for path, text in settings.includes.items()
        }
        self._engine = Engine(includes, settings.own_tags, settings.own_filters, settings.theme is Theme.OWN)
        add_tags(self._engine)
        add_filters(self._engine, self._zone)
        self._layouts = layouts_of(settings)
        self._theme = str(self._config.get("theme") or self._config.get("remote_theme") or "")
        self._convert = make_body_renderer(settings.note)
        self._backlink = settings.note.kramdown.footnote_backlink
        now = datetime.fromisoformat(settings.now).astimezone(self._zone)
        self._payload = SitePayload(
            config,
            settings.documents,
            settings.static_files,
            unpack(settings.data),
            now,
            self._zone,
            self._content_of,
            self._excerpt_of,
        )
        self._beside = _templates(settings.beside)
        self._own: dict[str, object] = {}
        self._written: dict[str, str] = {}
        self._open: list[str] = []

    def parse(self, note: JekyllNote) -> Document:
        """Make a document of a text, or of nothing but the site where a plug-in does."""
        if note.document.made:
            return self._make(note, note.document.made)
        if note.document.redirect_to:
            return self._lead_on(note)
        return self._render(note)

    def _make(self, note: JekyllNote, made: Made) -> Document:
        document = note.document
        _, draft, page = self.run_liquid(note)
        if made is Made.FEED:
            as_html = partial(as_kept, draft=draft)
            text = Feed(document.url, page.payload, document.data, self._zone, as_html).render()
        elif made is Made.SITEMAP:
            text = sitemap(self._settings.documents, self._settings.static_files, self._config, self._zone)
        else:
            text = robots(self._config)
        draft.diagnostics.clear()  # of texts that are checked and reported by themselves
        for kind in (Hole.HREF, Hole.IMAGE, Hole.FORMULA, Hole.CODE):
            draft.values[kind].clear()
        return _whole(document, make_document(front_matter_of(document), text, draft))

    def _lead_on(self, note: JekyllNote) -> Document:
        document = note.document
        draft = Draft(note.source, document.body_line, "", {})
        html = redirect_page(target_of(document, self._config))
        return _whole(document, make_document(front_matter_of(document), html, draft, note.problems))

    def _render(self, note: JekyllNote) -> Document:
        document = note.document
        output, draft, page = self.run_liquid(note)
        is_bibtex = document.path.lower().endswith(BIBTEX)
        output = _bibtex_page(output, document, draft) if is_bibtex else output
        html = self._convert(output, draft, None) if document.is_markdown or is_bibtex else output
        if document.output.endswith(".css") and is_sass(document.relative_path):
            html = self._compiled(without_marks(output, draft), document, page)
        draft.trace(lambda _: 0)
        is_whole = self._settings.theme is Theme.OWN or not document.output.endswith((".html", ".htm", ".xhtml"))
        is_whole = is_whole or bool(re.match(r"\s*(?:<!doctype|<html|<\?xml)", html, re.I))
        if is_whole:
            html = as_written(with_footnotes(html, draft, self._backlink), draft)
        self._own[document.path] = html
        if is_whole:
            html = self._in_layouts(html, note, page.payload)
        if document.output.endswith(NOT_HTML):
            html = as_words(html, draft)
        elif is_whole:
            html = as_written(html, draft)
        self._strip_base(draft)
        draft.values[Hole.CODE] = with_markup(draft.values[Hole.CODE], is_whole)
        draft.anchors |= dict.fromkeys(ID.findall(html))
        problems = (*note.problems, *scholar_problems(document), *page.diagnostics)
        return _whole(document, make_document(front_matter_of(document), html, draft, problems), is_whole)

    def _compiled(self, text: str, document: JekyllDocument, page: LiquidPage) -> str:
        css, problems = compile_style_sheet(text, document, self._settings.sass, self._config)
        page.diagnostics |= dict.fromkeys(problems)
        return css

    def run_liquid(self, note: JekyllNote, print_scholar: PrintScholar = scholar_tag) -> LiquidRun:
        """Run the Liquid of a text; ``print_scholar`` returns what the tags of jekyll-scholar print."""
        document = note.document
        body = body_of(note.source.text)
        draft = Draft(note.source, document.body_line, body, {})
        payload = self._page_payload(document)
        relative = _templates(note.relative)
        folder = posixpath.dirname(document.relative_path)
        convert = partial(self._markdown, draft=draft)
        page = LiquidPage(draft, payload, convert, relative, folder, print_scholar)
        self._engine.page = page
        self._own, self._open = {document.path: body}, [document.path]
        self._written = {document.path: body}
        text = TemplateText(document.source_path, document.body_line, body)
        output = self._engine.render_body(text, payload) if self._runs_liquid(document) else body
        return LiquidRun(output, draft, page)

    def _runs_liquid(self, document: JekyllDocument) -> bool:
        return document.data.get("render_with_liquid") is not False

    def _page_payload(self, document: JekyllDocument) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "site": self._payload.site(document),
            "page": self._payload.drop(document),
            "jekyll": {"version": "4.3.1", "environment": "production"},
            "paginator": self._paginator(document.pager) if document.pager else None,
            "\0urls": self._payload.urls,
            "\0posts": self._payload.post_urls,
        }
        layout = self._layouts.get(str(document.data.get("layout")))
        payload["layout"] = ruby_value(layout.data, self._zone) if layout else None
        return payload

    def _paginator(self, pager: Pager) -> dict[str, Any]:
        """Return what a template sees of the page of a list (https://jekyllrb.com/docs/pagination/)."""
        posts = {one.path: one for one in self._settings.documents}
        return {
            "page": pager.page,
            "per_page": pager.per_page,
            "posts": [self._payload.drop(posts[path]) for path in pager.posts if path in posts],
            "total_posts": pager.total_posts,
            "total_pages": pager.total_pages,
            "previous_page": pager.page - 1 if pager.previous_path else None,
            "previous_page_path": pager.previous_path or None,
            "next_page": pager.page + 1 if pager.next_path else None,
            "next_page_path": pager.next_path or None,
        }

    def _markdown(self, text: str, draft: Draft) -> str:
        """Render Markdown within a page; where in the file it stands is not known."""
        with draft.apart():
            return with_footnotes(self._convert(text, draft, None), draft, self._backlink)

    def _as_page(self, text: str, draft: Draft) -> str:
        """Render the Markdown of another page, with all that the filters of a site's own layouts look for."""
        first_heading = len(draft.headings)
        html = self._markdown(text, draft)
        return as_written(html, draft, first_heading) if self._settings.theme is Theme.OWN else html

    def _content_of(self, document: JekyllDocument) -> object:
        if document.path in self._own:
            return self._own[document.path]
        return self._rendered(document, self._settings.bodies.get(document.source_path, ""))

    def _excerpt_of(self, document: JekyllDocument) -> object:
        given = document.data.get("excerpt")
        if given is not None or document.collection == "":
            return given
        separator = str(document.data.get("excerpt_separator") or self._config.get("excerpt_separator") or "")
        body = self._written.get(document.path) or self._settings.bodies.get(document.source_path, "")
        return self._rendered(document, excerpt_of(body, separator), "excerpt") if separator else ""

    def _rendered(self, document: JekyllDocument, body: str, part: str = "content") -> str:
        key = f"{document.path}#{part}"
        if key in self._open:
            return body
        self._open.append(key)
        try:
            payload = self._page_payload(document)
            text = TemplateText(document.source_path, document.body_line, body)
            page = self._engine.page
            with page.beside(self._beside, posixpath.dirname(document.relative_path)):
                output = self._engine.render_text(text, payload) if "{" in body else body
            return self._as_page(output, page.draft) if document.is_markdown else output
        finally:
            self._open.pop()

    def _in_layouts(self, html: str, note: JekyllNote, payload: Mapping[str, Any]) -> str:
        """Put a text into its layout, that into its own, and so on."""
        name = str(note.document.data.get("layout") or "")
        self._engine.page.diagnostics |= dict.fromkeys(chain_problems(name, note.source, self._layouts, self._theme))
        data: dict[str, Json] = {}
        for layout in map(self._layouts.__getitem__, chain_of(name, self._layouts)):
            data = merged(layout.data, data)
            shown = {**payload, "content": html, "layout": ruby_value(data, self._zone)}
            html = self._engine.render_text(layout.template, shown)
        return html

    def _strip_base(self, draft: Draft) -> None:
        base = base_path(self._config)
        if not base:
            return
        links = draft.values[Hole.HREF]
        links[:] = [msgspec.structs.replace(one, target=_without(base, one.target)) for one in links]
        images = draft.values[Hole.IMAGE]
        images[:] = [msgspec.structs.replace(one, source=_without(base, one.source)) for one in images]


def _templates(files: Mapping[str, SourceFile]) -> dict[str, TemplateText]:
    return {path: TemplateText(one.path, 1, one.text) for path, one in files.items()}


def _whole(document: JekyllDocument, made: Document, is_whole: bool = True) -> Document:
    return msgspec.structs.replace(
        made, path=document.path, url=document.url, output=document.output, is_whole=is_whole
    )


def _bibtex_page(text: str, document: JekyllDocument, draft: Draft) -> str:
    """Return the Markdown of a bibliography that is a page: its references, and the text around its entries."""
    pieces: list[str] = []
    for before, bibtex, line in split_bibtex(text):
        span = Span(document.path, document.body_line + line - 1)
        listed = ReferenceList(False, False, span, form=ListForm.REFERENCE, bibtex=bibtex)
        pieces += [before, draft.mark(hole(Hole.ENTRY, listed)) if bibtex else ""]
    return "".join(pieces)


def _without(base: str, target: str) -> str:
    return target[len(base) :] or "/" if target == base or target.startswith(f"{base}/") else target
