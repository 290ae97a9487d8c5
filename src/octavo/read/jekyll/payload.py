"""What the templates of a Jekyll site see: ``site``, and each document as ``page`` or in a list."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from octavo.model.document import Json
from octavo.model.jekyll import PAGES, POSTS, JekyllDocument, StaticFile
from octavo.read.jekyll.documents import default_values
from octavo.read.jekyll.permalinks import is_html
from octavo.read.liquid.values import moment, ruby_value

#: Returns the text of a document: its body or its excerpt, rendered for the page at hand.
Text = Callable[[JekyllDocument], object]


class DocumentDrop(Mapping[str, Any]):
    """A document as templates see it; what leads to other texts is made when it is asked for."""

    def __init__(self, document: JekyllDocument, zone: tzinfo, lazy: Mapping[str, Callable[[], object]]) -> None:
        self.document = document
        self._lazy = lazy
        self._values = _values(document, zone)

    def __getitem__(self, key: str) -> Any:
        if key in self._values:
            return self._values[key]
        return self._lazy[key]()

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (key in self._values or key in self._lazy)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._values, *self._lazy)))

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DocumentDrop) and other.document.path == self.document.path

    def __hash__(self) -> int:
        return hash(self.document.path)

    def __str__(self) -> str:
        return str(self["content"]) if "content" in self._lazy else ""


def _values(document: JekyllDocument, zone: tzinfo) -> dict[str, Any]:
    values: dict[str, Any] = ruby_value(document.data, zone)
    values["url"] = document.url
    values.setdefault("path", document.relative_path)
    values.setdefault("name", posixpath.basename(document.relative_path))
    if document.collection == PAGES:
        values["dir"] = (
            document.url if document.url.endswith("/") else posixpath.dirname(document.url).rstrip("/") + "/"
        )
        return values
    values["date"] = moment(datetime.fromisoformat(document.date))
    values["id"] = document.identifier
    values["collection"] = document.collection
    values["relative_path"] = document.relative_path
    return values


class SitePayload:
    """The documents of a site as drops, and what ``site`` holds of them."""

    def __init__(
        self,
        config: Mapping[str, Json],
        documents: Sequence[JekyllDocument],
        static_files: Sequence[StaticFile],
        data: Json,
        now: datetime,
        zone: tzinfo,
        content: Text,
        excerpt: Text,
    ) -> None:
        self._zone, self._content, self._excerpt = zone, content, excerpt
        self._documents = documents
        self._by_collection: dict[str, list[JekyllDocument]] = {}
        for document in documents:
            self._by_collection.setdefault(document.collection, []).append(document)
        self._drops: dict[str, DocumentDrop] = {}
        self._site_values = self._site(config, static_files, data, now)
        files = {one.path: f"/{one.path}" for one in static_files}
        own = [one for one in documents if not one.text_path]  # further pages of a list have no path to be named by
        self.urls = files | {one.relative_path: one.url for one in own} | {one.path: one.url for one in own}
        self.post_urls = {_post_name(one): one.url for one in self._by_collection.get(POSTS, ())}

    def site(self, document: JekyllDocument) -> dict[str, Any]:
        """Return what ``site`` holds for a document: the ten newest posts are related to it, but for itself."""
        if document.collection == PAGES:
            return self._site_values
        posts = (one for one in self._site_values["posts"][:11] if one.document.path != document.path)
        return {**self._site_values, "related_posts": list(posts)[:10]}

    def drop(self, document: JekyllDocument) -> DocumentDrop:
        """Return a document as templates see it; it may have changed since another of its path was seen."""
        known = self._drops.get(document.path)
        if known is None or (known.document is not document and known.document != document):
            known = self._drops[document.path] = DocumentDrop(document, self._zone, self._lazy(document))
        return known

    def _lazy(self, document: JekyllDocument) -> dict[str, Callable[[], object]]:
        lazy: dict[str, Callable[[], object]] = {
            "content": lambda: self._content(document),
            "excerpt": lambda: self._excerpt(document),
        }
        if document.collection != PAGES:
            lazy |= {
                "output": lambda: self._content(document),
                "next": lambda: self._beside(document, 1),
                "previous": lambda: self._beside(document, -1),
            }
        return lazy

    def _beside(self, document: JekyllDocument, step: int) -> DocumentDrop | None:
        docs = self._by_collection.get(document.collection, [])
        place = next((number for number, one in enumerate(docs) if one.path == document.path), None)
        if place is None or not 0 <= place + step < len(docs):
            return None
        return self.drop(docs[place + step])

    def _site(
        self, config: Mapping[str, Json], static_files: Sequence[StaticFile], data: Json, now: datetime
    ) -> dict[str, Any]:
        drops = {label: [self.drop(one) for one in docs] for label, docs in self._by_collection.items()}
        pages = drops.get(PAGES, [])
        posts = list(reversed(drops.get(POSTS, [])))
        labels = config.get("collections") or {}
        files = [_static(one, default_values(one.path, one.collection, config), self._zone) for one in static_files]
        collections = [
            {
                "label": label,
                "docs": drops.get(label, []),
                "files": [file for file in files if file["collection"] == label],
                "relative_directory": f"_{label}",
                "directory": f"_{label}",
                **(labels[label] if isinstance(labels[label], dict) else {}),
                "output": bool((labels[label] or {}).get("output")) if isinstance(labels[label], dict) else False,
            }
            for label in sorted(labels)
        ]
        site: dict[str, Any] = ruby_value(dict(config), self._zone)
        site |= {label: drops.get(label, []) for label in labels if label != POSTS}
        return site | {
            "time": moment(now),
            "pages": pages,
            "html_pages": [page for page in pages if is_html(page.document)],
            "posts": posts,
            "documents": [drop for label in labels for drop in drops.get(label, ())],
            "collections": collections,
            "static_files": files,
            "html_files": [file for file in files if file["extname"] == ".html"],
            "categories": _indexed(posts, "categories"),
            "tags": _indexed(posts, "tags"),
            "data": ruby_value(data, self._zone),
        }


def _post_name(document: JekyllDocument) -> str:
    stem = posixpath.splitext(document.relative_path)[0]
    return stem.replace("_posts/", "", 1) if "_posts/" in stem else stem


def _indexed(posts: Sequence[DocumentDrop], key: str) -> dict[str, list[DocumentDrop]]:
    index: dict[str, list[DocumentDrop]] = {str(name): [] for post in reversed(posts) for name in post[key]}
    for post in posts:
        for name in post[key]:
            index[str(name)].append(post)
    return index


def _static(file: StaticFile, defaults: Mapping[str, Json], zone: tzinfo) -> dict[str, Any]:
    name = posixpath.basename(file.path)
    stem, extension = posixpath.splitext(name)
    values: dict[str, Any] = ruby_value(dict(defaults), zone)
    return values | {
        "path": f"/{file.path}",
        "name": name,
        "basename": stem,
        "extname": extension,
        "collection": file.collection or None,
        "modified_time": None,
    }
