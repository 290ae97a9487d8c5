"""What holds for every build: it is a function of its inputs, and what it remembers never shows."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from building import SITES, BuiltSite, build_folder, build_inputs, means_for, write_site
from octavo.build import build
from octavo.memo import DictMemo, Kept, digest_of
from octavo.model.site import Inputs
from octavo.world.pool import ProcessPool
from octavo.world.recall import run_build
from octavo.world.workspace import Workspace

SITE = {
    "octavo.toml": 'title = "Small"\n',
    "content/index.md": "---\ntitle: Home\n---\nSee [[Alpha]] and {% cite adams %}.\n\n"
    '{% compare columns="layers" %}\n',
    "content/models/alpha.md": "---\ntitle: Alpha\n---\n## One\n\n"
    "$$x^2$$ {% cite brown adams %}\n\n```python\nx = 1\n```\n",
    "content/models/beta.md": "---\ntitle: Beta\nfacts: {layers: {value: 6, source: adams}}\n---\n"
    "[up](alpha.md#one), [@adams, p. 3]\n\n| a |\n|---|\n| 1 |\n",
    "bibliography/works.bib": "@book{adams, title={First}, author={Adams, A.}, year=2001}\n"
    "@book{brown, title={Second}, author={Brown, B.}, year=2002}\n",
    "static/drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
}

#: All notes that an edit may change, as they are at first.
NOTES: dict[str, str | None] = {
    "content/models/new.md": None,
    "content/x/y.md": None,
    **{path: text for path, text in SITE.items() if path.startswith("content/")},
}

#: What an edit may put into a note: text, each kind of placeholder, and mistakes.
FRAGMENTS = (
    "Plain text.",
    "{% cite adams %}",
    "{% cite nobody %}",
    "@brown says so.",
    "[[Beta]]",
    "[[Nobody]]",
    "$$\\frac{a}{b}$$",
    "$$\\nonsense$$",
    "![drawing](/drawing.svg)\nFig. A caption.\n{: #fig:drawing}",
    "See @fig:drawing.",
    "## Heading",
    "| a | b |\n|---|---|\n| 1 | {% cite brown %} |",
    "```python\nprint(1)\n```",
    "---\ntitle: Other\nfacts: {layers: {value: 12, source: brown}}\n---",
    '{% compare columns="layers released" sort="layers" %}',
    "{% facts %}",
    "{% unknown %}",
    "{{ site.title }}",
    "{: .notice--info}",
    "{% bibliography %}",
    "[^1]\n\n[^1]: A note.",
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Workspace, Inputs]]:
    workspace = Workspace(write_site(tmp_path, SITE))
    yield workspace, workspace.read()


def put(workspace: Workspace, files: Mapping[str, str | None]) -> None:
    """Write files of the site; without a text, remove them."""
    write_site(workspace.folder, {path: text for path, text in files.items() if text is not None})
    for path, text in files.items():
        if text is None:
            (workspace.folder / path).unlink(missing_ok=True)


def same(one: BuiltSite, other: BuiltSite) -> bool:
    return one.build == other.build and one.files() == other.files()


def test_a_small_site_builds_without_a_diagnostic(site: tuple[Workspace, Inputs]) -> None:
    workspace, inputs = site
    assert build_inputs(inputs, workspace).problems() == []


def test_the_order_of_the_files_does_not_matter(site: tuple[Workspace, Inputs]) -> None:
    workspace, inputs = site
    expected = build_inputs(inputs, workspace)
    shuffled = list(inputs.notes)
    for seed in range(3):
        random.Random(seed).shuffle(shuffled)
        assert same(expected, build_inputs(msgspec.structs.replace(inputs, notes=tuple(shuffled)), workspace))


def test_the_number_of_processes_does_not_matter(site: tuple[Workspace, Inputs]) -> None:
    workspace, inputs = site
    pool = ProcessPool(2)
    try:
        assert same(build_inputs(inputs, workspace), build_inputs(inputs, workspace, pool=pool))
    finally:
        pool.close()


@given(
    edits=st.lists(
        st.tuples(
            st.sampled_from(["content/index.md", "content/models/alpha.md", "content/models/new.md", "content/x/y.md"]),
            st.none() | st.lists(st.sampled_from(FRAGMENTS), max_size=4).map("\n\n".join),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_warm_build_equals_a_clean_one(site: tuple[Workspace, Inputs], edits: list[tuple[str, str | None]]) -> None:
    workspace, _ = site
    put(workspace, NOTES)  # as they were before the last example
    inputs = workspace.read()
    memo = DictMemo()
    kept = Kept()
    shelf = build_inputs(inputs, workspace, memo, kept=kept)
    for path, text in edits:
        put(workspace, {path: text})
        inputs = workspace.read()
        clean = build_inputs(inputs, workspace)
        warm = build_inputs(inputs, workspace, memo, shelf=shelf)
        assert same(warm, clean)
        shelf = build_inputs(inputs, workspace, memo, kept=kept, shelf=shelf)
        assert same(shelf, clean)


@pytest.mark.parametrize("key", ["image_quality = 5", "image_widths = [9]", "entry_pages = false", "language = 'de'"])
def test_a_warm_build_equals_a_clean_one_after_a_change_of_the_configuration(
    site: tuple[Workspace, Inputs], key: str
) -> None:
    workspace, _ = site
    Image.effect_noise((500, 90), 90).save(workspace.folder / "static/noise.png")
    put(workspace, {"content/x/y.md": "![noise](/noise.png) {% cite adams %}"})
    memo = DictMemo()
    shelf = build_inputs(workspace.read(), workspace, memo)
    put(workspace, {"octavo.toml": f"{SITE['octavo.toml']}{key}\n"})
    inputs = workspace.read()
    assert same(build_inputs(inputs, workspace, memo, shelf=shelf), build_inputs(inputs, workspace))


def test_a_corrected_word_concerns_its_own_page_alone(site: tuple[Workspace, Inputs]) -> None:
    workspace, inputs = site
    memo = DictMemo()
    shelf = build_inputs(inputs, workspace, memo)
    put(workspace, {"content/models/alpha.md": SITE["content/models/alpha.md"] + "\nMore.\n"})
    done: dict[str, int] = {}
    build_inputs(
        workspace.read(),
        workspace,
        memo,
        shelf=shelf,
        progress=lambda stage, _, count: done.update({stage: count}),
    )
    assert done == {"parse": 1, "page": 1, "search index": 1}


class Forgetful(DictMemo):
    """A memo that has lost some of what it knew."""

    def lose(self, share: float, chance: random.Random) -> None:
        self._values = {key: value for key, value in sorted(self._values.items()) if chance.random() > share}


@pytest.mark.parametrize("seed", range(12))
def test_a_memo_may_forget_anything(site: tuple[Workspace, Inputs], seed: int) -> None:
    workspace, inputs = site
    clean = build_inputs(inputs, workspace)
    memo = Forgetful()
    build_inputs(inputs, workspace, memo)
    memo.lose(0.1 + seed / 20, random.Random(seed))
    again = BuiltSite(*run_build(memo, lambda memo: build(inputs, means_for(workspace, memo))))
    assert same(again, clean)


class Counting(Forgetful):
    """A memo that counts what it is asked for."""

    asked = 0

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        self.asked += len(keys)
        return super().get_many(keys)


def test_after_an_edit_what_is_known_of_many_notes_is_looked_up_in_one_piece(tmp_path: Path) -> None:
    notes = {f"content/notes/{number}.md": f"Note {number}.\n" for number in range(120)}
    workspace = Workspace(write_site(tmp_path, {"octavo.toml": "search = false\n", **notes}))
    memo, chance = Counting(), random.Random(5)
    shelf = build_inputs(workspace.read(), workspace, memo)
    for path in chance.sample(sorted(notes), 3):
        put(workspace, {path: f"{notes[path]}\nMore.\n"})
        inputs = workspace.read()
        memo.asked = 0
        shelf = build_inputs(inputs, workspace, memo, shelf=shelf)
        assert memo.asked < len(notes)
        assert same(shelf, build_inputs(inputs, workspace))


@pytest.mark.parametrize("seed", range(4))
def test_of_many_notes_a_memo_may_forget_anything_too(tmp_path: Path, seed: int) -> None:
    notes = {f"content/notes/{number}.md": f"Note {number}.\n" for number in range(120)}
    workspace = Workspace(write_site(tmp_path, notes))
    inputs, memo = workspace.read(), Forgetful()
    clean = build_inputs(inputs, workspace, memo)
    memo.lose(0.1 + seed / 5, random.Random(seed))
    again = BuiltSite(*run_build(memo, lambda memo: build(inputs, means_for(workspace, memo))))
    assert same(again, clean)


def test_only_what_shows_an_entry_is_rendered_again_when_it_changes(site: tuple[Workspace, Inputs]) -> None:
    workspace, inputs = site
    before = build_inputs(inputs, workspace).build.outputs
    put(workspace, {"bibliography/works.bib": SITE["bibliography/works.bib"].replace("Second", "Third")})
    after = build_inputs(workspace.read(), workspace).build.outputs
    assert sorted(output.path for output in set(after) - set(before)) == [
        "bibliography/brown/index.html",
        "bibliography/brown/references.bib",
        "bibliography/brown/references.json",
        "bibliography/index.html",
        "bibliography/references.bib",
        "bibliography/references.json",
        "models/alpha/index.html",
        "models/alpha/index.md",
        "models/alpha/references.bib",
        "models/alpha/references.json",
        "pagefind/filters.json",
    ]


def test_only_pages_whose_formulas_use_a_macro_are_rendered_again_when_it_changes(tmp_path: Path) -> None:
    workspace = Workspace(
        write_site(
            tmp_path,
            {
                "octavo.toml": "search = false\n[macros]\nfield = '\\R'\nR = '\\mathbb{R}'\nC = '\\mathbb{C}'\n",
                "content/index.md": "---\ntitle: Home\n---\n$x$ and $\\C$\n",
                "content/real.md": "---\ntitle: Real\n---\n$x \\in \\field$ and $\\C$ and $x$\n",
                "content/none.md": "---\ntitle: None\n---\nNo formula, but `\\R`.\n",
            },
        )
    )
    before = workspace.read()
    config = msgspec.structs.replace(before.config, macros=before.config.macros | {r"\R": r"\mathbf{R}"})
    after = msgspec.structs.replace(before, config=config)
    memo, kept = DictMemo(), Kept()
    shelf = build_inputs(before, workspace, memo, kept=kept)
    done: dict[str, int] = {}
    build_inputs(after, workspace, memo, shelf=shelf, progress=lambda stage, _, count: done.update({stage: count}))
    assert done == {"formula": 1, "page": 1}
    clean = build_inputs(after, workspace)
    assert "𝐑" in clean.text("real/index.html")
    assert same(build_inputs(after, workspace, memo, kept=kept), clean)


def test_the_same_site_has_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    names = [f"note-{number}" for number in range(8)]
    links = " ".join(f"[[{name}]]" for name in names)
    notes = {f"content/{name}.md": f"---\ntags: [{name}, all]\n---\n{links} @adams @brown" for name in names}
    write_site(tmp_path, SITE | notes)
    digests = set()
    for seed in "0123":
        output = tmp_path / f"built-{seed}"
        subprocess.run(
            [sys.executable, "-m", "octavo", "build", tmp_path, "--output", output, "--no-cache"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        files = sorted(path for path in output.rglob("*.html"))
        digests.add(digest_of(*(path.read_bytes() for path in files)))
    assert len(digests) == 1


def test_a_site_of_errors_is_reported_whole_and_marked_in_its_pages() -> None:
    site = build_folder(SITES / "every-problem")
    assert site.build.publishable
    page = site.text("index.html")
    for mark in ("citation-missing", "image-missing", 'class="diagnostic"', 'class="broken"', "math-invalid"):
        assert mark in page


def test_a_home_note_that_moves_away_leaves_a_home_page_behind(tmp_path: Path) -> None:
    site = build_folder(
        write_site(
            tmp_path,
            {
                "content/index.md": "---\ntitle: Moved\npermalink: /foo/\n---\nWords {% cite adams %}\n",
                "bibliography/works.bib": SITE["bibliography/works.bib"],
            },
        )
    )
    assert "Words" in site.text("foo/index.html")
    assert "Moved" in site.text("index.html")


def test_a_bibliography_that_cannot_be_read_does_not_make_its_keys_unknown(tmp_path: Path) -> None:
    folder = write_site(tmp_path, {"content/a.md": "{% cite adams %} [@nobody]", "bibliography/b.bib": ""})
    (folder / "bibliography/works.bib").write_bytes(b"@book{adams, title={Caf\xe9}}")
    assert [problem.split(":")[0] for problem in build_folder(folder).problems()] == [
        "encoding-invalid bibliography/works.bib"
    ]


def test_a_note_names_a_style_of_the_site(tmp_path: Path) -> None:
    style = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"><citation><layout>
    <text value="cited so"/></layout></citation></style>"""
    notes = {
        "content/a.md": "---\nstyle: bibliography/own.csl\n---\n{% cite adams %}",
        "content/b.md": "---\nstyle: bibliography/onw.csl\n---\n{% cite adams %}",
    }
    library = {"bibliography/works.bib": SITE["bibliography/works.bib"], "bibliography/own.csl": style}
    site = build_folder(write_site(tmp_path, notes | library))
    assert "cited so" in site.text("a/index.html")
    assert [problem for problem in site.problems() if "style" in problem] == [
        "style-unknown content/b.md:1:1 there is no style 'bibliography/onw.csl' in bibliography/"
    ]
