"""The feed of jekyll-feed: Atom (RFC 4287), of the newest documents of a collection, a category or a tag.

https://github.com/jekyll/jekyll-feed#readme. It is as new as its newest entry, whenever it is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo
from html import escape
from typing import Any

from octavo.model.jekyll import POSTS
from octavo.read.liquid.filters import dated_filters, normalize_whitespace, smartify
from octavo.read.liquid.urls import absolute_url
from octavo.read.liquid.values import escape_ampersands, is_nil, is_true, order_key, text_of, without_tags

#: What a feed holds if the configuration doesn't say how many.
ENTRIES = 10

#: What no XML can hold, but for NUL, which marks citations.
NOT_XML = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Feed:
    """The feed at ``url`` of a site, whose ``payload`` is what its templates see of it.

    ``category`` and ``tag`` choose of a collection, or are empty; ``as_html`` returns what holes in a text stand for.
    """

    def __init__(
        self,
        url: str,
        payload: Mapping[str, Any],
        chosen: Mapping[str, Any],
        zone: tzinfo,
        as_html: Callable[[str], str],
    ) -> None:
        self._payload, self._site = payload, payload["site"]
        self._url = self._absolute(url)
        self._collection = text_of(chosen.get("collection")) or POSTS
        self._category, self._tag = text_of(chosen.get("category")), text_of(chosen.get("tags"))
        self._as_html = as_html
        self._date = dated_filters(zone)["date_to_xmlschema"]
        settings = self._site.get("feed")
        self._settings: Mapping[str, Any] = settings if isinstance(settings, Mapping) else {}

    def render(self) -> str:
        """Return the feed."""
        site, posts = self._site, self._posts()
        language = f' xml:lang="{_escaped(site["lang"])}"' if site.get("lang") else ""
        title = self._title()
        updated = max(map(self._updated, posts), default=self._written(site["time"]))
        lines = [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"{language}>',
            "<generator>Octavo</generator>",
            f'<link href="{_escaped(self._url)}" rel="self" type="application/atom+xml" />',
            f'<link href="{_escaped(self._absolute("/"))}" rel="alternate" type="text/html" />',
            f"<updated>{updated}</updated>",
            f"<id>{_escaped(self._url)}</id>",
            *([f'<title type="html">{_escaped(_smart(title))}</title>'] if title else []),
            *([f"<subtitle>{_escaped(site['description'])}</subtitle>"] if is_true(site.get("description")) else []),
            *self._person(site.get("author")),
            *(line for post in posts for line in self._entry(post)),
            "</feed>",
        ]
        return NOT_XML.sub("", "\n".join(lines) + "\n")

    def _title(self) -> str:
        parts = [text_of(self._site.get("title") or self._site.get("name"))]
        parts += [self._collection.capitalize()] if self._collection != POSTS else []
        parts += [self._category.capitalize()] if self._category else []
        return " | ".join(filter(None, parts))

    def _posts(self) -> Sequence[Mapping[str, Any]]:
        found = self._site["tags"].get(self._tag) if self._tag else self._site.get(self._collection)
        posts = [one for one in found or () if isinstance(one, Mapping)]
        if self._category:
            posts = [one for one in posts if self._category in map(text_of, one.get("categories") or ())]
        if not self._site.get("show_drafts"):
            posts = [one for one in posts if one.get("draft") is not True]
        posts = sorted(posts, key=lambda one: order_key(one["date"]))[::-1]
        limit = self._settings.get("posts_limit")
        return posts[: limit if isinstance(limit, int) and limit >= 0 else ENTRIES]

    def _entry(self, post: Mapping[str, Any]) -> Iterator[str]:
        title = _escaped(normalize_whitespace(without_tags(_smart(post.get("title")))))
        url = _escaped(self._absolute(post["url"]))
        yield f'<entry xml:lang="{_escaped(post["lang"])}">' if post.get("lang") else "<entry>"
        yield f'<title type="html">{title}</title>'
        yield f'<link href="{url}" rel="alternate" type="text/html" title="{title}" />'
        yield f"<published>{self._written(post['date'])}</published>"
        yield f"<updated>{self._updated(post)}</updated>"
        yield f"<id>{_escaped(self._absolute(post['id']))}</id>"
        if not self._excerpt_only(post):
            yield f'<content type="html" xml:base="{url}">{self._cdata(text_of(post["content"]).strip())}</content>'
        yield from self._person(self._author(post), is_of_entry=True)
        for term in _terms(post):
            yield f'<category term="{_escaped(term)}" />'
        summary = post.get("description") or post.get("excerpt")
        if text_of(summary).strip():
            yield f'<summary type="html">{self._cdata(text_of(summary), is_plain=True)}</summary>'
        yield from self._image(post)
        yield "</entry>"

    def _excerpt_only(self, post: Mapping[str, Any]) -> bool:
        own = post.get("feed")
        asked = own.get("excerpt_only") if isinstance(own, Mapping) else None
        return is_true(asked or self._settings.get("excerpt_only"))

    def _cdata(self, html: str, is_plain: bool = False) -> str:
        html = self._as_html(html)
        html = normalize_whitespace(without_tags(html)) if is_plain else html
        return "<![CDATA[" + html.replace("]]>", "]]]]><![CDATA[>") + "]]>"

    def _author(self, post: Mapping[str, Any]) -> object:
        several = post.get("authors")
        first = several[0] if isinstance(several, list) and several else None
        author = post.get("author") or first or self._site.get("author")
        known = self._site["data"].get("authors")
        return (known.get(author) if isinstance(known, Mapping) and isinstance(author, str) else None) or author

    @staticmethod
    def _person(person: object, is_of_entry: bool = False) -> Iterator[str]:
        if not is_true(person) and not is_of_entry:
            return
        given: Mapping[str, Any] = person if isinstance(person, Mapping) else {"name": person}
        parts = [("name", text_of(given.get("name")))]
        parts += [(name, text_of(given[name])) for name in ("email", "uri") if is_true(given.get(name))]
        yield "<author>" + "".join(f"<{name}>{_escaped(value)}</{name}>" for name, value in parts) + "</author>"

    def _image(self, post: Mapping[str, Any]) -> Iterator[str]:
        image = post.get("image")
        path = text_of(image.get("path")) if isinstance(image, Mapping) else text_of(image)
        if path:
            url = _escaped(path if "://" in path else self._absolute(path))
            yield f'<media:thumbnail url="{url}" />'
            yield f'<media:content medium="image" url="{url}" />'

    def _updated(self, post: Mapping[str, Any]) -> str:
        return self._written(post.get("last_modified_at") or post["date"])

    def _written(self, moment: object) -> str:
        return _escaped(self._date(moment))

    def _absolute(self, path: object) -> str:
        return absolute_url(path, self._payload)


def _terms(post: Mapping[str, Any]) -> Iterator[str]:
    """Yield the categories of a post, then its tags."""
    one = post.get("category")
    yield from [text_of(one)] if is_true(one) else map(text_of, post.get("categories") or ())
    yield from map(text_of, post.get("tags") or ())


def _smart(title: object) -> str:
    """Return a title as HTML with its typography."""
    return escape_ampersands(smartify(title))


def _escaped(value: object) -> str:
    return escape("" if is_nil(value) else text_of(value))
