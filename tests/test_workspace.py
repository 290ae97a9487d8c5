from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from building import write_site
from octavo.memo import DictMemo
from octavo.world.digests import load_digests
from octavo.world.texts import ChangedError
from octavo.world.workspace import Workspace


def problems(folder: Path) -> list[str]:
    return [f"{one.rule} {one.message}" for one in Workspace(folder).read().diagnostics]


def test_files_come_in_the_order_of_their_paths_without_hidden_ones(tmp_path: Path) -> None:
    write_site(
        tmp_path,
        {
            "content/b.md": "b",
            "content/a/z.md": "z",
            "content/.hidden.md": "h",
            "content/_private/x.md": "x",
            "content/a/picture.svg": "<svg/>",
            "content/note.md~": "backup",
            "bibliography/more/x.bib": "",
            "static/data.csv": "1",
        },
    )
    inputs = Workspace(tmp_path).read()
    assert [note.path for note in inputs.notes] == ["content/a/z.md", "content/b.md"]
    assert [source.path for source in inputs.bibliographies] == ["bibliography/more/x.bib"]
    own = [asset.url for asset in inputs.assets if not asset.url.startswith("/theme/")]
    assert own == ["/data.csv", "/a/picture.svg"]


def texts(workspace: Workspace) -> list[str]:
    """Return the texts of all notes."""
    return [workspace.read_text(note) for note in workspace.read().notes]


def test_a_file_that_changes_after_it_was_looked_at_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    workspace = Workspace(write_site(tmp_path, {"content/a.md": "before", "static/x.txt": "before"}))
    inputs = workspace.read()
    write_site(tmp_path, {"content/a.md": "after", "static/x.txt": "after"})
    with pytest.raises(ChangedError, match=r"content/a\.md"):
        workspace.read_text(inputs.notes[0])
    with pytest.raises(ChangedError, match=r"static/x\.txt"):
        workspace.read_asset(next(asset for asset in inputs.assets if asset.url == "/x.txt"))


def test_digests_that_are_kept_are_those_of_the_files(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"content/a.md": "one", "content/b.md": "two", "static/x.txt": "1"})
    for file in site.rglob("*.*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    memo = DictMemo()
    digests = load_digests(site, memo)
    before = Workspace(site, None, digests).read()
    digests.save(site, memo)
    assert Workspace(site, None, load_digests(site, memo)).read() == before
    write_site(site, {"content/a.md": "two", "content/b.md": "one"})  # the same sizes, seen by their times
    assert Workspace(site, None, load_digests(site, memo)).read() == Workspace(site).read() != before


def test_line_ends_and_byte_order_marks_are_normalised(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert texts(Workspace(tmp_path)) == ["one\ntwo\nthree\n"]


def test_a_text_that_is_not_utf8_is_reported_at_its_byte(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_bytes(b"fine\ncaf\xe9 here\n")
    found = Workspace(tmp_path).read().diagnostics[0]
    assert found.span
    assert (found.rule, found.span.line, found.span.column) == ("encoding-invalid", 2, 4)
    assert found.message == "byte 0xe9 is not UTF-8"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_name_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": "a"})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/content/caf\xe9.md")).write_text("x", encoding="utf-8")
    assert problems(tmp_path) == ["encoding-invalid the name 'content/caf?.md' is not UTF-8 or has control characters"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_a_file_whose_name_cannot_be_an_address_is_reported_and_not_published(tmp_path: Path) -> None:
    files = {
        "octavo.toml": 'exclude = ["static/left:alone"]',
        "content/a.md": "a",
        "static/a\\b.txt": "x",
        "static/c:/d.txt": "x",
        "static/why?.txt": "x",
        "static/#autosaved.txt#": "x",
        "static/left:alone": "x",
        "bibliography/not:published.bib": "",
    }
    inputs = Workspace(write_site(tmp_path, files)).read()
    assert [(one.rule, one.span and one.span.path, one.message) for one in inputs.diagnostics] == [
        ("path-outside", "static/a\\b.txt", "'static/a\\b.txt' is not a path inside the site"),
        ("path-outside", "static/c:/d.txt", "'static/c:/d.txt' is not a path inside the site"),
        ("path-outside", "static/why?.txt", "'static/why?.txt' is not a path inside the site"),
    ]
    assert all(asset.url.startswith("/theme/") for asset in inputs.assets)


def test_a_loop_of_links_is_reported_and_not_followed(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": "a"})
    (tmp_path / "content/loop").symlink_to(tmp_path / "content", target_is_directory=True)
    (tmp_path / "content/self").symlink_to(tmp_path / "content/self")
    assert sorted(problem.split()[0] for problem in problems(tmp_path)) == ["symlink-loop", "symlink-loop"]


def test_a_link_out_of_the_site_is_reported_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    site = write_site(tmp_path / "site", {"content/a.md": "a"})
    (site / "content/secret.md").symlink_to(tmp_path / "secret.md")
    inputs = Workspace(site).read()
    assert [note.path for note in inputs.notes] == ["content/a.md"]
    assert [one.rule for one in inputs.diagnostics] == ["path-outside"]


def test_a_folder_of_the_site_that_is_a_link_out_of_it_is_not_followed(tmp_path: Path) -> None:
    write_site(tmp_path, {"elsewhere/secret.txt": "secret"})
    site = write_site(tmp_path / "site", {"content/a.md": "a"})
    (site / "static").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    inputs = Workspace(site).read()
    assert [one.message for one in inputs.diagnostics] == ["'static' leads out of the site"]
    assert not any(asset.url == "/secret.txt" for asset in inputs.assets)


def test_a_link_does_not_publish_what_is_hidden(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": "a", ".git/config": "token", "notes/b.md": "b"})
    (tmp_path / "content/git").symlink_to(tmp_path / ".git", target_is_directory=True)
    (tmp_path / "content/notes").symlink_to(tmp_path / "notes", target_is_directory=True)
    inputs = Workspace(tmp_path).read()
    assert [one.message for one in inputs.diagnostics] == ["'content/git' leads to '.git', which is hidden"]
    assert [note.path for note in inputs.notes] == ["content/a.md", "content/notes/b.md"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": "a"})
    os.mkfifo(tmp_path / "content/b.md")
    assert problems(tmp_path) == ["file-unreadable cannot read 'content/b.md': it is neither a file nor a folder"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": "a", "content/b.md": "b"})
    (tmp_path / "content/b.md").chmod(0)
    assert [problem.split()[0] for problem in problems(tmp_path)] == ["file-unreadable"]


def test_a_folder_without_notes_says_how_to_begin(tmp_path: Path) -> None:
    found = Workspace(tmp_path).read().diagnostics[0]
    assert (found.rule, "octavo new" in found.hint) == ("content-missing", True)


def test_a_sites_templates_and_files_replace_the_themes(tmp_path: Path) -> None:
    own = {"templates/page.html.jinja": "mine", "static/theme/octavo.css": "mine", "content/a.md": ""}
    workspace = Workspace(write_site(tmp_path, own))
    inputs = workspace.read()
    assert inputs.templates["page.html.jinja"] == "mine"
    assert "base.html.jinja" in inputs.templates
    css = [asset for asset in inputs.assets if asset.url == "/theme/octavo.css"]
    assert [workspace.read_asset(asset) for asset in css] == [b"mine"]


def test_excluded_files_are_left_alone(tmp_path: Path) -> None:
    files = {"octavo.toml": 'exclude = ["content/old/*"]', "content/a.md": "", "content/old/b.md": ""}
    assert [note.path for note in Workspace(write_site(tmp_path, files)).read().notes] == ["content/a.md"]


def test_no_template_of_the_theme_can_be_excluded(tmp_path: Path) -> None:
    files = {"octavo.toml": 'exclude = ["*.jinja", "theme/*"]', "content/a.md": "", "templates/own.html.jinja": ""}
    inputs = Workspace(write_site(tmp_path, files)).read()
    assert "page.html.jinja" in inputs.templates
    assert "own.html.jinja" not in inputs.templates
    assert any(asset.url == "/theme/octavo.css" for asset in inputs.assets)


def test_what_hosts_look_for_is_published_and_nothing_else_hidden(tmp_path: Path) -> None:
    names = (".well-known/security.txt", ".htaccess", "_headers", "_redirects", ".env", "_private", "a/.htaccess")
    inputs = Workspace(write_site(tmp_path, {"content/a.md": "", **{f"static/{name}": "x" for name in names}})).read()
    own = [asset.url for asset in inputs.assets if not asset.source.startswith("theme:")]
    assert sorted(own) == ["/.htaccess", "/.well-known/security.txt", "/_headers", "/_redirects"]


def test_a_file_in_the_place_of_a_folder_is_reported_and_the_reverse(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": "a", "static": "x", "octavo.toml/x": "x"})
    assert problems(tmp_path) == [
        "file-unreadable cannot read 'octavo.toml': it is not a file",
        "file-unreadable cannot read 'static': it is not a folder",
    ]


def test_characters_that_no_page_can_hold_are_left_out(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": "a\x00b\x1b[1mc\ufffed\te\n"})
    assert texts(Workspace(tmp_path)) == ["ab[1mcd\te\n"]


def test_octavo_toml_wins_over_pyproject(tmp_path: Path) -> None:
    files = {"octavo.toml": 'title = "One"', "pyproject.toml": '[tool.octavo]\ntitle = "Two"', "content/a.md": ""}
    site = write_site(tmp_path, files)
    assert Workspace(site).read().config.title == "One"
    (site / "octavo.toml").unlink()
    assert Workspace(site).read().config.title == "Two"


def test_a_workspace_sees_what_changes(tmp_path: Path) -> None:
    workspace = Workspace(write_site(tmp_path, {"content/a.md": "one", "static/x.txt": "1"}))
    before = workspace.read()
    write_site(tmp_path, {"content/a.md": "three", "static/x.txt": "22", "content/b.md": "new"})
    after = workspace.read()
    assert texts(workspace) == ["three", "new"]
    assert {asset.digest for asset in before.assets} != {asset.digest for asset in after.assets}


def test_a_style_of_the_site_is_read_and_a_missing_one_reported(tmp_path: Path) -> None:
    files = {"octavo.toml": 'style = "a.csl"', "content/a.md": "", "a.csl": "<a/>", "bibliography/b.csl": "<b/>"}
    site = write_site(tmp_path, files)
    assert Workspace(site).read().styles == {"a.csl": "<a/>", "bibliography/b.csl": "<b/>"}
