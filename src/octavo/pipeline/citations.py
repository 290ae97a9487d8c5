"""Citations of all pages: the CSL styles they use, loaded or reported, and what the styles make of each page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document
from octavo.model.reference import (
    Bibliography,
    Entry,
    FormattedCitations,
    FormattedReference,
    StyleProblem,
    StyleSettings,
)
from octavo.model.scholar import ScholarConfig
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Span
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import CITATIONS, READ_ENTRY, STYLE, NoSettings
from octavo.read.bibtex import bibliography_settings
from octavo.read.scholar.config import page_scholar
from octavo.resolve.citations import LINKING
from octavo.resolve.generated import BIBLIOGRAPHY
from octavo.resolve.library import Library, entries_shown, entries_within, library_of
from octavo.resolve.requests import PageRequests, Run, request_page, request_site_references

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
    formatted: Mapping[str, tuple[FormattedCitations, ...]]


def format_citations(
    documents: Sequence[Document], bibliography: Bibliography, inputs: Inputs, runner: Runner
) -> tuple[SiteCitations, tuple[Diagnostic, ...]]:
    """Format the citations and references of every page, and the references of the whole site.

    A style that can't be used is reported.
    """
    kept = runner.kept
    config = kept.same("config", inputs.config)
    library = site_library(documents, bibliography, inputs.config, runner)
    scholars = {
        document.path: kept.call(
            ("scholar", document.path), page_scholar, document.front_matter.scholar, config.scholar
        )
        for document in documents
    }
    requests = {
        document.path: kept.call(
            ("request", document.path), request_page, document, library, config, scholars[document.path]
        )
        for document in documents
    }
    of_site = Run(
        config.scholar.style or config.style,
        config.scholar.locale or config.language,
        kept.same(
            "site references",
            request_site_references(_shown(requests.values(), config.scholar, library), library, config.scholar),
        ),
    )
    runs = [(path, run) for path, page in requests.items() for run in page.runs] + [(BIBLIOGRAPHY, of_site)]
    overrides = list(_in_other_languages(runs, scholars, config.scholar))
    with_overrides = [*runs, *((runs[place][0], run) for place, run in overrides)]
    styles, problems = _load_styles(documents, with_overrides, inputs, runner)
    results = _format_runs([run for _, run in with_overrides], styles, runner)
    for (place, run), made in zip(overrides, results[len(runs) :], strict=True):
        results[place] = _with_references_of(run, made, results[place])
    formatted: dict[str, list[FormattedCitations]] = {path: [] for path in (*requests, BIBLIOGRAPHY)}
    for (path, _), result in zip(runs, results, strict=False):
        formatted[path].append(result)
    by_path = {path: kept.same(("formatted", path), tuple(of_page)) for path, of_page in formatted.items()}
    return SiteCitations(library, scholars, requests, by_path), problems


def _in_other_languages(
    runs: Sequence[tuple[str, Run]], scholars: Mapping[str, ScholarConfig], of_site: ScholarConfig
) -> Iterator[tuple[int, Run]]:
    """Yield runs once more in the languages of their works, each with its place, where the works' languages count."""
    for place, (path, run) in enumerate(runs):
        if scholars.get(path, of_site).allow_locale_overrides:
            from octavo.render.citations import has_locale

            languages = dict.fromkeys(item.get("language", run.locale) for item in run.request.items)
            for language in languages:
                if language != run.locale and has_locale(language):
                    yield place, run._replace(locale=language)


def _with_references_of(run: Run, made: FormattedCitations, instead_of: FormattedCitations) -> FormattedCitations:
    """Take the references of the works in the language of a run from what came of it."""
    citekeys = {item["id"] for item in run.request.items if item.get("language") == run.locale}
    theirs = {one.citekey: one for one in made.references if one.citekey in citekeys}
    references = tuple(theirs.get(one.citekey, one) for one in instead_of.references)
    return msgspec.structs.replace(instead_of, references=references)


def _format_runs(
    runs: Sequence[Run], styles: Mapping[tuple[str, str], StyleSettings], runner: Runner
) -> list[FormattedCitations]:
    results = [NO_CITATIONS] * len(runs)
    for style, settings in styles.items():
        mine = [place for place, run in enumerate(runs) if (run.style, run.locale) == style and run.request.items]
        made = _sharing(runner.run(CITATIONS, settings, [runs[place].request for place in mine]))
        for place, result in zip(mine, made, strict=True):
            results[place] = result
    return results


def site_library(
    documents: Sequence[Document], bibliography: Bibliography, config: SiteConfig, runner: Runner
) -> Library:
    """Return the library of a site; of its entries only those are understood that something shows."""
    kept = runner.kept
    with_own = [one for one in documents if any(listed.bibtex for listed in one.reference_lists)]
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


def _sharing(formatted: Iterable[FormattedCitations]) -> Iterator[FormattedCitations]:
    """Let pages share the references that look the same on them, as most do: they fill the memory of large sites."""
    known: dict[FormattedReference, FormattedReference] = {}
    for page in formatted:
        shared = tuple(known.setdefault(reference, reference) for reference in page.references)
        yield msgspec.structs.replace(page, references=shared)


def _load_styles(
    documents: Sequence[Document], runs: Iterable[tuple[str, Run]], inputs: Inputs, runner: Runner
) -> tuple[Mapping[tuple[str, str], StyleSettings], tuple[Diagnostic, ...]]:
    """Load the styles of all runs, each in its language, and those that notes name."""
    config = inputs.config
    users = {run.style: path for path, run in runs}
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
        for _, run in runs
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
