r"""What a script of a Jekyll site sets for MathJax or KaTeX: macros of TeX, and dollars around formulas.

The script is read as text, never run.

https://docs.mathjax.org/en/latest/input/tex/macros.html, https://katex.org/docs/options.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.source import SourceFile
from octavo.read.liquid.text import TemplateText
from octavo.read.macros import ARGUMENT, MacroProblem, parse_macros

#: What tells that a text configures one of both.
ABOUT = re.compile(r"MathJax|KaTeX|renderMathInElement", re.IGNORECASE)

#: The paths of scripts that do, but for those that are MathJax or KaTeX.
SETS_FORMULAS = re.compile(r"(?:mathjax|katex)[^/]*(?<!\.min)\.js\Z", re.IGNORECASE)

HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

#: Where the macros begin.
START = re.compile(r"\b[\"']?[mM]acros[\"']?\s*[:=]\s*\{")

#: What makes single dollars delimiters, of MathJax and of KaTeX.
DOLLARS = re.compile(r"""\[\s*(["'])\$\1\s*,\s*(["'])\$\2\s*\]|\bleft["']?\s*:\s*(["'])\$\3""")

TOKEN = re.compile(
    r"""
      (?P<space>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<raw>String\.raw`(?P<raw_text>[^`]*)`)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)
    | (?P<number>\d+)
    | (?P<name>[A-Za-z_$][\w$]*)
    | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)

ESCAPE = re.compile(
    r"\\(?:u\{(?P<long>[\da-f]{1,6})\}|u(?P<four>[\da-f]{4})|x(?P<two>[\da-f]{2})|(?P<one>.))",
    re.DOTALL | re.IGNORECASE,
)
NAMED_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": ""}


NO_MACRO = "this is no macro that is defined by a text"


class _Token(NamedTuple):
    """A token of JavaScript: of which kind, what it says, and where it begins."""

    kind: str
    value: str
    start: int


class _Macro(NamedTuple):
    """A macro as a script has it; ``problem`` says why it can't be read."""

    name: str
    definition: str
    start: int
    problem: str = ""


def script_macros(texts: Iterable[SourceFile]) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    r"""Return the macros that scripts define, by name (``\R``), the last of each, and those that can't be read."""
    macros: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for source in texts:
        for macro in _macros_in(source.text):
            name = "\\" + macro.name.removeprefix("\\")
            message = macro.problem or _problem(name, macro.definition, macros)
            if message:
                problems.append(_unread(source, macro, message))
            else:
                macros[name] = macro.definition
    return macros, tuple(problems)


def takes_dollars(texts: Iterable[str]) -> bool:
    """Tell whether a script makes a formula of what is between single dollars."""
    about = (text for text in texts if ABOUT.search(text))
    return any(DOLLARS.search(HTML_COMMENT.sub("", text)) for text in about)


def _unread(source: SourceFile, macro: _Macro, message: str) -> Diagnostic:
    text = TemplateText(source.path, 1, source.text)
    span = text.span(macro.start, len(macro.name))
    return Diagnostic("macro-unread", message, span, text.excerpt(macro.start), "formulas are set without it")


def _problem(name: str, definition: str, others: Mapping[str, str]) -> str:
    known = {one: text for one, text in others.items() if one != name}
    parsed = parse_macros(known | {name: definition})
    return parsed.message if isinstance(parsed, MacroProblem) else ""


def _macros_in(text: str) -> Iterator[_Macro]:
    if not ABOUT.search(text):
        return
    shown = HTML_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in START.finditer(shown):
        yield from _Reader(shown, found.end()).macros()


class _Reader:
    """Reads one object literal from behind its brace, as far as it is one of names with texts."""

    def __init__(self, text: str, start: int) -> None:
        found = (one for one in TOKEN.finditer(text, start) if one.lastgroup != "space")
        self._tokens = (_token(one) for one in found)
        self._next = next(self._tokens, _Token("end", "", len(text)))
        self._end = len(text)

    def macros(self) -> Iterator[_Macro]:
        """Yield the macros up to the closing brace."""
        while self._next.kind != "end" and self._next.value != "}":
            macro = self._macro()
            yield macro
            if macro.problem == NO_MACRO:  # who knows what the rest is
                return
            if self._next.value == ",":
                self._take()

    def _take(self) -> _Token:
        token = self._next
        self._next = next(self._tokens, _Token("end", "", self._end))
        return token

    def _macro(self) -> _Macro:
        name = self._take()
        if name.kind not in ("name", "text") or self._next.value != ":":
            return _Macro(name.value, "", name.start, NO_MACRO)
        self._take()
        definition, count = self._definition()
        if definition is None or self._next.value not in (",", "}"):
            self._skip()
            return _Macro(name.value, "", name.start, f"the macro '{name.value}' is not defined by a text")
        highest = max(map(int, ARGUMENT.findall(definition)), default=0)
        if count > highest:
            problem = f"the macro '{name.value}' takes an argument that it doesn't use"
            return _Macro(name.value, "", name.start, problem)
        return _Macro(name.value, definition, name.start)

    def _definition(self) -> tuple[str | None, int]:
        """Return the text, and how many arguments are said to be in it: ``"…"`` or ``["…", 2]``."""
        if self._next.value != "[" or self._next.kind != "sign":
            return self._text(), 0
        self._take()
        text, count = self._text(), 0
        if self._next.value == ",":
            self._take()
            count = int(self._take().value) if self._next.kind == "number" else 0
        return (text, count) if self._take().value == "]" else (None, 0)

    def _text(self) -> str | None:
        """Return a text, or several that are added."""
        if self._next.kind != "text":
            return None
        text = self._take().value
        while self._next.value == "+" and self._next.kind == "sign":
            self._take()
            if self._next.kind != "text":
                return None
            text += self._take().value
        return text

    def _skip(self) -> None:
        """Go on behind a value that can't be read: to the next comma or brace that isn't in it."""
        depth = 0
        while self._next.kind != "end":
            if self._next.kind == "sign":
                if depth == 0 and self._next.value in ",}":
                    return
                depth += {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}.get(self._next.value, 0)
            self._take()


def _token(found: re.Match[str]) -> _Token:
    if found["raw"]:
        return _Token("text", found["raw_text"], found.start())
    if found["text"]:
        return _Token("text", _as_text(ESCAPE.sub(_unescaped, found["text"][1:-1])), found.start())
    return _Token(str(found.lastgroup), found[0], found.start())


def _as_text(text: str) -> str:
    """Join halves of characters, and let none be what no text of ours holds."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _unescaped(found: re.Match[str]) -> str:
    code = found["long"] or found["four"] or found["two"]
    if code:
        return chr(min(int(code, 16), 0x10FFFF))
    return NAMED_ESCAPES.get(found["one"], found["one"])
