"""How the function of each stage is made. What a stage runs on is imported when the first of its work is done.

An edit runs few of them, and imports would take longer than all that it has to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import astuple

from octavo.memo import Parted, digest_of
from octavo.model.dialect import NoteSettings
from octavo.model.document import Document
from octavo.model.jekyll import Head, JekyllNote, JekyllSettings
from octavo.model.packing import encoded
from octavo.model.reference import (
    BibliographySettings,
    CitationsRequest,
    Entry,
    RenderedEntry,
    StyleProblem,
    StyleSettings,
    WrittenEntry,
)
from octavo.model.source import SourceFile
from octavo.pipeline.results import (
    MadeCard,
    MadeCompressed,
    MadeFile,
    MadeImage,
    MadeMachineFiles,
    MadePage,
    MadeVariant,
    ParsedBibliography,
    ParsedData,
    ParsedNote,
    ReadEntry,
)

if TYPE_CHECKING:
    from octavo.model.diagnostic import Diagnostic
    from octavo.model.rendering import (
        CardRequest,
        CardSettings,
        ChartRequest,
        ChartSvg,
        CodeHtml,
        CodeRequest,
        Encoding,
        FeedContent,
        FormulaHtml,
        FormulaRequest,
        ImageSettings,
        ImageSource,
        IndexPart,
        IndexRequest,
        RenderSettings,
        SearchSettings,
        SiteContents,
    )
    from octavo.pipeline.packed_page import PackedContent
    from octavo.pipeline.stages import NoSettings


def make_note_parser(settings: NoteSettings) -> Callable[[SourceFile], Parted[ParsedNote]]:
    """Return the function that parses a note."""
    from octavo.read.markdown import make_parser

    parse = make_parser(settings)

    def parse_note(source: SourceFile) -> Parted[ParsedNote]:
        return _parted(parse(source))

    return parse_note


def make_head_parser(_: NoSettings) -> Callable[[SourceFile], Head]:
    """Return the function that reads the front matter of a text of a Jekyll site."""
    from octavo.read.jekyll.heads import parse_head

    return parse_head


def make_jekyll_text_parser(settings: JekyllSettings) -> Callable[[JekyllNote], Parted[ParsedNote]]:
    """Return the function that renders a text of a Jekyll site."""
    from octavo.read.jekyll.render import make_jekyll_parser

    parse = make_jekyll_parser(settings)
    return lambda note: _parted(parse(note))


def parse_jekyll_data(files: tuple[dict[str, str], str]) -> ParsedData:
    """Parse the data files of a Jekyll site: texts by path, and the folder they are in."""
    from octavo.read.jekyll.data import parse_data

    return ParsedData(*parse_data(*files))


def _parted(document: Document) -> Parted[ParsedNote]:
    from octavo.read.outline import outline_of

    parts = encoded(document), encoded(outline_of(document))
    digests = [digest_of(part) for part in parts]
    return Parted(ParsedNote(digests[0], digests[1], document.diagnostics), dict(zip(digests, parts, strict=True)))


def make_bibliography_parser(
    settings: BibliographySettings,
) -> Callable[[tuple[SourceFile, ...]], Parted[ParsedBibliography]]:
    """Return the function that parses all ``.bib`` files of a site."""
    from octavo.read.bibtex import parse_bibliography

    def parse_entries(sources: tuple[SourceFile, ...]) -> Parted[ParsedBibliography]:
        bibliography = parse_bibliography(sources, settings)
        entries = encoded(bibliography.entries)
        digest = digest_of(entries)
        return Parted(ParsedBibliography(digest, bibliography.diagnostics), {digest: entries})

    return parse_entries


def make_entry_reader(settings: BibliographySettings) -> Callable[[WrittenEntry], Parted[ReadEntry]]:
    """Return the function that understands an entry."""
    from octavo.read.csl_json import entry_of

    def read_entry(written: WrittenEntry) -> Parted[ReadEntry]:
        entry = entry_of(written, settings)
        return Parted(ReadEntry(entry.digest), {entry.digest: encoded(entry)})

    return read_entry


def make_image_maker(settings: ImageSettings) -> Callable[[ImageSource], Parted[MadeImage]]:
    """Return the function that measures an image and makes its variants."""
    from octavo.render.images import make_image_renderer

    render = make_image_renderer(settings)

    def make_image(source: ImageSource) -> Parted[MadeImage]:
        image = render(source)
        variants = [(digest_of(one.data), one) for one in image.variants]
        made = MadeImage(image.facts, tuple(MadeVariant(one.width, digest) for digest, one in variants))
        return Parted(made, {digest: one.data for digest, one in variants})

    return make_image


def make_card_maker(settings: CardSettings) -> Callable[[CardRequest], Parted[MadeCard]]:
    """Return the function that draws a card for links."""
    from octavo.render.social_card import make_card_renderer

    render = make_card_renderer(settings)

    def make_card(request: CardRequest) -> Parted[MadeCard]:
        card = render(request)
        digest = digest_of(card.png) if card.png else ""
        return Parted(MadeCard(digest, card.missing, card.problem), {digest: card.png} if digest else {})

    return make_card


def make_precompressor(encoding: Encoding) -> Callable[[bytes], Parted[MadeCompressed]]:
    """Return the function that compresses a file."""
    from octavo.render.precompressed import make_compressor

    compress = make_compressor(encoding)

    def precompress(content: bytes) -> Parted[MadeCompressed]:
        file = compress(content)
        digest = digest_of(file.content) if file.content else ""
        return Parted(MadeCompressed(digest, file.problem, file.hint), {digest: file.content} if digest else {})

    return precompress


def make_page_maker(settings: RenderSettings, with_files: bool = True) -> Callable[[PackedContent], Parted[MadePage]]:
    """Return the function that renders a page, with the files beside it or without."""
    from octavo.pipeline.packed_page import unpacked
    from octavo.render.page import make_page_renderer

    render = make_page_renderer(settings, with_files)

    def make_page(content: PackedContent) -> Parted[MadePage]:
        page = render(unpacked(content))
        files = tuple(MadeFile(file.path, file.digest) for file in page.files)
        parts = {file.digest: file.content for file in page.files}
        if page.digest:
            parts[page.digest] = page.html
        return Parted(MadePage(page.digest, files, page.diagnostics), parts)

    return make_page


def make_feed_content_maker(settings: RenderSettings) -> Callable[[PackedContent], FeedContent]:
    """Return the function that renders a page's text for the feed."""
    from octavo.pipeline.packed_page import unpacked
    from octavo.render.feed_content import make_feed_content_renderer

    render = make_feed_content_renderer(settings)
    return lambda content: render(unpacked(content))


def make_style_checker(_: NoSettings) -> Callable[[StyleSettings], StyleProblem]:
    """Return the function that tells what is wrong with a style."""
    from octavo.render.citations import check_style

    return check_style


def make_entry_renderer(_: NoSettings) -> Callable[[Entry], RenderedEntry]:
    """Return the function that renders the fields of an entry."""
    from octavo.render.entries import render_entry

    return render_entry


def make_citations_formatter(settings: StyleSettings) -> Callable[[CitationsRequest], Parted[str]]:
    """Return the function that formats the citations of a page; its result is the digest of `FormattedCitations`."""
    from octavo.render.citations import make_citation_formatter

    format_citations = make_citation_formatter(settings)

    def make_citations(request: CitationsRequest) -> Parted[str]:
        part = encoded(format_citations(request))
        digest = digest_of(part)
        return Parted(digest, {digest: part})

    return make_citations


def make_formula_renderer(_: NoSettings) -> Callable[[FormulaRequest], FormulaHtml]:
    """Return the function that converts a formula."""
    from octavo.render.math import render_formula

    return lambda request: render_formula(*astuple(request))


def make_code_renderer(_: NoSettings) -> Callable[[CodeRequest], CodeHtml]:
    """Return the function that highlights a block of code."""
    from octavo.render.code import render_code

    return lambda request: render_code(*astuple(request))


def make_chart_renderer(_: NoSettings) -> Callable[[ChartRequest], ChartSvg]:
    """Return the function that draws a chart."""
    from octavo.render.charts import render_chart

    return render_chart


def make_machine_files_maker(settings: RenderSettings) -> Callable[[SiteContents], Parted[MadeMachineFiles]]:
    """Return the function that renders the files for machines."""
    from octavo.render.feeds import make_machine_files_renderer

    render = make_machine_files_renderer(settings)

    def make_machine_files(contents: SiteContents) -> Parted[MadeMachineFiles]:
        rendered = render(contents)
        digests = {path: digest_of(content) for path, content in rendered.files.items()}
        parts = {digests[path]: content for path, content in rendered.files.items()}
        return Parted(MadeMachineFiles(digests, rendered.diagnostics), parts)

    return make_machine_files


def make_indexer(settings: SearchSettings) -> Callable[[IndexRequest], IndexPart]:
    """Return the function that indexes pages for the search."""
    from octavo.render import search

    return search.make_indexer(settings)


def make_template_checker(_: NoSettings) -> Callable[[dict[str, str]], tuple[Diagnostic, ...]]:
    """Return the function that finds the mistakes in templates."""
    from octavo.render.templates import check_templates

    return check_templates
