"""The filters of jekyll-toc: a table of contents of a text of HTML, and anchors in its headings.

https://github.com/toshimaru/jekyll-toc
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from liquid import RenderContext
from liquid.filter import with_context

from octavo.read.jekyll.written import without_holes
from octavo.read.liquid.engine import page_of
from octavo.read.liquid.numbers import to_integer
from octavo.read.liquid.values import is_true, shown_text, text_of, without_tags
from octavo.read.rules.draft import Draft

HEADING = re.compile(
    r"<h(?P<level>[1-6])(?P<attributes>(?:\s[^<>]*)?)>(?P<content>(?:(?!</?h[1-6][\s>]).)*)</h(?P=level)>", re.DOTALL
)
ID = re.compile(r"""\sid=["']([^"']*)["']""")
NO_TOC = re.compile(r"""\sclass=["'](?:[^"']*\s)?no_toc(?:\s[^"']*)?["']""")
SIGN = re.compile(r"[^\w\- ]")

ANCHOR = '<a class="anchor" href="#{}" aria-hidden="true"><span class="octicon octicon-link"></span></a>'

#: What ``toc:`` in the configuration may say, with what holds without it.
DEFAULTS = {
    "list_id": "toc",
    "list_class": "section-nav",
    "sublist_class": "",
    "item_class": "toc-entry",
    "item_prefix": "toc-",
}


class Entry(NamedTuple):
    """A heading of a text: its level, its id and its words, as HTML has them."""

    level: int
    identifier: str
    text: str


@with_context
def toc(value: object, *, context: RenderContext) -> str:
    """Return a text behind its table of contents, if the page asks for one by ``toc: true``."""
    html = shown_text(value)
    if not _is_asked_for(context):
        return html
    return _contents(html, context) + _with_anchors(html, page_of(context).draft)


@with_context
def toc_only(value: object, *, context: RenderContext) -> str:
    """Return the table of contents alone, or nothing if the page doesn't ask for one."""
    return _contents(shown_text(value), context) if _is_asked_for(context) else ""


@with_context
def inject_anchors(value: object, *, context: RenderContext) -> str:
    """Return a text with an anchor in each heading, if the page asks for a table of contents."""
    html = shown_text(value)
    return _with_anchors(html, page_of(context).draft) if _is_asked_for(context) else html


def _is_asked_for(context: RenderContext) -> bool:
    return is_true(page_of(context).payload["page"].get("toc"))


def _contents(html: str, context: RenderContext) -> str:
    given = page_of(context).payload["site"].get("toc")
    settings: Mapping[str, Any] = given if isinstance(given, dict) else {}
    lowest, highest = (to_integer(settings.get(name) or usual) for name, usual in (("min_level", 1), ("max_level", 6)))
    names = {name: escape(text_of(settings.get(name, usual))) for name, usual in DEFAULTS.items()}
    tag = "ol" if is_true(settings.get("ordered_list")) else "ul"
    shown = [one for one in entries_of(html, page_of(context).draft) if lowest <= one.level <= highest]
    start = f'<{tag} id="{names["list_id"]}" class="{names["list_class"]}">'
    return f"{start}\n{_items(shown, tag, names)}</{tag}>"


def _items(entries: Sequence[Entry], tag: str, names: Mapping[str, str]) -> str:
    items, rest = "", list(entries)
    sublist = f' class="{names["sublist_class"]}"' if names["sublist_class"] else ""
    while rest:
        first = rest.pop(0)
        end = next((place for place, one in enumerate(rest) if one.level <= first.level), len(rest))
        below = f"\n<{tag}{sublist}>\n{_items(rest[:end], tag, names)}</{tag}>\n" if end else ""
        classes = f"{names['item_class']} {names['item_prefix']}h{first.level}"
        items += f'<li class="{classes}"><a href="#{first.identifier}">{first.text}</a>{below}</li>\n'
        rest = rest[end:]
    return items


def entries_of(html: str, draft: Draft) -> list[Entry]:
    """Return the headings of a text that a table of contents shows; one without an id gets that of its words."""
    taken: dict[str, int] = {}
    found = []
    for heading in HEADING.finditer(html):
        if not NO_TOC.search(heading["attributes"]):
            text = " ".join(without_tags(without_holes(heading["content"], draft)).split())
            found.append(Entry(int(heading["level"]), _identifier(heading, text, taken), text))
    return found


def _identifier(heading: re.Match[str], text: str, taken: dict[str, int]) -> str:
    if own := ID.search(heading["attributes"]):
        return own[1]
    slug = SIGN.sub("", text.lower()).replace(" ", "-")
    times = taken[slug] = taken.get(slug, -1) + 1
    return f"{slug}-{times}" if times else slug


def _with_anchors(html: str, draft: Draft) -> str:
    identifiers = iter([entry.identifier for entry in entries_of(html, draft)])

    def anchored(heading: re.Match[str]) -> str:
        if NO_TOC.search(heading["attributes"]):
            return heading[0]
        level, attributes = heading["level"], heading["attributes"]
        return f"<h{level}{attributes}>{ANCHOR.format(next(identifiers))}{heading['content']}</h{level}>"

    return HEADING.sub(anchored, html)


#: By their names.
TOC_FILTERS = {"toc": toc, "toc_only": toc_only, "inject_anchors": inject_anchors}
