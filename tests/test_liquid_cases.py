"""Liquid as Jekyll runs it, case by case: each is a page of one small site."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import build_folder
from case_files import Case, cases

FILES = {
    "_config.yml": "title: Site\nurl: https://example.org\nbaseurl: /base\n",
    "_data/people.yml": "- {name: Al, age: 41, role: a}\n- {name: Bo, age: 25}\n- {name: Cy, age: 33, role: b}\n",
    "_includes/note.html": "[{{ include.text }}{{ include.other }}]",
    "_posts/2020-03-04-first.md": "---\ntags: x y\ncategories: one two\n---\nFirst.\n\nMore.\n",
    "_posts/2021-01-02-second.md": "---\ntitle: Second one\ncategory: one\ntags: [x]\n---\nSecond.\n",
    "about.txt": "---\ntitle: About\n---\nAbout.\n",
}
HEAD = "---\ntitle: The title\ndate: 2024-05-06 07:08:09\n---\n"


def write_cases(folder: Path, found: list[Case]) -> None:
    pages = {f"case-{number}.txt": HEAD + case.given for number, case in enumerate(found)}
    for path, text in (FILES | pages).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


CASES = cases("liquid", lambda case: case.expected)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("liquid")
    write_cases(folder, CASES)
    files = build_folder(folder).files()
    return [files[f"case-{number}.txt"].decode() for number in range(len(CASES))]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_a_page_prints_what_jekyll_prints(number: int, printed: list[str]) -> None:
    assert printed[number] == CASES[number].expected
