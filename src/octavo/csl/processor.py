"""The one module that knows which processor formats: citeproc-py."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from io import BytesIO
from typing import Any

from octavo.csl import markup

Item = Mapping[str, Any]

#: A name in this place of a citation marks where the author would stand, to be cut out again.
_AUTHOR = "\u2063"

#: Locators that stand for any one locator, and for any range of them.
_LOCATORS = ("7000001", "7000001, 7000002")

#: citeproc-py reads the citekey as a dictionary's key; there is one item at a time.
_KEY = "item"

NAME_VARIABLES = (
    *("author", "editor", "translator", "container-author", "collection-editor", "composer", "director"),
    *("editorial-director", "illustrator", "interviewer", "original-author", "recipient", "reviewed-author"),
)
DATE_VARIABLES = ("issued", "accessed", "container", "event-date", "original-date", "submitted")


class Engine:
    """A style and locale in citeproc-py, which formats one item at a time."""

    def __init__(self, style: Any) -> None:
        self._style = style
        self._root = style.root
        # lxml forgets a node's attributes with the last reference to it.
        self._alive = [node for tree in (self._root, *self._root.locales) for node in tree.iter()]
        _remember_searches(self._root, self._alive)
        self._cite_pattern = lru_cache(maxsize=4096)(self._cite_pattern)  # type: ignore[method-assign]  # in front of it

    def reference(self, item: Item, number: int) -> str:
        """Format an item for the bibliography, with its number as the style prints it."""
        layout = self._root.find("{*}bibliography/{*}layout")
        if layout is None:  # a style for notes only: its note is all there is
            return self.cite(item, number, "", "", False)
        return _tidy(self._format(layout, item, number))

    def number_mark(self, number: int) -> str:
        """Return the number as it stands before the reference, in the style's brackets, or nothing."""
        layout = self._root.find("{*}bibliography/{*}layout")
        first = layout[0] if layout is not None and len(layout) else None
        if first is None or first.get("variable") != "citation-number":
            return ""
        return f"{layout.get('prefix', '')}{first.get('prefix', '')}{number}{first.get('suffix', '')}".strip()

    def cite(self, item: Item, number: int, locator: str, label: str, suppress_author: bool) -> str:
        """Format an item for a citation."""
        is_plural = bool(re.search(r"\d[^\d.]+\d", locator))
        stand_in = _LOCATORS[is_plural] if locator else ""
        pattern = self._cite_pattern(json.dumps(item, sort_keys=True), number, stand_in, label, suppress_author)
        return _tidy(pattern.replace(stand_in, markup.protect(locator).replace("-", "–")) if stand_in else pattern)

    def _cite_pattern(self, item_json: str, number: int, stand_in: str, label: str, suppress_author: bool) -> str:
        """Format an item with a locator that stands for any; a much-cited entry has many locators."""
        item = json.loads(item_json)
        layout = self._root.find("{*}citation/{*}layout")
        if suppress_author:
            item["author"] = [{"literal": _AUTHOR}]
        text = self._format(layout, item, number, stand_in, label, affixes=False)
        return re.sub(rf"{_AUTHOR}\W*", "", text) if suppress_author else text

    def names(self, item: Item) -> str:
        """Return the short names of an item's authors, or its title: ``Devlin et al.``, ``Lovelace and Babbage``."""
        people: list[Any] = next(
            (item[name] for name in ("author", "editor") if isinstance(item.get(name), list) and item[name]), []
        )
        names = [_short_name(person) for person in people if isinstance(person, Mapping)]
        term = "" if len(names) != 2 else self._term("and", "and")
        if len(names) == 2 and names[1] != "others":
            return f"{names[0]} {term} {names[1]}"
        if len(names) > 1:
            return f"{names[0]} {self._term('et-al', 'et al.')}"
        return names[0] if names else markup.protect(str(item.get("title", item.get("id", "")))) or "Anonymous"

    def sort_values(self, item: Item) -> Iterator[tuple[bool, Any]]:
        """Yield, for each key of the bibliography's sort, whether the item lacks it, and what it sorts by."""
        sort = self._root.find("{*}bibliography/{*}sort")
        if sort is None:
            return
        layout = self._root.find("{*}bibliography/{*}layout")
        with _quiet():
            cited = _cite_item(self._root, item, 0)
            for key in sort.findall("{*}key"):
                if key.get("variable") == "citation-number":
                    continue
                try:
                    value = key.sort_keys([cited], layout)[0]
                except Exception:  # an item of the wrong shape sorts last
                    value = None
                descending = key.get("sort") == "descending"
                yield value is None, _reversed(str(value)) if descending and value is not None else str(value or "")

    def _format(
        self, layout: Any, item: Item, number: int, locator: str = "", label: str = "", affixes: bool = True
    ) -> str:
        with _quiet():
            layout.repressed = {}
            try:
                text = layout.render_children(_cite_item(self._root, item, number, locator, label))
                return str(layout.format(layout.wrap(text)) if affixes else text or "") or _plain(item)
            except Exception:  # citeproc-py raises whatever an item of the wrong shape makes it stumble over
                return _plain(item)

    def _term(self, name: str, otherwise: str) -> str:
        term = self._root.get_single_term(name)
        return str(term) if term else otherwise


def make_engine(xml: bytes, locale: str) -> Engine:
    """Read a style into citeproc-py, with the locale nearest to a language."""
    from citeproc import CitationStylesStyle

    with _quiet():
        return Engine(CitationStylesStyle(BytesIO(xml), _known_locale(locale), validate=False))


def _known_locale(language: str) -> str:
    from citeproc import LANGUAGE_NAMES, PRIMARY_DIALECTS

    primary, _, region = language.replace("_", "-").partition("-")
    wanted = f"{primary.lower()}-{region.upper()}" if region else primary.lower()
    if wanted in LANGUAGE_NAMES:
        return wanted
    return str(PRIMARY_DIALECTS.get(primary.lower(), "en-US"))


def _remember_searches(root: Any, nodes: Sequence[Any]) -> None:
    """Put attributes in front of citeproc-py's methods that search the style anew for every item.

    A style doesn't change; more than half the time of a reference goes into these searches.
    """
    macros = {macro.get("name"): macro for macro in root.findall("{*}macro")}
    for node in nodes:
        own_root = node.get_root()
        node.get_root = partial(_same, own_root)
        node.get_formatter = partial(_same, _Formatter)
        node.get_macro = macros.__getitem__
        node.get_layout = cache(node.get_layout)
        node.xpath_search = cache(node.xpath_search)
        if hasattr(type(node), "calls_variable"):
            node.calls_variable = cache(node.calls_variable)
    for locale in root.locales:
        locale.get_term = cache(locale.get_term)


def _same(value: Any) -> Any:
    return value


@cache
def _cited_class() -> type[Any]:
    """Return the class of cited items; citeproc-py's own looks its entry up anew for each variable of it."""
    from citeproc import CitationItem

    class Cited(CitationItem):  # type: ignore[misc]  # citeproc-py has no types
        bibliography = None
        reference = None

    return Cited


def _cite_item(root: Any, item: Item, number: int, locator: str = "", label: str = "") -> Any:
    """Wrap an item as citeproc-py wants it; its position in the list of keys is its number."""
    from citeproc import Citation, CitationStylesBibliography, Locator
    from citeproc.source.json import CiteProcJSON

    arguments = {"locator": Locator(label or "page", locator)} if locator else {}
    cited = _cited_class()(_KEY, **arguments)
    Citation([cited])
    source = CiteProcJSON([_normalised(item)])
    bibliography = CitationStylesBibliography(_Holder(root), source, _Formatter)
    bibliography.keys = [*[None] * (number - 1), _KEY]
    # An item is a dictionary whose attributes are its keys; these two are none.
    object.__setattr__(cited, "bibliography", bibliography)
    object.__setattr__(cited, "reference", source[_KEY])
    return cited


class _Holder:
    """Stands for the style where citeproc-py wants an object with a root."""

    def __init__(self, root: Any) -> None:
        self.root = root


def _wrapped(mark: str) -> Callable[[Any], str]:
    return lambda text: markup.wrap(mark, str(text))


class _Formatter:
    """Formats with private characters; see `octavo.csl.markup`."""

    Italic = Oblique = staticmethod(_wrapped(markup.ITALIC))
    Bold = staticmethod(_wrapped(markup.BOLD))
    Light = staticmethod(str)
    Underline = staticmethod(_wrapped(markup.UNDERLINE))
    Superscript = staticmethod(_wrapped(markup.SUPERSCRIPT))
    Subscript = staticmethod(_wrapped(markup.SUBSCRIPT))
    SmallCaps = staticmethod(_wrapped(markup.SMALL_CAPS))
    preformat = staticmethod(str)


def _normalised(item: Item) -> dict[str, Any]:
    """Return what citeproc-py takes of an item: known kinds of values, tags as private characters."""
    normal: dict[str, Any] = {"id": _KEY, "type": str(item.get("type") or "document")}
    for key, value in item.items():
        if key in ("id", "type", "abstract", "keyword", "key"):
            continue
        if key in NAME_VARIABLES:
            normal[key] = [_name(one) for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
        elif key in DATE_VARIABLES:
            normal[key] = value if isinstance(value, Mapping) else {"literal": str(value)}
        elif isinstance(value, str | int | float):
            normal[key] = str(value) if key in ("URL", "DOI") else markup.protect(str(value))
    return {key: value for key, value in normal.items() if value not in ("", [], {})}


def _name(name: Mapping[str, Any]) -> dict[str, str]:
    """Return a name with the parts citeproc-py knows; particles go before the family name, as it misplaces them."""
    parts = {part: markup.protect(str(value)) for part, value in name.items() if isinstance(value, str) and value}
    if "literal" in parts:
        return {"literal": parts["literal"]}
    particles = [parts.get("dropping-particle", ""), parts.get("non-dropping-particle", ""), parts.get("family", "")]
    known = {
        "family": " ".join(filter(None, particles)),
        "given": parts.get("given", ""),
        "suffix": parts.get("suffix", ""),
    }
    return {part: value for part, value in known.items() if value} or {"literal": "Anonymous"}


def _short_name(name: Mapping[str, Any]) -> str:
    known = _name(name)
    return known.get("literal") or known.get("family") or known.get("given", "")


def _plain(item: Item) -> str:
    """Format an item that no style can: its names, year and title."""
    year = ""
    if isinstance(issued := item.get("issued"), Mapping):
        year = re.sub(r"\D.*", "", str(issued.get("date-parts", "")).strip("[( "))
    people = item.get("author") if isinstance(item.get("author"), list) else []
    names = ", ".join(_short_name(one) for one in people or () if isinstance(one, Mapping))
    parts = [names, year, markup.protect(str(item.get("title", "")))]
    return ". ".join(part for part in parts if part) or str(item.get("id", "Anonymous"))


def _tidy(text: str) -> str:
    """Mend what a style's affixes leave behind: doubled marks, empty brackets, spaces before marks."""
    marks = "[\ue001-\ue00c]*"
    text = re.sub(r"(,?) (?:and|und|et|&|…) others\b|(,) others\b", r"\1\2 et al.", text)
    text = re.sub(rf"([.?!]{marks})\.(?!\.)", r"\1", text) if "..." not in text else text
    text = re.sub(r" ?\(\s*\)| ?\[\s*\]", "", text)
    return re.sub(r"\s+([,.;:])(?=\s|$)", r"\1", text).strip()


def _reversed(text: str) -> str:
    """Return a text that sorts the other way round."""
    return "".join(chr(0xFFFF - ord(character)) if ord(character) < 0xFFFF else character for character in text)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep citeproc-py's warnings about fields it doesn't know from the terminal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
