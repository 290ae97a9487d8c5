"""What is read in a shorter way than markdown-it's comes to the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.model.dialect import NoteSettings
from octavo.model.document import Document
from octavo.model.source import SourceFile
from octavo.read import inline
from octavo.read.dialects import octavo
from octavo.read.markdown import make_parser
from octavo.read.rules import emphasis, prose

#: What begins a line; the first ones a paragraph's, the others perhaps that of another block.
STARTS = (
    *(
        "",
        "word ",
        "1986 was ",
        "(",
        '"',
        "@key says ",
        "[[A]] | ",
        "{{ page.title }}",
        "{% cite a %} ",
        "*a* ",
        "`b` ",
    ),
    *(
        "12. ",
        "3) ",
        "- ",
        "* ",
        "+ ",
        "# ",
        "> ",
        "| a | b |",
        "|---|:-:|",
        "---",
        "===",
        "```",
        "``",
        "~~~",
        ": ",
        "~ ",
    ),
    *("{: .c}", "{% comment %}", "{% endcomment %}", "{% highlight py %}", "{% endhighlight %}", "[^1]: ", "[a]: b"),
    *("``", "~ ", "$$", "\\[", "<br>", "<!--", "-->", "<details>", "Fig. 1: ", "Table: ", "    ", "\t", "  "),
)

#: What stands in a line.
PIECES = (
    *("a", "b c", "é", "1", " ", "(", ")", ".", "'", '"', "“", "€", "!", "|", "*", "**", "***", "_", "__", "~~", "\\*"),
    *("[a](b)", "[a]", "[^1]", "![a](b.png)", "`x`", "$x$", "<br>", "&amp;", "{: .c}", "  \n", "\n"),
)

lines = st.tuples(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES), max_size=8).map("".join)).map("".join)
notes = st.lists(lines, max_size=8).map("\n".join)


def parser_without_shortcuts() -> Callable[[SourceFile], Document]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inline, "install", lambda md: None)
        without = tuple(rule for rule in octavo.RULES if rule not in (emphasis.install, prose.install))
        patch.setattr(octavo, "RULES", without)
        return make_parser(NoteSettings())


SHORT, LONG = make_parser(NoteSettings()), parser_without_shortcuts()


@settings(max_examples=400, deadline=None)
@given(notes)
def test_shortcuts_change_nothing(text: str) -> None:
    source = SourceFile("note.md", text)
    assert SHORT(source) == LONG(source)
