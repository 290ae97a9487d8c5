from __future__ import annotations

from notes import page_at, problems, resolve_notes
from octavo.model.presentation import NavEntry
from octavo.model.site import NavLink

NOTES = {
    "index.md": "---\ntitle: Home\n---\n",
    "attention.md": "---\ntitle: Attention\nnav_order: 1\nlayout: default\n---\n",
    "softmax.md": "---\ntitle: Softmax\nparent: Attention\nnav_order: 2\n---\n",
    "heads.md": "---\ntitle: Heads\nparent: Attention\nnav_order: 1\n---\n",
    "pruning.md": "---\ntitle: Pruning\nparent: Heads\ngrand_parent: Attention\n---\n",
    "hidden.md": "---\ntitle: Hidden\nparent: Attention\nnav_exclude: true\n---\n",
    "training.md": "---\ntitle: Training\nnav_order: first\n---\n",
    "heads-2.md": "---\ntitle: Heads\nparent: Training\n---\n",
    "loss.md": "---\ntitle: Loss\nparent: Heads\ngrand_parent: Training\n---\n",
}

Nested = list[tuple[str, "Nested"]]


def nested(links: tuple[NavLink, ...]) -> Nested:
    return [(link.title, nested(link.pages)) for link in links]


def test_the_navigation_opens_the_way_to_the_page() -> None:
    (top,) = page_at(resolve_notes(NOTES), "/pruning/").navigation
    assert nested(top.pages) == [
        ("Home", []),
        ("Attention", [("Heads", [("Pruning", [])]), ("Softmax", [])]),
        ("Training", []),
    ]


def test_a_page_that_is_excluded_is_in_no_navigation_but_there() -> None:
    site = resolve_notes(NOTES)
    assert page_at(site, "/hidden/").title == "Hidden"
    assert "Hidden" not in [entry.title for entry in page_at(site, "/attention/").listing]


def test_a_page_lists_those_below_it() -> None:
    page = page_at(resolve_notes(NOTES), "/attention/")
    assert page.template == "section"
    assert [entry.title for entry in page.listing] == ["Heads", "Softmax"]


def test_a_page_without_a_list_of_those_below_it() -> None:
    silent = NOTES | {"attention.md": "---\ntitle: Attention\nlayout: default\nhas_toc: false\n---\n"}
    page = page_at(resolve_notes(silent), "/attention/")
    assert (page.template, page.listing) == ("page", ())


def test_breadcrumbs_go_by_parents() -> None:
    site = resolve_notes(NOTES)
    assert [link.title for link in page_at(site, "/pruning/").breadcrumbs] == ["Home", "Attention", "Heads"]


def test_of_two_pages_with_a_title_the_grandparent_tells_which_is_meant() -> None:
    assert page_at(resolve_notes(NOTES), "/loss/").breadcrumbs[-1].url == "/heads-2/"


def test_a_page_is_read_before_those_below_it() -> None:
    site = resolve_notes(NOTES)
    order, page = [], page_at(site, "/")
    while page.next:
        page = page_at(site, page.next.url)
        order.append(page.title)
    assert order == ["Attention", "Heads", "Pruning", "Softmax", "Training", "Heads", "Loss"]


def test_the_home_page_lists_all_pages_below_one_with_it() -> None:
    listing = page_at(resolve_notes(NOTES), "/").listing
    assert [(entry.title, [page.title for page in entry.pages]) for entry in listing] == [
        ("Attention", ["Heads", "Pruning", "Softmax"]),
        ("Training", ["Heads", "Loss"]),
    ]


def test_numbers_come_before_texts_and_texts_before_titles() -> None:
    orders = {"z": "2", "y": "10", "x": "A2", "w": "A10", "b": "", "a": ""}
    notes = {f"{name}.md": f"---\ntitle: {name.upper()}\nnav_order: {order}\n---\n" for name, order in orders.items()}
    (top,) = page_at(resolve_notes(notes), "/a/").navigation
    assert [link.title for link in top.pages] == ["Notes", "Z", "Y", "X", "W", "A", "B"]


def test_an_unknown_parent_is_a_warning_with_the_nearest_title() -> None:
    site = resolve_notes(NOTES | {"lost.md": "---\ntitle: Lost\nparent: Atention\n---\n"})
    assert problems(site) == [
        "parent-unknown content/lost.md:1:1 no other page is called 'Atention' | did you mean 'Attention'?"
    ]
    assert page_at(site, "/lost/").breadcrumbs[-1].title == "Home"


def test_pages_above_each_other_are_a_warning_once() -> None:
    notes = {
        "a.md": "---\ntitle: A\nparent: C\n---\n",
        "b.md": "---\ntitle: B\nparent: A\n---\n",
        "c.md": "---\ntitle: C\nparent: B\n---\n",
        "d.md": "---\ntitle: D\nparent: D\n---\n",
    }
    site = resolve_notes(notes)
    assert [problem.split(" | ")[0] for problem in problems(site)] == [
        "parent-unknown content/a.md:1:1 'content/c.md' is above this page and below it",
        "parent-unknown content/d.md:1:1 no other page is called 'D'",
    ]
    assert [link.title for link in page_at(site, "/c/").breadcrumbs] == ["Notes", "A", "B"]


def test_a_page_with_very_many_above_it_is_at_the_top_again() -> None:
    chain = {f"p{place}.md": f"---\ntitle: P{place}\nparent: P{place - 1}\n---\n" for place in range(1, 400)}
    site = resolve_notes({"p0.md": "---\ntitle: P0\n---\n", **chain})
    assert len(problems(site)) == 399 // 21
    assert len(page_at(site, "/p399/").breadcrumbs) < 22


def test_children_of_a_page_in_a_section_are_in_that_section() -> None:
    notes = {
        "models/index.md": "---\ntitle: Models\n---\n",
        "models/bert.md": "---\ntitle: BERT\n---\n",
        "mlm.md": "---\ntitle: Masking\nparent: BERT\n---\n",
    }
    page = page_at(resolve_notes(notes), "/mlm/")
    assert nested(page.navigation[-1].pages) == [("BERT", [("Masking", [])])]
    assert [link.title for link in page.breadcrumbs] == ["Notes", "Models", "BERT"]


LISTS = {
    "main": (NavEntry("Start", "/start"), NavEntry("Elsewhere", "https://example.org/")),
    "course": (NavEntry("Week 1", "", (NavEntry("Words", "/words"), NavEntry("Vectors", "vectors.html"))),),
}


def test_a_note_names_the_lists_beside_it() -> None:
    site = resolve_notes({"words.md": "---\nsidebar: {nav: course}\n---\n", "vectors.md": "x"}, navigation=LISTS)
    (section,) = page_at(site, "/words/").navigation
    assert (section.title, [(link.title, link.url) for link in section.pages]) == (
        "Week 1",
        [("Words", "/words/"), ("Vectors", "/vectors/")],
    )
    assert page_at(site, "/vectors/").navigation != (section,)


def test_an_unknown_list_is_a_warning_with_the_nearest_name() -> None:
    site = resolve_notes({"a.md": "---\nsidebar: {nav: curse}\n---\n"}, navigation=LISTS)
    assert problems(site) == [
        "navigation-unknown content/a.md:1:1 there is no list 'curse' in the navigation | did you mean 'course'?"
    ]
