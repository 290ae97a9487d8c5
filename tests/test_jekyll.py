"""Sites written for Jekyll: what is published where, what is made again, and what can't go wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from building import build_folder, build_inputs, write_site
from octavo.memo import DictMemo
from octavo.model.source import SourceFile
from octavo.read.jekyll.config import with_defaults
from octavo.read.jekyll.documents import default_values
from octavo.read.jekyll.heads import parse_head
from octavo.read.jekyll.permalinks import fill, output_of
from octavo.world.workspace import Workspace

LAYOUT = "<html><body>{{ content }}</body></html>"
SITE = {
    "_config.yml": "title: Site\n",
    "_layouts/default.html": LAYOUT,
    "index.md": "---\nlayout: default\n---\nHome\n",
    "list.md": "---\nlayout: default\n---\n{% for page in site.pages %}{{ page.title }};{% endfor %}\n",
    "a.md": "---\nlayout: default\ntitle: A\n---\nText\n",
    "_posts/2020-01-02-p.md": "---\nlayout: default\n---\nPost\n",
}


def built(folder: Path, files: dict[str, str]) -> dict[str, bytes]:
    return build_folder(write_site(folder, files)).files()


@pytest.mark.parametrize(
    ("style", "outputs"),
    [
        ("date", {"a.html", "2020/01/02/p.html"}),
        ("pretty", {"a/index.html", "2020/01/02/p/index.html"}),
        ("none", {"a.html", "p.html"}),
        ("ordinal", {"a.html", "2020/002/p.html"}),
        ("/x/:title/", {"a/index.html", "x/p/index.html"}),
    ],
)
def test_a_permalink_style_decides_where_pages_are(tmp_path: Path, style: str, outputs: set[str]) -> None:
    files = built(tmp_path, SITE | {"_config.yml": f"permalink: {style}\n"})
    assert outputs <= files.keys()


def test_the_sites_own_theme_writes_what_jekyll_writes_and_nothing_else(tmp_path: Path) -> None:
    files = built(tmp_path, SITE | {"css/a.css": "a {}", "_drafts/d.md": "D", "README": "", "_plugins/x.rb": "puts 1"})
    assert files.keys() == {"index.html", "list.html", "a.html", "2020/01/02/p.html", "css/a.css", "README"}


def test_the_sites_own_theme_makes_no_variants_of_images(tmp_path: Path) -> None:
    write_site(tmp_path, SITE | {"a.md": "---\nlayout: default\n---\n![A wide one](wide.png)\n"})
    Image.new("RGB", (2000, 10)).save(tmp_path / "wide.png")
    assert not [path for path in build_folder(tmp_path).files() if path.endswith(".webp")]


def test_a_site_whose_layouts_are_a_gems_is_shown_in_octavos_theme(tmp_path: Path) -> None:
    files = built(tmp_path, {"_config.yml": "theme: minima\n", "index.md": "---\nlayout: home\n---\nHello\n"})
    assert b"octavo.css" in files["index.html"]


def test_what_is_excluded_unpublished_or_in_the_future_is_not_there(tmp_path: Path) -> None:
    hidden = {
        "drafts/q.md": "---\n---\n",
        "u.md": "---\npublished: false\n---\n",
        "_posts/2999-01-01-later.md": "---\n---\n",
    }
    files = built(tmp_path, SITE | hidden | {"_config.yml": "exclude: [[index.md], 1, drafts]\n"})
    assert not any("q" in path or "later" in path or path.startswith("u") for path in files)


def test_an_edit_makes_only_what_can_see_it_again(tmp_path: Path) -> None:
    memo = DictMemo()
    made: list[str] = []

    def build_again() -> dict[str, bytes]:
        workspace = Workspace(tmp_path)
        made.clear()

        def note(stage: str, done: int, total: int) -> None:
            made.extend([stage] * total if not done else [])

        return build_inputs(workspace.read(), workspace, memo, progress=note).files()

    write_site(tmp_path, SITE)
    build_again()
    write_site(tmp_path, {"a.md": SITE["a.md"] + "more\n"})
    warm = build_again()
    assert made.count("jekyll text") == 1
    assert warm == build_folder(tmp_path).files()
    write_site(tmp_path, {"a.md": SITE["a.md"].replace("title: A", "title: B")})
    warm = build_again()
    assert made.count("jekyll text") == 2
    assert warm == build_folder(tmp_path).files()


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% assign x = 'abcdefgh' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}",
        "{% assign x = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}{% for i in (1..60) %}"
        "{% assign x = x | replace: 'a', x %}{% endfor %}",
        "{% include self.html %}",
    ],
)
def test_a_template_that_never_ends_is_reported(tmp_path: Path, text: str) -> None:
    site = build_folder(
        write_site(tmp_path, SITE | {"a.md": f"---\n---\n{text}\n", "_includes/self.html": "{% include self.html %}"})
    )
    assert {problem.split()[0] for problem in site.problems()} & {"liquid-limit", "liquid-invalid", "include-missing"}
    assert b"Home" in site.files()["index.html"]


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "x/../../secret.txt"])
def test_an_include_never_leaves_the_site(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    text = "---\n---\n{% include " + name + " %}{% include_relative " + name + " %}\n"
    site = build_folder(write_site(tmp_path / "site", SITE | {"a.md": text}))
    assert not any(b"secret" in content for path, content in site.files().items() if path == "a.html")
    assert "include-missing" in {problem.split()[0] for problem in site.problems()}


def test_a_problem_in_a_layout_or_behind_a_loop_is_at_its_own_line(tmp_path: Path) -> None:
    text = "---\n---\n{% for i in (1..3) %}\nx\n{% endfor %}\n\n[a](/nowhere/)\n"
    site = build_folder(
        write_site(tmp_path, SITE | {"a.md": text, "_layouts/default.html": "\n\n{% nosuch %}" + LAYOUT})
    )
    places = {problem.split()[1].rpartition(":")[0] for problem in site.problems()}
    assert {"a.md:7", "_layouts/default.html:3"} <= places


def test_front_matter_is_read_as_loosely_as_ruby_does() -> None:
    head = parse_head(
        SourceFile("a.md", "---\ntitle: x\t\ntitle: y\nwhen: 2020-02-30\nobject: !ruby/object:X {a: 1}\n---\nText")
    )
    assert head.front_matter["title"] == "y"
    assert head.front_matter["when"] == "2020-02-30"
    assert head.front_matter["object"] == {"a": 1}
    quoted = SourceFile("a.md", "---\nwhen: '2020-02-28 10:00:00'\nnumber: \"1\"\n---\n")
    assert parse_head(quoted).front_matter == {"when": "2020-02-28 10:00:00", "number": "1"}
    assert parse_head(SourceFile("a.md", "---\n title: x\nlayout: y\n---\n")).front_matter == {"title": "x"}
    assert parse_head(SourceFile("a.md", "---\na: [\n---\n")).diagnostics


@pytest.mark.parametrize(
    ("path", "date", "problem"),
    [
        ("_posts/2020-01-02-p.md", "date: soon\n", "_posts/2020-01-02-p.md:2:1 'soon' is no date"),
        ("_posts/2020-13-02-p.md", "", "_posts/2020-13-02-p.md:1:1 '2020-13-02' in the name of the file is no date"),
    ],
)
def test_a_date_that_there_is_not_is_told(tmp_path: Path, path: str, date: str, problem: str) -> None:
    site = build_folder(write_site(tmp_path, {"_config.yml": "title: T\n", path: f"---\n{date}---\nText\n"}))
    assert f"front-matter-invalid {problem}" in site.problems()


def test_an_include_without_parameters_has_those_of_the_one_around_it(tmp_path: Path) -> None:
    includes = {"_includes/outer.html": "{% include inner.html %}", "_includes/inner.html": "{{ include.kind }}"}
    page = "---\n---\n{% include outer.html kind='grid' %}{% include inner.html %}{% include inner.html kind='b' %}"
    assert built(tmp_path, SITE | includes | {"x.html": page})["x.html"] == b"gridb"


def test_the_longer_scope_of_defaults_wins() -> None:
    rows = [
        {"scope": {"path": ""}, "values": {"a": 1, "b": 1}},
        {"scope": {"path": "docs", "type": "pages"}, "values": {"a": 2}},
        {"scope": {"path": "docs/*/x"}, "values": {"b": 3}},
    ]
    config = with_defaults({"defaults": rows})
    assert default_values("docs/a.md", "pages", config) == {"a": 2, "b": 1}
    assert default_values("docs/a/x/b.md", "posts", config) == {"a": 1, "b": 3}


def test_a_url_is_safe_and_its_file_follows() -> None:
    assert fill("/../:title/", {"title": "ä b#c"}) == "/%C3%A4%20b%23c/"
    assert output_of("/%C3%A4/", ".html") == "ä/index.html"
    assert output_of("/a.b", ".html") == "a.b.html"


def test_footnotes_stand_at_the_end_of_the_text_and_the_layout_goes_on_behind_them(tmp_path: Path) -> None:
    note = "---\nlayout: default\n---\nOne[^a] two[^b] one[^a].\n\n[^a]: First.\n[^b]: Second.\n"
    layout = {"_layouts/default.html": "<html><body>{{ content }}<footer>End</footer></body></html>"}
    page = built(tmp_path, SITE | layout | {"a.md": note})["a.html"].decode()
    assert 'One<sup id="fnref:a" role="doc-noteref"><a href="#fn:a" class="footnote" rel="footnote">1</a></sup>' in page
    assert (
        page.index('<li id="fn:a"') < page.index("Second.") < page.index("</ol>") < page.index("<footer>End</footer>")
    )


def test_a_footnote_may_be_referred_to_in_a_table(tmp_path: Path) -> None:
    note = "---\nlayout: default\n---\n| A | B |\n|---|---|\n| x[^a] | y |\n\n[^a]: First.\n"
    page = built(tmp_path, SITE | {"a.md": note})["a.html"].decode()
    assert 'href="#fn:a"' in page and '<li id="fn:a"' in page


def test_a_table_of_contents_in_a_layout_of_the_sites_own_has_headings_of_all_levels(tmp_path: Path) -> None:
    note = "---\nlayout: default\n---\n* toc\n{:toc}\n\n# One\n\n## Two\n"
    page = built(tmp_path, SITE | {"a.md": note})["a.html"].decode()
    assert 'href="#one"' in page and 'href="#two"' in page


def test_code_has_the_markup_that_jekyll_gives_it(tmp_path: Path) -> None:
    note = (
        '---\nlayout: default\n---\n~~~ python\ndef f(): return "<"\n~~~\n{: .wide #a}\n\n```\nplain\n```\n\n'
        "```mermaid\na --> b\n```\n\nA `span` and `one`{: .language-ruby .c}.\n\n"
        "{% highlight c++ linenos %}\nint x;\n\nint y;\n{% endhighlight %}\n\n"
        "{% highlight python %}\nx\n{% endhighlight %}\n"
    )
    page = built(tmp_path, SITE | {"a.md": note})["a.html"].decode()
    block = '<div class="highlight"><pre class="highlight"><code>'
    assert (
        f'<div class="language-python wide highlighter-rouge" id="a">{block}<span class="k">def</span> '
        '<span class="nf">f</span><span class="p">():</span> <span class="k">return</span> '
        '<span class="s">"&lt;"</span>\n</code></pre></div></div>'
    ) in page
    assert f'<div class="language-plaintext highlighter-rouge">{block}plain\n</code></pre></div></div>' in page
    assert '<pre><code class="language-mermaid">a --&gt; b\n</code></pre>' in page
    assert 'A <code class="language-plaintext highlighter-rouge">span</code>' in page
    assert '<code class="language-ruby c highlighter-rouge">one</code>' in page
    assert (
        '<figure class="highlight"><pre><code class="language-c--" data-lang="c++"><table class="rouge-table">'
        '<tbody><tr><td class="gutter gl"><pre class="lineno">1\n2\n3\n</pre></td><td class="code"><pre>'
        '<span class="kt">int</span>'
    ) in page
    assert '<code class="language-python" data-lang="python"><span class="n">x</span></code></pre></figure>' in page


def test_a_language_with_capitals_is_none_to_rouge(tmp_path: Path) -> None:
    note = "---\n---\n```Java\nint a\n```\n\n~~~ R\nx\n~~~\n\n{% highlight Java %}\nint b\n{% endhighlight %}\n"
    site = build_folder(write_site(tmp_path, SITE | {"a.md": note}))
    page = site.text("a.html")
    assert '<pre><code class="language-Java">int a\n</code></pre>' in page
    assert '<div class="language-R highlighter-rouge">' in page
    assert '<code class="language-java" data-lang="java"><span class="kt">int</span>' in page
    assert site.problems() == ["language-unknown a.md:3:1 no language is called 'Java'"]
    assert site.build.diagnostics[0].hint.startswith("did you mean 'java'")
    in_octavos = built(tmp_path, {"_config.yml": "octavo: {theme: octavo}\n"})["a.html"].decode()
    assert in_octavos.count('<code class="language-java">') == 2


def test_code_in_octavos_theme_has_its_markup(tmp_path: Path) -> None:
    note = "---\n---\n```python\nx\n```\n\n{% highlight python linenos %}\nx\n{% endhighlight %}\n\n`span`\n"
    page = built(tmp_path, SITE | {"_config.yml": "octavo: {theme: octavo}\n", "a.md": note})["a.html"].decode()
    assert page.count('<code class="language-python">') == 2 and "rouge" not in page and "<figure" not in page


def test_a_text_that_prints_nothing_is_an_empty_file(tmp_path: Path) -> None:
    assert built(tmp_path, SITE | {"empty.txt": "---\n---\n"})["empty.txt"] == b""


@pytest.mark.parametrize("key", ["includes_dir", "layouts_dir", "data_dir"])
def test_no_folder_of_the_configuration_leads_out_of_the_site(tmp_path: Path, key: str) -> None:
    write_site(tmp_path, {"out/secret.html": "SECRET", "out/secret.yml": "SECRET"})
    texts = "{% include secret.html %}{{ content }}{{ site.data.secret }}"
    files = {"_config.yml": f"{key}: ../out\n", "index.md": f"---\nlayout: secret\n---\n{texts}\n"}
    site = build_folder(write_site(tmp_path / "site", files))
    assert "SECRET" not in site.text("index.html")
    assert any(problem.startswith("path-outside") for problem in site.problems())


def test_bibliographies_and_styles_come_from_the_site_alone(tmp_path: Path) -> None:
    write_site(tmp_path, {"out/references.bib": "@book{a, title={SECRET}}", "out/s.csl": "<style/>"})
    workspace = Workspace(
        write_site(tmp_path / "site", {"_config.yml": "scholar: {source: ../out}\n", "index.md": "x"})
    )
    inputs = workspace.read()
    assert (inputs.bibliographies, inputs.styles) == ((), {})
    assert [one.rule for one in inputs.diagnostics] == ["scholar-invalid"]


def excerpt(folder: Path, body: str) -> tuple[str, list[str]]:
    """Return what a layout prints as the excerpt of a post, and what is reported."""
    layout = "{{ content | strip_html | size | times: 0 }}{{ page.excerpt }}"
    post = {"_layouts/post.html": layout, "_posts/2020-01-02-p.md": f"---\nlayout: post\n---\n{body}"}
    site = build_folder(write_site(folder, SITE | post))
    return site.files()["2020/01/02/p.html"].decode().removeprefix("0").strip(), site.problems()


def test_liquid_runs_once_in_the_excerpt_of_a_post(tmp_path: Path) -> None:
    body = "\n\nIt is {% raw %}*{% if %}* or *{{ x*{% endraw %}, says {{ site.title }}.\n\nMore.\n"
    printed = "<p>It is <em>{% if %}</em> or <em>{{ x</em>, says Site.</p>"
    assert excerpt(tmp_path, body) == (printed, [])


def test_an_excerpt_closes_its_tags_and_knows_its_links(tmp_path: Path) -> None:
    body = "{% if site.title %}One [a][1].\n\nTwo.{% endif %}\n\n[1]: https://example.org/\n[2]: https://example.com/\n"
    assert excerpt(tmp_path, body) == ('<p>One <a href="https://example.org/">a</a>.</p>', [])


def test_classes_that_octavos_theme_knows_mean_nothing_in_a_sites_own_layouts(tmp_path: Path) -> None:
    files = built(tmp_path, SITE | {"a.md": "---\n---\n{: .note }\nText\n\n> Text\n{: .warning-title }\n"})
    assert files["a.html"] == (
        b'<p class="note">Text</p>\n\n<blockquote class="warning-title">\n  <p>Text</p>\n</blockquote>\n'
    )


def test_an_image_among_posts_is_no_post(tmp_path: Path) -> None:
    write_site(tmp_path, SITE)
    (tmp_path / "_posts/2020-01-02-figure.PNG").write_bytes(b"\x89PNG")
    site = build_folder(tmp_path)
    assert site.problems() == []
    assert not [path for path in site.files() if "figure" in path]


def test_code_in_a_heading_has_its_classes_once(tmp_path: Path) -> None:
    files = built(tmp_path, SITE | {"a.md": "---\n---\n# With `code`\n"})
    assert b'With <code class="language-plaintext highlighter-rouge">code</code></h1>' in files["a.html"]


def test_a_text_says_itself_which_headings_its_table_of_contents_has(tmp_path: Path) -> None:
    text = '---\n---\n# One\n\n* toc\n{:toc}\n\n## Two\n\n### Three\n\n{::options toc_levels="2..2" /}\n'
    page = built(tmp_path, SITE | {"a.md": text})["a.html"].decode()
    assert [name for name in ("one", "two", "three") if f'href="#{name}"' in page] == ["two"]


def test_the_year_of_now_is_that_of_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    files = built(tmp_path, SITE | {"year.html": "---\n---\n{{ 'now' | date: '%Y' }}"})
    assert files["year.html"] == b"2023"


def test_elements_that_lie_in_each_other_without_end_are_shown(tmp_path: Path) -> None:
    page = built(tmp_path, SITE | {"deep.md": "---\n---\n" + "<div>" * 3000 + "inside\n"})["deep.html"].decode()
    assert "inside" in page
    assert page.count("<div>") == page.count("</div>")


def test_an_include_that_includes_itself_twice_ends_and_is_told_once(tmp_path: Path) -> None:
    twice = {
        "_includes/a.html": "x{% include a.html %}{% include a.html %}",
        "p.md": "---\n---\n{% include a.html %} end\n",
    }
    result = build_folder(write_site(tmp_path, SITE | twice))
    assert result.problems() == ["include-missing _includes/a.html:1:13 'a.html' includes itself without end"]
    assert b"end" in result.files()["p.html"]


def test_a_post_is_not_related_to_itself_and_no_post_to_a_page(tmp_path: Path) -> None:
    text = "---\n---\n{% for post in site.related_posts %}{{ post.title }};{% endfor %}"
    posts = {f"_posts/2020-01-0{day}-{name}.html": text for day, name in enumerate("abc", start=1)}
    files = built(tmp_path, SITE | posts | {"related.html": text})
    assert files["2020/01/02/b.html"] == b"C;P;A;"
    assert files["related.html"] == b""


def test_a_footnote_is_called_in_the_page_as_in_the_text(tmp_path: Path) -> None:
    text = "---\nlayout: default\n---\nA[^one] B[^b] C[^one].\n\n[^one]: First.\n[^b]: Second.\n"
    html = built(tmp_path, SITE | {"a.md": text})["a.html"].decode()
    sup = '<sup id="fnref:{}" role="doc-noteref"><a href="#fn:{}" class="footnote" rel="footnote">{}</a></sup>'
    assert f"A{sup.format('one', 'one', 1)} B{sup.format('b', 'b', 2)} C{sup.format('one:1', 'one', 1)}." in html
    back = '\N{NO-BREAK SPACE}<a href="#fnref:{}" class="reversefootnote" role="doc-backlink">&#8617;{}</a>'
    assert f"First.{back.format('one', '')}{back.format('one:1', '<sup>2</sup>')}</p>" in html
    assert html.index('<li id="fn:one" role="doc-endnote">') < html.index('<li id="fn:b" role="doc-endnote">')


def test_a_file_beside_a_page_is_included_whatever_its_name_begins_with(tmp_path: Path) -> None:
    files = {
        "sub/page.md": "---\n---\n{% include_relative _part.md %} {% include_relative _more/x.txt %}\n",
        "sub/_part.md": "part",
        "sub/_more/x.txt": "more",
        "_posts/2020-01-02-p.md": "---\n---\n{% include_relative _in.html %}\n",
        "_posts/_in.html": "<p>in</p>",
    }
    site = build_folder(write_site(tmp_path, SITE | files))
    assert site.problems() == []
    assert site.text("sub/page.html") == "<p>part more</p>\n"
    assert site.text("2020/01/02/p.html") == "<p>in</p>\n"
    assert not any("_" in path for path in site.files())


def test_a_file_may_be_excluded_from_a_folder_that_is_included_and_still_stand_in_a_page(tmp_path: Path) -> None:
    files = {
        "_config.yml": "include: [_pages, _more/in.md]\nexclude: [_pages/part.md, beside.txt]\noctavo: {theme: own}\n",
        "_pages/page.md": "---\n---\n{% include_relative part.md %} {% include_relative ../beside.txt %}\n",
        "_pages/part.md": "part",
        "_pages/other.md": "other",
        "page.md": "---\n---\n{% include_relative beside.txt %}\n",
        "beside.txt": "beside",
    }
    site = build_folder(write_site(tmp_path, files))
    assert site.text("page.html") == "<p>beside</p>\n"
    assert site.text("_pages/page.html").startswith("<p>part")
    assert sorted(site.files()) == ["_pages/other.md", "_pages/page.html", "page.html"]


def test_citations_in_a_document_that_is_printed_as_a_whole_are_put_into_its_json(tmp_path: Path) -> None:
    files = {
        "_config.yml": "collections: {notes: {output: true}}\noctavo: {theme: own}\n",
        "_notes/a.md": "---\ntitle: A\n---\nSee {% cite knuth84 %}.\n",
        "_bibliography/references.bib": "@book{knuth84, title={The TeXbook}, author={Knuth, Donald}, year=1984}\n",
        "index.html": "---\n---\n{{ site.notes.first.content }}{{ site.notes | first }}",
    }
    text = build_folder(write_site(tmp_path, files)).text("index.html")
    assert '"title": "A"' in text
    assert "1984" in text
    assert "u0000" not in text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("A\n{% if page.x %}\nB\n", "5:4 '{% if %}' is never closed by '{% endif %}'"),
        ("{% if a %}b{% endif %}\n{% case a %}{% when 1 %}", "5:4 '{% case %}' is never closed by '{% endcase %}'"),
        (
            "{% if %}{% if x %}a{% else %}b{% endif %}c{% else %}d{% endif %}",
            "4:4 '{% if %}' cannot be read; write '{% if condition %}'",
        ),
        ("{% raw %}a", "4:4 '{% raw %}' is never closed by '{% endraw %}'"),
        ("a{% endif %}", "4:5 '{% endif %}' is in no block that it belongs to"),
        ("{% else %}", "4:4 '{% else %}' is in no block that it belongs to"),
    ],
)
def test_a_broken_block_is_told_once_where_it_begins(tmp_path: Path, text: str, problem: str) -> None:
    site = build_folder(write_site(tmp_path, SITE | {"a.md": f"---\nlayout: default\n---\n{text}"}))
    assert site.problems() == [f"liquid-invalid a.md:{problem}"]


def test_a_file_beside_a_page_is_included_by_its_layout_by_a_variable_and_where_another_page_shows_the_text(
    tmp_path: Path,
) -> None:
    files = {
        "_layouts/with.html": "{{ content }}{% include_relative parts/{{ page.part }}.html %}{% include part.html %}",
        "_includes/part.html": "{% include_relative fixed.html %}",
        "sub/a.html": "---\nlayout: with\npart: one\ntitle: A\n---\n{% include_relative {{ page.part }}.txt %}",
        "sub/one.txt": "text ",
        "sub/fixed.html": "fixed",
        "sub/parts/one.html": "{{ site.posts[0].title }} ",
        "_posts/2020-01-02-p.md": "---\ntitle: P\n---\n{% include_relative in.html %}\n",
        "_posts/in.html": "<b>in</b>",
        "shown.html": "---\n---\n{{ site.posts[0].excerpt }}{{ site.posts[0].content }}",
    }
    site = build_folder(write_site(tmp_path, SITE | files))
    assert site.problems() == []
    assert site.text("sub/a.html") == "text P fixed"
    assert site.text("shown.html").count("<b>in</b>") == 2


LAX = [
    ("{{ }}", "3:3 '{{ }}' is empty, and prints nothing", ""),
    ("{{ | upcase }}", "3:6 '{{ | upcase }}' is read as '{{ upcase }}'", ""),
    ("{{ page.title b }}", "3:6 '{{ page.title b }}' is read as '{{ page.title }}'", "T"),
    ("{% assign x = %}", "3:13 '{% assign x = %}' is read as '{% assign x = nil %}'", ""),
]
WRONG = [
    ("{% assign %}", "3:6 '{% assign %}' cannot be read; write '{% assign name = value %}'", ""),
    ("{% assign = 1 %}", "3:13 '{% assign = 1 %}' cannot be read; write '{% assign name = value %}'", ""),
    ("{% for x in %}x{% endfor %}", "3:6 '{% for x in %}' cannot be read; write '{% for name in list %}'", ""),
    ("{% cycle %}", "3:6 '{% cycle %}' cannot be read; write '{% cycle 'one', 'two' %}'", ""),
    ("{% %}", "3:3 '{% %}' names no tag", "{% %}"),
    ("{{ a", "3:3 '{{' is never closed by '}}'", "{{ a"),
    ("{{ page.title | append }}", "3:19 the filter 'append' is given too few arguments", ""),
    ("{{ page.title | upcase: 1 }}", "3:19 the filter 'upcase' is given too many arguments", ""),
    ("{{ 5 | divided_by: 0 }}", "3:10 divided by 0", ""),
]


@pytest.mark.parametrize(
    ("rule", "text", "problem", "printed"),
    [("liquid-lax", *one) for one in LAX] + [("liquid-invalid", *one) for one in WRONG],
)
@pytest.mark.parametrize("where", ["note", "layout", "include"])
def test_a_wrong_expression_is_told_where_it_stands_and_the_text_goes_on_behind_it(
    tmp_path: Path, where: str, rule: str, text: str, problem: str, printed: str
) -> None:
    wrong = f"A\n  {text}\nB\n"
    files = {
        "note": {"a.txt": f"---\ntitle: T\n---\n{wrong}"},
        "layout": {"_layouts/own.html": f"---\n---\n{wrong}", "a.txt": "---\nlayout: own\ntitle: T\n---\n"},
        "include": {"_includes/own.html": wrong, "a.txt": "---\ntitle: T\n---\n{% include own.html %}"},
    }
    site = build_folder(write_site(tmp_path, files[where] | {"_config.yml": "octavo: {theme: own}\n"}))
    path, above = {"note": ("a.txt", 3), "layout": ("_layouts/own.html", 2), "include": ("_includes/own.html", 0)}[
        where
    ]
    line, _, rest = problem.partition(":")
    assert site.problems() == [f"{rule} {path}:{int(line) - 1 + above}:{rest}"]
    assert site.text("a.txt") == f"A\n  {printed}\nB\n"


def test_what_is_wrong_in_a_layout_is_told_once_for_all_its_pages(tmp_path: Path) -> None:
    site = build_folder(write_site(tmp_path, SITE | {"_layouts/default.html": "{{ content }}\n{% for x in y %}\n"}))
    assert site.problems() == ["liquid-invalid _layouts/default.html:2:4 '{% for %}' is never closed by '{% endfor %}'"]


@pytest.mark.parametrize("entered", ["a", "b", "c"])
def test_layouts_in_a_circle_are_each_used_once_and_the_circle_is_told_at_one_place(
    tmp_path: Path, entered: str
) -> None:
    layouts = {
        "_layouts/a.html": "---\ntitle: x\nlayout: b\n---\na({{ content }})",
        "_layouts/b.html": "---\nlayout: a\n---\nb({{ content }})",
        "_layouts/c.html": "---\nlayout: 'b'\n---\nc({{ content }})",
    }
    files = {"one.html": f"---\nlayout: {entered}\n---\n1", "two.html": "---\nlayout: b\n---\n2"}
    site = build_folder(write_site(tmp_path, SITE | layouts | files))
    assert site.problems() == ["layout-circular _layouts/a.html:3:9 the layout 'a' in 'b' in 'a' lies in itself"]
    assert site.text("one.html") == {"a": "b(a(1))", "b": "a(b(1))", "c": "a(b(c(1)))"}[entered]


def test_a_layout_that_names_one_that_does_not_exist_is_told_at_its_line(tmp_path: Path) -> None:
    files = {"_layouts/post.html": "---\nlayout: defualt\n---\n{{ content }}", "b.html": "---\nlayout: post\n---\nA"}
    site = build_folder(write_site(tmp_path, SITE | files))
    assert site.problems() == ["layout-unknown _layouts/post.html:2:9 there is no layout 'defualt'"]
    assert [one.hint for one in site.build.diagnostics] == ["did you mean 'default'?"]


def test_layouts_of_a_gem_s_theme_are_told_once(tmp_path: Path) -> None:
    config = "theme: mossy\noctavo: {theme: own}\n"
    files = {f"{name}.md": "---\nlayout: home\n---\nText\n" for name in "bcd"}
    site = build_folder(write_site(tmp_path, SITE | files | {"_config.yml": config}))
    found = "there is no layout 'home' in the site; the theme 'mossy', whose it may be, is not here"
    assert site.problems() == [f"layout-unknown _config.yml:1:1 {found}"]


#: A site of which Jekyll 4.3 prints the same.
LISTED = {
    "_config.yml": "collections: {notes: {output: true}}\n"
    "defaults:\n  - {scope: {path: assets}, values: {kind: file}}\n",
    "_layouts/default.html": "{{ content }}",
    "_posts/2020-01-01-a.md": "---\ntags: [x, y]\n---\nOne.\n\nTwo.\n",
    "_posts/2020-01-02-b.md": "---\ntags: [z, x]\ncategories: c\n---\n",
    "_posts/2020-01-03-c.md": "---\n---\n",
    "_notes/n.md": "---\n---\n",
    "assets/f.txt": "",
    "about.md": "---\ntitle: About\n---\n",
}


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        (
            "{% for one in site.tags %}{{ one[0] }}:{{ one[1] | map: 'slug' | join: ',' }} {% endfor %}",
            "x:b,a y:a z:b ",
        ),
        ("{% for one in site.categories %}{{ one[0] }}:{{ one[1][0].slug }}{% endfor %}", "c:b"),
        ("{{ site.documents | map: 'slug' | join }}", "a b c n"),
        ("{{ site.posts | map: 'slug' | join }}", "c b a"),
        ("{{ site.html_pages | map: 'url' | sort | join }}", "/about.html /page.html"),
        ("{% for one in site.static_files %}{{ one.path }} {{ one.kind }}{% endfor %}", "/assets/f.txt file"),
        ("{{ site.posts[1].previous.slug }}{{ site.posts[1].next.slug }}", "ac"),
        ("{{ site.posts.last.excerpt }}", "<p>One.</p>\n"),
    ],
)
def test_templates_see_the_site_as_in_jekyll(tmp_path: Path, template: str, printed: str) -> None:
    assert built(tmp_path, LISTED | {"page.html": f"---\n---\n{template}"})["page.html"].decode() == printed


def test_a_table_is_the_one_that_kramdown_prints(tmp_path: Path) -> None:
    note = "---\nlayout: default\n---\n| A |\n|---|\n| x |\n{: .wide}\n"
    page = built(tmp_path, SITE | {"_layouts/default.html": "{{ content }}", "a.md": note})["a.html"].decode()
    head = "  <thead>\n    <tr>\n      <th>A</th>\n    </tr>\n  </thead>"
    body = "  <tbody>\n    <tr>\n      <td>x</td>\n    </tr>\n  </tbody>"
    assert page.strip() == f'<table class="wide">\n{head}\n{body}\n</table>'


def test_lists_in_a_sites_own_layouts_are_spaced_and_indented_as_kramdown_does(tmp_path: Path) -> None:
    note = "---\nlayout: default\n---\nText.\n\n* a\n* b\n  * c\n\nText.\n"
    page = built(tmp_path, SITE | {"_layouts/default.html": "{{ content }}", "a.md": note})["a.html"].decode()
    inner = "    <ul>\n      <li>c</li>\n    </ul>\n"
    assert page == (f"<p>Text.</p>\n\n<ul>\n  <li>a</li>\n  <li>b\n{inner}  </li>\n</ul>\n\n<p>Text.</p>\n")


RICH = """---
layout: default
---
1. Contents
{:toc .aside}

# One

| a | b |
|:-:|---|
| $$x$$ | <b>d</b> |

![A square](a.svg) [out](http://example.org) {% cite ada %}

```ruby
x = "<1>"
```
"""
RICH_SITE = {
    "_config.yml": "title: Site\n",
    "_bibliography/references.bib": "@book{ada, author={Ada Lovelace}, title={Notes}, publisher={P}, year=1843}\n",
    "a.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>\n',
    "index.md": RICH,
}


def rich_page(tmp_path: Path, layout: str) -> str:
    return built(tmp_path, RICH_SITE | {"_layouts/default.html": layout})["index.html"].decode()


def test_filters_of_a_layout_find_what_kramdown_prints(tmp_path: Path) -> None:
    layout = (
        "<html>{{ content | replace: '<table>', '<div><table>' | replace: '<img ', '<img loading=lazy '"
        " | replace: 'href=\"http', 'rel=me href=\"http' }}</html>"
    )
    page = rich_page(tmp_path, layout)
    assert '<div><table>\n  <thead>\n    <tr>\n      <th style="text-align: center">a</th>\n      <th>b</th>' in page
    assert '<img loading=lazy src="a.svg" alt="A square" />' in page
    assert '<a rel=me href="http://example.org">out</a>' in page


def test_a_table_of_contents_in_a_sites_own_layout_is_kramdowns(tmp_path: Path) -> None:
    page = rich_page(tmp_path, LAYOUT)
    assert (
        '<ol id="markdown-toc" class="aside">\n<li><a href="#one" id="markdown-toc-one">One</a></li>\n</ol>\n' in page
    )


def test_texts_that_are_escaped_keep_tables_code_and_citations_as_words(tmp_path: Path) -> None:
    page = rich_page(
        tmp_path, '<html><meta content="{{ content | strip_html | normalize_whitespace | escape }}"></html>'
    )
    words = "One One a b \\(x\\) d out (Lovelace, 1843) x = &quot;&amp;lt;1&amp;gt;&quot;"
    assert f'content="{words}"' in page


def test_texts_in_json_are_json_with_all_their_code(tmp_path: Path) -> None:
    site = RICH_SITE | {"all.json": "---\n---\n[{% for p in site.pages %}{{ p.content | jsonify }},{% endfor %}0]"}
    content = json.loads(built(tmp_path, site)["all.json"])
    assert any('<code>x = "&lt;1&gt;"' in one for one in content[:-1])
    assert any("(Lovelace, 1843)" in one for one in content[:-1])


def test_no_half_of_a_placeholder_is_left_where_a_text_is_cut(tmp_path: Path) -> None:
    cuts = "".join(f"{{{{ content | truncate: {length} }}}}" for length in range(300, 520, 3))
    page = rich_page(tmp_path, f"<html>{cuts}</html>")
    assert "\0" not in page
    assert "citation" not in page


def test_links_are_checked_where_they_are_written_not_in_a_feed_or_script_that_repeats_them(tmp_path: Path) -> None:
    post = "---\nlayout: default\n---\n# Here\n\n[a](#here) [b](/nowhere/) ![c](none.png) $$\\none$$\n"
    feed = "---\n---\n<f>{% for post in site.posts %}{{ post.content | xml_escape }}{% endfor %}</f>\n"
    site = build_folder(write_site(tmp_path, SITE | {"_posts/2020-01-02-p.md": post, "f.xml": feed, "s.js": feed}))
    told = sorted(one.partition(":")[0] for one in site.problems())
    assert told == [f"{rule} _posts/2020-01-02-p.md" for rule in ("image-missing", "link-broken", "math-invalid")]


def test_headings_of_the_first_level_below_the_title_stand_in_the_table_of_contents(tmp_path: Path) -> None:
    files = {
        "_config.yml": "title: blank\nfirst_name: Ada\nlast_name: Oak\noctavo: {theme: octavo}\n",
        "moss.md": "---\ntitle: Moss\n---\n# Moss\n\n# One\n\n## Two\n\n# Three\n",
    }
    page = build_folder(write_site(tmp_path, files)).text("moss.html")
    assert '<li><a href="#one">One</a><ul><li><a href="#two">Two</a></li></ul></li><li><a href="#three">' in page
    assert 'href="#moss"' not in page.replace('class="anchor" href="#moss"', "")
    assert "Ada Oak</title>" in page


@pytest.mark.parametrize(
    ("sign", "shown"), [('"&#x21a9;&#xfe0e;"', ">&#8617;\ufe0e</a>"), ("up", ">up</a>"), ('""', "Note.</p>")]
)
def test_the_sign_that_leads_back_from_a_footnote_is_that_of_kramdown_s_options(
    tmp_path: Path, sign: str, shown: str
) -> None:
    config = f"octavo: {{theme: own}}\nkramdown:\n  footnote_backlink: {sign}\n"
    files = {"_config.yml": config, "n.md": "---\n---\nText[^1].\n\n[^1]: Note.\n"}
    assert shown in built(tmp_path, files)["n.html"].decode()


def test_a_broken_link_that_a_description_repeats_is_told_once(tmp_path: Path) -> None:
    files = {
        "_config.yml": "octavo: {theme: own}\n",
        "_layouts/default.html": "{% seo %}{{ content }}",
        "_posts/2020-01-02-p.md": "---\nlayout: default\n---\n\nOne [link](/nowhere/).\n",
    }
    site = build_folder(write_site(tmp_path, files))
    assert site.problems() == ["link-broken _posts/2020-01-02-p.md:5:12 '/nowhere/' is no page or file of this site"]


def test_front_matter_ends_where_a_key_is_indented_less_than_the_first(tmp_path: Path) -> None:
    page = "---\n  layout: default\n  title: Odd\nsidebar:\n- x\n---\n{{ page.title }}{{ page.sidebar }}!\n"
    site = build_folder(write_site(tmp_path, SITE | {"a.md": page}))
    assert site.text("a.html") == "<html><body><p>Odd!</p>\n</body></html>"
    assert "front-matter-invalid a.md:4:1 what is indented less than the first key is not read" in " ".join(
        site.problems()
    )


def test_a_page_shows_its_front_matter_as_it_is_now(tmp_path: Path) -> None:
    page = "---\nlayout: default\ntitle: {}\n---\n{{{{ page.title }}}}\n"
    built(tmp_path, SITE | {"a.md": page.format("Before")})
    assert b"<p>After</p>" in built(tmp_path, {"a.md": page.format("After")})["a.html"]


@pytest.mark.parametrize(("layout", "has_title"), [("lecture", True), ("default", False), ("none", False)])
def test_octavo_s_theme_shows_the_title_of_a_page_in_a_layout_of_the_site_s_own(
    tmp_path: Path, layout: str, has_title: bool
) -> None:
    files = {
        "_config.yml": "octavo: {theme: octavo}\n",
        "_layouts/lecture.html": "<h1>{{ page.title }}</h1>{{ content }}",
        "a.md": f"---\ntitle: Mosses\nlayout: {layout}\n---\n# Leaves\n\nText\n",
    }
    page = build_folder(write_site(tmp_path, files)).text("a.html")
    assert ("<h1>Mosses</h1>" in page) is has_title
