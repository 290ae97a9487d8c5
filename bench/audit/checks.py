"""What the audit looks at, each as a function that returns rows of its table."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

#: In pixels.
WIDTHS = (320, 360, 768, 1024, 1440, 1920, 2560)

#: What html-validate goes by: the standard, and the policy, which allows no inline styles.
HTML_VALIDATE = {"extends": ["html-validate:standard"], "rules": {"no-inline-style": "error"}}


class Row(NamedTuple):
    """A row of the table; ``missed`` says in detail where a target is not reached, or nothing."""

    what: str
    target: str
    measured: str
    missed: tuple[str, ...] = ()


class NotMeasuredError(Exception):
    """A tool that a measurement needs is not on this machine."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    if CHROMIUM is None:
        raise NotMeasuredError("no Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


def kinds_of_pages(site: Path) -> dict[str, str]:
    """Return one URL for each kind of page, by the class of its body; of notes, the one with the most on it."""
    found: dict[str, tuple[int, str]] = {}
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        kind = re.search(r'<body class="([^"]*)"', text)
        url = "/" + file.relative_to(site).as_posix().removesuffix("index.html")
        if kind:
            found[kind[1]] = max(found.get(kind[1], (0, "")), (len(text), url))
    return {kind: url for kind, (_, url) in sorted(found.items())}


def accessible(address: str, urls: Sequence[str], tools: Path) -> Iterator[Row]:
    """Run axe over pages in both themes, on a phone and on a desk."""
    script = tool(tools, "axe-core/axe.min.js").read_text(encoding="utf-8")
    missed: list[str] = []
    with browser() as chromium:
        for scheme in ("light", "dark"):
            for width in (360, 1440):
                # The policy is the server's, for its pages; axe is not one of its scripts.
                context = chromium.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme="dark" if scheme == "dark" else "light",
                    bypass_csp=True,
                )
                page = context.new_page()
                for url in urls:
                    page.goto(address + url)
                    page.evaluate(script)
                    result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
                    missed += [
                        f"{url} ({scheme}, {width} px): {one['id']} at {one['nodes'][0]['target']}"
                        for one in result["violations"]
                    ]
                context.close()
    yield Row(
        f"axe: violations on {len(urls)} kinds of pages, in both themes, at 360 and 1,440 px",
        "0",
        str(len(missed)),
        tuple(missed),
    )


def weights(address: str, url: str, label: str) -> Iterator[Row]:
    """Weigh a page and all that it loads by itself, but for its pictures, as it goes over the wire."""
    sizes: dict[str, int] = {}
    with browser() as chromium:
        page = chromium.new_page()
        page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
        page.goto(address + url)
        page.wait_for_load_state("networkidle")
    texts = {one: size for one, size in sizes.items() if not re.search(r"\.(svg|png|jpe?g|webp|avif|ico)$", one)}
    style = sum(size for one, size in texts.items() if one.endswith((".css", ".js")))
    whole = sum(texts.values())
    yield _less(f"{label}: HTML, CSS and JavaScript, compressed", whole, 60_000)
    yield _less(f"{label}: CSS and JavaScript of it", style, 20_000)


def alone(address: str, urls: Sequence[str]) -> Iterator[Row]:
    """Count requests to other hosts, and what breaks the policy."""
    others: list[str] = []
    broken: list[str] = []
    with browser() as chromium:
        page = chromium.new_page()
        page.on("request", lambda request: others.append(request.url) if _is_elsewhere(request.url, address) else None)
        page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
        for url in urls:
            page.goto(address + url)
            _scroll(page)
            page.wait_for_load_state("networkidle")
    yield Row("requests to other hosts", "0", str(len(others)), tuple(others))
    yield Row("breaches of a policy without inline scripts and styles", "0", str(len(broken)), tuple(broken))


def steady(address: str, urls: Sequence[str]) -> Iterator[Row]:
    """Measure how much moves while pages load and are scrolled through, on a processor slowed down four times."""
    watch = """() => {
        window.shifts = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
    }"""
    found: dict[str, float] = {}
    with browser() as chromium:
        for width in (360, 1440):
            page = chromium.new_page(viewport={"width": width, "height": 800})
            page.add_init_script(f"({watch})()")
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            for url in urls:
                page.goto(address + url)
                _scroll(page)
                found[f"{url} at {width} px"] = page.evaluate("window.shifts")
            page.close()
    worst = max(found.values())
    missed = tuple(f"{place}: {value:.3f}" for place, value in found.items() if value > 0)
    yield Row("cumulative layout shift, 4× slower processor", "0", f"{worst:.3f}".rstrip("0").rstrip("."), missed)


#: Lighthouse measures with the clock: what else a machine does counts. Of so many runs the best is taken.
MOST_RUNS = 3


def lighthouse(address: str, urls: Sequence[str], tools: Path) -> Iterator[Row]:
    """Run Lighthouse as on a middling phone, whose processor is four times slower."""
    command = tool(tools, ".bin/lighthouse")
    for url in urls:
        runs: list[tuple[dict[str, int], float]] = []
        while len(runs) < MOST_RUNS and not any(_is_perfect(*run) for run in runs):
            runs.append(_run_lighthouse(command, address + url))
        scores, blocked = max(runs, key=lambda run: (_is_perfect(*run), sum(run[0].values()), -run[1]))
        weak = tuple(f"{url}: {name} {score}" for name, score in scores.items() if score < 100)
        yield Row(f"Lighthouse `{url}`", "100 100 100 100", " ".join(str(score) for score in scores.values()), weak)
        waits = (f"{url}: {blocked:.0f} ms",) if blocked >= 0.5 else ()
        yield Row(f"total blocking time `{url}`, 4× slower processor", "0 ms", f"{blocked:.0f} ms", waits)


def _run_lighthouse(command: Path, url: str) -> tuple[dict[str, int], float]:
    """Return the four scores and the total blocking time in milliseconds."""
    run = subprocess.run(
        [command, url, "--quiet", "--chrome-flags=--headless --no-sandbox", "--output=json", "--output-path=stdout"],
        env={**os.environ, "CHROME_PATH": CHROMIUM or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise NotMeasuredError(f"Lighthouse failed: {run.stderr.strip()[-200:]}")
    report = json.loads(run.stdout)
    scores = {name: round(100 * category["score"]) for name, category in report["categories"].items()}
    return scores, report["audits"]["total-blocking-time"]["numericValue"]


def _is_perfect(scores: dict[str, int], blocked: float) -> bool:
    return min(scores.values()) == 100 and blocked < 0.5


def valid(site: Path, tools: Path) -> Iterator[Row]:
    """Check all pages with the Nu HTML Checker and with html-validate."""
    yield Row(*_counted("vnu: errors on all pages", _vnu(site, tools)))
    yield Row(*_counted("html-validate: errors on all pages", _html_validate(site, tools)))


def usable(address: str, urls: Sequence[str]) -> Iterator[Row]:
    """Look whether pages fit every width, zoomed in too, and whether the keyboard gets to all that it should."""
    with browser() as chromium:
        wide: list[str] = []
        for width in WIDTHS:
            page = chromium.new_page(viewport={"width": width, "height": 900})
            wide += [f"{url} at {width} px" for url in urls if _overflows(page, address + url)]
            page.close()
        zoomed = chromium.new_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
        wide += [f"{url} at 200 %" for url in urls if _overflows(zoomed, address + url)]
        zoomed.close()
        yield Row(
            f"pages wider than the window, {WIDTHS[0]} to {WIDTHS[-1]:,} px and at 200 %",
            "0",
            str(len(wide)),
            tuple(wide),
        )
        lost = [one for url in urls for one in _lost_focus(chromium, address, url)]
        yield Row("places that Tab reaches and that can't be seen", "0", str(len(lost)), tuple(lost))
        hidden = [one for url in urls for one in _unreachable(chromium, address, url)]
        yield Row("parts that need a script", "0", str(len(hidden)), tuple(hidden))


def tool(tools: Path, name: str) -> Path:
    """Return the path of an npm tool."""
    path = tools / "node_modules" / name
    if not path.exists():
        raise NotMeasuredError(f"no {name}")
    return path


def _less(what: str, size: int, limit: int) -> Row:
    missed = (f"{what}: {size:,} bytes",) if size >= limit else ()
    return Row(what, f"< {limit // 1000} KB", f"{size / 1000:.1f} KB", missed)


def _counted(what: str, problems: Sequence[str]) -> tuple[str, str, str, tuple[str, ...]]:
    return what, "0", str(len(problems)), tuple(problems)


def _is_elsewhere(url: str, address: str) -> bool:
    return urlsplit(url).netloc not in ("", urlsplit(address).netloc)


def _scroll(page: Page) -> None:
    """Go through a page as a reader does, so that all that waits to be seen is loaded."""
    page.wait_for_load_state("load")
    for _ in range(200):
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(20)
        if page.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 2"):
            return


def _overflows(page: Page, url: str) -> bool:
    page.goto(url)
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def _lost_focus(chromium: Browser, address: str, url: str) -> Iterator[str]:
    """Press Tab through the first part of a page; yield what has the focus and doesn't show it."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, forced_colors="active", reduced_motion="reduce")
    page.goto(address + url)
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (one === document.body) return "";
                const { top, bottom, left, right } = one.getBoundingClientRect();
                const style = getComputedStyle(one);
                const isInside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
                return isInside && style.outlineStyle !== "none" && style.visibility === "visible"
                    ? "" : one.outerHTML.slice(0, 80);
            }"""
        )
        if shown:
            yield f"{url}: {shown}"
    page.close()


def _unreachable(chromium: Browser, address: str, url: str) -> Iterator[str]:
    """Without a script: yield what can't be reached on a phone that can be on a desk."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(address + url)
    if not page.locator("main h1").first.is_visible():
        yield f"{url}: no title"
    page.locator(".menu-button").click()
    if not page.locator(".sidebar a").first.is_visible():
        yield f"{url}: the menu doesn't open"
    page.keyboard.press("Escape")
    cite = page.locator(".cite-more:visible").first
    if page.locator("main p a.cite").count() and not cite.is_visible():
        yield f"{url}: no way to the card of a citation"
    context.close()


def _vnu(site: Path, tools: Path) -> list[str]:
    if shutil.which("java") is None:
        raise NotMeasuredError("no java")
    jar = tool(tools, "vnu-jar/build/dist/vnu.jar")
    command = ["java", "-jar", str(jar), "--skip-non-html", "--errors-only", "--format", "gnu", str(site)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    errors = [line.removeprefix('"file:') for line in run.stderr.splitlines() if " error: " in line]
    if run.returncode and not errors:
        raise NotMeasuredError(f"vnu failed: {run.stderr.strip()[-200:]}")
    return [line.removeprefix(str(site)) for line in errors]


def _html_validate(site: Path, tools: Path) -> list[str]:
    command = tool(tools, ".bin/html-validate")
    config = site.parent / "html-validate.json"
    config.write_text(json.dumps({"root": True, **HTML_VALIDATE}), encoding="utf-8")
    pages = [str(page) for page in sorted(site.rglob("*.html"))]
    run = subprocess.run(
        [command, "--config", str(config), "--formatter", "json", *pages], capture_output=True, text=True, check=False
    )
    if run.returncode and not run.stdout:
        raise NotMeasuredError(f"html-validate failed: {run.stderr.strip()[-200:]}")
    reports: list[dict[str, Any]] = json.loads(run.stdout or "[]")
    found = [
        (message["ruleId"], f"{report['filePath'].removeprefix(str(site))}:{message['line']} {message['message']}")
        for report in reports
        for message in report["messages"]
        if message["severity"] == 2
    ]
    counts = Counter(rule for rule, _ in found)
    first = dict(reversed([(rule, text) for rule, text in found]))
    return [f"{rule} ({counts[rule]}×): {first[rule]}" for rule in sorted(counts)]
