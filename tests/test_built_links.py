"""Every link inside a built site leads somewhere, and every id on a page is unique."""

from __future__ import annotations

import posixpath
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from building import SITES, BuiltSite, build_folder

REPOSITORY = Path(__file__).parent.parent
WITHOUT_ERRORS = [REPOSITORY, SITES / "seed-dialect"]


@pytest.fixture(scope="module", params=WITHOUT_ERRORS, ids=lambda folder: folder.name)
def site(request: pytest.FixtureRequest) -> BuiltSite:
    return build_folder(request.param)


def trees(site: BuiltSite) -> dict[str, LexborHTMLParser]:
    return {path: LexborHTMLParser(content) for path, content in site.files().items() if path.endswith(".html")}


def ids(tree: LexborHTMLParser) -> list[str]:
    return [node.attributes["id"] or "" for node in tree.css("[id]")]


def target(page: str, href: str) -> tuple[str, str]:
    """Return the file that a link on a page leads to, and its anchor."""
    parts = urlsplit(href)
    path = unquote(parts.path)
    if not path:
        return page, unquote(parts.fragment)
    joined = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
    file = posixpath.normpath(joined)
    is_folder = path.endswith(("/", "..")) or file == "."
    return posixpath.normpath(posixpath.join(file, "index.html")) if is_folder else file, unquote(parts.fragment)


def test_every_internal_link_has_its_target(site: BuiltSite) -> None:
    pages = trees(site)
    anchors = {path: set(ids(tree)) for path, tree in pages.items()}
    files = site.files()
    broken = []
    for page, tree in pages.items():
        if page == "404.html":
            continue  # its addresses start at the site's root, which is not that of this test
        links = [node.attributes.get("href") or "" for node in tree.css("a[href], link[href]")]
        sources = [node.attributes.get("src") or "" for node in tree.css("img[src], script[src]")]
        for href in [*links, *sources]:
            if urlsplit(href).scheme or href.startswith("//"):
                continue
            file, anchor = target(page, href)
            if file not in files or (anchor and file in anchors and anchor not in anchors[file]):
                broken.append((page, href))
    assert broken == []


def test_every_id_on_a_page_is_unique(site: BuiltSite) -> None:
    for page, tree in trees(site).items():
        assert [name for name, count in Counter(ids(tree)).items() if count > 1] == [], page


def test_no_page_asks_another_host_for_anything(site: BuiltSite) -> None:
    for page, tree in trees(site).items():
        asked = [node.attributes.get("src") or "" for node in tree.css("img[src], script[src], iframe[src]")]
        asked += [node.attributes.get("href") or "" for node in tree.css("link[rel=stylesheet], link[rel=icon]")]
        assert [address for address in asked if urlsplit(address).netloc] == [], page


def test_this_repository_builds_without_a_diagnostic() -> None:
    assert build_folder(REPOSITORY).problems() == []
