"""The state of a preview: the last good site, what is wrong with the newest one, and who waits for the next."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from octavo.build import Means, Prepared, finish, known_problems, prepare
from octavo.memo import ForgottenError, Kept, RenewedMemo
from octavo.model.diagnostic import Diagnostic, Severity
from octavo.model.site import Build, Inputs
from octavo.model.source import Asset
from octavo.pipeline.account import Account
from octavo.pipeline.plan import PlannedPage
from octavo.pipeline.results import MadePage
from octavo.pipeline.runner import Pool
from octavo.preview.answers import (
    ELSEWHERE,
    EMPTY,
    OK,
    Response,
    content_type_of,
    own_file,
    with_addition,
    with_reload,
)
from octavo.preview.glance import IN_PREVIEW, FirstLook
from octavo.render.report import has_errors, render_overlay, render_text, severity_of
from octavo.world.companion import Companion
from octavo.world.pool import SerialPool
from octavo.world.publish import Contents
from octavo.world.shelf import FullShelf
from octavo.world.spool import FileSpool
from octavo.world.store import Store
from octavo.world.texts import ChangedError
from octavo.world.workspace import Workspace

#: How often a site is read that changes while it is read.
MOST_READINGS = 5

#: In seconds: how long after the first page its browser has to ask for the next thing that the page shows,
NEXT_REQUEST = 0.25

#: and for all of them.
LONGEST_LOOK = 2.0


class State(NamedTuple):
    """What is served: the last site that can be shown, and what is wrong with the newest.

    ``pages`` are those of the site by their paths in the output, ``assets`` the files that are published as they are;
    ``digests`` are those of all files of the last complete build, whose ``contents`` have what no page makes.
    """

    version: str = ""
    site: Prepared | None = None
    pages: Mapping[str, PlannedPage] = {}
    assets: Mapping[str, Asset] = {}
    digests: Mapping[str, str] = {}
    contents: Contents | None = None
    base_path: str = ""
    overlay: str = ""
    must_reload: bool = False


class SupersededError(Exception):
    """A source has changed, so that what is being rendered is of no use any more."""


class Session:
    """Builds a site again and again, and answers requests from the last good one.

    ``update`` makes a change visible: a page is rendered when it is asked for. ``complete`` then renders all the others
    and tells what is wrong with them. ``state`` is replaced as a whole, so that a request never sees half of one.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        overrides: Mapping[str, Any] | None = None,
        companion: Companion | None = None,
    ) -> None:
        self._workspace = Workspace(folder, {**IN_PREVIEW, **(overrides or {})})
        self._memo = store
        self._companion = companion
        self._first_look = FirstLook(folder, store, overrides or {})
        self._looking = threading.Lock()
        self._kept = Kept()
        self._spool = FileSpool()
        self._lock = threading.Lock()
        self._inputs: Inputs | None = None
        self._newest: Prepared | None = None
        self._updates = 0
        self._completing = 0  # the thread that does
        self._is_superseded = False
        self._is_stopped = False
        self._is_incomplete = False
        self._is_needed = False
        # Distinguishes this run of the preview from the one before, whose pages may still be open.
        self._start = f"{time.time():.3f}"
        self.state = State()
        self._ready = threading.Event()
        self._asked = threading.Event()
        self._answered = threading.Event()

    def close(self) -> None:
        """Let what is being built be, and nobody wait for it any more; forget what was built."""
        self.stop()
        self._dismiss()
        with self._lock:
            self._spool.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The folder of the site."""
        return self._workspace.folder

    @property
    def is_jekyll(self) -> bool:
        """Whether the site is one of Jekyll's, whose sources are anywhere in its folder."""
        return self._workspace.is_jekyll

    @property
    def base_path(self) -> str:
        """The path of the address that the site has in its configuration, below which it is served; or nothing."""
        return self.state.base_path if self.state.site else urlsplit(self._workspace.read_config().base_url).path

    def rebuild(self, pool: Pool) -> str:
        """Update and complete; return what to tell on the terminal, or nothing if nothing has changed."""
        return self.complete(pool) if self.update(pool) else ""

    def update(self, pool: Pool, changed: Collection[str] = ()) -> bool:
        """Read the site, and show it if anything has changed; tell whether there is anything to complete.

        ``changed`` are the locations of the files that have, if they are known. A site with another theme or
        configuration is shown when it is complete: each page may fail.
        """
        with self._lock:
            for _ in range(MOST_READINGS):
                inputs = self._read(changed)
                if inputs == self._inputs:
                    return self._is_incomplete
                try:
                    site = self._prepare(inputs, pool)
                except ChangedError:
                    continue
                before, self._inputs, self._newest = self._inputs, inputs, site
                self._is_incomplete = True
                is_same_theme = before is None or _theme(before) == _theme(inputs)
                if is_same_theme and not _fatal(known_problems(site), inputs):
                    self._show(site)
                return True
            return False

    def complete(self, pool: Pool) -> str:
        """Render what isn't rendered yet; return what to tell on the terminal. Raises `SupersededError`."""
        with self._lock:
            site = self._newest
            if site is None:
                self._ready.set()
                return ""
            started = time.perf_counter()
            self._is_superseded = False
            self._completing = threading.get_ident()
            try:
                made, contents = self._finish(site, pool)
            finally:
                self._completing = 0
            rules = site.inputs.config.rules
            overlay = render_overlay(made.diagnostics, rules) if has_errors(made.diagnostics, rules) else ""
            self._is_incomplete = False
            told = self._accept(site, made, contents, overlay)
            self._ready.set()
            self._dismiss()
            report = render_text(made.diagnostics, rules)
            return f"{report}{time.strftime('%H:%M:%S')} {told} in {time.perf_counter() - started:.2f} s"

    def wait_for_first_look(self, seconds: float) -> None:
        """Wait so long for a first request, and until the page that it asks for is there with all that it shows.

        To build meanwhile would take it longer.
        """
        if self._asked.wait(seconds):
            self._answered.wait()
            last = time.monotonic() + LONGEST_LOOK
            while self._asked.is_set() and not self._is_needed and time.monotonic() < last:
                self._asked.clear()
                self._asked.wait(NEXT_REQUEST)

    def stop(self) -> None:
        """Let what is being built be, and nobody wait for it any more."""
        self._is_stopped = self._is_needed = True
        for event in (self._ready, self._asked, self._answered):
            event.set()

    def supersede(self) -> None:
        """Let what is being completed be, for a source has changed."""
        self._is_superseded = True

    def respond(self, path: str) -> Response:
        """Answer a request for a path, decoded and with a leading slash."""
        if own := own_file(path):
            return own
        state = self.state
        if state.site is None and not self._ready.is_set():
            self._asked.set()
            try:
                if page := self._glance(path):
                    return page
                self._is_needed = True
            finally:
                self._asked.set()
                self._answered.set()
            self._ready.wait()
            state = self.state
        status, place = _locate(path, state)
        return Response(status, location=place) if status == ELSEWHERE else self._file(place, status, state)

    def show_page(self, path: str) -> str:
        """Return the HTML of the page at a path for where it is open already; nothing if there is no page."""
        state = self.state
        status, place = _locate(path, state)
        if status != OK or not place.endswith(".html"):
            return ""
        return with_addition(state.overlay, self._read_file(place, state) or EMPTY).decode()

    def _read(self, changed: Collection[str]) -> Inputs:
        if self._inputs is None or not changed:
            return self._workspace.read()
        return self._workspace.read_again(self._inputs, changed)

    def _dismiss(self) -> None:
        """End the companion: nobody looks at single pages any more."""
        if self._companion:
            self._companion.close()

    def _means(self, pool: Pool) -> Means:
        return Means(self._memo, self._spool, pool, self._workspace, Account(self._check), FullShelf())

    def _check(self, _stage: str, _done: int, _total: int) -> None:
        is_superseded = self._is_superseded and threading.get_ident() == self._completing
        if is_superseded or self._is_stopped:
            raise SupersededError

    def _prepare(self, inputs: Inputs, pool: Pool) -> Prepared:
        means = self._means(pool)
        try:
            return prepare(inputs, means, self._kept)
        except ForgottenError:
            self._kept = Kept()
            return prepare(inputs, means._replace(memo=RenewedMemo(self._memo)), self._kept)

    def _finish(self, site: Prepared, pool: Pool) -> tuple[Build, Contents]:
        try:
            return finish(site.using(pool))
        except ForgottenError:
            return finish(self._prepare(site.inputs, pool))

    def _show(self, site: Prepared) -> None:
        self._updates += 1
        call = self._kept.call
        self.state = self.state._replace(
            version=f"{self._start}-{self._updates}",
            site=site.using(SerialPool()),
            pages=call("pages by path", _pages_by_path, site.plan.pages),
            assets=call("assets by path", _assets_by_path, site.inputs.assets),
            base_path=urlsplit(site.inputs.config.base_url).path,
            must_reload=_must_reload(self.state.site, site),
        )
        self._ready.set()
        self._dismiss()

    def _glance(self, path: str) -> Response | None:
        """Show a page before anything else is read, so that its author need not wait for the others."""
        base_path = self.base_path
        if not path.startswith(f"{base_path}/"):
            return None
        name = path.removeprefix(f"{base_path}/")
        is_page = not name or name.endswith(("/", ".html"))
        asset = None if is_page else self._workspace.find_asset(name)
        if asset is not None:
            return Response(200, content_type_of(path), asset)
        html = self._look(name)
        return (
            Response(200, "text/html; charset=utf-8", with_reload(html, self.state.version, self.state.overlay))
            if html
            else None
        )

    def _look(self, name: str) -> bytes:
        html = self._companion.ask(name.encode()) if self._companion else None
        if html is None:
            with self._looking:
                html = self._first_look.at(name)
        return html

    def _accept(self, site: Prepared, made: Build, contents: Contents, overlay: str) -> str:
        before = self.state
        if not made.publishable:
            self._updates += 1
            base_path = before.base_path or urlsplit(site.inputs.config.base_url).path
            version = f"{self._start}-{self._updates}"
            self.state = before._replace(version=version, overlay=overlay, base_path=base_path, must_reload=False)
            return f"cannot show {_where(_fatal(made.diagnostics, site.inputs))}; the last good pages stay"
        digests = {output.path: output.digest for output in made.outputs}
        changed = [path for path, digest in digests.items() if before.digests.get(path) != digest]
        if before.site is None or before.site.inputs is not site.inputs or before.overlay != overlay:
            self._show(site)
        self.state = self.state._replace(digests=digests, contents=contents, overlay=overlay)
        return f"built {sum(path.endswith('.html') for path in changed)} of {made.pages} pages"

    def _file(self, path: str, status: int, state: State) -> Response:
        body = self._read_file(path, state)
        if not path.endswith(".html"):
            return Response(status, content_type_of(path), body)
        return Response(status, content_type_of(path), with_reload(body or EMPTY, state.version, state.overlay))

    def _read_file(self, path: str, state: State) -> bytes:
        """Return the bytes of a file, rendering the page that it is or lies beside if need be."""
        if path in state.pages and state.site:
            return self._render(state.pages[path], path, state.site)
        if path in state.digests and state.contents:
            try:
                return state.contents.read(state.digests[path])
            except ForgottenError:  # it is made with its page
                folder, stem = path.rpartition("/")[0], path.rpartition(".")[0]
                page = state.pages.get(f"{folder}/index.html".lstrip("/")) or state.pages.get(f"{stem}.html")
                return self._render(page, path, state.site) if page and state.site else b""
            except ChangedError:  # since the last whole build: it is shown as it is now
                pass
        return self._workspace.read_asset(state.assets[path]) if path in state.assets else b""

    def _render(self, page: PlannedPage, path: str, site: Prepared) -> bytes:
        """Render a page, and return it or a file beside it."""

        def digest_in(made: MadePage) -> str:
            files = {page.route.output: made.digest, **{file.path: file.digest for file in made.files}}
            return files.get(path, "")

        def is_enough(made: MadePage) -> bool:
            return self._spool.get(digest_in(made)) is not None

        if path == page.route.output:
            made = site.pages.render_alone(page, is_enough)
        else:
            made = site.pages.render([page], is_enough)[0]
        return self._spool.get(digest_in(made)) or b""


def _locate(path: str, state: State) -> tuple[int, str]:
    """Return the status of the answer to a request for a path, and the file that it is, or where else to look."""
    if not path.startswith(state.base_path + "/"):
        return ELSEWHERE, state.base_path + "/"
    name = path[len(state.base_path) + 1 :]
    file = name + "index.html" if name.endswith("/") or not name else name
    if _has(state, file):
        return OK, file
    if _has(state, f"{name}/index.html"):
        return ELSEWHERE, f"{path}/"
    return (OK, f"{name}.html") if _has(state, f"{name}.html") else (404, "404.html")


def _has(state: State, path: str) -> bool:
    return path in state.pages or path in state.assets or (path in state.digests and not path.endswith(".html"))


def _theme(inputs: Inputs) -> tuple[object, object]:
    return inputs.templates, inputs.config


def _pages_by_path(pages: Iterable[PlannedPage]) -> dict[str, PlannedPage]:
    return {page.route.output: page for page in pages}


def _assets_by_path(assets: Iterable[Asset]) -> dict[str, Asset]:
    return {asset.url[1:]: asset for asset in assets}


def _must_reload(before: Prepared | None, site: Prepared) -> bool:
    """Tell whether it is not enough to put the new text into open pages."""
    if before is None:
        return False
    return _theme(before.inputs) != _theme(site.inputs) or before.inputs.assets != site.inputs.assets


def _fatal(diagnostics: Iterable[Diagnostic], inputs: Inputs) -> list[Diagnostic]:
    rules = inputs.config.rules
    return [one for one in diagnostics if severity_of(one, rules) is Severity.FATAL]


def _where(fatal: list[Diagnostic]) -> str:
    return fatal[0].span.path if fatal and fatal[0].span else "the site"
