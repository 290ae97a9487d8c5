"""One name, written as a style wants it (CSL 1.0.2, "Name", "Name-part Order", "Names"; initials after Appendix)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from octavo.csl.items import Name
from octavo.csl.markings import Markings
from octavo.csl.richtext import strip_marks

_EASTERN = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_APOSTROPHES = ("'", "’", "-", "\u2010")


@dataclass(frozen=True)
class PartStyle:
    """How one part of a name is written."""

    marks: Markings
    prefix: str
    suffix: str

    def apply(self, text: str) -> str:
        """Format a part; its affixes are put around it elsewhere, for they may hold more than it."""
        return text if self.marks.is_plain else self.marks.apply(text, True)


@dataclass(frozen=True)
class PersonStyle:
    """How each name of a list is written.

    ``initialize_with`` is None if given names are written out; ``demotes`` is true if a non-dropping particle goes
    behind the given name where names are inverted.
    """

    form: str
    initialize_with: str | None
    initialize: bool
    hyphenates: bool
    sort_separator: str
    demotes: bool
    family: PartStyle
    given: PartStyle


def write_person(name: Name, style: PersonStyle, inverted: bool, level: int) -> str:
    """Return a name with marks; ``level`` of given name is 0 for as the style says, 1 for initials, 2 for all of it."""
    if name.literal:
        return _around(style.family, style.family.apply(name.literal))
    if not name.family:
        return _around(style.given, style.given.apply(name.given))
    if _EASTERN.search(name.family):
        return _write_eastern(name, style, level)
    if style.form == "short" and level == 0:
        return _around(
            style.family,
            _join_particle(style.family.apply(name.non_dropping_particle), style.family.apply(name.family)),
        )
    given = _given_of(name, style, level)
    return _write_inverted(name, given, style) if inverted else _write_plain(name, given, style)


def _around(part: PartStyle, text: str) -> str:
    return f"{part.prefix}{text}{part.suffix}" if text else ""


def _given_of(name: Name, style: PersonStyle, level: int) -> str:
    if level == 2 or style.initialize_with is None:
        return name.given
    return initials(name.given, style.initialize_with, style.initialize, style.hyphenates)


def _write_eastern(name: Name, style: PersonStyle, level: int) -> str:
    family = _around(style.family, style.family.apply(name.family))
    if style.form == "short" and level == 0:
        return family
    gap = " " if name.given and not _EASTERN.search(name.given) else ""
    return family + gap + _around(style.given, style.given.apply(name.given))


def _write_plain(name: Name, given: str, style: PersonStyle) -> str:
    family = _join_particle(style.family.apply(name.non_dropping_particle), style.family.apply(name.family))
    family = _join_particle(_particle(name.dropping_particle, style.given), family)
    if name.suffix:
        family = f"{family}{',' if name.comma_suffix else ''} {name.suffix}"
    first = _around(style.given, style.given.apply(given)).rstrip(" ") if given else ""
    if first and name.comma_particle:
        first += ","
    last = _around(style.family, family)
    if first.endswith("\u00a0") or last.startswith("\u00a0"):
        return first + last
    return " ".join(part for part in (first, last) if part)


def _write_inverted(name: Name, given: str, style: PersonStyle) -> str:
    behind = [_particle(name.dropping_particle, style.given)]
    family = style.family.apply(name.family)
    if name.non_dropping_particle and style.demotes:
        behind.append(style.family.apply(name.non_dropping_particle))
    else:
        family = _join_particle(style.family.apply(name.non_dropping_particle), family)
    first = style.given.apply(given.rstrip(" ")) if given else ""
    if first and name.comma_particle:
        first += ","
    written = " ".join(part for part in (first, *behind) if part)
    parts = [_around(style.family, family), _around(style.given, written), name.suffix]
    return style.sort_separator.join(part for part in parts if part)


def _particle(particle: str, part: PartStyle) -> str:
    """Format a particle like the part of the name it goes with, but in its own case."""
    return part.marks.surround(particle)


def _join_particle(particle: str, rest: str) -> str:
    if not particle or not rest:
        return particle or rest
    return particle + rest if particle.endswith(_APOSTROPHES) else f"{particle} {rest}"


# Initials.

_ABBREVIATION = re.compile(r"(?<=\.)(?=[^\W\d_])")
_PLAIN_INITIAL = re.compile(r"[^\W\d_]$")


def initials(given: str, terminator: str, initialize: bool, hyphenates: bool) -> str:
    """Shorten given names to initials, each followed by ``terminator``; words without a capital stay as they are.

    Without ``initialize`` only what is written as an initial or abbreviation is given the terminator.

    >>> initials("Jean-Luc M.", ". ", True, True)
    'J.-L. M.'
    """
    out = ""
    was_short = False
    for word in given.replace("\u00a0", " ").split():
        for place, chunk in enumerate(part for part in re.split("[-\u2010]", word) if part):
            for number, part in enumerate(_ABBREVIATION.split(chunk)):
                hyphen = place > 0 and number == 0
                short = _shortened(part, initialize)
                if short is None:
                    if hyphen and initialize:
                        continue  # the small half of a double name
                    out = f"{out.rstrip(' ') if hyphen else _spaced(out)}{'-' if hyphen else ''}{part}"
                    was_short = False
                    continue
                if hyphen:
                    out = out.rstrip(" ") + ("-" if hyphenates else "")
                elif not was_short:
                    out = _spaced(out)
                out += _ended(short, terminator)
                was_short = True
    return out.strip(" ")


def _spaced(text: str) -> str:
    return text if not text or text.endswith((" ", "\u00a0")) else f"{text} "


def _shortened(part: str, initialize: bool) -> str | None:
    """Return a name's initial, or an abbreviation without its full stop; nothing for what can't be shortened."""
    plain = strip_marks(part)
    if plain.endswith(".") and len(plain) > 2:
        return part.replace(".", "")
    if _PLAIN_INITIAL.match(plain.rstrip(".")):
        return part.replace(".", "") if plain[0].isupper() or plain.endswith(".") or initialize else part
    if not initialize or not plain[:1].isalpha() or plain[:1].islower():
        return None
    first = next(place for place, character in enumerate(part) if character == plain[0])
    closing = "".join(one for one in part[first + 1 :] if one != "." and not strip_marks(one))
    return part[: first + 1] + closing


def _ended(short: str, terminator: str) -> str:
    """Put the terminator behind the letter, inside the formats that end with it."""
    end = len(short)
    while end and not strip_marks(short[end - 1]):
        end -= 1
    mark = terminator.rstrip(" ")
    return short[:end] + mark + short[end:] + terminator[len(mark) :]
