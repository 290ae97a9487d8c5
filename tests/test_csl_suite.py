"""The CSL processor keeps what it gets right of the CSL test suite and of the golden references; see `csl_score`.

What it gets wrong is known by name, and the reason is written down. A case that begins to pass has to be put on the
list, so that it never fails again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from csl_score import GOLDEN, NOT_FOUND, SOURCES, SUITE, Result, golden_results, main, suite_results

HERE = Path(__file__).parent
PASSING = HERE / "csl_suite_passing.txt"
FAILING = HERE / "csl_suite_failing.md"
DIFFERENCES = HERE / "csl_golden_differences.md"

needs_suite = pytest.mark.skipif(not SUITE.is_dir(), reason="../shared/csl-suite is not here")
needs_golden = pytest.mark.skipif(not GOLDEN.is_dir(), reason="../shared/csl-golden is not here")


@pytest.fixture(scope="module")
def suite() -> Sequence[Result]:
    return list(suite_results())


@pytest.fixture(scope="module")
def golden() -> Sequence[Result]:
    return [result for source in SOURCES for result in golden_results(source)]


def listed() -> list[str]:
    return PASSING.read_text(encoding="utf-8").splitlines()


def explained() -> list[str]:
    return re.findall(r"^## (.+)$", FAILING.read_text(encoding="utf-8"), re.MULTILINE)


def known_differences() -> set[str]:
    """Return the names of the golden results that are listed, in fenced blocks, as different."""
    blocks = re.findall(r"^```\n(.*?)^```$", DIFFERENCES.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line.split(": ") for block in blocks for line in block.splitlines()]
    return {f"{kind} {item}" for kind, items in lines for item in items.split()}


@needs_suite
def test_every_case_that_passed_still_passes(suite: Sequence[Result]) -> None:
    failing = set(listed()) - {result.name for result in suite if result.passes}
    assert not failing, f"these cases passed: {', '.join(sorted(failing))}"


@needs_suite
def test_a_case_that_passes_is_on_the_list(suite: Sequence[Result]) -> None:
    unlisted = {result.name for result in suite if result.passes} - set(listed())
    assert not unlisted, f"these cases pass now: add them to {PASSING.name}: {', '.join(sorted(unlisted))}"


@needs_suite
def test_every_failing_case_is_explained_and_nothing_else(suite: Sequence[Result]) -> None:
    assert set(explained()) == {result.name for result in suite if not result.passes}


def test_the_lists_of_cases_are_sorted_and_name_each_once() -> None:
    assert listed() == sorted(set(listed()))
    assert explained() == sorted(set(explained()))
    assert not set(listed()) & set(explained())


@needs_golden
def test_golden_references_differ_where_it_is_explained_and_nowhere_else(golden: Sequence[Result]) -> None:
    assert {result.name for result in golden if not result.passes} == known_differences()


def test_the_score_says_what_it_did_not_find(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path / "suite", tmp_path / "golden") == NOT_FOUND
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.rpartition(": ")[2] for line in shown.err.splitlines()] == [
        f"{tmp_path / 'suite'} was not found.",
        f"{tmp_path / 'golden'} was not found.",
    ]
