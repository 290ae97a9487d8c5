"""The preview as an author sees it, in a real browser: an edit shows, and all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from building import write_site
from previewing import running

pytestmark = pytest.mark.browser

LINES = "\n\n".join(f"Paragraph {number}." for number in range(200))

RICH = """---
title: Rich
---
Before.[^1] It cites [@adams].

```python
print("one")
```

## First

- one
- two

| Model | Layers |
|:--|--:|
| A | 1 |
| B | 3 |
| C | 2 |

$$x = 1$$

## Second

The end.

[^1]: A remark.
"""
ENTRY = "@book{adams, author = {Adams, Ann}, title = {A Book}, year = {2001}}\n"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 800})
    yield page
    page.close()


@pytest.fixture
def rich(tmp_path: Path, page: Page) -> Iterator[Path]:
    """A site whose note has one of each that scripts add to, open in the preview."""
    write_site(
        tmp_path,
        {
            "octavo.toml": "title = 'T'\nraw_html = true\n",
            "content/index.md": "Hello.\n",
            "content/rich.md": RICH,
            "bibliography/a.bib": ENTRY,
        },
    )
    with running(tmp_path) as address:
        page.goto(f"{address}/rich/")
        yield tmp_path


def edit(site: Path, old: str, new: str) -> None:
    note = site / "content/rich.md"
    write_site(site, {"content/rich.md": note.read_text(encoding="utf-8").replace(old, new)})


def test_an_edit_shows_and_the_place_is_kept(page: Page, tmp_path: Path) -> None:
    note = f"---\ntitle: Long\n---\n{LINES}\n"
    write_site(tmp_path, {"octavo.toml": "title = 'T'\n", "content/index.md": "Hello.\n", "content/long.md": note})
    with running(tmp_path) as address:
        page.goto(f"{address}/long/")
        page.evaluate("window.scrollTo(0, 3000)")
        write_site(tmp_path, {"content/long.md": f"{note}\n\nA new end.\n"})
        expect(page.get_by_text("A new end.")).to_be_attached()
        assert page.evaluate("Math.round(window.scrollY)") == 3000
        write_site(tmp_path, {"content/long.md": f"---\ntitle: Long\n---\n{{% cite nobody %}}\n\n{LINES}\n"})
        overlay = page.locator("#octavo-overlay")
        expect(overlay).to_contain_text("no entry 'nobody'")
        page.keyboard.press("Escape")
        expect(overlay).to_have_count(0)


def test_what_an_edit_does_not_change_stays_as_the_reader_left_it(page: Page, rich: Path) -> None:
    page.get_by_role("button", name="Layers").click()
    edit(rich, "- two", "- two\n- three")
    expect(page.get_by_role("listitem").filter(has_text="three")).to_be_visible()
    edit(rich, "The end.", "The end.\n\nAfter it.")
    expect(page.get_by_text("After it.")).to_be_visible()
    edit(rich, "Before.", "Once more.")
    expect(page.get_by_text("Once more.")).to_be_visible()
    assert page.locator("figure.table tbody td:first-child").all_inner_texts() == ["A", "C", "B"]


def test_what_scripts_add_is_there_once_after_an_edit(page: Page, rich: Path) -> None:
    added = {".prose .copy-button": 2, ".table-tools button": 2, ".card button": 1, ".margin-note": 1}
    for selector, count in added.items():
        expect(page.locator(selector), selector).to_have_count(count)
    edit(rich, "The end.", "The very end.")
    expect(page.get_by_text("The very end.")).to_be_visible()
    edit(rich, "Before.", "Changed.")
    expect(page.get_by_text("Changed.")).to_be_visible()
    edit(rich, 'print("one")', 'print("two")')
    expect(page.locator(".prose .code").first).to_contain_text("two")
    for selector, count in added.items():
        expect(page.locator(selector), selector).to_have_count(count)


def test_headings_that_come_and_go_are_in_the_table_of_contents(page: Page, rich: Path) -> None:
    toc = page.locator("nav.toc")
    edit(rich, "## Second", "## Third\n\n## Fourth")
    expect(toc.get_by_role("link")).to_have_text(["First", "Third", "Fourth", "References"])
    edit(rich, "## First\n", "")
    expect(toc.get_by_role("link")).to_have_text(["Third", "Fourth", "References"])
    assert page.evaluate("[...document.querySelectorAll('main h2')].map((one) => one.id)") == [
        "third",
        "fourth",
        "references",
    ]


def test_the_page_is_what_a_new_one_would_be_after_many_edits(page: Page, rich: Path) -> None:
    edit(rich, "## First", "New text.\n\n## Other")
    edit(rich, "| C | 2 |", "| C | 2 |\n| D | 5 |")
    edit(rich, "The end.", "> A quotation.\n\n1. item\n\n   of two paragraphs")
    edit(rich, "$$x = 1$$", "$$x = 2$$ {#eq:two}")
    expect(page.locator("blockquote")).to_be_visible()
    expect(page.locator("figure.table tbody tr")).to_have_count(4)
    expect(page.locator(".equation annotation")).to_have_text("x = 2")
    changed = elements_of(page)
    page.reload()
    expect(page.locator(".card button")).to_have_count(1)
    assert elements_of(page) == changed


@pytest.mark.parametrize(
    "text",
    [
        "At last <b>bold",
        "At last</p></article> of it",
        "At last <!-- of it",
        "At last <div>of</div> it",
        "At last 🐝 *of* 𝑥 &lt;b> it",
        "At last of `it`\nand *more",
        "At last.\n\nAfter it.\n\n- a list",
        "<table><tr><td>At last</table>",
    ],
)
def test_whatever_is_written_shows_as_in_a_new_page(page: Page, rich: Path, text: str) -> None:
    edits = (("Before.", "At first.", "At first."), ("The end.", text, "At last"), ("At first.", "Now.", "Now."))
    for old, new, shown in edits:
        edit(rich, old, new)
        expect(page.locator("main")).to_contain_text(shown)
    changed = elements_of(page)
    page.reload()
    expect(page.locator(".card button")).to_have_count(1)
    assert elements_of(page) == changed


def elements_of(page: Page) -> str:
    """Return the HTML of the page's main part without the space between elements."""
    return re.sub(r">\s+<", "><", page.locator("main").inner_html())
