"""A CSL style, loaded and compiled: independent or dependent, by name or from its XML (CSL 1.0.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from octavo.csl.compiler import CompileError, Compiler
from octavo.csl.html import Quotes, quotes_of
from octavo.csl.items import DATE_VARIABLES, NAME_VARIABLES, NUMBER_VARIABLES
from octavo.csl.locale import Locale, load_locale
from octavo.csl.macros import CitedMacros
from octavo.csl.markings import Markings, markings_of
from octavo.csl.names import Inherited
from octavo.csl.repository import nearest_styles, read_style
from octavo.csl.richtext import append
from octavo.csl.scope import Render, Scope
from octavo.csl.sorting import SortKey
from octavo.csl.xml import Node, XmlError, parse_xml

#: How deep elements may be nested, macros included; published styles have half as many at most.
MOST_LEVELS = 150


class StyleError(Exception):
    """A style that does not exist or can't be used.

    ``line`` is the place of the fault in its XML, or 0; ``nearest`` are names like the one asked for.
    """

    def __init__(self, message: str, line: int = 0, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.nearest = nearest


@dataclass(frozen=True)
class Area:
    """``<citation>`` or ``<bibliography>``: its compiled layout, and the attributes that say how to use it.

    ``fields`` are the layout's elements one by one, so that the first can be set apart.
    """

    fields: tuple[Render, ...]
    prefix: str
    suffix: str
    delimiter: str
    marks: Markings
    sort_keys: tuple[SortKey, ...]
    options: Mapping[str, str]
    shows_number: bool

    def render(self, in_quote: bool) -> Render:
        """Return what is inside the layout as one rendering."""

        def render_fields(scope: Scope) -> str:
            text = ""
            for field in self.fields:
                text = append(text, field(scope), in_quote)
            return text

        return self.fields[0] if len(self.fields) == 1 else render_fields


@dataclass(frozen=True)
class Style:
    """A style that is ready to format."""

    title: str
    is_note: bool
    locale: Locale
    quotes: Quotes
    citation: Area
    bibliography: Area | None
    author: Render
    has_suffix: bool
    tests_disambiguation: bool

    @cached_property
    def shows_number(self) -> bool:
        """Tell whether citations or entries show the number of their item."""
        return any(area.shows_number for area in (self.citation, self.bibliography) if area)

    @property
    def has_hanging_indent(self) -> bool:
        """Tell whether all lines of an entry but the first are indented."""
        return self.bibliography is not None and self.bibliography.options.get("hanging-indent") == "true"

    @property
    def entry_spacing(self) -> int:
        """The space between entries, in lines."""
        spacing = self.bibliography.options.get("entry-spacing", "1") if self.bibliography else "1"
        return int(spacing) if spacing.isdecimal() else 1

    @property
    def in_quote(self) -> bool:
        """Tell whether a full stop goes inside the quotes before it."""
        return self.locale.punctuation_in_quote


def load_style(name_or_xml: str, language: str = "") -> Style:
    """Load a style by its name or from its XML, to be used in a language such as ``en`` or ``de-AT``.

    A dependent style is its parent under another name, in a language of its own if it has one. A style that is made
    for one language (``default-locale``) keeps to it unless another is asked for. Raises `StyleError`.
    """
    root = _read(name_or_xml)
    own_language = root.get("default-locale")
    if parent := _parent_of(root):
        root = _read(parent)
        own_language = own_language or root.get("default-locale")
    return compile_style(root, _dialect(language, own_language))


def _dialect(language: str, own: str) -> str:
    """Return the language asked for, in the dialect of the style if it asks for none."""
    return own if not language or (own and own.split("-", maxsplit=1)[0] == language) else language


def _read(name_or_xml: str) -> Node:
    if name_or_xml.lstrip("\ufeff \t\r\n").startswith("<"):
        data: bytes | None = name_or_xml.lstrip("\ufeff \t\r\n").encode("utf-8", "surrogatepass")
    else:
        data = read_style(name_or_xml)
    if data is None:
        raise StyleError(f"there is no CSL style '{name_or_xml}'", nearest=nearest_styles(name_or_xml))
    try:
        root = parse_xml(data)
    except XmlError as error:
        raise StyleError(f"the CSL style is not XML: {error.message}", error.line) from error
    if root.tag != "style":
        raise StyleError(f"a CSL style begins with <style>, not <{root.tag}>", root.line)
    return root


def _parent_of(root: Node) -> str:
    info = root.find("info")
    links = info.find_all("link") if info else ()
    parents = [link.get("href") for link in links if link.get("rel") == "independent-parent"]
    has_citation = root.find("citation") is not None
    return "" if has_citation or not parents else parents[0].rstrip("/").rpartition("/")[2]


def compile_style(root: Node, language: str) -> Style:
    """Compile the ``<style>`` of an independent style. Raises `StyleError`."""
    citation = root.find("citation")
    if citation is None or citation.find("layout") is None:
        raise StyleError("the CSL style has no <citation> with a <layout>", root.line)
    locale = load_locale(language, root.find_all("locale"))
    bibliography = root.find("bibliography")
    info = root.find("info")
    title = info.find("title") if info else None
    try:
        builder = _Builder(root, locale)
        return Style(
            title=title.text.strip() if title else "",
            is_note=root.get("class") == "note",
            locale=locale,
            quotes=quotes_of(locale),
            citation=builder.area(citation, False),
            bibliography=builder.area(bibliography, True) if bibliography and bibliography.find("layout") else None,
            author=builder.author(citation),
            has_suffix=builder.has_suffix,
            tests_disambiguation=_has_attribute(root, "disambiguate"),
        )
    except CompileError as fault:
        raise StyleError(f"the CSL style is wrong: {fault.message}", fault.line) from fault


def _has_attribute(node: Node, name: str) -> bool:
    return name in node.attributes or any(_has_attribute(child, name) for child in node.children)


class _Builder:
    """Compiles the areas of one style."""

    def __init__(self, root: Node, locale: Locale) -> None:
        self._root = root
        self._locale = locale
        self._macros = {node.get("name"): node for node in root.find_all("macro")}
        self._cited = CitedMacros(self._macros)
        self._heights: dict[str, int] = {}
        self._height(root, 0)
        self._shown: dict[tuple[str, str], bool] = {}  # whether a macro shows a variable
        self._sorters: dict[tuple[str, tuple[tuple[str, str], ...]], Compiler] = {}
        demotion = root.get("demote-non-dropping-particle", "display-and-sort")
        hyphenates = root.get("initialize-with-hyphen") != "false"
        self._displayed = Inherited(root.attributes, demotion == "display-and-sort", hyphenates)
        self._sorted = Inherited(root.attributes, demotion != "never", hyphenates)
        # Whether a style writes year suffixes where it wants them, or leaves it to the processor.
        self.has_suffix = any(
            self.uses(area, "year-suffix") or self.uses(area, "citation-label")
            for area in (root.find("citation"), root.find("bibliography"))
            if area
        )

    def _height(self, node: Node, level: int) -> int:
        """Return how many levels an element has, those of its macros included; it stands at ``level`` itself."""
        height = 0
        if level < MOST_LEVELS:  # else don't even look
            inner = [self._height(child, level + 1) for child in node.children]
            height = 1 + max(*inner, self._height_of_macro(node.get("macro"), level + 1), 0)
        if level + height > MOST_LEVELS or not height:
            raise CompileError("its elements are nested too deep", node.line)
        return height

    def _height_of_macro(self, name: str, level: int) -> int:
        if name not in self._macros:
            return 0
        if name not in self._heights:
            self._heights[name] = 0  # until it is known, for a macro may call itself
            self._heights[name] = self._height(self._macros[name], level)
        return self._heights[name]

    def uses(self, area: Node, variable: str) -> bool:
        """Tell whether an area shows a variable, itself or by its macros; sorting by it doesn't count."""
        return any(self._shows(child, variable) for child in area.children if child.tag != "sort")

    def _shows(self, node: Node, variable: str) -> bool:
        if node.tag in ("text", "number") and node.get("variable") == variable:
            return True
        macro = self._macros.get(node.get("macro"))
        if macro is not None:
            key = (macro.get("name"), variable)
            if key not in self._shown:
                self._shown[key] = False  # until it is known, for a macro may call itself
                self._shown[key] = self.uses(macro, variable)
            if self._shown[key]:
                return True
        return self.uses(node, variable)

    def area(self, node: Node, in_bibliography: bool) -> Area:
        layout = node.find("layout")
        if layout is None:
            raise CompileError(f"<{node.tag}> has no <layout>", node.line)
        compiler = Compiler(
            self._macros,
            self._locale,
            self._displayed.with_area(node),
            self._root.attributes,
            in_bibliography,
            implicit_suffix=not self.has_suffix,
            capitalizes_terms=in_bibliography or self._root.get("class") == "note",
        )
        sort = node.find("sort")
        return Area(
            fields=tuple(compiler.sequence(layout)),
            prefix=layout.get("prefix"),
            suffix=layout.get("suffix"),
            delimiter=layout.get("delimiter"),
            marks=markings_of(layout),
            sort_keys=tuple(self._sort_key(key, node, in_bibliography) for key in (sort.children if sort else ())),
            options={**self._root.attributes, **node.attributes},
            shows_number=self.uses(node, "citation-number"),
        )

    def author(self, citation: Node) -> Render:
        """Compile names for a sentence, for styles whose citations show none."""
        line = citation.line
        instead = (
            Node("names", {"variable": "editor"}, (), "", line),
            Node("names", {"variable": "translator"}, (), "", line),
            Node("text", {"variable": "title", "form": "short"}, (), "", line),
        )
        name = Node("name", {"form": "short", "and": "text", "et-al-min": "3", "et-al-use-first": "1"}, (), "", line)
        names = Node("names", {"variable": "author"}, (name, Node("substitute", {}, instead, "", line)), "", line)
        compiler = Compiler({}, self._locale, self._displayed, self._root.attributes, False)
        return compiler.compile(names)

    def _sort_key(self, key: Node, area: Node, in_bibliography: bool) -> SortKey:
        changes = {
            "et-al-min": key.get("names-min"),
            "et-al-use-first": key.get("names-use-first"),
            "et-al-use-last": key.get("names-use-last"),
        }
        given = {name: value for name, value in changes.items() if value}
        given |= {"et-al-subsequent-" + name[6:]: value for name, value in given.items() if name != "et-al-use-last"}
        compiler = self._sorter(area, given, in_bibliography)
        descending = key.get("sort") == "descending"
        if "macro" in key.attributes:
            name = key.get("macro")
            numbered = name in self._macros and self.uses(self._macros[name], "citation-number")
            cited = self._cited.has(name)
            return SortKey(compiler.macro(name, key.line), descending, numbered=numbered, cited=cited)
        variable = key.get("variable")
        render = compiler.compile(_node_for(variable, key.line))
        is_number = variable == "citation-number"
        return SortKey(render, descending, variable in NUMBER_VARIABLES, is_number, self._cited.within(key))

    def _sorter(self, area: Node, given: Mapping[str, str], in_bibliography: bool) -> Compiler:
        """Return what compiles the keys of an area that ask for the same of names, so that they share macros."""
        key = (area.tag, tuple(given.items()))
        if key not in self._sorters:
            self._sorters[key] = Compiler(
                self._macros,
                self._locale,
                self._sorted.with_area(area).forced(_SORTED_NAMES | dict(given)),
                self._root.attributes,
                in_bibliography,
                for_sorting=True,
                implicit_suffix=False,
            )
        return self._sorters[key]


#: What names are like when they sort: all inverted, written out, without conjunction.
_SORTED_NAMES = {"name-as-sort-order": "all", "and": ""}


def _node_for(variable: str, line: int) -> Node:
    """Return the element that writes a variable to sort by it."""
    if variable in NAME_VARIABLES:
        name = Node("name", {"form": "long"}, (), "", line)
        return Node("names", {"variable": variable}, (name,), "", line)
    if variable in DATE_VARIABLES:
        parts = tuple(Node("date-part", {"name": name}, (), "", line) for name in ("year", "month", "day"))
        return Node("date", {"variable": variable}, parts, "", line)
    return Node("text", {"variable": variable}, (), "", line)
