from __future__ import annotations

from notes import page_at, problems, resolve_notes
from octavo.model.site import NavLink, Page, Site
from octavo.resolve.navigation import LONGEST_SECTION, MOST_SECTIONS

NOTES = {
    "index.md": "---\ntitle: Home\n---\n",
    "about.md": "---\ntitle: About\n---\n",
    "models/index.md": "---\ntitle: Models\nnav_order: 2\n---\n",
    "models/gpt-10.md": "---\ntitle: GPT 10\n---\n",
    "models/gpt-2.md": "---\ntitle: GPT 2\n---\n",
    "models/first.md": "---\ntitle: Zero\nnav_order: 1\n---\n",
    "guide/writing.md": "---\ntitle: Writing\n---\n",
}


def titles(links: tuple[NavLink, ...]) -> list[str]:
    return [link.title for link in links]


def reading_order(site: Site, start: str = "/") -> list[str]:
    """Follow the links to the next page from the home page to the last."""
    page: Page | None = page_at(site, start)
    order = []
    while page:
        order.append(page.title)
        page = page_at(site, page.next.url) if page.next else None
    return order


def test_pages_are_ordered_by_nav_order_then_by_title_with_numbers_as_numbers() -> None:
    assert reading_order(resolve_notes(NOTES)) == [
        "Home", "About", "Models", "Zero", "GPT 2", "GPT 10", "Guide", "Writing",
    ]  # fmt: skip


def test_previous_is_the_reverse_of_next() -> None:
    site = resolve_notes(NOTES)
    for page in site.pages:
        if page.next:
            previous = page_at(site, page.next.url).previous
            assert previous
            assert previous.url == page.route.url


def test_the_navigation_opens_the_section_of_the_page() -> None:
    sections = page_at(resolve_notes(NOTES), "/models/gpt-2/").navigation
    assert [(section.title, section.open, titles(section.pages)) for section in sections] == [
        ("", True, ["Home", "About"]),
        ("Models", True, ["Zero", "GPT 2", "GPT 10"]),
        ("Guide", False, []),
    ]


def test_a_folder_without_index_gets_a_page_of_its_own() -> None:
    guide = page_at(resolve_notes(NOTES), "/guide/")
    assert (guide.title, guide.template) == ("Guide", "section")
    assert [entry.title for entry in guide.listing] == ["Writing"]


def test_front_matter_puts_a_page_into_a_section() -> None:
    site = resolve_notes({**NOTES, "loose.md": "---\ntitle: Loose\nsection: Models\n---\n"})
    assert "Loose" in [entry.title for entry in page_at(site, "/models/").listing]


def test_a_section_that_only_front_matter_names_gets_a_page() -> None:
    site = resolve_notes({"a.md": "---\ntitle: A\nsection: Open Questions\n---\n"})
    page = page_at(site, "/open-questions/")
    assert (page.title, [entry.title for entry in page.listing]) == ("Open Questions", ["A"])


def test_breadcrumbs_lead_from_home_to_the_page_above() -> None:
    site = resolve_notes({**NOTES, "models/old/index.md": "---\ntitle: Old\n---\n", "models/old/elmo.md": "x"})
    assert titles(page_at(site, "/models/old/elmo/").breadcrumbs) == ["Home", "Models", "Old"]
    assert titles(page_at(site, "/models/").breadcrumbs) == ["Home"]
    assert page_at(site, "/").breadcrumbs == ()


def test_a_page_without_title_is_called_after_its_heading_or_file() -> None:
    site = resolve_notes({"long-context.md": "text", "b.md": "# From the *heading*\n"})
    assert page_at(site, "/long-context/").title == "Long context"
    assert page_at(site, "/b/").title == "From the heading"


def test_a_long_section_shows_the_neighbourhood_of_the_page() -> None:
    notes = {f"big/n{number:03}.md": f"---\ntitle: N{number:03}\n---\n" for number in range(200)}
    site = resolve_notes(notes)
    shown = page_at(site, "/big/n100/").navigation[-1].pages
    assert len(shown) == LONGEST_SECTION
    assert "N100" in titles(shown)
    assert len(page_at(site, "/big/").listing) == 200


def test_of_many_sections_the_navigation_shows_those_around_the_page() -> None:
    notes = {f"s{number:03}/index.md": f"---\ntitle: S{number:03}\n---\n" for number in range(200)}
    site = resolve_notes({"index.md": "---\ntitle: Home\n---\n", "about.md": "", **notes})
    top, *shown = page_at(site, "/s100/").navigation
    assert titles(top.pages) == ["Home", "About"]
    assert len(shown) == MOST_SECTIONS
    assert [section.title for section in shown if section.open] == ["S100"]
    assert len(page_at(site, "/").listing) == 201


def test_an_unknown_layout_is_an_error_with_the_nearest_name() -> None:
    site = resolve_notes({"a.md": "---\nlayout: hmoe\n---\n", "b.md": "---\nlayout: single\n---\n"})
    assert problems(site) == [
        "layout-unknown content/a.md:1:1 no template for the layout 'hmoe' | did you mean 'home'?"
    ]
