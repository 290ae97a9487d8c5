"""What a site written for Jekyll uses, construct by construct, and what becomes of it here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from octavo.model.document import Json
from octavo.model.jekyll import Theme
from octavo.model.source import SourceFile, Span
from octavo.model.survey import Construct, Support
from octavo.read.jekyll.constructs import CODE, LIQUID, VERBATIM, blank, span_in
from octavo.read.jekyll.heads import LAYOUT_KEY, NO_LAYOUT, body_start
from octavo.read.jekyll.own_code import said_of
from octavo.read.jekyll.plugins import PLUGINS
from octavo.read.jekyll.scholar import key_span
from octavo.read.jekyll.scholar_support import named_settings, support_of

PLUG_IN, TAG, FILTER, INCLUDE, LAYOUT, KRAMDOWN = "plug-in", "tag", "filter", "include", "layout", "kramdown"
SCHOLAR = "scholar"

QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
PIPED = re.compile(r"\|\s*(\w+)")
FIRST_WORD = re.compile(r"\s*([^\s{}]+)")

#: Tags that close a block or stand in one.
PARTS_OF_BLOCKS = re.compile(r"end\w+|else|elsif|when")


class KramdownConstruct(NamedTuple):
    """A construct of kramdown that other Markdown lacks: how it is found, and what becomes of it."""

    name: str
    pattern: re.Pattern[str]
    support: Support = Support.SUPPORTED
    note: str = ""


KRAMDOWN_CONSTRUCTS = (
    KramdownConstruct("attribute list {: }", re.compile(r"\{:(?!toc\b| ?toc\b|:)[^}\n]*\}")),
    KramdownConstruct("table of contents {:toc}", re.compile(r"\{: ?toc ?\}")),
    KramdownConstruct(
        "formula $$…$$", re.compile(r"\$\$.+?\$\$", re.DOTALL), note="typeset as MathML, without a script"
    ),
    KramdownConstruct(
        r"formula \\(…\\)",
        re.compile(r"\\\\\(.+?\\\\\)|\\\\\[.+?\\\\\]", re.DOTALL),
        note="typeset as MathML, without a script",
    ),
    KramdownConstruct("footnote [^x]", re.compile(r"^\[\^[^\]\n]+\]:", re.MULTILINE)),
    KramdownConstruct("abbreviation *[X]:", re.compile(r"^\*\[[^\]\n]+\]:", re.MULTILINE)),
    KramdownConstruct("definition list", re.compile(r"^:[ \t]+\S", re.MULTILINE)),
    KramdownConstruct("Markdown in HTML", re.compile(r"<\w[^>\n]*\smarkdown=[\"']?(?:1|block|span)")),
    KramdownConstruct("extension {::comment} or {::nomarkdown}", re.compile(r"\{::(?:comment|nomarkdown)[^}\n]*\}")),
    KramdownConstruct("extension {::options}", re.compile(r"\{::options[^}\n]*\}")),
    KramdownConstruct(
        "formula $…$",
        re.compile(r"(?<![\\$\w])\$(?=[^\s$\d])[^$\n]*?[^\s$\\]\$(?![\w$])"),
        Support.DIFFERS,
        "typeset as MathML where a script of the site makes formulas of it; or else text, as for kramdown",
    ),
    KramdownConstruct(
        "Mermaid or PlantUML",
        re.compile(r"^(?:```|~~~) *(?:mermaid|plantuml)\b", re.MULTILINE),
        Support.MISSING,
        "the diagram stays as its source, unless a script of the site's layouts draws it",
    ),
)


class Known(NamedTuple):
    """What a site can use: names of tags and filters, of includes and layouts; what is said of tags that do nothing.

    ``theme_layouts`` are those that Octavo's theme has an equivalent of; ``theme`` is what the pages are put into;
    ``own_tags`` and ``own_filters`` are those that the site's own code defines, with their places.
    """

    tags: Collection[str]
    filters: Collection[str]
    includes: Collection[str]
    layouts: Collection[str]
    theme_layouts: Collection[str]
    absent_tags: Mapping[str, str]
    theme: Theme
    own_tags: Mapping[str, str]
    own_filters: Mapping[str, str]


class _Use(NamedTuple):
    kind: str
    name: str
    span: Span


def survey_site(
    config: Mapping[str, Json], config_source: SourceFile, texts: Iterable[SourceFile], known: Known
) -> tuple[Construct, ...]:
    """Say of each construct of a site what becomes of it; what will be missing comes first in each kind."""
    counts: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], Span] = {}
    of_config = (*_plugins(config, config_source), *_settings(config, config_source))
    for use in (*of_config, *(use for text in texts for use in _uses(text))):
        key = use.kind, use.name
        counts[key] = counts.get(key, 0) + 1
        first.setdefault(key, use.span)
    constructs = (
        Construct(kind, name, *_verdict(kind, name, known, config), count, first[kind, name])
        for (kind, name), count in counts.items()
    )
    return tuple(sorted(constructs, key=_order))


KINDS = (PLUG_IN, SCHOLAR, TAG, FILTER, INCLUDE, LAYOUT, KRAMDOWN)
_SUPPORTS = (Support.MISSING, Support.DIFFERS, Support.SUPPORTED)


def _order(construct: Construct) -> tuple[int, int, int, str]:
    return KINDS.index(construct.kind), _SUPPORTS.index(construct.support), -construct.count, construct.name


def _plugins(config: Mapping[str, Json], source: SourceFile) -> Iterator[_Use]:
    """Yield the plug-ins that the configuration asks for; ``gems`` is what Jekyll 2 called them."""
    for key in ("plugins", "gems", "whitelist"):
        listed = config.get(key) or ()
        for name in [listed] if isinstance(listed, str) else listed:
            place = re.search(rf"(?<![\w/-]){re.escape(str(name))}(?![\w/-])", source.text)
            yield _Use(PLUG_IN, str(name), span_in(source, place.start() if place else 0, len(str(name))))


def _settings(config: Mapping[str, Json], source: SourceFile) -> Iterator[_Use]:
    for name in named_settings(config.get("scholar")):
        yield _Use(SCHOLAR, name, key_span(name.rpartition(".")[2], source))


def _uses(source: SourceFile) -> Iterator[_Use]:
    text = VERBATIM.sub(blank, source.text)
    yield from _liquid(source, text)
    for found in LAYOUT_KEY.finditer(text, 0, body_start(source.text)):
        if found[1] not in NO_LAYOUT:
            yield _Use(LAYOUT, found[1], span_in(source, found.start(1), len(found[1])))
    if source.path.endswith((".html", ".htm", ".xml")):
        return
    prose = CODE.sub(_blank_code, text)
    for construct in KRAMDOWN_CONSTRUCTS:
        for found in construct.pattern.finditer(prose):
            yield _Use(KRAMDOWN, construct.name, span_in(source, found.start(), len(found[0])))


def _liquid(source: SourceFile, text: str) -> Iterator[_Use]:
    for found in LIQUID.finditer(text):
        name, start = found["tag"], found.start()
        if name and not PARTS_OF_BLOCKS.fullmatch(name):
            yield _Use(TAG, name, span_in(source, found.start("tag"), len(name)))
        if name in ("include", "include_cached") and (file := FIRST_WORD.match(found["arguments"])):
            yield _Use(INCLUDE, file[1], span_in(source, found.start("arguments") + file.start(1), len(file[1])))
        inside = QUOTED.sub(blank, found["arguments"] or found["output"] or "")
        offset = found.start("arguments") if name else found.start("output")
        for piped in PIPED.finditer(inside):
            yield _Use(FILTER, piped[1], span_in(source, max(start, offset + piped.start(1)), len(piped[1])))


def _verdict(kind: str, name: str, known: Known, config: Mapping[str, Json]) -> tuple[Support, str]:
    if kind == SCHOLAR:
        return support_of(name, config["scholar"], known.theme)
    if kind == PLUG_IN:
        plugin = PLUGINS.get(name)
        return plugin or (Support.MISSING, "Octavo doesn't know it; its tags and filters print nothing")
    if kind == KRAMDOWN:
        return next((one.support, one.note) for one in KRAMDOWN_CONSTRUCTS if one.name == name)
    if kind == LAYOUT:
        return _layout(name, known)
    own = {TAG: known.own_tags, FILTER: known.own_filters}.get(kind, {})
    if name in own and name not in (*known.tags, *known.filters):
        return Support.MISSING, f"{said_of(name, own)}: {_OWN[kind]}"
    if kind == TAG and name in known.absent_tags:
        return Support.MISSING, known.absent_tags[name]
    names = {TAG: known.tags, FILTER: known.filters, INCLUDE: known.includes}[kind]
    return (Support.SUPPORTED, "") if name in names else (Support.MISSING, _ABSENT[kind])


_ABSENT = {
    TAG: "Octavo doesn't know it; it prints nothing",
    FILTER: "Octavo doesn't know it; its value is printed as it is",
    INCLUDE: "there is no such file in the site; it prints nothing",
}

#: What becomes of what the site's own code defines.
_OWN = {TAG: "it prints nothing", FILTER: "its value is printed as it is"}


def _layout(name: str, known: Known) -> tuple[Support, str]:
    if name in known.layouts:
        return Support.SUPPORTED, ""
    if name in known.theme_layouts:
        return Support.DIFFERS, "a layout of the site's theme; Octavo's stands for it"
    return Support.MISSING, "there is no such layout in the site; the page is shown as any other"


def _blank_code(found: re.Match[str]) -> str:
    """Blank out code, but for the fence that opens it and says its language."""
    if not found["fence"]:
        return blank(found)
    opening, line_end, rest = found[0].partition("\n")
    return opening + line_end + re.sub(r"[^\n]", " ", rest)
