"""How blocks are read: at each line only the rules are tried that may begin with its first character.

The text of a block inside another (an item, a quotation) is taken out of its marks and read on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType

from octavo.model.dialect import KramdownOptions
from octavo.read.rules.kramdown import patterns

Rule = Callable[[StateBlock, int, int, bool], bool]

#: What stands for all characters.
ANY = ""

#: The characters, after up to three spaces, at which each rule may begin, in the order in which they are tried.
BEGINNINGS = {
    "mark_block": "\x00",
    "comment_tag": "{",
    "scholar_block": "{",
    "highlight_tag": "{",
    "code": " ",
    "fence": "~`",
    "blockquote": ">",
    "heading": "#",
    "hr": "*-_",
    "list": "+*-0123456789",
    "definition_list": ":",
    "html_block": "<",
    "lheading": ANY,
    "formula": "$\\",
    "table": ANY,
    "footnote_def": "[",
    "reference": "[",
    "abbreviation": "*",
    "attributes": "{",
    "end_of_block": "^",
    "paragraph": ANY,
}


class Attached(msgspec.Struct):
    """What attribute lists say of a block: the insides of the lists, and the line of the first."""

    texts: list[str]
    line: int


class Blocks(StateBlock):
    """The blocks of a text.

    ``children`` are the kinds of those that are not inside another, blank lines among them; ``waiting`` are attribute
    lists for the next block; ``elements`` the elements of HTML that are open, around Markdown, and ``element`` is the
    token that opens the one read last.
    """

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token], level: int = 0) -> None:
        super().__init__(src if src.endswith("\n") or not src else src + "\n", md, env, tokens)
        self.level = level
        self.children: list[str] = []
        self.waiting: Attached | None = None
        self.elements: list[str] = []
        self.closed = False
        self.element: Token | None = None

    def run(self) -> None:
        """Read blocks up to the end of the text, or of the element of HTML that was opened last."""
        rules = cast(Mapping[str, Sequence[Rule]], self.md.options["block_rules"])
        others = rules[ANY]
        while self.line < self.lineMax and not self.closed:
            line = self.line
            start = self.bMarks[line] + self.tShift[line]
            if start >= self.eMarks[line]:
                self.line += 1
                self._add_blank()
                continue
            first = self.src[start] if self.sCount[line] < 4 else " "
            count, waiting = len(self.tokens), self.waiting
            for rule in rules.get(first, others):
                if rule(self, line, self.lineMax, False):
                    break
            if waiting and len(self.tokens) > count and self.waiting is waiting:
                attach(self.tokens[count], waiting)
                self.waiting = None

    def position(self) -> int:
        """Return where in the text the current line, or what is left of it, begins."""
        return self.bMarks[self.line] if self.line < self.lineMax else len(self.src)

    def go_to(self, position: int) -> None:
        """Go on at a position, be it within a line."""
        line = self.line
        while line < self.lineMax and self.eMarks[line] < position:
            line += 1
        self.line = line
        if line < self.lineMax and position > self.bMarks[line]:
            rest = self.src[position : self.eMarks[line]]
            self.bMarks[line], self.tShift[line] = position, len(rest) - len(rest.lstrip(" \t"))
            self.sCount[line] = len(rest[: self.tShift[line]].expandtabs(4))

    def after_boundary(self) -> bool:
        """Tell whether the current line is the first of a group of blocks."""
        return not self.children or self.children[-1] in ("blank", "end") or self.waiting is not None

    def before_boundary(self, position: int) -> bool:
        """Tell whether a group of blocks ends at a position."""
        return position >= len(self.src) or patterns.BOUNDARY.match(self.src, position) is not None

    def add(self, kind: str, line: int) -> None:
        """Note that a block was read up to a line."""
        self.children.append(kind)
        self.line = line

    def _add_blank(self) -> None:
        if not self.children or self.children[-1] != "blank":
            self.children.append("blank")


def install(md: MarkdownIt, kramdown: KramdownOptions) -> None:
    """Let a parser that has got all its rules read blocks with them."""
    ruler = md.block.ruler
    by_name: dict[str, Rule] = dict(zip(ruler.get_active_rules(), ruler.getRules(""), strict=True))
    for name in ("comment_tag", "highlight_tag", "scholar_block"):
        if name in by_name:
            by_name[name] = counted(by_name[name])
    options = cast(dict[str, Any], md.options)
    options["kramdown"] = kramdown
    options["block_rules"] = {
        character: [by_name[name] for name, at in BEGINNINGS.items() if name in by_name and (not at or character in at)]
        for character in (ANY, *"".join(BEGINNINGS.values()))
    }
    md.core.ruler.at("block", parse_blocks)


def counted(rule: Rule) -> Rule:
    """Let a rule of another dialect say that it has read a block."""

    def read(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        if not rule(state, start_line, end_line, silent):
            return False
        blocks_of(state).children.append("other")
        return True

    return read


def parse_blocks(state: StateCore) -> None:
    """Read the blocks of a body."""
    state.env["options"] = state.md.options["kramdown"]
    Blocks(state.src, state.md, state.env, state.tokens).run()


def parse_inside(state: StateBlock, text: str, line: int, above: Blocks | None = None) -> Blocks:
    """Read the blocks inside another: its text without marks, whose lines are those of the whole text from ``line`` on.

    They go on with the ones ``above``, but no block does.
    """
    inner = Blocks(text, state.md, state.env, above.tokens if above else [], state.level)
    inner.children = above.children if above else []
    known = len(inner.tokens)
    if inner.level < state.md.options["maxNesting"]:
        inner.run()
    for token in inner.tokens[known:]:
        if token.map:
            token.map = [token.map[0] + line, token.map[1] + line]
    return inner


def blocks_of(state: StateBlock) -> Blocks:
    """Return a state as what it is in this dialect."""
    return cast(Blocks, state)


def options_of(env: EnvType) -> KramdownOptions:
    """Return the options that hold at this place of a body, which may change them."""
    options: KramdownOptions = env["options"]
    return options


def attach(token: Token, attached: Attached) -> None:
    """Keep attribute lists with the block that they belong to, until all that they may refer to is known."""
    token.meta = {**token.meta, "lists": [*token.meta.get("lists", ()), attached]}


def push_inline(state: StateBlock, text: str, start_line: int, end_line: int) -> Token:
    """Add a text to be read for its spans."""
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [start_line, end_line], []
    return token
