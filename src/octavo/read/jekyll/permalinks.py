"""Where Jekyll publishes a text: permalink styles, their placeholders, and the file that a URL is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from octavo.model.jekyll import JekyllDocument
from octavo.read.jekyll.slugs import slugify

#: https://jekyllrb.com/docs/permalinks/#built-in-formats
STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}

#: Placeholders that are parts of the date, as formats of strftime.
DATE_PARTS = {
    "year": "%Y",
    "short_year": "%y",
    "month": "%m",
    "short_month": "%b",
    "long_month": "%B",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "y_day": "%j",
    "w_year": "%G",
    "week": "%V",
    "w_day": "%u",
    "short_day": "%a",
    "long_day": "%A",
}

PLACEHOLDER = re.compile(r":([a-z_]+)")

#: What needs no escape in an address, beside letters and digits.
SAFE = "-._~!$&'()*+,;=:@/"

HTML = (".html", ".xhtml", ".htm")


def post_template(style: str) -> str:
    """Return the template of posts for the ``permalink`` of the configuration: a style's name, or a template."""
    return STYLES.get(style, style)


def suffix_of(style: str) -> str:
    """Return what pages and documents of collections end with, where the posts have this permalink."""
    if style in ("date", "ordinal", "none"):
        return ":output_ext"
    if style == "pretty" or style.endswith("/"):
        return "/"
    return ":output_ext" if style.endswith(":output_ext") else ""


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill the placeholders of a template, escaped, and clean the URL; one that is unknown stays as it is.

    >>> fill("/:categories/:title.html", {"categories": "", "title": "a b"})
    '/a%20b.html'
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        for known in (name, name.rstrip("_")):
            if known in values:
                return escape_path(values[known]) + name[len(known) :]
        return match[0]

    return clean(PLACEHOLDER.sub(value, template))


def clean(url: str) -> str:
    """Return a URL as Jekyll makes it safe: it begins with one slash and leads nowhere up."""
    return re.sub("/+", "/", f"/{url}".replace("..", "/").replace("./", ""))


def escape_path(path: str) -> str:
    """Escape what an address can't hold."""
    return quote(path, safe=SAFE + "%?").replace("#", "%23")


def placeholders_of_date(date: datetime) -> dict[str, str]:
    """Return the placeholders that are parts of a date."""
    parts = {name: date.strftime(form) for name, form in DATE_PARTS.items()}
    return parts | {"i_day": str(date.day), "i_month": str(date.month)}


def slug_placeholders(name: str, slug: str, categories: tuple[str, ...]) -> dict[str, str]:
    """Return the placeholders of a document called ``name``; ``slug`` is that of its front matter, or empty."""
    lower = dict.fromkeys(category.lower() for category in categories)
    return {
        "name": slugify(name),
        "title": slugify(slug or name, "pretty", cased=True),
        "slug": slugify(slug or name),
        "categories": "/".join(lower),
        "slugified_categories": "/".join(dict.fromkeys(slugify(category) for category in categories)),
    }


def page_template(is_html: bool, is_index: bool, style: str) -> str:
    """Return the template of a page; ``style`` is the ``permalink`` of the configuration."""
    if not is_html:
        return "/:path/:basename:output_ext"
    return "/:path/" if is_index else "/:path/:basename" + suffix_of(style)


def output_of(url: str, extension: str) -> str:
    """Return the file that a URL is published in: below the output folder, with this extension of the output."""
    path = unquote(url)
    if path.endswith("/"):
        return (path + "index" + (extension if extension in HTML else ".html")).lstrip("/")
    return (path if path.endswith(extension) else path + extension).lstrip("/")


def is_html(document: JekyllDocument) -> bool:
    """Tell whether a document is a page for people."""
    return document.url.endswith("/") or document.output.endswith(HTML)


def extension_of(permalink: str) -> str:
    """Return the extension that a permalink asks for, or nothing."""
    return "" if permalink.endswith("/") else posixpath.splitext(permalink)[1]
