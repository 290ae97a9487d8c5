"""What the pages that show a work say of it beside its reference: each entry is rendered once for all of them."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

from octavo.model.reference import Entry, Item, RenderedEntry
from octavo.render.citations import render_item_text
from octavo.render.coins import context_object


def render_entry(entry: Entry) -> RenderedEntry:
    """Render all that an entry says besides its reference, which depends on the style."""
    item = entry.item
    return RenderedEntry(
        citekey=entry.citekey,
        title=render_item_text(item.get("title", entry.citekey)),
        abstract=render_item_text(item["abstract"]) if "abstract" in item else "",
        links=entry.links,
        bibtex=entry.bibtex.strip(),
        csl_json=json.dumps(_exported(item), ensure_ascii=False, indent=2),
        coins=context_object(item),
        key=entry.key,
        kind=entry.kind,
        fields=entry.fields,
        field_names=entry.field_names,
    )


def _exported(item: Item) -> Any:
    """Return an item as other programs read CSL-JSON: text without entities."""
    if isinstance(item, str):
        return unescape(item)
    if isinstance(item, list):
        return [_exported(one) for one in item]
    return {name: _exported(one) for name, one in item.items()} if isinstance(item, dict) else item
