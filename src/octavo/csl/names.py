"""The ``<names>`` element: lists of names, et al., labels and substitutes (CSL 1.0.2, "Names").

Attributes of ``<name>`` are inherited from the style and from ``<citation>`` or ``<bibliography>``; so everything here
is compiled once for each of the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from octavo.csl.items import Name
from octavo.csl.locale import Locale
from octavo.csl.markings import Markings, affixer, markings_of
from octavo.csl.person import PartStyle, PersonStyle, write_person
from octavo.csl.richtext import append, join
from octavo.csl.scope import NamesPlan, NamesShown, Position, Render, Scope
from octavo.csl.xml import Node

#: Attributes that ``<name>`` inherits, and what they are called where they are inherited from.
_INHERITED = {
    name: name
    for name in (
        "and",
        "delimiter-precedes-et-al",
        "delimiter-precedes-last",
        "et-al-min",
        "et-al-use-first",
        "et-al-use-last",
        "et-al-subsequent-min",
        "et-al-subsequent-use-first",
        "initialize",
        "initialize-with",
        "name-as-sort-order",
        "sort-separator",
    )
} | {"delimiter": "name-delimiter", "form": "name-form"}
_NAMES_DELIMITER = "names-delimiter"

#: The last of several names that stands for people who aren't named, in the words of BibTeX.
OTHERS = "others"

#: How many written names a list of names remembers; all are functions of the key.
MOST_WRITTEN = 20_000

NO_PART = PartStyle(Markings("", False, "", ""), "", "")


@dataclass(frozen=True)
class Inherited:
    """Name attributes of the style and the area that an element is compiled for, the nearer over the farther."""

    attributes: Mapping[str, str]
    demotes: bool = True
    hyphenates: bool = True
    overriding: Mapping[str, str] = field(default_factory=dict)  # given for sorting alone: without labels, et al.

    def of(self, name: Node | None) -> dict[str, str]:
        """Return the attributes of a ``<name>`` with those it inherits."""
        own = dict(name.attributes) if name else {}
        outer = {own: self.attributes[outer] for own, outer in _INHERITED.items() if outer in self.attributes}
        return outer | own | dict(self.overriding)

    def with_area(self, area: Node) -> Inherited:
        """Return what is inherited inside ``<citation>``, ``<bibliography>`` or a sort key."""
        return replace(self, attributes={**self.attributes, **area.attributes})

    def forced(self, attributes: Mapping[str, str]) -> Inherited:
        """Return what is inherited, with attributes that win over those of ``<name>`` itself."""
        return replace(self, overriding=attributes)


@dataclass(frozen=True)
class ListStyle:
    """How a list of names is put together; counts are 0 where the style gives none."""

    person: PersonStyle
    marks: Markings
    prefix: str
    suffix: str
    delimiter: str
    conjunction: str
    precedes_last: str
    precedes_et_al: str
    inverted: str
    least: int
    first: int
    use_last: bool
    later_least: int
    later_first: int
    et_al: str
    is_count: bool
    in_quote: bool
    written: dict[tuple[Name, bool, int], str] = field(default_factory=dict, compare=False, repr=False)


def list_style(name: Node | None, et_al: Node | None, inherited: Inherited, locale: Locale) -> ListStyle:
    """Read ``<name>`` and ``<et-al>`` with all that they inherit."""
    given = inherited.of(name)
    parts = {node.get("name"): _part_style(node) for node in (name.find_all("name-part") if name else ())}
    least, first = _count(given.get("et-al-min")), _count(given.get("et-al-use-first"))
    person = PersonStyle(
        form=given.get("form", "long"),
        initialize_with=given.get("initialize-with"),
        initialize=given.get("initialize") != "false",
        hyphenates=inherited.hyphenates,
        sort_separator=given.get("sort-separator", ", "),
        demotes=inherited.demotes,
        family=parts.get("family", NO_PART),
        given=parts.get("given", NO_PART),
    )
    return ListStyle(
        person=person,
        marks=markings_of(name) if name else NO_PART.marks,
        prefix=name.get("prefix") if name else "",
        suffix=name.get("suffix") if name else "",
        delimiter=given.get("delimiter", ", "),
        conjunction={"text": locale.term("and"), "symbol": "&"}.get(given.get("and", ""), ""),
        precedes_last=given.get("delimiter-precedes-last", "contextual"),
        precedes_et_al=given.get("delimiter-precedes-et-al", "contextual"),
        inverted=given.get("name-as-sort-order", ""),
        least=least,
        first=first,
        use_last=given.get("et-al-use-last") == "true",
        later_least=_count(given.get("et-al-subsequent-min")) or least,
        later_first=_count(given.get("et-al-subsequent-use-first")) or first,
        et_al="" if inherited.overriding else _et_al(et_al, locale),
        is_count=given.get("form") == "count",
        in_quote=locale.punctuation_in_quote,
    )


def _count(value: str | None) -> int:
    return int(value) if value and value.isdecimal() else 0


def _part_style(node: Node) -> PartStyle:
    return PartStyle(markings_of(node), node.get("prefix"), node.get("suffix"))


def _et_al(node: Node | None, locale: Locale) -> str:
    term = locale.term(node.get("term", "et-al") if node else "et-al")
    return markings_of(node).apply(term, True) if node else term


def write_list(
    names: Sequence[Name], variable: str, style: ListStyle, plan: NamesPlan, is_first: bool
) -> tuple[str, NamesShown]:
    """Return a list of names as text, and what of it was shown."""
    total = len(names)
    and_others = total > 1 and names[-1].literal == OTHERS
    least, first = (style.least, style.first) if is_first else (style.later_least, style.later_first)
    shortens = bool(least) and total >= least and first < total
    shown = min(total - and_others, max(first, plan.shown)) if shortens else total - and_others
    texts = tuple(_write_names(names[:shown], style, plan))
    recorded = NamesShown(tuple(names), shown, texts, total - and_others if shortens else shown, variable)
    if shown == total:
        text = _joined(texts, names, style)
    elif style.use_last and shown + 1 < total and not and_others:
        last = write_person(names[-1], style.person, style.inverted == "all", 0)
        text = f"{style.delimiter.join(texts)}{style.delimiter}… {last}"
    else:
        text = _with_et_al(texts, names, style)
    return style.marks.surround(text), recorded


def _write_names(names: Sequence[Name], style: ListStyle, plan: NamesPlan) -> list[str]:
    """Write names one by one; each is written once in each way, for the same people come again and again."""
    levels, written = plan.levels, style.written
    texts = []
    for place, name in enumerate(names):
        inverted = style.inverted == "all" or (style.inverted == "first" and place == 0)
        key = (name, inverted, levels[place] if place < len(levels) else 0)
        if key not in written:
            if len(written) >= MOST_WRITTEN:
                written.clear()
            written[key] = write_person(name, style.person, inverted, key[2])
        texts.append(written[key])
    return texts


def _is_inverted(names: Sequence[Name], place: int, style: ListStyle) -> bool:
    """Tell whether the name at a place was written with the family name first; an institution never is."""
    asked = style.inverted == "all" or (style.inverted == "first" and place == 0)
    return asked and not names[place].literal


def _joined(texts: Sequence[str], names: Sequence[Name], style: ListStyle) -> str:
    if len(texts) < 2 or not style.conjunction:
        return style.delimiter.join(texts)
    gap = "" if style.conjunction.endswith((" ", "\u00a0")) else " "
    start = style.delimiter.join(texts[:-1])
    before = (
        style.delimiter
        if _precedes(style.precedes_last, len(texts) > 2, _is_inverted(names, len(texts) - 2, style))
        else " "
    )
    if style.conjunction.startswith((" ", "\u00a0")):
        before = before.rstrip(" ")
    elif not before.endswith((" ", "\u00a0")):
        before += " " if before else ""
    return f"{start}{before}{style.conjunction}{gap}{texts[-1]}"


def _with_et_al(texts: Sequence[str], names: Sequence[Name], style: ListStyle) -> str:
    if not style.et_al:
        return style.delimiter.join(texts)
    if not texts:
        return ""
    start = style.delimiter.join(texts)
    before = (
        style.delimiter
        if _precedes(style.precedes_et_al, len(texts) > 1, _is_inverted(names, len(texts) - 1, style))
        else " "
    )
    return f"{start}{before}{style.et_al}"


def _precedes(rule: str, by_context: bool, last_is_inverted: bool) -> bool:
    if rule == "after-inverted-name":
        return last_is_inverted
    return rule == "always" or (rule == "contextual" and by_context)


@dataclass(frozen=True)
class NamesLabel:
    """The ``<label>`` of a list of names, and whether it comes before them."""

    form: str
    plural: str
    strip_periods: bool
    marks: Markings
    node: Node
    leads: bool

    def write(self, variable: str, count: int, locale: Locale) -> str:
        """Return the label for so many names, without affixes."""
        plural = self.plural == "always" or (self.plural != "never" and count > 1)
        term = locale.term(variable, self.form, plural)
        return self.marks.apply(term, locale.language.startswith("en"))


def names_label(node: Node) -> NamesLabel | None:
    """Read the label of a ``<names>``; it leads if it stands before the name."""
    label = node.find("label")
    if label is None:
        return None
    tags = [child.tag for child in node.children]
    leads = "name" in tags and tags.index("label") < tags.index("name")
    return NamesLabel(
        form=label.get("form", "long"),
        plural=label.get("plural", "contextual"),
        strip_periods=label.get("strip-periods") == "true",
        marks=markings_of(label),
        node=label,
        leads=leads,
    )


class NamesElement:
    """A compiled ``<names>`` without its substitutes."""

    def __init__(self, node: Node, parent: Node | None, inherited: Inherited, locale: Locale) -> None:
        source = (
            node
            if parent is None or any(child.tag in ("name", "et-al", "label") for child in node.children)
            else parent
        )
        outer = parent if parent is not None else node
        name = source.find("name") or outer.find("name")
        et_al = source.find("et-al") or outer.find("et-al")
        self._style = list_style(name, et_al, inherited, locale)
        self._label = None if inherited.overriding else names_label(source if source.find("label") else outer)
        self._variables = node.get("variable").split()
        self._locale = locale
        self._in_quote = locale.punctuation_in_quote
        self._delimiter = node.get("delimiter") or inherited.attributes.get(_NAMES_DELIMITER, "")
        if not self._delimiter and parent is not None:
            self._delimiter = parent.get("delimiter")
        self._label_affix = affixer(self._label.node, self._in_quote) if self._label else None
        self.marks = markings_of(node)
        self.affix = affixer(node, self._in_quote)

    def write(self, scope: Scope) -> tuple[str, list[NamesShown]]:
        """Return the names of all variables as text, without the element's own format and affixes."""
        scope.called += 1
        found: list[tuple[str, Sequence[Name]]] = [
            (variable, names)
            for variable in self._variables
            if (names := scope.item.names(variable)) and variable not in scope.hidden
        ]
        if not found:
            return "", []
        if both := self._combined(found):
            found = [both]
        place = scope.names_seen
        scope.names_seen += len(found)
        scope.shortens_names |= self._style.person.form == "short"
        shown: list[NamesShown] = []
        texts: list[str] = []
        plans = scope.plan.names
        for index, (variable, people) in enumerate(found, start=place):
            plan = plans[index] if index < len(plans) else NamesPlan()
            text, recorded = write_list(people, variable, self._style, plan, scope.position is Position.FIRST)
            shown.append(recorded)
            texts.append(text)
        if scope.repeated is not None and scope.first_names is None:
            texts = self._without_repetition(scope.repeated(shown, texts), shown, texts)
        counts = [len(people) for _, people in found]
        if self._style.is_count:
            total = sum(one.shown for one in shown)
            text = str(total) if total else ""
        else:
            labelled = [
                self._labelled(text, variable, count)
                for text, (variable, _), count in zip(texts, found, counts, strict=True)
            ]
            text = join(labelled, self._delimiter, self._in_quote)
        if text or scope.repeated:
            for variable, _ in found:
                for one in variable.split("+"):
                    scope.use(one)
        scope.shown.extend(shown)
        return text, shown

    def _without_repetition(
        self, made: Sequence[str] | None, shown: Sequence[NamesShown], texts: list[str]
    ) -> list[str]:
        """Write names of an entry of which the first are those of the entry before; ``made`` are the first list's."""
        if made is None:
            return texts
        if isinstance(made, str):
            return [made, *[""] * (len(texts) - 1)]
        return [self._rewritten(list(made), shown[0]), *texts[1:]]

    def _rewritten(self, texts: list[str], one: NamesShown) -> str:
        if one.shown == len(one.names):
            return self._style.marks.surround(_joined(texts, one.names, self._style))
        return self._style.marks.surround(_with_et_al(texts, one.names, self._style))

    def _labelled(self, text: str, variable: str, count: int) -> str:
        if not text:
            return ""
        text = append(append(self._style.prefix, text, self._in_quote), self._style.suffix, self._in_quote)
        if self._label is None:
            return text
        term = self._label.write("editortranslator" if "+" in variable else variable, count, self._locale)
        if self._label_affix:
            term = self._label_affix(term)
        return append(term, text, self._in_quote) if self._label.leads else append(text, term, self._in_quote)

    def _combined(self, found: Sequence[tuple[str, Sequence[Name]]]) -> tuple[str, Sequence[Name]] | None:
        """Return editor and translator as one if they are the same people and the language has a word for it."""
        if len(found) != 2 or {variable for variable, _ in found} != {"editor", "translator"}:
            return None
        if found[0][1] != found[1][1] or not self._locale.term("editortranslator"):
            return None
        return "editor+translator", found[0][1]


def compile_names(
    node: Node, parent: Node | None, substitutes: Sequence[Render], inherited: Inherited, locale: Locale
) -> Render:
    """Compile a ``<names>``; ``parent`` is the one whose substitute it is, ``substitutes`` are its own, compiled."""
    element = NamesElement(node, parent, inherited, locale)

    def finish(text: str) -> str:
        text = element.marks.apply(text, True)
        return element.affix(text) if element.affix else text

    def render_names(scope: Scope) -> str:
        is_first = scope.first_names is None
        text, shown = element.write(scope)
        if not shown:
            text = _substitute(substitutes, scope)
            if text and is_first and scope.first_names is None and scope.repeated is not None:
                scope.first_names = ()
                made = scope.repeated((), [text])
                text = text if made is None else "".join(made)
        if is_first and (text or shown) and scope.first_names is None:
            scope.first_names = tuple(shown)
        if not text:
            return ""
        text = finish(text) if shown or parent is None else text
        if is_first and not scope.first_text:
            scope.first_text = text
            if scope.hide_names:
                return ""
        return text

    return render_names


def _substitute(substitutes: Sequence[Render], scope: Scope) -> str:
    """Return the first substitute that shows anything, or would if the names of this cite weren't hidden."""
    for one in substitutes:
        text = _capture(one, scope)
        if text or (scope.hide_names and scope.first_text):
            return text
    return ""


def _capture(substitute: Render, scope: Scope) -> str:
    """Try a substitute; what it shows is not shown again in this cite."""
    outer, scope.substituting = scope.substituting, True
    text = substitute(scope)
    scope.substituting = outer
    scope.rendered += bool(text)
    return text
