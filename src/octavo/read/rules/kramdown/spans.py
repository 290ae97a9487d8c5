"""How the text of a block is read: spans inside one another, each up to its own end.

What looks like the start of a span and has no end is text, and is read again from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, cast

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from octavo.read.rules.draft import draft_of

Rule = Callable[[StateInline, bool], bool]
Match = Callable[[str, int, int], object]

#: The characters at which each rule may begin, in the order in which they are tried.
BEGINNINGS = {
    "mark": "\x00",
    "tag": "{",
    "variable": "{",
    "emphasis": "*_",
    "backticks": "`",
    "autolink": "<",
    "html_inline": "<",
    "footnote_ref": "[",
    "link": "[!",
    "quote": "\"'",
    "formula": "$",
    "dollars": "$",
    "brackets": "\\",
    "equation_reference": "\\",
    "attributes": "{",
    "entity": "&",
    "symbol": "<\\",
    "newline": "\n",
    "escape": "\\",
    "strikethrough": "~",
}

#: Where a text may end: at a beginning, and at the bracket that ends a link.
MARK = re.compile(f"[{re.escape(']'.join(BEGINNINGS.values()))}]")

SYMBOL = re.compile(r"---?|\.\.\.| ?>>")


#: How often spans may be tried in vain in one text; then what looks like their beginnings is text.
MOST_FAILED = 200


class Place(NamedTuple):
    """A place of a text to which a reader may come back."""

    position: int
    tokens: int
    pending: str
    level: int
    problems: int


class Spans(StateInline):
    """A text while its spans are read.

    ``inside`` names the spans around the current place; ``failed`` what was tried in vain, so that no text takes
    forever; ``begin`` is the number of tokens at which the innermost span begins; ``unit`` is where the last thing ends
    that was read as a whole: what follows doesn't see its last character.
    """

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.inside: list[str] = []
        self.failed: set[tuple[object, ...]] = set()
        self.begin = 0
        self.unit = 0
        self.rules = cast(Mapping[str, Sequence[Rule]], md.options["span_rules"])

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Add a token. Unlike markdown-it's own states this one keeps no account of delimiters."""
        if pending := self.pending:
            self.tokens.append(Token("text", "", 0, content=pending, level=self.level))
            self.pending = ""
        self.level -= nesting < 0
        token = Token(ttype, tag, nesting, level=self.level)
        self.level += nesting > 0
        self.tokens.append(token)
        return token

    def place(self) -> Place:
        """Return where the reader is."""
        problems = len(draft_of(self.env).diagnostics)
        return Place(self.pos, len(self.tokens), self.pending, self.level, problems)

    def back(self, place: Place) -> None:
        """Go back to a place, and forget what was read since."""
        self.pos, self.pending, self.level = place.position, place.pending, place.level
        del self.tokens[place.tokens :]
        del draft_of(self.env).diagnostics[place.problems :]

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """Read inside a span."""
        begin, self.begin = self.begin, len(self.tokens)
        self.inside.append(name)
        try:
            yield
        finally:
            self.inside.pop()
            self.begin = begin

    def may_try(self, attempt: tuple[object, ...]) -> bool:
        """Tell whether a span that begins here may have an end."""
        return attempt not in self.failed and len(self.failed) < MOST_FAILED

    def is_empty(self) -> bool:
        """Tell whether nothing was read yet of the innermost span."""
        return len(self.tokens) == self.begin and not self.pending


def install(md: MarkdownIt) -> None:
    """Let a parser that has got all its rules read texts with them."""
    by_name: dict[str, Rule] = dict(zip(md.inline.ruler.get_active_rules(), md.inline.ruler.getRules(""), strict=True))
    rules = {
        character: [by_name[name] for name, at in BEGINNINGS.items() if character in at and name in by_name]
        for character in "".join(BEGINNINGS.values())
    }
    options = cast(dict[str, Any], md.options)
    options["span_rules"] = rules
    md.core.ruler.at("inline", parse_texts)


def parse_texts(state: StateCore) -> None:
    """Read the spans of each block, and keep track of where it stands."""
    draft = draft_of(state.env)
    before = Token("", "", 0)
    for token in state.tokens:
        if token.type == "inline":
            is_heading = before.type == "heading_open" and before.markup.startswith("#")
            draft.enter(token, before.markup if is_heading else "")
            token.children = parse_text(token.content, state.md, state.env)
        before = token


def parse_text(text: str, md: MarkdownIt, env: EnvType) -> list[Token]:
    """Read the spans of a text."""
    if not text:
        return []
    state = Spans(text, md, env, [])
    read_until(state)
    if pending := state.pending:
        state.tokens.append(Token("text", "", 0, content=pending, level=state.level))
    return state.tokens


def read_until(state: Spans, ends: Match | None = None) -> bool:
    """Read spans up to where ``ends`` says so, or to the end of the text; tell whether it was the former."""
    src, rules, search = state.src, state.rules, MARK.search
    state.unit = state.pos
    while state.pos < state.posMax:
        start = state.pos
        found = search(src, start, state.posMax)
        at = found.start() if found else state.posMax
        if at > start:
            state.append_pending(_with_symbols(src[start:at], state))
            state.pos = at
            continue
        if ends and ends(src, at, state.posMax):
            return True
        for rule in rules.get(src[at], ()):
            if rule(state, False):
                if src[at] != "\n":
                    state.unit = state.pos
                break
        else:
            state.append_pending(src[at])
            state.pos += 1
    return False


def spans_of(state: StateInline) -> Spans:
    """Return a state as what it is in this dialect."""
    return cast(Spans, state)


def _with_symbols(text: str, state: Spans) -> str:
    """Replace hyphens, points and angle brackets by typographic signs."""
    symbols = cast("dict[str, str] | None", state.md.options["symbols"])
    if not symbols or not ("--" in text or "..." in text or ">>" in text):
        return text

    def sign(found: re.Match[str]) -> str:
        if found.end() == len(text):
            state.unit = state.pos + len(text)
        return symbols[found[0]]

    return SYMBOL.sub(sign, text)
