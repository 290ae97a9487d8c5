"""What the preview answers: files with their types, and pages with what the preview adds to them."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from html import escape
from importlib.resources import files

#: Where the preview's own files are; no note can be published below it.
OWN = "/__octavo"

#: Statuses of HTTP: here it is, and it is at another address.
OK, ELSEWHERE = 200, 307

#: Shown when the very first build can't be shown.
EMPTY = (
    b'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Octavo</title></head>'
    b"<body><main></main></body></html>"
)


@dataclass(frozen=True)
class Response:
    """A status, a content type and a body; or a place to go to instead."""

    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = b""
    location: str = ""


def content_type_of(path: str) -> str:
    """Return the content type of a file by its name."""
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_text = content_type.startswith("text/") or content_type.endswith(("javascript", "json", "xml"))
    return f"{content_type}; charset=utf-8" if is_text else content_type


def with_reload(html: bytes, version: str, overlay: str) -> bytes:
    """Add the list of problems to a page, and the script that shows the next version of it."""
    addition = (
        f'{overlay}<link rel="stylesheet" href="{OWN}/overlay.css">'
        f'<script src="{OWN}/reload.js" data-events="{OWN}/events" data-version="{escape(version)}"></script>'
    )
    return with_addition(addition, html)


def with_addition(addition: str, html: bytes) -> bytes:
    """Add to the end of a page's body."""
    before, mark, after = html.rpartition(b"</body>")
    return before + addition.encode() + mark + after if mark else html + addition.encode()


def own_file(path: str) -> Response | None:
    """Return the answer to a request for one of the preview's own files, or nothing."""
    types = {f"{OWN}/reload.js": "text/javascript", f"{OWN}/overlay.css": "text/css"}
    if path not in types:
        return None
    body = (files("octavo") / "preview" / path.rpartition("/")[2]).read_bytes()
    return Response(200, f"{types[path]}; charset=utf-8", body)
