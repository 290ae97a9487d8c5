"""The body of a note: Markdown with the dialect of scholarly notes, into a `Document` with holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from octavo.model.diagnostic import Diagnostic
from octavo.model.dialect import NoteSettings
from octavo.model.document import Citation, CitationItem, Dialect, Document, FrontMatter, Hole
from octavo.model.source import SourceFile, Span
from octavo.read import inline
from octavo.read.dialects import octavo
from octavo.read.frontmatter import parse_front_matter
from octavo.read.rules import attributes, footnote, link
from octavo.read.rules.draft import Draft, draft_of, render_hole, render_marked, split_body


class NoteMarkdown(MarkdownIt):
    """A parser that leaves addresses as written, but for what no address may hold."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802  # the name is markdown-it's
        """Return the address that a link is written with."""
        return link.encode_address(url)


def make_parser(settings: NoteSettings) -> Callable[[SourceFile], Document]:
    """Make the function that parses a note. It reports all that is wrong with a note, and raises nothing."""
    render = make_body_renderer(settings)

    def parse(source: SourceFile) -> Document:
        front_matter, body, problems = parse_front_matter(source)
        variables = settings.variables | page_variables(front_matter)
        draft = Draft(source, front_matter.body_line, body, variables)
        html = render(body, draft, front_matter.dialect)
        return make_document(front_matter, html, draft, problems)

    return parse


def make_body_renderer(settings: NoteSettings) -> Callable[[str, Draft, Dialect | None], str]:
    """Make the function that renders a body, in the site's dialect or another, into HTML with the marks of its holes.

    The values of the holes are added to the draft. If ``liquid_done``, the draft has those of the marks that are in
    the body already, and `Draft.trace` tells it where the lines of the body come from.
    """
    markdown = cache(lambda dialect: _make_markdown(msgspec.structs.replace(settings, dialect=dialect)))
    markdown(settings.dialect)

    def render(body: str, draft: Draft, dialect: Dialect | None = None) -> str:
        md: MarkdownIt = markdown(dialect or settings.dialect)
        html: str = md.render(body, {"draft": draft, "callouts": settings.callouts})
        return html

    return render


def make_document(
    front_matter: FrontMatter, html: str, draft: Draft, problems: tuple[Diagnostic, ...] = ()
) -> Document:
    """Make a document of rendered HTML and what its draft has gathered; ``problems`` are those found before."""
    if front_matter.readings:
        items = tuple(CitationItem(reading.citekey, reading.span) for reading in front_matter.readings)
        draft.values[Hole.CITATION].append(Citation(items, silent=True))
    if draft.raw:
        draft.report("tag-unclosed", "'{% raw %}' is never closed by '{% endraw %}'", draft.raw)
    return _document(front_matter, html, draft, problems)


def page_variables(front_matter: FrontMatter) -> dict[str, str]:
    """Return the ``page.`` variables: every text and number of the front matter."""
    own = {name: getattr(front_matter, name) for name in front_matter.__struct_fields__ if name != "extra"}
    values: Mapping[str, object] = front_matter.extra | own
    return {
        f"page.{name}": f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in values.items()
        if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }


def _make_markdown(settings: NoteSettings) -> MarkdownIt:
    md = NoteMarkdown("commonmark", {"xhtmlOut": False, "tasklists": True})
    md.enable("strikethrough")
    md.core.ruler.at("normalize", normalize)
    md.core.ruler.at("inline", parse_inline)
    _install_dialect(md, settings)
    md.add_render_rule("hole", render_hole)
    md.add_render_rule("marked", render_marked)
    return md


def _install_dialect(md: MarkdownIt, settings: NoteSettings) -> None:
    if settings.dialect is Dialect.KRAMDOWN:
        from octavo.read.dialects import kramdown  # slow to import, and most sites need nothing of it

        kramdown.install(md, settings)
    else:
        octavo.install(md, settings)


def normalize(state: StateCore) -> None:
    """Replace NUL; the ends of lines are as they should be already."""
    state.src = state.src.replace("\x00", "\ufffd")


def parse_inline(state: StateCore) -> None:
    """Parse the text of each block, and keep track of where it stands."""
    draft = draft_of(state.env)
    tokens = state.tokens
    for place, token in enumerate(tokens):
        if token.type != "inline":
            continue
        before = tokens[place - 1]
        is_heading = before.type == "heading_open"
        draft.enter(token, before.markup if is_heading and before.markup.startswith("#") else "")
        if is_heading:
            attributes.take_from_heading(token, before, draft)
        elif token.content.startswith("{:") and place > 1 and tokens[place - 2].type == "list_item_open":
            attributes.take_from_item(token, tokens[place - 2], draft)
        token.children = inline.parse_text(token.content, state.md, state.env)


def _document(front_matter: FrontMatter, html: str, draft: Draft, problems: tuple[Diagnostic, ...]) -> Document:
    values = {hole: tuple(values) for hole, values in draft.values.items()}
    body, footnotes = footnote.split_footnotes(html, draft)
    return Document(
        path=draft.path,
        front_matter=front_matter,
        body=split_body(body),
        headings=tuple(draft.headings),
        citations=values[Hole.CITATION],
        reference_lists=values[Hole.REFERENCES],
        links=values[Hole.HREF],
        images=values[Hole.IMAGE],
        figures=values[Hole.FIGURE],
        tables=values[Hole.TABLE],
        formulas=values[Hole.FORMULA],
        code_blocks=values[Hole.CODE],
        cross_references=values[Hole.CROSS_REFERENCE],
        footnotes=footnotes,
        footnote_references=values[Hole.FOOTNOTE],
        fact_tables=values[Hole.FACTS],
        anchors=tuple(draft.anchors),
        summary=draft.summary,
        words=draft.words,
        diagnostics=(*problems, *sorted(draft.diagnostics, key=_place)),
        macros=tuple(draft.macros.items()),
    )


def _place(diagnostic: Diagnostic) -> Span:
    return diagnostic.span or Span("", 0)
