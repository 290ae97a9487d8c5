"""Bodies that have been through Liquid: the marks that it has left become holes, and lines are found in the source."""

from __future__ import annotations

from octavo.model.dialect import NoteSettings
from octavo.model.document import (
    Citation,
    CitationItem,
    Dialect,
    Document,
    FrontMatter,
    Hole,
    Placeholder,
    ReferenceList,
)
from octavo.model.source import SourceFile, Span
from octavo.read.markdown import make_body_renderer, make_document
from octavo.read.rules.draft import Draft

SPAN = Span("a.md", 1)
CITE, CITE_AGAIN, LIST = "\x00citation:0\x00", "\x00citation:1\x00", "\x00references:0\x00"


def read(body: str, written: str = "", lines: tuple[int, ...] = ()) -> Document:
    draft = Draft(SourceFile("a.md", written or body), 1, written or body, {})
    draft.values[Hole.CITATION] += [Citation((CitationItem(key, SPAN),)) for key in ("a", "b")]
    draft.values[Hole.REFERENCES].append(ReferenceList(True, False, SPAN))
    if lines:
        draft.trace(lines.__getitem__)
    settings = NoteSettings(dialect=Dialect.KRAMDOWN, liquid_done=True)
    return make_document(FrontMatter(), make_body_renderer(settings)(body, draft, None), draft)


def shown(document: Document) -> str:
    return "".join(f"[{part.kind} {part.index}]" if isinstance(part, Placeholder) else part for part in document.body)


def test_a_mark_in_a_text_is_a_word_of_it() -> None:
    assert shown(read(f'*{CITE}* "{CITE_AGAIN}"\n')) == "<p><em>[citation 0]</em> “[citation 1]”</p>\n"


def test_a_list_of_references_stands_alone() -> None:
    assert shown(read(f"a\n\n{LIST}\n\nb\n")) == "<p>a</p>\n[references 0]\n<p>b</p>\n"


def test_a_list_of_references_ends_a_paragraph_and_begins_another() -> None:
    assert shown(read(f"a\n{LIST}b\n")) == "<p>a</p>\n[references 0]\n<p>b</p>\n"


def test_a_mark_in_a_cell_and_in_an_item() -> None:
    document = read(f"* {CITE}\n\n| a | {CITE_AGAIN} |\n|---|---|\n| b | c |\n")
    assert "<li>[citation 0]</li>" in shown(document)
    assert Placeholder(Hole.CITATION, 1) in document.tables[0].content


def test_a_mark_is_no_part_of_an_anchor_nor_of_an_alternative_text() -> None:
    document = read(f"# A {CITE}\n\n![b {CITE_AGAIN}](c.png)\n")
    assert document.headings[0].anchor == "a"
    assert document.images[0].alt == "b"


def test_nul_that_is_no_mark_is_replaced() -> None:
    assert shown(read("\x00citation:9\x00 \x00x\x00\n")) == "<p>\ufffdcitation:9\ufffd \ufffdx\ufffd</p>\n"


def test_braces_are_text() -> None:
    assert shown(read("{% cite a %} {{ b }}\n")) == "<p>{% cite a %} {{ b }}</p>\n"


def test_a_problem_is_told_at_the_line_that_it_was_written_on() -> None:
    document = read("a\nb\n\n![](c.png)\n", "{% include x %}\n\n![](c.png)\n", (0, 0, 1, 2))
    assert [(one.span, one.excerpt) for one in document.diagnostics] == [(Span("a.md", 3, 1, 10), "![](c.png)")]
