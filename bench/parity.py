"""Sees that two generators made the same of a site, so that what is compared is the same work."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from generators import Generator
from pages import page_url
from processes import BenchError

#: What is counted in the article of a page, by the patterns that match it in either generator's HTML.
COUNTED = {
    "citations": r'<a class="cite"',
    "references": r'<li id="ref-',
    "formulas in MathML": r"<math[ >]",
    "formulas in TeX": r"\\operatorname",
    "headings": r'<h[23] id="(?!references)',
    "links to pages": r'<a href="[^"#]*note-\d{5}/">note \d+<',
    "figures": r'<figure class="figure"',
    "captions": r"Figure 1\.",
    "tables": r"<table",
    "cells": r"<td",
    "blocks of code": r'<code class="language-python"',
    "highlighted words": r'<span class="[a-z][a-z0-9]?">layer_',
    "times": r"<time",
}

#: Where the article ends: after it Octavo has more of it, for other programs.
ARTICLE = re.compile(r'<article class="prose">(.*?)(?:</article>|<aside class="card")', re.DOTALL)


def check_parity(ours: Generator, theirs: Generator, numbers: Iterable[int]) -> None:
    """See that pages have the same on them, and the site the same pages."""
    for number in numbers:
        counts = [_count(generator.output / page_url(number)[1:] / "index.html") for generator in (ours, theirs)]
        if counts[0] != counts[1]:
            raise BenchError(f"the sites differ on page {number}:\n{counts[0]}\n{counts[1]}")


def _count(path: Path) -> dict[str, int]:
    article = ARTICLE.search(path.read_text(encoding="utf-8"))
    if article is None:
        raise BenchError(f"{path} has no article")
    return {name: len(re.findall(pattern, article[1])) for name, pattern in COUNTED.items()}
