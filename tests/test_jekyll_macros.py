"""Macros of TeX in the scripts of a Jekyll site: what is read, what is used, and what is said of the rest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from building import build_folder, write_site
from octavo.model.source import SourceFile
from octavo.read.jekyll.macros import script_macros

MATHJAX_2 = "<script>MathJax.Hub.Config({ TeX: { Macros: {%s} } });</script>"
MATHJAX_3 = "<script>window.MathJax = { tex: { inlineMath: [['$', '$']], macros: {%s} } };</script>"
KATEX = "<script>renderMathInElement(document.body, { macros: {%s} });</script>"


def read(text: str) -> tuple[dict[str, str], list[str]]:
    macros, problems = script_macros([SourceFile("_includes/head.html", text)])
    return macros, [f"{one.span.line}:{one.span.column} {one.message}" for one in problems if one.span]


@pytest.mark.parametrize("script", [MATHJAX_2, MATHJAX_3, KATEX])
def test_each_way_to_define_macros_is_read(script: str) -> None:
    assert read(script % r" R: '\\mathbb{R}', ") == ({r"\R": r"\mathbb{R}"}, [])


@pytest.mark.parametrize(
    ("written", "macros"),
    [
        (r'"\\RR": "\\mathbb{R}"', {r"\RR": r"\mathbb{R}"}),
        (r"ket: ['\\lvert{#1}\\rangle', 1]", {r"\ket": r"\lvert{#1}\rangle"}),
        (r"half: [`\\frac{#1}{2}`, 1,]", {}),
        (r"half: [`\\frac{#1}{2}`, 1]", {r"\half": r"\frac{#1}{2}"}),
        ("long: 'a' +\n 'b'", {r"\long": "ab"}),
        (r"raw: String.raw`\vec{x}`", {r"\raw": r"\vec{x}"}),
        (r"a: 'x', // the first, 'b: 1'" + "\n/* b: 'y', */ c: 'z'", {r"\a": "x", r"\c": "z"}),
        (r"e: '\u03b5\x41\u{1d53c}\ud835\udd3c\0'", {r"\e": "εA𝔼𝔼0"}),
        (r"e: '\x00\ud835'", {r"\e": "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"}),
        (r"a: 'x', a: 'y'", {r"\a": "y"}),
        (r"outer: '\\inner{x}', inner: ['{#1}', 1]", {r"\outer": r"\inner{x}", r"\inner": "{#1}"}),
    ],
)
def test_a_text_is_read_as_a_script_means_it(written: str, macros: dict[str, str]) -> None:
    assert read(MATHJAX_3 % written)[0] == macros


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("f: x => x", "the macro 'f' is not defined by a text"),
        ("f: ['a', 1]", "the macro 'f' takes an argument that it doesn't use"),
        ("f: '{a'", r"the braces of the macro '\f' do not match"),
        ("f: '#'", r"in the macro '\f' a '#' has no number"),
        ("f: 'a' + g", "the macro 'f' is not defined by a text"),
        ("'1': 'a'", r"'\1' is no name of a macro"),
        (r"f: '\\f'", r"the macro \f is defined by itself: \f → \f"),
    ],
)
def test_what_can_t_be_read_is_told_at_its_place_and_the_others_are_read(written: str, message: str) -> None:
    macros, problems = read(MATHJAX_3 % f"a: 'x',\n  {written},\n  b: 'y'")
    assert macros == {r"\a": "x", r"\b": "y"}
    assert problems == [f"2:3 {message}"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>var macros = { a: 'x' };</script>",
        "<!--" + MATHJAX_2 % "a: 'x'" + "-->",
        "MathJax { macros",
        MATHJAX_3.replace("{%s}", "defined_elsewhere"),
    ],
)
def test_nothing_is_read_of_what_defines_none(text: str) -> None:
    assert read(text) == ({}, [])


def test_an_object_that_liquid_prints_is_told_once() -> None:
    assert read(MATHJAX_3 % "{% for one in site.data.macros %}{{ one }}, {% endfor %}") == (
        {},
        ["1:70 this is no macro that is defined by a text"],
    )


@pytest.mark.parametrize("theme", ["own", "octavo"])
@pytest.mark.parametrize("path", ["_layouts/default.html", "_includes/math.html", "assets/js/mathjax-setup.js"])
def test_formulas_are_set_with_the_macros_of_the_site(tmp_path: Path, theme: str, path: str) -> None:
    files = {
        "_config.yml": f"octavo: {{theme: {theme}}}\n",
        "_layouts/default.html": "{{ content }}",
        "index.md": "---\nlayout: default\n---\n$$\\R^2$$\n",
    }
    files[path] = MATHJAX_3 % r"R: '\\mathbb{R}'" + files.get(path, "")
    site = build_folder(write_site(tmp_path, files))
    assert site.problems() == []
    assert "ℝ" in site.text("index.html") or "&#x0211D;" in site.text("index.html")


def test_a_page_s_own_macros_stand_above_those_of_the_site_and_are_no_other_page_s(tmp_path: Path) -> None:
    files = {
        "_config.yml": "octavo: {theme: own}\n",
        "_includes/math.html": MATHJAX_3 % r"R: 'r'",
        "index.md": "---\n---\n$$\\newcommand{R}{q} \\renewcommand{\\S}[1]{s_#1}$$\n\n$$\\R \\S{k}$$\n",
        "other.md": "---\n---\n$$\\R$$\n",
    }
    site = build_folder(write_site(tmp_path, files))
    assert site.problems() == []
    assert "<mi>q</mi><msub><mi>s</mi><mi>k</mi></msub>" in site.text("index.html")
    assert "<mi>r</mi>" in site.text("other.html")


FORMULAS_OF_A_SCRIPT = r"""---
---
\\(
\def\two#1{#1_2}
\\)

Let $x_1$ and \\(\two{y}\\) cost $5 or $6, `$c$`; \\$ and $ z^2 $.

\\[
a = b \\\\ c = d
\\]
"""


@pytest.mark.parametrize(
    ("script", "formulas"),
    [
        (MATHJAX_2 % "", [r"\two{y}", r"a = b \\ c = d"]),
        (MATHJAX_3 % "", ["x_1", r"\two{y}", "z^2", r"a = b \\ c = d"]),
        ('<script>renderMathInElement(x, {y: [{left: "$", right: "$"}]})</script>', ["x_1", r"\two{y}", "z^2"]),
        ("<!-- " + MATHJAX_3 + " -->", [r"\two{y}", r"a = b \\ c = d"]),
    ],
)
@pytest.mark.parametrize("theme", ["own", "octavo"])
def test_what_a_script_makes_a_formula_is_one(tmp_path: Path, theme: str, script: str, formulas: list[str]) -> None:
    files = {"_config.yml": f"octavo: {{theme: {theme}}}\n", "a.md": FORMULAS_OF_A_SCRIPT, "_includes/h.html": script}
    site = build_folder(write_site(tmp_path, files))
    shown = re.findall(r'<annotation encoding="application/x-tex">(.*?)</annotation>', site.text("a.html"))
    assert shown[: len(formulas)] == formulas
    assert site.problems() == []
    assert "cost $5 or $6" in site.text("a.html")


EQUATIONS = r"""---
---
By \eqref{eq:two} and \\(\eqref{eq:one}\\), not \eqref{eq:none}, as \ref{eq:three} says:

$$\begin{equation} a = b \label{eq:one} \end{equation}$$

$$
\begin{align}
c &= d \label{eq:two} \\
e &= f \label{eq:three}
\end{align}
$$
"""


@pytest.mark.parametrize("theme", ["own", "octavo"])
def test_a_reference_to_an_equation_by_its_label_shows_its_number(tmp_path: Path, theme: str) -> None:
    files = {"_config.yml": f"octavo: {{theme: {theme}}}\n", "a.md": EQUATIONS, "b.md": "---\n---\n\\eqref{eq:one}\n"}
    site = build_folder(write_site(tmp_path, files))
    text = re.sub(r' class="[^"]*"', "", re.sub(' style="[^"]*"', "", site.text("a.html")))
    one, two = ('<a href="#eq:one">(1)</a>', '<a href="#eq:two">{}</a>')
    assert f"By {two.format('(2)')} and {one}, not \\eqref{{eq:none}}, as {two.format('2')} says:" in text
    assert '<div id="eq:one">' in text
    assert "<span>(1)</span>" in text
    assert "\\eqref{eq:one}" in site.text("b.html")
    assert site.problems() == []


def test_a_formula_that_cannot_be_shown_is_left_to_the_script_of_a_site_s_own_layouts(tmp_path: Path) -> None:
    text = "---\n---\nSo $\\own{a_1}$ and \\\\(b \\own\\\\) < c\n\n\\\\[\n\\own\n\\\\]\n"
    files = {"a.md": text, "_includes/h.html": MATHJAX_3 % ""}
    own = build_folder(write_site(tmp_path / "own", files | {"_config.yml": "octavo: {theme: own}\n"}))
    assert own.text("a.html").split("\n\n") == [
        "<p>So $\\own{a_1}$ and \\(b \\own\\) &lt; c</p>\n<p>\\[\n\\own\n\\]</p>\n"
    ]
    assert own.problems() == []
    other = build_folder(write_site(tmp_path / "octavo", files | {"_config.yml": "octavo: {theme: octavo}\n"}))
    assert len([one for one in other.problems() if one.startswith("math-invalid")]) == 3
