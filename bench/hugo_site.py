"""Writes the made-up site for Hugo: the same pages, citations by shortcode, formulas by Hugo's own extension.

The templates are in ``hugo_templates/``, written as Hugo's documentation advises: what is the same on many pages is
made once. Hugo has no citations of its own, so shortcodes look works up in a file of CSL-JSON, as a reference manager
exports it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from made_up import make_work
from notation import Notation
from octavo_site import write_file, write_pages
from pages import Citation, Scope, Size, Work

TEMPLATES = Path(__file__).with_name("hugo_templates")

#: The types of BibTeX and its fields that CSL calls by other names (https://docs.citationstyles.org).
TYPES = {"article": "article-journal", "inproceedings": "paper-conference", "book": "book", "misc": "article"}
NAMES = {
    "journal": "container-title",
    "booktitle": "container-title",
    "number": "issue",
    "address": "publisher-place",
    "archiveprefix": "publisher",
    "eprint": "number",
}


class HugoNotation(Notation):
    """Hugo's Markdown with the shortcodes of this site."""

    def citation(self, citation: Citation) -> str:
        """Write a citation as a shortcode."""
        if citation.form == "narrative":
            return f'as {{{{< citet "{citation.works[0][0]}" >}}}} says'
        works = (f'"{citekey}{f", p. {place}" if place else ""}"' for citekey, place in citation.works)
        return f"{{{{< citep {' '.join(works)} >}}}}"

    def formula(self, tex: str) -> str:
        """Write a formula between the delimiters that the configuration names."""
        return rf"\({tex}\)"

    def figure(self, page: int) -> str:
        """Write a figure as a shortcode."""
        return (
            f'{{{{< figure src="/images/figure-{page}.svg" alt="Loss over steps" '
            f'label="Figure 1" caption="The loss of run {page}, smoothed." >}}}}'
        )


def write_hugo_site(folder: Path, size: Size, scope: Scope = Scope.WHOLE) -> None:
    """Write a site for Hugo into ``folder``."""
    shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
    if scope is Scope.TEX:
        (folder / "layouts" / "_markup" / "render-passthrough.html").unlink()
    items = [_as_csl_json(make_work(number)) for number in range(size.entries)]
    write_file(folder / "data" / "references.json", json.dumps(items, ensure_ascii=False, indent=1))
    write_file(folder / "content" / "_index.md", "---\ntitle: Bench\n---\n\nAll of this is made up.\n")
    write_file(folder / "content" / "bibliography.md", "---\ntitle: Bibliography\nlayout: bibliography\n---\n")
    write_pages(folder, size, HugoNotation())
    for section in sorted((folder / "content").glob("part-*")):
        write_file(section / "_index.md", f"---\ntitle: {section.name.replace('-', ' ').capitalize()}\n---\n")


def _as_csl_json(work: Work) -> dict[str, object]:
    fields = {NAMES.get(name, name): value for name, value in work.fields.items()}
    return {
        "id": work.citekey,
        "type": TYPES[work.kind],
        "author": [{"family": family, "given": given} for family, given in work.authors],
        "title": work.title,
        "issued": {"date-parts": [[work.year]]},
        **fields,
        "page": f"{work.pages[0]}–{work.pages[1]}",
        "DOI": work.doi,
    }
