"""Edits that an author makes; each returns a text that the page it is seen on shows when it is built."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from pages import page_path, page_url
from processes import BenchError

#: The page that is looked at: its source, its URL and its output.
NOTE = Path("content", page_path(0))
URL = page_url(0)
OUTPUT = Path(URL[1:], "index.html")

THEME = Path(__file__).resolve().parents[1] / "templates"


def edit_page(site: Path, number: int) -> str:
    """Write another sentence at the end of a page's first paragraph, in place of the last such one."""
    mark = f"Sentence {number} is new."
    edit_file(site / NOTE, r"(\n---\n\n[^\n]*?)(?: Sentence \d+ is new\.)?\n", rf"\1 {mark}\n")
    return mark


def edit_entry(site: Path, number: int) -> str:
    """Give another title to the first work that the page cites."""
    cited = re.search(r"work\d{4}", (site / NOTE).read_text(encoding="utf-8"))
    if not cited:
        raise BenchError(f"{NOTE} cites nothing")
    mark = f"title {number} of a work"
    pattern = rf"(\{{{cited[0]},.*?title = \{{)[^\n]*(\}},\n)"
    edit_file(site / "bibliography" / "references.bib", pattern, rf"\1New {mark}\2")
    return mark


def edit_template(site: Path, number: int) -> str:
    """Lay the site's own base template over the theme's, with another comment in each page."""
    template = site / "templates" / "base.html.jinja"
    if not template.exists():
        template.parent.mkdir()
        shutil.copy(THEME / template.name, template)
    mark = f"<!-- template {number} -->"
    edit_file(template, "(?:<!-- template [^>]*-->)?</body>", f"{mark}</body>")
    return mark


def edit_file(path: Path, pattern: str, replacement: str) -> None:
    """Replace the first match of a pattern in a file."""
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
    if not count:
        raise BenchError(f"nothing to edit in {path}")
    path.write_text(text, encoding="utf-8", newline="\n")
