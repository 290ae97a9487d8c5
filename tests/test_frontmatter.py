from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import FrontMatter
from octavo.model.source import SourceFile
from octavo.read.frontmatter import parse_front_matter


def parse(text: str) -> tuple[FrontMatter, str, tuple[Diagnostic, ...]]:
    return parse_front_matter(SourceFile("note.md", text))


def parse_yaml(yaml: str) -> FrontMatter:
    front_matter, _, problems = parse(f"---\n{yaml}\n---\n")
    assert problems == ()
    return front_matter


def problems_of(yaml: str) -> list[str]:
    """Return the problems as ``line:column rule message``."""
    _, _, problems = parse(f"---\n{yaml}\n---\nbody\n")
    return [
        f"{problem.span.line}:{problem.span.column} {problem.rule} {problem.message}"
        for problem in problems
        if problem.span
    ]


def test_every_key_is_read() -> None:
    front_matter = parse_yaml(
        "title: BERT\nlayout: single\npermalink: /bert/\ndescription: A model\nsection: Models\nnav_title: B\n"
        "nav_order: 2.5\ntoc: false\ndraft: true\ndate: 2024-05-31\nupdated: 2024-06-01 12:30:00\nlang: de\n"
        "style: ieee\nauthors: [Ada, Alan]\ntags:\n- nlp\n- llm\naliases: Bidirectional transformer"
    )
    assert front_matter == FrontMatter(
        title="BERT",
        layout="single",
        permalink="/bert/",
        description="A model",
        section="Models",
        nav_title="B",
        nav_order=2.5,
        toc=False,
        draft=True,
        date="2024-05-31",
        updated="2024-06-01T12:30:00",
        language="de",
        style="ieee",
        authors=("Ada", "Alan"),
        tags=("nlp", "llm"),
        aliases=("Bidirectional transformer",),
        body_line=21,
    )


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [
        ("no front matter\n", "no front matter\n", 1),
        ("---\ntitle: x\n---\nbody\n", "body\n", 4),
        ("\ufeff---\r\ntitle: x\r\n---\r\nbody\r\n", "body\n", 4),
        ("---\ntitle: x\n...\n\nbody", "\nbody", 4),
        ("---  \ntitle: x\n---", "", 3),
        ("---\n---\nbody", "body", 3),
        ("---\n# only a comment\n---\nbody", "body", 4),
        ("\ufeffbody", "body", 1),
        ("text\n---\ntitle: x\n---\n", "text\n---\ntitle: x\n---\n", 1),
        ("---\n\nAfter a rule\n", "---\n\nAfter a rule\n", 1),
    ],
)
def test_the_body_begins_after_the_front_matter(text: str, body: str, line: int) -> None:
    front_matter, found, problems = parse(text)
    assert (found, front_matter.body_line, problems) == (body, line, ())


def test_texts_are_read_as_they_are_written() -> None:
    front_matter = parse_yaml("title: 2024\ndescription: Yes\nlayout:\ntags: [1.10, null]\nauthor: {name: Ada}")
    assert front_matter.title == "2024"
    assert front_matter.description == "Yes"
    assert front_matter.layout == ""
    assert front_matter.tags == ("1.10",)
    assert front_matter.authors == ("Ada",)


def test_a_tab_after_a_value_is_no_mistake() -> None:
    assert parse_yaml("toc: true\t\ntitle: x").toc is True


def test_a_note_that_is_not_published_is_a_draft() -> None:
    assert parse_yaml("published: false").draft
    assert not parse_yaml("published: true").draft


def test_other_keys_are_kept() -> None:
    front_matter = parse_yaml("weight: 3\nheader: {image: a.png, when: 2024-01-01, n: [1, null, true]}\nhas_pet: no")
    assert front_matter.extra == {
        "weight": 3,
        "header": {"image": "a.png", "when": "2024-01-01", "n": [1, None, True]},
        "has_pet": False,
    }


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        ("title: [a", "3:1 front-matter-invalid"),
        ("title: x\nlayout: {a: b}", "3:9 front-matter-invalid 'layout' must be a text"),
        ("tags:\n  - a\n  - [b]", "4:5 front-matter-invalid 'tags' must be a text or a list of texts"),
        ("nav_order: [1]", "2:12 front-matter-invalid 'nav_order' must be a number or a text"),
        ("nav_order: true", "2:12 front-matter-invalid 'nav_order' must be a number or a text"),
        ("nav_order: .nan", "2:12 front-matter-invalid 'nav_order' must lie between -1000000 and 1000000"),
        ("nav_order: 1" + "0" * 400, "2:12 front-matter-invalid 'nav_order' must lie between -1000000 and 1000000"),
        ("lang: English!", "2:7 front-matter-invalid 'lang' must be a language tag such as en or de-AT"),
        ("title: a\nlang: de\ntitle: b", "4:1 front-matter-duplicate the key 'title' is given twice"),
        ("readings: {a: b}", "2:11 front-matter-invalid 'readings' must be a list"),
        ("readings: [{[a]: b}]", "2:13 front-matter-invalid a reading has an 'entry', and may have topic and comment"),
        ("facts: {[a]: b}", "2:9 fact-unknown there is no fact '…'"),
        ("facts: {layers: {[a]: b}}", "2:18 fact-invalid a fact has no '…'"),
        ("facts: [a]", "2:8 fact-invalid 'facts' must be made of 'name: values' lines"),
        ("readings: [a]", "2:12 front-matter-invalid a reading must be written {entry: citekey, topic: …, comment: …}"),
        (
            "readings: [{entry: a, titel: b}]",
            "2:23 front-matter-invalid a reading has an 'entry', and may have topic and comment",
        ),
        ("toc: maybe", "2:6 front-matter-invalid 'toc' must be true or false"),
        ("date: yesterday", "2:7 front-matter-invalid 'date' must be a date such as 2024-05-31"),
        ("date: 2024-02-30", "2:7 front-matter-invalid day is out of range for month"),
        ("title: a: b", "2:9 front-matter-invalid mapping values are not allowed in this context"),
        (" title: x\nlayout: y", "3:1 front-matter-invalid"),
        ("- a\n- b", "2:1 front-matter-invalid the front matter must be made of 'key: value' lines"),
        ("just words", "2:1 front-matter-invalid the front matter must be made of 'key: value' lines"),
        ("[a]: b", "2:1 front-matter-invalid a key must be a word"),
        ("x: !!python/object:os.system a", "2:4 front-matter-invalid could not determine a constructor"),
        ("title: *nothing", "2:8 front-matter-invalid found undefined alias"),
        ("titel: x", "2:1 front-matter-unknown the key 'titel' is not one of Octavo's"),
        ("a: 1\npermlink: x", "3:1 front-matter-unknown the key 'permlink' is not one of Octavo's"),
    ],
)
def test_a_mistake_is_told_at_its_place(yaml: str, problem: str) -> None:
    assert [found[: len(problem)] for found in problems_of(yaml)] == [problem]


def test_a_misspelt_key_gets_a_hint_and_is_kept() -> None:
    front_matter, _, (problem,) = parse("---\ntitel: x\n---\n")
    assert (problem.hint, problem.excerpt) == ("did you mean 'title'?", "titel: x")
    assert front_matter.extra == {"titel": "x"}


def test_one_wrong_value_does_not_hide_the_others() -> None:
    front_matter, _, problems = parse("---\ntitle: x\nnav_order: [a]\ntoc: b\nlayout: home\n---\n")
    assert (front_matter.title, front_matter.layout) == ("x", "home")
    assert len(problems) == 2


def test_a_front_matter_that_never_ends_is_told() -> None:
    front_matter, body, (problem,) = parse("---\ntitle: x\n\nbody\n")
    assert problem.rule == "front-matter-invalid"
    assert (front_matter.title, body) == ("", "---\ntitle: x\n\nbody\n")


#: Nine lists, each of nine aliases of the one before.
LAUGHS = "a: &a [x]\n" + "\n".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "yaml",
    [
        LAUGHS,
        "a: &a [*a]",
        "a: &a {b: *a}",
        "a: " + "[" * 500 + "]" * 500,
        "a: " + "[" * 50_000,
        "a: " + "{b: " * 5_000,
        "tags: [" + "a, " * 20_000 + "]",
    ],
)
def test_a_bomb_is_refused_and_ends_nothing(yaml: str) -> None:
    assert problems_of(yaml)


@settings(deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}&*!|>'\"#%@, \n\t0129.")))
def test_any_text_is_read_and_can_be_stored(text: str) -> None:
    front_matter, _, problems = parse(f"---\n{text}\n---\n")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(front_matter), type=FrontMatter) == front_matter
    for problem in problems:
        assert problem.span
        assert 1 <= problem.span.line <= len(re.findall("\r\n|\r|\n", text)) + 4
