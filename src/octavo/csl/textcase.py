"""The values of ``text-case`` (CSL 1.0.2, "Text-case"), on texts with marks; what is in ``nocase`` stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from octavo.csl.richtext import CLOSING, FIRST_MARK, LAST_MARK, OPENING

TextCase = Callable[[str, bool, str], str]

#: Words that English titles write small unless they begin or end the title or a part of it.
STOP_WORDS = frozenset(
    "a according across afore after against along amid among an and anenst apropos apud around as at athwart atop "
    "barring before below beneath beside between beyond but by circa de despite down during et except for forenenst "
    "from given in into is lest like modulo near next nor notwithstanding of off on onto or out over pace past per "
    "plus pro qua sans since so than that the through throughout thru til till to toward under underneath until "
    "unto up upon v vs versus via vis-à-vis von when with within without yet d von van ca. about".split()
) - {"is", "when", "that"}

#: Those that lose a capital they have: the words of the specification, but for ``A``, which is more often a letter.
_LOWERED = frozenset(
    "an and as at but by down for from in into nor of on onto or over so the till to up via with yet".split()
)

_OPEN_NOCASE, _CLOSE_NOCASE = OPENING["nocase"], CLOSING["nocase"]
_NOCASE = re.compile(f"({_OPEN_NOCASE}[^{_CLOSE_NOCASE}]*{_CLOSE_NOCASE})")
_MARK = f"[{FIRST_MARK}-{LAST_MARK}]"
_WORD = re.compile(rf"(?:[^\W_]|[’'`.](?=[^\W_])|{_MARK}(?=[^\W_])|[\u0300-\u036f])+|[^\W_]+")
_SUPERSCRIPTS = (OPENING["superscript"], OPENING["subscript"])


def apply_case(name: str, text: str, is_english: bool, language: str = "") -> str:
    """Apply a value of ``text-case``; one that doesn't exist leaves the text alone."""
    change = CASES.get(name)
    return change(text, is_english, language) if change and text else text


def _outside_nocase(change: Callable[[str], str], text: str) -> str:
    if _OPEN_NOCASE not in text:
        return change(text)
    parts = _NOCASE.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _lowercase(text: str, is_english: bool, language: str) -> str:
    return _outside_nocase(str.lower, text)


def _uppercase(text: str, is_english: bool, language: str) -> str:
    if re.match("(?:tr|az)(?![a-z])", language):  # a dotted i has a dotted capital there
        return _outside_nocase(lambda part: part.replace("i", "İ").upper(), text)
    return _outside_nocase(str.upper, text)


def _first_letter(text: str) -> int:
    """Return the place of the first letter or digit if it may be changed, else -1."""
    hidden = False
    for place, character in enumerate(text):
        if character == _OPEN_NOCASE:
            hidden = True
        elif character.isalnum():
            return -1 if hidden else place
    return -1


def _capitalize_first(text: str, is_english: bool, language: str) -> str:
    place = _first_letter(text)
    if place < 0 or any(mark in text[:place] for mark in _SUPERSCRIPTS) or not _may_capitalize(text[place:]):
        return text
    return text[:place] + text[place].upper() + text[place + 1 :]


def _may_capitalize(text: str) -> bool:
    """Tell whether a word is written small throughout: ``iPad`` begins as it begins."""
    word = _WORD.match(text)
    return word is not None and (text[0].isdigit() or word[0][0].islower()) and not _has_capital(word[0][1:])


def _has_capital(text: str) -> bool:
    return any(character.isupper() for character in text)


def _capitalize_all(text: str, is_english: bool, language: str) -> str:
    def capitalize(part: str) -> str:
        return _WORD.sub(lambda match: match[0] if _has_capital(match[0]) else match[0][0].upper() + match[0][1:], part)

    return _outside_nocase(capitalize, text)


def _sentence(text: str, is_english: bool, language: str) -> str:
    plain = _NOCASE.sub("", text)
    if plain.isupper():
        text = _outside_nocase(str.lower, text)
    return _capitalize_first(text, is_english, language)


def _title(text: str, is_english: bool, language: str) -> str:
    """Write an English title's words large, but for the small words inside it (CSL 1.0.2, "Title Case Conversion")."""
    if not is_english:
        return text
    shown = _NOCASE.sub("", text)
    if shown.isupper() and len(shown.split()) > 1:
        text = _outside_nocase(str.lower, text)
    hidden = [match.span() for match in _NOCASE.finditer(text)] if _OPEN_NOCASE in text else []
    words = list(_WORD.finditer(text))
    out: list[str] = []
    done = 0
    for number, match in enumerate(words):
        word, start = match[0], match.start()
        out.append(text[done:start])
        done = match.end()
        if any(first <= start < last for first, last in hidden):
            out.append(word)
            continue
        is_last = number == len(words) - 1
        out.append(_title_word(word, text[:start], text[done:], number == 0 or is_last))
    return "".join((*out, text[done:]))


_PART_ENDED = re.compile(rf"[:?!]{_MARK}*[\s\u00a0]+[^\w]*$")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?$")


def _title_word(word: str, before: str, after: str, is_end: bool) -> str:
    plain = re.sub(_MARK, "", word)
    starts_part = bool(_PART_ENDED.search(before))
    if plain.istitle() and plain.lower() in _LOWERED and not (is_end or starts_part or "-" in before[-1:] + after[:1]):
        return word.lower()
    if _has_capital(plain) or _ACRONYM.match(plain):
        return word
    is_small = plain in STOP_WORDS and not after.startswith("-")
    if before.endswith(("$", "#", "@", "^", "_", "\\")):
        return word  # part of a formula or a name that is no word
    if (is_small and not is_end and not starts_part) or (len(plain) == 1 and not plain.isascii()):
        return word
    if re.match(r"(?:d|l)[’'`]\w", plain) and not is_end:
        return word
    place = next((n for n, character in enumerate(word) if character.isalnum()), -1)
    return word if place < 0 else word[:place] + word[place].upper() + word[place + 1 :]


CASES: dict[str, TextCase] = {
    "lowercase": _lowercase,
    "uppercase": _uppercase,
    "capitalize-first": _capitalize_first,
    "capitalize-all": _capitalize_all,
    "sentence": _sentence,
    "title": _title,
}
