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
from octavo.model.source import Span
from octavo.read.jekyll.config import base_path
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


def _diagnostic(problem: ScholarProblem, text: str, path: str) -> Diagnostic:
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if re.match(r"scholar\s*:", line)), 0)
    place = re.compile(rf"\s*[\"']?{re.escape(problem.key)}[\"']?\s*:")
    number = next((number for number in range(start, len(lines)) if place.match(lines[number])), start)
    line = lines[number]
    span = Span(path, number + 1, len(line) - len(line.lstrip()) + 1, max(1, len(problem.key)))
    return Diagnostic("scholar-invalid", problem.message, span, line, problem.hint)
