"""A plain folder server as the audit wants it: compressed, and under a strict policy."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

#: The strictest policy that the search works under; without the search, the first half of it.
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

#: Kinds of files that a server compresses.
TEXTS = (".html", ".css", ".js", ".svg", ".json", ".xml", ".md", ".txt", ".bib")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on 127.0.0.1; yield its address without a trailing slash."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the audit prints its table alone."""

        def do_GET(self) -> None:  # http.server calls it so
            path = folder / unquote(urlsplit(self.path).path).lstrip("/")
            found = path / "index.html" if path.is_dir() else path
            exists = found.is_file() and found.resolve().is_relative_to(folder.resolve())
            file = found if exists else folder / "404.html"
            body, is_compressed = content_of(file)
            self.send_response(200 if exists else 404)
            self.send_header("Content-Type", guess_type(file.name)[0] or "application/octet-stream")
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Cache-Control", "max-age=600")
            self.send_header("Content-Length", str(len(body)))
            if is_compressed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            with suppress(ConnectionError):  # a browser that closes waits for nothing
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@cache  # compressing costs more than all else that the server does
def content_of(file: Path) -> tuple[bytes, bool]:
    """Return a file's bytes as they go over the wire, and whether they are compressed."""
    content = file.read_bytes()
    return (gzip.compress(content, 9, mtime=0), True) if file.suffix in TEXTS else (content, False)
