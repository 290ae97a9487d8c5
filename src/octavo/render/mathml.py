"""Mends the MathML of latex2mathml, so that a browser with MathML Core shows what TeX would print.

The tree is also held to known elements and attributes here: whatever a formula says, no address, script or style gets
out of it. Sources: https://www.w3.org/TR/mathml-core/ for what browsers read, The TeXbook chapter 18 for spacing.
"""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from itertools import pairwise
from unicodedata import category, name, normalize
from xml.etree.ElementTree import Element


class FormulaError(Exception):
    """A formula that would be shown wrongly; the message says why, ``hint`` what was perhaps meant."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


#: How many children an element must have.
_ARITY = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}

#: Elements whose children stand side by side.
_ROWS = frozenset(("math", "menclose", "mpadded", "mphantom", "mrow", "msqrt", "mstyle", "mtd"))

_TOKENS = frozenset(("mi", "mn", "mo", "mtext"))

_ELEMENTS = _ROWS | _TOKENS | _ARITY.keys() | {"mspace", "mtable", "mtr"}

#: Attributes whose values are lengths.
_LENGTHS = frozenset(
    ("depth", "height", "linethickness", "lspace", "mathsize", "maxsize", "minsize", "rspace", "voffset", "width")
)

_COLOURS = frozenset(("mathbackground", "mathcolor"))

#: Attributes whose values come from latex2mathml's own tables alone.
_FIXED = frozenset(
    (
        *("accent", "accentunder", "display", "displaystyle", "fence", "form", "largeop", "linebreak", "mathvariant"),
        *("columnalign", "columnlines", "columnspacing", "movablelimits", "notation", "rowlines", "scriptlevel"),
        *("separator", "stretchy"),
    )
)

#: Of a length: nothing needs more than two digits before its point, and more would cover the page.
_NUMBER = r"-?(?:\d{1,2}(?:\.\d{0,6})?|\.\d{1,6})"

_MATH_UNITS = re.compile(rf"({_NUMBER})mu")
_LENGTH = re.compile(rf"0|{_NUMBER}(?:em|ex|px|pt|pc|in|cm|mm|%)")
_COLOUR = re.compile(r"#?\w{1,30}", re.ASCII)

#: A character, as latex2mathml writes most signs.
_REFERENCE = re.compile(r"&#x[0-9A-Fa-f]{1,6};")

_SPACES = {
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
    "thinmathspace": "0.167em",
    "thickmathspace": "0.278em",
}

#: Between the name of a function and its argument.
_THIN = "0.167em"

#: Operators whose limits stand above and below in a displayed formula.
_LARGE = frozenset("∏∐∑⋀⋁⋂⋃⨀⨁⨂⨄⨆")

_LIMIT_NAMES = frozenset(("lim", "sup", "inf", "max", "min"))

#: Signs that latex2mathml takes for operators, with an operator's space around them.
_NO_OPERATORS = frozenset("∅∞⊤⊥")

#: Signs of a number, where no term stands before them.
_SIGNS = frozenset("+±−∓")

#: Marks above or below a letter, as latex2mathml writes them.
_ACCENTS = frozenset("´¯˘ˇ˙¨⃛⃜`^˚~←→↔―")

_UNDER_OVER = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_SCRIPTS = frozenset((*_UNDER_OVER, *_UNDER_OVER.values()))


def mend_mathml(element: Element, display: bool) -> None:
    """Mend an element and all in it, in place; raises `FormulaError` if it cannot be shown."""
    if element.tag in _ARITY and len(element) == _ARITY[element.tag] + 2:
        _gather_matrix(element)
    _check(element)
    for child in element:
        mend_mathml(child, display)
    if element.keys():
        _mend_attributes(element)
    if element.tag in _TOKENS:
        _mend_token(element)
    elif element.tag in _ROWS:
        _mend_row(element)
    elif element.tag in _ARITY:
        _mend_layout(element, display)


def _gather_matrix(element: Element) -> None:
    """Make one child of a matrix and its brackets, which latex2mathml leaves apart under a script."""
    before, matrix, after = element[:3]
    if matrix.tag == "mtable" and before.tag == after.tag == "mo":
        row = Element("mrow")
        row.extend((before, matrix, after))
        element[:3] = [row]


def _check(element: Element) -> None:
    if element.tag not in _ELEMENTS:
        raise FormulaError(f"<{element.tag}> has no place in a formula")
    if len(element) != _ARITY.get(element.tag, len(element)):
        raise FormulaError("a command lacks an argument")
    if element.get("linebreak"):
        raise FormulaError(r"\\ stands outside of an environment such as aligned")
    if element.get("width", "").startswith("+"):  # the label of an arrow, padded in a way that Core does not know
        element.attrib.clear()
    if len(element) and element.tag in _TOKENS:  # \mathop{...} and the like
        element.tag = "mrow"
        element.attrib.clear()


def _mend_attributes(element: Element) -> None:
    for attribute, value in list(element.attrib.items()):
        mended = _mend_value(attribute, value)
        if mended:
            element.set(attribute, mended)
        else:
            del element.attrib[attribute]


def _mend_value(attribute: str, value: str) -> str:
    """Return the value as MathML Core knows it, or nothing if the attribute must go."""
    if attribute in _LENGTHS:
        return _mend_length(value)
    if attribute in _COLOURS:
        return value if _COLOUR.fullmatch(value) else ""
    return value if attribute in _FIXED else ""


def _mend_length(value: str) -> str:
    value = _SPACES.get(value, value)
    if match := _MATH_UNITS.fullmatch(value):  # a mu is an 18th of an em
        return f"{float(match[1]) / 18:.3f}em"
    return value if _LENGTH.fullmatch(value) else ""


def _mend_token(token: Element) -> None:
    text = token.text or ""
    if "&" in text:
        text = _unescaped(text)
    if "\\" in text:
        text = _delimiter(text) if "minsize" in token.attrib else text
    if "\\" in text:
        raise _unknown(text, token.tag)
    if token.tag == "mi":
        text = _mend_identifier(token, text)
    elif token.tag == "mo":
        text = _mend_operator(token, text)
    token.text = _in_variant(token, text)


@lru_cache(maxsize=1024)
def _unescaped(text: str) -> str:
    """Return a text with the characters that latex2mathml gives as references."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)


def _delimiter(command: str) -> str:
    """Return the sign of a delimiter whose size is given, which latex2mathml leaves as written."""
    from latex2mathml.symbols_parser import convert_symbol  # slow to import

    code = convert_symbol(command)
    return chr(int(code, 16)) if code else command


def _unknown(text: str, tag: str) -> FormulaError:
    text = text if len(text) < 40 else f"{text[:40]}…"
    if tag == "mtext":
        return FormulaError(f"'{text}': a command cannot stand inside text")
    return FormulaError(f"'{text}' is not a command that can be shown")


def _mend_identifier(token: Element, text: str) -> str:
    if text == "&":
        raise FormulaError("& stands outside of an environment such as aligned")
    if text in ("{", "}"):
        raise FormulaError("the braces do not match")
    if text == "~":  # what latex2mathml makes of \sim
        text = "∼"
    if len(text) == 1 and (category(text) in ("Sm", "Ps", "Pe") or text in ":;"):
        token.tag = "mo"
        if category(text) in ("Ps", "Pe"):
            token.set("stretchy", "false")
    elif "Α" <= text <= "Ω" and len(text) == 1 and "mathvariant" not in token.attrib:
        token.set("mathvariant", "normal")
    return text


def _mend_operator(token: Element, text: str) -> str:
    if text in _NO_OPERATORS:
        token.tag = "mi"
    elif text in ("|", "‖") and token.get("stretchy") == "false":  # for TeX no operators, and not told apart as fences
        token.attrib.update(lspace="0", rspace="0")
    elif text in _LIMIT_NAMES:
        token.set("movablelimits", "true")
    elif _is_word(text) and "movablelimits" not in token.attrib:
        token.tag = "mi"
    return text


def _is_word(text: str) -> bool:
    return len(text) > 1 and text != "mod" and text.replace("\N{THIN SPACE}", "").isalpha()


def _in_variant(token: Element, text: str) -> str:
    """Return the letters of the token's variant, which browsers know no other way to show; words keep theirs."""
    variant = token.get("mathvariant", "normal")
    if variant == "normal" or token.tag == "mtext":
        return text
    del token.attrib["mathvariant"]
    return "".join(_letters().get((variant, character), character) for character in text)


@cache
def _letters() -> dict[tuple[str, str], str]:
    """Return the mathematical alphanumeric symbols of Unicode, by variant and plain character."""
    blocks = (*range(0x2102, 0x2139), *range(0x1D400, 0x1D800))
    named = ((chr(code), name(chr(code), "")) for code in blocks)
    return {
        (variant, normalize("NFKC", letter)): letter
        for letter, its_name in named
        for variant, prefix in _VARIANTS.items()
        if re.match(prefix + r" (CAPITAL|SMALL|DIGIT)\b", its_name)
    }


#: How the names of letters begin in Unicode; a letterlike symbol was there before the others and lacks the first word.
_VARIANTS = {
    "bold": "MATHEMATICAL BOLD",
    "bold-italic": "MATHEMATICAL BOLD ITALIC",
    "double-struck": "(?:MATHEMATICAL )?DOUBLE-STRUCK",
    "fraktur": "(?:MATHEMATICAL FRAKTUR|BLACK-LETTER)",
    "italic": "MATHEMATICAL ITALIC",
    "monospace": "MATHEMATICAL MONOSPACE",
    "sans-serif": "MATHEMATICAL SANS-SERIF",
    "sans-serif-italic": "MATHEMATICAL SANS-SERIF ITALIC",
    "script": "(?:MATHEMATICAL )?SCRIPT",
}


def _mend_row(row: Element) -> None:
    children: list[Element] = []
    for child in row:
        if child.tag == "mo" and not child.text and not len(child):  # what \left. leaves
            continue
        inner = _unwrapped(child)
        if inner is not child and inner.tag == "mo" and not inner.attrib:  # {,} is a sign like any other
            inner.attrib.update(lspace="0", rspace="0")
        if children and _is_relation(children[-1]) and _is_relation(inner):  # TeX prints >> without a gap
            children[-1].text = f"{children[-1].text}{inner.text}"
        else:
            children.append(inner)
    _mark_signs(children)
    row[:] = _space_names(children) if any(map(_is_name, children)) else children


def _unwrapped(element: Element) -> Element:
    return element[0] if element.tag == "mrow" and len(element) == 1 and not element.attrib else element


def _is_relation(element: Element) -> bool:
    return element.tag == "mo" and not element.attrib and set(element.text or " ") <= set("<>=:")


def _mark_signs(children: list[Element]) -> None:
    """Tell the sign of a number from an operator between two; the first of a row needs no telling."""
    for before, child in pairwise(children):
        core = _core(child)
        if core.tag == "mo" and core.text in _SIGNS and _wants_term(before):
            core.set("form", "prefix")


def _space_names(children: list[Element]) -> list[Element]:
    """Set names of functions off from their neighbours, as TeX does."""
    row: list[Element] = []
    for before, child, after in zip((None, *children), children, (*children[1:], None), strict=False):
        if not _is_name(child):
            row.append(child)
            continue
        left, right = _needs_gap_before(before), _needs_gap_after(after)
        if (core := _core(child)).tag == "mo":
            core.attrib.update(lspace=_THIN if left else "0", rspace=_THIN if right else "0")
            row.append(child)
        else:
            row += [*_gap(left), child, *_gap(right)]
    return row


def _gap(needed: bool) -> list[Element]:
    return [Element("mspace", width=_THIN)] if needed else []


def _core(element: Element) -> Element:
    """Return what the scripts of an element are attached to."""
    while element.tag in _SCRIPTS:
        element = element[0]
    return element


def _is_name(element: Element) -> bool:
    core = _core(element)
    return core.tag in ("mi", "mo") and _is_word(core.text or "")


def _needs_gap_before(before: Element | None) -> bool:
    if before is None or before.tag in ("mspace", "mtext") or _is_name(before):
        return False
    core = _core(before)
    return core.tag != "mo" or category((core.text or " ")[-1]) == "Pe"


def _needs_gap_after(after: Element | None) -> bool:
    if after is None or after.tag in ("mspace", "mtext"):
        return False
    core = _core(after)
    first = core[0] if core.tag == "mrow" and len(core) else core
    return first.tag != "mo" or _is_name(first)


def _wants_term(element: Element) -> bool:
    """Tell whether an element is an operator that a term must follow."""
    core = _core(element)
    text = core.text or " "
    if core.tag != "mo" or text == "|":
        return False
    return _is_word(text) or category(text[-1]) in ("Sm", "Ps") or text in ",;/*"


def _mend_layout(element: Element, display: bool) -> None:
    if element.tag in ("mover", "munder") and element[1].tag == "mo" and element[1].text in _ACCENTS:
        _mend_accent(element)
    element[:] = [_unwrapped(child) for child in element]
    base = element[0]
    if base.tag != "mo" or not (base.text in _LARGE or base.get("movablelimits") == "true"):
        return
    if element.tag in _UNDER_OVER:
        element.tag = _UNDER_OVER[element.tag]
    elif not display:  # \limits, in a line of text
        base.set("movablelimits", "false")


def _mend_accent(element: Element) -> None:
    mark = element[1]
    if mark.text == "―":
        mark.text = "‾"
        mark.attrib = {"stretchy": "true"}
    elif "accent" in element.attrib:  # \hat, as against \widehat
        mark.set("stretchy", "false")
    element.set("accent" if element.tag == "mover" else "accentunder", "true")
