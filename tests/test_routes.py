from __future__ import annotations

import pytest

from notes import page_at, problems, resolve_notes
from octavo.model.site import Route
from octavo.resolve.routes import route_of, url_of_path


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("content/index.md", "/"),
        ("content/about.md", "/about/"),
        ("content/models/index.md", "/models/"),
        ("content/models/bert.md", "/models/bert/"),
        ("content/a/b/c.md", "/a/b/c/"),
        ("content/404.md", "/404.html"),
    ],
)
def test_a_note_is_published_where_its_file_lies(path: str, url: str) -> None:
    assert url_of_path(path) == url


@pytest.mark.parametrize(
    ("permalink", "route"),
    [
        ("/docs/x/", Route("/docs/x/", "docs/x/index.html")),
        ("docs/x/", Route("/docs/x/", "docs/x/index.html")),
        ("/docs/x.html", Route("/docs/x.html", "docs/x.html")),
        ("/docs/x", Route("/docs/x", "docs/x.html")),
        ("/docs/index.html", Route("/docs/", "docs/index.html")),
        ("/", Route("/", "index.html")),
    ],
)
def test_a_permalink_is_published_as_jekyll_does(permalink: str, route: Route) -> None:
    assert route_of(permalink) == route


@pytest.mark.parametrize("permalink", ["/../secret/", "/a/../../b/", "//evil.example/", "/a\\b/", "/a?b/", "/c:/d/"])
def test_a_permalink_never_leaves_the_site(permalink: str) -> None:
    site = resolve_notes({"a.md": f"---\npermalink: '{permalink}'\n---\n"})
    assert [page.route.output for page in site.pages if page.document.path == "content/a.md"] == ["a/index.html"]
    assert problems(site)[0].startswith("path-outside content/a.md:1:1")


@pytest.mark.parametrize("name", ["a\\b.md", "a:b.md"])
def test_a_note_whose_name_cannot_be_published_needs_a_permalink(name: str) -> None:
    assert problems(resolve_notes({name: "x"}))[0].startswith(f"path-outside content/{name}:1:1")
    assert problems(resolve_notes({name: "---\npermalink: /x/\n---\n"})) == []


def test_two_notes_with_one_url_collide() -> None:
    site = resolve_notes({"a.md": "---\npermalink: /x/\n---\n", "b.md": "---\npermalink: /x/\n---\n"})
    assert [problem.split(" | ")[0] for problem in problems(site)] == [
        "url-collision content/b.md:1:1 'content/a.md' and 'content/b.md' would both be published as 'x/index.html'"
    ]


def test_urls_that_differ_in_case_only_collide() -> None:
    site = resolve_notes({"a.md": "---\npermalink: /X/\n---\n", "b.md": "---\npermalink: /x/\n---\n"})
    assert [problem.split()[0] for problem in problems(site)] == ["url-collision"]


def test_a_page_and_a_file_of_one_name_collide() -> None:
    site = resolve_notes({"a.md": "---\npermalink: /x.html\n---\n"}, assets=("/x.html",))
    assert [problem.split()[0] for problem in problems(site)] == ["url-collision"]


def test_a_page_that_is_also_a_folder_collides() -> None:
    site = resolve_notes({"a.md": "---\npermalink: /x.html\n---\n"}, assets=("/x.html/y.png",))
    assert [problem.split()[0] for problem in problems(site)] == ["url-collision"]


def test_a_site_has_a_404_page_unless_a_note_is_one() -> None:
    assert page_at(resolve_notes({"index.md": "home"}), "/404.html").template == "404"
    own = page_at(resolve_notes({"404.md": "---\ntitle: Lost\n---\n"}), "/404.html")
    assert (own.title, own.template) == ("Lost", "page")


def test_a_draft_is_not_published() -> None:
    site = resolve_notes({"a.md": "---\ndraft: true\n---\n", "b.md": "x"})
    assert "/a/" not in {page.route.url for page in site.pages}
