from __future__ import annotations

from notes import page_at, problems, resolve_notes
from octavo.resolve.labels import panel_mark

NOTE = """---
title: Note
---
See @fig:b, @tbl:sizes, @eq:loss and @sec:method.

![a](https://example.org/a.png)
Fig. First.

![b](https://example.org/b.png)
Fig. Second.
{: #fig:b}

| a |
|---|
| 1 |

| b |
|---|
| 2 |
{: #tbl:sizes}

$$x$$

$$y$$
{: #eq:loss}

## Method {#sec:method}
"""


def test_figures_tables_and_equations_are_numbered_and_referred_to() -> None:
    page = page_at(resolve_notes({"note.md": NOTE}), "/note/")
    assert page.figure_numbers == (1, 2)
    assert page.table_numbers == (0, 1)
    assert page.formula_numbers == (0, 1)
    assert [(reference.text, reference.href) for reference in page.cross_references] == [
        ("Figure 2", "#fig:b"),
        ("Table 1", "#tbl:sizes"),
        ("Equation 1", "#eq:loss"),
        ("Method", "#sec:method"),
    ]


def test_a_label_of_another_page_can_be_referred_to() -> None:
    site = resolve_notes({"note.md": NOTE, "other.md": "As in @fig:b."})
    reference = page_at(site, "/other/").cross_references[0]
    assert (reference.text, reference.href) == ("Figure 2 in Note", "/note/#fig:b")


def test_an_unknown_label_is_an_error_with_the_nearest_one() -> None:
    site = resolve_notes({"note.md": NOTE + "\nSee @fig:bb.\n"})
    assert problems(site) == [
        "label-unknown content/note.md:29:5 nothing is labelled 'fig:bb' | did you mean '@fig:b'?"
    ]


def test_a_label_given_twice_is_an_error() -> None:
    site = resolve_notes({"note.md": "$$x$$\n{: #eq:a}\n\n$$y$$\n{: #eq:a}\n"})
    assert [problem.split(" | ")[0] for problem in problems(site)] == [
        "label-duplicate content/note.md:4:1 the label 'eq:a' is taken by Equation 1"
    ]


def test_a_panel_of_a_figure_is_referred_to_by_its_letter() -> None:
    panels = "![a](https://example.org/a.png){: #fig:x-a} ![b](https://example.org/b.png){: label='fig:x-b'}"
    note = f"---\ntitle: Note\n---\n![o](https://example.org/o.png)\nFig. One.\n\n{panels}\nFig. Two.\n{{: #fig:x}}\n"
    site = resolve_notes(
        {"note.md": f"{note}\nSee @fig:x, @fig:x-b, @fig:x-c and [a](#fig:x-a).\n", "other.md": "@fig:x-a"}
    )
    page = page_at(site, "/note/")
    assert page.figure_numbers == (1, 2)
    assert [(reference.text, reference.href) for reference in page.cross_references] == [
        ("Figure 2", "#fig:x"),
        ("Figure 2b", "#fig:x-b"),
        ("@fig:x-c", ""),
    ]
    assert page.links[0].href == "#fig:x-a"
    assert page_at(site, "/other/").cross_references[0].text == "Figure 2a in Note"
    assert [problem.split(" | ")[0] for problem in problems(site)] == [
        "label-unknown content/note.md:11:23 nothing is labelled 'fig:x-c'"
    ]


def test_a_label_of_two_panels_is_an_error() -> None:
    image = "![a](https://example.org/a.png){: #fig:x}"
    site = resolve_notes({"note.md": f"{image} {image}\nFig. Twice."})
    assert [problem.split(" | ")[0] for problem in problems(site)] == [
        "label-duplicate content/note.md:1:48 the label 'fig:x' is taken by Figure 1a"
    ]


def test_letters_of_panels_go_on_after_z() -> None:
    assert [panel_mark(place) for place in (0, 1, 25, 26, 51, 52, 701, 702)] == "a b z aa az ba zz aaa".split()
