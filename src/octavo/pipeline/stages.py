"""The stages of a build, as rows of a table: pure functions that can run in any process and be remembered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec

from octavo.memo import Parted
from octavo.model.diagnostic import Diagnostic
from octavo.model.dialect import NoteSettings
from octavo.model.jekyll import Head, JekyllNote, JekyllSettings
from octavo.model.packing import decoded
from octavo.model.reference import (
    BibliographySettings,
    CitationsRequest,
    Entry,
    RenderedEntry,
    StyleProblem,
    StyleSettings,
    WrittenEntry,
)
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
from octavo.model.source import SourceFile
from octavo.pipeline.makers import (
    make_bibliography_parser,
    make_card_maker,
    make_chart_renderer,
    make_citations_formatter,
    make_code_renderer,
    make_entry_reader,
    make_entry_renderer,
    make_feed_content_maker,
    make_formula_renderer,
    make_head_parser,
    make_image_maker,
    make_indexer,
    make_jekyll_text_parser,
    make_machine_files_maker,
    make_note_parser,
    make_page_maker,
    make_precompressor,
    make_style_checker,
    make_template_checker,
    parse_jekyll_data,
)
from octavo.pipeline.packed_page import PackedContent
from octavo.pipeline.results import (
    MadeCard,
    MadeCompressed,
    MadeImage,
    MadeMachineFiles,
    MadePage,
    ParsedBibliography,
    ParsedData,
    ParsedNote,
    ReadEntry,
)

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Stage(Generic[S, A, B]):
    """A pure function from settings and one argument to one result.

    ``prepare`` does once what depends on the settings alone (builds a parser, compiles a style) and returns the
    function that runs for each argument; it may return its result `Parted`. ``parts_of`` names the parts that are
    remembered with a result; without it none are. ``largest_batch`` is in arguments: a larger one takes more memory,
    and longer until anything else can be done; a smaller one is hardly worth sending. Results that every build asks
    for, all ``together``, are remembered in one piece, too: after an edit it would take long to look up each.
    """

    name: str
    settings: type[S]
    argument: Any
    result: Any
    prepare: Callable[[S], Callable[[A], B | Parted[B]]]
    parts_of: Callable[[B], Iterable[str]] | None = None
    largest_batch: int = 16
    together: bool = False


class Made(msgspec.Struct, frozen=True, array_like=True):
    """What became of one argument: its result as MessagePack, the parts that it names, and the seconds it took."""

    result: msgspec.Raw
    parts: dict[str, bytes]
    seconds: float


class NoSettings(msgspec.Struct, frozen=True):
    """The settings of a stage that has none."""


PARSE: Stage[NoteSettings, SourceFile, ParsedNote] = Stage(
    "parse",
    NoteSettings,
    SourceFile,
    ParsedNote,
    make_note_parser,
    lambda note: (note.document, note.outline),
    together=True,
)
JEKYLL_HEAD: Stage[NoSettings, SourceFile, Head] = Stage("jekyll head", NoSettings, SourceFile, Head, make_head_parser)
JEKYLL_DATA: Stage[NoSettings, tuple[dict[str, str], str], ParsedData] = Stage(
    "jekyll data", NoSettings, tuple[dict[str, str], str], ParsedData, lambda _: parse_jekyll_data
)
JEKYLL_TEXT: Stage[JekyllSettings, JekyllNote, ParsedNote] = Stage(
    "jekyll text",
    JekyllSettings,
    JekyllNote,
    ParsedNote,
    make_jekyll_text_parser,
    lambda note: (note.document, note.outline),
    together=True,
)
BIBLIOGRAPHY: Stage[BibliographySettings, tuple[SourceFile, ...], ParsedBibliography] = Stage(
    "bibliography",
    BibliographySettings,
    tuple[SourceFile, ...],
    ParsedBibliography,
    make_bibliography_parser,
    lambda bibliography: (bibliography.entries,),
)
READ_ENTRY: Stage[BibliographySettings, WrittenEntry, ReadEntry] = Stage(
    "entry fields",
    BibliographySettings,
    WrittenEntry,
    ReadEntry,
    make_entry_reader,
    lambda entry: (entry.digest,),
)
STYLE: Stage[NoSettings, StyleSettings, StyleProblem] = Stage(
    "style", NoSettings, StyleSettings, StyleProblem, make_style_checker
)
CITATIONS: Stage[StyleSettings, CitationsRequest, str] = Stage(
    "citations", StyleSettings, CitationsRequest, str, make_citations_formatter, lambda digest: (digest,)
)
ENTRY: Stage[NoSettings, Entry, RenderedEntry] = Stage("entry", NoSettings, Entry, RenderedEntry, make_entry_renderer)
FORMULA: Stage[NoSettings, FormulaRequest, FormulaHtml] = Stage(
    "formula", NoSettings, FormulaRequest, FormulaHtml, make_formula_renderer, largest_batch=128
)
CODE: Stage[NoSettings, CodeRequest, CodeHtml] = Stage("code", NoSettings, CodeRequest, CodeHtml, make_code_renderer)
IMAGE: Stage[ImageSettings, ImageSource, MadeImage] = Stage(
    "image",
    ImageSettings,
    ImageSource,
    MadeImage,
    make_image_maker,
    lambda image: (variant.digest for variant in image.variants),
)
PAGE: Stage[RenderSettings, PackedContent, MadePage] = Stage(
    "page", RenderSettings, PackedContent, MadePage, make_page_maker, together=True
)
PAGE_ALONE: Stage[RenderSettings, PackedContent, MadePage] = Stage(
    "page alone", RenderSettings, PackedContent, MadePage, lambda settings: make_page_maker(settings, with_files=False)
)
FEED_CONTENT: Stage[RenderSettings, PackedContent, FeedContent] = Stage(
    "feed content", RenderSettings, PackedContent, FeedContent, make_feed_content_maker
)
MACHINE_FILES: Stage[RenderSettings, SiteContents, MadeMachineFiles] = Stage(
    "machine files",
    RenderSettings,
    SiteContents,
    MadeMachineFiles,
    make_machine_files_maker,
)

SOCIAL_CARD: Stage[CardSettings, CardRequest, MadeCard] = Stage(
    "social card",
    CardSettings,
    CardRequest,
    MadeCard,
    make_card_maker,
    lambda card: (card.digest,) if card.digest else (),
)
CHART: Stage[NoSettings, ChartRequest, ChartSvg] = Stage(
    "chart", NoSettings, ChartRequest, ChartSvg, make_chart_renderer
)
SEARCH: Stage[SearchSettings, IndexRequest, IndexPart] = Stage(
    "search index", SearchSettings, IndexRequest, IndexPart, make_indexer
)
PRECOMPRESS: Stage[Encoding, bytes, MadeCompressed] = Stage(
    "precompress",
    Encoding,
    bytes,
    MadeCompressed,
    make_precompressor,
    lambda file: (file.digest,) if file.digest else (),
)
TEMPLATES: Stage[NoSettings, dict[str, str], tuple[Diagnostic, ...]] = Stage(
    "templates", NoSettings, dict[str, str], tuple[Diagnostic, ...], make_template_checker
)

STAGES: dict[str, Stage[Any, Any, Any]] = {
    stage.name: stage
    for stage in (
        PARSE,
        JEKYLL_HEAD,
        JEKYLL_DATA,
        JEKYLL_TEXT,
        BIBLIOGRAPHY,
        READ_ENTRY,
        STYLE,
        CITATIONS,
        ENTRY,
        FORMULA,
        CODE,
        IMAGE,
        SOCIAL_CARD,
        CHART,
        PAGE,
        PAGE_ALONE,
        FEED_CONTENT,
        MACHINE_FILES,
        SEARCH,
        PRECOMPRESS,
        TEMPLATES,
    )
}


def run_batch(stage: str, settings: bytes, batch: bytes) -> bytes:
    """Run one stage over a batch: MessagePack of its arguments in, MessagePack of what it `Made` of each out."""
    function = _prepared(stage, settings, threading.get_ident())
    kind: Any = STAGES[stage].argument
    arguments: list[Any] = decoded(batch, list[kind])
    return msgspec.msgpack.encode([_made(function, argument) for argument in arguments])


def _made(function: Callable[[Any], Any], argument: Any) -> Made:
    started = time.perf_counter()
    made = function(argument)
    result, parts = made if isinstance(made, Parted) else (made, {})
    encoded = msgspec.Raw(msgspec.msgpack.encode(result))
    return Made(encoded, dict(parts), time.perf_counter() - started)


@lru_cache(maxsize=16)  # a worker gets many batches of one stage; what is prepared is a function of the key alone
def _prepared(stage: str, settings: bytes, _thread: int) -> Callable[[Any], Any]:
    """Prepare a stage for one thread: a parser, say, may do one thing at a time."""
    row = STAGES[stage]
    return row.prepare(decoded(settings, row.settings))
