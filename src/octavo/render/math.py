"""A formula in TeX to MathML, which browsers show without a script.

latex2mathml converts. This module spells a formula the way latex2mathml reads it, and finds what it would show wrongly
without a word: unknown commands and environments, braces that do not match, arguments that are missing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from html import escape
from xml.etree.ElementTree import Element

import msgspec
from markupsafe import Markup

from octavo.render.macros import expand_macros
from octavo.render.mathml import FormulaError, mend_mathml

#: In characters: far more than a reader could follow.
MAX_LENGTH = 5_000

#: Of braces in braces.
MAX_DEPTH = 50

_DEFINING = frozenset(
    (
        *(r"\def", r"\edef", r"\gdef", r"\let", r"\newcommand", r"\renewcommand", r"\providecommand"),
        *(r"\newenvironment", r"\renewenvironment", r"\DeclareMathOperator"),
    )
)

#: Commands that lead out of a formula, change its page's style, or define others that grow without end.
_REFUSED = frozenset(
    (
        *(r"\href", r"\url", r"\includegraphics", r"\style", r"\class", r"\cssId", r"\require", r"\unicode", r"\verb"),
        *_DEFINING,
    )
)

#: Commands that latex2mathml knows by another name.
_COMMANDS = {
    r"\arg": r"\operatorname{arg}",
    r"\backslash": r"\setminus ",
    r"\colon": ":",
    r"\lbrace": r"\{",
    r"\mathbbm": r"\mathbb",
    r"\mathds": r"\mathbb",
    r"\nonumber": "",
    r"\notag": "",
    r"\rbrace": r"\}",
    **dict.fromkeys((r"\vert", r"\lvert", r"\rvert"), "|"),
    **dict.fromkeys((r"\Vert", r"\lVert", r"\rVert"), r"\|"),
}

_NEGATED = {"=": r"\neq ", "<": r"\nless ", ">": r"\ngtr "}

#: Environments of LaTeX and amsmath, and those of latex2mathml with their layout; a nameless one is a plain group.
_ENVIRONMENTS = {
    **dict.fromkeys(("align", "align*", "aligned", "flalign", "flalign*", "split"), "align*"),
    **dict.fromkeys(("displaylines", "gather", "gather*", "gathered", "multline", "multline*"), "displaylines"),
    **dict.fromkeys(("displaymath", "equation", "equation*", "math"), ""),
    **dict.fromkeys(("cases", "dcases"), "cases"),
    **dict.fromkeys(("eqnarray", "eqnarray*"), "array"),
    **{name: name for name in ("array", "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix")},
    **{name: name for name in ("matrix*", "pmatrix*", "bmatrix*", "Bmatrix*", "vmatrix*", "Vmatrix*", "smallmatrix")},
}

#: One construct of TeX that may need another spelling; anything else passes as it is.
_CONSTRUCT = re.compile(
    r"""
    (?P<newline> \\\\ \*? (?: \s* \[ \s* -? [\d.]+ \s* [a-z]{2} \s* \] )? )
  | (?P<comment> % [^\n]* )
  | (?P<label> \\label \s* \{ [^{}]* \} )
  | \\not \s* (?P<negated> [=<>] )
  | \\arg \s* \\ (?P<bound> max | min ) (?! [a-zA-Z] )
  | \\mathop \s* \{ \s* \\ (?: mathrm | text | textrm ) \s* \{ (?P<limited> [a-zA-Z]+ ) \} \s* \}
  | \\operatorname \s* (?P<star> \*? ) \s* \{ (?P<operator> [^{}]* ) \} (?: \s* \\nolimits (?! [a-zA-Z] ) )?
  | (?P<font> \\ text (?:bf|it|md|normal|rm|sf|tt|up)? ) \s* \{ (?P<text> (?: \\. | [^{}\\] | \{ [^{}]* \} )* ) \}
  | (?P<size> \\ [bB]igg?[lmr]? ) \s* \{ \s* (?P<delimiter> \\ [a-zA-Z]+ | \\? [^\s\\a-zA-Z] ) \s* \}
  | \\ (?P<edge> begin | end ) \s* \{ (?P<environment> [^{}]* ) \} (?P<place> \s* \[ [tbc] \] )?
  | (?P<command> \\ (?: [a-zA-Z]+ | . | \Z ) )
    """,
    re.VERBOSE | re.DOTALL,
)

_BRACKET = re.compile(r"\s*\[")

_TOO_DEEP = "the formula is nested too deeply"


class FormulaHtml(msgspec.Struct, frozen=True):
    """A formula as HTML; ``problem`` is empty if it is right, and ``hint`` says what was perhaps meant."""

    html: str
    problem: str = ""
    hint: str = ""


def render_formula(tex: str, display: bool, macros: Sequence[tuple[str, str]] = ()) -> FormulaHtml:
    r"""Convert a formula to MathML that carries its TeX as an annotation; one with a problem is shown as its TeX.

    ``macros`` are pairs of a name (``\R``) and a definition; the annotation is as written, with the names.
    """
    expanded = tex
    try:
        expanded = expand_macros(tex, dict(macros), MAX_LENGTH) if macros else tex
        return FormulaHtml(_mathml(tex, expanded, display))
    except FormulaError as error:
        return _invalid(tex, str(error), error.hint or _made_of(tex, expanded))
    except RecursionError:
        return _invalid(tex, _TOO_DEEP)
    except Exception as error:  # latex2mathml raises its own errors, and StopIteration, IndexError and more
        return _invalid(tex, _reason(error))


def leave_formula(tex: str, display: bool, macros: Sequence[tuple[str, str]] = ()) -> FormulaHtml:
    r"""Leave a formula to a script in the browser, such as MathJax: its TeX in ``\(…\)`` or ``\[…\]``, without macros.

    Only macros are checked, which the script doesn't know.
    """
    try:
        expanded = expand_macros(tex, dict(macros), MAX_LENGTH) if macros else tex
    except FormulaError as error:
        return _invalid(tex, str(error), error.hint)
    span = r'<span class="math display">\[{}\]</span>' if display else r'<span class="math inline">\({}\)</span>'
    return FormulaHtml(str(Markup(span).format(expanded)))


def _invalid(tex: str, problem: str, hint: str = "") -> FormulaHtml:
    return FormulaHtml(str(Markup('<code class="math-invalid">{}</code>').format(tex)), problem, hint)


def _made_of(tex: str, expanded: str) -> str:
    return f"its macros make it '{textwrap.shorten(expanded, 80, placeholder='…')}'" if expanded != tex else ""


def _reason(error: Exception) -> str:
    """Say in words what latex2mathml's class of error says: ``MissingEndError`` is "missing end"."""
    kind = type(error)
    if not kind.__module__.startswith("latex2mathml") or kind.__name__ == "NoAvailableTokensError":
        return "the formula breaks off, or a command lacks an argument"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__.removesuffix("Error")).lower()


def _mathml(tex: str, expanded: str, display: bool) -> str:
    from latex2mathml.converter import Converter  # slow to import; most formulas come from the cache

    if not expanded.strip():
        raise FormulaError("the formula is empty")
    if len(tex) > MAX_LENGTH:
        raise FormulaError(f"the formula is longer than {MAX_LENGTH:,} characters")
    spelled = _spelled(expanded)
    _check_braces(spelled)
    math = Converter(display="block" if display else "inline").convert_to_element(spelled)
    mend_mathml(math, display)
    shown = "".join(map(_written, math))
    annotation = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    start = '<math display="block">' if display else "<math>"
    return f"{start}<semantics>{shown}{annotation}</semantics></math>"


def _written(element: Element) -> str:
    """Write an element as ElementTree does, which takes longer because it looks for namespaces."""
    tag = element.tag
    if element.attrib:
        tag += "".join([f' {name}="{escape(value)}"' for name, value in element.items()])
    inside = escape(element.text, quote=False) if element.text else ""
    if len(element):
        inside += "".join(map(_written, element))
    return f"<{tag}>{inside}</{element.tag}>" if inside else f"<{tag} />"


def _check_braces(tex: str) -> None:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", tex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth < 0:
            break
        if depth > MAX_DEPTH:
            raise FormulaError(_TOO_DEEP)
    if depth:
        raise FormulaError("the braces do not match")


def _spelled(tex: str) -> str:
    """Spell a formula the way latex2mathml reads it."""
    spelled = _CONSTRUCT.sub(_spell, tex)
    if r"\\" in spelled and (not re.search(r"\\(begin|substack)\b", spelled) or _has_lines(spelled)):
        return rf"\begin{{displaylines}}{spelled}\end{{displaylines}}"
    return spelled


def _has_lines(tex: str) -> bool:
    """Tell whether a new line stands outside of all environments and groups."""
    depth = 0
    for part in re.findall(r"\\(?:begin|end)\b|\\.|[{}]", tex, re.DOTALL):
        depth += {r"\begin": 1, "{": 1, r"\end": -1, "}": -1}.get(part, 0)
        if part == r"\\" and depth == 0:
            return True
    return False


def _spell(match: re.Match[str]) -> str:
    if match["newline"]:
        return r"\\ "
    if match["negated"]:
        return _NEGATED[match["negated"]]
    if match["bound"]:
        return rf"\arg{match['bound']} "
    if match["limited"]:
        return _spell_operator(match["limited"], "*")
    if match["operator"] is not None:
        return _spell_operator(match["operator"], match["star"])
    if match["text"] is not None:
        return _spell_text(match["text"], match["font"])
    if match["size"]:
        return f"{match['size']}{_spelled(match['delimiter'])}"
    if match["edge"]:
        return _spell_environment(match["environment"], match["edge"]) + _spell_behind(match)
    return _spell_command(match["command"]) if match["command"] else ""  # a comment, or a label


def _spell_operator(content: str, star: str) -> str:
    """latex2mathml takes only letters for the name of an operator."""
    if bound := re.fullmatch(r"\s*arg(?:\s|~|\\[, ])*(max|min)\s*", content):
        return rf"\arg{bound[1]} "
    if re.fullmatch(r"[a-zA-Z\s]+", content):
        return rf"\operatorname{star}{{{content}}}"
    return rf"\mathrm{{{_spelled(content)}}}" if "\\" in content else rf"\text{{{content}}}"


def _spell_text(content: str, font: str) -> str:
    """latex2mathml ends a text at its first brace, and knows neither escapes nor formulas in it."""
    parts = re.split(r"(?<!\\)\$", content)
    spelled = (_spelled(part) if place % 2 else _spell_words(part, font) for place, part in enumerate(parts))
    return "{" + "".join(f"{{{part}}}" for part in spelled if part) + "}"


def _spell_words(text: str, font: str) -> str:
    escaped = re.sub(r"\\([%&#_$ {}])", lambda match: f"&#x{ord(match[1]):x};", text)
    plain = re.sub(r"[{}]", "", escaped).replace("~", "\N{NO-BREAK SPACE}").replace("%", "&#x25;")
    return f"{font}{{{plain}}}" if plain else ""


def _spell_environment(environment: str, edge: str) -> str:
    name = environment.strip()
    if name not in _ENVIRONMENTS:
        raise FormulaError(f"no environment is called '{name}'", _did_you_mean(name, _ENVIRONMENTS))
    spelled = _ENVIRONMENTS[name]
    if not spelled:
        return "{" if edge == "begin" else "}"
    # the columns that eqnarray has without being told
    columns = "{rcl}" if edge == "begin" and name.startswith("eqnarray") else ""
    return rf"\{edge}{{{spelled}}}{columns}"


def _spell_behind(match: re.Match[str]) -> str:
    """Keep a bracket that begins a row, a commutator's, apart from what latex2mathml would take for an option."""
    if match["edge"] == "end":
        return match["place"] or ""
    may_have_option = match["environment"].strip().endswith("matrix*")
    return "{}" if not may_have_option and _BRACKET.match(match.string, match.end()) else ""


def _spell_command(command: str) -> str:
    if command in _REFUSED:
        hint = "macros stand in the configuration, under [macros]" if command in _DEFINING else ""
        raise FormulaError(f"{command} is not allowed in a formula", hint)
    if command[1:].isalpha() and command not in _known_commands():
        raise FormulaError(f"no command is called {command}", _did_you_mean(command, _known_commands()))
    if command == r"\&":
        return r"\text{&}"  # a bare one would be taken for the border of a cell
    if command in ("\\", "\\\n"):  # at the end of a formula or a line
        return r"\ "
    return _COMMANDS.get(command, command)


@cache
def _known_commands() -> frozenset[str]:
    from latex2mathml import commands, symbols_parser  # slow to import

    constants = [value for value in vars(commands).values() if isinstance(value, str)]
    tables = [value for value in vars(commands).values() if isinstance(value, dict | tuple)]
    words = (word for words in (constants, symbols_parser.SYMBOLS, _COMMANDS, *tables) for word in words)
    return frozenset(word for word in words if isinstance(word, str) and re.fullmatch(r"\\[a-zA-Z]+", word)) - _REFUSED


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=2, cutoff=0.75)
    return f"did you mean {' or '.join(near)}?" if near else ""
