"""Quotes and other typographic signs, line breaks, escapes and entities.

https://kramdown.gettalong.org/syntax.html#typographic-symbols
"""

from __future__ import annotations

import html
import re
from typing import Any, cast

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from octavo.model.dialect import KramdownOptions
from octavo.read.rules.kramdown.blocks import options_of
from octavo.read.rules.kramdown.spans import spans_of

SYMBOLS = {
    "---": ("mdash", "—"),
    "--": ("ndash", "–"),
    "...": ("hellip", "…"),
    "<<": ("laquo", "«"),
    ">>": ("raquo", "»"),
    "<< ": ("laquo_space", "«\u00a0"),
    " >>": ("raquo_space", "\u00a0»"),
}

ESCAPED = "\\.*_+`<>()[]{}#!:|\"'$=-~"
ENTITY = re.compile(r"&(?:([\w:][\w.:-]*)|#(\d+)|#x([0-9a-fA-F]+));")

#: Behind a quote: emphasis, the end of a word or a sign, a decade, the end of a phrase.
EMPHASIS = re.compile(r"[_*]{1,2}\S")
SIGN = re.compile(r"[!-/:-@\[-`{-~](?!\.\.)\B")
LETTER = re.compile(r"[A-Za-z0-9_]")
DECADE = re.compile(r"\d\ds")
END = re.compile(r"\s|s\b|\Z")

#: Before a quote: what leaves the quote as an opening one.
OPENING = " \\\t\r\n[{(-"


def install(md: MarkdownIt) -> None:
    """Add line breaks, escapes and entities to a parser."""
    md.inline.ruler.at("newline", newline)
    md.inline.ruler.at("escape", escape)
    md.inline.ruler.at("entity", entity)
    options = cast(dict[str, Any], md.options)
    options["symbols"] = None


def install_signs(md: MarkdownIt, kramdown: KramdownOptions) -> None:
    """Add typographic signs to a parser."""
    options = cast(dict[str, Any], md.options)
    options["symbols"] = {
        written: kramdown.typographic_symbols.get(name, sign) for written, (name, sign) in SYMBOLS.items()
    }
    md.inline.ruler.before("escape", "quote", quote)
    md.inline.ruler.before("escape", "symbol", symbol)


def newline(state: StateInline, _silent: bool) -> bool:
    """Read the end of a line, which is a break after two spaces or backslashes."""
    pending = state.pending
    text = pending.rstrip(" ")
    is_break = pending.endswith("  ") or options_of(state.env).hard_wrap
    state.pending = text
    state.push("hardbreak" if is_break else "softbreak", "br", 0)
    state.pos += 1
    while state.pos < state.posMax and state.src[state.pos] in " \t":
        state.pos += 1
    return True


def escape(state: StateInline, _silent: bool) -> bool:
    """Read an escaped character; at the end of a line the backslash breaks it."""
    src, behind = state.src, state.pos + 1
    if src.startswith(("\n", "\\\n"), behind):
        return _break_line(state, behind)
    if behind >= state.posMax or src[behind] not in ESCAPED:
        return False
    state.append_pending(src[behind])
    state.pos = behind + 1
    return True


def _break_line(state: StateInline, position: int) -> bool:
    is_double = state.src[position] == "\\"
    if not is_double and not {"html", "raw"}.isdisjoint(spans_of(state).inside):
        return False
    state.push("hardbreak", "br", 0)
    state.pos = position + is_double + 1
    while state.pos < state.posMax and state.src[state.pos] in " \t":
        state.pos += 1
    return True


def entity(state: StateInline, _silent: bool) -> bool:
    """Read an entity; an unknown one is text."""
    found = ENTITY.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    state.append_pending(decoded(found[0]))
    state.pos = found.end()
    return True


def decoded(text: str) -> str:
    """Return a text with its entities as characters; an unknown one stays as it is."""
    if "&" not in text:
        return text
    return ENTITY.sub(lambda found: html.unescape(found[0]).replace("\x00", "\ufffd"), text)


def symbol(state: StateInline, _silent: bool) -> bool:
    """Read a quotation mark made of two angle brackets; escaped they are text."""
    symbols = cast(dict[str, str], state.md.options["symbols"])
    src, start = state.src, state.pos
    if src.startswith(("\\<<", "\\>>"), start):
        state.append_pending(src[start + 1 : start + 3])
        state.pos = start + 3
        return True
    if not src.startswith("<<", start):
        return False
    written = "<< " if src.startswith("<< ", start) else "<<"
    state.append_pending(symbols[written])
    state.pos = start + len(written)
    return True


def quote(state: StateInline, _silent: bool) -> bool:
    """Read a quote as an opening or a closing one, by what stands around it."""
    single_left, single_right, double_left, double_right = options_of(state.env).smart_quotes
    src, start = state.src, state.pos
    mark, behind = src[start], start + 1
    left, right = (single_left, single_right) if mark == "'" else (double_left, double_right)
    other = "'" if mark == '"' else '"'
    before = _before(state)
    state.pos = behind
    if not before and EMPHASIS.match(src, behind):
        sign = left
    elif not before and SIGN.match(src, behind):
        sign = right
    elif (not before or before.isspace()) and src.startswith(other, behind) and LETTER.match(src, behind + 1):
        sign = left + (single_left if mark == '"' else double_left)
        state.pos += 1
    elif mark == "'" and (not before or before.isspace()) and DECADE.match(src, behind):
        sign = right
    elif before and before.isspace() and LETTER.match(src, behind):
        sign = left
    elif before and before not in OPENING:
        sign = right
    elif not before and src[behind : behind + 1] in ("'", '"'):
        sign = mark + (single_right if src[behind] == "'" else double_right)
        state.pos += 1
    elif not before and END.match(src, behind):
        sign = right
    else:
        sign = left
    state.append_pending(sign)
    return True


def _before(state: StateInline) -> str:
    """Return the character before, unless it belongs to what was read as a unit."""
    start = state.pos
    return state.src[start - 1] if start > spans_of(state).unit else ""
