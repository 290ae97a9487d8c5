"""The parts of pages: images, formulas, code, citations and references, each distinct one rendered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from octavo.memo import digest_of
from octavo.model.site import Inputs, Page, Site
from octavo.model.source import Asset
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import CITE, CODE, FORMULA, IMAGE, REFERENCE, CodeRequest, FormulaRequest, NoSettings, Stage
from octavo.pipeline.styles import Styles
from octavo.render.body import PageContent, PublishedImage, PublishedVariant
from octavo.render.citations import CiteRequest, FormattedReference, ReferenceRequest, StyleSettings
from octavo.render.images import ImageSet, ImageSettings, ImageSource

A = TypeVar("A")
B = TypeVar("B")

#: Where the variants of images are published, from the site's root.
MEDIA = "/media/"


def render_images(
    site: Site, inputs: Inputs, read_asset: Callable[[Asset], bytes], runner: Runner
) -> dict[str, ImageSet]:
    """Measure the local images that pages show and make their variants; the result is by the asset's source path."""
    shown = {image.asset for page in site.pages for image in page.images if image.asset}
    assets = [asset for asset in inputs.assets if asset.source in shown]
    settings = ImageSettings(inputs.config.image_widths, inputs.config.image_quality)
    rendered = runner.run_expanded(
        IMAGE, settings, assets, lambda missing: (ImageSource(asset.url, read_asset(asset)) for asset in missing)
    )
    return {asset.source: image for asset, image in zip(assets, rendered, strict=True)}


def media_files(images: Mapping[str, ImageSet]) -> dict[str, bytes]:
    """Return the variants of all images as files of the site, by path."""
    variants = chain.from_iterable(image.variants for image in images.values())
    return {_media_url(variant.data, variant.width)[1:]: variant.data for variant in variants}


def _media_url(data: bytes, width: int) -> str:
    return f"{MEDIA}{digest_of(data)[:16]}-{width}.webp"


def published_image(image: ImageSet) -> PublishedImage:
    """Return what a page needs to know of an image."""
    variants = tuple(
        PublishedVariant(_media_url(variant.data, variant.width), variant.width) for variant in image.variants
    )
    return PublishedImage(image.facts.width, image.facts.height, variants, image.facts.problem)


def page_contents(
    pages: Sequence[Page], images: Mapping[str, PublishedImage], styles: Styles, runner: Runner
) -> list[PageContent]:
    """Render the parts of pages, each distinct one once."""
    formulas = [[FormulaRequest(part.tex, part.display) for part in page.document.formulas] for page in pages]
    code_blocks = [[CodeRequest(part.text, part.language) for part in page.document.code_blocks] for page in pages]
    rendered = zip(
        pages,
        _run_nested(runner, FORMULA, formulas),
        _run_nested(runner, CODE, code_blocks),
        _format_cites(pages, styles, runner, author_only=False),
        _format_cites(pages, styles, runner, author_only=True),
        _format_references(pages, styles, runner),
        strict=True,
    )
    return [
        PageContent(
            page=page,
            style=styles[page.style].facts,
            formulas=tuple(page_formulas),
            code_blocks=tuple(page_code),
            images=tuple(images.get(image.asset, PublishedImage()) for image in page.images),
            cites=cites,
            authors=authors,
            references=references,
        )
        for page, page_formulas, page_code, cites, authors, references in rendered
    ]


def _run_nested(
    runner: Runner, stage: Stage[NoSettings, A, B], arguments: Sequence[Sequence[A]]
) -> Iterator[tuple[B, ...]]:
    """Run a stage over all arguments of all pages at once; yield the results page by page."""
    results = iter(runner.run(stage, NoSettings(), list(chain.from_iterable(arguments))))
    return (tuple(next(results) for _ in page_arguments) for page_arguments in arguments)


def _run_by_style(
    runner: Runner, stage: Stage[StyleSettings, A, B], requests: Sequence[tuple[str, A]], styles: Styles
) -> list[B]:
    """Run a stage over (style, request) pairs; the results come in the order of the pairs."""
    results: dict[int, B] = {}
    for style in dict.fromkeys(style for style, _ in requests):
        places = [place for place, (name, _) in enumerate(requests) if name == style]
        results |= zip(
            places, runner.run(stage, styles[style].settings, [requests[place][1] for place in places]), strict=True
        )
    return [results[place] for place in range(len(requests))]


def _format_cites(
    pages: Sequence[Page], styles: Styles, runner: Runner, author_only: bool
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Format the known items of every citation of every page; ``author_only`` the names of the narrative ones."""
    requests = [
        [_cite_requests(page, place, styles, author_only) for place in range(len(page.citations))] for page in pages
    ]
    flat = [
        (page.style, request)
        for page, citations in zip(pages, requests, strict=True)
        for request in chain.from_iterable(citations)
    ]
    results = iter(_run_by_style(runner, CITE, flat, styles))
    return (tuple(tuple(next(results) for _ in citation) for citation in citations) for citations in requests)


def _cite_requests(page: Page, place: int, styles: Styles, author_only: bool) -> list[CiteRequest]:
    citation = page.document.citations[place]
    if citation.silent or (author_only and not citation.narrative):
        return []
    numbered = styles[page.style].facts.numbered
    return [
        CiteRequest(
            item=page.items[item.citekey],
            number=resolved.number if numbered else 0,
            locator="" if author_only else item.locator,
            label="" if author_only else item.label,
            suppress_author=not author_only and (item.suppress_author or citation.narrative),
            author_only=author_only,
        )
        for item, resolved in zip(citation.items, page.citations[place], strict=True)
        if resolved.known
    ]


def _format_references(
    pages: Sequence[Page], styles: Styles, runner: Runner
) -> Iterator[tuple[tuple[FormattedReference, ...], ...]]:
    """Format every row of every list of references of every page."""
    flat = [
        (
            page.style,
            ReferenceRequest(page.items[row.citekey], row.number if styles[page.style].facts.numbered else 0),
        )
        for page in pages
        for row in chain.from_iterable(page.reference_lists)
    ]
    results = iter(_run_by_style(runner, REFERENCE, flat, styles))
    return (tuple(tuple(next(results) for _ in listed) for listed in page.reference_lists) for page in pages)
