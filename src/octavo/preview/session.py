"""The state of a preview: the last good build, what is wrong with the newest one, and who waits for the next."""

from __future__ import annotations

import mimetypes
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from octavo.build import Means, build
from octavo.memo import Kept
from octavo.model.diagnostic import Diagnostic, Severity
from octavo.model.site import Build, Inputs
from octavo.pipeline.runner import Pool
from octavo.render.report import has_errors, render_overlay, render_text, severity_of
from octavo.world.publish import Contents
from octavo.world.spool import FileSpool, SpoolShelf
from octavo.world.store import Store
from octavo.world.workspace import Workspace

#: Where the preview's own files are; no note can be published below it.
OWN = "/__octavo"

#: A page need not be loaded again because files of these kinds have changed.
BESIDE = (".html", ".xml", ".bib", ".json", ".md", ".txt")

#: Shown when the very first build can't be shown.
_EMPTY = (
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


@dataclass(frozen=True)
class State:
    """What is served: the last publishable build, by path, and the problems of the newest build."""

    version: str
    digests: Mapping[str, str]
    contents: Contents | None
    base_path: str
    overlay: str
    must_reload: bool


class Session:
    """Builds a site again and again, and answers requests from the last good build.

    ``state`` is replaced as a whole by each build, so that a request never sees half of one.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self._workspace = Workspace(folder, {"drafts": True, "search_index": False})  # an index takes seconds
        self._memo = store
        self._kept = Kept()
        self._spool = FileSpool()
        self._lock = threading.Lock()
        self._inputs: Inputs | None = None
        self._builds = 0
        # Distinguishes this run of the preview from the one before, whose pages may still be open.
        self._start = f"{time.time():.3f}"
        self.state = State("", {}, None, "", "", False)

    def close(self) -> None:
        """Forget what was built."""
        self._spool.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def rebuild(self, pool: Pool) -> str:
        """Read the site, build it if anything has changed, and return what to tell on the terminal, or nothing."""
        with self._lock:
            started = time.perf_counter()
            inputs = self._workspace.read()
            if inputs == self._inputs:
                return ""
            means = Means(self._memo, self._spool, pool, self._workspace, SpoolShelf(self._spool))
            made, contents = build(inputs, means, self._kept)
            told = self._accept(inputs, made, contents)
            seconds = time.perf_counter() - started
            report = render_text(made.diagnostics, inputs.config.rules)
            return f"{report}{time.strftime('%H:%M:%S')} {told} in {seconds:.2f} s"

    def respond(self, path: str) -> Response:
        """Answer a request for a path, decoded and with a leading slash."""
        state = self.state
        if own := _own_file(path):
            return own
        if not path.startswith(state.base_path + "/"):
            return Response(307, location=state.base_path + "/")
        name = path[len(state.base_path) + 1 :]
        file = name + "index.html" if name.endswith("/") or not name else name
        if file in state.digests:
            return self._file(file, 200, state)
        if f"{name}/index.html" in state.digests:
            return Response(307, location=f"{path}/")
        if f"{name}.html" in state.digests:
            return self._file(f"{name}.html", 200, state)
        return self._file("404.html", 404, state)

    def _accept(self, inputs: Inputs, made: Build, contents: Contents) -> str:
        before = self.state
        rules = inputs.config.rules
        overlay = render_overlay(made.diagnostics, rules) if has_errors(made.diagnostics, rules) else ""
        self._builds += 1
        version = f"{self._start}-{self._builds}"
        base_path = urlsplit(inputs.config.base_url).path
        previous, self._inputs = self._inputs, inputs
        if not made.publishable:
            self.state = State(version, before.digests, before.contents, before.base_path or base_path, overlay, False)
            return f"cannot show {_fatal(made.diagnostics, rules)}; the last good pages stay"
        digests = {output.path: output.digest for output in made.outputs}
        changed = [path for path, digest in digests.items() if before.digests.get(path) != digest]
        is_same_theme = previous and (previous.templates, previous.config) == (inputs.templates, inputs.config)
        must_reload = not is_same_theme or any(not path.endswith(BESIDE) for path in changed)
        self.state = State(version, digests, contents, base_path, overlay, must_reload)
        return f"built {sum(path.endswith('.html') for path in changed)} of {made.pages} pages"

    def _file(self, path: str, status: int, state: State) -> Response:
        content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        if content_type.startswith("text/") or content_type.endswith(("javascript", "json", "xml")):
            content_type += "; charset=utf-8"
        body = state.contents.read(state.digests[path]) if state.contents and path in state.digests else _EMPTY
        if not path.endswith(".html"):
            return Response(status, content_type, body)
        return Response(status, "text/html; charset=utf-8", _with_reload(body, state))


def _with_reload(html: bytes, state: State) -> bytes:
    before, mark, after = html.rpartition(b"</body>")
    if not mark:
        before, after = html, b""
    addition = (
        f'{state.overlay}<link rel="stylesheet" href="{OWN}/overlay.css">'
        f'<script src="{OWN}/reload.js" data-events="{OWN}/events" data-version="{escape(state.version)}"></script>'
    )
    return before + addition.encode() + mark + after


def _own_file(path: str) -> Response | None:
    types = {f"{OWN}/reload.js": "text/javascript", f"{OWN}/overlay.css": "text/css"}
    if path not in types:
        return None
    body = (files("octavo") / "preview" / path.rpartition("/")[2]).read_bytes()
    return Response(200, f"{types[path]}; charset=utf-8", body)


def _fatal(diagnostics: tuple[Diagnostic, ...], rules: Mapping[str, Severity]) -> str:
    fatal = [one for one in diagnostics if severity_of(one, rules) is Severity.FATAL]
    return fatal[0].span.path if fatal and fatal[0].span else "the site"
