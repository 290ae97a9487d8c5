"""Pages as Markdown: what another program reads in them is what a reader sees on the page."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from building import BuiltSite, build_folder, write_site
from octavo.render.markdown_writer import write_markdown

BIBLIOGRAPHY = """
@article{gray1924, author = {Gray, Ada}, title = {On $n$ entropies}, journal = {Notes}, year = 1924,
  doi = {10.1000/gray}, url = {https://example.org/gray.pdf}}
@book{hall1931, author = {Hall, Ben}, title = {Counting_things}, publisher = {Press}, year = 1931}
"""
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def built(folder: Path, note: str, config: str = "", **others: str) -> BuiltSite:
    files = {"octavo.toml": config, "bibliography/works.bib": BIBLIOGRAPHY, "content/models/bert.md": note}
    return build_folder(write_site(folder, files | others))


def mirror(folder: Path, note: str, config: str = "") -> str:
    return built(folder, note, config).text("models/bert/index.md")


def test_title_byline_and_address_stand_above_the_text(tmp_path: Path) -> None:
    note = "---\ntitle: BERT_base\nauthor: [Ada, Ben]\ndate: 2024-05-31\nupdated: 2024-06-01\n---\nText.\n"
    assert mirror(tmp_path, note, 'base_url = "https://example.org/notes"') == (
        "# BERT_base\n\nAda, Ben · 31 May 2024 · updated 1 June 2024 · <https://example.org/notes/models/bert/>\n\nText.\n"
    )


def test_a_title_that_the_text_begins_with_is_not_repeated(tmp_path: Path) -> None:
    assert mirror(tmp_path, "# BERT\n\nText.\n") == "# BERT\n\nText.\n"


def test_citations_are_text_and_references_are_a_list_with_links(tmp_path: Path) -> None:
    text = mirror(tmp_path, "---\ntitle: B\n---\nSo it is [@gray1924, p. 3; @hall1931], says @gray1924.\n")
    assert "So it is (Gray, 1924, p. 3; Hall, 1931), says Gray (1924)." in text
    assert text.endswith(
        "## References\n\n"
        "- Gray, A. (1924). On $n$ entropies. *Notes*. <https://doi.org/10.1000/gray>"
        " [PDF](https://example.org/gray.pdf)\n"
        "- Hall, B. (1931). *Counting_things*. Press.\n"
    )


def test_marks_of_numbered_references(tmp_path: Path) -> None:
    text = mirror(tmp_path, "---\ntitle: B\n---\nSo [@gray1924] (as said) [@hall1931].\n", 'style = "ieee"')
    assert "So [1] (as said) [2]." in text
    assert "- [1] A. Gray" in text
    counted = mirror(tmp_path / "nature", "---\ntitle: B\n---\nSo [@gray1924].\n", 'style = "nature"')
    assert "So<sup>1</sup>." in counted
    assert "\n1. Gray, A." in counted


def test_footnotes_and_citations_in_notes_are_footnotes(tmp_path: Path) -> None:
    note = "---\ntitle: B\n---\nA word.[^a] A claim [@hall1931].\n\n[^a]: First.\n\n    Second.\n"
    text = mirror(tmp_path, note, 'style = "chicago-notes-bibliography"')
    assert "A word.[^1] A claim[^2]." in text
    assert "[^1]: First.\n\n    Second.\n" in text
    assert re.search(r"^\[\^2\]: Ben Hall, \*Counting_things\*", text, re.MULTILINE)


def test_links_are_absolute_if_the_site_knows_its_address(tmp_path: Path) -> None:
    note = "---\ntitle: B\n---\n## Uses\n\nTo [home](/), [here](#uses) and @sec:far.\n\n## Far {#sec:far}\n"
    assert "To [home](../../), [here](index.html#uses) and Far." in mirror(tmp_path / "a", note)
    absolute = mirror(tmp_path / "b", note, 'base_url = "https://example.org/n"')
    assert "To [home](https://example.org/n/), [here](https://example.org/n/models/bert/#uses) and Far." in absolute


def test_formulas_code_figures_and_tables(tmp_path: Path) -> None:
    note = """---
title: B
---
With $a_1 < b$ and `x*y`:

$$
E = mc^2
$$
{: #eq:e}

```python
a = "*"
```

![A *sketch*](https://example.org/a(1).png)
Fig. What is seen. Credits: {% cite hall1931 %}

Table: Sizes.

| Name | Size |
| :--- | ---: |
| a\\|b | 1 |
"""
    text = mirror(tmp_path, note)
    assert 'With $a_1 < b$ and `x*y`:\n\n$$\nE = mc^2 \\tag{1}\n$$\n\n```python\na = "*"\n```\n\n' in text
    assert "![A sketch](<https://example.org/a(1).png>)\n\nFigure 1. What is seen. Credit: (Hall, 1931)\n\n" in text
    assert "Table 1. Sizes.\n\n| Name | Size |\n| :--- | ---: |\n| a\\|b | 1 |\n" in text


def test_facts_are_a_table_with_its_sources(tmp_path: Path) -> None:
    note = """---
title: B
facts:
  layers:
    - {value: 12, of: base, source: gray1924}
    - {value: 24, of: large, source: hall1931}
  tokens: {value: not published, source: gray1924}
---
{% facts %}

{% compare columns="layers" %}
"""
    text = mirror(tmp_path, note)
    assert (
        "|  | base | large |\n| --- | --- | --- |\n| Layers | 12<sup>1</sup> | 24<sup>2</sup> |\n"
        "| Training tokens | not published<sup>1</sup> |  |\n\nSources:\n\n1. (Gray, 1924)\n2. (Hall, 1931)\n"
    ) in text
    assert "| [B](../../models/bert/) | 12 (base)<sup>1</sup>; 24 (large)<sup>2</sup> |" in text


def test_what_serves_only_the_hand_is_left_out(tmp_path: Path) -> None:
    text = mirror(tmp_path, "---\ntitle: B\n---\n* toc\n{:toc}\n\n## One\n\nText [@gray1924].\n")
    assert "](#" not in text
    assert not re.search(r"button|card|↩|<a|svg", text)
    assert text.count("One") == 1


def test_a_section_lists_its_pages(tmp_path: Path) -> None:
    others = {"content/models/index.md": "---\ntitle: Models\n---\nAll of them.\n"}
    note = "---\ntitle: BERT\ndescription: Fills gaps.\n---\nText.\n"
    text = built(tmp_path, note, **others).text("models/index.md")
    assert text == "# Models\n\nAll of them.\n\n- [BERT](../models/bert/): Fills gaps.\n"


def test_the_page_says_where_its_markdown_is(tmp_path: Path) -> None:
    note = "---\ntitle: B\npermalink: /models/b.html\n---\nText.\n"
    site = built(tmp_path, note)
    assert (
        '<link rel="alternate" type="text/markdown" title="This page as Markdown" href="../models/b.md">'
        in site.text("models/b.html")
    )
    assert site.text("models/b.md") == "# B\n\nText.\n"
    assert not [path for path in site.files() if path.endswith(".md") and path != "models/b.md"]


def test_a_site_may_have_no_markdown(tmp_path: Path) -> None:
    site = built(tmp_path, "Text.\n", "markdown = false")
    assert "models/bert/index.md" not in site.files()
    assert "text/markdown" not in site.text("models/bert/index.html")


@given(st.text(alphabet="ab1 \\`*_[](){}<>#+-.!|~$&;:/=é^\"'", max_size=30))
@example("1. a")
@example("![a](b)")
@example("[^1] [a][b] <b> &amp; **a** ~~b~~")
@example("a_b_ _c_")
def test_plain_text_stays_what_it_is(text: str) -> None:
    html = READER.render(write_markdown(f"<p>{escape(text)}</p>", ""))
    shown = re.sub(r"^<p>|</p>\n$", "", html)
    assert unescape(shown) == " ".join(text.split())


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a<br>\n<br>b</p>", "a\\\nb"),
        ("<p><em> a </em>b</p>", "*a* b"),
        ("<p><em></em><strong>b</strong>!<a href='/x'>y</a></p>", "**b**\\![y](/x)"),
        ("<p><code>a`b</code> <code>`</code></p>", "``a`b`` `` ` ``"),
        ("<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>", "- a\n  - b\n- c"),
        ("<ol start='9'><li><p>a</p></li><li><p>b</p><p>c</p></li></ol>", "9. a\n\n10. b\n\n    c"),
        ("<ul><li><input type='checkbox' checked> a</li></ul>", "- [x] a"),
        ("<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>", "> a\n>\n> > b"),
        ("<dl><dt>a</dt><dd>b</dd><dd>c</dd><dt>d</dt><dd><p>e</p></dd></dl>", "a\n: b\n: c\n\nd\n: e"),
        ("a*<pre>x *\n  y</pre>*b", "a\\*\n\n```\nx *\n  y\n```\n\n\\*b"),
        ("<pre><code class='language-c'>```</code></pre>", "````c\n```\n````"),
        ("<table><tr><td colspan='2'>a|b</td></tr><tr><td>c<br>d</td></tr></table>",
         "|  |  |\n| --- | --- |\n| a\\|b |  |\n| c<br>d |  |"),
        ("<p>x<sup>2</sup><!-- no --><button>b</button><svg><text>t</text></svg></p>", "x<sup>2</sup>"),
        ("<p>a</p><script>b</script><hr><h2>c<a href='#c'></a></h2>", "a\n\n---\n\n## c"),
        ("<div><div>a</div></div><p>b <o:p @c>d</o:p>", "a\n\nb d"),
        ("<p>a<ul><li>b</ul>", "a\n\n- b"),
        ("<p>a <b>b</p><p>c", "a **b**\n\nc"),
        ("<p>1 < 2 and <img src=x alt=y>", "1 < 2 and ![y](x)"),
    ],
)  # fmt: skip
def test_html_as_markdown(html: str, markdown: str) -> None:
    assert write_markdown(html, "") == markdown


LINES = st.recursive(
    st.sampled_from(("a", " ", "[b]", "!", "1. ", "&amp;", "<br>", '<img src="c" alt="d">', "<code>e*</code>")),
    lambda inner: st.builds(
        '<{0}{1}>{2}</{0}>'.format,
        st.sampled_from(("em", "strong", "span", "sup", "kbd")),
        st.sampled_from(("", ' class="x"', ' id="y" class="z"')),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=6,
)  # fmt: skip
PARAGRAPHS = st.lists(LINES, max_size=4).map(lambda pieces: f"<p>{''.join(pieces)}</p>")
PAGES = st.recursive(
    PARAGRAPHS | LINES.map("<h2>{}</h2>".format) | st.just("<pre><code>f\n  g</code></pre>"),
    lambda inner: st.builds(
        str.format,
        st.sampled_from((
            "<div>{0}</div>", "<blockquote>{0}</blockquote>", "<ul>\n<li>{0}</li>\n<li>{1}</li>\n</ul>",
            '<ol start="3"><li>{0}{1}</li></ol>', "<dl><dt>t</dt><dd>{0}</dd><dd>{1}</dd></dl>",
            '<table><thead><tr><th>{0}</th></tr></thead><tr><td class="align-right">{1}</td></tr></table>',
        )),
        inner,
        inner,
    ),
    max_leaves=4,
)  # fmt: skip


@given(st.lists(PAGES, max_size=3).map("".join))
def test_html_that_is_nested_right_is_read_as_a_parser_reads_it(html: str) -> None:
    assert write_markdown(html, "") == write_markdown(f"{html}<!-- for which it is read by a parser -->", "")


def test_html_nested_beyond_reason_ends_somewhere() -> None:
    assert isinstance(write_markdown("<div>" * 5000 + "deep" + "<b>" * 5000, ""), str)
