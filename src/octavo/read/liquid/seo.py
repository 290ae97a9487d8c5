"""What jekyll-seo-tag and jekyll-feed print into the head of a page: the parts that readers and machines use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from octavo.read.liquid.urls import absolute_url
from octavo.read.liquid.values import text_of


def seo(payload: Mapping[str, Any]) -> str:
    """Return the tags that describe a page: its title, description, canonical address and Open Graph."""
    site, page = payload["site"], payload["page"]
    name = _one_line(site.get("title") or site.get("name"))
    title = _one_line(page.get("title"))
    whole = " | ".join(
        dict.fromkeys(
            part
            for part in (title or name, (name if title else site.get("tagline") or site.get("description")))
            if part
        )
    )
    described = _one_line(page.get("description") or page.get("excerpt") or site.get("description"))
    url = re.sub(r"/index\.html\Z", "/", absolute_url(page.get("url") or "", payload))
    is_post = bool(page.get("date"))
    lines = [
        f"<title>{escape(whole)}</title>",
        '<meta name="generator" content="Octavo" />',
        f'<meta property="og:title" content="{escape(title or name)}" />',
        f'<meta property="og:locale" content="{escape(text_of(site.get("lang") or "en_US").replace("-", "_"))}" />',
        *(
            (
                f'<meta name="description" content="{escape(described)}" />',
                f'<meta property="og:description" content="{escape(described)}" />',
            )
            if described
            else ()
        ),
        f'<link rel="canonical" href="{escape(url)}" />',
        f'<meta property="og:url" content="{escape(url)}" />',
        *((f'<meta property="og:site_name" content="{escape(name)}" />',) if name else ()),
        f'<meta property="og:type" content="{"article" if is_post else "website"}" />',
    ]
    return "\n".join(lines)


def feed_meta(payload: Mapping[str, Any]) -> str:
    """Return the link to the feed."""
    feed = payload["site"].get("feed")
    path = feed.get("path") if isinstance(feed, dict) else None
    url = absolute_url(path or "feed.xml", payload)
    title = _one_line(payload["site"].get("title") or payload["site"].get("name"))
    named = f' title="{escape(title)}"' if title else ""
    return f'<link type="application/atom+xml" rel="alternate" href="{escape(url)}"{named} />'


def _one_line(value: object) -> str:
    text = re.sub(r"<[^<>]*>|\0[a-z-]+:[0-9]+\0", "", text_of(value))
    return " ".join(text.split())
