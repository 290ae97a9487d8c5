"""What a reader does, in a real browser: Chromium, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """Open a page whose clipboard can be read."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def copied(page: Page, selector: str, end: str = "") -> str:
    """Select what an element holds, or all from it to another one, press the keys to copy it, and return the text."""
    page.evaluate(
        """([start, end]) => {
            const range = document.createRange();
            range.selectNodeContents(document.querySelector(start));
            if (end) range.setEndAfter(document.querySelector(end));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [selector, end],
    )
    page.keyboard.press("Control+C")
    return str(page.evaluate("navigator.clipboard.readText()"))


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
        "/parts/",
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


CODE = """def train(model, batches):
    for batch in batches:  # a long line, which does not fit onto a narrow screen and scrolls in the box of its block
        loss = model(batch)

        yield loss
"""


def test_code_is_copied_without_its_numbers_by_button_and_by_hand(reader: Page, address: str) -> None:
    reader.goto(f"{address}/parts/")
    block = reader.locator("#train")
    block.hover()
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    assert reader.evaluate("navigator.clipboard.readText()") == CODE
    assert copied(reader, "#train code").rstrip("\n") == CODE.rstrip("\n")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_marked_line_is_as_wide_as_its_block_scrolls(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}/parts/")
    box, scrolled = page.locator("#train pre").evaluate("(pre) => [pre.clientWidth, pre.scrollWidth]")
    assert scrolled > box
    assert page.locator("#train .hll").evaluate_all("(all) => all.map((one) => one.offsetWidth)") == [scrolled] * 2
    page.close()


def test_the_numbers_of_lines_stand_beside_them(page: Page, address: str) -> None:
    page.goto(f"{address}/parts/")
    lines = page.locator("#train .line")
    assert [line.get_attribute("data-line") for line in lines.all()] == [" 98", " 99", "100", "101", "102"]
    widths = {line.evaluate("(line) => getComputedStyle(line, '::before').width") for line in lines.all()}
    assert len(widths) == 1
    assert page.locator("#train figcaption").inner_text() == "train.py"


NORM = r"\norm{x} = \sqrt{\sum_i x_i^2}"


def test_formulas_are_copied_as_tex_within_their_text(reader: Page, address: str) -> None:
    reader.goto(f"{address}/parts/")
    text = copied(reader, "#plane", "#end")
    assert text.split("\n\n") == [
        "In the plane $a < b_{1}$ holds, and a link.",
        f"$${NORM}$$",
        "Here ends what is copied.",
    ]
    html = reader.evaluate(
        "navigator.clipboard.read().then(([item]) => item.getType('text/html')).then((blob) => blob.text())"
    )
    assert "<msub>" in html
    assert f'href="{address}/parts/#formulas"' in html


def test_a_part_of_a_formula_is_copied_as_the_whole_one(reader: Page, address: str) -> None:
    reader.goto(f"{address}/parts/")
    assert copied(reader, "#plane msub").strip() == "$a < b_{1}$"
    assert copied(reader, "[id='eq:norm'] msqrt").strip() == f"$${NORM}$$"


def test_text_without_formulas_is_copied_as_ever(reader: Page, address: str) -> None:
    reader.goto(f"{address}/parts/")
    assert copied(reader, "#end") == "Here ends what is copied."


def test_a_button_copies_the_tex_of_an_equation(reader: Page, address: str) -> None:
    reader.goto(f"{address}/parts/")
    equation = reader.locator("[id='eq:norm']")
    equation.hover()
    equation.get_by_role("button", name="Copy TeX").click()
    equation.get_by_role("button", name="Copied").wait_for()
    assert reader.evaluate("navigator.clipboard.readText()") == NORM


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_only_the_image_of_the_theme_is_shown_and_fetched(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    fetched: set[str] = set()
    page.on("request", lambda request: fetched.add(urlsplit(request.url).path.rpartition("/")[2]))
    page.goto(f"{address}/parts/")
    images = page.locator("[id='fig:both'] img")
    images.locator("visible=true").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert [image.is_visible() for image in images.all()] == [scheme == "light", scheme == "dark"]
    assert {name for name in fetched if name.startswith("arrow")} == {
        "arrow.svg" if scheme == "light" else "arrow-dark.svg"
    }
    sources = [image.evaluate("(image) => image.currentSrc") for image in images.all()]
    assert [bool(source) for source in sources] == [scheme == "light", scheme == "dark"]
    button = page.locator(".theme-toggle")
    button.click()
    if scheme == "light":
        button.click()
    images.locator("visible=true").scroll_into_view_if_needed()
    assert [image.is_visible() for image in images.all()] == [scheme == "dark", scheme == "light"]
    page.wait_for_function("document.querySelectorAll(\"[id='fig:both'] img\").values().every((one) => one.complete)")
    assert all(image.evaluate("(image) => image.naturalWidth") for image in images.all())
    context.close()


def test_a_printed_page_has_the_image_for_paper(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address}/parts/")
    page.emulate_media(media="print")
    assert [image.is_visible() for image in page.locator("[id='fig:both'] img").all()] == [True, False]
    context.close()


@pytest.mark.parametrize(("width", "columns"), [(360, 1), (1280, 3)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_panels_stand_side_by_side_where_there_is_room(
    browser: Browser, address: str, scheme: str, width: int, columns: int
) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{address}/parts/")
    figure = page.locator("[id='fig:panels']")
    boxes = [panel.bounding_box() for panel in figure.locator(".panel").all()]
    assert len({box["x"] for box in boxes if box}) == columns
    captions = figure.locator(".panel figcaption").all()
    assert [caption.inner_text() for caption in captions] == ["(a) Falling", "(b) Right", "(c)"]
    tops = {box["y"] for caption in captions if (box := caption.bounding_box())}
    assert len(tops) == (1 if columns == 3 else 3)
    assert figure.locator("img").locator("visible=true").count() == 3
    figure.get_by_role("link", name="Figure 3a").click()
    assert urlsplit(page.url).fragment == "fig:panels-a"
    context.close()
