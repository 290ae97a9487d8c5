"""Time the CSL processor beside citeproc-py on the same items: ``python bench/csl.py``; prints a table in Markdown."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from octavo.csl import format_document, load_style

STYLES = ("apa", "ieee", "nature", "chicago-author-date", "modern-language-association")
FAMILIES = ("Adams", "Brown", "Clark", "Díaz", "Evans", "Fischer", "Garcia", "Huang", "Ito", "Jones", "Kim", "Lopez")
ENDINGS = ("", "son", "ova", "berg", "feld", "ley", "man", "wick")
GIVEN = ("Ann", "Ben", "Carla", "Dev", "Eve", "Frank", "Grace", "Hiro", "Iris", "Jan")
WORDS = ("attention", "models", "language", "learning", "deep", "sparse", "scaling", "tokens", "training", "memory")

#: How many references are enough to see what one costs; citeproc-py takes a hundred times as long for each.
OURS, THEIRS = 1_000, 30
LIBRARY = 5_000
RUNS = 5


def make_items(count: int) -> list[dict[str, Any]]:
    """Make articles, books and papers that look like those of a library; the same for the same count."""
    random = Random(count)
    return [_item(random, number) for number in range(count)]


def _item(random: Random, number: int) -> dict[str, Any]:
    kind = random.choice(("article-journal", "article-journal", "book", "paper-conference"))
    first = random.randint(1, 400)
    item: dict[str, Any] = {
        "id": f"item{number}",
        "type": kind,
        "title": f"On {' '.join(random.choices(WORDS, k=5))}",
        "author": [
            {"family": random.choice(FAMILIES) + random.choice(ENDINGS), "given": random.choice(GIVEN)}
            for _ in range(random.randint(1, 5))
        ],
        "issued": {"date-parts": [[random.randint(1990, 2025), random.randint(1, 12)]]},
        "DOI": f"10.1000/{number}",
    }
    if kind == "book":
        return item | {"publisher": "Harbour Press", "publisher-place": "London"}
    container = "Journal of Notes" if kind == "article-journal" else "Proceedings of the Meeting on Notes"
    return item | {"container-title": container, "volume": str(random.randint(1, 40)), "page": f"{first}-{first + 12}"}


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median time of some runs."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times)


def seconds_of_citeproc_py(style: str, items: list[dict[str, Any]]) -> float:
    """Return the time that citeproc-py takes for a bibliography."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    warnings.simplefilter("ignore")  # it warns of each field that it doesn't know
    loaded = CitationStylesStyle(style, validate=False)
    bibliography = CitationStylesBibliography(loaded, CiteProcJSON(items), formatter.html)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))

    def work() -> None:
        bibliography.sort()
        for entry in bibliography.bibliography():
            str(entry)

    return seconds(work, 1)


def main() -> None:
    """Print a row for each style."""
    load_style("apa")  # reads the locale, once for all styles
    print("| Style | compiled in | a reference | 5,000 references, sorted and told apart | citeproc-py, a reference |")
    print("|:--|--:|--:|--:|--:|", flush=True)
    ours, library, theirs = make_items(OURS), make_items(LIBRARY), make_items(THEIRS)
    for name in STYLES:
        style = load_style(name)
        compiled = seconds(lambda name=name: load_style(name))  # type: ignore[misc]  # the default argument
        one = seconds(lambda style=style: _listed(style, ours)) / OURS  # type: ignore[misc]  # the default argument
        whole = seconds(lambda style=style: _listed(style, library), 1)  # type: ignore[misc]  # the default argument
        other = seconds_of_citeproc_py(name, theirs) / THEIRS
        print(
            f"| {name} | {compiled * 1e3:.0f} ms | {one * 1e3:.2f} ms | {whole:.1f} s | {other * 1e3:.1f} ms |",
            flush=True,
        )


def _listed(style: Any, items: list[dict[str, Any]]) -> str:
    return "".join(entry.body for entry in format_document(style, items, []).entries)


if __name__ == "__main__":
    main()
