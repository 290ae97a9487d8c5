"""Problems as values: every rule Octavo can report, and one report."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from octavo.model.source import Span


class Severity(StrEnum):
    """How much a problem matters.

    A *note* is told and counts for nothing. A *warning* is told. An *error* is told and the place is marked in the
    page, which is still published; the command exits with 1. A *fatal* problem makes a page or URL impossible:
    nothing is published.
    """

    OFF = "off"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    FATAL = "fatal"


class Rule(msgspec.Struct, frozen=True):
    """A kind of problem: its stable identifier, its severity unless configured, and what it means."""

    identifier: str
    severity: Severity
    summary: str


class Diagnostic(msgspec.Struct, frozen=True, array_like=True):
    """One problem.

    ``rule`` is the identifier of a `Rule`; ``span`` is ``None`` where no single line is at fault; ``excerpt`` is the
    source line the span points into, as written (the build fills it in from the sources where it is empty); ``hint``
    says what to do about it, or is empty.
    """

    rule: str
    message: str
    span: Span | None = None
    excerpt: str = ""
    hint: str = ""


def _rules(severity: Severity, **summaries: str) -> dict[str, Rule]:
    return {
        (identifier := name.replace("_", "-")): Rule(identifier, severity, summary)
        for name, summary in summaries.items()
    }


#: Every rule, by identifier. The README's table of rules is checked against this one.
RULES: dict[str, Rule] = {
    **_rules(
        Severity.FATAL,
        config_invalid="the configuration cannot be read, or a value has the wrong type",
        config_unknown="a key of the configuration is not one of Octavo's",
        content_missing="the site has no content/ folder, or no note in it",
        encoding_invalid="a source file is not UTF-8",
        file_unreadable="a source file cannot be read",
        front_matter_invalid="the front matter is not YAML, or a value has the wrong type",
        path_outside="a path or permalink leads out of the site",
        style_unknown="the CSL style does not exist or cannot be read",
        symlink_loop="a symbolic link leads back into itself",
        template_invalid="a template cannot be compiled or fails while rendering",
        url_collision="two pages or files would be published at one URL",
    ),
    **_rules(
        Severity.ERROR,
        attributes_malformed="an attribute list {: ...} cannot be read",
        bibliography_missing="a tag names a file that is none of the site's bibliographies",
        bibtex_invalid="an entry of the bibliography cannot be read",
        chart_missing="a chart cannot be drawn",
        cite_malformed="a citation cannot be read",
        cite_unknown="a citation names a key that no entry has",
        compare_malformed="a comparison of facts cannot be read, or compares nothing",
        data_invalid="a data file cannot be read",
        entry_duplicate="two entries of the bibliography have one key",
        fact_invalid="a fact cannot be read",
        fact_unknown="a fact is not one of those that Octavo knows",
        fact_unsourced="a fact names no source",
        image_broken="an image cannot be decoded",
        image_missing="an image file does not exist",
        include_missing="an include names a file that does not exist",
        label_duplicate="two figures, tables, equations or headings have one label",
        label_unknown="a cross-reference names a label that does not exist",
        layout_circular="layouts of a Jekyll site name each other in a circle",
        layout_unknown="the front matter names a layout that has no template",
        link_broken="a link leads to a page or anchor that does not exist",
        liquid_invalid="a template's Liquid cannot be read, or fails",
        liquid_limit="a template runs or grows without end",
        math_invalid="a formula cannot be converted",
        sass_invalid="a style sheet in Sass cannot be compiled",
        tag_invalid="a tag lacks what it needs",
        tag_unclosed="a tag, variable or block is opened but never closed",
        tag_unknown="a tag is not one of Octavo's",
        variable_unknown="a variable is not defined",
    ),
    **_rules(
        Severity.WARNING,
        code_option_invalid="an option of a code block is unknown, or names lines that it does not have",
        entry_incomplete="an entry of the bibliography lacks a field its type needs, or inherits from no entry",
        entry_uncited="an entry of the bibliography is never cited",
        footnote_unknown="a footnote is referred to but not defined",
        front_matter_duplicate="a key of the front matter is given twice; the last one counts",
        front_matter_unknown="a key of the front matter is a misspelt one of Octavo's, or its value means nothing",
        html_escaped="HTML in a note is shown as text, because raw_html is off",
        image_alt_missing="an image has no alternative text",
        macro_unread="a macro of TeX that a script of a Jekyll site defines cannot be read",
        navigation_unknown="a note names a list of the navigation that does not exist",
        parent_unknown="a note names a page above it that does not exist",
        scholar_invalid="a key of `scholar` in a Jekyll configuration is not jekyll-scholar's, or has a wrong value",
        language_unknown="a code block names a language that cannot be highlighted",
        sass_missing="style sheets in Sass cannot be compiled, because what compiles them is not installed",
        plugin_missing="a tag or filter belongs to a plug-in of Jekyll that Octavo does not have",
    ),
    **_rules(
        Severity.NOTE,
        card_incomplete="the font of the cards for links lacks letters of a title",
        compression_missing="files cannot be compressed, because what compresses them is not installed",
        code_not_run="code of the site that Jekyll would run, and Octavo does not",
        liquid_lax="an expression of Liquid that only its lax parser takes, or that is empty",
        search_missing="there is no index for the full-text search",
    ),
}
