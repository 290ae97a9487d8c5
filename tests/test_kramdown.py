"""The dialect ``kramdown``: each file in ``cases/kramdown`` holds texts and what kramdown prints for them.

``OCTAVO_UPDATE_CASES=1`` writes what kramdown prints now, where it is installed. A title may end in an option:
``(parse_block_html: true)``.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_files import Case, cases
from compare_kramdown import difference, with_kramdown, with_octavo
from html_tags import tags_of
from octavo.model.dialect import KramdownOptions, NoteSettings
from octavo.model.document import Dialect, Document
from octavo.model.source import SourceFile
from octavo.read.markdown import make_parser
from octavo.read.rules.attributes import ALLOWED
from octavo.read.rules.kramdown.options import parse_options

OPTION = re.compile(r"\((\w+): (.+)\)$")


def printed(case: Case) -> str:
    return with_kramdown([text_of(case)], **options_of(case))[0].rstrip("\n") + "\n"


def text_of(case: Case) -> str:
    return case.given.replace("→", "\t").replace("·", " ")


def options_of(case: Case) -> dict[str, Any]:
    found = OPTION.search(case.title)
    return {found[1]: json.loads(found[2])} if found else {}


@pytest.mark.parametrize("case", cases("kramdown", printed), ids=lambda case: case.name)
def test_a_text_is_read_as_kramdown_reads_it(case: Case) -> None:
    assert difference(case.expected, with_octavo([text_of(case)], **options_of(case))[0]) == []


def test_options_are_read_as_a_site_writes_them() -> None:
    given = {
        "toc_levels": "2..3",
        "smart_quotes": "39, apos,quot,laquo",
        "hard_wrap": "perhaps",
        "parse_block_html": True,
        "typographic_symbols": {"hellip": "..."},
        "syntax_highlighter": "rouge",
    }
    assert parse_options(given) == KramdownOptions(
        toc_levels=(2, 3),
        smart_quotes=("'", "'", '"', "«"),
        parse_block_html=True,
        typographic_symbols={"hellip": "..."},
    )
    assert parse_options({"toc_levels": [1, 2]}).toc_levels == (1, 2)


def test_options_say_which_headings_are_listed_and_which_signs_are_printed() -> None:
    options = KramdownOptions(toc_levels=(2,), smart_quotes=("‹", "›", "»", "«"), typographic_symbols={"hellip": "..."})
    parse = make_parser(NoteSettings(dialect=Dialect.KRAMDOWN, kramdown=options))
    document = parse(SourceFile("note.md", "# a\n\n## b\n\n\"c\" 'd' ...\n"))
    assert [heading.in_toc for heading in document.headings] == [False, True]
    assert "<p>»c« ‹d› ...</p>" in html_of(document)


#: Pieces of texts, of which some belong together and others don't.
PIECES = (
    *("a", "b c", "é", '"q"', "It's", "--", "...", "<<", "\\*", "\\", "&amp;", "&x;", "1986", "~~", "\x00", "'"),
    *(
        "*",
        "**",
        "_",
        "__",
        "`",
        "``",
        "$$",
        "|",
        "[",
        "]",
        "![",
        "](u)",
        "[^1]",
        "{: .c}",
        '{: onclick="x"}',
        "{:",
        "}",
    ),
    *("{% cite a %}", "{{ page.title }}", "{%", "<b>", "</b>", "<script>", "</div>", "<img src=x onerror=alert(1)>"),
    *(
        "[a](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[r]: javascript:x\n",
        "![a](b.png)",
        "<!--",
        "-->",
        "<div>",
    ),
    *("\n", "\n\n", "\n* ", "\n1. ", "\n    ", "\n\t", "\n> ", "\n# ", "\n```\n", "\n: ", "\n[^1]: ", "\n{:toc}\n"),
    *(
        "\n{:n: .c}\n",
        "\n^\n",
        "\n| a |\n|---|\n",
        "\n===\n",
        "\n---\n",
        "\n*[a]: x\n",
        "{::comment}",
        "{:/}",
        "\n* [x] ",
    ),
    *('\n<div markdown="1">\n', "{::nomarkdown}", '{::options parse_block_html="true" /}', "{::x /}", "<a@b.c>", "##"),
)
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)

CAREFUL = make_parser(NoteSettings(dialect=Dialect.KRAMDOWN))
TRUSTING = make_parser(NoteSettings(dialect=Dialect.KRAMDOWN, raw_html=True))

TAGS = frozenset(
    "a abbr aside blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr input kbd li mark ol p s small "
    "span strong sub sup summary table tbody td tfoot th thead tr u ul".split()
)
ATTRIBUTES = ALLOWED | {"checked", "disabled", "href"}


def html_of(document: Document) -> str:
    bodies = [document.body, *(table.content for table in document.tables), *(note.body for note in document.footnotes)]
    return "".join(part if isinstance(part, str) else "hole" for body in bodies for part in body)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_no_script_comes_through_where_html_is_not_trusted(text: str) -> None:
    document = CAREFUL(SourceFile("note.md", text))
    html = html_of(document)
    assert "\x00" not in html
    for tag, attributes in tags_of(html):
        assert tag in TAGS
        assert all(name in ATTRIBUTES or name.startswith(("data-", "aria-")) for name in attributes)
        assert (attributes.get("href") or "#").startswith(("hole", "#"))
    addresses = [link.target for link in document.links] + [image.source for image in document.images]
    assert not [address for address in addresses if re.match(r"[\s\x00-\x20]*javascript:", address, re.IGNORECASE)]


@settings(max_examples=300, deadline=None)
@given(texts)
def test_any_text_is_a_note_and_its_diagnostics_point_into_its_lines(text: str) -> None:
    document = TRUSTING(SourceFile("note.md", text))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=Document) == document
    lines = text.split("\n")
    for found in document.diagnostics:
        assert found.span
        assert found.excerpt == lines[found.span.line - 1]
        assert 1 <= found.span.column <= len(found.excerpt) + 1


@pytest.mark.parametrize(
    "piece", ["![", "[", "*a **b ", "<b>", "> ", "* ", "`", "**", '<div markdown="1">\n', "~~a", "_a"]
)
def test_what_begins_over_and_over_and_never_ends_is_text(piece: str) -> None:
    assert html_of(TRUSTING(SourceFile("note.md", piece * 500)))
