"""The pipeline: read all, resolve all, render all. A build is a function of its inputs and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

import msgspec

from octavo import __version__
from octavo.memo import Kept, Memo, digest_of
from octavo.model.diagnostic import Diagnostic, Severity
from octavo.model.reference import Bibliography
from octavo.model.site import Build, Inputs, NavLink, Output, Page, Site, SiteConfig
from octavo.model.source import Asset, SourceFile
from octavo.pipeline.citations import format_citations
from octavo.pipeline.parts import media_files, page_contents, published_image, render_images
from octavo.pipeline.runner import Pool, Progress, Runner
from octavo.pipeline.search import index_pages
from octavo.pipeline.social_cards import render_social_cards
from octavo.pipeline.stages import BIBLIOGRAPHY, FEED_CONTENT, MACHINE_FILES, PAGE, PARSE, TEMPLATES, NoSettings
from octavo.read.markdown import NoteSettings
from octavo.render.body import PageContent
from octavo.render.feeds import FEED_URL, SiteContents, in_feed, list_entries
from octavo.render.images import ImageSet
from octavo.render.llms import list_sections
from octavo.render.page import RenderedPage, RenderSettings
from octavo.render.report import severity_of
from octavo.render.templates import layouts_of
from octavo.resolve.citations import library_of
from octavo.resolve.facts import resolve_facts
from octavo.resolve.generated import INDEXES, SEARCH
from octavo.resolve.routes import route_of
from octavo.resolve.site import published, resolve_site

#: The style sheet of a site's own, which pages load after the theme's: ``static/site.css``.
STYLESHEET = "/site.css"

#: Reads the bytes of an asset.
ReadAsset = Callable[[Asset], bytes]


class Contents:
    """The bytes of a build's outputs, by their digest."""

    def __init__(self, made: Mapping[str, bytes], assets: Iterable[Asset], read_asset: ReadAsset) -> None:
        self._made = made
        self._assets = {asset.digest: asset for asset in assets}
        self._read_asset = read_asset

    def read(self, digest: str) -> bytes:
        """Return the bytes of an output; assets are read from their files only now."""
        return self._made[digest] if digest in self._made else self._read_asset(self._assets[digest])


def build(
    inputs: Inputs,
    memo: Memo,
    pool: Pool,
    read_asset: ReadAsset,
    progress: Progress,
    kept: Kept | None = None,
) -> tuple[Build, Contents]:
    """Build a site in memory: every file of it, and every problem.

    ``kept`` is what a process that builds again and again hands to each of its builds.
    """
    kept = kept or Kept()
    kept.begin()
    runner = Runner(memo, pool, inputs.fingerprint, progress, kept)
    config = inputs.config
    notes, bibliographies = _by_path(inputs.notes), _by_path(inputs.bibliographies)
    parsed = published(runner.run(PARSE, note_settings(config), notes), config)
    documents, fact_tables, fact_problems = resolve_facts(parsed, kept)
    bibliography = runner.run(BIBLIOGRAPHY, NoSettings(), [bibliographies])[0]
    formatted, style_problems = format_citations(documents, bibliography, inputs, runner)
    layouts = layouts_of(inputs.templates)
    site = resolve_site(documents, bibliography, inputs.assets, config, formatted, layouts, fact_tables, kept)
    images = render_images(site, inputs, read_asset, runner)
    social_cards, card_problems = render_social_cards(site, inputs, read_asset, runner)
    settings = _render_settings(site, inputs)
    expand = _make_expander(images, bibliography, runner)
    pages = runner.run_expanded(PAGE, settings, site.pages, expand)
    newest = in_feed(site.pages, config.feed_entries) if config.base_url else ()
    texts = runner.run_expanded(FEED_CONTENT, settings, newest, expand)
    feed = {page.route.url: text for page, text in zip(newest, texts, strict=True)}
    template_problems = runner.run(TEMPLATES, NoSettings(), [inputs.templates])[0]
    index, index_problems = index_pages(site, pages, bibliography, config, runner)
    contents = SiteContents(list_entries(site.pages, feed), list_sections(site.pages, config))
    machine_files = runner.run(MACHINE_FILES, settings, [contents])[0]
    diagnostics = _with_excerpts(
        inputs,
        inputs.diagnostics,
        *(document.diagnostics for document in documents),
        bibliography.diagnostics,
        style_problems,
        fact_problems,
        site.diagnostics,
        template_problems,
        card_problems,
        *(page.diagnostics for page in pages),
        machine_files.diagnostics,
        index_problems,
    )
    by_output = {page.route.output: rendered for page, rendered in zip(site.pages, pages, strict=True)}
    others = media_files(images) | social_cards | machine_files.files | index | {".nojekyll": b""}
    return _assemble(by_output, others, inputs, diagnostics, read_asset)


def _by_path(sources: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    """Put sources into an order that doesn't depend on the one in which they were found."""
    return tuple(sorted(sources, key=lambda source: source.path))


def note_settings(config: SiteConfig) -> NoteSettings:
    """Return what the parser of notes needs of the configuration: its switches and the ``{{ site.x }}``."""
    address = urlsplit(config.base_url)
    variables = {
        "site.title": config.title,
        "site.description": config.description,
        "site.author": config.author,
        "site.language": config.language,
        "site.url": f"{address.scheme}://{address.netloc}" if config.base_url else "",
        "site.baseurl": address.path,
    }
    own = {f"site.{name}": value for name, value in config.variables.items()}
    return NoteSettings(typographer=config.typographer, raw_html=config.raw_html, variables=variables | own)


def _render_settings(site: Site, inputs: Inputs) -> RenderSettings:
    bibliography_url = route_of(inputs.config.bibliography_permalink).url
    has_bibliography = any(page.route.url == bibliography_url for page in site.pages)
    return RenderSettings(
        config=msgspec.structs.replace(inputs.config, macros={}),  # each page knows those it uses
        templates=inputs.templates,
        version=__version__,
        feed_url=FEED_URL,
        bibliography_url=bibliography_url if has_bibliography else "",
        stylesheet=next((asset.url for asset in inputs.assets if asset.url == STYLESHEET), ""),
        search_url=next((page.route.url for page in site.pages if page.document.path == SEARCH), ""),
        indexes=tuple(NavLink(page.title, page.route.url) for page in site.pages if page.document.path in INDEXES),
    )


def _make_expander(
    images: Mapping[str, ImageSet], bibliography: Bibliography, runner: Runner
) -> Callable[[list[Page]], list[PageContent]]:
    """Return the function that renders the parts of pages, for the stages that make something of whole pages."""
    library = runner.kept.call("library", library_of, bibliography)
    published_images = {source: published_image(image) for source, image in images.items()}

    return lambda pages: page_contents(pages, published_images, library, runner)


def _assemble(
    pages: Mapping[str, RenderedPage],
    others: Mapping[str, bytes],
    inputs: Inputs,
    diagnostics: tuple[Diagnostic, ...],
    read_asset: ReadAsset,
) -> tuple[Build, Contents]:
    """Put the files together that the site consists of, by path; what Octavo makes wins over an asset of its name."""
    digests = {path: page.digest for path, page in pages.items()}
    digests |= {file.path: file.digest for page in pages.values() for file in page.files}
    digests |= {path: digest_of(content) for path, content in others.items()}
    outputs = {asset.url[1:]: asset.digest for asset in inputs.assets} | digests
    rules = inputs.config.rules
    build = Build(
        outputs=tuple(Output(path, digest) for path, digest in sorted(outputs.items())),
        diagnostics=diagnostics,
        publishable=all(severity_of(diagnostic, rules) is not Severity.FATAL for diagnostic in diagnostics),
        pages=len(pages),
    )
    contents = {page.digest: page.html for page in pages.values()}
    contents |= {file.digest: file.content for page in pages.values() for file in page.files}
    contents |= {digests[path]: content for path, content in others.items()}
    return build, Contents(contents, inputs.assets, read_asset)


def _with_excerpts(inputs: Inputs, *groups: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put diagnostics in the order of their places, each once, those without a place first; add their source lines."""
    distinct = dict.fromkeys(diagnostic for group in groups for diagnostic in group)
    if any(one.span and one.span.path.endswith(".bib") for one in inputs.diagnostics):
        distinct = {one: None for one in distinct if one.rule != "cite-unknown"}  # who knows what the file would hold
    ordered = sorted(distinct, key=lambda one: (one.span is not None, one.span or (), one.rule, one.message))
    paths = {one.span.path for one in ordered if one.span}
    lines = {
        source.path: source.text.split("\n")
        for source in (*inputs.notes, *inputs.bibliographies)
        if source.path in paths
    }
    return tuple(_with_excerpt(one, lines) for one in ordered)


def _with_excerpt(diagnostic: Diagnostic, lines: Mapping[str, list[str]]) -> Diagnostic:
    if diagnostic.excerpt or diagnostic.span is None or diagnostic.span.path not in lines:
        return diagnostic
    of_file = lines[diagnostic.span.path]
    excerpt = of_file[diagnostic.span.line - 1] if diagnostic.span.line <= len(of_file) else ""
    return msgspec.structs.replace(diagnostic, excerpt=excerpt)
