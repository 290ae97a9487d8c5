"""The front matter of a Jekyll document in Octavo's terms."""

from __future__ import annotations

import re
from collections.abc import Mapping

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import FrontMatter, Json
from octavo.model.jekyll import POSTS, JekyllDocument
from octavo.model.source import Span
from octavo.read.frontmatter import HIGHEST_NUMBER, HTML_TAG, LINE_BREAK
from octavo.read.jekyll.documents import plural
from octavo.read.jekyll.yaml_values import DATE
from octavo.read.language import is_language_tag
from octavo.read.presentation import presentation_of
from octavo.read.scholar.config import check_scholar

#: Layouts of Jekyll's themes that Octavo has templates for, by other names.
LAYOUTS = (
    "single default post splash archive page home section minimal about"
    " posts categories category tags tag collection search"
).split()

#: A tag of HTML in a title, such as an icon's; the theme shows titles as text. ``Vec<T>`` is none.
ELEMENT_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>")


def front_matter_of(document: JekyllDocument) -> FrontMatter:
    """Return what the front matter of a document says; what Octavo can't use of it is left out."""
    data = document.data
    language = _text(data, "lang", "language", "locale").replace("_", "-")
    layout = _text(data, "layout")
    shown = {name: _shown(value) for name, value in data.items()}
    order: Json = data.get("nav_order")
    return FrontMatter(
        title=" ".join(ELEMENT_TAG.sub("", _text(data, "title")).split()),
        layout=layout if layout in LAYOUTS else "",
        description=_text(data, "description") or _plain(_text(data, "excerpt")),
        section=_text(data, "section"),
        nav_title=_text(data, "nav_title"),
        nav_order=_order(order),
        nav_exclude=data.get("nav_exclude") is True,
        parent=_text(data, "parent"),
        grand_parent=_text(data, "grand_parent"),
        has_toc=data.get("has_toc") is not False,
        search_exclude=data.get("search_exclude") is True or data.get("search") is False,
        toc=data.get("toc") is not False,
        date=_date(document),
        updated=_day(data.get("last_modified_at") or data.get("updated")),
        language=language if is_language_tag(language) else "",
        authors=tuple(_names(data.get("authors") or data.get("author"))),
        tags=tuple(dict.fromkeys(str(one) for one in plural(data, "tag", "tags") if str(one).strip())),
        categories=tuple(map(str, plural(data, "category", "categories"))),
        collection=document.collection or _text(data, "collection"),
        taxonomy=_text(data, "taxonomy"),
        presentation=presentation_of(shown)[0],
        scholar=check_scholar(shown.get("scholar") or {})[0],
        extra={name: value for name, value in shown.items() if name not in ("title", "tags", "date")},
        body_line=document.body_line,
    )


def scholar_problems(document: JekyllDocument) -> tuple[Diagnostic, ...]:
    """Return what is wrong with what a document sets otherwise for jekyll-scholar's tags."""
    problems = check_scholar(document.data.get("scholar") or {})[1]
    return tuple(
        Diagnostic("front-matter-unknown", one.message, Span(document.path, 1), hint=one.hint)
        for one in problems
        if not one.is_unknown or one.hint
    )


def _order(value: Json) -> float | str | None:
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) <= HIGHEST_NUMBER else None


def _plain(excerpt: str) -> str:
    return " ".join(HTML_TAG.sub("", LINE_BREAK.sub(" ", excerpt)).split())


def _date(document: JekyllDocument) -> str:
    if not document.is_dated:
        return ""
    return document.date[:10] if document.collection == POSTS else _day(document.data.get("date"))


def _text(data: Mapping[str, Json], *names: str) -> str:
    value = next((data[name] for name in names if data.get(name) is not None), "")
    if isinstance(value, dict) and DATE in value:
        value = value[DATE]
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _day(value: Json) -> str:
    text = str(value.get(DATE, "")) if isinstance(value, dict) else ""
    return text[:10] if len(text) >= 10 else ""


def _names(value: Json) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    names = [one.get("name") if isinstance(one, dict) else one for one in listed]
    return [str(name) for name in names if isinstance(name, str) and name.strip()]


def _shown(value: Json) -> Json:
    if isinstance(value, dict):
        return value[DATE] if DATE in value else {name: _shown(one) for name, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list) else value
