"""The files that plug-ins of Jekyll make for machines: which there are, and where. What is in them is in files beside.

https://github.com/jekyll/jekyll-feed#readme, https://github.com/jekyll/jekyll-sitemap#readme
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from octavo.model.document import Json
from octavo.model.jekyll import POSTS, Head, JekyllDocument, JekyllFolder, Made, Theme, pack
from octavo.read.jekyll.heads import Need
from octavo.read.jekyll.permalinks import clean, output_of

#: What such a file may change with.
MENTIONS = {
    Made.FEED: ("site.data", "site.posts", Need.BODIES),
    Made.SITEMAP: ("site.collections", "site.pages", "site.static_files"),
    Made.ROBOTS: (),
}


def made_documents(
    documents: Sequence[JekyllDocument], folder: JekyllFolder, paths: Collection[str]
) -> dict[JekyllDocument, Head]:
    """Return the files that a site's plug-ins make, with what they may change with.

    ``paths`` are those of the site's own files below its source, which win. Octavo's theme makes such files itself.
    """
    if folder.theme is Theme.OCTAVO:
        return {}
    found = [one for one in _made(documents, folder) if one.path not in paths]
    return {one: Head({}, 1, MENTIONS[one.made] if one.made else ()) for one in found}


def _made(documents: Sequence[JekyllDocument], folder: JekyllFolder) -> Iterator[JekyllDocument]:
    if "jekyll-feed" in folder.plugins:
        yield from {one.path: one for one in _feeds(documents, folder.config)}.values()
    if "jekyll-sitemap" in folder.plugins:
        yield _file("/sitemap.xml", Made.SITEMAP)
        yield _file("/robots.txt", Made.ROBOTS)


def _file(url: str, made: Made, data: Mapping[str, Json] | None = None) -> JekyllDocument:
    url = clean(url)
    path = output_of(url, ".txt" if url.endswith(".txt") else ".xml")
    return JekyllDocument(
        path=path,
        relative_path=path,
        collection="",
        packed=pack(data or {}),
        body_line=1,
        url=url,
        output=path,
        identifier="",
        slug="",
        date="",
        is_markdown=False,
        is_dated=False,
        made=made,
    )


def _feeds(documents: Sequence[JekyllDocument], config: Mapping[str, Json]) -> Iterator[JekyllDocument]:
    """Yield a feed for the posts and each other collection asked for, for categories of them, and for tags."""
    settings = _mapping(config.get("feed"))
    asked = settings.get("collections")
    collections = {str(one): {} for one in asked} if isinstance(asked, list) else _mapping(asked)
    of_posts = _mapping(collections.get(POSTS))
    own: dict[str, Json] = {name: settings[name] for name in ("path", "categories") if settings.get(name)}
    for label, value in {**collections, POSTS: {**own, **of_posts}}.items():
        row = _mapping(value)
        start = "/feed" if label == POSTS else f"/feed/{label}"
        for category in _listed(row.get("categories")):
            yield _file(f"{start}/{category}.xml", Made.FEED, {"collection": label, "category": category})
        yield _file(str(row.get("path") or f"{start}.xml"), Made.FEED, {"collection": label})
    if settings.get("tags"):
        yield from _feeds_of_tags(documents, _mapping(settings["tags"]))


def _feeds_of_tags(documents: Sequence[JekyllDocument], settings: Mapping[str, Json]) -> Iterator[JekyllDocument]:
    used = dict.fromkeys(str(tag) for one in documents if one.collection == POSTS for tag in _listed(one.data["tags"]))
    wanted = _listed(settings.get("only")) or list(used)
    start = str(settings.get("path") or "/feed/by_tag/")
    for tag in wanted:
        if tag not in _listed(settings.get("except")) and re.fullmatch(r"[a-zA-Z0-9_]+", tag):
            yield _file(f"{start}{tag}.xml", Made.FEED, {"collection": POSTS, "tags": tag})


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _listed(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
