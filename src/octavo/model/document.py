"""One note, parsed: a body with holes, and the lists of what fills them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.fact import Fact, FactTable
from octavo.model.presentation import Presentation
from octavo.model.source import NOWHERE, Span


class Hole(StrEnum):
    """What a placeholder stands for; each kind indexes the list of `Document` named beside it."""

    CITATION = "citation"  # citations: the whole in-text citation
    CITATION_TEXT = "citation-text"  # citations: the same without any tag, for attributes and what is no HTML
    REFERENCES = "references"  # reference_lists: a list of references
    ENTRY = "entry"  # reference_lists: what is shown of entries within a text
    TOC = "toc"  # a table of contents of this page; index 0
    HREF = "href"  # links: the value of an href attribute, between its quotes
    IMAGE = "image"  # images: a whole <img> or <picture>
    FIGURE = "figure"  # figures: a whole <figure>
    TABLE = "table"  # tables: a whole table in its box
    FORMULA = "formula"  # formulas: MathML
    CODE = "code"  # code_blocks: a highlighted block
    CROSS_REFERENCE = "cross-reference"  # cross_references: a whole link, "Figure 3"
    FOOTNOTE = "footnote"  # footnote_references: a whole raised number
    FACTS = "facts"  # fact_tables: the inside of a <table>, or a chart


class Dialect(StrEnum):
    """How the Markdown of a note is read."""

    OCTAVO = "octavo"  # CommonMark with what scholarly notes add
    KRAMDOWN = "kramdown"  # as kramdown's parser for GFM does, which Jekyll uses


class Placeholder(msgspec.Struct, frozen=True, array_like=True):
    """A hole in a body, to be filled when the whole site is known: ``index`` into the list of its ``kind``."""

    kind: Hole
    index: int


#: HTML in order, with holes.
Body: TypeAlias = tuple[str | Placeholder, ...]

#: A value of YAML that msgspec can carry: text, number, truth or nothing, and lists and mappings of these.
#: (msgspec knows no recursive alias.)
Json: TypeAlias = Any


class Attributes(msgspec.Struct, frozen=True, array_like=True):
    """A kramdown attribute list ``{: #identifier .class key="value"}``."""

    identifier: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """A work on a note's reading list: its citekey, and what the list says of it; ``span`` is the citekey's place."""

    citekey: str
    topic: str
    comment: str
    span: Span


class FrontMatter(msgspec.Struct, frozen=True, array_like=True):
    """The leading YAML of a note. Dates are ISO 8601 text; ``extra`` holds the keys that are not Octavo's.

    ``body_line`` is the line of the file where the body starts, counted from 1. ``parent`` and ``grand_parent`` are
    titles of the pages above it; ``collection`` is what the note belongs to, or what a page that lists one names, and
    ``taxonomy`` the tag or category that a page lists.
    ``scholar`` holds what the note sets otherwise than the site's `ScholarConfig`.
    """

    title: str = ""
    layout: str = ""
    permalink: str = ""
    description: str = ""
    section: str = ""
    nav_title: str = ""
    nav_order: float | str | None = None
    nav_exclude: bool = False
    parent: str = ""
    grand_parent: str = ""
    has_toc: bool = True
    search_exclude: bool = False
    toc: bool = True
    draft: bool = False
    date: str = ""
    updated: str = ""
    language: str = ""
    style: str = ""
    image: str = ""
    dialect: Dialect | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    collection: str = ""
    taxonomy: str = ""
    aliases: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    readings: tuple[Reading, ...] = ()
    presentation: Presentation = Presentation()
    scholar: dict[str, Json] = {}
    extra: dict[str, Json] = {}
    body_line: int = 1


class Heading(msgspec.Struct, frozen=True, array_like=True):
    """A heading: ``level`` 1 to 6, ``text`` plain, ``body`` its inline HTML without citations and links."""

    level: int
    text: str
    body: Body
    anchor: str
    in_toc: bool
    span: Span


class CitationItem(msgspec.Struct, frozen=True, array_like=True):
    """One citekey within a citation, with its locator (``label`` a CSL locator term such as ``page``) and affixes."""

    citekey: str
    span: Span
    locator: str = ""
    label: str = ""
    prefix: str = ""
    suffix: str = ""
    suppress_author: bool = False


class Citation(msgspec.Struct, frozen=True, array_like=True):
    """One citation in the text.

    ``narrative`` puts the author into the sentence ("Devlin et al. (2019)"); ``silent`` prints nothing but puts the
    entries into the list of references (``{% nocite %}``); ``in_footnote`` says that it stands in one already.
    ``files`` are the bibliographies to look into, none for those of the site; ``style`` is a CSL style, empty for the
    page's; ``list_prefix`` is the prefix of the list of references that it leads to. ``span`` is the whole tag's.
    """

    items: tuple[CitationItem, ...]
    narrative: bool = False
    silent: bool = False
    in_footnote: bool = False
    files: tuple[str, ...] = ()
    style: str = ""
    list_prefix: str = ""
    span: Span = NOWHERE


class ListForm(StrEnum):
    """What is shown of the entries that a tag chooses."""

    LIST = "list"  # a list of references: {% bibliography %}
    REFERENCE = "reference"  # the references of some entries, in the text: {% reference %}, {% bibtex %}
    COUNT = "count"  # how many there are: {% bibliography_count %}
    DETAILS = "details"  # a link to the page of each: {% cite_details %}
    ADDRESS = "address"  # the address of the page of one: {% details_link %}
    PAGE = "page"  # the whole page of one, in the site's own layout


class ReferenceList(msgspec.Struct, frozen=True, array_like=True):
    """``{% bibliography %}`` and what else shows entries of the library.

    ``cited_only`` or the whole library; ``in_order`` of citation or as the site sorts; ``items`` are the entries that
    are shown if the tag names them, and ``bibtex`` their source if it brings it along. ``template`` is the name of
    what renders it, without ``.html.jinja``, or text in Liquid. The others are flags of jekyll-scholar; what is empty
    or ``None`` is left to the configuration. ``clear`` ends the citations that a list shows, so that the next begins
    anew; ``place`` counts the citations before the list; ``group_by`` and ``group_order`` have a word for each level.
    """

    cited_only: bool
    in_order: bool
    span: Span
    template: str = ""
    form: ListForm = ListForm.LIST
    items: tuple[CitationItem, ...] = ()
    bibtex: str = ""
    files: tuple[str, ...] = ()
    query: str = ""
    style: str = ""
    group_by: tuple[str, ...] = ()
    group_order: tuple[str, ...] = ()
    type_order: tuple[str, ...] = ()
    most: int | None = None
    offset: int = 0
    distinct: bool = False
    distinct_by: tuple[str, ...] = ()
    list_tag: str = ""
    prefix: str = ""
    text: str = ""
    clear: bool = False
    place: int = 0


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A link. ``target`` is the address as written, variables filled in; a ``wiki`` target is ``Title#heading``."""

    target: str
    span: Span
    wiki: bool = False


class Image(msgspec.Struct, frozen=True, array_like=True):
    """An image: ``source`` is the address as written, variables filled in; ``alt`` and ``title`` are plain text.

    ``theme`` is ``light`` or ``dark`` if it is shown in that one only.
    """

    source: str
    alt: str
    title: str
    attributes: Attributes
    span: Span
    theme: str = ""


class Panel(msgspec.Struct, frozen=True, array_like=True):
    """What a figure shows, or one part of it: a hole for an image or a chart.

    There are two holes for an image with a twin for the dark theme. ``caption`` (plain text) and ``label``
    (``@fig:x-a``) are empty if the figure has no other panel.
    """

    content: tuple[Placeholder, ...]
    span: Span
    caption: str = ""
    label: str = ""


class Figure(msgspec.Struct, frozen=True, array_like=True):
    """Panels, mostly one, with a caption; ``label`` is what ``@fig:x`` refers to."""

    panels: tuple[Panel, ...]
    caption: Body
    credit: Body
    attributes: Attributes
    label: str
    span: Span


class Table(msgspec.Struct, frozen=True, array_like=True):
    """A table: ``content`` is the inside of its ``<table>``; it is numbered if it has a caption or a label."""

    content: Body
    caption: Body
    credit: Body
    columns: int
    attributes: Attributes
    label: str
    span: Span


class Formula(msgspec.Struct, frozen=True, array_like=True):
    """A formula in TeX without its dollars; ``label`` is what ``@eq:x`` refers to.

    ``written`` is what a script of the site's own layouts would read, delimiters and all; others have none.
    """

    tex: str
    display: bool
    label: str
    span: Span
    written: str = ""


class CodeMarkup(StrEnum):
    """Whose markup a block of code has: Octavo's, or that of kramdown or of Jekyll's tag, both with Rouge's classes."""

    OCTAVO = "octavo"
    KRAMDOWN = "kramdown"
    JEKYLL = "jekyll"


class CodeBlock(msgspec.Struct, frozen=True, array_like=True):
    """A block of code; ``language`` is the first word of the fence's info string, lower-cased unless for Rouge.

    ``first_line`` is the number shown at its first line, 0 without line numbers; ``highlighted`` are the lines that
    are marked, counted from 1.
    """

    text: str
    language: str
    attributes: Attributes
    span: Span
    title: str = ""
    first_line: int = 0
    highlighted: tuple[int, ...] = ()
    markup: CodeMarkup = CodeMarkup.OCTAVO


class Footnote(msgspec.Struct, frozen=True, array_like=True):
    """A footnote: ``body`` is its text with the ways back; ``place`` counts the citations before it is referred to."""

    body: Body
    place: int


class FootnoteReference(msgspec.Struct, frozen=True, array_like=True):
    """A place that refers to a footnote: its index in the document's list, the id of the place, and how it is named."""

    footnote: int
    anchor: str
    label: str = ""


class CrossReference(msgspec.Struct, frozen=True, array_like=True):
    """``@fig:masking``: ``label`` is ``fig:masking``, one of the prefixes ``fig tbl eq sec``.

    ``form`` shows a number alone, ``({})`` for ``(3)``; without it the reference says of what it is.
    """

    label: str
    span: Span
    form: str = ""


class Document(msgspec.Struct, frozen=True, array_like=True):
    """A note as its own text tells it: nothing in here depends on another file.

    ``path`` is the note's, relative to the site's folder; ``anchors`` are all ids the body itself will carry;
    ``summary`` is the plain text of the first paragraph; ``words`` counts the words of the text. A document that says
    where it is published has a ``url`` from the site's root and an ``output``, its file; the body of one that
    ``is_whole`` is the whole file. ``macros`` are those that its formulas define, by name (``\\R``).
    """

    path: str
    front_matter: FrontMatter
    body: Body
    headings: tuple[Heading, ...] = ()
    citations: tuple[Citation, ...] = ()
    reference_lists: tuple[ReferenceList, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    formulas: tuple[Formula, ...] = ()
    code_blocks: tuple[CodeBlock, ...] = ()
    cross_references: tuple[CrossReference, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    footnote_references: tuple[FootnoteReference, ...] = ()
    fact_tables: tuple[FactTable, ...] = ()
    anchors: tuple[str, ...] = ()
    summary: str = ""
    words: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    url: str = ""
    output: str = ""
    is_whole: bool = False
    macros: tuple[tuple[str, str], ...] = ()


class Outline(Document, frozen=True, array_like=True):
    """What the rest of the site sees of a document: without its prose, its code and places in its file.

    ``sections`` is the text of the heading above each of the ``citations``, or nothing.
    """

    sections: tuple[str, ...] = ()
