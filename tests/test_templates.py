"""Templates render with everything escaped, and say where and why they fail."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from octavo.model.diagnostic import Diagnostic
from octavo.render.layouts import layouts_of
from octavo.render.templates import TemplateProblem, check_templates, format_date, make_templates
from octavo.render.views import LinkView


def problem_of(sources: dict[str, str], name: str = "page.html.jinja", **context: object) -> Diagnostic:
    with pytest.raises(TemplateProblem) as caught:
        make_templates(sources).render(name, **context)
    return caught.value.diagnostic


def test_text_is_escaped_and_markup_is_not() -> None:
    templates = make_templates({"page.html.jinja": "<p>{{ text }}{{ html }}</p>"})
    rendered = templates.render("page.html.jinja", text="<script>", html=Markup("<b>bold</b>"))
    assert rendered == "<p>&lt;script&gt;<b>bold</b></p>"
    assert isinstance(rendered, Markup)


def test_a_template_extends_and_includes_others() -> None:
    sources = {
        "base.html.jinja": "<body>{% block main %}{% endblock %}</body>",
        "nav.html.jinja": "<nav>{{ title }}</nav>",
        "page.html.jinja": (
            '{% extends "base.html.jinja" %}\n{% block main %}\n{% include "nav.html.jinja" %}\n{% endblock %}'
        ),
    }
    templates = make_templates(sources)
    assert templates.render("page.html.jinja", title="Notes") == "<body><nav>Notes</nav></body>"
    assert templates.has("nav.html.jinja")
    assert not templates.has("footer.html.jinja")


def test_a_syntax_error_points_at_its_line() -> None:
    problem = problem_of({"page.html.jinja": "<h1>\n  {% if title %}\n</h1>\n{% endfor %}\n"})
    assert problem.rule == "template-invalid"
    assert "endfor" in problem.message
    assert problem.span is not None
    assert (problem.span.path, problem.span.line) == ("templates/page.html.jinja", 4)
    assert problem.excerpt == "{% endfor %}"


def test_a_syntax_error_in_an_included_template_points_there() -> None:
    problem = problem_of({"page.html.jinja": '{% include "nav.html.jinja" %}', "nav.html.jinja": "\n{{ }}"})
    assert problem.span is not None
    assert (problem.span.path, problem.span.line) == ("templates/nav.html.jinja", 2)


def test_an_undefined_variable_gets_the_nearest_known_name() -> None:
    problem = problem_of({"page.html.jinja": "<h1>\n{{ pgae }}</h1>"}, page="x", site="y")
    assert problem.message == "'pgae' is not defined"
    assert problem.hint == "did you mean 'page'?"
    assert problem.excerpt == "{{ pgae }}</h1>"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column, problem.span.width) == (2, 4, 4)


def test_an_undefined_attribute_gets_the_nearest_of_its_owner() -> None:
    problem = problem_of({"page.html.jinja": "{{ link.titel }}"}, link=LinkView("A", "/a/"))
    assert problem.message == "LinkView has no 'titel'"
    assert problem.hint == "did you mean 'title'?"


def test_the_variable_of_a_loop_is_a_known_name() -> None:
    problem = problem_of({"page.html.jinja": "{% for entry in entries %}{{ entri }}{% endfor %}"}, entries=[1])
    assert "'entry'" in problem.hint


def test_an_error_in_an_included_template_points_there() -> None:
    sources = {"page.html.jinja": '{% include "nav.html.jinja" %}', "nav.html.jinja": "<nav>\n{{ missing }}"}
    problem = problem_of(sources)
    assert problem.span is not None
    assert (problem.span.path, problem.span.line) == ("templates/nav.html.jinja", 2)


def test_a_missing_template_gets_the_nearest_name() -> None:
    problem = problem_of({"page.html.jinja": ""}, name="pages.html.jinja")
    assert problem.message == "no template 'pages.html.jinja'"
    assert problem.hint == "did you mean 'page.html.jinja'?"


def test_a_missing_include_points_at_the_template_that_wants_it() -> None:
    problem = problem_of({"page.html.jinja": '<p>\n{% include "navi.html.jinja" %}'})
    assert problem.span is not None
    assert (problem.span.path, problem.span.line) == ("templates/page.html.jinja", 2)


@pytest.mark.parametrize(
    "source", ["{{ 1 / 0 }}", '{% include "page.html.jinja" %}', "{{ title() }}", "{{ 1 | join }}", "{{ x | nope }}"]
)
def test_whatever_a_template_does_is_a_diagnostic(source: str) -> None:
    problem = problem_of({"page.html.jinja": source}, title="x")
    assert problem.span is not None
    assert problem.span.line == 1


def test_chance_is_not_offered() -> None:
    assert "random" in problem_of({"page.html.jinja": "{{ [1, 2] | random }}"}).message
    assert "lipsum" in problem_of({"page.html.jinja": "{{ lipsum() }}"}).message


@pytest.mark.parametrize(
    ("iso", "shown"),
    [("2026-11-23", "23 November 2026"), ("2026-11-02T10:00:00Z", "2 November 2026"), ("soon", "soon"), ("", "")],
)
def test_dates_are_written_out(iso: str, shown: str) -> None:
    assert format_date(iso) == shown
    assert make_templates({"d.html.jinja": "{{ day | date }}"}).render("d.html.jinja", day=iso) == shown


def test_templates_that_no_page_uses_are_checked_too() -> None:
    sources = {"page.html.jinja": "fine", "own.html.jinja": "\n{% if %}", "mail.txt.jinja": "{{ x"}
    found = check_templates(sources)
    assert [one.span and (one.span.path, one.span.line) for one in found] == [
        ("templates/mail.txt.jinja", 1),
        ("templates/own.html.jinja", 2),
    ]


def test_a_layout_is_a_template_of_a_whole_page() -> None:
    sources = {
        "base.html.jinja": """<html>{%- include 'header.html.jinja' %}""",
        "page.html.jinja": '{% extends "base.html.jinja" %}',
        "header.html.jinja": """<header>{%- from "links.html.jinja" import link %}""",
        "links.html.jinja": "{% macro link() %}{% endmacro %}",
        "figure.html.jinja": "<figure>",
        "feed.xml.jinja": "<feed>",
    }
    assert layouts_of(sources) == {"base", "page"}


def test_what_pages_share_is_rendered_once_for_each_key() -> None:
    templates = make_templates({"card.html.jinja": "<{{ work }}>", "row.html.jinja": "{{ work }}"})
    works = iter(("a&", "b", "c"))

    def shown(template: str, key: int) -> Markup:
        return templates.render_once(template, key, lambda: {"work": next(works)})

    cards = [shown("card.html.jinja", 1), shown("card.html.jinja", 2), shown("card.html.jinja", 1)]
    assert cards == ["<a&amp;>", "<b>", "<a&amp;>"]
    assert shown("row.html.jinja", 1) == "c"


@given(st.text() | st.text("&<>\"'a ") | st.text("<&a").map(Markup) | st.integers() | st.none() | st.dates())
@example("\N{LATIN SMALL LETTER A WITH DIAERESIS}'")
@settings(deadline=None)
def test_all_that_is_printed_is_escaped_as_markupsafe_does(value: object) -> None:
    source = "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{% set kept %}{{ value }}{% endset %}"
    for shown in ("{{ value }}", "{{ kept }}", "{% for one in [value] %}{{ one }}{% endfor %}"):
        rendered = make_templates({"page.html.jinja": source + shown}).render("page.html.jinja", value=value)
        assert rendered == escape(value)
    twice = make_templates({"page.html.jinja": source + "{{ twice(value) }}"}).render("page.html.jinja", value=value)
    assert twice == escape(value) * 2
