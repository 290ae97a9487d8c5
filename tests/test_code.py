"""Code is highlighted where its language is known, and always shown as it was written."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers import find_lexer_class_by_name
from selectolax.lexbor import LexborHTMLParser

from octavo.model.document import Attributes, CodeMarkup
from octavo.render import lexing
from octavo.render.code import MAX_HIGHLIGHTED, render_code


def shown(html: str) -> str:
    """Return the text a reader sees in the block."""
    code = LexborHTMLParser(html).css_first("div.code > pre > code")
    assert code is not None
    return code.text()


def test_known_language_gets_short_classes() -> None:
    code = render_code('def f(x):\n    return "<b>" & x\n', "python")
    assert code.problem == ""
    assert '<code class="language-python"><span class="k">def</span>' in code.html
    assert "style=" not in code.html
    assert shown(code.html) == 'def f(x):\n    return "<b>" & x\n'


def test_the_keyboard_can_scroll_a_block() -> None:
    assert '<pre tabindex="0">' in render_code("x", "").html


def test_blank_lines_and_indentation_are_kept() -> None:
    text = "\n\n    indented\n\n\tby tab\n\n"
    for language in ("", "python", "nonesuch"):
        assert shown(render_code(text, language).html) == text


@pytest.mark.parametrize("language", ["", "text", "plaintext", "txt"])
def test_text_is_not_highlighted(language: str) -> None:
    code = render_code("for x in <y>: &amp;\n", language)
    assert code.problem == ""
    assert "<span" not in code.html
    assert shown(code.html) == "for x in <y>: &amp;\n"


@pytest.mark.parametrize("language", ["yml", "sh", "js", "c++", "console", "bibtex", "bib", "toml", "jsonc", "jinja2"])
def test_aliases(language: str) -> None:
    assert render_code("a: 1\n", language).problem == ""


def test_unknown_language_is_told_with_the_nearest() -> None:
    code = render_code("<print>\n", "pyton")
    assert code.problem == "no language is called 'pyton'"
    assert "'python'" in code.hint
    assert shown(code.html) == "<print>\n"


def test_the_name_of_a_language_cannot_leave_its_attribute() -> None:
    code = render_code("x\n", '"><script>alert(1)</script>')
    assert "<script" not in code.html
    assert LexborHTMLParser(code.html).css_first("code") is not None


@pytest.mark.parametrize("markup", [CodeMarkup.KRAMDOWN, CodeMarkup.JEKYLL])
def test_the_name_of_a_language_cannot_leave_jekylls_markup(markup: CodeMarkup) -> None:
    for language in ('"><script>alert(1)</script>', "python"):
        html = render_code("<script>\n", language, first_line=1, markup=markup).html
        assert "<script" not in html
        assert LexborHTMLParser(html).css_first("code") is not None


def test_a_very_long_block_stays_plain() -> None:
    code = render_code("x = 1\n" * (MAX_HIGHLIGHTED // 6 + 1), "python")
    assert code.problem == ""
    assert "<span" not in code.html


def test_a_title_an_id_and_a_class_are_the_blocks() -> None:
    html = render_code("x\n", "", "<train>.py", attributes=Attributes("train", ("wide",), (("lang", "de"),))).html
    assert html.startswith(
        '<figure id="train" class="code wide" lang="de"><figcaption>&lt;train&gt;.py</figcaption><pre tabindex="0">'
    )
    assert html.endswith("</pre></figure>\n")


@pytest.mark.parametrize("language", ["", "python", "nonesuch"])
def test_numbers_and_marks_leave_the_text_alone(language: str) -> None:
    text = '''x = """a

b"""
# <c>

'''
    html = render_code(text, language, first_line=8, highlighted=(2, 3)).html
    code = LexborHTMLParser(html).css_first("code")
    assert code is not None
    assert code.text() == text
    lines = code.css(".line")
    assert [line.attributes["data-line"] for line in lines] == [" 8", " 9", "10", "11", "12"]
    assert [place for place, line in enumerate(lines, 1) if "hll" in (line.attributes["class"] or "")] == [2, 3]


PIECES = (
    "def f(x):", "    return x", "<b>", "&amp;", "</b>", '"', "'", "\\", "#", "//", "/*", "*/", "{", "}", "\n", "\t",
    " ", ":", "f'{x!r:>{w}}'", "0x1F", "3.5e-1", "é", "漢", "$x", "@a", ";", "SELECT *", "\\begin{a}", "%", "---",
    "- a: 1", "`", "=>", "<script>let a = 1</script>", "<?php echo 1 ?>", "if", "then", "fi", "class A", "import re",
    "::", "\0",
)  # fmt: skip
LANGUAGES = (
    "python js html bash c++ rust yaml sql tex json php ruby perl toml diff pycon haskell r julia make xml css go java "
    "matlab ini console lua"
).split()


@cache
def quick_lexer(language: str) -> Any:
    return lexing.quick_lexer(find_lexer_class_by_name(language))


@given(st.sampled_from(LANGUAGES), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(deadline=None)
def test_tokens_are_those_that_pygments_finds(language: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexing, "WORTH_ANALYSING", 0)
        found = list(quick_lexer(language)().get_tokens(text))
    assert found == list(find_lexer_class_by_name(language)().get_tokens(text))
