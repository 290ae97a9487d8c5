"""A formula in TeX to MathML, which browsers show without a script.

math-core converts. This module keeps from it what it could not bear, and tells in a writer's words what it finds wrong.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from html import escape
from string import ascii_letters
from typing import TYPE_CHECKING

from markupsafe import Markup

from octavo.model.rendering import FormulaHtml
from octavo.render.macros import MAX_LENGTH, FormulaError, expand_macros
from octavo.render.mathml import finish_mathml
from octavo.render.spelling import COMMANDS, ENVIRONMENTS, REFUSED, spell_formula

if TYPE_CHECKING:
    from math_core import LatexToMathML

#: Of groups in groups: braces, environments, growing fences.
MAX_DEPTH = 50

#: Of commands after each other in a cell and all around it, each of which may have the next for its argument.
MAX_COMMANDS = 300

#: What opens and closes a group, parts the cells of a table, or may have what follows for its argument.
_NESTING = re.compile(
    r"""
    (?P<open> \{ | \\(?:begin|left|begingroup)(?![a-zA-Z]) )
  | (?P<close> \} | \\(?:end|right|endgroup)(?![a-zA-Z]) )
  | (?P<cell> & | \\\\ )
  | (?P<command> \\[a-zA-Z]+ )
  | \\.
    """,
    re.VERBOSE | re.DOTALL,
)

_NO_SIGN = re.compile(r"Direct Unicode input is not supported .*'(.)'")

#: What math-core finds wrong, as it says it, and as a writer needs it; anything else passes as it is.
_PROBLEMS = (
    (r'Unknown command "(.*)"', r"no command is called \1"),
    (r'Unknown environment "(.*)"', r"no environment is called '\1'"),
    (r'Unknown color "(.*)"', r"no colour is called '\1'"),
    (r'.*losing token(?: "}",.*|: "}")', "the braces do not match"),
    (r'.*losing token(?: "\\right",.*|: "\\right")', r"a \\left or \\right has no counterpart"),
    (r'.*losing token(?: "\\end.*|: "\\end.*)', r"a \\begin or \\end has no counterpart"),
    (r'Expected "\\end\{(.*)\}", but found .*', r"\\end{\1} is missing"),
    (r"Expected argument .*", "a command lacks an argument"),
    (r'Found "&", .*', "& stands outside of an environment such as aligned"),
    (r'Found "\\\\", .*', r"\\\\ stands outside of an environment such as aligned"),
    (r"'\^' or '_' directly.*", "a ^ or _ has nothing to raise or lower"),
    (r"Duplicate subscript or superscript", "two subscripts or two superscripts stand at one letter"),
    (r"Internal .*", "the formula is not understood"),
    (r"Not valid in text mode", "a command cannot stand inside text"),
    (r"Not valid in math mode", "a command can only stand inside text"),
)


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


def _mathml(tex: str, expanded: str, display: bool) -> str:
    if len(tex) > MAX_LENGTH:
        raise FormulaError(f"the formula is longer than {MAX_LENGTH:,} characters")
    spelled = spell_formula(expanded)
    if not spelled.strip():
        raise FormulaError("the formula is empty")
    _check_nesting(spelled)
    shown, annotation, _ = _converted(spelled, display).rpartition('<annotation encoding="application/x-tex">')
    return f"{finish_mathml(shown)}{annotation}{escape(tex, quote=False)}</annotation></semantics></math>"


def _check_nesting(tex: str) -> None:
    """Refuse what is nested so deeply that math-core, which calls itself for each level, could use up the stack."""
    if tex.count("{") + tex.count("\\") < MAX_DEPTH:
        return
    groups: list[tuple[str, int]] = [("", 0)]
    for match in _NESTING.finditer(tex):
        opener, commands = groups[-1]
        if match["open"]:
            groups.append((match[0], commands))
        elif match["close"]:
            groups = groups[:-1] or [("", 0)]
        elif match["cell"] and opener == r"\begin":
            groups[-1] = (opener, groups[-2][1])
        elif match["command"]:
            groups[-1] = (opener, commands + 1)
        if len(groups) > MAX_DEPTH or commands > MAX_COMMANDS:
            raise FormulaError("the formula is nested too deeply")


def _converted(tex: str, display: bool) -> str:
    from math_core import LatexError  # most formulas come from the cache

    try:
        return _converter().convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        # signs such as ∅ and ∴, to which math-core has given no room of their own, are shown like letters
        if sign := _NO_SIGN.search(str(error)):
            lettered = re.sub(rf"(?<!\\text\{{){re.escape(sign[1])}", rf"\\text{{{sign[1]}}}", tex)
            if lettered != tex:
                return _converted(lettered, display)
        raise _told(str(error)) from None


@cache
def _converter() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML(annotation=True, fancy_error=False, allow_unreliable_rendering=True)


def _told(error: str) -> FormulaError:
    """Say what math-core found wrong, which it tells after the place and a colon, in the words of a writer."""
    message = error.partition(": ")[2].removesuffix(".")
    for pattern, ours in _PROBLEMS:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return FormulaError(match.expand(ours), _hint(message, match))
    return FormulaError(message[:1].lower() + message[1:])


def _hint(message: str, match: re.Match[str]) -> str:
    near: list[str] = []
    if message.startswith("Unknown command"):
        near = _near_commands(match[1])
    elif message.startswith("Unknown environment"):
        near = get_close_matches(match[1], sorted(ENVIRONMENTS), n=2, cutoff=0.75)
    return f"did you mean {' or '.join(near)}?" if near else ""


@lru_cache(maxsize=256)  # whoever lacks a macro lacks it often
def _near_commands(name: str) -> list[str]:
    """Return known commands that differ by a letter; math-core has no list of its commands, but knows one if asked."""
    candidates = set(_edits(name)) - REFUSED if len(name) < 30 else set()
    return sorted(near for near in candidates if near in COMMANDS or _is_known(near))[:3]


def _edits(name: str) -> Iterator[str]:
    for place in range(1, len(name) + 1):
        before, after = name[:place], name[place:]
        yield from (before + letter + after for letter in ascii_letters)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_letters)
            yield before + after[1:2] + after[0] + after[2:]


def _is_known(command: str) -> bool:
    from math_core import LatexError

    try:
        _converter().convert_with_local_state(command, displaystyle=False)
    except LatexError as error:
        return "Unknown command" not in str(error)
    return True
