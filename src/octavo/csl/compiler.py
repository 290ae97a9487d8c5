"""A style's elements, compiled to closures (CSL 1.0.2, "Rendering Elements").

Each closure takes a `Scope` and returns text with marks. A macro is compiled once for each area it is used in, because
name attributes are inherited from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from octavo.csl.dates import DateWriter, date_parts, sortable
from octavo.csl.items import DATE_VARIABLES, NAME_VARIABLES, NUMBER_VARIABLES, citation_label
from octavo.csl.locale import Locale
from octavo.csl.macros import CitedMacros, remembering
from octavo.csl.markings import affixer, markings_of
from octavo.csl.names import Inherited, compile_names
from octavo.csl.numbers import format_number, format_pages, is_numeric, is_plural, normalize
from octavo.csl.richtext import CLOSING, OPENING, append, join, read_text, strip_marks
from octavo.csl.scope import Position, Render, Scope
from octavo.csl.textcase import apply_case
from octavo.csl.xml import Node

#: Prefixes that make an identifier into an address, so that the link holds both.
_RESOLVERS = re.compile(r"https?://(?:(?:dx\.)?doi\.org|www\.ncbi\.nlm\.nih\.gov/[\w/]+|arxiv\.org/abs)/$")
_COUNTS = frozenset(("number-of-pages", "number-of-volumes"))


class CompileError(Exception):
    """An element that can't be compiled; ``line`` is its place in the style."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Compiler:
    """Compiles the elements of one area of a style: the citation, the bibliography, or a sort key of either."""

    def __init__(
        self,
        macros: Mapping[str, Node],
        locale: Locale,
        inherited: Inherited,
        options: Mapping[str, str],
        in_bibliography: bool,
        for_sorting: bool = False,
        implicit_suffix: bool = True,
        capitalizes_terms: bool = False,
    ) -> None:
        self._macros = macros
        self._locale = locale
        self._inherited = inherited
        self._options = options
        self._in_bibliography = in_bibliography
        self._for_sorting = for_sorting
        self._implicit_suffix = implicit_suffix
        self._capitalizes_terms = capitalizes_terms
        self._in_quote = locale.punctuation_in_quote
        self._is_english = locale.language.startswith("en")
        self._cited = CitedMacros(macros)
        self._compiled: dict[str, Render] = {}
        self._pending: list[str] = []
        self._parent: Node | None = None  # the <names> whose substitute is being compiled
        self._delimiter = ""  # of the group around a choice, which delimits what is chosen
        self._by_tag: Mapping[str, Callable[[Node], Render]] = {
            "text": self._text,
            "number": self._number,
            "date": self._date,
            "names": self._names,
            "label": self._label,
            "group": self._group,
            "choose": self._choose,
            "layout": self.layout,
        }

    def compile(self, node: Node) -> Render:
        """Compile an element. Raises `CompileError`."""
        make = self._by_tag.get(node.tag)
        if make is None:
            raise CompileError(f"<{node.tag}> can't be used here", node.line)
        return make(node)

    def sequence(self, node: Node) -> list[Render]:
        """Compile the elements in an element."""
        return [self.compile(child) for child in node.children]

    def layout(self, node: Node) -> Render:
        """Compile what is inside a layout, without its own affixes and formats."""
        return self._concatenated(self.sequence(node))

    def _concatenated(self, children: list[Render], delimiter: str = "") -> Render:
        if len(children) == 1:
            return children[0]
        in_quote = self._in_quote
        if delimiter:
            return lambda scope: join([child(scope) for child in children], delimiter, in_quote)

        def render_sequence(scope: Scope) -> str:
            text = ""
            for child in children:
                text = append(text, child(scope), in_quote)
            return text

        return render_sequence

    # Text.

    def _text(self, node: Node) -> Render:
        if "macro" in node.attributes:
            return self._decorated(node, self._macro(node))
        if "term" in node.attributes:
            return self._term(node)
        if "value" in node.attributes:
            return self._decorated(node, self._value(node))
        if "variable" in node.attributes:
            return self._variable(node)
        raise CompileError("<text> needs a variable, macro, term or value", node.line)

    def _value(self, node: Node) -> Render:
        value = read_text(node.get("value"))

        def render_value(scope: Scope) -> str:
            scope.has_begun = True
            return value

        return render_value

    def _macro(self, node: Node) -> Render:
        name = node.get("macro")
        render = self.macro(name, node.line)
        return remembering(render) if self._is_remembered(name) else render

    def _is_remembered(self, name: str) -> bool:
        """Tell whether a macro is worth remembering: as a part of cites, which is in no other such part."""
        if self._in_bibliography or self._for_sorting or self._cited.has(name):
            return False
        return all(map(self._cited.has, self._pending))

    def macro(self, name: str, line: int) -> Render:
        """Compile a macro, or return it if it has been."""
        if name in self._compiled:
            return self._compiled[name]
        if name not in self._macros:
            raise CompileError(f"there is no macro '{name}'", line)
        if name in self._pending:
            raise CompileError(f"the macro '{name}' calls itself", line)
        self._pending.append(name)
        outer = (self._delimiter, self._parent)
        self._delimiter, self._parent = "", None
        inner = self._concatenated(self.sequence(self._macros[name]))
        self._delimiter, self._parent = outer
        self._pending.pop()

        def render(scope: Scope) -> str:
            called, rendered = scope.called, scope.rendered
            text = inner(scope)
            if scope.called > called and scope.rendered == rendered:
                return ""
            scope.rendered += bool(text)  # like a group
            return text

        self._compiled[name] = render
        return render

    def _decorated(self, node: Node, render: Render) -> Render:
        """Add an element's text case, format and affixes to what it shows."""
        marks, affix, is_english = markings_of(node), affixer(node, self._in_quote), self._is_english
        if marks.is_plain and affix is None:
            return render

        def render_decorated(scope: Scope) -> str:
            text = render(scope)
            if not text:
                return ""
            if marks.text_case:
                language = scope.item.language
                text = marks.apply(text, _is_english(language, is_english), language)
            else:
                text = marks.apply(text, is_english)
            return affix(text) if affix else text

        return render_decorated

    def _term(self, node: Node) -> Render:
        name, form = node.get("term"), node.get("form", "long")
        text = self._locale.term(name, form, node.get("plural") == "true")
        marks, affix = markings_of(node), affixer(node, self._in_quote)
        text = marks.apply(text, self._is_english)
        full = affix(text) if affix else text
        takes_suffix = name == "no date" and self._implicit_suffix
        begun = apply_case("capitalize-first", text, True) if self._capitalizes_terms else text
        first = affix(begun) if affix else begun

        def render_term(scope: Scope) -> str:
            if not text:
                return ""
            has_begun, scope.has_begun = scope.has_begun, True
            if not has_begun:
                return first
            if takes_suffix and scope.plan.year_suffix and not scope.has_suffix:
                scope.has_suffix = True
                suffixed = f"{text}-{scope.plan.year_suffix}"
                return affix(suffixed) if affix else suffixed
            return full

        return render_term

    def _variable(self, node: Node) -> Render:
        variable = node.get("variable")
        names = (f"{variable}-short", variable) if node.get("form") == "short" else (variable,)
        read = self._reader(variable)

        counts = variable != "year-suffix"  # a letter that isn't needed is not something missing

        def render_variable(scope: Scope) -> str:
            scope.called += counts
            for name in names:
                if name not in scope.hidden and (text := read(scope, name)):
                    scope.use(name)
                    if name != variable:
                        scope.use(variable)
                        scope.rendered -= 1
                    return text
            return ""

        if variable in ("DOI", "URL", "PMID", "PMCID"):
            return self._linked(node, render_variable)
        return self._decorated(node, render_variable)

    def _reader(self, variable: str) -> Callable[[Scope, str], str]:
        if variable == "year-suffix":
            return _read_year_suffix
        if variable in ("page", "locator"):
            return self._pages(variable)
        if variable == "page-first":
            return _read_first_page
        if variable in NUMBER_VARIABLES and variable not in ("citation-number", "first-reference-note-number"):
            return _read_number
        if variable == "citation-label":
            return _read_label
        if variable == "citation-number" and self._for_sorting:
            return lambda scope, name: scope.text(name).rjust(6, "0")
        return Scope.text

    def _pages(self, variable: str) -> Callable[[Scope, str], str]:
        style = self._options.get("page-range-format", "")
        delimiter = self._locale.term("page-range-delimiter") or "–"

        def read_pages(scope: Scope, name: str) -> str:
            text = scope.text(name)
            if variable == "locator" and scope.label != "page":
                return normalize(text)
            return format_pages(text, style, delimiter)

        return read_pages

    def _linked(self, node: Node, render: Render) -> Render:
        """Make an address or identifier a link, with the prefix that completes it."""
        inner_prefix = node.get("prefix") if _RESOLVERS.search(node.get("prefix")) else ""
        outer = Node(
            node.tag,
            {name: value for name, value in node.attributes.items() if not (inner_prefix and name == "prefix")},
            (),
            "",
            node.line,
        )
        opening, closing = OPENING["link"], CLOSING["link"]

        def render_link(scope: Scope) -> str:
            text = render(scope)
            return f"{opening}{inner_prefix}{text}{closing}" if text else ""

        return self._decorated(outer, render_link)

    # Numbers and labels.

    def _number(self, node: Node) -> Render:
        variable, form, locale = node.get("variable"), node.get("form", "numeric"), self._locale
        gender = locale.gender(variable)
        read = self._reader(variable)

        def render_number(scope: Scope) -> str:
            scope.called += 1
            if variable in scope.hidden:
                return ""
            text = read(scope, variable)
            if not text:
                return ""
            scope.use(variable)
            if is_numeric(strip_marks(text)):
                text = format_number(normalize(text), form, locale, gender)
            return text

        return self._decorated(node, render_number)

    def _label(self, node: Node) -> Render:
        variable, form, plural = node.get("variable"), node.get("form", "long"), node.get("plural", "contextual")
        locale, counts = self._locale, variable in _COUNTS
        marks, affix, is_english = markings_of(node), affixer(node, self._in_quote), self._is_english

        def render_label(scope: Scope) -> str:
            if not scope.has(variable):
                return ""
            term = scope.label if variable == "locator" else variable
            scope.has_begun = True
            several = plural == "always" or (plural != "never" and is_plural(strip_marks(scope.text(variable)), counts))
            text = marks.apply(locale.term(term, form, several), is_english)
            return affix(text) if affix and text else text

        return render_label

    # Dates.

    def _date(self, node: Node) -> Render:
        variable, locale = node.get("variable"), self._locale
        writer = DateWriter(node, locale)
        if self._for_sorting:
            shown = frozenset(part.name for part in date_parts(node, locale))
            return _sorted_date(variable, shown)
        implicit = self._implicit_suffix
        takes_suffix = any(part.name == "year" for part in date_parts(node, locale))

        def render_date(scope: Scope) -> str:
            scope.called += 1
            date = scope.item.date(variable) if variable not in scope.hidden else None
            if date is None:
                return ""
            suffix = ""
            if implicit and takes_suffix and scope.plan.year_suffix and not scope.has_suffix and variable != "accessed":
                suffix = scope.plan.year_suffix
            text = writer.write(date, suffix)
            if text:
                scope.has_suffix = scope.has_suffix or bool(suffix)
                scope.use(variable)
            return text

        return self._decorated(node, render_date)

    # Names.

    def _names(self, node: Node) -> Render:
        substitute = node.find("substitute")
        outer, self._delimiter = self._delimiter, ""
        parent, self._parent = self._parent, node
        substitutes = self.sequence(substitute) if substitute else []
        self._parent = parent
        self._delimiter = outer
        return compile_names(node, parent, substitutes, self._inherited, self._locale)

    # Groups and choices.

    def _group(self, node: Node) -> Render:
        delimiter, in_quote = node.get("delimiter"), self._in_quote
        outer, self._delimiter = self._delimiter, delimiter
        children = self.sequence(node)
        self._delimiter = outer

        def render_group(scope: Scope) -> str:
            called, rendered = scope.called, scope.rendered
            parts = [child(scope) for child in children]
            if scope.called > called and scope.rendered == rendered:
                return ""
            text = join(parts, delimiter, in_quote)
            scope.rendered += bool(text)  # a group that shows something counts as a variable in the one around it
            return text

        return self._decorated(node, render_group)

    def _choose(self, node: Node) -> Render:
        branches = [
            (
                self._condition(branch) if branch.tag != "else" else _always,
                self._concatenated(self.sequence(branch), self._delimiter),
            )
            for branch in node.children
        ]

        def render_choice(scope: Scope) -> str:
            for condition, render in branches:
                if condition(scope):
                    return render(scope)
            return ""

        return render_choice

    def _condition(self, node: Node) -> Callable[[Scope], bool]:
        match = node.get("match", "all")
        tests: list[Callable[[Scope], bool]] = []
        for name, value in node.attributes.items():
            if name == "match":
                continue
            if name == "type" and match != "all":
                tests.append(_tests_types(frozenset(value.split())))
                continue
            make = _TESTS.get(name)
            if make is None:
                raise CompileError(f"<{node.tag}> can't test '{name}'", node.line)
            if name == "position" and self._in_bibliography:
                tests += [_never] * len(value.split())
            else:
                tests += [make(one) for one in value.split()]
        if not tests:
            return _never if node.tag != "else" else _always
        if len(tests) == 1 and match != "none":
            return tests[0]
        if match == "all":
            return _combined(tests, False)
        any_of = tests[0] if len(tests) == 1 else _combined(tests, True)
        return any_of if match == "any" else lambda scope: not any_of(scope)


def _is_english(language: str, default: bool) -> bool:
    """Tell whether English rules of title case apply: to items that say so, or that say nothing in an English style."""
    return language.lower().startswith("en") if language else default


def _sorted_date(variable: str, parts: frozenset[str]) -> Render:
    def render_sorted(scope: Scope) -> str:
        scope.called += 1
        text = sortable(scope.item.date(variable), parts)
        if text:
            scope.use(variable)
        return text

    return render_sorted


def _read_year_suffix(scope: Scope, name: str) -> str:
    scope.has_suffix = True
    return scope.plan.year_suffix


def _read_number(scope: Scope, name: str) -> str:
    text = scope.text(name)
    return normalize(text) if "-" in text and is_numeric(strip_marks(text)) else text


def _read_label(scope: Scope, name: str) -> str:
    return citation_label(scope.item) + scope.plan.year_suffix


def _read_first_page(scope: Scope, name: str) -> str:
    match = re.match(r"[^\s,;&\-–—]+", scope.text(name) or scope.text("page"))
    return match[0] if match else ""


# Conditions.


def _always(scope: Scope) -> bool:
    return True


def _never(scope: Scope) -> bool:
    return False


def _combined(tests: Sequence[Callable[[Scope], bool]], decides: bool) -> Callable[[Scope], bool]:
    """Return the test that stops at the first result that decides: ``any`` for true, ``all`` for false."""

    def test_in_turn(scope: Scope) -> bool:
        for test in tests:  # a loop, for a generator takes twice as long, and this is where the time goes
            if test(scope) is decides:
                return decides
        return not decides

    return test_in_turn


def _tests_types(names: frozenset[str]) -> Callable[[Scope], bool]:
    return lambda scope: scope.item.type in names


def _tests_type(name: str) -> Callable[[Scope], bool]:
    return lambda scope: scope.item.type == name


def _tests_variable(name: str) -> Callable[[Scope], bool]:
    if name in NAME_VARIABLES or name in DATE_VARIABLES:
        return lambda scope: scope.item.has(name)
    return lambda scope: scope.has(name)


def _tests_number(name: str) -> Callable[[Scope], bool]:
    return lambda scope: is_numeric(strip_marks(scope.text(name)))


def _tests_uncertainty(name: str) -> Callable[[Scope], bool]:
    def is_uncertain(scope: Scope) -> bool:
        date = scope.item.date(name)
        return date is not None and date.circa

    return is_uncertain


def _tests_locator(name: str) -> Callable[[Scope], bool]:
    return lambda scope: bool(scope.text("locator")) and scope.label == name.replace("sub verbo", "sub-verbo")


def _tests_position(name: str) -> Callable[[Scope], bool]:
    if name == "near-note":
        return lambda scope: scope.near_note
    wanted = {
        "first": (Position.FIRST,),
        "subsequent": (Position.SUBSEQUENT, Position.IBID_WITH_LOCATOR, Position.IBID),
        "ibid-with-locator": (Position.IBID_WITH_LOCATOR,),
        "ibid": (Position.IBID, Position.IBID_WITH_LOCATOR),
    }.get(name, ())
    return lambda scope: scope.position in wanted


def _tests_disambiguation(value: str) -> Callable[[Scope], bool]:
    return lambda scope: scope.plan.disambiguate is (value == "true")


_TESTS: Mapping[str, Callable[[str], Callable[[Scope], bool]]] = {
    "type": _tests_type,
    "variable": _tests_variable,
    "is-numeric": _tests_number,
    "is-uncertain-date": _tests_uncertainty,
    "locator": _tests_locator,
    "position": _tests_position,
    "disambiguate": _tests_disambiguation,
}
