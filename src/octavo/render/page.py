"""A page as HTML: its body in its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import ceil

import msgspec
from markupsafe import Markup

from octavo.memo import digest_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.rendering import PageContent, ReferenceLayouts, RenderSettings
from octavo.model.site import ListedPage, NavLink, NavSection, Page, SiteConfig
from octavo.render.addresses import (
    absolute_url,
    has_mirror,
    is_note,
    mirror_url,
    relative_url,
    root_of,
    url_beside,
)
from octavo.render.body import BodyRenderer, has_own_heading, is_left
from octavo.render.coins import page_context_object
from octavo.render.indexes import view_index
from octavo.render.looks import view_looks
from octavo.render.map import view_map
from octavo.render.markdown_mirror import render_mirror
from octavo.render.metadata import Described, linked_data, page_bibtex
from octavo.render.references import bibtex_file, csl_json_file
from octavo.render.scholar_templates import ReferenceTemplates, ScholarRendering
from octavo.render.social_card import HEIGHT, WIDTH, card_url, draws_cards, has_own_card
from octavo.render.templates import TemplateProblem, Templates, make_templates
from octavo.render.views import EntryView, LinkView, PageView, SectionView, SiteView, SocialImageView, TocView
from octavo.resolve.labels import REFERENCES_ANCHOR
from octavo.resolve.problems import page_problems
from octavo.resolve.routes import is_web_page

#: How many words a reader of prose with formulas reads in a minute.
WORDS_A_MINUTE = 220

#: The files of what a page refers to.
BIBTEX_FILE, CSL_FILE = "references.bib", "references.json"


#: The template for one section of the navigation.
NAVIGATION_SECTION = "navigation-section.html.jinja"


class PageFile(msgspec.Struct, frozen=True):
    """A file that is published beside a page: its path in the output, its bytes and their digest."""

    path: str
    content: bytes
    digest: str


class RenderedPage(msgspec.Struct, frozen=True):
    """A page's HTML in UTF-8 and its digest (both empty if its template failed), and what went wrong in rendering it.

    ``files`` are what is published beside it.
    """

    html: bytes
    digest: str
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[PageFile, ...] = ()


def make_page_renderer(settings: RenderSettings, with_files: bool = True) -> Callable[[PageContent], RenderedPage]:
    """Return the function that renders one page, with the files beside it or without."""
    templates = make_templates(settings.templates)

    def render_page(content: PageContent) -> RenderedPage:
        problems = _problems(content, templates, settings.layouts)
        try:
            html = _render(content, templates, settings).encode()
            digest = digest_of(html)
        except TemplateProblem as problem:
            html, digest, problems = b"", "", (*problems, problem.diagnostic)
        files = tuple(_files(content, templates, settings.config)) if html and with_files else ()
        return RenderedPage(html, digest, problems, files)

    return render_page


def _render(content: PageContent, templates: Templates, settings: RenderSettings) -> str:
    page = content.page
    root = root_of(page.route, settings.config.base_url)
    renderer = BodyRenderer(content, templates, root, scholar_rendering(settings))
    if page.document.is_whole:
        return str(renderer.render(page.document.body))
    return templates.text(
        f"{page.template}.html.jinja",
        site=site_view(settings, root),
        page=_page_view(content, renderer.whole(), renderer, settings),
        navigation=tuple(_section(section, page, root, templates) for section in page.navigation),
        sections=lambda: tuple(_section_view(section, page, root) for section in page.navigation),
    )


def scholar_rendering(settings: RenderSettings) -> ScholarRendering:
    """Return how pages show entries."""
    return ScholarRendering(settings.config.scholar, settings.layouts)


def _files(content: PageContent, templates: Templates, config: SiteConfig) -> Iterator[PageFile]:
    """Yield the files beside a page: the works it refers to, and a note's Markdown."""
    route = content.page.route
    if content.page.document.is_whole or not config.extras:
        return
    if content.entries:
        yield _file(url_beside(route, BIBTEX_FILE), bibtex_file(content.entries))
        yield _file(url_beside(route, CSL_FILE), csl_json_file(content.entries))
    if has_mirror(content.page, config):
        yield _file(mirror_url(route), render_mirror(content, templates, config))


def _file(url: str, text: str) -> PageFile:
    content = text.encode()
    return PageFile(url[1:], content, digest_of(content))


def site_view(settings: RenderSettings, root: str) -> SiteView:
    """Return the site as seen from a page."""
    config = settings.config
    return SiteView(
        title=config.title,
        description=config.description,
        author=next(iter(_authors((config.author,), config))),
        language=config.language,
        base_url=config.base_url,
        root=root,
        bibliography_url=relative_url(settings.bibliography_url, root) if settings.bibliography_url else "",
        feed_url=relative_url(settings.feed_url, root),
        search_url=relative_url(settings.search_url, root) if settings.search_url else "",
        version=settings.version,
        stylesheet=relative_url(settings.stylesheet, root) if settings.stylesheet else "",
        indexes=tuple(LinkView(link.title, relative_url(link.url, root)) for link in settings.indexes),
        top_links=tuple(LinkView(link.title, relative_url(link.url, root)) for link in settings.top_links),
    )


def _page_view(content: PageContent, body: Markup, renderer: BodyRenderer, settings: RenderSettings) -> PageView:
    page, config = content.page, settings.config
    front_matter = page.document.front_matter
    root = root_of(page.route, config.base_url)
    described = _described(page, config)
    url = partial(relative_url, root=root)
    files = [url(url_beside(page.route, name)) for name in (BIBTEX_FILE, CSL_FILE)] if content.entries else ["", ""]
    return PageView(
        title=page.title,
        url=page.route.url,
        canonical=described.url,
        description=described.description,
        language=described.language,
        date=front_matter.date,
        updated=front_matter.updated,
        authors=described.authors,
        tags=tuple(_link_view(tag, page, root) for tag in page.tags),
        body=body,
        has_heading=has_own_heading(page),
        toc=_toc(content, renderer) if front_matter.toc else (),
        breadcrumbs=tuple(_link_view(link, page, root) for link in page.breadcrumbs),
        previous=_link_view(page.previous, page, root) if page.previous else None,
        next=_link_view(page.next, page, root) if page.next else None,
        listing=tuple(_entry_view(entry, root) for entry in page.listing),
        references=max(map(len, page.reference_lists), default=0),
        minutes=ceil(page.document.words / WORDS_A_MINUTE),
        looks=view_looks(page, url),
        social_image=_social_image(content, config),
        bibtex_file=files[0],
        csl_file=files[1],
        markdown_file=url(mirror_url(page.route)) if has_mirror(page, config) else "",
        is_note=is_note(page),
        has_notes=renderer.has_notes,
        work=_work(page),
        bibtex=page_bibtex(described) if is_note(page) else "",
        coins=page_context_object(described) if is_note(page) else "",
        linked_data=linked_data(described, content.entries) if is_note(page) else Markup(""),
        linked_from=tuple(_link_view(link, page, root) for link in page.linked_from),
        indexed=view_index(content, renderer, url),
        map=view_map(page.map, url),
        extra=dict(front_matter.extra),
    )


def _described(page: Page, config: SiteConfig) -> Described:
    front_matter = page.document.front_matter
    return Described(
        title=page.title,
        authors=_authors(front_matter.authors or ((config.author,) if config.author else ()), config),
        date=front_matter.date,
        updated=front_matter.updated,
        url=absolute_url(page.route.url, config.base_url) if config.base_url else "",
        site=config.title,
        description=front_matter.description or page.document.summary,
        language=front_matter.language or config.language,
    )


def _authors(names: tuple[str, ...], config: SiteConfig) -> tuple[str, ...]:
    """Return the names of authors; a note may call them by their keys in the configuration."""
    return tuple(config.authors[name].name if name in config.authors else name for name in names)


def _work(page: Page) -> str:
    """Return the citekey of the entry that a page is about, or nothing."""
    return next((one.citekey for one in page.formatted.references), "") if page.template == "entry" else ""


def _toc(content: PageContent, renderer: BodyRenderer) -> tuple[TocView, ...]:
    has_appendix = len(content.page.reference_lists) > len(content.page.document.reference_lists)
    appendix = (TocView(Markup("References"), REFERENCES_ANCHOR, ()),) if has_appendix else ()
    return renderer.toc() + appendix


def _social_image(content: PageContent, config: SiteConfig) -> SocialImageView:
    """Return what stands for the page where links to it are shown: the image that the note names, or its card.

    Its address must be absolute, so without ``base_url`` there is none on this site.
    """
    page, base_url = content.page, config.base_url
    if page.social_image and not page.social_image.asset:
        return SocialImageView(page.social_image.url, 0, 0, page.title)
    if not base_url:
        return SocialImageView("", 0, 0, "")
    if page.social_image:
        size = content.social_image
        return SocialImageView(absolute_url(page.social_image.url, base_url), size.width, size.height, page.title)
    if not draws_cards(config):
        return SocialImageView("", 0, 0, "")
    told = (page.title, config.title) if has_own_card(page) else (config.title,)
    return SocialImageView(absolute_url(card_url(page), base_url), WIDTH, HEIGHT, " · ".join(dict.fromkeys(told)))


def _link_view(link: NavLink, page: Page, root: str) -> LinkView:
    below = tuple(_link_view(one, page, root) for one in link.pages)
    return LinkView(link.title, relative_url(link.url, root), link.url == page.route.url, below)


def _entry_view(entry: ListedPage, root: str) -> EntryView:
    pages = tuple(_entry_view(page, root) for page in entry.pages)
    url, teaser = relative_url(entry.url, root), relative_url(entry.teaser, root)
    return EntryView(entry.title, url, entry.description, entry.date, pages, teaser)


def _section(section: NavSection, page: Page, root: str, templates: Templates) -> Markup:
    """Render a section of the navigation; one that is closed is the same on all pages at one depth but its own."""
    if section.open or section.url == page.route.url:
        return templates.render(NAVIGATION_SECTION, section=_section_view(section, page, root))
    return templates.render_once(
        NAVIGATION_SECTION, (root, section), lambda: {"section": _section_view(section, page, root)}
    )


def _section_view(section: NavSection, page: Page, root: str) -> SectionView:
    return SectionView(
        title=section.title,
        url=relative_url(section.url, root) if section.url else "",
        pages=tuple(_link_view(link, page, root) for link in section.pages),
        open=section.open,
        current=section.url == page.route.url,
    )


def _problems(content: PageContent, templates: Templates, layouts: ReferenceLayouts) -> tuple[Diagnostic, ...]:
    """Return what went wrong with the parts of the page, at their places."""
    document = content.page.document
    if not is_note(content.page):  # what is wrong there is told where it comes from
        return content.page.problems
    formulas = zip(document.formulas, content.formulas, strict=True)
    code_blocks = zip(document.code_blocks, content.code_blocks, strict=True)
    images = zip(document.images, content.images, strict=True)
    charts = zip(document.fact_tables, content.charts, strict=True)
    liquid = ReferenceTemplates(layouts)
    asked_for = (
        (one, f"{one.template}.html.jinja")
        for one in document.reference_lists
        if one.template and not liquid.source(one.template)
    )
    return (
        *page_problems(content.page),
        *(
            Diagnostic("layout-unknown", f"there is no templates/{name} for this list", listed.span)
            for listed, name in asked_for
            if not templates.has(name)
        ),
        *(
            Diagnostic("math-invalid", made.problem, of.span, hint=made.hint)
            for of, made in formulas
            if made.problem and not is_left(of, made, document) and is_web_page(content.page.route)
        ),
        *(
            Diagnostic("language-unknown", made.problem, of.span, hint=made.hint)
            for of, made in code_blocks
            if made.problem
        ),
        *(Diagnostic("image-broken", made.problem, of.span) for of, made in images if made.problem),
        *(Diagnostic("chart-missing", made.problem, of.span, hint=made.hint) for of, made in charts if made.problem),
    )
