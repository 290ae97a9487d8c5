"""Time Octavo as its users meet it, as whole processes: ``python bench/measure.py [--pages 1000] [--runs 5]``.

Writes a site with ``generate.py`` into a temporary folder, builds and edits it, and prints a table in Markdown. Each
edit is one that a reader would see, and each run is checked to show it.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from queue import Empty, Queue
from statistics import median
from threading import Thread
from time import perf_counter, sleep
from typing import NamedTuple

from generate import generate_site, page_path

#: The page that is looked at: its source, its URL and its output.
NOTE = Path("content", page_path(0))
URL = f"/{page_path(0).removesuffix('.md')}/"
OUTPUT = Path("_site", URL[1:], "index.html")

THEME = Path(__file__).resolve().parents[1] / "templates"
EVENTS = "/__octavo/events"

#: In seconds: how long a server may take to start or to answer an edit.
PATIENCE = 120


class BenchError(Exception):
    """What would be measured is not what should be: a build failed, or an edit does not show."""


class Build(NamedTuple):
    """A row of the table: ``edit`` changes the site for the nth time and returns a text that the page shall show."""

    name: str
    target: str
    edit: Callable[[Path, int], str]


def main() -> None:
    """Read the command line, measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as folder:
        generate_site(Path(folder), arguments.pages)
        print(f"{arguments.pages:,} pages, medians of {arguments.runs} runs; {machine()}\n")
        print("| | Target | Measured |\n|:--|--:|--:|", flush=True)
        for name, target, seconds in measurements(Path(folder), arguments.runs):
            print(f"| {name} | {target} | {seconds:.2f} s |", flush=True)


def machine() -> str:
    """Name the machine's cores, Python and system."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def measurements(site: Path, runs: int) -> Iterator[tuple[str, str, float]]:
    """Yield the rows of the table as they are measured: name, target, seconds."""
    for build in BUILDS:
        yield build.name, build.target, median(seconds_of_build(site, build, number) for number in range(runs))
    with served(site) as server:
        latencies = [seconds_to_show(site, server, number) for number in range(runs)]
    yield "`octavo serve`: from saving a page to the event", "", median(told for told, _ in latencies)
    yield "`octavo serve`: from saving a page to the new page", "0.15 s", median(shown for _, shown in latencies)


def seconds_of_build(site: Path, build: Build, number: int) -> float:
    """Edit the site and time the build that follows."""
    mark = build.edit(site, number)
    if mark and mark in read_output(site):
        raise BenchError(f"{build.name}: the page shows the edit before it is built")
    start = perf_counter()
    result = subprocess.run(
        [octavo(), "build", str(site)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    seconds = perf_counter() - start
    if result.returncode:
        raise BenchError(f"{build.name}: the build failed\n{result.stdout}{result.stderr}")
    if mark not in read_output(site):
        raise BenchError(f"{build.name}: the page does not show '{mark}'")
    return seconds


def read_output(site: Path) -> str:
    """Return the page as it is published, or nothing."""
    output = site / OUTPUT
    return output.read_text(encoding="utf-8") if output.exists() else ""


def octavo() -> str:
    """Return the path of the command that is installed beside this Python."""
    command = shutil.which("octavo", path=sysconfig.get_path("scripts"))
    if not command:
        raise BenchError(f"{sys.executable} has no octavo; install it first: pip install -e .")
    return command


def edit_file(path: Path, pattern: str, replacement: str) -> None:
    """Replace the first match of a pattern in a file."""
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
    if not count:
        raise BenchError(f"nothing to edit in {path}")
    path.write_text(text, encoding="utf-8", newline="\n")


def forget_builds(site: Path, _number: int) -> str:
    """Remove what builds have left, output and cache."""
    for folder in ("_site", ".cache"):
        shutil.rmtree(site / folder, ignore_errors=True)
    return "</html>"


def edit_nothing(_site: Path, _number: int) -> str:
    """Leave everything as it is."""
    return ""


def edit_page(site: Path, number: int) -> str:
    """Write another sentence at the end of a page's first paragraph."""
    mark = f"Sentence {number} is new."
    edit_file(site / NOTE, r"(\n---\n\n[^\n]*)", rf"\1 {mark}")
    return mark


def edit_entry(site: Path, number: int) -> str:
    """Give another title to the first work that the page cites."""
    cited = re.search(r"work\d{4}", (site / NOTE).read_text(encoding="utf-8"))
    if not cited:
        raise BenchError(f"{NOTE} cites nothing")
    mark = f"title {number} of a work"
    pattern = rf"(\{{{cited[0]},.*?title = \{{)[^\n]*(\}},\n)"
    edit_file(site / "bibliography" / "references.bib", pattern, rf"\1New {mark}\2")
    return mark


def edit_template(site: Path, number: int) -> str:
    """Lay the site's own base template over the theme's, with another comment in each page."""
    template = site / "templates" / "base.html.jinja"
    if not template.exists():
        template.parent.mkdir()
        shutil.copy(THEME / template.name, template)
    mark = f"<!-- template {number} -->"
    edit_file(template, "</body>", f"{mark}</body>")
    return mark


BUILDS = (
    Build("clean build", "8 s", forget_builds),
    Build("nothing changed", "0.5 s", edit_nothing),
    Build("one page edited", "0.6 s", edit_page),
    Build("one entry edited", "", edit_entry),
    Build("one template edited", "", edit_template),
)


class Server(NamedTuple):
    """A running preview: its port, and the moments at which it told of a change."""

    port: int
    told: Queue[float]


@contextmanager
def served(site: Path) -> Iterator[Server]:
    """Run ``octavo serve`` on a free port, and listen to its events."""
    port = free_port()
    process = subprocess.Popen(
        [octavo(), "serve", str(site), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: "</html>" in fetch(port), "octavo serve does not answer")
        told: Queue[float] = Queue()
        events = open_events(port)
        Thread(target=listen, args=(events, told), daemon=True).start()
        yield Server(port, told)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(port: int) -> str:
    """Return the page as the preview serves it, or nothing if it does not answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", URL)
        return connection.getresponse().read().decode("utf-8")
    except (OSError, HTTPException):
        return ""
    finally:
        connection.close()


def open_events(port: int) -> HTTPResponse:
    """Open the stream of events that tells a page to reload (https://html.spec.whatwg.org/#server-sent-events)."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", EVENTS, headers={"Accept": "text/event-stream"})
    return connection.getresponse()


def listen(events: HTTPResponse, told: Queue[float]) -> None:
    """Note the moment of each event until the server stops."""
    try:
        while line := events.readline():
            if line.startswith(b"data:"):
                told.put(perf_counter())
    except (OSError, HTTPException, ValueError):  # the server has stopped
        return


def wait_until(happened: Callable[[], bool], failure: str) -> None:
    """Ask again and again until something has happened."""
    give_up = perf_counter() + PATIENCE
    while not happened():
        if perf_counter() > give_up:
            raise BenchError(failure)
        sleep(0.001)


def seconds_to_show(site: Path, server: Server, number: int) -> tuple[float, float]:
    """Edit a page; return the time until the event, and until the page is fetched anew and shows the edit."""
    sleep(0.5)  # an author pauses between two savings, and the work after the last one is done
    while not server.told.empty():
        server.told.get_nowait()
    start = perf_counter()
    mark = edit_page(site, 1_000 + number)
    try:
        told = server.told.get(timeout=PATIENCE)
    except Empty:
        raise BenchError("octavo serve does not tell of an edit") from None
    wait_until(lambda: mark in fetch(server.port), "octavo serve does not show an edit")
    return told - start, perf_counter() - start


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"bench: {error}")
