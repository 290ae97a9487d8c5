"""A work as a ContextObject in a span, which reference managers collect from a page.

Source: OpenURL (ANSI/NISO Z39.88-2004) in key-encoded values, put into HTML as https://ocoins.info describes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import quote

from octavo.model.reference import Item
from octavo.render.metadata import Described

#: By CSL type: the metadata format, the genre in it, and the key of the title in that format.
FORMATS = {
    "article-journal": ("journal", "article", "atitle"),
    "article-magazine": ("journal", "article", "atitle"),
    "article-newspaper": ("journal", "article", "atitle"),
    "article": ("journal", "preprint", "atitle"),
    "book": ("book", "book", "btitle"),
    "chapter": ("book", "bookitem", "atitle"),
    "entry-encyclopedia": ("book", "bookitem", "atitle"),
    "paper-conference": ("book", "proceeding", "atitle"),
    "report": ("book", "report", "btitle"),
    "thesis": ("dissertation", "", "title"),
    "patent": ("patent", "", "title"),
}

#: What Octavo calls a type that no format knows: one of Dublin Core, with the name that Zotero gives it.
OTHERS = {"webpage": "webpage", "software": "computerProgram", "dataset": "dataset", "manuscript": "manuscript"}

#: The key of a CSL variable in all formats that have it.
KEYS = (("volume", "volume"), ("issue", "issue"), ("page", "pages"), ("publisher", "pub"), ("publisher-place", "place"),
        ("ISBN", "isbn"), ("ISSN", "issn"), ("edition", "edition"))  # fmt: skip


def context_object(item: Item) -> str:
    """Return the query string that describes a work; it goes into the title of an empty ``<span class="Z3988">``."""
    pairs = (pair for pair in _pairs(item) if pair[1])
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in pairs)


def page_context_object(page: Described) -> str:
    """Return the same for a page of the site."""
    item: Item = {"type": "webpage", "title": escape(page.title), "container-title": escape(page.site), "URL": page.url}
    item["author"] = [{"literal": escape(author)} for author in page.authors]
    item["issued"] = {"date-parts": [[int(part) for part in page.date[:10].split("-")]]} if page.date else {}
    return context_object(item)


def _pairs(item: Item) -> Iterator[tuple[str, str]]:
    kind = item.get("type", "")
    name, genre, title = FORMATS.get(kind, ("dc", "", "title"))
    yield "ctx_ver", "Z39.88-2004"
    yield "rft_val_fmt", f"info:ofi/fmt:kev:mtx:{name}"
    yield ("rft.type", OTHERS.get(kind, "document")) if name == "dc" else ("rft.genre", genre)
    if doi := item.get("DOI"):
        yield "rft_id", f"info:doi/{doi}"
    yield "rft_id" if name != "dc" else "rft.identifier", item.get("URL", "")
    yield f"rft.{title}", _plain(item.get("title", ""))
    if container := _plain(item.get("container-title", "")):
        key = {"journal": "jtitle", "book": "btitle"}.get(name, "source")
        yield f"rft.{key}", container
    yield "rft.date", _date(item.get("issued", {}))
    yield from _names(item.get("author", []) or item.get("editor", []), name)
    for variable, key in KEYS:
        yield f"rft.{key}", _plain(str(item.get(variable, "")))


def _names(people: list[dict[str, str]], name: str) -> Iterator[tuple[str, str]]:
    """Yield the first name in parts, where the format has parts, then all of them whole."""
    for place, person in enumerate(people):
        family = " ".join(filter(None, (person.get("non-dropping-particle"), person.get("family"))))
        given = person.get("given", "")
        if place == 0 and family and name != "dc":
            yield "rft.aulast", _plain(family)
            yield "rft.aufirst", _plain(given)
        else:
            yield (
                ("rft.creator" if name == "dc" else "rft.au"),
                _plain(person.get("literal", "") or ", ".join(filter(None, (family, given)))),
            )


def _date(issued: dict[str, list[list[int]]]) -> str:
    parts = issued.get("date-parts") or [[]]
    return "-".join(f"{part:02}" if place else f"{part:04}" for place, part in enumerate(parts[0]))


def _plain(text: str) -> str:
    return unescape(_TAG.sub("", text)).replace("$", "")


_TAG = re.compile(r"</?(?:i|b|sub|sup|span)\b[^<>]*>")
