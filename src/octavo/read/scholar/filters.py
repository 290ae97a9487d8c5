"""jekyll-scholar's ``bibtex_filters``: what of the LaTeX in a bibliography is understood, and what stays as written."""

from __future__ import annotations

import re
from collections.abc import Collection

#: The filter for all that LaTeX has; with it nothing stays as it is written.
LATEX = "latex"

#: The command that each of the other filters is for.
COMMANDS = {
    "superscript": "textsuperscript",
    "smallcaps": "textsc",
    "italics": "emph",
    "textit": "textit",
    "lowercase": "lowercase",
    "textregistered": "textregistered",
    "tiny": "tiny",
}

#: All filters; an address in a reference is a link in any case, so that for Markdown has nothing to do.
FILTERS = (LATEX, *COMMANDS, "linebreaks", "markdown")

#: Fields in prose. Names, numbers and addresses are understood in any case: they are no text for a page until then.
PROSE = frozenset(
    "title subtitle shorttitle titleaddon booktitle booksubtitle maintitle journaltitle journal shortjournal series"
    " publisher institution school organization location address note addendum abstract annote annotation howpublished"
    " type keywords".split()
)

#: Signs of LaTeX by the LaTeX that prints them.
_PRINTED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "~": r"\textasciitilde{}",
    "`": r"\textasciigrave{}", "--": "-{}-", "''": r"\textquotesingle{}\textquotesingle{}",
}  # fmt: skip
_SIGN = re.compile(r"\\(?P<command>[a-zA-Z]+)|--|''|[\\{}$~`]")


def understood_latex(field: str, value: str, filters: Collection[str]) -> str:
    """Return the LaTeX that prints a field as the filters leave it: what none of them is for is printed as written."""
    if LATEX in filters or field not in PROSE:
        return value
    return _printed(value, frozenset(COMMANDS[name] for name in filters if name in COMMANDS))


def _printed(text: str, commands: frozenset[str]) -> str:
    pieces: list[str] = []
    place = 0
    while found := _SIGN.search(text, place):
        pieces.append(text[place : found.start()])
        name, place = found["command"], found.end()
        end = _closing(text, place) if name in commands else -1
        if end > 0:
            pieces.append(f"\\{name}{{{_printed(text[place + 1 : end], commands)}}}")
            place = end + 1
        elif name in commands:
            pieces.append(f"\\{name}{{}}")
        else:
            pieces.append(_PRINTED["\\"] + name if name else _PRINTED[found[0]])
    return "".join((*pieces, text[place:]))


def _closing(text: str, opening: int) -> int:
    """Return the place of the brace that closes the one at ``opening``, or -1."""
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, opening) if text[opening : opening + 1] == "{" else ():
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.start()
    return -1
