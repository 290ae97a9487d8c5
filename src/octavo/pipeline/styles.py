"""The CSL styles that a site's pages use, loaded or reported, and the order in which each sorts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Document
from octavo.model.reference import Bibliography
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Span
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import SORT_KEY, STYLE, NoSettings
from octavo.render.citations import StyleFacts, StyleSettings
from octavo.resolve.citations import SortKeys, library_of
from octavo.resolve.site import cited_by_style


class LoadedStyle(NamedTuple):
    """A CSL style that can be used."""

    settings: StyleSettings
    facts: StyleFacts


#: Styles by the names that pages give them.
Styles = Mapping[str, LoadedStyle]

#: What formats the pages of a site that names no usable style, so that its other problems are found too.
FALLBACK_STYLE = "apa"


def load_styles(documents: Sequence[Document], inputs: Inputs, runner: Runner) -> tuple[Styles, tuple[Diagnostic, ...]]:
    """Load the site's style and those that notes name; one that can't be used is reported."""
    users = {document.front_matter.style: document.path for document in reversed(documents)}
    users[inputs.config.style] = ""
    names = [name for name in users if name]
    settings = [_style_settings(name, inputs) for name in names]
    facts = runner.run(STYLE, NoSettings(), settings)
    fallback_settings = StyleSettings(FALLBACK_STYLE, inputs.config.language)
    fallback = LoadedStyle(fallback_settings, runner.run(STYLE, NoSettings(), [fallback_settings])[0])
    styles = {
        name: fallback if fact.problem else LoadedStyle(setting, fact)
        for name, setting, fact in zip(names, settings, facts, strict=True)
    }
    problems = tuple(
        _style_unknown(name, users[name], fact) for name, fact in zip(names, facts, strict=True) if fact.problem
    )
    return styles, problems


def _style_settings(name: str, inputs: Inputs) -> StyleSettings:
    is_own = bool(inputs.style_xml) and name == inputs.config.style
    return StyleSettings(inputs.style_xml if is_own else name, inputs.config.language)


def _style_unknown(name: str, path: str, facts: StyleFacts) -> Diagnostic:
    span = Span(name, facts.line) if facts.line else Span(path, 1) if path else None
    hint = "did you mean " + " or ".join(f"'{near}'" for near in facts.nearest) + "?" if facts.nearest else ""
    return Diagnostic("style-unknown", facts.problem, span, "", hint)


def sort_keys_by_style(
    documents: Sequence[Document], bibliography: Bibliography, styles: Styles, config: SiteConfig, runner: Runner
) -> dict[str, SortKeys]:
    """Return what each style sorts the entries by that are cited in it."""
    library = library_of(bibliography)
    keys: dict[str, SortKeys] = {}
    for name, cited in cited_by_style(documents, library, config.style).items():
        citekeys = sorted(cited)
        items = [library[citekey].item for citekey in citekeys]
        keys[name] = dict(zip(citekeys, runner.run(SORT_KEY, styles[name].settings, items), strict=True))
    return keys
