"""Style sheets in Sass: what is compiled, which texts they may import, and what is said of those that can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import BuiltSite, build_folder, write_site
from octavo.read.sass import compiler
from octavo.read.sass.compiler import compile_sass
from octavo.read.sass.imports import SassTexts

HEAD = "---\n---\n"
SITE = {
    "_config.yml": "accent: teal\n",
    "_layouts/default.html": "{{ content }}",
    "index.md": "---\nlayout: default\n---\nHome\n",
}


def built(folder: Path, files: dict[str, str]) -> BuiltSite:
    return build_folder(write_site(folder, SITE | files))


def test_a_style_sheet_with_front_matter_becomes_css_and_its_parts_are_not_published(tmp_path: Path) -> None:
    site = built(
        tmp_path,
        {
            "css/main.scss": HEAD + '@import "base";\na { color: {{ site.accent }}; b { top: 1px } }\n',
            "_sass/_base.scss": "$wide: 2px;\n@import 'parts/list';\n",
            "_sass/parts/_list.sass": "li\n  margin: $wide\n",
        },
    )
    assert site.text("css/main.css") == "li {\n  margin: 2px;\n}\n\na {\n  color: teal;\n}\na b {\n  top: 1px;\n}\n"
    assert not any(path.endswith((".scss", ".sass")) for path in site.files())
    assert site.problems() == []


def test_one_without_front_matter_is_copied(tmp_path: Path) -> None:
    site = built(tmp_path, {"css/main.scss": "a { b { top: 1px } }\n"})
    assert site.text("css/main.scss") == "a { b { top: 1px } }\n"


def test_the_configuration_names_the_folders_and_the_style(tmp_path: Path) -> None:
    site = built(
        tmp_path,
        {
            "_config.yml": "sass:\n  style: :compressed\n  sass_dir: look\n  load_paths: [more, ../..]\n",
            "main.sass": HEAD + "@use 'one'\n@use 'two'\n",
            "look/one.scss": "a { top: 1px }",
            "more/_two.scss": "b { top: 2px }",
        },
    )
    assert site.text("main.css") == "a{top:1px}b{top:2px}\n"


def test_a_site_in_a_source_folder_imports_from_below_it(tmp_path: Path) -> None:
    files = SITE | {"css/main.scss": HEAD + "@import 'x', 'y';\n", "_sass/x.scss": "b { top: 1px }"}
    site = built(tmp_path, {f"docs/{path}": text for path, text in files.items()} | {"_config.yml": "source: docs\n"})
    assert site.problems() == ["sass-invalid docs/css/main.scss:3:14 Can't find stylesheet to import."]


def test_a_change_in_an_import_is_seen(tmp_path: Path) -> None:
    files = {"main.scss": HEAD + "@import 'x';", "_sass/x.scss": "a { top: 1px }"}
    assert "1px" in built(tmp_path, files).text("main.css")
    assert "2px" in built(tmp_path, files | {"_sass/x.scss": "a { top: 2px }"}).text("main.css")


def test_what_is_wrong_is_told_at_its_line_and_the_rest_is_published(tmp_path: Path) -> None:
    site = built(
        tmp_path,
        {
            "one.scss": HEAD + "a { b: c }\n@import 'absent';\n",
            "two.scss": HEAD + "@import 'broken';\n",
            "_sass/_broken.scss": "a {\n  top: ;\n}\n",
        },
    )
    assert [problem.split(":")[:2] for problem in site.problems()] == [
        ["sass-invalid _sass/_broken.scss", "2"],
        ["sass-invalid one.scss", "4"],
    ]
    assert "Home" in site.text("index.html")
    assert site.text("one.css").startswith("/* Can't find stylesheet to import")


@pytest.mark.parametrize(
    "name", ["../secret", "/secret", "file:///etc/hostname", "../../../../etc/hostname", "site:/../secret"]
)
def test_no_import_leads_out_of_the_site(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.scss").write_text("secret { top: 1px }", encoding="utf-8")
    site = built(tmp_path / "site", {"css/main.scss": f"{HEAD}@import '{name}';\n"})
    assert "secret {" not in site.text("css/main.css")
    assert [problem.split()[0] for problem in site.problems()] == ["sass-invalid"]


def test_a_style_sheet_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "LONGEST", 1)
    css = compile_sass("@while true {}", "main.scss", SassTexts({}))
    assert "doesn't come to an end" in css.problem


def test_without_the_compiler_it_is_said_once_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "find_spec", lambda _: None)
    site = built(tmp_path, {"one.scss": HEAD + "a { b: c }", "two.scss": HEAD + "a { b: c }"})
    assert [problem.split()[0] for problem in site.problems()] == ["sass-missing"]
    assert site.build.diagnostics[0].hint == "pip install 'octavo[sass]'"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("a", "_sass/_a.scss"),
        ("b", "_sass/b.sass"),
        ("b.sass", "_sass/b.sass"),
        ("c", "_sass/c/_index.scss"),
        ("d", "_sass/d.css"),
        ("e", ""),
        ("../x", "x.scss"),
        ("../../x", ""),
        ("site:/_sass/a", "_sass/_a.scss"),
        ("site:/css/a", ""),
    ],
)
def test_an_import_means_the_first_text_of_its_name(url: str, found: str) -> None:
    paths = ("_sass/_a.scss", "_sass/a.css", "_sass/b.sass", "_sass/c/_index.scss", "_sass/d.css", "x.scss")
    address = SassTexts(dict.fromkeys(paths, ""), ("_sass",)).find(url)
    assert address == (f"site:/{found}" if found else "")
