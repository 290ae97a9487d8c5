"""What jekyll-redirect-from makes: pages at old addresses that lead to new ones, and the list of them.

https://github.com/jekyll/jekyll-redirect-from#readme
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import escape

from octavo.model.document import Json
from octavo.model.jekyll import JekyllDocument, JekyllFolder, Theme
from octavo.read.jekyll.config import base_path, base_url
from octavo.read.jekyll.documents import REDIRECTS
from octavo.read.jekyll.permalinks import output_of
from octavo.read.liquid.urls import absolute_url

LIST = "redirects.json"


def redirect_page(url: str) -> str:
    """Return a page that leads to an address, without a script."""
    address = escape(url)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Redirecting…</title>\n'
        f'<link rel="canonical" href="{address}">\n<meta http-equiv="refresh" content="0; url={address}">\n'
        f'<meta name="robots" content="noindex">\n</head>\n<body>\n<h1>Redirecting…</h1>\n'
        f'<p><a href="{address}">This page has moved.</a></p>\n</body>\n</html>\n'
    )


def target_of(document: JekyllDocument, config: Mapping[str, Json]) -> str:
    """Return the address that a document leads on to; the page shows no other than one of the web."""
    target = document.redirect_to
    is_of_web = re.match(r"https?://", target, re.I)
    return target if is_of_web else absolute_url("/" + target.lstrip("/"), {"site": config})


def old_places(documents: Iterable[JekyllDocument], folder: JekyllFolder) -> dict[str, str]:
    """Return the address that each old place of a document leads to, by the file that is published there."""
    start = _start(folder)
    return {output_of(old, ".html"): start + one.url for one in documents for old in one.redirects}


def redirect_files(documents: Iterable[JekyllDocument], folder: JekyllFolder) -> dict[str, bytes]:
    """Return the files at old places; with a site's own layouts also the list of all, as the plug-in writes it."""
    published = list(documents)
    files = {path: redirect_page(url).encode() for path, url in old_places(published, folder).items()}
    if REDIRECTS in folder.plugins and folder.theme is Theme.OWN:
        listed = {old: _start(folder) + one.url for one in published for old in one.redirects}
        listed |= {one.url: target_of(one, folder.config) for one in published if one.redirect_to}
        files[LIST] = json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode()
    return files


def _start(folder: JekyllFolder) -> str:
    return base_url(folder.config) or base_path(folder.config)
