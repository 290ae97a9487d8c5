"""Starts the preview: what is slow to import is imported while a companion gets ready for the first page."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from octavo.world.companion import Answer, Companion, can_fork

#: The preview is for this machine alone.
HOST = "127.0.0.1"

#: The preview has the port that is asked for, or none.
PORT_IN_USE = 2


def serve_site(folder: Path, port: int, open_browser: bool, overrides: Mapping[str, Any] | None = None) -> int:
    """Serve the preview of a site until Ctrl-C; return the exit code. ``overrides`` replace configuration."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()  # who comes before the server has started waits
    except OSError as error:
        listening.close()
        print(f"octavo: cannot listen on port {port}: {error.strerror}; try --port {port + 1}", file=sys.stderr)
        return PORT_IN_USE
    look = partial(look_first, folder, overrides or {}, listening)
    companion = Companion(look) if can_fork() else None
    from octavo.preview.app import Announcements, make_app, run_app
    from octavo.preview.session import Session
    from octavo.world.pool import collect_less_often, make_pool
    from octavo.world.store import open_store

    collect_less_often()
    with (
        open_store(folder) as store,
        Session(folder, store, overrides, companion) as session,
        closing(make_pool(None)) as pool,
    ):
        pool.start()  # while this process has no threads yet
        address = f"http://{HOST}:{port}{session.base_path}/"
        print(f"Serving {address}  (Ctrl-C ends)", flush=True)
        if open_browser:
            import webbrowser

            webbrowser.open(address)
        announcements = Announcements()
        run_app(make_app(session, announcements, folder, pool), announcements, listening)
    return 0


def look_first(
    folder: Path, overrides: Mapping[str, Any], listening: socket.socket, is_asked: Callable[[], bool]
) -> Answer:
    """Get ready to look at single pages; return what does, by the path of a page: its HTML, or nothing."""
    listening.close()
    from octavo.preview.glance import FirstLook
    from octavo.world.pool import collect_less_often
    from octavo.world.store import open_store

    collect_less_often()
    first_look = FirstLook(folder, open_store(folder), overrides)
    first_look.prepare(is_asked)
    return lambda path: first_look.at(path.decode())
