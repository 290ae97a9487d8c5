"""Lists of items and of tasks.

https://kramdown.gettalong.org/syntax.html#lists
"""

from __future__ import annotations

import re
from functools import cache

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from octavo.read.rules.kramdown.blocks import Attached, Blocks, attach, blocks_of, parse_inside
from octavo.read.rules.kramdown.patterns import ANY, END, HTML_OR_ATTRIBUTES, ITEM, RULE
from octavo.read.rules.list import render_item

ITEM_ATTRIBUTES = re.compile(rf"\s*\{{:(?!(?:\w[\w-]*)?:|/)({ANY}+)\}}\s*")
EMPTY = re.compile(rf"(?:{ITEM_ATTRIBUTES.pattern})?\s*\n")
TASK = re.compile(r"\s*\[([ xX])\](\s+|\Z)")
TABS = re.compile(r"( *)(\t+)")


class Item(msgspec.Struct):
    """An item while its lines are gathered; ``indentation`` is the column of its text.

    ``break_at`` is the number of lines before the first list in it, which is read on its own.
    """

    line: int
    indentation: int
    lines: list[str]
    attributes: str = ""
    break_at: int = 0


def install(md: MarkdownIt) -> None:
    """Add lists to a parser."""
    md.block.ruler.at("list", list_block)
    md.add_render_rule("list_item_open", render_item)
    md.add_render_rule("paragraph_open", render_item)  # which begins with the box, if it has one


def list_block(state: StateBlock, start_line: int, _end_line: int, _silent: bool) -> bool:
    """Read a list; its items have bullets of any kind, or numbers."""
    first = ITEM.match(state.src, state.bMarks[start_line])
    if not first:
        return False
    is_ordered = first["marker"].endswith(".")
    items, line, ended = gather_items(blocks_of(state), start_line, is_ordered)
    name, tag = ("ordered_list", "ol") if is_ordered else ("bullet_list", "ul")
    opening = state.push(f"{name}_open", tag, 1)
    opening.map = [start_line, line]
    tasks = False
    tight: list[bool] = []
    for item in items:
        is_last = item is items[-1]
        inner, opened = _push_item(state, item)
        tight.append(_tighten(inner, is_last=is_last, ended=ended, before=tight))
        tasks = _read_task(inner, opened) or tasks
        if tasks and inner.children[:1] == ["paragraph"]:
            opened.attrJoin("class", "task-list-item")
    state.push(f"{name}_close", tag, -1)
    if tasks:
        opening.attrJoin("class", "task-list")
    blocks = blocks_of(state)
    blocks.add("end" if ended else "list", line)
    if not ended and state.isEmpty(line - 1):
        blocks.children.append("blank")
    return True


def gather_items(blocks: Blocks, line: int, is_ordered: bool) -> tuple[list[Item], int, bool]:
    """Return the items of a list, the line after it, and whether a ``^`` has ended it."""
    items: list[Item] = []
    start = _starts(4, is_ordered)
    nested = after_blank = False
    src = blocks.src
    while line < blocks.lineMax:
        at = blocks.bMarks[line]
        if after_blank and RULE.match(src, at):
            break
        if END.match(src, at):
            return items, line + 1, True
        if found := start.match(src, at):
            item = first_line(line, found["marker"], found["tail"])
            items.append(item)
            start = _starts(item.indentation, is_ordered)
            nested = bool(ITEM.match(item.lines[0]))
            after_blank = False
        elif blocks.isEmpty(line):
            nested = after_blank = True
            items[-1].lines.append("\n")
        else:
            taken = next_line(src[at : blocks.eMarks[line] + 1], items[-1].indentation, after_blank)
            if taken is None:
                break
            text, indented = taken
            if ITEM.match(text):
                if not nested and indented:
                    nested = True
                    items[-1].break_at = len(items[-1].lines)
                elif nested and not indented:
                    text = " " * (items[-1].indentation + 4) + text
            items[-1].lines.append(text)
            after_blank = False
        line += 1
    return items, line, False


def first_line(line: int, marker: str, tail: str) -> Item:
    """Begin an item, or a definition: find the column of its text, and its attributes."""
    indentation = len(marker)
    if EMPTY.fullmatch(tail):
        indentation = 4
    else:
        while found := TABS.match(tail):
            column = len(found[1]) + indentation
            width = 4 - column % 4 + (len(found[2]) - 1) * 4
            tail = found[1] + " " * width + tail[found.end() :]
        indentation += len(tail) - len(tail.lstrip(" "))
    text = tail.lstrip(" \t\n\r\f\v")
    found = ITEM_ATTRIBUTES.match(text)
    text = text[found.end() :] if found else text
    return Item(line, indentation, [text], found[1] if found else "")


def next_line(line: str, indentation: int, after_blank: bool) -> tuple[str, bool] | None:
    """Return a further line of an item without its indentation, and whether it had one; ``None`` if it is no such."""
    if not _continues(indentation).match(line):
        lazy = not after_blank and not _lazy_end(min(indentation, 3), line)
        if not lazy:
            return None
    text = line.lstrip("\t")
    text = "    " * (len(line) - len(text)) + text
    margin = " " * indentation
    return (text[indentation:], True) if text.startswith(margin) else (text, False)


@cache
def _continues(indentation: int) -> re.Pattern[str]:
    tabs, spaces = divmod(indentation, 4)
    return re.compile(rf"(?:(?:\t|[ ]{{4}}){{{tabs}}}[ ]{{{spaces}}}|(?:\t|[ ]{{4}}){{{tabs + 1}}})")


def _lazy_end(indentation: int, line: str) -> bool:
    stripped = line.lstrip(" ")
    return len(line) - len(stripped) <= indentation and bool(HTML_OR_ATTRIBUTES.match(stripped))


@cache
def _starts(indentation: int, is_ordered: bool) -> re.Pattern[str]:
    """Return the pattern of the next item's first line, whose marker stands left of this item's text."""
    least = min(indentation, 4) - 1
    return re.compile(rf"(?P<marker>[ ]{{0,{least}}}{r'[0-9]+[.]' if is_ordered else '[+*-]'})(?P<tail>[\t |].*\n)")


def _push_item(state: StateBlock, item: Item) -> tuple[Blocks, Token]:
    opening = state.push("list_item_open", "li", 1)
    opening.map = [item.line, item.line + len(item.lines)]
    if item.attributes:
        attach(opening, Attached([item.attributes], item.line))
    first = item.line + (not item.lines[0])  # nothing is left of a line that holds the marker alone
    inner = parse_inside(state, "".join(item.lines[: item.break_at or None]), first)
    if item.break_at:
        parse_inside(state, "".join(item.lines[item.break_at :]), item.line + item.break_at, inner)
    state.tokens += inner.tokens
    state.push("list_item_close", "li", -1)
    return inner, opening


def _tighten(inner: Blocks, *, is_last: bool, ended: bool, before: list[bool]) -> bool:
    """Take the ``<p>`` from an item's first paragraph, unless a blank line follows; tell whether that was done."""
    children = inner.children
    if len(children) > 1 and children[0] == "paragraph" and children[1] == "attributes":
        del children[1]
    if children[:1] != ["paragraph"]:
        return True
    alone = len(children) < 2 or children[1] != "blank" or (is_last and len(children) == 2 and not ended)
    if not alone or (is_last and before and not any(before)):
        return False
    for token in inner.tokens:
        if token.type == "paragraph_open":
            token.hidden = True
        elif token.type == "paragraph_close":
            token.hidden = True
            break
    return True


def _read_task(inner: Blocks, opening: Token) -> bool:
    """Take the box from the start of an item."""
    if inner.children[:1] != ["paragraph"] or not (found := TASK.match(inner.tokens[1].content)):
        return False
    if not found[2] and inner.children[1:2] in ([], ["blank"]):
        return False
    box = opening if inner.tokens[0].hidden else inner.tokens[0]
    box.meta = {**box.meta, "checked": found[1] != " "}
    inner.tokens[1].content = inner.tokens[1].content[found.end() :]
    return True
