"""The command line as a user meets it: whole processes, their output and exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from pstats import Stats
from typing import Any

import pytest

from building import write_site
from octavo.world.shelf import MANIFEST
from octavo.world.theme import theme_folder

GOOD = {"octavo.toml": "title = 'T'\n", "content/index.md": "---\ntitle: Home\n---\nHello.\n"}


BOOK = "@book{adams, title={First}, author={Adams, A.}, year=2001}\n"


def octavo(*arguments: object, locale: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": locale}
    command = [sys.executable, "-m", "octavo", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_build_publishes_and_a_second_one_writes_nothing(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    first = octavo("build", tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert "Hello." in (tmp_path / "_site/index.html").read_text(encoding="utf-8")
    assert "wrote 0 of" in octavo("build", tmp_path).stdout


def test_an_error_is_told_and_marked_and_the_site_published(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "content/a.md": "See {% cite nobody %}."})
    done = octavo("build", tmp_path)
    assert done.returncode == 1
    assert "content/a.md:1:13: error: no entry 'nobody' in bibliography/ [cite-unknown]" in done.stderr
    assert "citation-missing" in (tmp_path / "_site/a/index.html").read_text(encoding="utf-8")


def test_strict_publishes_nothing_for_a_warning(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "content/a.md": "```nolanguage\nx\n```"})
    assert octavo("build", tmp_path).returncode == 0
    write_site(tmp_path, {"content/a.md": "changed\n\n```nolanguage\nx\n```"})
    done = octavo("build", tmp_path, "--strict")
    assert (done.returncode, "Nothing was published." in done.stderr) == (1, True)
    assert "changed" not in (tmp_path / "_site/a/index.html").read_text(encoding="utf-8")


def test_a_failed_build_leaves_the_published_site_as_it_was(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    octavo("build", tmp_path)
    before = contents(tmp_path / "_site")
    write_site(tmp_path, {"content/index.md": "changed", "content/b.md": "---\ntitle: [\n---\n"})
    assert octavo("build", tmp_path).returncode == 1
    assert contents(tmp_path / "_site") == before


@pytest.mark.parametrize(
    ("note", "foreign", "message"),
    [
        ("New.", "zz", "zz is in the way of a folder"),
        ("New.", "zz/index.html/file", "index.html is a folder, where a file must be published"),
        (f"---\npermalink: /{'n' * 300}/\n---\n", "CNAME", "is too long"),
        (f"---\npermalink: /{'n/' * 3000}\n---\n", "CNAME", "is too long"),
        ("---\npermalink: /feed.xml/x/\n---\n", "CNAME", "both as a file and as a folder"),
    ],
)
def test_a_page_that_has_no_place_leaves_the_published_site_as_it_was(
    tmp_path: Path, note: str, foreign: str, message: str
) -> None:
    write_site(tmp_path, GOOD)
    octavo("build", tmp_path)
    write_site(tmp_path, {f"_site/{foreign}": "foreign"})
    before = contents(tmp_path / "_site")
    write_site(tmp_path, {"content/index.md": "See [[zz]].", "content/zz.md": note})
    done = octavo("build", tmp_path)
    assert (done.returncode, message in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert contents(tmp_path / "_site") == before
    assert not list((tmp_path / "_site").glob(".octavo-staging*"))


def test_simultaneous_builds_of_one_site_make_a_whole_site(tmp_path: Path) -> None:
    write_site(tmp_path / "site", {**GOOD, **{f"content/{number}.md": f"Note {number}." for number in range(20)}})
    octavo("build", tmp_path / "site", "--no-cache", "--output", tmp_path / "alone")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: octavo("build", tmp_path / "site"), range(4)))
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 4
    together = contents(tmp_path / "site/_site")
    assert together.keys() == contents(tmp_path / "alone").keys()
    together.pop(MANIFEST)  # it tells when each file was written
    assert together.items() <= contents(tmp_path / "alone").items()
    octavo("build", tmp_path / "site")  # writes again what the last manifest doesn't know as its own
    assert "wrote 0 of" in octavo("build", tmp_path / "site").stdout


def test_a_site_that_was_checked_is_published_out_of_the_cache(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, **{f"content/{number}.md": f"Note {number}." * 2000 for number in range(300)}})
    octavo("check", tmp_path)
    done = octavo("build", tmp_path)
    assert "wrote 0 of" not in done.stdout
    assert (done.returncode, done.stderr) == (0, "page: 303\n")  # a log tells of each stage that has much to do
    assert "Note 7." in (tmp_path / "_site/7/index.html").read_text(encoding="utf-8")


def test_json_is_all_there_is_on_standard_output(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "content/a.md": "{% cite nobody %}"})
    report = json.loads(octavo("build", tmp_path, "--json").stdout)
    assert (report["published"], report["pages"]) == (True, 5)
    assert [one["rule"] for one in report["diagnostics"]] == ["cite-unknown"]


def test_json_tells_why_nothing_could_be_published(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "_site/feed.xml/foreign": ""})
    done = octavo("build", tmp_path, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["published"], report["written"], report["diagnostics"]) == (1, False, 0, [])
    assert report["error"].endswith("feed.xml is a folder, where a file must be published; remove it")
    assert done.stderr == f"octavo: {report['error']}\n"
    (tmp_path / "_site/feed.xml/foreign").unlink()
    (tmp_path / "_site/feed.xml").rmdir()
    report = json.loads(octavo("build", tmp_path, "--json").stdout)
    assert (report["published"], report["error"]) == (True, None)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_json_tells_of_a_folder_whose_name_is_not_utf8(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    output = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    (output / "feed.xml").mkdir(parents=True)
    done = octavo("build", tmp_path, "--json", "--output", output)
    assert (done.returncode, json.loads(done.stdout)["published"]) == (1, False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
@pytest.mark.parametrize("path", ["static/a\\b.txt", "content/a:b.png", "content/a\\b.md"])
def test_check_finds_a_name_that_cannot_be_published(tmp_path: Path, path: str) -> None:
    write_site(tmp_path, {**GOOD, path: "x"})
    for command in ("check", "build"):
        done = octavo(command, tmp_path)
        assert done.returncode == 1
        assert f"{path}:1:1: error: '{path}' is not a path inside the site [path-outside]" in done.stderr
    assert not (tmp_path / "_site").exists()


def test_the_output_can_be_chosen(tmp_path: Path) -> None:
    write_site(tmp_path / "site", GOOD)
    octavo("build", tmp_path / "site", "--output", tmp_path / "public", "--no-cache")
    assert (tmp_path / "public/index.html").is_file()
    assert not (tmp_path / "site/_site").exists()
    assert not (tmp_path / "site/.cache").exists()


def test_base_url_makes_absolute_addresses(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    octavo("build", tmp_path, "--base-url", "https://example.org/notes/")
    assert "https://example.org/notes/" in (tmp_path / "_site/sitemap.xml").read_text(encoding="utf-8")


def test_check_writes_nothing_into_the_site(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    done = octavo("check", tmp_path)
    assert (done.returncode, "no problem" in done.stdout) == (0, True)
    assert not (tmp_path / "_site").exists()


def test_a_new_site_builds_at_once_without_a_diagnostic(tmp_path: Path) -> None:
    assert octavo("new", tmp_path / "mine").returncode == 0
    done = octavo("build", tmp_path / "mine", "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "mine/_site/notes/first-note/index.html").read_text(encoding="utf-8")
    for part in (
        'class="cite"',
        "<figure",
        "<table>",
        "<math",
        'class="notice',
        "footnote",
        'class="code"',
        "references",
    ):
        assert part in page
    assert (tmp_path / "mine/.gitignore").is_file()


def test_a_new_site_is_not_made_over_files(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    done = octavo("new", tmp_path)
    assert (done.returncode, "is not empty" in done.stderr) == (2, True)


JEKYLL = {
    "_config.yml": "title: T\nplugins: [jemoji]\n",
    "index.md": "---\ntitle: Home\n---\nHello {{ site.title }}.\n",
}


def test_a_jekyll_site_is_translated_into_one_that_builds(tmp_path: Path) -> None:
    write_site(tmp_path / "old", JEKYLL)
    done = octavo("import", tmp_path / "old", tmp_path / "new")
    assert (done.returncode, done.stdout[:7]) == (0, "Wrote 2")
    assert octavo("build", tmp_path / "new", "--strict").returncode == 0
    assert "Hello T." in (tmp_path / "new/_site/index.html").read_text(encoding="utf-8")


def test_what_is_no_jekyll_site_is_not_translated(tmp_path: Path) -> None:
    write_site(tmp_path / "old", GOOD)
    done = octavo("import", tmp_path / "old", tmp_path / "new")
    assert (done.returncode, "has no _config.yml" in done.stderr) == (2, True)
    assert not (tmp_path / "new").exists()


def test_check_says_what_becomes_of_a_jekyll_site(tmp_path: Path) -> None:
    write_site(tmp_path, JEKYLL)
    assert re.search(r"missing +jemoji +1× +_config\.yml:2:11", octavo("check", tmp_path).stdout)
    constructs = json.loads(octavo("check", "--json", tmp_path).stdout)["constructs"]
    assert constructs[0]["name"] == "jemoji" and constructs[0]["first"]["line"] == 2


def test_clean_removes_what_octavo_made_and_nothing_else(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "_site/CNAME": "example.org"})
    octavo("build", tmp_path)
    assert octavo("clean", tmp_path).returncode == 0
    assert [path.name for path in (tmp_path / "_site").iterdir()] == ["CNAME"]
    assert not (tmp_path / ".cache").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "/nowhere"),
        ("biuld",),
        ("build", "--jobs", "0"),
        ("build", "--base-url", "x"),
        ("serve", "--port", "0"),
        ("build", "--executor", "slurm://head:8786"),
        ("build", "--executor", "dask://head"),
        ("build", "--executor", "dask://head:port"),
        ("build", "--executor", "dask://head:8786", "--jobs", "2"),
    ],
)
def test_wrong_usage_exits_with_2_and_a_message(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = octavo(*arguments)
    assert done.returncode == 2
    assert "Error" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cluster_without_dask_on_this_side_says_what_to_install(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    code = "import sys; sys.modules['distributed'] = None; from octavo.cli import main; main()"
    command = [sys.executable, "-c", code, "build", str(tmp_path), "--executor", "dask://127.0.0.1:1"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, "pip install 'octavo[dask]'" in done.stderr, "Traceback" in done.stderr) == (
        2,
        True,
        False,
    )


def test_an_output_that_would_overwrite_the_sources_is_refused(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    done = octavo("build", tmp_path, "--output", tmp_path)
    assert (done.returncode, "must not be" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("command", ["build", "serve", "check", "new", "clean"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    shown = octavo(command, "--help")
    assert (shown.returncode, "octavo " + command in shown.stdout.split("Example", 1)[1]) == (0, True)


def test_texts_are_utf8_whatever_the_locale(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "content/é.md": "---\ntitle: Ünïcode\n---\n日本 {% cite ключ %}"})
    done = octavo("build", tmp_path, locale="C")
    assert (done.returncode, "ключ" in done.stderr) == (1, True)
    assert "日本" in (tmp_path / "_site/é/index.html").read_text(encoding="utf-8")


def test_help_imports_nothing_heavy() -> None:
    heavy = ("uvicorn", "starlette", "PIL", "pygments", "pybtex", "markdown_it", "jinja2", "rich")
    code = (
        "import sys\nfrom octavo.cli import commands\n"
        "try:\n    commands.main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_build_says_what_it_made_and_why(tmp_path: Path) -> None:
    base = Path("templates/base.html.jinja")
    write_site(tmp_path, {**GOOD, "content/a.md": "One. {% cite adams %}", "bibliography/a.bib": BOOK})
    made = [made_of(tmp_path)]
    write_site(tmp_path, {"content/a.md": "One. {% cite adams %}\n\nMore."})
    made.append(made_of(tmp_path))
    write_site(tmp_path, {"bibliography/a.bib": BOOK.replace("First", "Second")})
    made.append(made_of(tmp_path))
    write_site(tmp_path, {"content/b.md": "Another."})
    made.append(made_of(tmp_path))
    write_site(tmp_path, {str(base): (theme_folder() / base).read_text(encoding="utf-8") + "<!-- own -->"})
    made.append(made_of(tmp_path))
    (tmp_path / "_site/a/index.html").unlink()
    made.append(made_of(tmp_path))
    made.append(made_of(tmp_path))
    assert [(one["parsed"], list(one["reasons"])) for one in made] == [
        (2, ["new"]),
        (1, ["note changed"]),
        (0, ["entries changed"]),
        (1, ["other pages changed", "new"]),
        (0, ["templates changed"]),
        (0, ["not published"]),
        (0, []),
    ]
    assert [one["rendered"] for one in made[1:3] + made[5:]] == [1, 3, 1, 0]  # of the entry also its page, and the list


def test_a_build_makes_what_shows_an_edit_and_says_so(tmp_path: Path) -> None:
    base = Path("templates/base.html.jinja")
    brown = BOOK.replace("adams", "brown").replace("Adams, A.", "Brown, B.")
    notes = {"content/a.md": "One. {% cite adams %}", "content/b.md": "{% cite brown %}", "content/c.md": "None."}
    configuration = "search = false\ntitle = 'T'\n"
    write_site(tmp_path, {**GOOD, **notes, "octavo.toml": configuration, "bibliography/a.bib": BOOK + brown})
    # four notes, the bibliography and a page for each entry, a list of all notes, and the page for what is not there
    assert made_of(tmp_path) == {"parsed": 4, "rendered": 9, "reasons": {"new": 9}}
    edits: list[tuple[dict[str, str], int, dict[str, int]]] = [
        ({"bibliography/a.bib": BOOK.replace("First", "Second") + brown}, 0, {"entries changed": 3}),
        ({"bibliography/a.bib": BOOK.replace("First", "Second") + brown + "% a comment"}, 0, {}),
        ({"content/a.md": "One. {% cite adams %}\n\nMore."}, 1, {"note changed": 1}),
        (
            {str(base): (theme_folder() / base).read_text(encoding="utf-8") + "<!-- own -->"},
            0,
            {"templates changed": 9},
        ),
        ({"octavo.toml": configuration + "markdown = false"}, 0, {"configuration changed": 9}),
        (
            {"octavo.toml": configuration + "markdown = false\n[rules]\nmath-invalid = 'note'"},
            0,
            {},
        ),
        ({"octavo.toml": configuration.replace("T", "U")}, 4, {"configuration changed": 9}),  # {{ site.title }}
    ]
    for files, parsed, reasons in edits:
        write_site(tmp_path, files)
        assert made_of(tmp_path) == {"parsed": parsed, "rendered": sum(reasons.values()), "reasons": reasons}


def made_of(site: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(octavo("build", site, "--json").stdout)["made"]
    return made


def test_timings_tell_of_stages_and_slow_pages(tmp_path: Path) -> None:
    write_site(tmp_path, GOOD)
    told = octavo("build", tmp_path, "--timings").stderr
    assert re.search(r"^  parse +1 of +1 +\d+\.\d{3} s$", told, re.MULTILINE)
    assert re.search(r"^ +\d+\.\d{3} s  content/index\.md$", told, re.MULTILINE)


def test_a_profile_can_be_opened(tmp_path: Path) -> None:
    write_site(tmp_path / "site", GOOD)
    assert octavo("build", tmp_path / "site", "--profile", tmp_path / "build.prof").returncode == 0
    told = StringIO()
    Stats(str(tmp_path / "build.prof"), stream=told).print_stats("parse_note")
    assert re.search(r"^ +1 .*\(parse_note\)$", told.getvalue(), re.MULTILINE)


def test_a_build_of_what_has_not_changed_imports_nothing_heavy(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "content/a.md": "$x$ {% cite adams %}", "bibliography/a.bib": BOOK})
    assert octavo("build", tmp_path).returncode == 0
    heavy = (
        *("PIL", "pygments", "pybtex", "math_core", "markdown_it", "liquid", "lxml", "jinja2", "distributed"),
        *("yaml", "octavo.build", "shutil", "tempfile", "_hashlib"),
    )
    done = built_importing(tmp_path, heavy)
    assert ("wrote 0 of" in done.stdout, done.stderr.strip()) == (True, "[]")


def test_a_build_after_an_edit_imports_nothing_that_only_other_files_need(tmp_path: Path) -> None:
    write_site(tmp_path, {**GOOD, "content/a.md": "$x$ {% cite adams %}", "bibliography/a.bib": BOOK})
    assert octavo("build", tmp_path).returncode == 0
    write_site(tmp_path, {"content/a.md": "$x$ {% cite adams %} More."})
    heavy = (
        *("PIL", "pygments", "pybtex", "math_core", "liquid", "distributed", "multiprocessing"),
        "octavo.read.rules.kramdown",
    )
    done = built_importing(tmp_path, heavy)
    assert ("1 parsed" in done.stdout, done.stderr.strip()) == (True, "[]")


def built_importing(site: Path, heavy: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Build a site; standard error ends with a list of those modules that were imported for it."""
    code = (
        "import sys\nfrom octavo.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "build", str(site)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
