"""What settings of jekyll-scholar change: in what is read of a bibliography, and in a site's own layouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import BuiltSite, build_folder, write_site
from octavo.model.reference import BibliographySettings
from octavo.model.source import SourceFile
from octavo.read.bibtex import parse_bibliography, split_bibtex
from octavo.resolve.library import understand

BOOKS = """@string{press = "Moss Press"}
@book{owl, title={Night {Birds}}, author={Oak, Olga}, year=1999, publisher=press}
@book{owl, title={Day Birds}, author={Oak, Olga}, year=2000, month=aug, publisher={The } # press}
@article{yew, title={\\emph{Taxus} in \\textsc{Bogs}}, author={Young, Ylva}, year=2003, journal={Trees}, number=4}
@misc{elm, title={Elms}, author={Eder, Emil}}
"""


def site_of(root: Path, page: str, scholar: str = "", **files: str) -> BuiltSite:
    settings = "".join(f"  {line}\n" for line in scholar.splitlines())
    return build_folder(
        write_site(
            root,
            {
                "_config.yml": f"title: Trees\nscholar:\n  style: apa\n{settings}",
                "page.html": f"---\n---\n{page}",
                "_bibliography/references.bib": BOOKS,
                "_layouts/bare.html": "{{ content }}",
                **files,
            },
        )
    )


def shown(root: Path, page: str, scholar: str = "") -> str:
    return site_of(root, page, scholar).text("page.html").strip()


def title_of(bibtex: str, **settings: object) -> str:
    reading = BibliographySettings(in_sentence_case=False, **settings)  # type: ignore[arg-type]  # of one's own choice
    [entry] = understand(parse_bibliography((SourceFile("a.bib", bibtex),), reading).entries, reading)
    title: str = entry.item["title"]
    return title


@pytest.mark.parametrize(
    ("filters", "latex", "title"),
    [
        ((), r"\"a {B} -- ``c'' $d$ ~", r"\"a {B} -- ``c'' &#36;d&#36; ~"),
        (("superscript",), r"x\textsuperscript{2 \"u} \emph{y}", r"x<sup>2 \"u</sup> \emph{y}"),
        (("italics",), r"\emph{y {z}} {a}", r"<i>y {z}</i> {a}"),
        (("lowercase",), r"\lowercase{ABC} D", "abc D"),
        (("textregistered",), r"Leaf\textregistered and bark", "Leaf® and bark"),
        (("latex",), r"\lowercase{AB} \textregistered \href\{https://a.org\}\{A\} \"u", "ab ® A ü"),
    ],
)
def test_what_no_filter_is_for_stays_as_it_is_written(filters: tuple[str, ...], latex: str, title: str) -> None:
    assert title_of(f"@misc{{a, title = {{{latex}}}, author = {{B}}}}", filters=filters) == title


def test_names_are_understood_whatever_the_filters() -> None:
    bibliography = parse_bibliography(
        (SourceFile("a.bib", r"@misc{a, title={T}, author={M{\"u}ller, {\v Z}an and {Barnes and Noble}}}"),)
    )
    [entry] = understand(bibliography.entries, BibliographySettings(filters=()))
    assert entry.item["author"] == [
        {"family": "Müller", "given": "Žan"},
        {"literal": "Barnes and Noble"},
    ]


@pytest.mark.parametrize(
    ("value", "settings", "title"),
    [
        ("birds", {}, "Birds"),
        ("birds", {"replaces_strings": False}, "birds"),
        ('"The " # birds', {"joins_strings": False}, '"The " # "Birds"'),
        ('"The " # birds', {"joins_strings": False, "replaces_strings": False}, '"The " # birds'),
    ],
)
def test_macros_are_replaced_and_joined_as_the_settings_say(value: str, settings: dict[str, bool], title: str) -> None:
    assert title_of(f"@string{{birds = {{Birds}}}}\n@misc{{a, title = {value}, author = {{B}}}}", **settings) == title


def test_a_bibliography_is_cut_where_text_stands_between_its_entries() -> None:
    text = (
        '# Works\n\n@string{a = "A"}\n@book{x, title=a},\n@book{y, title=a}\n\nmail@owl.org\n\n@book{z, title=a}\n\nEnd'
    )
    pieces = list(split_bibtex(text))
    assert [one.before.strip() for one in pieces] == ["# Works", "mail@owl.org", "End"]
    assert [one.bibtex.count("@book") for one in pieces] == [2, 1, 0]
    assert all(one.bibtex.startswith('@string{a = "A"}') for one in pieces if one.bibtex)
    assert [one.line for one in pieces] == [4, 9, 0]


def test_bibliographies_are_pages_with_the_text_around_their_entries(tmp_path: Path) -> None:
    page = (
        "---\n---\nWorks\n=====\n\n@book{a, title={Ash}, author={Ader, A.}}\n\nThat is *all*.\n\n@book{b, title={Box\n"
    )
    site = site_of(tmp_path, "", **{"refs.bib": page, "_posts/2020-01-02-refs.bib": page})
    for path in ("refs.html", "2020/01/02/refs.html"):
        assert '<h1 id="works">Works</h1>\n\n<p><span id="a">Ader, A. (n.d.). <i>Ash</i>.</span></p>' in site.text(path)
        assert "<p>That is <em>all</em>.</p>" in site.text(path)
    [problem] = [one for one in site.build.diagnostics if one.span and one.span.path == "refs.bib"]
    assert (problem.rule, problem.span and problem.span.line) == ("bibtex-invalid", 10)


def test_entries_that_share_a_key_are_all_listed_and_told(tmp_path: Path) -> None:
    site = site_of(tmp_path, "{% bibliography --query @book %}{% bibliography_count --query @book %} {% cite owl %}")
    html = site.text("page.html")
    assert "Night Birds" in html and "Day Birds" in html and "2 <a" in html
    assert "(Oak, 1999)" in html
    assert html.count('id="owl"') == 1
    assert [one.rule for one in site.build.diagnostics if "'owl'" in one.message][:1] == ["entry-duplicate"]


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("", "  month = aug,"),
        ("bibtex_options: {parse_months: false}", "  month = {August},"),
        ("bibtex_options: {parse_names: false}", "  author = {Oak, Olga},"),
    ],
)
def test_bibtex_is_printed_in_the_order_of_its_fields(tmp_path: Path, setting: str, line: str) -> None:
    template = "bibliography_template: '{{ entry.bibtex }}'\n"
    html = shown(tmp_path, "{% bibliography --query @book[year=2000] %}", template + setting)
    assert line in html.splitlines()
    assert html.index("title") < html.index("author") < html.index("year")


def test_names_are_left_as_written_if_they_are_not_to_be_parsed(tmp_path: Path) -> None:
    settings = "bibliography_template: '{{ entry.author }}|{{ entry.author_0_last }}'\n"
    settings += "bibtex_options: {parse_names: false}"
    assert "<li>Eder, Emil|</li>" in shown(tmp_path, "{% bibliography --query @misc %}", settings)


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ("", '<i>Taxus</i> in <span style="font-variant:small-caps;">Bogs</span>'),
        ("bibtex_filters:", r"\emph{Taxus} in \textsc{Bogs}"),
        ("bibtex_filters: [italics]", r"<i>Taxus</i> in \textsc{Bogs}"),
    ],
)
def test_filters_hold_in_references_and_templates(tmp_path: Path, settings: str, title: str) -> None:
    for number, template in enumerate(("{{ reference }}", "{{ entry.title }}")):
        settings_of = f"bibliography_template: '{template}'\n{settings}"
        assert title in shown(tmp_path / str(number), "{% bibliography --query @article %}", settings_of)


def test_a_work_may_be_listed_in_its_own_language(tmp_path: Path) -> None:
    works = "@article{a, title={Uno}, author={Sol, S.}, journal={Luna}, number=2, year=2001, language={es}}\n"
    works += "@article{b, title={Two}, author={Sun, S.}, journal={Moon}, number=3, year=2002, language={tlh}}\n"
    settings = "locale: en\nallow_locale_overrides: true\n"
    files = {"_bibliography/references.bib": works}
    page = "{% cite a b %} {% bibliography --style chicago-author-date %}"
    html = site_of(tmp_path, page, settings, **files).text("page.html")
    assert "n.<sup>o</sup> 2" in html and "no. 3" in html


def test_links_to_pages_of_entries_stand_without_a_layout_for_them_and_that_is_told(tmp_path: Path) -> None:
    page = "{% cite_details elm --text More %} {% details_link elm %} {% bibliography -q @misc -T '{{ details }}' %}"
    site = site_of(tmp_path, page)
    html = site.text("page.html")
    assert '<a class="details" href="/bibliography/elm.html">More</a> /bibliography/elm.html' in html
    assert "<li>/bibliography/elm.html</li>" in html
    problems = [one for one in site.build.diagnostics if one.rule == "link-broken"]
    assert [one.span and one.span.column for one in problems] == [17, 52]


def test_a_link_to_the_page_of_an_entry_that_there_isnt_is_told_once(tmp_path: Path) -> None:
    problems = site_of(tmp_path, "{% details_link nope %}").build.diagnostics
    assert [one.rule for one in problems if one.span and one.span.path == "page.html"] == ["cite-unknown"]


@pytest.mark.parametrize(
    ("page", "settings", "html"),
    [
        (
            "{% cite yew %}",
            "relative: /base/refs.html",
            '<a class="citation" href="/base/refs.html#yew">(Young, 2003)</a>',
        ),
        (
            "{% cite elm yew %}",
            "separate_links: true",
            '(<a class="citation" href="#elm">Eder, n.d.</a>; <a class="citation" href="#yew">Young, 2003</a>)',
        ),
        (
            "{% cite elm gone yew %}",
            "separate_links: true\ncite_class: c\nmissing_reference: '?'",
            '(<a class="c" href="#elm">Eder, n.d.</a>; <a class="c" href="#yew">Young, 2003</a>) '
            '<span class="c missing" title="gone">?</span>',
        ),
    ],
)
def test_citations_link_as_the_settings_say(tmp_path: Path, page: str, settings: str, html: str) -> None:
    assert shown(tmp_path, page, settings) == html


def test_a_group_without_a_name_has_an_empty_heading_of_its_own(tmp_path: Path) -> None:
    html = shown(tmp_path, "{% bibliography --group_by year --group_order descending %}")
    assert '<h2 class="bibliography">1999</h2>' in html
    assert (
        html.index(">1999<") < html.index("Night") < html.index('<h2 class="bibliography"></h2>') < html.index("Elms")
    )


def test_a_tag_that_no_list_has_is_told_and_the_list_keeps_its_own(tmp_path: Path) -> None:
    site = site_of(tmp_path, "{% bibliography --query @misc -h script %}")
    assert site.text("page.html").startswith('<ol class="bibliography">')
    assert "'script' is no tag for lists" in [one.message for one in site.build.diagnostics]


STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"><citation><layout>
<text value="cited so"/></layout></citation></style>"""


@pytest.mark.parametrize("name", ["own.csl", "/own.csl", "./own.csl", "./_includes/own.csl", "_bibliography/own.csl"])
def test_a_style_is_a_file_of_the_site_by_its_path(tmp_path: Path, name: str) -> None:
    files = {name.removeprefix(".").removeprefix("/"): STYLE}
    site = site_of(tmp_path, f"{{% cite owl --style {name} %}}", **files)
    assert "cited so" in site.text("page.html")
    assert [one for one in site.problems() if "style" in one] == []


def test_a_style_that_everybody_knows_may_be_named_by_its_address(tmp_path: Path) -> None:
    address = "https://raw.githubusercontent.com/citation-style-language/styles/master/ieee.csl"
    site = site_of(tmp_path, f"{{% cite owl --style {address} %}}")
    assert "[1]" in site.text("page.html")
    assert [one for one in site.problems() if "style" in one] == []


@pytest.mark.parametrize("tag", ["bibliography --max 1 --sort", "bibliography --sort year --max 1"])
def test_an_option_that_is_none_is_told_and_left_out(tmp_path: Path, tag: str) -> None:
    site = site_of(tmp_path, f"{{% {tag} %}}")
    assert site.text("page.html").count("<li") == 1
    assert [one.partition(" ")[2] for one in site.problems() if "option" in one] == [
        f"page.html:3:{4 + tag.index('--sort')} '{{% bibliography %}}' has no option '--sort'"
    ]
