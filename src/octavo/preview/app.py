"""The preview's server: answers, watches the site, and tells open pages when it has been built again."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from octavo.pipeline.runner import Pool
from octavo.preview.answers import OWN
from octavo.preview.session import Session, SupersededError
from octavo.preview.watching import Changes
from octavo.world.pool import SerialPool

#: The preview is for this machine alone.
HOST = "127.0.0.1"

#: In seconds: how long the browser that has just been opened has to ask for its first page.
HEAD_START = 0.3

#: In seconds: how long open pages have to show a change before all that isn't seen is rendered.
CALM = 0.2


class Announcements:
    """Tells every open page of a new build. News is made in a ``thread``: of many, each would prepare for its first."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1)
        self._waiting: set[asyncio.Queue[bool]] = set()

    def announce(self, is_over: bool = False) -> None:
        """Tell all that there is something new, or that nothing will be any more."""
        for queue in self._waiting:
            queue.put_nowait(not is_over)

    async def listen(self, first: Callable[[], str], news: Callable[[], str]) -> AsyncIterator[str]:
        """Yield server-sent events: the first at once, and the news whenever there are any."""
        queue: asyncio.Queue[bool] = asyncio.Queue()
        self._waiting.add(queue)
        try:
            yield _event(first())
            while await queue.get():
                yield _event(await asyncio.get_running_loop().run_in_executor(self.thread, news))
        except SupersededError:  # the preview is being stopped
            return
        finally:
            self._waiting.discard(queue)


def _event(message: str) -> str:
    return f"event: build\ndata: {message}\n\n"


def make_app(
    session: Session, announcements: Announcements, folder: Path | None = None, pool: Pool | None = None
) -> Starlette:
    """Return the application; with a ``folder`` it builds the site in it, in the pool, and again when it changes."""

    async def answer(request: Request) -> Response:
        found = await asyncio.to_thread(session.respond, request.scope["path"])
        headers = {"Cache-Control": "no-store"}
        if found.location:
            return RedirectResponse(found.location, found.status, headers)
        return Response(found.body, found.status, headers, found.content_type)

    async def events(request: Request) -> Response:
        headers = {"Cache-Control": "no-store"}
        page = unquote(request.query_params.get("page", ""))
        told = announcements.listen(partial(_news, session), partial(_news, session, page))
        return StreamingResponse(told, 200, headers, "text/event-stream")

    @asynccontextmanager
    async def watch(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_watch(session, announcements, pool or SerialPool()))] if folder else []
        yield
        session.stop()
        announcements.announce(is_over=True)
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return Starlette(
        routes=[Route(f"{OWN}/events", events), Route("/{path:path}", answer)],
        # A page of another site must not read the notes by giving its own name the address 127.0.0.1.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", HOST])],
        lifespan=watch,
    )


class _Server(uvicorn.Server):
    """A server that ends the streams of events before it waits for its connections to close."""

    def __init__(self, config: uvicorn.Config, announcements: Announcements) -> None:
        super().__init__(config)
        self._announcements = announcements

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._announcements.announce(is_over=True)
        await super().shutdown(sockets)


def run_app(app: Starlette, announcements: Announcements, listening: socket.socket) -> None:
    """Answer those who come to a socket until Ctrl-C."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    with suppress(KeyboardInterrupt):
        _Server(config, announcements).run([listening])


def _news(session: Session, page: str = "") -> str:
    """Say which site is shown now, and what has become of the page at a path, unless all of it must be loaded anew."""
    state = session.state
    news = {"version": state.version, "reload": state.must_reload}
    if page and not state.must_reload and (html := session.show_page(page)):
        news["html"] = html
    return json.dumps(news)


async def _watch(session: Session, announcements: Announcements, pool: Pool) -> None:
    """Build, and build again whenever something changes that the site is made of."""
    changes = Changes(session.folder, session.is_jekyll, session.supersede)
    await asyncio.to_thread(session.wait_for_first_look, HEAD_START)
    with ExitStack() as watching:
        try:
            watching.enter_context(changes.watched())
        except OSError as error:
            print(f"octavo: cannot watch {session.folder}: {error.strerror}; edits are not shown", file=sys.stderr)
        await _build(session, announcements, pool, changes)
        while True:
            await changes.happened.wait()
            await _build(session, announcements, pool, changes)


async def _build(session: Session, announcements: Announcements, pool: Pool, changes: Changes) -> None:
    """Show what has changed; then, unless something else does, tell what is wrong with the site."""
    builder = partial(asyncio.get_running_loop().run_in_executor, announcements.thread)
    shown = session.state.version
    try:
        if not await builder(session.update, pool, changes.take()):
            return
        if session.state.version != shown:
            announcements.announce()
            shown = session.state.version
            with suppress(TimeoutError):  # browsers come first
                await asyncio.wait_for(changes.happened.wait(), CALM)
                return
        told = await builder(session.complete, pool)
    except SupersededError:
        return
    except Exception as error:  # a fault of ours must not end the preview
        print(f"octavo: internal error while building: {type(error).__name__}: {error}", file=sys.stderr)
        return
    if session.state.version != shown:
        announcements.announce()
    print(told, flush=True)
