"""Tables and charts of facts: ``{% compare %}``, ``{% facts %}`` and ``{% chart %}``, each alone in its paragraph."""

from __future__ import annotations

from typing import Literal

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from octavo.model.document import Hole
from octavo.model.fact import FACTS, FactTable
from octavo.read.rules.arguments import Problem, Tag, parse_assignments
from octavo.read.rules.draft import draft_of, is_hole, near_match, push_hole

RULE = "compare-malformed"

COMPARE = ("tag", "columns", "sort", "order")
CHART = ("tag", "x", "y")

ORDERS = ("ascending", "descending")


def compare(state: StateInline, tag: Tag) -> Problem | None:
    """Read ``{% compare tag="recent" columns="tokens context" sort="released" order="descending" %}``."""
    return _push(state, tag, "compare", COMPARE)


def facts(state: StateInline, tag: Tag) -> Problem | None:
    """Read ``{% facts %}``."""
    return _push(state, tag, "facts", ("columns",))


def chart(state: StateInline, tag: Tag) -> Problem | None:
    """Read ``{% chart tag="recent" x="released" y="parameters" %}``."""
    return _push(state, tag, "chart", CHART)


def stands_alone(inline: Token) -> bool:
    """Tell whether all there is in a paragraph is a table of facts."""
    children = [child for child in inline.children or () if not _is_blank(child)]
    is_of_facts = len(children) == 1 and is_hole(children[0], Hole.FACTS)
    return is_of_facts and children[0].meta["value"].form != "chart"


def only_hole(inline: Token) -> Token:
    """Return the hole of a paragraph that is nothing else."""
    return next(child for child in inline.children or () if is_hole(child, Hole.FACTS))


def _is_blank(token: Token) -> bool:
    return token.type == "softbreak" or (token.type == "text" and not token.content.strip())


def _push(
    state: StateInline, tag: Tag, form: Literal["compare", "facts", "chart"], names: tuple[str, ...]
) -> Problem | None:
    given = parse_assignments(tag, names)
    if isinstance(given, Problem):
        return given._replace(rule=RULE)
    missing = next((name for name in ("x", "y") if name in names and name not in given), "")
    if missing:
        return Problem(f"a chart needs '{missing}'", tag.start, tag.end, f'{missing}="parameters"', RULE)
    columns = [(start, word) for name in ("columns", "x", "y") if name in given for start, word in _words(*given[name])]
    for start, word in (*columns, *(_words(*given["sort"]) if "sort" in given else ())):
        if word not in FACTS:
            hint = near_match(word, FACTS) or f"the facts are {', '.join(FACTS)}"
            return Problem(f"there is no fact '{word}'", start, start + len(word), hint, RULE)
    start, order = given.get("order", (tag.start, ORDERS[0]))
    if order not in ORDERS:
        return Problem(
            f"'{order}' is no order", start, start + len(order), f"an order is one of {', '.join(ORDERS)}", RULE
        )
    if state.src.strip() != state.src[tag.start : tag.end] and form != "chart":
        return Problem(f"'{{% {tag.name} %}}' must stand in a paragraph of its own", tag.start, tag.end, rule=RULE)
    draft = draft_of(state.env)
    value = FactTable(
        form=form,
        columns=tuple(word for _, word in columns),
        tag=given["tag"][1] if "tag" in given else "",
        sort=given["sort"][1] if "sort" in given else "",
        descending=order == ORDERS[1],
        place=0,
        span=draft.span(tag.start, tag.end),
    )
    push_hole(state, Hole.FACTS, value)
    return None


def _words(start: int, text: str) -> list[tuple[int, str]]:
    words: list[tuple[int, str]] = []
    for word in text.split():
        at = text.index(word, words[-1][0] - start + len(words[-1][1]) if words else 0)
        words.append((start + at, word))
    return words
