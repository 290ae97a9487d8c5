"""Citations of all pages: the CSL styles they use, loaded or reported, and what the styles make of each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document
from octavo.model.reference import (
    Bibliography,
    CitationsRequest,
    FormattedCitations,
    FormattedReference,
    StyleProblem,
    StyleSettings,
)
from octavo.model.site import Inputs
from octavo.model.source import Span
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import CITATIONS, STYLE, NoSettings
from octavo.resolve.citations import library_of, request_citations, request_site_references
from octavo.resolve.generated import BIBLIOGRAPHY

#: What formats the pages of a site that names no usable style, so that its other problems are found too.
FALLBACK_STYLE = "apa"

#: A style whose name ends so is a file of the site.
FILE = ".csl"

NO_CITATIONS = FormattedCitations()


def format_citations(
    documents: Sequence[Document], bibliography: Bibliography, inputs: Inputs, runner: Runner
) -> tuple[dict[str, FormattedCitations], tuple[Diagnostic, ...]]:
    """Format the citations of every page, by its path, and the references of the whole site under `BIBLIOGRAPHY`.

    A style that can't be used is reported.
    """
    styles, problems = _load_styles(documents, inputs, runner)
    kept = runner.kept
    library = kept.call("library", library_of, bibliography)
    site_style = inputs.config.style
    requests: list[tuple[str, str, CitationsRequest]] = [
        (
            document.path,
            document.front_matter.style or site_style,
            kept.call(("request", document.path), request_citations, document, library),
        )
        for document in documents
    ]
    of_site = kept.same("site references", request_site_references(documents, library))
    requests.append((BIBLIOGRAPHY, site_style, of_site))
    formatted = dict.fromkeys((path for path, _, _ in requests), NO_CITATIONS)
    for name, settings in styles.items():
        mine = [(path, request) for path, style, request in requests if style == name and request.items]
        results = _sharing(runner.run(CITATIONS, settings, [request for _, request in mine]))
        formatted |= {path: result for (path, _), result in zip(mine, results, strict=True)}
    return formatted, problems


def _sharing(formatted: Iterable[FormattedCitations]) -> Iterator[FormattedCitations]:
    """Let pages share the references that look the same on them, as most do: they fill the memory of large sites."""
    known: dict[FormattedReference, FormattedReference] = {}
    for page in formatted:
        shared = tuple(known.setdefault(reference, reference) for reference in page.references)
        yield msgspec.structs.replace(page, references=shared)


def _load_styles(
    documents: Sequence[Document], inputs: Inputs, runner: Runner
) -> tuple[Mapping[str, StyleSettings], tuple[Diagnostic, ...]]:
    """Load the site's style and those that notes name."""
    users = {document.front_matter.style: document.path for document in reversed(documents)}
    users[inputs.config.style] = ""
    names = [name for name in users if name]
    settings = [_style_settings(name, inputs) for name in names]
    faults = [
        fault if name in inputs.styles or not name.endswith(FILE) else _no_file(name, inputs)
        for name, fault in zip(names, runner.run(STYLE, NoSettings(), settings), strict=True)
    ]
    fallback = StyleSettings(FALLBACK_STYLE, inputs.config.language)
    styles = {
        name: fallback if fault.message else setting
        for name, setting, fault in zip(names, settings, faults, strict=True)
    }
    problems = tuple(
        _style_unknown(name, users[name], fault) for name, fault in zip(names, faults, strict=True) if fault.message
    )
    return styles, problems


def _style_settings(name: str, inputs: Inputs) -> StyleSettings:
    return StyleSettings(inputs.styles.get(name, name), inputs.config.language)


def _no_file(name: str, inputs: Inputs) -> StyleProblem:
    nearest = get_close_matches(name, inputs.styles, n=2, cutoff=0.4)
    return StyleProblem(f"there is no style '{name}' in bibliography/", nearest=tuple(nearest))


def _style_unknown(name: str, path: str, problem: StyleProblem) -> Diagnostic:
    span = Span(name, problem.line) if problem.line else Span(path, 1) if path else None
    hint = "did you mean " + " or ".join(f"'{near}'" for near in problem.nearest) + "?" if problem.nearest else ""
    return Diagnostic("style-unknown", problem.message, span, "", hint)
