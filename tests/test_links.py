from __future__ import annotations

import pytest

from notes import page_at, problems, resolve_notes

NOTES = {
    "index.md": "---\ntitle: Home\n---\n",
    "models/bert.md": "---\ntitle: BERT\naliases: [Bidirectional Encoder]\n---\n## Masked language modelling\n",
    "models/gpt 2.md": "---\ntitle: GPT-2\n---\n",
    "moved.md": "---\ntitle: Moved\npermalink: /docs/elsewhere.html\n---\n## Here\n",
}


def href(target: str, path: str = "models/note.md", base_url: str = "") -> str:
    """Return where a link in a note leads; an exclamation mark before it says that it is broken."""
    site = resolve_notes({**NOTES, path: target}, assets=("/files/paper.pdf", "/models/data.csv"), base_url=base_url)
    link = next(page for page in site.pages if page.document.path == f"content/{path}").links[0]
    return ("!" if link.problem else "") + link.href


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("[x](bert.md)", "/models/bert/"),
        ("[x](./bert.md#masked-language-modelling)", "/models/bert/#masked-language-modelling"),
        ("[x](../models/bert.md)", "/models/bert/"),
        ("[x](/models/bert.md)", "/models/bert/"),
        ("[x](/models/bert/)", "/models/bert/"),
        ("[x](/models/bert)", "/models/bert/"),
        ("[x](/models/bert/index.html)", "/models/bert/"),
        ("[x](bert)", "/models/bert/"),
        ("[x](../bert/)", "/models/bert/"),
        ("[x](gpt%202.md)", "/models/gpt 2/"),
        ("[x](../moved.md#here)", "/docs/elsewhere.html#here"),
        ("[x](data.csv)", "/models/data.csv"),
        ("[x](/files/paper.pdf#page=3)", "/files/paper.pdf#page=3"),
        ("[x](/)", "/"),
        ("[x](https://example.org/a?b#c)", "https://example.org/a?b#c"),
        ("[x](mailto:a@example.org)", "mailto:a@example.org"),
        ("## Here\n\n[x](#here)", "#here"),
    ],
)
def test_a_link_leads_to_a_page_file_or_anchor(target: str, leads_to: str) -> None:
    assert href(target) == leads_to


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("[[BERT]]", "/models/bert/"),
        ("[[bert]]", "/models/bert/"),
        ("[[bidirectional encoder]]", "/models/bert/"),
        ("[[models/bert]]", "/models/bert/"),
        ("[[bert#Masked language modelling|MLM]]", "/models/bert/#masked-language-modelling"),
        ("[[Moved#here]]", "/docs/elsewhere.html#here"),
    ],
)
def test_a_wikilink_leads_to_a_note_by_title_alias_or_path(target: str, leads_to: str) -> None:
    assert href(target) == leads_to


@pytest.mark.parametrize("target", ["https://example.org/notes/models/bert/", "/notes/models/bert/"])
def test_an_address_of_this_site_is_an_internal_link(target: str) -> None:
    assert href(f"[x]({target})", base_url="https://example.org/notes") == "/models/bert/"


@pytest.mark.parametrize("path", ["/another-project/", "/another-project/a.pdf", "/paper"])
def test_another_site_at_the_same_address_is_not_checked(path: str) -> None:
    assert href(f"[x](https://me.example.org{path})", base_url="https://me.example.org").endswith(path)


@pytest.mark.parametrize("path", ["/models/brt/", "/files/papers.pdf", "/elsewere.html"])
def test_a_broken_address_of_this_site_is_an_error_though_its_host_is_written(path: str) -> None:
    assert href(f"[x](https://me.example.org{path})", base_url="https://me.example.org").startswith("!")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[x](brt.md)", "'brt.md' is no page or file of this site | did you mean '/models/bert.md'?"),
        ("[x](bert.md#nowhere)", "there is no '#nowhere' on the page /models/bert/"),
        ("[x](#nowhere)", "there is no '#nowhere' on the page /models/note/"),
        ("[[BRET]]", "no note is called 'BRET' | did you mean 'bert'?"),
    ],
)
def test_a_broken_link_is_an_error_at_its_place(text: str, problem: str) -> None:
    site = resolve_notes({**NOTES, "models/note.md": f"See\n{text}."})
    assert [found for found in problems(site) if "link-broken content/models/note.md:2:" in found and problem in found]


def test_a_wikilink_that_fits_two_notes_is_an_error_that_names_both() -> None:
    site = resolve_notes({"a/x.md": "---\ntitle: X\n---\n", "b/x.md": "---\ntitle: X\n---\n", "c.md": "[[X]]"})
    assert [found.split(" | ")[1] for found in problems(site)] == ["name one by its path: /a/x/, /b/x/"]


def test_links_to_what_octavo_makes_itself_are_not_broken() -> None:
    text = "{% cite a %} [list](#references) [bibliography](/bibliography/#ref-a) [section](/models/)"
    site = resolve_notes({**NOTES, "models/note.md": text}, bibliography="@book{a, title={T}, author={A}, year=2020}")
    assert [link.problem for link in page_at(site, "/models/note/").links] == ["", "", ""]


def test_an_image_is_found_beside_its_note_or_from_the_root() -> None:
    text = "![a](x.png) ![b](/images/y.png) ![c](https://example.org/z.png)"
    site = resolve_notes({"models/note.md": text}, assets=("/models/x.png", "/images/y.png"))
    assert [image.url for image in page_at(site, "/models/note/").images] == [
        "/models/x.png",
        "/images/y.png",
        "https://example.org/z.png",
    ]


def test_a_missing_image_is_an_error_that_names_the_files_looked_for() -> None:
    site = resolve_notes({"note.md": "Look:\n![a](/docs/bert.png)"}, assets=("/images/bert.png",))
    assert problems(site) == [
        "image-missing content/note.md:2:6 no image 'static/docs/bert.png' or 'content/docs/bert.png'"
        " | there is '/images/bert.png'"
    ]
