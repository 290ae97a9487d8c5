"""What jekyll-seo-tag and jekyll-feed print into the head of a page.

https://github.com/jekyll/jekyll-seo-tag/blob/master/docs/usage.md, …/advanced-usage.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from html import escape
from typing import Any

from octavo.read.liquid.urls import ABSOLUTE, absolute_url
from octavo.read.liquid.values import escape_ampersands, is_nil, is_true, text_of

#: What separates the title of a page from that of its site.
SEPARATOR = " | "

HOME_OR_ABOUT = re.compile(r"/(?:about/)?(?:index\.html?)?")

#: What means nothing in Markdown.
PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,;?()])*")

#: Kinds of pages that are the work itself.
WRITTEN = ("BlogPosting", "CreativeWork")

#: Names of the tags by which search engines know who owns a site, by the keys of ``webmaster_verifications``.
VERIFICATIONS = {
    "google": "google-site-verification",
    "bing": "msvalidate.01",
    "alexa": "alexaVerifyID",
    "yandex": "yandex-verification",
    "baidu": "baidu-site-verification",
    "facebook": "facebook-domain-verification",
}


class Seo:
    """The tags that describe a page to search engines and where links to it are shown.

    ``payload`` is what its templates see; ``plain_text`` returns the words of Markdown; ``xml_date`` writes a date;
    ``arguments`` are those of the tag.
    """

    def __init__(
        self,
        payload: Mapping[str, Any],
        plain_text: Callable[[str], str],
        xml_date: Callable[[object], object],
        arguments: str = "",
    ) -> None:
        self._payload, self._site, self._page = payload, payload["site"], payload["page"]
        self._plain_text, self._xml_date, self._arguments = plain_text, xml_date, arguments
        self._paginator: Mapping[str, Any] = payload.get("paginator") or {}

    def render(self) -> str:
        """Return the tags, one a line."""
        return "\n".join(self._tags())

    def _tags(self) -> Iterator[str]:
        if self._title and not re.search("title=false", self._arguments, re.I):
            yield f"<title>{self._title}</title>"
        yield _named("generator", "Octavo")
        yield from _property("og:title", self._page_title)
        yield from _maybe_named("author", escape(text_of(self._author.get("name"))))
        yield from _property("og:locale", escape(self._locale))
        if self._description:
            yield _named("description", self._description)
            yield from _property("og:description", self._description)
        if self._site.get("url"):
            yield f'<link rel="canonical" href="{escape(self._url)}" />'
            yield from _property("og:url", escape(self._url))
        yield from _property("og:site_name", self._site_title)
        yield from self._image_tags()
        yield from self._kind_tags()
        yield from self._neighbours()
        yield from self._card_tags()
        yield from self._account_tags()
        yield f'<script type="application/ld+json">\n{self._json()}</script>'

    # Texts

    def _text(self, value: object) -> str:
        """Return a text of Markdown as escaped plain text, as all titles and descriptions are shown."""
        text = text_of(value)
        if PLAIN.fullmatch(text):
            return " ".join(text.split())
        return _escaped_once(self._plain_text(text)) if text else ""

    @cached_property
    def _site_title(self) -> str:
        return self._text(self._site.get("title") or self._site.get("name"))

    @cached_property
    def _page_title(self) -> str:
        return self._text(self._page.get("title")) or self._site_title

    @cached_property
    def _site_description(self) -> str:
        return self._text(self._site.get("description"))

    @cached_property
    def _description(self) -> str:
        return self._text(self._page.get("description") or self._page.get("excerpt")) or self._site_description

    @cached_property
    def _title(self) -> str:
        title = self._page_title
        if self._site_title and title != self._site_title:
            title += SEPARATOR + self._site_title
        elif self._site_title and self._site_description:
            title += SEPARATOR + (self._text(self._site.get("tagline")) or self._site_description)
        page = self._paginator.get("page") or 1
        if page == 1:
            return title
        form = text_of(self._site.get("seo_paginator_message")) or "Page %<current>s of %<total>s for "
        values = {"current": str(page), "total": str(self._paginator["total_pages"])}
        return re.sub(r"%<(current|total)>s|%\{(current|total)\}", lambda one: values[one[1] or one[2]], form) + title

    @property
    def _locale(self) -> str:
        places = (self._page.get("locale"), self._site.get("locale"), self._page.get("lang"), self._site.get("lang"))
        return text_of(next(filter(is_true, places), "en_US")).replace("-", "_")

    @cached_property
    def _url(self) -> str:
        own = text_of(self._page.get("canonical_url"))
        return own or re.sub(r"/index\.html\Z", "/", absolute_url(self._page.get("url") or "", self._payload))

    # Who and what

    @cached_property
    def _author(self) -> Mapping[str, Any]:
        several = self._page.get("authors")
        first = several[0] if isinstance(several, list) and several else None
        author = next(filter(text_of, (self._page.get("author"), first, self._site.get("author"))), None)
        if not isinstance(author, str):
            return author if isinstance(author, Mapping) else {}
        known = self._site["data"].get("authors")
        more = known.get(author) if isinstance(known, Mapping) else None
        return {"name": author} | (dict(more) if isinstance(more, Mapping) else {})

    @cached_property
    def _image(self) -> dict[str, Any]:
        """The image of the page, its address as ``path``, or nothing."""
        given = self._page.get("image")
        image: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {"path": given}
        path = text_of(image.get("path") or image.get("facebook") or image.get("twitter"))
        return image | {"path": self._absolute(path)} if path else {}

    @property
    def _kind(self) -> str:
        own = self._own("seo").get("type")
        if own:
            return text_of(own)
        return "WebSite" if self._is_home_or_about else "BlogPosting" if self._page.get("date") else "WebPage"

    @property
    def _is_home_or_about(self) -> bool:
        return HOME_OR_ABOUT.fullmatch(text_of(self._page.get("url"))) is not None

    def _own(self, key: str) -> Mapping[str, Any]:
        return _mapping(self._page.get(key))

    def _absolute(self, path: str) -> str:
        return absolute_url(path, self._payload) if not ABSOLUTE.match(path) else path

    # Tags

    def _image_tags(self) -> Iterator[str]:
        yield from _property("og:image", escape(text_of(self._image.get("path"))))
        for key in ("height", "width", "alt"):
            yield from _property(f"og:image:{key}", escape(text_of(self._image.get(key))))

    def _kind_tags(self) -> Iterator[str]:
        date = self._page.get("date")
        yield from _property("og:type", "article" if date else "website")
        if date:
            yield from _property("article:published_time", escape(text_of(self._xml_date(date))))

    def _neighbours(self) -> Iterator[str]:
        for name, key in (("prev", "previous_page_path"), ("next", "next_page_path")):
            if self._paginator.get(key):
                yield f'<link rel="{name}" href="{escape(self._absolute(self._paginator[key]))}" />'

    def _card_tags(self) -> Iterator[str]:
        asked = self._own("twitter").get("card") or _mapping(self._site.get("twitter")).get("card")
        yield _named("twitter:card", escape(text_of(asked or "summary_large_image")) if self._image else "summary")
        yield from _property("twitter:image", escape(text_of(self._image.get("path"))))
        yield from _maybe_named("twitter:image:alt", escape(text_of(self._image.get("alt"))))
        yield from _property("twitter:title", self._page_title)

    def _account_tags(self) -> Iterator[str]:
        twitter, facebook = _mapping(self._site.get("twitter")), _mapping(self._site.get("facebook"))
        if twitter:
            yield _named("twitter:site", _account(twitter.get("username")))
            creator = self._author.get("twitter") or self._author.get("name")
            yield from [_named("twitter:creator", _account(creator))] if isinstance(creator, str) else ()
        for name, key in (("fb:admins", "admins"), ("article:publisher", "publisher"), ("fb:app_id", "app_id")):
            yield from _property(name, escape(text_of(facebook.get(key))))
        known = _mapping(self._site.get("webmaster_verifications"))
        known = known or {"google": self._site.get("google_site_verification")}
        for key, name in VERIFICATIONS.items():
            yield from _maybe_named(name, escape(text_of(known.get(key))))

    # JSON-LD (https://schema.org)

    def _json(self) -> str:
        kind, date = self._kind, self._page.get("date")
        changed = self._own("seo").get("date_modified") or self._page.get("last_modified_at") or date
        values = {
            "@context": "https://schema.org",
            "@type": kind,
            "author": self._json_author(),
            "dateModified": self._xml_date(changed) if changed else None,
            "datePublished": self._xml_date(date) if date else None,
            "description": self._description,
            "headline": self._page_title,
            "image": self._json_image(),
            "mainEntityOfPage": {"@type": "WebPage", "@id": self._url}
            if kind in ("BlogPosting", "CreativeWork")
            else None,
            "name": self._name(),
            "publisher": self._publisher(),
            "sameAs": self._links(),
            "url": self._url,
        }
        shown = {name: value for name, value in values.items() if not is_nil(value) and value != ""}
        written = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), default=text_of)
        return written.replace("<", "\\u003c")  # nothing in it ends the script

    def _json_author(self) -> object:
        name, kind = self._author.get("name"), self._author.get("type") or "Person"
        if not name or kind not in ("Person", "Organization"):
            return None
        url = self._author.get("url")
        return {"@type": kind, "name": name} | ({"url": url} if url else {})

    def _json_image(self) -> object:
        if len(self._image) < 2:
            return self._image.get("path")
        others = {name: value for name, value in self._image.items() if name != "path"}
        return others | {"url": self._image["path"], "@type": "imageObject"}

    def _name(self) -> str:
        own = self._own("seo").get("name")
        if own:
            return self._text(own)
        social = _mapping(self._site.get("social")).get("name")
        return (self._text(social) or self._site_title) if self._is_home_or_about else ""

    def _links(self) -> object:
        social = _mapping(self._site.get("social")).get("links") if self._is_home_or_about else None
        return self._own("seo").get("links") or social

    def _publisher(self) -> object:
        logo = text_of(self._site.get("logo"))
        if not logo:
            return None
        name = self._author.get("name")
        image = {"@type": "ImageObject", "url": self._absolute(logo)}
        return {"@type": "Organization", "logo": image} | ({"name": name} if name else {})


def feed_meta(payload: Mapping[str, Any]) -> str:
    """Return the link to the feed."""
    path = _mapping(payload["site"].get("feed")).get("path")
    url = absolute_url(path or "feed.xml", payload)
    title = " ".join(text_of(payload["site"].get("title") or payload["site"].get("name")).split())
    named = f' title="{escape(title)}"' if title else ""
    return f'<link type="application/atom+xml" rel="alternate" href="{escape(url)}"{named} />'


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _named(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}" />'


def _maybe_named(name: str, content: str) -> list[str]:
    return [_named(name, content)] if content else []


def _property(name: str, content: str) -> list[str]:
    return [f'<meta property="{name}" content="{content}" />'] if content else []


def _account(name: object) -> str:
    return "@" + escape(text_of(name).replace("@", ""))


def _escaped_once(text: str) -> str:
    """Escape a text, but for what is escaped already."""
    whole = escape_ampersands(text)
    return whole.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#39;")
