"""The parts of pages: images, formulas and code, each distinct one rendered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TypeVar

from octavo.model.document import CodeBlock, Document, Formula
from octavo.model.fact import FACTS, FactTable, Kind, ResolvedFacts
from octavo.model.packing import decoded, fields_of
from octavo.model.reference import Entry
from octavo.model.rendering import (
    ChartRequest,
    CodeRequest,
    FormulaHtml,
    FormulaRequest,
    ImageSettings,
    ImageSource,
    PublishedImage,
    PublishedVariant,
)
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Asset
from octavo.pipeline.packed_page import PackedContent, PackedPage, PageParts, parts_of
from octavo.pipeline.plan import SitePlan
from octavo.pipeline.results import MadeImage, MadeVariant, ParsedNote
from octavo.pipeline.runner import Runner
from octavo.pipeline.settings import bibliography_settings
from octavo.pipeline.stages import CHART, CODE, ENTRY, FORMULA, IMAGE, NoSettings, Stage
from octavo.read.macros import macros_in

A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K", bound=Hashable)

#: Of so many notes the parts are begun before the site is resolved; those of all would fill the memory.
MOST_BEGUN = 1024

#: Where the variants of images are published, from the site's root.
MEDIA = "/media/"


def render_images(
    plan: SitePlan, inputs: Inputs, read_asset: Callable[[Asset], bytes], runner: Runner
) -> dict[str, MadeImage]:
    """Measure the local images that pages show and make their variants; the result is by the asset's source path.

    Of those that only stand for a page in other places there are no variants.
    """
    rendered: dict[str, MadeImage] = {}
    by_source = {asset.source: asset for asset in inputs.assets}
    for sources, widths in ((plan.images, inputs.config.image_widths), (plan.social_images, ())):
        settings = ImageSettings(widths, inputs.config.image_quality)
        rendered |= _render_all([by_source[source] for source in sources], settings, read_asset, runner)
    return rendered


def _render_all(
    assets: Sequence[Asset], settings: ImageSettings, read_asset: Callable[[Asset], bytes], runner: Runner
) -> dict[str, MadeImage]:
    """Render images, by their sources; all of them are remembered together, too."""

    def make() -> dict[str, MadeImage]:
        images = runner.run_expanded(
            IMAGE, settings, assets, lambda missing: (ImageSource(asset.url, read_asset(asset)) for asset in missing)
        )
        return {asset.source: image for asset, image in zip(assets, images, strict=True)}

    return runner.recall("images", (assets, settings), dict[str, MadeImage], make, _variants)


def _variants(images: Mapping[str, MadeImage]) -> Iterator[str]:
    return (variant.digest for image in images.values() for variant in image.variants)


def media_files(images: Mapping[str, MadeImage]) -> dict[str, str]:
    """Return the variants of all images as files of the site: their digests by path."""
    variants = chain.from_iterable(image.variants for image in images.values())
    return {_media_url(variant)[1:]: variant.digest for variant in variants}


def _media_url(variant: MadeVariant) -> str:
    return f"{MEDIA}{variant.digest[:16]}-{variant.width}.webp"


def published_images(images: Mapping[str, MadeImage]) -> dict[str, PublishedImage]:
    """Return what pages need to know of images."""
    return {source: _published_image(image) for source, image in images.items()}


def _published_image(image: MadeImage) -> PublishedImage:
    variants = tuple(PublishedVariant(_media_url(variant), variant.width) for variant in image.variants)
    return PublishedImage(image.facts.width, image.facts.height, variants, image.facts.problem)


def begin_parts(notes: Iterable[ParsedNote], config: SiteConfig, runner: Runner) -> None:
    """Begin to render code and formulas of notes that this build has parsed: they need nothing of the site."""
    code_blocks, formulas = list[CodeRequest](), list[FormulaRequest]()
    for packed in islice(runner.made(note.document for note in notes), MOST_BEGUN):
        document = fields_of(packed, Document)
        code_blocks += map(_code_request, decoded(document["code_blocks"], tuple[CodeBlock, ...]))
        macros = config.macros | dict(decoded(document["macros"], tuple[tuple[str, str], ...]))
        formulas += _formula_requests(decoded(document["formulas"], tuple[Formula, ...]), macros)
    runner.begin(CODE, NoSettings(), code_blocks)
    if config.math == "mathml":
        runner.begin(FORMULA, NoSettings(), formulas)


def page_contents(
    pages: Sequence[PackedPage],
    images: Mapping[str, PublishedImage],
    config: SiteConfig,
    runner: Runner,
) -> list[PackedContent]:
    """Render the parts of pages, each distinct one once."""
    settings = bibliography_settings(config)
    asked = [parts_of(page) for page in pages]
    code_blocks = [[_code_request(part) for part in parts.code_blocks] for parts in asked]
    charts = [[_chart_request(*pair) for pair in _fact_tables(parts)] for parts in asked]

    def expand(digests: Sequence[str]) -> Iterator[Entry]:
        from octavo.resolve.library import entries_within, understand  # most entries are known

        brought = (entry for one in asked for entry in entries_within(one.path, one.reference_lists, settings))
        within = {entry.digest: entry for entry in understand(brought, settings)}
        others = [digest for digest in digests if digest not in within]
        by_digest = within | dict(zip(others, runner.values(others, Entry), strict=True))
        return (by_digest[digest] for digest in digests)

    rendered = zip(
        pages,
        asked,
        _formulas(asked, config.math, runner),
        _run_nested(runner, CODE, code_blocks, _as_they_are),
        _run_nested(runner, CHART, charts, _as_they_are),
        _run_nested(runner, ENTRY, [parts.entries for parts in asked], expand),
        strict=True,
    )
    return [
        PackedContent(
            share=page.share,
            note=page.note,
            formulas=page_formulas,
            code_blocks=page_code,
            images=tuple(images.get(image.asset, PublishedImage()) for image in parts.images),
            charts=page_charts,
            entries=page_entries,
            social_image=images.get(parts.social_image.asset if parts.social_image else "", PublishedImage()),
        )
        for page, parts, page_formulas, page_code, page_charts, page_entries in rendered
    ]


def _as_they_are(arguments: Sequence[A]) -> Sequence[A]:
    return arguments


def _formulas(pages: Sequence[PageParts], math: str, runner: Runner) -> Iterator[tuple[FormulaHtml, ...]]:
    requests = [_formula_requests(page.formulas, dict(page.macros)) for page in pages]
    if math == "mathml":
        return _run_nested(runner, FORMULA, requests, _as_they_are)
    from octavo.render.math import leave_formula  # only what makes no MathML needs it here

    return (tuple(leave_formula(one.tex, one.display, one.macros) for one in of_page) for of_page in requests)


def _formula_requests(formulas: Iterable[Formula], macros: Mapping[str, str]) -> list[FormulaRequest]:
    """Ask for formulas, each with those of the macros that it uses: so a macro changes no other formula's key."""
    return [FormulaRequest(one.tex, one.display, tuple(macros_in((one.tex,), macros).items())) for one in formulas]


def _code_request(block: CodeBlock) -> CodeRequest:
    return CodeRequest(
        block.text,
        block.language,
        block.title,
        block.first_line,
        block.highlighted,
        block.attributes,
        block.markup,
    )


def _fact_tables(page: PageParts) -> Iterator[tuple[FactTable, ResolvedFacts]]:
    return zip(page.fact_tables, page.resolved_facts, strict=True)


def _chart_request(table: FactTable, facts: ResolvedFacts) -> ChartRequest:
    """Ask for the chart of a table of facts; of one that is no chart, for nothing."""
    if table.form != "chart":
        return ChartRequest((), "", Kind.TEXT, "", Kind.TEXT)
    x, y = (FACTS[name] for name in table.columns)
    return ChartRequest(facts.points, x.title, x.kind, y.title, y.kind)


def _run_nested(
    runner: Runner,
    stage: Stage[NoSettings, A, B],
    identities: Sequence[Sequence[K]],
    expand: Callable[[Sequence[K]], Iterable[A]],
) -> Iterator[tuple[B, ...]]:
    """Run a stage over the distinct arguments of all pages at once; yield the results page by page."""
    distinct = list(dict.fromkeys(chain.from_iterable(identities)))
    results = dict(zip(distinct, runner.run_expanded(stage, NoSettings(), distinct, expand), strict=True))
    return (tuple([results[one] for one in of_page]) for of_page in identities)
