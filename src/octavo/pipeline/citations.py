"""Citations of all pages: the CSL styles they use, loaded or reported, and what the styles make of each page."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

import msgspec

from octavo.memo import digest_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document, Outline
from octavo.model.packing import encoded
from octavo.model.reference import (
    Bibliography,
    CitationsRequest,
    Entry,
    FormattedCitations,
    StyleProblem,
    StyleSettings,
)
from octavo.model.scholar import ScholarConfig
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Span
from octavo.pipeline.runner import FEW, Runner
from octavo.pipeline.settings import bibliography_settings
from octavo.pipeline.stages import CITATIONS, READ_ENTRY, STYLE, NoSettings
from octavo.read.scholar.config import page_scholar
from octavo.resolve.citations import LINKING
from octavo.resolve.generated import BIBLIOGRAPHY
from octavo.resolve.library import Library, entries_shown, entries_within, library_of
from octavo.resolve.requests import PageRequests, Requested, Run, request_page, request_site_references

#: What formats the pages of a site that names no usable style, so that its other problems are found too.
FALLBACK_STYLE = "apa"

#: A style whose name ends so is a file of the site.
FILE = ".csl"

NO_CITATIONS = FormattedCitations()


class SiteCitations(NamedTuple):
    """What is asked of the citations of each page and what came of it, by its path, and their configurations.

    The references of the whole site are the only run of `BIBLIOGRAPHY`.
    """

    library: Library
    scholars: Mapping[str, ScholarConfig]
    requests: Mapping[str, PageRequests]
    formatted: Mapping[str, Sequence[FormattedCitations]]


class PlannedRun(NamedTuple):
    """A run without its request, which is large: the path of its page and its place there, its style and language.

    ``request`` is the digest of the request, empty if it asks for no entries.
    """

    path: str
    place: int
    style: str
    locale: str
    request: str


def format_citations(
    documents: Sequence[Outline], heads: Sequence[Outline], bibliography: Bibliography, inputs: Inputs, runner: Runner
) -> tuple[SiteCitations, tuple[Diagnostic, ...]]:
    """Format the citations and references of every page, and the references of the whole site.

    ``heads`` are those of the documents. A style that can't be used is reported.
    """
    kept = runner.kept
    config = inputs.config
    library = site_library(documents, heads, bibliography, config, runner)
    scholars = {
        head.path: kept.call(("scholar", head.path), page_scholar, head.front_matter.scholar, config.scholar)
        for head in heads
    }

    def ask_anew(place: int) -> Requested:
        path = heads[place].path
        return kept.call(("request", path), request_page, documents[place], library, config, scholars[path])

    ask = cache(ask_anew) if len(heads) <= FEW else ask_anew  # all requests of many pages would fill the memory
    requests: dict[str, PageRequests] = {}
    runs: list[PlannedRun] = []
    for place, head in enumerate(heads):
        requests[head.path], of_page = ask(place)
        runs += kept.call(("runs", head.path), _planned, head.path, of_page)
    of_site = Run(
        config.scholar.style or config.style,
        config.scholar.locale or config.language,
        kept.same(
            "site references",
            request_site_references(_shown(requests.values(), config.scholar, library), library, config.scholar),
        ),
    )
    runs += _planned(BIBLIOGRAPHY, (of_site,))
    places = {head.path: place for place, head in enumerate(heads)}

    def request_of(run: PlannedRun) -> CitationsRequest:
        return (of_site if run.path == BIBLIOGRAPHY else ask(places[run.path]).runs[run.place]).request

    def languages_of(run: PlannedRun) -> dict[str, str]:
        """Return the languages of the works of a run, or nothing, by their citekeys."""
        citekeys = (one.citekey for one in request_of(run).items)
        return {citekey: library.entries[citekey].item.get("language", "") for citekey in citekeys}

    overrides = list(_in_other_languages(runs, scholars, config.scholar, languages_of))
    with_overrides = [*runs, *(run for _, run in overrides)]
    styles, problems = _load_styles(heads, with_overrides, inputs, runner)
    results = _format_runs(with_overrides, styles, request_of, runner)
    runner.hold(results)
    for (place, run), made in zip(overrides, results[len(runs) :], strict=True):
        theirs, of_all = runner.packed((made, results[place]), FormattedCitations)
        results[place] = runner.pack(_with_references_of(languages_of(run), run.locale, theirs, of_all))
    formatted: dict[str, list[str]] = {path: [] for path in (*requests, BIBLIOGRAPHY)}
    for run, result in zip(runs, results, strict=False):
        formatted[run.path].append(result)
    packed = runner.packed([tuple(of_page) for of_page in formatted.values()], FormattedCitations)
    by_path = {path: packed[place] for place, path in enumerate(formatted)}
    return SiteCitations(library, scholars, requests, by_path), problems


def _planned(path: str, runs: tuple[Run, ...]) -> tuple[PlannedRun, ...]:
    requests = (digest_of(encoded(run.request)) if run.request.items else "" for run in runs)
    return tuple(
        PlannedRun(path, place, run.style, run.locale, request)
        for place, (run, request) in enumerate(zip(runs, requests, strict=True))
    )


def _in_other_languages(
    runs: Sequence[PlannedRun],
    scholars: Mapping[str, ScholarConfig],
    of_site: ScholarConfig,
    languages_of: Callable[[PlannedRun], Mapping[str, str]],
) -> Iterator[tuple[int, PlannedRun]]:
    """Yield runs once more in the languages of their works, each with its place, where the works' languages count."""
    for place, run in enumerate(runs):
        if scholars.get(run.path, of_site).allow_locale_overrides:
            from octavo.render.citations import has_locale

            for language in dict.fromkeys(languages_of(run).values()):
                if language and language != run.locale and has_locale(language):
                    yield place, run._replace(locale=language)


def _with_references_of(
    languages: Mapping[str, str], locale: str, made: FormattedCitations, instead_of: FormattedCitations
) -> FormattedCitations:
    """Take the references of the works in a language from what came of the request in it."""
    theirs = {one.citekey: one for one in made.references if languages[one.citekey] == locale}
    references = tuple(theirs.get(one.citekey, one) for one in instead_of.references)
    return msgspec.structs.replace(instead_of, references=references)


def _format_runs(
    runs: Sequence[PlannedRun],
    styles: Mapping[tuple[str, str], StyleSettings],
    request_of: Callable[[PlannedRun], CitationsRequest],
    runner: Runner,
) -> list[str]:
    """Return the digests of what comes of the runs."""
    by_request = {run.request: run for run in runs}

    def expand(digests: Sequence[str]) -> Iterator[CitationsRequest]:
        return (request_of(by_request[digest]) for digest in digests)

    results = [runner.pack(NO_CITATIONS)] * len(runs)
    for style, settings in styles.items():
        mine = [place for place, run in enumerate(runs) if (run.style, run.locale) == style and run.request]
        made = runner.run_expanded(CITATIONS, settings, [runs[place].request for place in mine], expand)
        for place, result in zip(mine, made, strict=True):
            results[place] = result
    return results


def site_library(
    documents: Sequence[Document],
    heads: Sequence[Document],
    bibliography: Bibliography,
    config: SiteConfig,
    runner: Runner,
) -> Library:
    """Return the library of a site; of its entries only those are understood that something shows."""
    kept = runner.kept
    with_own = [one for one in heads if any(listed.bibtex for listed in one.reference_lists)]
    settings = kept.same("bibliography settings", bibliography_settings(config))
    within = (
        kept.call(("entries within", one.path), entries_within, one.path, one.reference_lists, settings)
        for one in with_own
    )
    written = [one.written for one in entries_shown(bibliography.entries, documents, config.scholar)]
    digests = [entry.digest for entry in runner.run(READ_ENTRY, settings, written)]
    shown = kept.same("entries", runner.values(digests, Entry))
    return kept.call("library", library_of, bibliography, shown, settings, *within)


def _shown(pages: Iterable[PageRequests], scholar: ScholarConfig, library: Library) -> Iterable[str]:
    """Return the citekeys that the site cites or has pages for, in the order of their first citation."""
    shown: dict[str, None] = {}
    for page in pages:
        shown |= dict.fromkeys(key for keys in page.cited for key in keys if key)
        for planned in page.lists:
            if planned.listed.form in LINKING or scholar.keeps_ids:
                shown |= dict.fromkeys(planned.chosen.citekeys)
    if scholar.has_details:
        shown |= dict.fromkeys(library.shelf(scholar).citekeys)
    return shown


def _load_styles(
    documents: Sequence[Document], runs: Iterable[PlannedRun], inputs: Inputs, runner: Runner
) -> tuple[Mapping[tuple[str, str], StyleSettings], tuple[Diagnostic, ...]]:
    """Load the styles of all runs, each in its language, and those that notes name."""
    config = inputs.config
    users = {run.style: run.path for run in runs}
    users |= {document.front_matter.style: document.path for document in reversed(documents)}
    users[config.scholar.style or config.style] = ""
    names = [name for name in users if name]
    locale = config.scholar.locale or config.language
    settings = [StyleSettings(_style(name, inputs), locale) for name in names]
    faults = {
        name: fault if _style(name, inputs) != name or not _is_file(name) else _no_file(name, inputs)
        for name, fault in zip(names, runner.run(STYLE, NoSettings(), settings), strict=True)
    }
    styles = {
        (run.style, run.locale): StyleSettings(
            FALLBACK_STYLE if faults[run.style].message else _style(run.style, inputs), run.locale
        )
        for run in runs
    }
    problems = tuple(_style_unknown(name, users[name], fault) for name, fault in faults.items() if fault.message)
    return styles, problems


def _style(name: str, inputs: Inputs) -> str:
    """Return the XML of a style that is a file of the site, by its path from the site's root; or else the name."""
    return inputs.styles.get(posixpath.normpath(name).lstrip("/"), name) if _is_file(name) else name


def _is_file(name: str) -> bool:
    """Tell whether a name is that of a file of the site, not the address of a style that everybody knows."""
    return name.endswith(FILE) and "://" not in name


def _no_file(name: str, inputs: Inputs) -> StyleProblem:
    nearest = get_close_matches(name, inputs.styles, n=2, cutoff=0.4)
    return StyleProblem(f"there is no style '{name}' in bibliography/", nearest=tuple(nearest))


def _style_unknown(name: str, path: str, problem: StyleProblem) -> Diagnostic:
    span = Span(name, problem.line) if problem.line else Span(path, 1) if path else None
    hint = "did you mean " + " or ".join(f"'{near}'" for near in problem.nearest) + "?" if problem.nearest else ""
    return Diagnostic("style-unknown", problem.message, span, "", hint)
