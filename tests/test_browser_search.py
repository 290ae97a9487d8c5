"""The search as a reader uses it, in a real browser, on a plain folder server and below a path."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from building import build_folder, write_site
from conftest import REPOSITORY, QuietHandler, write_out

pytestmark = pytest.mark.browser

STRICT = "default-src 'self'"
WITH_WEBASSEMBLY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"


@contextmanager
def served(folder: Path, policy: str = "") -> Iterator[str]:
    """Serve a folder; with a ``policy`` every answer carries it as its Content-Security-Policy."""

    class Handler(QuietHandler):
        def end_headers(self) -> None:
            if policy:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/below/a%20path"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with this repository's site in it, below a path that the site isn't told."""
    folder = tmp_path_factory.mktemp("served")
    write_out(build_folder(REPOSITORY), folder / "below" / "a path")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(10_000)
    yield page
    page.close()


def heading_of(page: Page, title: str, heading: str) -> Callable[[], None]:
    """Return what follows the result for a heading of a page by the keyboard."""
    hit = page.locator(".search-results > li", has=page.get_by_role("link", name=title, exact=True))
    return lambda: hit.get_by_role("link", name=heading, exact=True).press("Enter")


@pytest.mark.parametrize("shortcut", ["/", "Control+k"])
def test_the_search_is_opened_by_the_keyboard_and_leads_to_a_heading(page: Page, address: str, shortcut: str) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(urlsplit(request.url).path))
    page.goto(f"{address}/models/")
    assert not [path for path in loaded if "search" in path or "pagefind" in path]
    page.keyboard.press(shortcut)
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()
    page.keyboard.type("masked language bert")
    expect(page.get_by_role("status")).to_contain_text("pages")
    expect(page.locator(".search-results mark").first).to_be_visible()
    follow = heading_of(page, "BERT", "Training")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelector('.search-results a')")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "q"
    follow()
    page.wait_for_url("**/below/a%20path/models/bert/#training")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_enter_in_the_field_follows_the_first_result(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("ELMo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/models/elmo/")


def test_escape_closes_the_search_and_the_focus_returns(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    button = page.get_by_role("link", name="Search", exact=True)
    button.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("words")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_a_slash_that_is_typed_into_a_field_stays_there(page: Page, address: str) -> None:
    page.goto(f"{address}/compare/")
    field = page.get_by_role("searchbox").first
    field.press("/")
    expect(field).to_have_value("/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_results_can_be_narrowed_to_a_section_and_to_what_cites_a_work(page: Page, address: str) -> None:
    page.goto(f"{address}/search/?q=attention")
    status = page.get_by_role("status")
    expect(status).to_contain_text("pages")
    before = status.inner_text()
    page.get_by_role("combobox", name="Section").select_option("Models")
    expect(status).not_to_have_text(before)
    assert set(page.locator(".search-results > li > .search-section").all_inner_texts()) == {"Models"}
    page.get_by_role("combobox", name="Cited work").select_option("lan2020albert")
    expect(page.locator(".search-results > li > a").first).to_have_text("ALBERT")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["attention"], "section": ["Models"], "cites": ["lan2020albert"]}
    shown = page.locator(".search-results > li > a").all_inner_texts()
    page.reload()
    expect(page.locator(".search-results > li")).to_have_count(len(shown))
    assert page.locator(".search-results > li > a").all_inner_texts() == shown


def test_the_page_of_a_work_leads_to_the_notes_that_cite_it(page: Page, address: str) -> None:
    page.goto(f"{address}/bibliography/devlin2019bert/")
    citing = {link.get_attribute("href") for link in page.locator(".citing-pages li > a:first-child").all()}
    page.get_by_role("link", name="Search the notes that cite this work").click()
    expect(page.get_by_role("status")).to_have_text(f"{len(citing)} pages")


def test_more_results_follow_on_request(page: Page, address: str) -> None:
    page.goto(f"{address}/search/?q=model")
    hits = page.locator(".search-results > li")
    expect(hits).to_have_count(10)
    page.get_by_role("button", name="More results").click()
    expect(hits.nth(10)).to_be_visible()


def test_text_that_looks_like_html_stays_text(page: Page, tmp_path: Path) -> None:
    (tmp_path / "site/content").mkdir(parents=True)
    note = "---\ntitle: A <b>note</b>\n---\nHarmless `<img src=x onerror=alert(1)>` & words.\n"
    (tmp_path / "site/content/index.md").write_text(note, encoding="utf-8")
    write_out(build_folder(tmp_path / "site"), tmp_path / "out/below/a path")
    with served(tmp_path / "out") as address:
        page.goto(f"{address}/search/?q=harmless")
        expect(page.locator(".search-results > li")).to_contain_text("<img src=x onerror=alert(1)> & words.")
        assert page.locator(".search-results :is(img, b)").count() == 0


def test_all_parts_of_a_large_index_are_searched(page: Page, tmp_path: Path) -> None:
    notes = {f"content/{number}.md": f"---\ntitle: Note {number}\n---\nCommon words.\n" for number in range(210)}
    write_out(build_folder(write_site(tmp_path / "site", notes)), tmp_path / "out/below/a path")
    assert (tmp_path / "out/below/a path/pagefind/1").is_dir()
    with served(tmp_path / "out") as address:
        page.goto(f"{address}/search/?q=common")
        expect(page.get_by_role("status")).to_have_text("210 pages")


@pytest.mark.parametrize(
    ("policy", "scope"), [(WITH_WEBASSEMBLY, r"^1 page$"), (STRICT, r"^1 page \(titles and headings only\)$")]
)
def test_under_a_strict_policy_titles_are_searched_where_webassembly_may_not_run(
    page: Page, folder: Path, policy: str, scope: str
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.emulate_media(reduced_motion="reduce")  # a slow machine's Chromium calls a skipped transition an error
    with served(folder, policy) as address:
        page.goto(f"{address}/models/")
        page.keyboard.press("/")
        page.get_by_role("textbox", name="Search").fill("albert fewer weights")
        expect(page.get_by_role("status")).to_have_text(re.compile(scope))
        heading_of(page, "ALBERT", "Fewer weights")()
        page.wait_for_url("**/models/albert/#fewer-weights")
    assert errors == []


def test_without_a_script_the_search_is_a_list_of_all_pages(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/models/bert/")
    page.get_by_role("link", name="Search", exact=True).click()
    page.wait_for_url("**/search/")
    assert page.locator("input").count() == 0
    page.locator('[data-search] a[href$="/models/bert/#training"]').click()
    page.wait_for_url("**/models/bert/#training")
    context.close()
