"""Lists of names as BibTeX writes them, to CSL-JSON's names."""

from __future__ import annotations

import re

from octavo.read.latex import plain_text

#: What stands before a family name, in CSL-JSON; the first is left out where the name stands alone.
PARTICLES = ("dropping-particle", "non-dropping-particle")

#: A name that stands for all the others; the processor prints "et al.".
OTHERS = {"literal": "others"}


def parse_names(field: str, keeps_particles: bool = False) -> list[dict[str, str]]:
    """Parse ``author = {Knuth, Donald E. and {NASA} and others}``; what pybtex can't read is one literal name.

    The "van" of a family name is left out where the name stands alone, as biblatex does, or kept, as BibTeX does.
    """
    if not field.strip():
        return []
    from pybtex.bibtex.utils import split_name_list

    particle = PARTICLES[keeps_particles]
    parsed = [_parse_name(name, particle) for name in split_name_list(" ".join(field.split())) if name.strip()]
    return [name for name in parsed if any(name.values())]


def _parse_name(name: str, particle: str) -> dict[str, str]:
    name = " ".join(name.split())
    if name == "others":
        return dict(OTHERS)
    if re.fullmatch(r"\{.*\}", name) and _is_one_group(name):
        return {"literal": plain_text(name)}
    from pybtex.database import Person
    from pybtex.errors import capture

    with capture():  # too many commas: pybtex reports it and goes on with what it has
        try:
            person = Person(name)
        except Exception:  # pybtex stumbles over braces that don't match
            return {"literal": plain_text(name)}
    parts = {
        "family": person.last_names,
        "given": [*person.first_names, *person.middle_names],
        particle: person.prelast_names,
        "suffix": person.lineage_names,
    }
    parsed = {part: plain_text(" ".join(words)) for part, words in parts.items() if words}
    return {part: text for part, text in parsed.items() if text} or {"literal": plain_text(name)}


def _is_one_group(name: str) -> bool:
    depth = 0
    for place, character in enumerate(name):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return place == len(name) - 1
    return False
