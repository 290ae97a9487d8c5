"""The blank lines and the indentation of kramdown's HTML, which filters see that count, cut or join lines.

https://kramdown.gettalong.org/converter/html.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

#: Blocks that begin a line.
BLOCKS = (
    *("paragraph_open", "heading_open", "blockquote_open", "bullet_list_open", "ordered_list_open", "list_item_open"),
    *("dl_open", "dt_open", "dd_open", "hr", "table", "hole", "html_block"),
)

#: Those of them that stand close together, whatever is between them in the text.
ITEMS = ("list_item_open", "dt_open", "dd_open")

#: Ends of blocks, which begin a line if a block ends before them.
ENDS = ("blockquote_close", "bullet_list_close", "ordered_list_close", "list_item_close", "dl_close")

Render = Callable[[Sequence[Token], int, OptionsDict, EnvType], str]


def install(md: MarkdownIt) -> None:
    """Let a parser write blocks with what stands before them in kramdown's HTML."""
    md.core.ruler.push("spacing", note_blank_lines)
    rules: dict[str, Any] = dict(md.renderer.rules)  # type: ignore[attr-defined]  # the protocol names no rules
    for name in BLOCKS:
        own: Render = rules.get(name) or md.renderer.renderToken  # type: ignore[attr-defined]  # likewise
        md.add_render_rule(name, _spaced(own))
    for name in ENDS:
        md.add_render_rule(name, _indented(rules.get(name) or md.renderer.renderToken))  # type: ignore[attr-defined]


def note_blank_lines(state: StateCore) -> None:
    """Note of each block whether a blank line stands between it and the one before it in the same block."""
    ends: dict[int, int] = {}  # of what has been read, by its level: a list ends with the last line of its last item
    for token in state.tokens:
        if not token.map or token.nesting < 0:
            continue
        start, end = token.map
        if token.type in BLOCKS and token.type not in ITEMS and start > ends.get(token.level, start):
            token.meta = {**token.meta, "blank": True}
        ends = {level: end for level in ends if level < token.level} | {token.level: end}


def _spaced(own: Render) -> Callable[..., str]:
    def render(_renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[index]
        html = own(tokens, index, options, env)
        if not token.block or not html:
            return html
        before = "\n" if token.meta.get("blank") or html.startswith("\n") else ""
        return f"{before}{'  ' * token.level}{html.removeprefix(chr(10))}"

    return render


def _indented(own: Render) -> Callable[..., str]:
    def render(_renderer: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        token, before = tokens[index], tokens[index - 1]
        is_behind_block = before.type != "inline" and not before.hidden and before.nesting <= 0
        return f"{'  ' * token.level if is_behind_block else ''}{own(tokens, index, options, env)}"

    return render
