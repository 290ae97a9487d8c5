"""The configuration of jekyll-scholar in ``_config.yml``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.jekyll import Theme
from octavo.model.scholar import ScholarConfig
from octavo.model.source import SourceFile, Span
from octavo.read.jekyll.config import base_path
from octavo.read.jekyll.constructs import span_in
from octavo.read.scholar.config import ScholarProblem, parse_scholar

#: What jekyll-scholar cites in unless the site says otherwise.
DEFAULTS = ScholarConfig(style="apa", locale="en")


def scholar_of(
    config: Mapping[str, Json], source: str, theme: Theme, layouts: Iterable[str], text: str = "", path: str = ""
) -> tuple[ScholarConfig, tuple[Diagnostic, ...]]:
    """Return what a Jekyll configuration says in ``scholar``; ``source`` is the folder that the site's texts are in.

    ``layouts`` are the paths of the layouts; ``text`` is that of the configuration's file, for the places of mistakes.
    """
    permalink = str(config.get("permalink") or "")
    base = msgspec.structs.replace(
        DEFAULTS,
        own_markup=theme is Theme.OWN,
        details_extension="/" if permalink == "pretty" or permalink.endswith("/") else ".html",
    )
    scholar, problems = parse_scholar(config.get("scholar") or {}, base)
    folder = posixpath.normpath(posixpath.join(source, scholar.source.strip("/")))
    found = tuple(_diagnostic(problem, text, path) for problem in problems)
    names = {layout.rpartition(".")[0] for layout in layouts}
    has_details = theme is Theme.OWN and scholar.details_layout.removesuffix(".html") in names
    start = base_path(config)
    return msgspec.structs.replace(scholar, source=folder, has_details=has_details, base_path=start), found


def key_span(key: str, source: SourceFile) -> Span:
    """Return where a key of ``scholar`` stands in a configuration."""
    table = re.search(r"^scholar\s*:", source.text, re.MULTILINE)
    start = table.start() if table else 0
    found = re.compile(rf"(?<![\w.-]){re.escape(key)}(?=[\"']?\s*:)").search(source.text, start)
    place = found.start() if found else start
    return span_in(source, place, len(key))


def _diagnostic(problem: ScholarProblem, text: str, path: str) -> Diagnostic:
    span = key_span(problem.key, SourceFile(path, text))
    return Diagnostic("scholar-invalid", problem.message, span, text.split("\n")[span.line - 1], problem.hint)
