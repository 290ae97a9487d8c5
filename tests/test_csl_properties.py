"""Whatever items hold, they are formatted, and nothing gets out of them but text and the tags of CSL."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.csl import Cite, Cluster, FormattedDocument, Formatter, Style, format_document, load_style
from octavo.csl.items import DATE_VARIABLES, NAME_VARIABLES, NUMBER_VARIABLES

STYLES = ("apa", "ieee", "nature", "chicago-notes-bibliography", "modern-language-association")
TEXT_VARIABLES = "abstract archive annote container-title DOI event-title genre ISBN keyword medium note publisher "
TEXT_VARIABLES += "publisher-place status title title-short URL language type"
TYPES = "article-journal article-newspaper book chapter legal_case paper-conference thesis webpage".split()

#: All that a citation may become: the tags, and the values that their attributes may have.
FORMATS = {
    "font-style:normal;",
    "font-weight:lighter;",
    "font-weight:normal;",
    "font-variant:small-caps;",
    "font-variant:normal;",
    "text-decoration:underline;",
    "text-decoration:none;",
    "baseline",
}
BOXES = {"csl-block", "csl-left-margin", "csl-right-inline", "csl-indent"}
PLAIN_TAGS = {"i", "em", "b", "sup", "sub"}

NASTY = (
    *("", " ", "\0", "\x1b", "\ud800", "\ufffe", "\ue000\ue001", "\uf8ff\ue800", "\u202e", "\u0301", "\u00a0"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<i>", "</i>", "<b", "<i>a<b>b</i>c</b>", "&lt;"),
    *('<span class="nocase">', '<span style="font-variant: small-caps;">', '<span onclick="x">', "</span>", "<!--"),
    *("javascript:alert(1)", "https://example.org/?a=1&b=<i>\"'", "10.1000/<script>", "data:text/html,x", "http://"),
    *('"', "'", "“", "”", "‘", "’", '"a \'b" c\'', ".", "..", "?!", ",", ";", ":", "-", "–", "&", "(", "]]", "]]>"),
    *("נדב", "محمد", "村上", "ﬁ", "İ", "ß", "ǅ", "a\u0300", "🦆", "van", "d'", "Jean-Luc", "J.-L.", "MCMXC", "others"),
    *("1", "0", "-5", "12-7", "iv-x", "1999–2003", "S12, e5 & 7", "9" * 30, "9" * 500, "²", "٣", "1.2.3", "2nd"),
)  # fmt: skip
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=5).map("".join)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
NAME_PARTS = "family given dropping-particle non-dropping-particle suffix literal comma-suffix static-ordering".split()
DATE_KEYS = "date-parts season circa literal raw".split()
years = st.integers(-(10**20), 10**20) | st.sampled_from(("", "0", "2001", "-43", "99999999999", "x", None, 1.5, True))
date_parts = st.lists(st.lists(years, max_size=4) | anything, max_size=3)


def mostly(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return what is asked for, or something of a wrong type."""
    return st.one_of(strategy, strategy, strategy, anything)


names = st.dictionaries(st.sampled_from(NAME_PARTS), mostly(texts), max_size=4)
dates = st.fixed_dictionaries({}, optional={"date-parts": mostly(date_parts), **dict.fromkeys(DATE_KEYS[1:], anything)})
values = {
    **dict.fromkeys(TEXT_VARIABLES.split(), mostly(texts)),
    **dict.fromkeys(sorted(NUMBER_VARIABLES), mostly(texts)),
    **dict.fromkeys(sorted(NAME_VARIABLES), mostly(st.lists(mostly(names), max_size=4))),
    **dict.fromkeys(sorted(DATE_VARIABLES), mostly(dates)),
    "type": mostly(st.sampled_from(TYPES)),
}
variables = st.dictionaries(st.sampled_from(sorted(values)), st.none(), max_size=12)
items = variables.flatmap(lambda chosen: st.fixed_dictionaries({name: values[name] for name in chosen}))
libraries = st.lists(items, min_size=1, max_size=5).map(
    lambda made: [{**item, "id": f"i{place}"} for place, item in enumerate(made)]
)
cites = st.builds(
    Cite,
    id=st.sampled_from(("i0", "i0", "i1", "i2", "nowhere")),
    locator=texts,
    label=st.sampled_from(("", "page", "chapter", "sub verbo", "\0", "<i>")),
    prefix=texts,
    suffix=texts,
    suppress_author=st.booleans(),
    author_only=st.booleans(),
)
clusters = st.lists(
    st.builds(Cluster, cites=st.lists(cites, max_size=4).map(tuple), note=st.integers(0, 3), narrative=st.booleans()),
    max_size=4,
)


@lru_cache(maxsize=len(STYLES))
def style_named(name: str) -> Style:
    return load_style(name)


def check(document: FormattedDocument) -> None:
    """Prove that all HTML of a document is well-formed, and made of nothing but what CSL may write."""
    for cluster in document.clusters:
        check_html(cluster.html)
        check_html(cluster.author)
        assert not set(cluster.text) & set("\0\ue000\ue800\uf8ff")
    for entry in document.entries:
        for html in (entry.html, entry.mark, entry.body):
            check_html(html)
        assert not set(entry.text) & set("\0\ue000\ue800\uf8ff")


def check_html(html: str) -> None:
    for element in list(ElementTree.fromstring(f"<p>{html}</p>").iter())[1:]:
        if element.tag == "a":
            assert element.attrib.keys() == {"href"}
            assert element.attrib["href"].startswith(("https://", "http://", "ftp://"))
        elif element.tag == "span":
            assert element.attrib.keys() == {"style"}
            assert element.attrib["style"] in FORMATS
        elif element.tag == "div":
            assert element.attrib.keys() == {"class"}
            assert element.attrib["class"] in BOXES
        else:
            assert element.tag in PLAIN_TAGS
            assert not element.attrib


def cited_each(given: list[dict[str, Any]]) -> list[Cluster]:
    return [Cluster((Cite(item["id"], locator="3"),), note) for note, item in enumerate(given, start=1)]


@pytest.mark.parametrize("name", STYLES)
@given(library=libraries, cited=clusters)
@settings(max_examples=60, deadline=None)
def test_whatever_items_hold_they_are_formatted(name: str, library: list[dict[str, Any]], cited: list[Cluster]) -> None:
    check(format_document(style_named(name), library, cited))


@pytest.mark.parametrize("name", STYLES)
@given(first=libraries, second=libraries, cited=clusters)
@settings(max_examples=25, deadline=None)
def test_a_formatter_remembers_nothing_that_shows(
    name: str, first: list[dict[str, Any]], second: list[dict[str, Any]], cited: list[Cluster]
) -> None:
    style = style_named(name)
    used = Formatter(style)
    for library in (first, second, first):
        assert used.format(library, cited) == format_document(style, library, cited)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("text", [one for one in NASTY if one], ids=lambda text: ascii(text[:20]))
def test_every_text_may_stand_in_every_variable(name: str, text: str) -> None:
    item: dict[str, Any] = {"id": "a", "type": "article-journal"}
    item |= dict.fromkeys((*TEXT_VARIABLES.split()[:-1], *NUMBER_VARIABLES), text)
    item |= {variable: [dict.fromkeys(NAME_PARTS[:5], text), {"literal": text}] for variable in NAME_VARIABLES}
    item |= {variable: {"literal": text} for variable in DATE_VARIABLES}
    check(format_document(style_named(name), [item], cited_each([item])))


@pytest.mark.parametrize("name", STYLES)
def test_two_thousand_authors(name: str) -> None:
    authors = [{"family": f"Doe{place}", "given": "Jane"} for place in range(2000)]
    given = [{"id": one, "type": "book", "title": one, "author": authors} for one in "abc"]
    document = format_document(style_named(name), given, cited_each(given))
    check(document)
    assert "Doe0" in document.entries[0].text


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize(
    "text",
    [
        *("<i>" * 3000 + "x" + "</i>" * 3000, "<b><i>" * 1000 + "x" + "</i></b>" * 1000, "<i>" * 3000),
        *("“‘" * 500 + "x" + "’”" * 500, "\"a '" * 500, '<span class="nocase">' * 1000 + "x" + "</span>" * 1000),
    ],
    ids=["italics", "bold italics", "open tags", "quotes", "open quotes", "spans"],
)
def test_markup_may_be_nested_deep(name: str, text: str) -> None:
    given = [{"id": "a", "type": "book", "title": text, "author": [{"family": text, "given": text}]}]
    check(format_document(style_named(name), given, cited_each(given)))


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize(
    "issued",
    [
        {"date-parts": [[10**30, 99, -3]]},
        {"date-parts": [[-(10**8)]]},
        {"date-parts": [[0, 0, 0], [0]]},
        {"date-parts": [["2001", "2", "31"], ["1999"]]},
        {"date-parts": [[2001, 5], [2000, 3], [1999]]},
        {"date-parts": [[2001]], "season": 10**30},
        {"date-parts": [[2001]], "season": "9" * 5000},
        {"raw": "9" * 5000},
        {"raw": "٣٣٣٣-٠٥"},
        {"raw": "²²²² May"},
        {"date-parts": [[]]},
        {},
    ],
    ids=lambda issued: str(issued)[:40],
)
def test_dates_that_make_no_sense(name: str, issued: dict[str, Any]) -> None:
    given = [{"id": one, "type": "book", "title": f"Wings {one}", "issued": issued} for one in "ab"]
    document = format_document(style_named(name), given, cited_each(given))
    check(document)
    assert all("Wings" in entry.text for entry in document.entries)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize(
    "number",
    [10**5000, -(10**400), 1e400, float("nan"), "9" * 5000, "9" * 5000 + "-8"],
    ids=lambda one: type(one).__name__,
)
def test_numbers_of_any_size(name: str, number: Any) -> None:
    item = {"id": "a", "type": "article-journal", "title": "Wings", **dict.fromkeys(NUMBER_VARIABLES, number)}
    check(format_document(style_named(name), [item], cited_each([item])))


SEEDED = """
from octavo.csl import Cite, Cluster, format_document, load_style
authors = [{"family": family, "given": given} for family in ("Doe", "Roe") for given in ("Jane", "John", "Ann")]
items = [
    {"id": f"i{n}", "type": kind, "title": f"Title {n % 4}", "author": authors[n % 5 : n % 5 + n % 3 + 1],
     "issued": {"date-parts": [[2001 + n % 2]]}, "editor": authors[:2], "DOI": f"10.1000/{n}", "edition": n}
    for n, kind in enumerate(("book", "chapter", "article-journal", "thesis") * 4)
]
clusters = [Cluster(tuple(Cite(f"i{n}") for n in (m, m + 1, m + 2)), m) for m in range(1, 14)]
for name in ("apa", "ieee", "nature", "chicago-notes-bibliography", "modern-language-association"):
    document = format_document(load_style(name), items, clusters)
    print(ascii([one.html for one in document.clusters] + [one.html for one in document.entries]))
"""


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    path = os.pathsep.join(filter(None, sys.path))
    results = {
        subprocess.run(
            [sys.executable, "-c", SEEDED],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(results) == 1
