"""Terms, dates and habits of a language (CSL 1.0.2, "Locale Files"), with what a style puts in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from octavo.csl.repository import dialects_of, read_locale
from octavo.csl.xml import Node

#: Where to look for a term that has not the form asked for.
FALLBACKS = {"verb-short": "verb", "verb": "long", "symbol": "short", "short": "long"}


@dataclass(frozen=True)
class Term:
    """A term in the singular and the plural; ``gender`` is its own."""

    single: str
    multiple: str
    gender: str = ""
    match: str = ""


@dataclass(frozen=True)
class Locale:
    """A language as a style sees it. Terms are by (name, form) or, for ordinals, (name, ``gender-form``)."""

    language: str
    terms: Mapping[tuple[str, str], Term]
    ordinals: Mapping[tuple[str, str], Term]
    dates: Mapping[str, Node]
    options: Mapping[str, str]

    def term(self, name: str, form: str = "long", plural: bool = False) -> str:
        """Return a term in a form, or in the nearest form there is; nothing if there is no such term."""
        found = self._find(name, form)
        return (found.multiple if plural else found.single) if found else ""

    def has_term(self, name: str) -> bool:
        """Tell whether there is a term of this name."""
        return (name, "long") in self.terms or (name, "short") in self.terms

    def gender(self, name: str) -> str:
        """Return the grammatical gender of a noun."""
        found = self._find(name, "long")
        return found.gender if found else ""

    def _find(self, name: str, form: str) -> Term | None:
        while True:
            found = self.terms.get((name, form))
            if found is not None or form not in FALLBACKS:
                return found
            form = FALLBACKS[form]

    @property
    def punctuation_in_quote(self) -> bool:
        """Tell whether a full stop goes inside the quotes before it."""
        return self.options.get("punctuation-in-quote") == "true"

    def ordinal(self, number: int, gender: str = "") -> str:
        """Return a number with its suffix: ``2nd``."""
        return f"{number}{self._suffix(number, gender)}"

    def _suffix(self, number: int, gender: str) -> str:
        for wanted in dict.fromkeys((gender, "")):
            whole = self._ordinal(f"ordinal-{number:02d}", wanted, "whole-number")
            hundreds = self._ordinal(f"ordinal-{number % 100:02d}", wanted, "last-two-digits")
            tens = self._ordinal(f"ordinal-{number % 10:02d}", wanted, "last-digit")
            plain = self.ordinals.get(("ordinal", wanted))
            if found := whole or hundreds or tens or plain:
                return found.single
        return ""

    def _ordinal(self, name: str, gender: str, match: str) -> Term | None:
        found = self.ordinals.get((name, gender))
        if found is None:
            return None
        own = found.match or ("last-two-digits" if int(name[-2:]) >= 10 else "last-digit")
        return found if own == match or (match == "whole-number" and own == "whole-number") else None

    def long_ordinal(self, number: int, gender: str = "") -> str:
        """Return a number as a word, up to ten: ``second``; larger ones as `ordinal`."""
        name = f"long-ordinal-{number:02d}"
        for wanted in dict.fromkeys((gender, "")):
            if found := self.ordinals.get((name, wanted)):
                return found.single
        return self.ordinal(number, gender)


def load_locale(language: str, overrides: Iterable[Node]) -> Locale:
    """Load a language, its gaps filled from its main dialect and from American English.

    ``overrides`` are a style's own ``<locale>`` elements; those of other languages are passed over.
    """
    language = language or "en-US"
    return _with_overrides(language, _read_base(dialects_of(language)), _own_layers(language, overrides))


def _own_layers(language: str, overrides: Iterable[Node]) -> list[Node]:
    main = language.split("-", maxsplit=1)[0]
    order = {"": 0, main: 1, language: 2}
    chosen = [node for node in overrides if node.get("lang") in order]
    return sorted(chosen, key=lambda node: order[node.get("lang")])


def _with_overrides(language: str, base: Locale, own: list[Node]) -> Locale:
    terms, dates, options = dict(base.terms), dict(base.dates), dict(base.options)
    ordinals = dict(base.ordinals)
    for layer in own:
        new_terms, new_ordinals = _terms_of(layer)
        terms |= new_terms
        ordinals = _with_ordinals(ordinals, new_ordinals)
        dates |= {node.get("form"): node for node in layer.find_all("date")}
        for node in layer.find_all("style-options"):
            options |= node.attributes
    return Locale(language, terms, ordinals, dates, options)


@lru_cache(maxsize=8)  # a function of the installed package alone
def _read_base(languages: tuple[str, ...]) -> Locale:
    """Read the locale files of languages, the nearest first."""
    terms: dict[tuple[str, str], Term] = {}
    ordinals: dict[tuple[str, str], Term] = {}
    dates: dict[str, Node] = {}
    options: dict[str, str] = {}
    for layer in [node for one in reversed(languages) if (node := read_locale(one))]:
        new_terms, new_ordinals = _terms_of(layer)
        terms |= new_terms
        ordinals = _with_ordinals(ordinals, new_ordinals)
        dates |= {node.get("form"): node for node in layer.find_all("date")}
        for node in layer.find_all("style-options"):
            options = dict(node.attributes)
    return Locale("", terms, ordinals, dates, options)


def _with_ordinals(old: dict[tuple[str, str], Term], new: dict[tuple[str, str], Term]) -> dict[tuple[str, str], Term]:
    """Replace ordinal suffixes as a whole: those of two languages never mix. Words for ordinals are replaced singly."""
    kept = old
    if any(name.startswith("ordinal") for name, _ in new):
        kept = {key: term for key, term in old.items() if not key[0].startswith("ordinal")}
    return kept | new


def _terms_of(layer: Node) -> tuple[dict[tuple[str, str], Term], dict[tuple[str, str], Term]]:
    terms: dict[tuple[str, str], Term] = {}
    ordinals: dict[tuple[str, str], Term] = {}
    for group in layer.find_all("terms"):
        for node in group.find_all("term"):
            single, multiple = node.find("single"), node.find("multiple")
            text = single.text if single else node.text if node.text.strip() or "\n" not in node.text else ""
            plural = multiple.text if multiple else text
            term = Term(text, plural, node.get("gender"), node.get("match"))
            name = node.get("name")
            if name.startswith(("ordinal", "long-ordinal")):
                ordinals[name, node.get("gender-form")] = term
            else:
                terms[name, node.get("form", "long")] = term
    return terms, ordinals
