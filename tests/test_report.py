from __future__ import annotations

import json
from pathlib import Path

from octavo.model.diagnostic import RULES, Diagnostic, Severity
from octavo.model.site import SiteConfig
from octavo.model.source import Span
from octavo.read.config import FIELDS
from octavo.render.report import has_errors, render_json, render_overlay, render_text, summarise

REPOSITORY = Path(__file__).parent.parent
UNKNOWN = Diagnostic(
    "cite-unknown",
    "no entry 'devlin2018' in bibliography/",
    Span("content/bert.md", 14, 31, 10),
    "a direct descendant of GPT {% cite devlin2018 %}, and",
    "did you mean 'devlin2019'?",
)
UNCITED = Diagnostic("entry-uncited", "nothing cites 'x'", Span("bibliography/a.bib", 1, 7, 1), "@book{x,")


def test_a_diagnostic_shows_its_line_with_the_place_underlined() -> None:
    unknown = Diagnostic(
        UNKNOWN.rule, UNKNOWN.message, Span("content/bert.md", 14, 36, 10), UNKNOWN.excerpt, UNKNOWN.hint
    )
    assert render_text([unknown], {}) == (
        "content/bert.md:14:36: error: no entry 'devlin2018' in bibliography/ [cite-unknown]\n"
        "14 | a direct descendant of GPT {% cite devlin2018 %}, and\n"
        "   |                                    ^^^^^^^^^^\n"
        "   = hint: did you mean 'devlin2019'?\n"
        "1 error in 1 file\n"
    )


def test_the_underline_stands_below_its_word_after_tabs_and_wide_characters() -> None:
    line = "\t語 {% cite x %}"
    shown = render_text([Diagnostic("cite-unknown", "m", Span("a.md", 1, line.index("x") + 1, 1), line)], {}).split(
        "\n"
    )
    before = shown[1][: shown[1].index("x")]
    columns = len(before) + before.count("語")
    assert shown[2].index("^") == columns


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = render_text([Diagnostic("cite-unknown", "\x1b[31mred", Span("\x1b[2J.md", 1, 1, 1), "x\x1b[2Jy")], {})
    assert "\x1b" not in text


def test_severities_can_be_configured() -> None:
    assert summarise([UNKNOWN, UNCITED], {}) == "1 error, 1 warning in 2 files"
    assert summarise([UNKNOWN, UNCITED], {"cite-unknown": Severity.WARNING}) == "2 warnings in 2 files"
    assert render_text([UNCITED], {"entry-uncited": Severity.OFF}) == ""
    assert not has_errors([UNCITED], {})
    assert has_errors([UNCITED], {}, strict=True)
    assert has_errors([UNCITED], {"entry-uncited": Severity.ERROR})
    assert not has_errors([UNKNOWN], {"cite-unknown": Severity.OFF}, strict=True)


def test_a_fatal_problem_stays_fatal() -> None:
    collision = Diagnostic("url-collision", "m", Span("a.md", 1, 1, 1))
    assert has_errors([collision], {"url-collision": Severity.OFF})


def test_json_holds_the_facts_and_every_diagnostic() -> None:
    report = json.loads(render_json([UNKNOWN], {}, False, {"pages": 3}))
    assert report["pages"] == 3
    assert report["diagnostics"] == [
        {
            "rule": "cite-unknown",
            "severity": "error",
            "path": "content/bert.md",
            "line": 14,
            "column": 31,
            "width": 10,
            "message": "no entry 'devlin2018' in bibliography/",
            "hint": "did you mean 'devlin2019'?",
        }
    ]


def test_the_overlay_is_escaped() -> None:
    nasty = Diagnostic("tag-unknown", "<script>", Span("<b>.md", 1, 1, 3), "<i>x</i>", '"><script>')
    overlay = render_overlay([nasty], {})
    assert "<script" not in overlay
    assert "&lt;i&gt;" in overlay


def test_the_readme_lists_every_rule_and_every_key_of_the_configuration() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for rule in RULES.values():
        assert f"| `{rule.identifier}` | {rule.severity} | {rule.summary} |" in readme
    guide = (REPOSITORY / "content/guide/configuration.md").read_text(encoding="utf-8")
    for key in FIELDS:
        assert f"| `{key}` |" in readme, key
        assert f"| `{key}` |" in guide, key
    assert SiteConfig().style == "apa"


def test_of_a_long_line_only_what_is_near_is_shown() -> None:
    line = "x" * 50_000 + " {{ nothing }} " + "y" * 50_000
    one = Diagnostic("variable-unknown", "no variable", Span("content/a.md", 1, 50_002, 13), line)
    shown = render_text([one], {}).split("\n")
    assert len(shown[1]) < 300
    start = shown[2].index("^")
    assert shown[1][start : start + 13] == "{{ nothing }}"
