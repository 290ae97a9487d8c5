"""Writes the made-up site for Octavo."""

from __future__ import annotations

from pathlib import Path

from made_up import draw_figure, make_page, make_work
from notation import Notation
from pages import Scope, Size, Work, page_path

#: There is no search, for Hugo has none.
CONFIGURATION = 'title = "Bench"\nbase_url = "https://notes.example"\nsearch = false\n'

OF_SCOPE = {
    Scope.WHOLE: "",
    Scope.SAME: "entry_pages = false\nsocial_cards = false\nmarkdown = false\n",
    Scope.TEX: 'math = "tex"\n',
}

#: What BibTeX files write for letters that are not in ASCII.
IN_BIBTEX = str.maketrans({"ü": r"{\"u}", "ñ": r"{\~n}"})


def write_octavo_site(folder: Path, size: Size, scope: Scope = Scope.WHOLE) -> None:
    """Write a site for Octavo into ``folder``."""
    write_file(folder / "octavo.toml", CONFIGURATION + OF_SCOPE[scope])
    works = map(make_work, range(size.entries))
    write_file(folder / "bibliography" / "references.bib", "\n".join(map(_in_bibtex, works)))
    write_file(folder / "content" / "index.md", "---\ntitle: Bench\n---\n\nAll of this is made up.\n")
    write_pages(folder, size, Notation())


def write_pages(folder: Path, size: Size, notation: Notation) -> None:
    """Write the pages and their figures, which lie where both generators look for them."""
    for number in range(size.pages):
        write_file(folder / "content" / page_path(number), notation.page(make_page(number, size)))
        write_file(folder / "static" / "images" / f"figure-{number}.svg", draw_figure(number))


def write_file(path: Path, text: str) -> None:
    """Write a text, and the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _in_bibtex(work: Work) -> str:
    authors = " and ".join(f"{family}, {given}" for family, given in work.authors).translate(IN_BIBTEX)
    title = work.title.replace("BERT", "{BERT}")
    fields = ", ".join(f"{name} = {{{value}}}" for name, value in work.fields.items())
    return (
        f"@{work.kind}{{{work.citekey},\n  author = {{{authors}}},\n  title = {{{title}}},\n"
        f"  year = {{{work.year}}},\n  {fields},\n  pages = {{{work.pages[0]}--{work.pages[1]}}},\n"
        f"  doi = {{{work.doi}}}\n}}\n"
    )
