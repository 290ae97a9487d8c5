"""Say how right the CSL processor is: ``python tests/csl_score.py``; ``--verbose`` lists what differs.

There are two measures, both kept beside the repository in ``../shared`` and not part of it: cases of the CSL test suite
(https://github.com/citation-style-language/test-suite), and golden references: what citeproc-js wrote of the same
items in ten styles. `test_csl_suite` holds the processor to what it gets right.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

from csl_fixture import render_fixture
from octavo.csl import Cite, Cluster, format_document, load_style
from octavo.model.reference import BibliographySettings
from octavo.model.source import SourceFile
from octavo.read.bibtex import parse_bibliography
from octavo.resolve.library import understand

SHARED = Path(__file__).resolve().parents[2] / "shared"
SUITE = SHARED / "csl-suite"
GOLDEN = SHARED / "csl-golden"

#: Where the golden items are read from, by the names that results have for it.
SOURCES = ("CSL-JSON", "BibTeX")

#: What main returns if there is nothing to compare with.
NOT_FOUND = 2

_RESULT = re.compile(r">>=+ RESULT =+>>\n(.*?)<<=+ RESULT =+<<", re.DOTALL)

Items = list[Mapping[str, Any]]


@dataclass(frozen=True)
class Result:
    """What was expected of the processor, and what it made.

    A case of the suite is named as its file is; a golden reference ``BibTeX apa entry b2``: by source, style, kind
    (``order`` of the bibliography, ``entry`` or ``citation``) and item.
    """

    name: str
    expected: str
    actual: str

    @property
    def passes(self) -> bool:
        """Tell whether the two are the same."""
        return self.expected == self.actual


def suite_results(folder: Path = SUITE) -> Iterator[Result]:
    """Run the cases of the test suite, one after another; an exception is a result like any other."""
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8-sig")
        given = _RESULT.search(text)
        expected = given[1].strip().replace("&amp;", "&#38;") if given else ""  # the suite writes either
        try:
            actual = render_fixture(text).strip()
        except Exception as fault:
            actual = f"{type(fault).__name__}: {fault}"
        yield Result(path.stem, expected, actual)


def golden_results(source: str, folder: Path = GOLDEN) -> Iterator[Result]:
    """Format the golden items, read from one of `SOURCES`, in every style, and compare the text without tags."""
    items = golden_items(source, folder)
    for style, golden in _read_json(folder / "expected.json").items():
        clusters = [Cluster((Cite(item["id"]),)) for item in items]
        document = format_document(load_style(style), items, clusters)
        entries = {entry.id: entry.html for entry in document.entries}
        citations = {item["id"]: cluster.html for item, cluster in zip(items, document.clusters, strict=True)}
        yield Result(f"{source} {style} order -", " ".join(golden["order"]), " ".join(entries))
        for kind, expected, actual in (("entry", golden["bib"], entries), ("citation", golden["cite"], citations)):
            for item, text in expected.items():
                yield Result(f"{source} {style} {kind} {item}", _plain(text), _plain(actual.get(item, "")))


def golden_items(source: str, folder: Path = GOLDEN) -> Items:
    """Return the golden items in their order, from the CSL-JSON or from what the ``.bib`` file becomes."""
    items: Items = _read_json(folder / "items.json")
    if source == "CSL-JSON":
        return items
    file = SourceFile("items.bib", (folder / "items.bib").read_text(encoding="utf-8"))
    settings = BibliographySettings()
    read = {entry.citekey: entry.item for entry in understand(parse_bibliography((file,)).entries, settings)}
    return [read[item["id"]] for item in items if item["id"] in read]


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


def by_style(results: Sequence[Result]) -> str:
    """Return how many golden results of each style are right, in one line."""
    styles = [result.name.split()[1] for result in results]
    right = Counter(style for style, result in zip(styles, results, strict=True) if result.passes)
    return ", ".join(f"{style} {right[style]} of {count}" for style, count in Counter(styles).items())


def differences(results: Sequence[Result]) -> Iterator[str]:
    """Yield what is not as expected, in three lines each."""
    for result in results:
        if not result.passes:
            yield f"\n{result.name}\n  expected {result.expected!r}\n  actual   {result.actual!r}"


def main(arguments: Sequence[str], suite: Path = SUITE, golden: Path = GOLDEN) -> int:
    """Print both scores; return 0, or `NOT_FOUND` if one can't be told."""
    parser = argparse.ArgumentParser(description="Say how right the CSL processor is.")
    parser.add_argument("--verbose", action="store_true", help="list what differs")
    verbose: bool = parser.parse_args(arguments).verbose
    shown: list[Result] = []
    if suite.is_dir():
        results = list(suite_results(suite))
        right = sum(result.passes for result in results)
        print(f"CSL test suite: {right} of {len(results)} cases ({100 * right / max(len(results), 1):.1f} %)")
        shown += results
    if golden.is_dir():
        for source in SOURCES:
            results = list(golden_results(source, golden))
            print(f"Golden references from {source}: {sum(result.passes for result in results)} of {len(results)}")
            print(fill(by_style(results), 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
            shown += results
    if verbose:
        for difference in differences(shown):
            print(difference)
    missing = [folder for folder in (suite, golden) if not folder.is_dir()]
    for folder in missing:
        print(f"There is nothing to compare with: {folder} was not found.", file=sys.stderr)
    return NOT_FOUND if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
