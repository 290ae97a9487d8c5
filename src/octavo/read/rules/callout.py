"""Callouts: a paragraph, list or quotation with ``{: .notice--info}`` or ``{: .note }``, and ``> [!NOTE]``.

https://just-the-docs.com/docs/ui-components/callouts/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from octavo.model.presentation import Callout
from octavo.read.rules.attributes import attributes_of

NOTICE = re.compile(r"notice(--[\w-]+)?")
ALERT = re.compile(r"\[!(\w+)\][ \t]*")

#: The class of a notice (of the theme minimal-mistakes) by the word of an alert (of GitHub).
KINDS = {
    "note": "info",
    "info": "info",
    "tip": "success",
    "success": "success",
    "important": "primary",
    "warning": "warning",
    "caution": "danger",
    "danger": "danger",
}


#: What just-the-docs calls a callout, as long as its configuration calls none.
CALLOUTS = {
    "note": Callout(kind="info"),
    "important": Callout(kind="primary"),
    "new": Callout(kind="success"),
    "highlight": Callout(kind="warning"),
    "warning": Callout(kind="danger"),
}

#: The class of a callout whose first paragraph is its title ends so.
TITLED = "-title"

LISTS = ("bullet_list_open", "ordered_list_open")


def install(md: MarkdownIt) -> None:
    """Add callouts to a parser."""
    md.core.ruler.push("callout", make_callouts)


def install_notices(md: MarkdownIt) -> None:
    """Add callouts to a parser that leaves the text of quotations as it is."""
    md.core.ruler.push("callout", partial(make_callouts, alerts=False))


def make_callouts(state: StateCore, *, alerts: bool = True) -> None:
    """Make an ``<aside>`` of each callout, if the settings know any."""
    tokens = state.tokens
    if state.env["callouts"] is None:
        return
    callouts = {**CALLOUTS, **state.env["callouts"]}
    for place in reversed(range(len(tokens))):
        token = tokens[place]
        if token.type == "blockquote_open":
            title = (_take_title(tokens, place) if alerts else []) or _named_title(tokens, place, callouts)
            if title or _is_notice(token):
                _make_aside(token, _closing(tokens, place))
            tokens[place + 1 : place + 1] = title
        elif token.type == "paragraph_open" or token.type in LISTS:
            title = _named_title(tokens, place, callouts)
            if title or _is_notice(token):
                end = tokens.index(_closing(tokens, place), place) + 1
                tokens[place:end] = _wrapped(tokens[place:end], title)


def _is_notice(token: Token) -> bool:
    classes = str(token.attrs.get("class", "")).split()
    return any(map(NOTICE.fullmatch, classes))


def _named_title(tokens: list[Token], place: int, callouts: Mapping[str, Callout]) -> list[Token]:
    """Give a block whose class names a callout the class of its notice, and return the title of that callout."""
    opening = tokens[place]
    for name in attributes_of(opening).classes:
        callout = callouts.get(name.removesuffix(TITLED))
        if not callout:
            continue
        kind = callout.kind or CALLOUTS.get(name.removesuffix(TITLED), callout).kind
        opening.attrJoin("class", f"notice--{kind}" if kind else "notice")
        if name.endswith(TITLED):
            return _first_paragraph(tokens, place)
        return _title([Token("text", "", 0, content=callout.title)], opening.level + 1) if callout.title else []
    return []


def _first_paragraph(tokens: list[Token], place: int) -> list[Token]:
    """Take the first paragraph out of a quotation, to be its title."""
    inside = tokens[place + 1 : place + 4]
    if tokens[place].type != "blockquote_open" or not inside or inside[0].type != "paragraph_open":
        return []
    del tokens[place + 1 : place + 4]
    return _title(inside[1].children or [], tokens[place].level + 1)


def _closing(tokens: list[Token], place: int) -> Token:
    level = tokens[place].level
    return next(token for token in tokens[place + 1 :] if token.level == level)


def _make_aside(opening: Token, closing: Token) -> None:
    opening.tag = closing.tag = "aside"
    classes = str(opening.attrs.get("class", "")).split()
    opening.attrSet("class", " ".join(dict.fromkeys(("notice", *classes))))
    opening.attrSet("role", "note")


def _wrapped(block: list[Token], title: list[Token]) -> list[Token]:
    """Put a paragraph or list that is a notice into an ``<aside>``, which takes its attributes."""
    opening = Token("callout_open", "aside", 1, attrs=block[0].attrs, block=True, meta=block[0].meta)
    closing = Token("callout_close", "aside", -1, block=True)
    _make_aside(opening, closing)
    block[0].attrs, block[0].meta = {}, {}
    block[0].hidden = block[-1].hidden = False
    return [opening, *title, *block, closing]


def _take_title(tokens: list[Token], place: int) -> list[Token]:
    """Take the line ``[!NOTE] Title`` from the start of a quotation, and give the quotation its class."""
    opening, *inside = tokens[place : place + 4]
    if len(inside) < 3 or inside[0].type != "paragraph_open":
        return []
    children = inside[1].children or []
    found = ALERT.match(children[0].content) if children and children[0].type == "text" else None
    kind = KINDS.get(found[1].lower()) if found else None
    if not found or not kind:
        return []
    end = next((at for at, child in enumerate(children) if child.type in ("softbreak", "hardbreak")), len(children))
    children[0].content = children[0].content[found.end() :]
    title = [child for child in children[:end] if child.type != "text" or child.content]
    inside[1].children = children[end + 1 :]
    if not inside[1].children:
        del tokens[place + 1 : place + 4]
    opening.attrJoin("class", f"notice--{kind}")
    return _title(title or [Token("text", "", 0, content=found[1].capitalize())], opening.level + 1)


def _title(children: list[Token], level: int) -> list[Token]:
    return [
        Token("callout_title_open", "p", 1, attrs={"class": "notice-title"}, block=True, level=level),
        Token("inline", "", 0, children=children, block=True, level=level + 1),
        Token("callout_title_close", "p", -1, block=True, level=level),
    ]
