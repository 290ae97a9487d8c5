"""What other programs read about a page: how to cite it, as BibTeX, as a ContextObject and as linked data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from octavo.model.reference import RenderedEntry


class Described(NamedTuple):
    """A page to describe: dates are ISO 8601 or empty, ``url`` is absolute or empty."""

    title: str
    authors: tuple[str, ...]
    date: str
    updated: str
    url: str
    site: str
    description: str
    language: str


def page_bibtex(page: Described) -> str:
    """Return the entry by which a page is cited; its type and fields are those of biblatex."""
    date = (page.updated or page.date)[:10]
    fields = {
        "author": " and ".join(_author(author) for author in page.authors),
        "title": f"{{{_latex(page.title)}}}",
        "organization": _latex(page.site),
        "date": date,
        "url": page.url,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@online{{{_citekey(page, date)},\n" + ",\n".join(lines) + "\n}"


def linked_data(page: Described, entries: Sequence[RenderedEntry]) -> Markup:
    """Return a page and the works that it cites as JSON-LD (https://schema.org/ScholarlyArticle)."""
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": page.title,
        "author": [{"@type": "Person", "name": author} for author in page.authors],
        "datePublished": page.date,
        "dateModified": page.updated,
        "description": page.description,
        "inLanguage": page.language,
        "url": page.url,
        "isPartOf": {"@type": "WebSite", "name": page.site} if page.site else "",
        "citation": [_cited(entry) for entry in entries],
    }
    text = json.dumps({name: value for name, value in article.items() if value}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))  # so that no text can end the script element


def _cited(entry: RenderedEntry) -> dict[str, str]:
    address = entry.links[0].url if entry.links else ""
    work = {"@type": "CreativeWork", "name": _plain(entry.title), "sameAs": address}
    return {name: value for name, value in work.items() if value}


@lru_cache(maxsize=2048)  # many pages cite the same works
def _plain(html: str) -> str:
    return Markup(html).striptags()


def _author(name: str) -> str:
    """Brace what is no person's name, so that it isn't cut into given and family name."""
    is_body = name.casefold().startswith("the ") or name.count(" ") > 3
    return f"{{{_latex(name)}}}" if is_body else _latex(name)


def _citekey(page: Described, date: str) -> str:
    family = page.authors[0].split()[-1] if page.authors else page.site
    word = next((word for word in re.findall(r"\w+", page.title) if len(word) > 3), page.title)
    return re.sub(r"[^\w]", "", f"{family}{date[:4]}{word}".casefold()) or "page"


def _latex(text: str) -> str:
    return (
        re.sub(r"[&%$#_{}]", r"\\\g<0>", text.replace("\\", ""))
        .replace("~", r"\textasciitilde{}")
        .replace("^", r"\textasciicircum{}")
    )
