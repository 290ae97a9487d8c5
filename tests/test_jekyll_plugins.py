"""What the usual plug-ins of Jekyll make of a site with layouts of its own."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html

from building import build_folder, build_inputs, write_site
from octavo.memo import DictMemo
from octavo.read.jekyll.gems import plugins_of
from octavo.world.workspace import Workspace

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CONFIG = "title: Pond & field\ndescription: What swims\nurl: https://example.org\nbaseurl: /base\n"


def post(day: int, front_matter: str = "", body: str = "Text.") -> str:
    return f"---\nlayout: default\ntitle: Day {day}\n{front_matter}---\n{body}\n"


SITE = {
    "_config.yml": CONFIG + "plugins: [jekyll-feed, jekyll-sitemap, jekyll-paginate, jekyll-redirect-from]\n",
    "_layouts/default.html": "<html><head>{% seo %}{% feed_meta %}</head><body>{{ content }}</body></html>",
    "index.html": "---\nlayout: default\ntitle: Home\n---\n"
    "{% for post in paginator.posts %}{{ post.title }};{% endfor %}"
    "{{ paginator.page }} of {{ paginator.total_pages }} {{ paginator.previous_page_path }}"
    " {{ paginator.next_page_path }} {{ paginator.total_posts }}\n",
    **{f"_posts/2020-01-0{day}-day.md": post(day) for day in (1, 2, 3)},
}


def built(folder: Path, files: dict[str, str]) -> dict[str, str]:
    made = build_folder(write_site(folder, SITE | files)).files()
    return {path: content.decode() for path, content in made.items()}


def config(text: str) -> dict[str, str]:
    return {"_config.yml": SITE["_config.yml"] + text}


# Which plug-ins there are


@pytest.mark.parametrize(
    ("values", "gemfile", "name"),
    [
        ({"plugins": ["jekyll-feed"]}, "", "jekyll-feed"),
        ({"gems": ["jekyll-feed"]}, "", "jekyll-feed"),
        ({"theme": "minima"}, "", "jekyll-feed"),
        ({}, 'group :jekyll_plugins do\n  gem "jekyll-feed", "~> 0.6"\nend\n', "jekyll-feed"),
        ({}, "gem 'jekyll-feed', group: :jekyll_plugins\n", "jekyll-feed"),
        ({}, 'gem "github-pages"\n', "jekyll-paginate"),
    ],
)
def test_a_plug_in_is_asked_for_in_each_way_that_jekyll_knows(
    values: dict[str, object], gemfile: str, name: str
) -> None:
    assert name in plugins_of(values, gemfile)


def test_a_gem_outside_the_group_of_plug_ins_is_none() -> None:
    gemfile = 'gem "jekyll-feed"\n# gem "github-pages"\ngroup :jekyll_plugins do\nend\ngem "jekyll-sitemap"\n'
    assert plugins_of({}, gemfile) == ()


def test_without_plug_ins_nothing_is_made(tmp_path: Path) -> None:
    files = built(tmp_path, {"_config.yml": CONFIG + "paginate: 2\n"})
    assert not files.keys() & {"feed.xml", "sitemap.xml", "robots.txt", "redirects.json", "page2/index.html"}


def test_a_file_of_the_sites_own_wins(tmp_path: Path) -> None:
    files = built(tmp_path, {"feed.xml": "---\n---\nmine", "robots.txt": "mine"})
    assert (files["feed.xml"], files["robots.txt"]) == ("mine", "mine")


# Code of the site itself

CODE = """module Jekyll
  # Liquid::Template.register_tag('old', Old)
  module Shouting
    def shout(text)
      text.upcase
    end

    def self.shouts; end

    private

    def hidden; end
  end
  module Others
    def zzz; end
  end
end
Liquid::Template.register_filter(Jekyll::Shouting)
Liquid::Template.register_tag("box", Jekyll::Box)
raise "never run"
"""


def test_what_the_sites_own_code_defines_is_told_with_its_line(tmp_path: Path) -> None:
    texts = "{% box %}{% old %}{{ 'a' | shout }}{{ 'b' | hidden }}{{ 'c' | zzz }}{{ 'd' | upcaes }}"
    files = {"_config.yml": CONFIG, "_plugins/own.rb": CODE, "a.txt": f"---\n---\n{texts}"}
    site = build_folder(write_site(tmp_path, files))
    assert site.text("a.txt") == "abcd"
    told = {one.message: one.hint for one in site.build.diagnostics if one.rule == "plugin-missing"}
    assert told == {
        "the site's own code defines the tag 'box'": "_plugins/own.rb:19 defines it; Octavo runs no code of a site",
        "the site's own code defines the filter 'shout'": "_plugins/own.rb:4 defines it; Octavo runs no code of a site",
        "there is no tag 'old'": "",
        "there is no filter 'hidden'": "",
        "there is no filter 'zzz'": "",
        "there is no filter 'upcaes'": "did you mean 'upcase'?",
    }


# Tags of other plug-ins

GIST = '<a href="https://gist.github.com/ann/1f">a.py</a>'
SCRIPT = '<script src="https://gist.github.com/ann/1f.js?file=a.py"> </script>'


@pytest.mark.parametrize(("theme", "printed"), [("own", f"<noscript>{GIST}</noscript>{SCRIPT}"), ("octavo", GIST)])
def test_a_gist_is_a_link_and_in_the_sites_own_layouts_its_script(tmp_path: Path, theme: str, printed: str) -> None:
    note = '---\nwhich: ann/1f\n---\n{% gist ann/1f a.py %}|{% gist page.which a.py %}|{% gist %}|{% gist a"> %}'
    files = {"_config.yml": f"octavo: {{theme: {theme}}}\n", "a.txt": note}
    site = build_folder(write_site(tmp_path, files))
    assert site.text("a.txt") == f"{printed}|{printed}||"
    assert [one.rule for one in site.build.diagnostics] == ["tag-invalid", "tag-invalid"]


def test_details_open_and_hold_markdown(tmp_path: Path) -> None:
    note = "---\n---\n{% details The *proof* %}\nBy $$x$$ and\n\n- one\n{% enddetails %}\n\nAfter *it*.\n"
    page = built(tmp_path, {"a.md": note})["a.html"]
    assert "<details><summary>The <em>proof</em></summary><p>By <math" in page
    assert "<li>one</li>\n</ul>\n</details>" in page and "<p>After <em>it</em>.</p>" in page


# Feeds


def test_a_figure_has_its_caption_and_both_are_markdown(tmp_path: Path) -> None:
    figure = '{% figure caption:"An *old* owl" class:"wide" label:owl %}\n![Owl](/owl.svg)\n{% endfigure %}'
    page = built(tmp_path, {"_config.yml": "title: T\n", "page.md": f"---\n---\n{figure}\n"})["page.html"]
    start = '<figure id="owl" class="wide"><p><img src="/owl.svg" alt="Owl" /></p>'
    assert page.strip() == f"{start}<figcaption>An <em>old</em> owl</figcaption></figure>"


TOC_LAYOUT = "{{ content | toc_only }}|{{ content | inject_anchors }}"
TOC_PAGE = "---\nlayout: default\n{}---\n# One *a*\n\n## Two\n\n## Left out\n{{: .no_toc}}\n\n# Three\n"


def test_the_filters_of_jekyll_toc_make_a_table_of_contents_and_anchors(tmp_path: Path) -> None:
    site = {"_config.yml": "toc: {max_level: 2}\n", "_layouts/default.html": TOC_LAYOUT}
    contents, text = built(tmp_path, site | {"page.md": TOC_PAGE.format("toc: true\n")})["page.html"].split("|")
    assert contents == (
        '<ul id="toc" class="section-nav">\n<li class="toc-entry toc-h1"><a href="#one-a">One a</a>\n<ul>\n'
        '<li class="toc-entry toc-h2"><a href="#two">Two</a></li>\n</ul>\n</li>\n'
        '<li class="toc-entry toc-h1"><a href="#three">Three</a></li>\n</ul>'
    )
    assert '<h2 id="two"><a class="anchor" href="#two"' in text
    assert '<h2 id="left-out" class="no_toc">Left out' in text


def test_a_page_that_asks_for_no_table_of_contents_gets_none_by_the_filters_of_jekyll_toc(tmp_path: Path) -> None:
    site = {"_config.yml": "title: T\n", "_layouts/default.html": TOC_LAYOUT, "page.md": TOC_PAGE.format("")}
    contents, text = built(tmp_path, site)["page.html"].split("|")
    assert contents == "" and 'class="anchor"' not in text


def test_a_feed_holds_the_newest_posts_whole(tmp_path: Path) -> None:
    body = "One *word* & $$a < b$$.\n\n```python\nif a < b: pass\n```\n\n[more](/base/more/)"
    files = built(
        tmp_path,
        {
            "_posts/2021-05-06-new.md": post(6, "author: {name: Ann, email: a@example.org}\ntags: [x]\n", body),
            "_posts/2021-05-05-titled.md": "---\ntitle: '\"A\" & <b>B</b>'\ncategories: [c]\nimage: /a.png\n---\nT\n",
        },
    )
    feed = ElementTree.fromstring(files["feed.xml"])
    entries = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}updated") == "2021-05-06T00:00:00+00:00"
    assert [entry.findtext(f"{ATOM}title") for entry in entries[:2]] == ["Day 6", "“A” &amp; B"]
    content = entries[0].findtext(f"{ATOM}content") or ""
    assert r"<p>One <em>word</em> &amp; \(a &lt; b\).</p>" in content and "<code>if a &lt; b: pass" in content
    assert '<a href="/base/more/">more</a>' in content
    assert entries[0].findtext(f"{ATOM}summary") == r"One word &amp; \(a &lt; b\)."
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == "Ann"
    assert entries[0].findtext(f"{ATOM}id") == "https://example.org/base/2021/05/06/new"
    assert [one.get("term") for one in entries[1].findall(f"{ATOM}category")] == ["c"]
    assert '<media:content medium="image" url="https://example.org/base/a.png" />' in files["feed.xml"]


def test_feeds_of_collections_categories_and_tags(tmp_path: Path) -> None:
    files = built(
        tmp_path,
        config(
            "collections: {notes: {output: true}}\nfeed: {path: /atom.xml, collections: {notes: {categories: [c]}},"
            " categories: [news], tags: {except: [y]}, posts_limit: 1, excerpt_only: true}\n"
        )
        | {"_notes/n.md": "---\ntitle: N\ncategories: [c]\n---\nN\n"}
        | {"_posts/2021-01-01-t.md": post(9, "tags: [x, y]\n")},
    )
    feeds = {"atom.xml", "feed/news.xml", "feed/notes.xml", "feed/notes/c.xml", "feed/by_tag/x.xml"}
    assert feeds <= files.keys() and not {"feed.xml", "feed/by_tag/y.xml"} & files.keys()
    assert files["atom.xml"].count("<entry>") == 1 and "<content" not in files["atom.xml"]
    assert "Pond &amp;amp; field | Notes | C</title>" in files["feed/notes/c.xml"]
    assert 'href="https://example.org/base/atom.xml"' in files["index.html"]


def test_a_feed_keeps_citations_and_reports_nothing_twice(tmp_path: Path) -> None:
    site = build_folder(
        write_site(
            tmp_path,
            SITE
            | {
                "_bibliography/references.bib": "@book{hall1931, author={Hall, Ben}, title={T}, year=1931}\n",
                "_posts/2021-05-06-new.md": post(6, "", "See {% cite hall1931 %} and [x](gone.html)."),
            },
        )
    )
    assert "Hall, 1931" in site.text("feed.xml")
    broken = [one.split()[1] for one in site.problems() if one.startswith("link-broken")]
    assert [place.rpartition(":")[0] for place in broken] == ["_posts/2021-05-06-new.md:5"]


def test_a_feed_holds_posts_that_hold_each_other_and_nothing_that_xml_cannot(tmp_path: Path) -> None:
    body = "[a](/a) `b\x08` $$c$$\n\n```\nd\n```\n{{ page.previous.content }}"
    files = built(tmp_path, {f"_posts/2021-01-0{day}-x.md": post(day, "", body) for day in (1, 2, 3)})
    entries = ElementTree.fromstring(files["feed.xml"]).findall(f"{ATOM}entry")
    contents = [entry.findtext(f"{ATOM}content") or "" for entry in entries]
    assert [content.count('<a href="/a">') for content in contents[:3]] == [3, 2, 1]
    assert [content.count("<code>d\n</code>") for content in contents[:3]] == [3, 2, 1]


# Sitemap


def test_a_sitemap_lists_pages_and_files_for_people(tmp_path: Path) -> None:
    files = built(
        tmp_path,
        {
            "a.html": "---\nlast_modified_at: 2022-03-04\n---\nA\n",
            "hidden.md": "---\nsitemap: false\n---\nH\n",
            "404.html": "---\n---\nNo\n",
            "data.json": "---\n---\n{}\n",
            "paper.pdf": "x",
            "gone.md": "---\nredirect_to: /a.html\n---\n",
        },
    )
    rows = {
        row.findtext(f"{SITEMAP}loc"): row.findtext(f"{SITEMAP}lastmod")
        for row in ElementTree.fromstring(files["sitemap.xml"])
    }
    start = "https://example.org/base/"
    assert rows == {
        f"{start}2020/01/01/day.html": "2020-01-01T00:00:00+00:00",
        f"{start}2020/01/02/day.html": "2020-01-02T00:00:00+00:00",
        f"{start}2020/01/03/day.html": "2020-01-03T00:00:00+00:00",
        f"{start}a.html": "2022-03-04T00:00:00+00:00",
        start: None,
        f"{start}paper.pdf": None,
    }
    assert files["robots.txt"] == "Sitemap: https://example.org/base/sitemap.xml\n"


# Pages of a list


def test_a_list_is_divided_into_pages(tmp_path: Path) -> None:
    files = built(tmp_path, config("paginate: 2\n") | {"_posts/2020-02-01-h.md": post(8, "hidden: true\n")})
    assert "Day 3;Day 2;1 of 2  /page2 3" in files["index.html"]
    assert "Day 1;2 of 2 /  3" in files["page2/index.html"]
    head = html.fromstring(files["page2/index.html"])
    assert head.findtext(".//title") == "Page 2 of 2 for Home | Pond & field"
    assert [one.get("href") for one in head.findall(".//link[@rel='prev']")] == ["https://example.org/base/"]


def test_the_deepest_index_below_the_pages_is_the_list(tmp_path: Path) -> None:
    blog = SITE["index.html"].replace("title: Home", "title: Blog\npermalink: /blog/")
    files = built(tmp_path, config("paginate: 1\npaginate_path: blog/p:num/\n") | {"blog/index.html": blog})
    assert "Day 3;1 of 3  /blog/p2/" in files["blog/index.html"]
    assert "Day 2;2 of 3 /blog/ /blog/p3/" in files["blog/p2/index.html"]
    assert "<body> of" in files["index.html"]


def test_octavos_theme_shows_all_posts_on_one_page(tmp_path: Path) -> None:
    write_site(tmp_path, SITE | config("paginate: 1\noctavo: {theme: octavo}\n"))
    files = build_folder(tmp_path).files()
    assert b"Day 3;Day 2;Day 1;1 of 1" in files["index.html"] and "page2/index.html" not in files


def test_a_path_of_pages_without_number_is_refused(tmp_path: Path) -> None:
    site = build_folder(write_site(tmp_path, SITE | config("paginate: 1\npaginate_path: /more/\n")))
    assert not site.build.publishable and any(one.startswith("config-invalid") for one in site.problems())


def test_pages_of_a_list_are_made_anew_when_a_post_comes(tmp_path: Path) -> None:
    memo = DictMemo()
    write_site(tmp_path, SITE | config("paginate: 2\n"))
    for added in ({}, {"_posts/2020-01-04-day.md": post(4)}, {"_posts/2020-01-05-day.md": post(5)}):
        workspace = Workspace(write_site(tmp_path, added))
        warm = build_inputs(workspace.read(), workspace, memo).files()
        assert warm == build_folder(tmp_path).files()
    assert b"Day 1;3 of 3" in warm["page3/index.html"]


def test_a_problem_of_a_page_of_a_list_is_told_once_at_its_line(tmp_path: Path) -> None:
    broken = SITE["index.html"] + "{% nosuch %}\n"
    site = build_folder(write_site(tmp_path, SITE | config("paginate: 1\n") | {"index.html": broken}))
    assert [one for one in site.problems() if "nosuch" in one] == [
        "plugin-missing index.html:6:4 there is no tag 'nosuch'"
    ]


# Redirections


def test_addresses_lead_on(tmp_path: Path) -> None:
    files = built(
        tmp_path,
        {
            "moved.md": "---\nlayout: default\nredirect_to: [https://other.example/a?b&c]\n---\nText\n",
            "a.md": "---\nredirect_from: [/old/, /older.html]\n---\nText\n",
            "inside.md": "---\nredirect_to: /a.html\n---\n",
        },
    )
    assert '<meta http-equiv="refresh" content="0; url=https://other.example/a?b&amp;c">' in files["moved.html"]
    assert "url=https://example.org/base/a.html" in files["old/index.html"]
    assert json.loads(files["redirects.json"]) == {
        "/old/": "https://example.org/base/a.html",
        "/older.html": "https://example.org/base/a.html",
        "/moved.html": "https://other.example/a?b&c",
        "/inside.html": "https://example.org/base/a.html",
    }


def test_no_page_leads_to_a_script(tmp_path: Path) -> None:
    files = built(tmp_path, {"moved.md": "---\nredirect_to: 'javascript:alert(1)'\n---\n"})
    assert "url=https://example.org/base/javascript:alert(1)" in files["moved.html"]


# The head of a page


def test_the_head_describes_a_page(tmp_path: Path) -> None:
    page = (
        "---\nlayout: default\ntitle: 'A *b* & c'\ndate: 2020-02-03\nauthor: ann\n"
        "image: {path: /i.png, alt: 'x\"y'}\ndescription: With $$a < b$$ </b> </script>\n---\nText\n"
    )
    more = (
        "logo: /l.png\ntwitter: {username: '@pond'}\nwebmaster_verifications: {bing: b1}\ngoogle_site_verification: g\n"
    )
    data = {"_data/authors.yml": "ann: {name: Ann Lee, twitter: '@ann'}\n"}
    root = html.fromstring(built(tmp_path, config(more) | data | {"a.md": page})["a.html"])
    tags = {tag.get("name") or tag.get("property"): tag.get("content") for tag in root.findall(".//meta")}
    assert root.findtext(".//title") == "A b & c | Pond & field"
    assert tags["author"] == "Ann Lee" and tags["twitter:creator"] == "@ann" and tags["twitter:site"] == "@pond"
    assert tags["description"] == r"With \(a < b\) </b> </script>"
    assert tags["og:image"] == "https://example.org/base/i.png" and tags["og:image:alt"] == 'x"y'
    assert tags["twitter:card"] == "summary_large_image" and tags["og:type"] == "article"
    assert tags["msvalidate.01"] == "b1" and "google-site-verification" not in tags
    described = json.loads(root.findtext(".//script[@type='application/ld+json']") or "")
    assert described["@type"] == "BlogPosting" and described["author"] == {"@type": "Person", "name": "Ann Lee"}
    assert described["publisher"]["logo"]["url"] == "https://example.org/base/l.png"


def test_the_home_page_is_called_as_the_site_and_a_title_may_be_left_out(tmp_path: Path) -> None:
    layout = {"_layouts/default.html": "<html><head>{% seo title=false %}</head><body>{{ content }}</body></html>"}
    site = config("social: {name: Pond, links: [https://a.example/]}\n")
    page = built(tmp_path, site | layout | {"index.html": "---\nlayout: default\n---\nText\n"})["index.html"]
    described = json.loads(html.fromstring(page).findtext(".//script") or "")
    assert (described["@type"], described["name"]) == ("WebSite", "Pond")
    assert described["sameAs"] == ["https://a.example/"] and "<title>" not in page


def test_a_callout_of_a_gem_s_theme_keeps_its_content(tmp_path: Path) -> None:
    text = '---\n---\n{% include callout.html type="tip" content="Water *moss*." %}\n'
    site = build_folder(write_site(tmp_path, {"_config.yml": "remote_theme: a/b\n", "a.md": text}))
    assert '<div class="notice--success"><p>Water <em>moss</em>.</p>' in site.text("a.html")
    assert site.problems() == []
