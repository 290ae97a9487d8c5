"""The pipeline: read all, resolve all, render all. A build is a function of its inputs and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import NamedTuple, Protocol

import msgspec

from octavo.memo import ForgottenError, Kept, Memo, NothingKept, Spool, digest_of
from octavo.model.diagnostic import Diagnostic, Severity
from octavo.model.rendering import RenderSettings
from octavo.model.site import Build, Inputs, Output
from octavo.model.source import Asset, Source, SourceFile
from octavo.pipeline.account import Account
from octavo.pipeline.compression import compress_files
from octavo.pipeline.pages import Pages
from octavo.pipeline.parts import begin_parts, media_files, published_images, render_images
from octavo.pipeline.plan import SitePlan, plan_site
from octavo.pipeline.reasons import Comparison
from octavo.pipeline.results import (
    MadeImage,
    MadeMachineFiles,
    MadePage,
    ParsedBibliography,
    ParsedNote,
    ParsedSite,
    ReadFiles,
)
from octavo.pipeline.runner import Pool, Runner
from octavo.pipeline.search import index_pages
from octavo.pipeline.settings import bibliography_settings, note_settings, render_settings
from octavo.pipeline.social_cards import begin_social_cards, render_social_cards
from octavo.pipeline.stages import BIBLIOGRAPHY, PAGE, PARSE, TEMPLATES, NoSettings
from octavo.render.report import severity_of


class Reader(Protocol):
    """Reads what inputs name by its digest. Raises `OSError` if it can't be read, or is no longer the same."""

    def read_text(self, source: Source) -> str:
        """Return a text."""

    def read_asset(self, asset: Asset) -> bytes:
        """Return the bytes of an asset."""


class Shelf(Protocol):
    """The files that are published already, by the digests of their bytes."""

    def has(self, digest: str) -> bool:
        """Tell whether there is a file with these bytes."""

    def read(self, digest: str) -> bytes:
        """Return the bytes of a file that is there."""


class EmptyShelf:
    """Nothing is published yet."""

    def has(self, digest: str) -> bool:
        """Have nothing."""
        return False

    def read(self, digest: str) -> bytes:
        """Raise `KeyError`."""
        raise KeyError(digest)


class Means(NamedTuple):
    """What a build works with; nothing of it shows in what it makes.

    Pages that are on the ``shelf`` are not made again; the ``account`` is told what is done.
    """

    memo: Memo
    spool: Spool
    pool: Pool
    reader: Reader
    account: Account
    shelf: Shelf = EmptyShelf()


class Contents:
    """The bytes of a build's outputs, by their digest."""

    def __init__(self, made: Mapping[str, bytes], assets: Iterable[Asset], means: Means) -> None:
        self._made = made
        self._assets = {asset.digest: asset for asset in assets}
        self._means = means

    def read(self, digest: str) -> bytes:
        """Return the bytes of an output; assets are read from their files only now. Raises `ForgottenError`."""
        if digest in self._made:
            return self._made[digest]
        part = self._means.spool.get(digest)
        if part is None and digest in self._assets:
            part = self._means.reader.read_asset(self._assets[digest])
        if part is None and self._means.shelf.has(digest):
            with suppress(ForgottenError):  # somebody has just changed the file
                part = self._means.shelf.read(digest)
        if part is None:
            part = self._means.memo.get_many((digest,)).get(digest)
        if part is None:
            raise ForgottenError
        return part


class Prepared(NamedTuple):
    """A site of which all is known that its pages need: any of them can be rendered."""

    inputs: Inputs
    notes: Mapping[str, ParsedNote]
    bibliography: ParsedBibliography
    plan: SitePlan
    images: Mapping[str, MadeImage]
    settings: RenderSettings
    pages: Pages
    runner: Runner
    means: Means
    problems: tuple[Diagnostic, ...] = ()
    files: Mapping[str, bytes] = {}

    def using(self, pool: Pool) -> Prepared:
        """Return the same site, to be rendered in another pool."""
        return self._replace(
            runner=self.runner.using(pool), pages=self.pages.using(pool), means=self.means._replace(pool=pool)
        )


def build(inputs: Inputs, means: Means, kept: Kept | None = None) -> tuple[Build, Contents]:
    """Build a site in memory: every file of it, and every problem.

    ``kept`` is what a process that builds again and again hands to each of its builds. Raises `ForgottenError`.
    """
    return finish(prepare(inputs, means, kept, renders_all=True))


def prepare(inputs: Inputs, means: Means, kept: Kept | None = None, renders_all: bool = False) -> Prepared:
    """Parse all and resolve all; if all is to be rendered at once, too, begin that meanwhile."""
    kept = kept or NothingKept(means.spool)
    kept.begin()
    same = {name: kept.same(name, getattr(inputs, name)) for name in ("assets", "styles", "templates")}
    inputs = msgspec.structs.replace(inputs, **same)
    runner = Runner(means.memo, means.spool, means.pool, inputs.fingerprint, means.account, kept)
    read_files = partial(read_sources, means.reader)
    sources, bibliographies = _by_path(inputs.notes), _by_path(inputs.bibliographies)
    with means.account.phase("parse"):
        parsed_site = _parse_notes(inputs, sources, read_files, runner)
        config = kept.same("config", parsed_site.config)
        notes, inputs = parsed_site.notes, msgspec.structs.replace(inputs, config=config)
        reading = bibliography_settings(inputs.config)
        bibliography = runner.run_expanded(BIBLIOGRAPHY, reading, [bibliographies], partial(map, read_files))[0]
    if renders_all:
        begin_parts(notes.values(), inputs.config, runner)
    with means.account.phase("resolve"):
        begin = partial(begin_social_cards, inputs, means.reader.read_asset, runner) if renders_all else lambda _: None
        plan = plan_site(notes, bibliography, inputs, runner, begin)
    with means.account.phase("images"):
        images = kept.call(
            "images", lambda plan, _: render_images(plan, inputs, means.reader.read_asset, runner), plan, inputs.assets
        )
        published = kept.call("published images", published_images, images)
    settings = render_settings(plan, inputs)
    pages = Pages(plan, notes, published, settings, runner)
    problems, files = parsed_site.diagnostics, parsed_site.files
    return Prepared(inputs, notes, bibliography, plan, images, settings, pages, runner, means, problems, files)


def _parse_notes(inputs: Inputs, sources: Sequence[Source], read_files: ReadFiles, runner: Runner) -> ParsedSite:
    """Return the notes by path, what is wrong beside them, where old addresses lead, and the whole configuration."""
    if inputs.jekyll:
        from octavo.pipeline.jekyll import parse_jekyll  # other sites need nothing of it

        return parse_jekyll(inputs, inputs.jekyll, read_files, runner)
    kept = runner.kept
    settings = kept.same("note settings", note_settings(inputs.config))
    parsed = kept.call_each(
        "notes", lambda missing: runner.run_expanded(PARSE, settings, missing, read_files), sources, settings
    )
    notes = {source.path: note for source, note in zip(sources, parsed, strict=True)}
    return ParsedSite(notes, (), {}, inputs.config)


def known_problems(site: Prepared) -> tuple[Diagnostic, ...]:
    """Return what is known to be wrong with a site before its pages are rendered."""
    notes = (site.notes.get(page.path) for page in site.plan.pages)
    of_notes = (note.diagnostics for note in notes if note and note.diagnostics)
    found = (*site.inputs.diagnostics, *site.problems, *chain.from_iterable(of_notes))
    return (*_each_once(found), *site.bibliography.diagnostics, *site.plan.diagnostics)


def _each_once(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield diagnostics, but of what isn't there only the first that misses it."""
    seen: set[str] = set()
    for one in diagnostics:
        if one.rule not in ("plugin-missing", "sass-missing") or one.message not in seen:
            yield one
        seen.add(one.message)


def finish(site: Prepared) -> tuple[Build, Contents]:
    """Render all: every file of the site, and every problem. Pages on the shelf are not made."""
    inputs, plan, runner, means = site.inputs, site.plan, site.runner, site.means
    with means.account.phase("cards"):
        social_cards, card_problems = render_social_cards(plan, inputs, means.reader.read_asset, runner)
    comparison = Comparison(inputs, site.notes, site.bibliography, plan, means.memo)
    means.pool.use_waiting(comparison.compare)
    with means.account.phase("pages"):
        rendered = site.pages.render(
            plan.pages, lambda page: _are_on(means.shelf, page.digest, *(file.digest for file in page.files))
        )
        new = means.account.stage(PAGE.name).paths
        means.account.reasons.update(comparison.reasons([page for page in plan.pages if page.path in new]))
        machine_files = (
            site.pages.machine_files(lambda made: _are_on(means.shelf, *made.files.values()))
            if inputs.config.extras
            else MadeMachineFiles()
        )
        template_problems = runner.run(TEMPLATES, NoSettings(), [inputs.templates])[0]
    by_url = {page.route.url: made for page, made in zip(plan.pages, rendered, strict=True)}
    with means.account.phase("search"):
        index, index_problems = index_pages(plan, by_url, inputs.config, Contents({}, (), means).read, runner)
    files = {**site.files} | index | ({".nojekyll": b""} if inputs.config.extras else {})
    parts = media_files(site.images) | social_cards
    outputs, contents = _assemble(plan, rendered, parts, machine_files.files, files, inputs, means)
    with means.account.phase("compress"):
        compressed, compression_problems = compress_files(outputs, inputs.config.precompress, contents.read, runner)
    diagnostics = _with_excerpts(
        inputs,
        means.reader,
        known_problems(site),
        template_problems,
        card_problems,
        *(page.diagnostics for page in rendered),
        machine_files.diagnostics,
        index_problems,
        compression_problems,
    )
    rules = inputs.config.rules
    outputs |= {path: digest for path, digest in compressed.items() if path not in outputs}
    made = Build(
        outputs=tuple(Output(path, outputs[path]) for path in sorted(outputs)),
        diagnostics=diagnostics,
        publishable=all(severity_of(diagnostic, rules) is not Severity.FATAL for diagnostic in diagnostics),
        pages=len(plan.pages),
    )
    return made, contents


def _are_on(shelf: Shelf, *digests: str) -> bool:
    return all(map(shelf.has, digests))


def read_sources(reader: Reader, sources: Iterable[Source]) -> tuple[SourceFile, ...]:
    """Read texts. Raises `OSError`."""
    return tuple(SourceFile(source.path, reader.read_text(source)) for source in sources)


def _by_path(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Put sources into an order that doesn't depend on the one in which they were found."""
    return tuple(sorted(sources, key=lambda source: source.path))


def _assemble(
    plan: SitePlan,
    rendered: Sequence[MadePage],
    parts: Mapping[str, str],
    machine_files: Mapping[str, str],
    files: Mapping[str, bytes],
    inputs: Inputs,
    means: Means,
) -> tuple[dict[str, str], Contents]:
    """Put the files together that the site consists of: their digests by path; those we make win over an asset.

    ``parts`` are digests of what was made before; ``machine_files`` are such, too, and ``files`` the bytes of all else
    that belongs to the site as a whole.
    """
    outputs = {asset.url[1:]: asset.digest for asset in inputs.assets}
    outputs |= {page.route.output: made.digest for page, made in zip(plan.pages, rendered, strict=True) if made.digest}
    outputs |= {file.path: file.digest for page in rendered for file in page.files}
    outputs |= parts
    of_files = {path: digest_of(content) for path, content in files.items()}
    of_site = {**machine_files} | of_files
    if inputs.jekyll:  # which has files of these names in its own right
        of_site = {path: digest for path, digest in of_site.items() if path not in outputs}
    outputs |= of_site
    return outputs, Contents({of_files[path]: content for path, content in files.items()}, inputs.assets, means)


def _with_excerpts(inputs: Inputs, reader: Reader, *groups: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put diagnostics in the order of their places, each once, those without a place first; add their source lines."""
    distinct = dict.fromkeys(diagnostic for group in groups for diagnostic in group)
    if any(one.span and one.span.path.endswith(".bib") for one in inputs.diagnostics):
        distinct = {one: None for one in distinct if one.rule != "cite-unknown"}  # who knows what the file would hold
    ordered = sorted(distinct, key=lambda one: (one.span is not None, one.span or (), one.rule, one.message))
    paths = {one.span.path for one in ordered if one.span}
    lines = {
        source.path: reader.read_text(source).split("\n")
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
