"""What a reader does, in a real browser: Chromium, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    yield page
    context.close()


def test_a_note_shows_its_title_and_table_of_contents(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    assert page.locator("h1").inner_text() == "BERT"
    links = page.locator("nav.toc a")
    assert links.count() >= 3
    last = links.last
    anchor = last.get_attribute("href") or ""
    last.click()
    page.wait_for_url(f"**/models/bert/{anchor}")
    target = page.locator(f'[id="{anchor[1:]}"]')
    box = target.bounding_box()
    assert box
    assert 0 <= box["y"] < 800


def test_a_citation_leads_to_its_reference_and_back(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    citation = page.locator("a.cite").first
    anchor, place = citation.get_attribute("href") or "", citation.get_attribute("id") or ""
    citation.click()
    page.wait_for_url(f"**/{anchor}")
    reference = page.locator(f'[id="{anchor[1:]}"]')
    assert reference.is_visible()
    reference.locator(f'.backlinks a[href="#{place}"]').click()
    page.wait_for_url(f"**/#{place}")
    assert citation.is_visible()


def test_the_bibliography_leads_to_the_pages_that_cite(page: Page, address: str) -> None:
    page.goto(f"{address}/bibliography/")
    backlink = page.locator("ol.references .backlinks a").first
    backlink.click()
    page.wait_for_url("**/#cite-*")
    assert page.locator(f'[id="{urlsplit(page.url).fragment}"]').is_visible()


def test_formulas_figures_and_navigation_are_there_without_a_script(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    assert page.locator("math").count() > 0
    assert page.locator("figure.figure img").first.is_visible()
    page.locator("a[rel=next]").click()
    page.wait_for_url("**/models/**")


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/models/",
        "/models/bert/",
        "/compare/",
        "/glossary/",
        "/reading-list/",
        "/bibliography/",
        "/guide/writing-notes/",
        "/problems/",
    ],
)
def test_no_page_runs_off_the_screen(browser: Browser, address: str, path: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_reader_and_can_be_switched(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(address)

    def brightness() -> float:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return float(sum(map(float, colour.removeprefix("rgb(").removesuffix(")").split(","))) / 3)

    before = brightness()
    assert (before > 128) == (scheme == "light")
    button = page.locator("button[data-theme-toggle], .theme-toggle").first
    for _ in range(2):
        button.click()
        if (brightness() > 128) != (before > 128):
            break
    switched = brightness()
    assert (switched > 128) != (before > 128)
    page.reload()
    assert brightness() == switched
    context.close()


@pytest.mark.parametrize("path", ["/", "/models/bert/", "/compare/", "/bibliography/", "/nowhere"])
def test_a_page_asks_no_other_host_and_logs_no_error(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page()
    hosts: set[str] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert hosts == {urlsplit(address).netloc}
    assert [error for error in errors if "404" not in error] == []
    page.close()


def test_a_comparison_can_be_sorted_and_filtered(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{address}/compare/")
    figure = page.locator("figure.compare").first
    head = figure.locator("thead th", has_text="Parameters")
    column = head.evaluate("(head) => head.cellIndex")
    cells = figure.locator(f"tbody tr:visible > :nth-child({column + 1})")
    for order, sign in (("ascending", 1), ("descending", -1)):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == order
        numbers = [float(one) for one in cells.evaluate_all("(all) => all.map((one) => one.dataset.order ?? NaN)")]
        given = [number for number in numbers if number == number]
        assert given == sorted(given, key=lambda number: sign * number)
        assert numbers[: len(given)] == given  # what is not published comes last
    figure.get_by_role("searchbox").fill("gemma 27b")
    assert figure.locator("tbody tr:visible").count() == 1
    page.close()


def test_a_mark_in_a_comparison_leads_to_its_source_and_on_to_the_reference(page: Page, address: str) -> None:
    page.goto(f"{address}/compare/")
    mark = page.locator("figure.compare .fact sup a").first
    mark.click()
    note = page.locator(f"[id='{urlsplit(page.url).fragment}']")
    assert note.is_visible()
    note.locator("a.cite").click()
    assert page.locator(f"[id='{urlsplit(page.url).fragment}']").is_visible()


def test_problems_are_visible_in_the_page(page: Page, address: str) -> None:
    page.goto(f"{address}/problems/")
    for mark in (".citation-missing", ".image-missing", ".diagnostic", "a.broken"):
        assert page.locator(mark).first.is_visible(), mark
