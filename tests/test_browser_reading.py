"""What a reader does beyond reading, in a real browser: cards, previews, margin notes, tables, pictures, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from building import build_folder, write_site
from conftest import write_out

pytestmark = pytest.mark.browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_citation_shows_its_card_while_the_pointer_rests_on_it(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    page.locator("a.cite", has_text="Peters").first.hover()
    card = page.locator("#card-peters2018elmo")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Deep contextualized word representations")
    expect(card.get_by_role("link", name="DOI", exact=True)).to_have_attribute(
        "href", "https://doi.org/10.18653/v1/N18-1202"
    )
    card.hover()
    card.get_by_role("button", name="Copy BibTeX").click()
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page).startswith("@inproceedings{peters2018elmo,")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_the_keyboard_opens_a_card_leads_into_it_and_closes_it(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    cite = page.locator("a.cite").first
    before = page.locator(".byline")
    before.evaluate("(one) => { one.tabIndex = 0; one.focus() }")
    page.keyboard.press("Tab")
    expect(cite).to_be_focused()
    card = page.locator(".card:popover-open")
    expect(card).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.card') !== null")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(cite).to_be_focused()


def test_a_tap_shows_the_card_instead_of_leaving_the_place(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/models/bert/")
    page.locator("a.cite").first.tap()
    card = page.locator(".card:popover-open")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert "#" not in page.url
    context.close()


def test_a_card_opens_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/models/bert/")
    page.locator(".cite-more").first.click()
    expect(page.locator("#card-devlin2019bert")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#card-devlin2019bert")).to_be_hidden()
    context.close()


def test_a_link_to_another_note_shows_how_that_begins(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    page.locator("main p").get_by_role("link", name="GPT", exact=True).first.hover()
    preview = page.locator(".preview:popover-open")
    expect(preview.locator("h1")).to_have_text("GPT")
    expect(preview.locator("p")).to_contain_text("decoder of a transformer")
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size")
        == page.locator("[id]").count()
    )


def test_a_page_is_asked_for_before_its_link_is_followed(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    with page.expect_request("**/models/albert/"):
        page.locator("a[rel=next]").hover()


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_the_menu_of_a_narrow_screen_opens_and_closes(browser: Browser, address: str, has_script: bool) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=has_script)
    page = context.new_page()
    page.goto(f"{address}/models/bert/")
    expect(page.locator(".sidebar")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.locator(".sidebar").get_by_role("link", name="ALBERT")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sidebar")).to_be_hidden()
    context.close()


def test_a_cross_reference_shows_the_table_it_names(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    page.locator("a.cross-reference", has_text="Table 1").first.hover()
    expect(page.locator(".preview:popover-open table")).to_be_visible()


def test_footnotes_stand_in_the_margin_where_there_is_room(page: Page, address: str) -> None:
    page.goto(f"{address}/models/gpt-2/")
    note = page.locator(".margin-note").first
    expect(note).to_be_visible()
    expect(page.locator(".footnotes")).to_be_hidden()
    text, margin = page.locator("main p").first.bounding_box(), note.bounding_box()
    assert text
    assert margin
    assert margin["x"] >= text["x"] + text["width"]
    page.set_viewport_size({"width": 800, "height": 900})
    expect(note).to_be_hidden()
    expect(page.locator(".footnotes")).to_be_visible()


def test_a_citation_in_a_hidden_footnote_is_shown_to_who_comes_from_its_reference(page: Page, address: str) -> None:
    page.goto(f"{address}/models/gpt-2/")
    place = page.locator(".footnotes a.cite").first.get_attribute("id")
    page.locator(f'.backlinks a[href="#{place}"]').click()
    expect(page.locator(f'[id="{place}"]')).to_be_in_viewport()


def test_every_table_can_be_sorted_and_copied(page: Page, address: str) -> None:
    page.goto(f"{address}/models/gpt-2/")
    figure = page.locator("figure.table").first
    head = figure.locator("thead th").first
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert figure.locator("tbody tr td").first.inner_text() == "1,542M"
    figure.get_by_role("button", name="Copy").click()
    expect(figure.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page).splitlines()[:2] == ["Parameters\tLayers\tWidth", "1,542M\t48\t1,600"]
    with page.expect_download() as download:
        figure.get_by_role("button", name="CSV").click()
    assert download.value.path().read_text(encoding="utf-8").splitlines()[4] == '"117M","12","768"'


def test_a_picture_can_be_enlarged_and_put_back_by_key(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    link = page.locator("figure a.zoom").first
    link.focus()
    page.keyboard.press("Enter")
    picture = page.locator("dialog.zoomed img")
    expect(picture).to_be_visible()
    before = picture.bounding_box()
    page.keyboard.press("+")
    page.keyboard.press("+")
    after = picture.bounding_box()
    assert before
    assert after
    assert after["width"] > before["width"]
    page.keyboard.press("Escape")
    expect(picture).to_have_count(0)
    expect(link).to_be_focused()


def test_keys_lead_on_and_can_be_switched_off(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/models/(?!bert)"))
    page.keyboard.press("?")
    card = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(card).to_contain_text("Previous page")
    card.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    here = page.url
    page.keyboard.press("p")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    card.get_by_role("checkbox").check()
    assert page.url == here
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_url("**/models/bert/")


def test_a_permalink_is_copied(page: Page, address: str) -> None:
    page.goto(f"{address}/models/bert/")
    page.locator("h2 a.anchor").first.click()
    expect(page.locator("a.anchor.copied")).to_be_visible()
    assert clipboard(page) == page.url


def test_the_sidebar_stays_where_it_was(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 400})
    page.goto(f"{address}/models/bert/")
    page.locator(".sidebar").evaluate("(bar) => (bar.scrollTop = 120)")
    page.locator(".sidebar a", has_text="GPT-3").click()
    page.wait_for_url("**/models/gpt-3/")
    assert page.locator(".sidebar").evaluate("(bar) => bar.scrollTop") == 120


def test_the_map_brings_out_the_lines_of_the_note_under_the_pointer(page: Page, address: str) -> None:
    page.goto(f"{address}/map/")
    node = page.locator(".map a", has_text="BERT").first
    node.locator("circle").hover()
    assert page.locator(".map path.active").count() > 1
    node.locator("circle").click()
    page.wait_for_url("**/models/**")


def test_an_entry_leads_to_the_section_that_cites_it(page: Page, address: str) -> None:
    page.goto(f"{address}/bibliography/devlin2019bert/")
    page.get_by_role("link", name="§ Architecture").click()
    page.wait_for_url("**/models/bert/#cite-devlin2019bert-*")
    expect(page.locator("a.cite:target")).to_be_in_viewport()


def test_a_style_sheet_of_the_site_recolours_the_theme(page: Page, tmp_path: Path) -> None:
    files = {"content/a.md": "[x](https://example.org)", "static/site.css": ":root { --accent: rgb(120, 30, 70); }"}
    write_out(build_folder(write_site(tmp_path / "site", files)), tmp_path / "out")
    page.goto((tmp_path / "out/a/index.html").as_uri())
    assert page.locator("main p a").evaluate("(link) => getComputedStyle(link).color") == "rgb(120, 30, 70)"


def test_a_policy_without_inline_styles_and_scripts_holds(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def with_policy(route: Route) -> None:
        response = route.fetch()
        headers = {**response.headers, "content-security-policy": "default-src 'self'"}
        route.fulfill(response=response, headers=headers)

    page.route("**/*", with_policy)
    for path in ("/", "/models/bert/", "/compare/", "/bibliography/", "/map/", "/figures/"):
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
    page.goto(f"{address}/models/bert/")
    page.locator("a.cite").first.hover()
    expect(page.locator(".card:popover-open")).to_be_visible()
    assert [message for message in said if "Content Security Policy" in message] == []
