from __future__ import annotations

import pytest

from octavo.model.diagnostic import Severity
from octavo.model.site import SiteConfig
from octavo.read.config import check_base_url, parse_config


def problems(text: str, table: tuple[str, ...] = ()) -> list[str]:
    """Return each problem as ``rule line:column message | hint``."""
    _, found = parse_config(text, "octavo.toml", table)
    return [f"{one.rule} {one.span.line}:{one.span.column} {one.message} | {one.hint}" for one in found if one.span]


def test_every_key_can_be_set() -> None:
    text = """
title = "Notes"
base_url = "https://example.org/notes/"
image_widths = [800, 400]
exclude = ["drafts/*"]
drafts = true

[variables]
edition = 2

[macros]
R = '\\mathbb{R}'
"\\\\norm" = '\\lVert #1 \\rVert'

[rules]
entry-uncited = "off"
"""
    config, found = parse_config(text, "octavo.toml", ())
    assert found == ()
    assert config == SiteConfig(
        title="Notes",
        base_url="https://example.org/notes",
        image_widths=(400, 800),
        exclude=("drafts/*",),
        drafts=True,
        variables={"edition": "2"},
        macros={r"\R": r"\mathbb{R}", r"\norm": r"\lVert #1 \rVert"},
        rules={"entry-uncited": Severity.OFF},
    )


def test_the_table_of_pyproject_is_read_and_nothing_else() -> None:
    text = '[project]\nname = "x"\n\n[tool.octavo]\ntitle = "Mine"\n'
    assert parse_config(text, "pyproject.toml", ("tool", "octavo"))[0].title == "Mine"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('titel = "x"', "config-unknown 1:1 unknown key 'titel' | did you mean 'title'?"),
        ('title = "x"\n  styel = "apa"', "config-unknown 2:3 unknown key 'styel' | did you mean 'style'?"),
        ("title = 3", "config-invalid 1:1 'title': expected text, got a whole number | "),
        ('drafts = "yes"', "config-invalid 1:1 'drafts': expected true or false, got text | "),
        ('math = "Tex"', "config-invalid 1:1 'Tex' is none of mathml, tex | did you mean 'tex'?"),
        ("image_quality = 0", "config-invalid 1:1 0 is not between 1 and 100 | "),
        (
            'base_url = "example.org"',
            "config-invalid 1:1 'example.org' is no address of a site | write it like this: https://example.org/notes",
        ),
        (
            'bibliography_permalink = "/../x/"',
            "config-invalid 1:1 '/../x/' leads out of the site | leave out the '..'",
        ),
        (
            '[rules]\ncite-unknwn = "off"',
            "config-unknown 2:1 unknown rule 'cite-unknwn' | did you mean 'cite-unknown'?",
        ),
        (
            '[rules]\ncite-unknown = "of"',
            "config-invalid 2:1 'of' is no severity | a severity is one of off, note, warning, error",
        ),
        (
            '[rules]\nurl-collision = "off"',
            "config-invalid 2:1 'url-collision' is always fatal: without what it asks for there is no page | ",
        ),
        (
            r"macros = { '\R2' = 'x' }",
            "config-invalid 1:13 '\\R2' is no name of a macro | a name is made of letters: \\R, \\norm",
        ),
        ("[macros]\nR = 'x'\n'\\R' = 'y'", "config-invalid 3:2 the macro \\R is defined twice | "),
        ("[macros]\na = 'x'\n'\\b' = '}{'", "config-invalid 3:2 the braces of the macro '\\b' do not match | "),
        (
            "[macros]\na = '#1#'",
            "config-invalid 2:1 in the macro 'a' a '#' has no number | arguments are #1 to #9; the sign itself is \\#",
        ),
        (
            "[macros]\nb = '\\a'\na = 'x\\c{\\b}'\nc = 'y'",
            "config-invalid 2:1 the macro \\b is defined by itself: \\b → \\a → \\b | ",
        ),
        ("[macros]\na = 3", "config-invalid 1:2 'macros': expected text, got a whole number | "),
        (
            'output = "static/site"',
            "config-invalid 1:1 'static/site' is a folder that Octavo reads or git keeps | "
            'write it like this: output = "_site"',
        ),
        (
            'output = "./.git"',
            "config-invalid 1:1 './.git' is a folder that Octavo reads or git keeps | "
            'write it like this: output = "_site"',
        ),
        (
            'output = "~/site"',
            "config-invalid 1:1 '~/site' leads out of the site | to publish elsewhere: octavo build --output DIR",
        ),
        ('output = "a\\u0000"', "config-invalid 1:1 'a\\x00' is no name of a folder | "),
        (
            'bibliography_permalink = "/"',
            "config-invalid 1:1 '/' is where the home page is | write it like this: /bibliography/",
        ),
        ('language = "English"', "config-invalid 1:1 'English' is no language tag | write it like this: en, de-AT"),
        (
            'output = "../x"',
            "config-invalid 1:1 '../x' leads out of the site | leave out the '..'",
        ),
        (
            'output = "/srv/x"',
            "config-invalid 1:1 '/srv/x' leads out of the site | to publish elsewhere: octavo build --output DIR",
        ),
        ('title = "x', "config-invalid 1:11 not TOML: unterminated string | "),
    ],
)
def test_a_mistake_is_reported_at_its_place(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_a_mistake_in_pyproject_is_found_in_its_table() -> None:
    text = '[project]\ntitel = "not ours"\n\n[tool.octavo]\ntitel = "x"\n'
    assert problems(text, ("tool", "octavo")) == ["config-unknown 5:1 unknown key 'titel' | did you mean 'title'?"]


@pytest.mark.parametrize("text", ["[[tool.octavo]]\ntitle = 'x'\n", "[tool]\noctavo = 3\n"])
def test_a_table_that_is_none_is_reported(text: str) -> None:
    assert [problem.split(" ", 2)[2] for problem in problems(text, ("tool", "octavo"))] == [
        "'tool.octavo' must be one table | write it like this: [tool.octavo]"
    ]


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "9" * 5000])
def test_toml_beyond_pythons_limits_is_reported(text: str) -> None:
    assert [problem.split()[0] for problem in problems(text)] == ["config-invalid"]


@pytest.mark.parametrize(
    "address", ["http://[", "http://a:99999999/", "https://", "ftp://a/", "https://a/?q", 'https://a/"x', "https://a b"]
)
def test_what_is_no_address_of_a_site_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no address of a site"):
        check_base_url(address)


def test_the_other_keys_still_count() -> None:
    config, found = parse_config('title = "T"\nstile = 3\nauthor = "A"\n', "octavo.toml", ())
    assert (config.title, config.author, len(found)) == ("T", "A", 1)


def test_an_address_on_the_command_line_is_checked_too() -> None:
    assert check_base_url("https://example.org/x/") == "https://example.org/x"
    with pytest.raises(ValueError, match="no address of a site"):
        check_base_url("javascript:alert(1)")
