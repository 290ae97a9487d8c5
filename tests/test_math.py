"""Formulas become MathML, or are shown as written with the reason."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from octavo.model.rendering import FormulaHtml
from octavo.render.macros import MAX_LENGTH, FormulaError, expand_macros
from octavo.render.math import leave_formula, render_formula
from octavo.render.spelling import COMMANDS, ENVIRONMENTS

CASES = Path(__file__).parent / "cases" / "formulas.txt"

#: What TeX is made of, with what an attacker would add.
PIECES = [*"{}{}{}^_&$%'\"<>|~#()[]=:-+,. ", "\\\\", *"abx12θ∑é", "javascript:alert(1)", "<script>", "&#x3c;", "\n"] + [
    rf"\{command} "
    for command in (
        *(
            "frac",
            "sqrt",
            "text",
            "mathbf",
            "mathrm",
            "left",
            "right",
            "middle",
            "sum",
            "limits",
            "operatorname",
            "not",
        ),
        *(
            "color",
            "textcolor",
            "colorbox",
            "fcolorbox",
            "mathop",
            "over",
            "choose",
            "genfrac",
            "sideset",
            "rule",
            "tag",
        ),
        *("href", "class", "style", "unicode", "hbox", "skew", "raise", "xrightarrow", "substack", "overset", "root"),
        *(
            "begin{aligned}",
            "end{aligned}",
            "begin{array}{c|c}",
            "end{array}",
            "hline",
            "hspace",
            "big",
            "pmod",
            "prime",
        ),
        *(
            "raisebox{1em}",
            "raisebox{777em}",
            "hspace{-99em}",
            "boxed",
            "textsc",
            "textsf",
            "large",
            "eqref",
            "label",
            "tag",
        ),
        *("begin{align}", "end{align}", "begin{equation}", "end{equation}", "cancel", "mathcal", "sin", "def", "let"),
        *("begin{subarray}{|c}", "end{subarray}", "genfrac(){99pt}{0}", "prescript", "kern999pt", "color{#f00}"),
    )
]


def cases() -> Iterator[tuple[str, str]]:
    for block in CASES.read_text(encoding="utf-8").split("\n\n")[1:]:
        tex, expected = (line for line in block.strip().splitlines() if not line.startswith("#"))
        yield tex, expected


def shown(formula: FormulaHtml) -> str:
    """Return the formula as its case is written: MathML without its frame, or the problem with its hint."""
    if formula.problem:
        return f"! {formula.problem}" + (f"; {formula.hint}" if formula.hint else "")
    match = re.fullmatch(r"<math><semantics>(.*)<annotation.*</annotation></semantics></math>", formula.html, re.DOTALL)
    assert match
    return match[1].replace("\N{NO-BREAK SPACE}", " ").replace("\N{THIN SPACE}", " ")


@pytest.mark.parametrize(("tex", "expected"), list(cases()))
def test_formula(tex: str, expected: str) -> None:
    assert shown(render_formula(tex, display=False)) == expected


def test_a_displayed_formula_is_a_block() -> None:
    assert render_formula("x", display=True).html.startswith('<math display="block">')
    assert render_formula("x", display=False).html.startswith("<math>")


def test_the_source_goes_along() -> None:
    html = render_formula("a < b", display=False).html
    assert '<annotation encoding="application/x-tex">a &lt; b</annotation>' in html


def test_a_formula_may_be_left_to_the_browser_without_macros() -> None:
    assert leave_formula("a < b", False) == FormulaHtml(r'<span class="math inline">\(a &lt; b\)</span>')
    displayed = leave_formula(r"\R", True, ((r"\R", r"\mathbb{R}"),))
    assert displayed == FormulaHtml(r'<span class="math display">\[\mathbb{R}\]</span>')
    assert leave_formula(r"\twice", False, ((r"\twice", "#1#1"),)).problem


def test_any_sign_may_be_written_as_it_is() -> None:
    signs = [chr(code) for code in (*range(0xA1, 0x2C00), *range(0x1D400, 0x1D800))]
    assert not [sign for sign in signs if render_formula(f"a {sign} b", display=False).problem]


def test_a_formula_with_a_problem_shows_its_source() -> None:
    assert render_formula(r"\frac{<b>", display=False).html == r'<code class="math-invalid">\frac{&lt;b&gt;</code>'


@pytest.mark.parametrize("tex", ["", " ", "% nothing", r"\label{eq:x}", "{" * 900, "{" * 900 + "}" * 900, "x" * 9000])
def test_no_formula_is_too_strange_to_be_told(tex: str) -> None:
    assert render_formula(tex, display=True).problem


def test_a_long_formula_is_converted_up_to_the_limit() -> None:
    assert render_formula("x+" * (MAX_LENGTH // 2 - 1) + "x", display=True).problem == ""


MACROS = {
    r"\R": r"\mathbb{R}",
    r"\eps": r"\varepsilon",
    r"\norm": r"\left\lVert #1 \right\rVert",
    r"\swap": "#2#1",
    r"\d": r"\eps #1",
    r"\twice": r"\swap{#1}",
    r"\nothing": "",
}


@pytest.mark.parametrize(
    ("tex", "expanded"),
    [
        (r"x \in \R^d", r"x \in \mathbb{R}^d"),
        (r"\Rx \\R", r"\Rx \\R"),
        (r"\eps x+\eps2", r"\varepsilon x+\varepsilon2"),
        (r"\norm{a_{1}\}}b", r"\left\lVert a_{1}\} \right\rVert b"),
        (r"\norm x", r"\left\lVert x \right\rVert"),
        (r"\swap a\alpha b", r"\alpha a b"),
        (r"\swap{\R} {x}", r"x\mathbb{R}"),
        (r"\d y", r"\varepsilon y"),
        (r"\twice{1}{2}", "21"),
        (r"\swap{a}%\R", r"! \swap lacks an argument"),
        (r"{\norm}", r"! \norm lacks an argument"),
        (r"\norm{x", r"! \norm lacks an argument"),
        (r"\%\R % \norm", r"\%\mathbb{R} % \norm"),
    ],
)
def test_macros_are_expanded_as_in_tex(tex: str, expanded: str) -> None:
    try:
        assert expand_macros(tex, MACROS, MAX_LENGTH) == expanded
    except FormulaError as error:
        assert f"! {error}" == expanded


def test_a_formula_with_macros_is_that_without_them_and_keeps_their_names_in_its_source() -> None:
    short = render_formula(r"\norm{x} \in \R", False, tuple(MACROS.items())).html
    long = render_formula(r"\left\lVert x \right\rVert \in \mathbb{R}", False).html
    assert short.partition("<annotation")[0] == long.partition("<annotation")[0]
    assert r">\norm{x} \in \R</annotation>" in short


@pytest.mark.parametrize(
    "macros",
    [
        {r"\a": r"\a x"},
        {r"\a": r"\b\b", r"\b": r"\a"},
        {r"\a": r"#1\a{#1#1}"},
        {rf"\{one}": rf"\{other}\{other}" for one, other in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)},
        {rf"\{one}": rf"\{other}\{other}" for one, other in zip("abcdefghijklmno", "bcdefghijklmnop", strict=True)}
        | {r"\p": ""},
    ],
)
def test_macros_that_grow_without_end_are_told(macros: dict[str, str]) -> None:
    made = render_formula(r"\a{x}", False, tuple(macros.items()))
    assert made.problem == "the macros of the formula make too much of it"
    assert made.html == r'<code class="math-invalid">\a{x}</code>'


def test_a_problem_within_a_macro_says_what_became_of_the_formula() -> None:
    made = render_formula(r"\a y", False, ((r"\a", r"{\begin{nonesuch}"),))
    assert (made.problem, made.hint) == (
        "no environment is called 'nonesuch'",
        r"its macros make it '{\begin{nonesuch} y'",
    )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_another_spelling_is_one_that_is_known(command: str) -> None:
    problem = render_formula(rf"\begin{{matrix}} {command}{{1em}} \end{{matrix}}", display=True).problem
    assert problem in ("", "a command can only stand inside text")


def test_a_known_environment_is_shown_without_a_number() -> None:
    for name in ENVIRONMENTS:
        columns = "{lcr}" if name in ("array", "darray", "subarray") else "{1}" if "alignat" in name else ""
        made = render_formula(rf"\begin{{{name}}}{columns} a \\ b \end{{{name}}}", display=True)
        assert (made.problem, "(1)" in made.html, "100%" in made.html) == ("", False, False), name


@pytest.mark.parametrize(
    "nested",
    [
        *("{%s}", r"\sqrt{%s}", r"\sqrt[%s]x", "x^{%s}", r"\sum_{%s}", r"\text{%s}", r"\left(%s\right)", r"\frac x%s"),
        *(r"\hat %s", r"\bm %s", r"\not%s", r"\sin^%s", r"\dots %s", r"\sin %s", r"\color{red}%s", r"\displaystyle %s"),
        *(
            r"\color{red}x\\%s",
            r"\textcolor{red}{%s}",
            r"\begin{array}{c}%s\end{array}",
            r"\begin{equation}%s\end{equation}",
        ),
        *(
            r"\begin{aligned}\bf %s&\end{aligned}",
            r"\begingroup %s\endgroup",
            r"x\over{%s}",
            r"\substack{%s}",
            r"\Set{%s}",
        ),
        *(r"\overset x%s", r"\xrightarrow[%s]x", r"\mathchoice xx%s", r"\prescript xx%s", r"\raisebox{1em}{%s}"),
    ],
)
def test_nothing_is_nested_too_deeply_for_a_small_stack(nested: str) -> None:
    before, after = nested.split("%s")
    times = MAX_LENGTH // len(before + after) - 1
    formulas = [before * some + "x" + after * some for some in {min(some, times) for some in (40, 299, times)}]
    made: list[FormulaHtml] = []
    usual = threading.stack_size(1 << 20)
    try:
        thread = threading.Thread(target=lambda: made.extend(render_formula(one, True) for one in formulas))
        thread.start()
    finally:
        threading.stack_size(usual)
    thread.join()
    assert len(made) == len(formulas)


#: What a style may say: all that lays out a formula in its own place.
STYLE = re.compile(
    r"""
    (?: (?: margin-left | padding-(?:bottom|left|right|top) | width ) : \s? -? \d\d? (?:\.\d+)? (?:em|ex|rem)?
      | border-(?:bottom|left|right|top) :[ ]0\.05em[ ](?:dashed|solid)[ ]currentcolor
      | color:\#[0-9A-F]{6} | font-size:\d+% | font-variant-caps:[ ]small-caps | justify-items:[ ](?:end|start)
      | math-shift:compact | text-align:[ ](?:left|right)
    )
    """,
    re.VERBOSE,
)

LENGTH = re.compile(r"-?\d\d?(\.\d+)?(em|ex|rem)?")


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.booleans())
@settings(max_examples=300, deadline=None)
def test_nothing_but_a_formula_comes_out(tex: str, display: bool) -> None:
    tree = LexborHTMLParser(render_formula(tex, display).html).body
    assert tree is not None
    for element in tree.css("*"):
        assert element.tag not in ("script", "a", "img", "style", "table", "td", "p", "svg")
        assert all(name not in ("href", "src", "id") and not name.startswith("on") for name in element.attributes)
        assert all(
            STYLE.fullmatch(one) for one in (element.attributes.get("style") or "").rstrip(";").split(";") if one
        )
        lengths = (element.attributes.get(name) for name in ("width", "height", "voffset", "linethickness", "minsize"))
        assert all(LENGTH.fullmatch(length) for length in lengths if length is not None)
        assert re.fullmatch(
            r"math-invalid|(math-core|menclose)-[a-z-]+", element.attributes.get("class") or "math-invalid"
        )
    assert "math" in {element.tag for element in tree.css("*")} or tree.css_first("code.math-invalid")
    assert not re.search(r"&(?!(amp|lt|gt|quot|#39|#34);)", render_formula(tex, display).html)
