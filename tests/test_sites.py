"""Small whole sites with what they are expected to become.

Each folder of ``tests/sites/`` is a site; the files in its ``expected/`` are compared with those of the built site, and
``expected/diagnostics.txt`` with what the build reports. ``OCTAVO_REGENERATE=1 pytest tests/test_sites.py`` writes them
anew: read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from building import SITES, BuiltSite, build_folder

DIAGNOSTICS = "diagnostics.txt"
REPOSITORY = Path(__file__).parent.parent
SEED = REPOSITORY.parent / "shared" / "seed"


@pytest.mark.parametrize("folder", sorted(SITES.iterdir()), ids=lambda folder: folder.name)
def test_a_site_is_built_as_expected(folder: Path) -> None:
    site = build_folder(folder)
    expected = folder / "expected"
    if os.environ.get("OCTAVO_REGENERATE"):
        regenerate(expected, site)
    found = {path: actual(site, path) for path in expected_paths(expected)}
    assert found == {path: (expected / path).read_text(encoding="utf-8") for path in found}


def expected_paths(expected: Path) -> list[str]:
    return sorted(path.relative_to(expected).as_posix() for path in expected.rglob("*") if path.is_file())


def actual(site: BuiltSite, path: str) -> str:
    return "\n".join([*site.problems(), ""]) if path == DIAGNOSTICS else site.text(path)


def regenerate(expected: Path, site: BuiltSite) -> None:
    for path in expected_paths(expected):
        (expected / path).write_text(actual(site, path), encoding="utf-8", newline="\n")


@pytest.mark.skipif(not SEED.is_dir(), reason="../shared/seed is not here")
def test_the_seed_page_builds_unmodified(tmp_path: Path) -> None:
    for folder, name in (("content", "large-language-models.md"), ("bibliography", "references.bib")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes((SEED / name).read_bytes())
    site = build_folder(tmp_path)
    assert {problem.split()[0] for problem in site.problems()} <= {"image-missing", "cite-unknown"}
    page = site.text("docs/large-language-models/index.html")
    assert page.count('class="figure') == 8
    assert page.count('<li id="ref-') == 29
