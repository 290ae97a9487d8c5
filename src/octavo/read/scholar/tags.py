"""jekyll-scholar's tags to what they stand for: a citation, or entries of the library that are shown.

https://github.com/inukshuk/jekyll-scholar#usage; what its documentation leaves out is as its source has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from octavo.model.document import Citation, CitationItem, Hole, ListForm, ReferenceList
from octavo.model.source import Span
from octavo.read.rules.arguments import Problem, Tag
from octavo.read.rules.draft import near_match
from octavo.read.rules.locator import LABELS
from octavo.read.scholar.flags import ScholarArguments, Word, list_words, parse_flags
from octavo.read.scholar.query import QueryProblem, parse_query

#: Where a stretch of the text of a block stands in its file.
Place = Callable[[int, int], Span]

#: The value of a variable, or nothing if there is none of this name.
Lookup = Callable[[str], str]

CITING = ("cite", "nocite", "quote")
NAMING = {"reference": ListForm.REFERENCE, "cite_details": ListForm.DETAILS, "details_link": ListForm.ADDRESS}
CHOOSING = {"bibliography": ListForm.LIST, "bibliography_count": ListForm.COUNT}
NAMES = (*CITING, *NAMING, *CHOOSING, "bibtex")

_VARIABLE = re.compile(r"\{\{-?\s*([\w.]+)\s*-?\}\}")


def no_variables(_name: str) -> str:
    """Know no variable."""
    return ""


def parse_scholar_tag(
    tag: Tag, place: Place, lookup: Lookup = no_variables, content: str = ""
) -> Citation | ReferenceList | Problem:
    """Parse a tag of jekyll-scholar by its name; ``content`` is what stands between ``bibtex`` and ``endbibtex``.

    A citekey may be the name of a variable, which may hold several; in citekeys, files, queries, styles and groups
    ``{{ variables }}`` are filled in.
    """
    arguments = parse_flags(tag)
    if isinstance(arguments, Problem):
        return arguments
    arguments = _filled(arguments, lookup)
    if problem := _problem(tag, arguments):
        return problem
    if tag.name in CITING:
        return _citation(tag, arguments, place)
    if tag.name in NAMING:
        form = NAMING[tag.name]
        return _reference_list(tag, arguments, place, form, tuple(_items(arguments, place)))
    if tag.name in CHOOSING:
        return _reference_list(tag, arguments, place, CHOOSING[tag.name], ())
    return _reference_list(tag, arguments, place, ListForm.REFERENCE, (), content)


def hole_of(value: Citation | ReferenceList) -> Hole:
    """Return the kind of hole that a tag leaves."""
    if isinstance(value, Citation):
        return Hole.CITATION
    return Hole.REFERENCES if value.form is ListForm.LIST else Hole.ENTRY


def _filled(arguments: ScholarArguments, lookup: Lookup) -> ScholarArguments:
    def fill(word: Word) -> Word:
        return word._replace(text=_VARIABLE.sub(lambda found: lookup(found[1]) or found[0], word.text))

    def fill_key(word: Word) -> Iterator[Word]:
        filled = fill(word._replace(text=lookup(word.text) or word.text))
        yield from (word._replace(text=key) for key in list_words(filled)) if filled != word else (word,)

    keys = (filled for word in arguments.keys for filled in fill_key(word))
    flags = {
        name: tuple(map(fill, words)) if name in ("file", "query", "style", "group_by") else words
        for name, words in arguments.flags.items()
    }
    return ScholarArguments(tuple(keys), flags)


def _problem(tag: Tag, arguments: ScholarArguments) -> Problem | None:
    """Return what is wrong with a tag, if anything."""
    if tag.name in (*CITING, *NAMING):
        if not arguments.keys:
            return Problem(f"'{{% {tag.name} %}}' names no citekey", tag.start, tag.end)
    elif arguments.keys:
        word = arguments.keys[0]
        return Problem(f"'{{% {tag.name} %}}' takes no '{word.text}'", word.start, word.end)
    if tag.name in CITING and len(arguments.all("locator")) > len(arguments.keys):
        return Problem("there are more locators than citekeys", tag.start, tag.end)
    for label in arguments.all("label"):
        if _term(label) not in LABELS:
            return Problem(f"'{label}' is no locator term of CSL", tag.start, tag.end, near_match(label, LABELS))
    for name in ("max", "offset"):
        for word in arguments.flags.get(name, ()):
            if not word.text.isdecimal():
                return Problem(f"'{word.text}' is no number of entries", word.start, word.end)
    return next(_query_problems(arguments), None)


def _query_problems(arguments: ScholarArguments) -> Iterator[Problem]:
    for word in arguments.flags.get("query", ()):
        query = parse_query(word.text)
        if isinstance(query, QueryProblem):
            start = word.start + max(0, word.text.find(query.culprit))
            yield Problem(query.message, start, start + max(1, len(query.culprit)), query.hint)


def _citation(tag: Tag, arguments: ScholarArguments, place: Place) -> Citation:
    return Citation(
        tuple(_items(arguments, place)),
        silent=tag.name == "nocite",
        files=arguments.all("file"),
        style=arguments.last("style"),
        list_prefix=arguments.last("prefix"),
        span=place(tag.start, tag.end),
    )


def _items(arguments: ScholarArguments, place: Place) -> Iterator[CitationItem]:
    locators, labels = arguments.all("locator"), arguments.all("label")
    for number, word in enumerate(arguments.keys):
        locator = locators[number] if number < len(locators) else ""
        label = LABELS[_term(labels[min(number, len(labels) - 1)])] if labels else "page"
        yield CitationItem(
            word.text,
            place(word.start, word.end),
            locator,
            label if locator else "",
            suppress_author=arguments.has("suppress_author"),
        )


def _reference_list(
    tag: Tag,
    arguments: ScholarArguments,
    place: Place,
    form: ListForm,
    items: tuple[CitationItem, ...],
    bibtex: str = "",
) -> ReferenceList:
    in_order = arguments.has("cited_in_order")
    flags = arguments.flags
    return ReferenceList(
        cited_only=in_order or arguments.has("cited"),
        in_order=in_order,
        span=place(tag.start, tag.end),
        template=arguments.last("template"),
        form=form,
        items=items,
        bibtex=bibtex,
        files=arguments.all("file"),
        query=arguments.last("query"),
        style=arguments.last("style"),
        group_by=_list(arguments, "group_by"),
        group_order=_list(arguments, "group_order"),
        type_order=_list(arguments, "type_order"),
        most=int(arguments.last("max")) if "max" in flags else None,
        offset=int(arguments.last("offset") or 0),
        distinct="remove_duplicates" in flags,
        distinct_by=_list(arguments, "remove_duplicates"),
        list_tag=arguments.last("bibliography_list_tag"),
        prefix=arguments.last("prefix"),
        text=arguments.last("text"),
        clear="clear" in flags,
    )


def _list(arguments: ScholarArguments, name: str) -> tuple[str, ...]:
    return list_words(arguments.flags[name][-1]) if name in arguments.flags else ()


def _term(label: str) -> str:
    return label.rstrip(".").lower()
