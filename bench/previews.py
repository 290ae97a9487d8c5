"""What an author sees of ``octavo serve``, measured in Chromium."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from time import sleep, time
from typing import TYPE_CHECKING

from edits import URL, edit_page
from generators import OCTAVO, Generator
from made_up import make_page
from pages import Size
from processes import BenchError, NotMeasuredError, started
from settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOST = "127.0.0.1"

#: In seconds: how long a server may take to start or to show an edit.
PATIENCE = 900

#: In milliseconds: how long an empty tab of the browser has to start before the preview does.
TAB_STARTS = 1000

#: The number of the first edit before the browser: no other one has it.
FIRST_EDIT = 10_000

#: Resolves with the moment at which the page first painted text or an image, in milliseconds since 1970
#: (https://www.w3.org/TR/paint-timing/), and the title that it shows.
FIRST_PAINT = """() => new Promise((tell) => new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName("first-contentful-paint"))
        tell([performance.timeOrigin + entry.startTime, document.querySelector("h1")?.textContent]);
}).observe({ type: "paint", buffered: true }))"""

#: Notes when each sentence of ``edit_page`` is on the screen, in milliseconds since 1970. Chromium tells it of text in
#: a block that asks for it (https://wicg.github.io/element-timing/), so the new sentence becomes one.
WATCH = r"""() => {
    const painted = (window.painted = {});
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            painted[entry.identifier] = performance.timeOrigin + entry.renderTime;
    }).observe({ type: "element" });
    new MutationObserver(() => {
        const nodes = [...(document.querySelector("article > p")?.childNodes ?? [])];
        const text = nodes.find((node) => /Sentence \d+ is new\.$/.test(node.data));
        if (!text) return;
        const block = document.createElement("span");
        block.setAttribute("elementtiming", /(\d+) is new\.$/.exec(text.data)[1]);
        block.style.display = "inline-block";
        block.append(text.splitText(text.data.lastIndexOf("Sentence")));
        text.after(block);
    }).observe(document, { childList: true, characterData: true, subtree: true });
}"""


def home_paint(settings: Settings) -> str:
    """Start the preview of a large site with nothing cached, and open its home page at once."""
    return _first_paint(settings, "/", "Bench")


def note_paint(settings: Settings) -> str:
    """Start the preview of a large site with nothing cached, and open a note at once."""
    return _first_paint(settings, URL, make_page(0, Size(settings.many)).title)


def repaint(settings: Settings) -> str:
    """Edit a page that is open in the browser."""
    octavo = settings.workshop.octavo(settings.size)
    octavo.build()
    with chromium() as browser, served(octavo) as address:
        page = browser.new_page()
        page.add_init_script(f"({WATCH})()")
        page.goto(address + URL, timeout=PATIENCE * 1000)
        pause = Random(1)
        numbers = range(FIRST_EDIT, FIRST_EDIT + settings.edits)
        seconds = [_seconds_to_repaint(page, octavo, number, pause) for number in numbers]
    slow = quantiles(seconds, n=20, method="inclusive")[-1]
    return f"median {median(seconds) * 1e3:.0f} ms, 95th percentile {slow * 1e3:.0f} ms"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError as error:
        raise NotMeasuredError("there is no playwright") from error
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            raise NotMeasuredError("there is no Chromium") from error
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(octavo: Generator) -> Iterator[str]:
    """Run ``octavo serve`` on a free port while this is open; wait until something listens there."""
    port = _free_port()
    with started((*OCTAVO, "serve", octavo.site, "--port", str(port))) as process:
        while not _listens(port):
            if process.poll() is not None:
                raise BenchError("octavo serve has ended")
            sleep(0.002)
        yield f"http://{HOST}:{port}"


def _first_paint(settings: Settings, url: str, title: str) -> str:
    octavo = settings.workshop.octavo(Size(settings.many))
    with chromium() as browser:
        seconds = [_seconds_to_first_paint(browser, octavo, url, title) for _ in range(settings.runs)]
    return f"{median(seconds):.2f} s"


def _seconds_to_first_paint(browser: Browser, octavo: Generator, url: str, title: str) -> float:
    octavo.forget()
    page = browser.new_page()
    page.wait_for_timeout(TAB_STARTS)
    start = time()
    with served(octavo) as address:
        page.goto(address + url, wait_until="commit", timeout=PATIENCE * 1000)
        painted, heading = page.evaluate(FIRST_PAINT)
        if heading != title:
            raise BenchError(f"{url} was painted with the heading {heading!r}")
        moment = painted / 1e3 - _ahead(page)
    page.close()
    return float(moment - start)


def _seconds_to_repaint(page: Page, octavo: Generator, number: int, pause: Random) -> float:
    """Save an edit, and return how long it takes until the browser has painted it."""
    sleep(pause.uniform(0.4, 0.8))  # an author pauses between two savings, at no fixed place between two frames
    start = time()
    edit_page(octavo.site, number)
    painted = page.wait_for_function(
        "number => window.painted?.[number]", arg=number, timeout=PATIENCE * 1000, polling=5
    )
    return float(painted.json_value()) / 1e3 - _ahead(page) - start


def _ahead(page: Page) -> float:
    """Return by how much the browser's clock is ahead of ours, in seconds, from the quickest of some questions."""
    asked = []
    for _ in range(5):
        before = time()
        there = page.evaluate("performance.timeOrigin + performance.now()") / 1e3
        after = time()
        asked.append((after - before, there - (before + after) / 2))
    return float(min(asked)[1])


def _free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
