"""The dialect of notes, case by case: each file in ``cases/markdown`` holds many cases, and explains the format."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from case_files import Case, cases
from html_tags import tags_of
from octavo.model.diagnostic import Diagnostic
from octavo.model.dialect import NoteSettings
from octavo.model.document import Attributes, Body, Citation, Document, Image, Panel, Placeholder
from octavo.model.fact import FactTable
from octavo.model.presentation import Callout
from octavo.model.source import SourceFile, Span
from octavo.read.markdown import make_parser
from octavo.read.rules.attributes import ALLOWED

SETTING = re.compile(r"\((raw_html|typographer): (true|false)\)$")
VARIABLES = {
    "site.title": "Notes",
    "site.description": "On <language> models",
    "site.url": "https://example.org",
    "site.baseurl": "/notes",
    "site.scheme": "javascript",
}
CALLOUTS = {"lemma": Callout("Lemma", "info"), "aside": Callout()}


def described(case: Case) -> str:
    switch = SETTING.search(case.title)
    chosen: dict[str, Any] = {switch[1]: switch[2] == "true"} if switch else {}
    parse = make_parser(NoteSettings(variables=VARIABLES, callouts=CALLOUTS, **chosen))
    note = case.given.replace("→", "\t")
    return describe(parse(SourceFile("note.md", note)))


def describe(document: Document) -> str:
    """Write a document the way the case files do."""
    lines = [shown(document.body).rstrip("\n")]
    lines += [f"citation {place}: {shown_citation(value)}" for place, value in enumerate(document.citations)]
    for place, references in enumerate(document.reference_lists):
        entries = "cited" if references.cited_only else "all"
        order = "in the order of citation" if references.in_order else "in the style's order"
        lines.append(f"references {place}: {entries}, {order} {at(references.span)}")
    for place, link in enumerate(document.links):
        lines.append(f"href {place}: {link.target}{' (by name)' * link.wiki} {at(link.span)}")
    lines += [f"image {place}: {shown_image(value)}" for place, value in enumerate(document.images)]
    for place, figure in enumerate(document.figures):
        content = "; ".join(map(shown_panel, figure.panels))
        lines.append(f"figure {place}: {content}{shown_attributes(figure.attributes)} {at(figure.span)}")
        lines += parts(caption=figure.caption, credit=figure.credit, label=figure.label)
    for place, table in enumerate(document.tables):
        lines.append(f"table {place}: {table.columns} columns{shown_attributes(table.attributes)} {at(table.span)}")
        lines += parts(caption=table.caption, credit=table.credit, label=table.label)
        lines += (f"  {line}" for line in re.sub(r">\n(?=<t[dh]|</tr)", ">", shown(table.content)).splitlines())
    for place, formula in enumerate(document.formulas):
        kind = " (display)" if formula.display else ""
        tex = formula.tex.replace("\n", "⏎")
        lines.append(f"formula {place}{kind}: {tex} {at(formula.span)}")
        lines += parts(label=formula.label)
    for place, code in enumerate(document.code_blocks):
        lines.append(
            f"code {place}: {code.language or 'no language'}{shown_attributes(code.attributes)} {at(code.span)}"
        )
        marked = ",".join(map(str, code.highlighted))
        lines += parts(title=code.title, numbers=f"from {code.first_line}" * bool(code.first_line), marked=marked)
        lines += (f"  | {line}" for line in code.text.splitlines())
    for place, reference in enumerate(document.cross_references):
        lines.append(f"cross-reference {place}: {reference.label} {at(reference.span)}")
    for place, note in enumerate(document.footnotes):
        lines += [f"footnote {place}, after {note.place} citations: {shown(note.body)}"]
    for place, raised in enumerate(document.footnote_references):
        lines += [f"reference {place} to footnote {raised.footnote}: {raised.anchor}"]
    lines += [f"facts {place}: {shown_facts(value)}" for place, value in enumerate(document.fact_tables)]
    for heading in document.headings:
        hidden = "" if heading.in_toc else " (not in the table of contents)"
        lines.append(f"h{heading.level} #{heading.anchor}: {shown(heading.body)}{hidden} {at(heading.span)}")
    lines += map(shown_diagnostic, document.diagnostics)
    return "".join(f"{line}\n" for line in lines)


def shown(body: Body) -> str:
    return "".join(f"⟦{part.kind.value} {part.index}⟧" if isinstance(part, Placeholder) else part for part in body)


def at(span: Span) -> str:
    return f"@{span.line}:{span.column}+{span.width}"


def parts(**texts: Body | str) -> list[str]:
    return [f"  {name}: {shown(text) if isinstance(text, tuple) else text}" for name, text in texts.items() if text]


def shown_attributes(found: Attributes) -> str:
    named = [f"#{found.identifier}"] if found.identifier else []
    words = [*named, *(f".{name}" for name in found.classes), *(f'{name}="{value}"' for name, value in found.pairs)]
    return f" {{{' '.join(words)}}}" if words else ""


def shown_facts(table: FactTable) -> str:
    of = f" of '{table.tag}'" if table.tag else ""
    sort = f" by {table.sort}{' descending' * table.descending}" if table.sort else ""
    columns = ", ".join(table.columns) or "all"
    return f"{table.form}{of}{sort}: {columns}, after {table.place} citations {at(table.span)}"


def shown_panel(panel: Panel) -> str:
    content = " and ".join(f"{part.kind} {part.index}" for part in panel.content)
    return content + f" '{panel.caption}'" * bool(panel.caption) + f" = {panel.label}" * bool(panel.label)


def shown_image(image: Image) -> str:
    title = f' "{image.title}"' if image.title else ""
    theme = f" ({image.theme} only)" if image.theme else ""
    return f"{image.source} [{image.alt}]{title}{theme}{shown_attributes(image.attributes)} {at(image.span)}"


def shown_citation(citation: Citation) -> str:
    items = []
    for item in citation.items:
        words = [
            f"'{item.prefix}'" if item.prefix else "",
            "-" * item.suppress_author + item.citekey,
            f"({item.label} {item.locator})" if item.locator else "",
            f"'{item.suffix}'" if item.suffix else "",
            at(item.span),
        ]
        items.append(" ".join(filter(None, words)))
    kind = "narrative " if citation.narrative else "silent " if citation.silent else ""
    kind += "in a footnote " if citation.in_footnote else ""
    return kind + "; ".join(items)


def shown_diagnostic(found: Diagnostic) -> str:
    assert found.span
    hint = f" ({found.hint})" if found.hint else ""
    return f"! {found.rule} {at(found.span)}: {found.message}{hint}"


@pytest.mark.parametrize("case", cases("markdown", described), ids=lambda case: case.name)
def test_a_note_is_parsed_as_its_case_says(case: Case) -> None:
    assert described(case) == case.expected


#: Fragments of the dialect, and of what must never come through.
FRAGMENTS = (
    "{% cite a %}",
    "{%cite a -l",
    "%}",
    "{% raw %}",
    "{% endraw %}",
    "{% comment %}",
    "{% endcomment %}",
    "{% x",
    "{% bibliography --cited %}",
    "{{ site.title }}",
    "{{ site.scheme }}",
    "{{",
    "}}",
    '{: .c #i k="v"}',
    "{:",
    "{:toc}",
    "{: onclick=\"x\" style='y'}",
    "{#id}",
    "$$",
    "$",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    "[@a, p. 3; see @b]",
    "@a",
    "@fig:x",
    "[-@",
    "[[A#b|c]]",
    "[[",
    "]]",
    '![a](b.png "t")',
    '{: dark="javascript:c.png"}',
    "![a](d.svg#only-dark)",
    "\nFig. 1: caption",
    "Credits: x",
    "| a | b |\n|---|:-:|\n| c | d |\n",
    "Table: t",
    "> [!NOTE] t\n",
    "> ",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<br>",
    "<details>",
    "<summary>",
    "<!--",
    "-->",
    "[a](javascript:alert(1))",
    "[a]({{ site.scheme }}:alert(1))",
    "<javascript:alert(1)>",
    "[a](java&#10;script:alert(1))",
    "[r]: javascript:x\n",
    "![](javascript:x)",
    "[^1]",
    "[^1]: note\n",
    "# ",
    "## h {: .no_toc}",
    "* ",
    "1. ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "`",
    "``",
    "```python\n",
    '```{.python #a title="x" hl_lines="1-9"}\n',
    "{% highlight python linenos %}\n",
    "{% endhighlight %}\n",
    "~~",
    "**",
    "_",
    "\\",
    '"',
    "'",
    "--",
    "...",
    "&#0;",
    "\x00",
    "a",
    "b c",
    ":   ",
    "\r\n",
    "---\n",
    "title: x\n",
)

TAGS = frozenset(
    "a aside blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr input kbd li mark ol p s section "
    "small span strong sub summary sup table tbody td th thead tr ul u".split()
)


#: What the parser itself writes, beside what a note may set.
ATTRIBUTES = ALLOWED | {"checked", "disabled", "href"}


SAFE = make_parser(NoteSettings(variables=VARIABLES))
notes = st.one_of(
    st.text(), st.lists(st.sampled_from(FRAGMENTS)).map("".join), st.lists(st.sampled_from(FRAGMENTS)).map(" ".join)
)


@settings(max_examples=400, deadline=None)
@given(notes)
@example("[^0]:[^0]\n[^0]:")  # defined twice, and referred to only in what the second replaces
def test_any_text_is_a_note_and_no_script_comes_through(text: str) -> None:
    document = SAFE(SourceFile("note.md", text))
    bodies = [document.body, *(heading.body for heading in document.headings)]
    bodies += [text for figure in document.figures for text in (figure.caption, figure.credit)]
    bodies += [text for table in document.tables for text in (table.content, table.caption, table.credit)]
    html = "".join(part if isinstance(part, str) else "hole" for body in bodies for part in body)
    assert "\x00" not in html
    for tag, attributes in tags_of(html):
        assert tag in TAGS
        assert all(name in ATTRIBUTES or name.startswith(("data-", "aria-")) for name in attributes)
        assert (attributes.get("href") or "#").startswith(("hole", "#"))
    addresses = [link.target for link in document.links if not link.wiki] + [image.source for image in document.images]
    assert not [address for address in addresses if re.match(r"[\s\x00-\x20]*javascript:", address, re.IGNORECASE)]


@settings(max_examples=200, deadline=None)
@given(notes)
@example("[^0]:[^0]\n[^0]:")  # defined twice, and referred to only in what the second replaces
def test_every_diagnostic_points_into_its_line_and_quotes_it(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd").split("\n")
    for found in SAFE(SourceFile("note.md", text)).diagnostics:
        assert found.span
        assert found.excerpt.replace("\x00", "\ufffd") == lines[found.span.line - 1]
        assert 1 <= found.span.column <= len(found.excerpt) + 1


@settings(max_examples=100, deadline=None)
@given(notes)
@example("[^0]:[^0]\n[^0]:")  # defined twice, and referred to only in what the second replaces
def test_a_document_survives_being_stored(text: str) -> None:
    document = SAFE(SourceFile("note.md", text))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=Document) == document
