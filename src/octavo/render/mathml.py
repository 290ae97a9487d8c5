"""Holds the MathML of math-core to what is known to be harmless, and finishes it: formulas may be a stranger's.

Whatever a formula says, no address, script, or style of its own gets out of it.
"""

from __future__ import annotations

import re

from octavo.render.macros import FormulaError

_ELEMENTS = (
    "annotation|b|code|em|i|math|menclose|mfrac|mi|mmultiscripts|mn|mo|mover|mpadded|mphantom|mprescripts|mroot|mrow|ms"
    "|mspace|msqrt|mstyle|msub|msubsup|msup|mtable|mtd|mtext|mtr|munder|munderover|s|semantics|span|u"
)

#: Nothing needs more than two digits before its point, and more would cover the page.
_LENGTH = r"-?\d{1,2}(?:\.\d+)?(?:e-\d+)?(?:em|ex|rem)?"

_DECLARATIONS = (
    rf"(?:margin-left|padding-(?:bottom|left|right|top)|width): ?{_LENGTH}",
    r"border-(?:bottom|left|right|top): 0\.05em (?:dashed|solid) currentcolor",
    r"color:\#[0-9A-F]{6}",
    r"font-size:\d\d?\d?%",
    r"font-variant-caps: small-caps",
    r"justify-items: (?:end|start)",
    r"math-shift:compact",
    r"text-align: (?:left|right)",
)

#: All that math-core writes of elements, attributes and styles.
_TAG = re.compile(
    rf"""
    </(?:{_ELEMENTS})>
  | <(?:{_ELEMENTS})
    (?: \s (?: accent | accentunder | display | displaystyle | form | largeop | mathvariant | movablelimits | notation
             | scriptlevel | stretchy | symmetric ) ="[a-z0-9 ]*"
      | \s (?: height | linethickness | lspace | maxsize | minsize | rspace | voffset | width ) ="{_LENGTH}"
      | \s class="(?:math-core-|menclose-)[a-z-]+"
      | \s style="(?:(?:{"|".join(_DECLARATIONS).replace(" ", "[ ]")});?)*"
    )* \s? /?>
    """,
    re.VERBOSE,
)

#: A row that is there for the line above it alone, which is that below the table.
_LAST_LINE = re.compile(
    r'<mtr><mtd style="border-top: (0\.05em (?:dashed|solid) currentcolor);[^"]*"></mtd></mtr>(?=</mtable>)'
)

#: Of the cells of a subarray; rows without any touch each other in Chromium.
_TIGHT, _LOOSE = "padding-top: 0;padding-bottom: 0;", "padding-top: 0.15em;padding-bottom: 0.15em;"

_NOT_UNDERSTOOD = "the formula is not understood"

_TABLE = re.compile(r"<(?P<end>/?)mtable")


def finish_mathml(mathml: str) -> str:
    """Return MathML as it may stand in a page and in XML; raises `FormulaError` if there is more in it than known."""
    while found := _LAST_LINE.search(mathml):
        mathml = _underlined(mathml[: found.start()], found[1]) + mathml[found.end() :]
    if "<" in (unknown := _TAG.sub("", mathml)):
        is_long = re.search(r"<[^<>]*\d{3}", unknown)
        raise FormulaError("the formula has a length that would cover the page" if is_long else _NOT_UNDERSTOOD)
    # an invisible operator, by a name that XML doesn't know
    return mathml.replace(_TIGHT, _LOOSE).replace("&ApplyFunction;", "\N{FUNCTION APPLICATION}")


def _underlined(before: str, line: str) -> str:
    """Draw a line below the table that is open at the end of some MathML."""
    inner = 0
    for table in reversed(list(_TABLE.finditer(before))):
        inner += 1 if table["end"] else -1
        if inner < 0:
            tag, attributes = before[: table.end()], before[table.end() :].removeprefix(' style="')
            end = "" if before.startswith(' style="', table.end()) else '"'
            return f'{tag} style="border-bottom: {line};{end}{attributes}'
    return before
