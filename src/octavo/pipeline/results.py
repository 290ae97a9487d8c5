"""What stages hand on of what they make: the results, with all that is large named by its digest."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from octavo.memo import Parted, digest_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, Json
from octavo.model.reference import Entry
from octavo.model.source import SourceFile
from octavo.read.bibtex import parse_bibliography
from octavo.read.jekyll.data import parse_data
from octavo.read.jekyll.render import JekyllNote, JekyllSettings, make_jekyll_parser
from octavo.read.markdown import NoteSettings, make_parser
from octavo.read.outline import outline_of
from octavo.render.body import PageContent
from octavo.render.images import ImageFacts, ImageSettings, ImageSource, make_image_renderer
from octavo.render.page import RenderSettings, make_page_renderer
from octavo.render.social_card import CardRequest, CardSettings, make_card_renderer


class ParsedNote(msgspec.Struct, frozen=True, array_like=True):
    """A note: the digests of its `Document` and its `Outline` as MessagePack, and what is wrong with it."""

    document: str
    outline: str
    diagnostics: tuple[Diagnostic, ...]


class ParsedBibliography(msgspec.Struct, frozen=True, array_like=True):
    """The bibliography: the digest of its entries as MessagePack, and what is wrong with them."""

    entries: str
    diagnostics: tuple[Diagnostic, ...]


class MadeVariant(msgspec.Struct, frozen=True, array_like=True):
    """A variant of an image: its width in pixels and the digest of its bytes."""

    width: int
    digest: str


class MadeImage(msgspec.Struct, frozen=True, array_like=True):
    """An image: what it says of itself, and its variants."""

    facts: ImageFacts
    variants: tuple[MadeVariant, ...]


class MadeCard(msgspec.Struct, frozen=True, array_like=True):
    """A card for links: the digest of its PNG, empty if there is none; see `octavo.render.social_card.Card`."""

    digest: str
    missing: str
    problem: str


class MadeFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of the site: its path in the output and the digest of its bytes."""

    path: str
    digest: str


class MadePage(msgspec.Struct, frozen=True, array_like=True):
    """A page: the digest of its HTML, empty if its template failed, the files beside it, and what is wrong with it."""

    digest: str
    files: tuple[MadeFile, ...]
    diagnostics: tuple[Diagnostic, ...]


class ParsedData(msgspec.Struct, frozen=True):
    """The data files of a Jekyll site as one value, and what is wrong with them."""

    values: dict[str, Json]
    diagnostics: tuple[Diagnostic, ...]


def make_note_parser(settings: NoteSettings) -> Callable[[SourceFile], Parted[ParsedNote]]:
    """Return the function that parses a note."""
    parse = make_parser(settings)

    def parse_note(source: SourceFile) -> Parted[ParsedNote]:
        return _parted(parse(source))

    return parse_note


def make_jekyll_text_parser(settings: JekyllSettings) -> Callable[[JekyllNote], Parted[ParsedNote]]:
    """Return the function that renders a text of a Jekyll site."""
    parse = make_jekyll_parser(settings)
    return lambda note: _parted(parse(note))


def parse_jekyll_data(files: tuple[dict[str, str], str]) -> ParsedData:
    """Parse the data files of a Jekyll site: texts by path, and the folder they are in."""
    return ParsedData(*parse_data(*files))


def _parted(document: Document) -> Parted[ParsedNote]:
    parts = _encoded(document), _encoded(outline_of(document))
    digests = [digest_of(part) for part in parts]
    return Parted(ParsedNote(digests[0], digests[1], document.diagnostics), dict(zip(digests, parts, strict=True)))


class BibliographySettings(msgspec.Struct, frozen=True):
    """Whether English titles are put into the case of a sentence."""

    in_sentence_case: bool = True


def make_bibliography_parser(
    settings: BibliographySettings,
) -> Callable[[tuple[SourceFile, ...]], Parted[ParsedBibliography]]:
    """Return the function that parses all ``.bib`` files of a site."""

    def parse_entries(sources: tuple[SourceFile, ...]) -> Parted[ParsedBibliography]:
        bibliography = parse_bibliography(sources, in_sentence_case=settings.in_sentence_case)
        entries = _encoded(bibliography.entries)
        digest = digest_of(entries)
        return Parted(ParsedBibliography(digest, bibliography.diagnostics), {digest: entries})

    return parse_entries


def make_image_maker(settings: ImageSettings) -> Callable[[ImageSource], Parted[MadeImage]]:
    """Return the function that measures an image and makes its variants."""
    render = make_image_renderer(settings)

    def make_image(source: ImageSource) -> Parted[MadeImage]:
        image = render(source)
        variants = [(digest_of(one.data), one) for one in image.variants]
        made = MadeImage(image.facts, tuple(MadeVariant(one.width, digest) for digest, one in variants))
        return Parted(made, {digest: one.data for digest, one in variants})

    return make_image


def make_card_maker(settings: CardSettings) -> Callable[[CardRequest], Parted[MadeCard]]:
    """Return the function that draws a card for links."""
    render = make_card_renderer(settings)

    def make_card(request: CardRequest) -> Parted[MadeCard]:
        card = render(request)
        digest = digest_of(card.png) if card.png else ""
        return Parted(MadeCard(digest, card.missing, card.problem), {digest: card.png} if digest else {})

    return make_card


def make_page_maker(settings: RenderSettings) -> Callable[[PageContent], Parted[MadePage]]:
    """Return the function that renders a page."""
    render = make_page_renderer(settings)

    def make_page(content: PageContent) -> Parted[MadePage]:
        page = render(content)
        files = tuple(MadeFile(file.path, file.digest) for file in page.files)
        parts = {file.digest: file.content for file in page.files}
        if page.digest:
            parts[page.digest] = page.html
        return Parted(MadePage(page.digest, files, page.diagnostics), parts)

    return make_page


def decoded_entries(entries: bytes) -> tuple[Entry, ...]:
    """Return the entries that a digest of `ParsedBibliography` stands for."""
    return msgspec.msgpack.decode(entries, type=tuple[Entry, ...])


def _encoded(value: object) -> bytes:
    return msgspec.msgpack.encode(value, order="deterministic")
