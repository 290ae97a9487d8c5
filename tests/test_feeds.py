"""The sitemap, the feed and robots.txt, as the programs that read them see them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import etree, html

from building import BuiltSite, build_folder, build_inputs, write_site
from octavo.memo import DictMemo, Kept
from octavo.world.workspace import Workspace

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

NOTES = {
    "content/index.md": "---\ntitle: Home & more\n---\nText.\n",
    "content/old.md": "---\ntitle: Old\ndate: 2019-05-03\n---\nFirst words.\n",
    "content/naïve page.md": "---\ntitle: <New>\ndate: 2024-01-02\n"
    "updated: 2024-02-03\ndescription: A & B\n---\nText.\n",
    "content/draft.md": "---\ntitle: Draft\ndate: 2025-01-01\ndraft: true\n---\nText.\n",
}
WORKS = "@book{hall1931, author = {Hall, Ben}, title = {Counting}, publisher = {Press}, year = 1931}\n"
WHOLE_NOTE = """---
title: Whole & full
author: [Ada Gray, Ben Hall]
date: 2024-05-31
facts:
  layers: {value: 12, source: hall1931}
---
## Uses

See [home](/), [below](#uses), @fig:a and [@hall1931].[^1] With $x < y$:

![A dot](dot.png)
Fig. What is seen.
{: #fig:a}

{% facts %}

```python
def f(): ...
```

- [x] done

[^1]: A note.
"""
ADDRESS = 'title = "A & B"\nbase_url = "https://example.org/notes"\n'


def built(folder: Path, config: str) -> BuiltSite:
    return build_folder(write_site(folder, {"octavo.toml": config, **NOTES}))


def parsed(site: BuiltSite, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(site.files()[name])


def test_the_feed_holds_the_dated_pages_newest_first(tmp_path: Path) -> None:
    feed = parsed(built(tmp_path, ADDRESS), "feed.xml")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["<New>", "Old"]
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == ["2024-02-03T00:00:00Z", "2019-05-03T00:00:00Z"]
    assert [entry.findtext(f"{ATOM}summary") for entry in entries] == ["A & B", "First words."]
    assert feed.findtext(f"{ATOM}title") == "A & B"


def test_addresses_in_the_feed_are_absolute_and_encoded(tmp_path: Path) -> None:
    feed = parsed(built(tmp_path, ADDRESS), "feed.xml")
    links = [entry.find(f"{ATOM}link") for entry in feed.findall(f"{ATOM}entry")]
    hrefs = [link.get("href") for link in links if link is not None]
    assert hrefs == ["https://example.org/notes/na%C3%AFve%20page/", "https://example.org/notes/old/"]


def test_the_feed_is_cut_where_the_configuration_says(tmp_path: Path) -> None:
    feed = parsed(built(tmp_path, ADDRESS + "feed_entries = 1\n"), "feed.xml")
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == ["<New>"]


def test_the_sitemap_lists_every_page_but_drafts_and_the_404_page(tmp_path: Path) -> None:
    sitemap = parsed(built(tmp_path, ADDRESS), "sitemap.xml")
    found = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in sitemap}
    assert found == {
        "https://example.org/notes/": None,
        "https://example.org/notes/old/": "2019-05-03",
        "https://example.org/notes/na%C3%AFve%20page/": "2024-02-03",
    }


def test_robots_find_the_sitemap_only_where_its_address_is_known(tmp_path: Path) -> None:
    known = built(tmp_path / "known", ADDRESS).files()["robots.txt"].decode()
    unknown = built(tmp_path / "unknown", "").files()["robots.txt"].decode()
    assert "Sitemap: https://example.org/notes/sitemap.xml" in known
    assert "Sitemap" not in unknown


def test_canonical_address_of_a_page(tmp_path: Path) -> None:
    html = built(tmp_path, ADDRESS).files()["old/index.html"].decode()
    assert '<link rel="canonical" href="https://example.org/notes/old/">' in html
    assert '<meta property="og:url" content="https://example.org/notes/old/">' in html


@pytest.fixture
def entry(tmp_path: Path) -> ElementTree.Element:
    """The feed's entry of a note with a bit of everything."""
    files = {"octavo.toml": ADDRESS, "bibliography/works.bib": WORKS, "content/notes/whole.md": WHOLE_NOTE}
    write_site(tmp_path, files)
    (tmp_path / "content/notes/dot.png").write_bytes(b"")
    found = parsed(build_folder(tmp_path), "feed.xml").find(f"{ATOM}entry")
    assert found is not None
    return found


def tree_of(entry: ElementTree.Element) -> Any:
    """Return an entry's text as a tree; lxml-stubs don't know what trees of HTML can do."""
    return html.fromstring(content(entry))


def content(entry: ElementTree.Element) -> str:
    return entry.findtext(f"{ATOM}content") or ""


def test_an_entry_holds_the_whole_text(entry: ElementTree.Element) -> None:
    element = entry.find(f"{ATOM}content")
    assert element is not None
    assert element.get("type") == "html"
    assert element.get("{http://www.w3.org/XML/1998/namespace}base") == "https://example.org/notes/notes/whole/"
    assert [author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author")] == ["Ada Gray", "Ben Hall"]
    assert entry.findtext(f"{ATOM}published") == "2024-05-31T00:00:00Z"
    text = tree_of(entry).text_content()
    for part in ("Uses", "(Hall, 1931)", "What is seen.", "Layers", "def f(): ...", "A note.", "Counting"):
        assert part in text
    assert "<math><semantics><mrow><mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow>" in content(entry)


def test_addresses_in_an_entry_are_absolute(entry: ElementTree.Element) -> None:
    addresses = {address for _, _, address, _ in tree_of(entry).iterlinks()}
    assert {"https://example.org/notes/", "https://example.org/notes/notes/whole/#uses"} <= addresses
    assert [address for address in addresses if not address.startswith("https://")] == []


def test_an_entry_has_nothing_that_only_works_on_its_page(entry: ElementTree.Element) -> None:
    tree = tree_of(entry)
    assert tree.xpath("//@id | //@class | //@role | //@tabindex | //@popovertarget | //@loading") == []
    assert (
        tree.xpath("//button | //script | //style | //svg | //*[@popover] | //a[not(@href)] | //a[not(text())]") == []
    )
    assert "Download" not in tree.text_content()
    assert "↩" not in tree.text_content()


def test_a_heading_that_is_the_title_is_not_repeated(tmp_path: Path) -> None:
    files = {"octavo.toml": ADDRESS, "content/a.md": "---\ndate: 2024-01-02\n---\n# Alone\n\nText.\n"}
    entry = parsed(build_folder(write_site(tmp_path, files)), "feed.xml").find(f"{ATOM}entry")
    assert entry is not None
    assert (entry.findtext(f"{ATOM}title"), content(entry)) == ("Alone", "<div><div>\n<p>Text.</p>\n</div></div>")


def test_without_an_address_the_feed_has_summaries(tmp_path: Path) -> None:
    feed = parsed(built(tmp_path, ""), "feed.xml")
    assert [entry.findtext(f"{ATOM}summary") for entry in feed.findall(f"{ATOM}entry")] == ["A & B", "First words."]
    assert feed.find(f".//{ATOM}content") is None


def test_raw_html_may_be_as_broken_as_it_likes(tmp_path: Path) -> None:
    raw = "<html><frameset></div></div>\n\n<a href='x'>b</p>\n\nEnd.\n"
    files = {"octavo.toml": ADDRESS + "raw_html = true\n", "content/a.md": f"---\ndate: 2024-01-02\n---\n{raw}"}
    entry = parsed(build_folder(write_site(tmp_path, files)), "feed.xml").find(f"{ATOM}entry")
    assert entry is not None
    assert 'href="https://example.org/notes/a/x"' in content(entry)
    assert "End." in content(entry)


def test_the_feed_is_valid_atom(tmp_path: Path) -> None:
    """Required elements, their number and their form: RFC 4287, sections 4.1.1, 4.1.2 and 4.2.6."""
    feed = etree.fromstring(built(tmp_path, ADDRESS).files()["feed.xml"])
    for element in (feed, *feed.iterfind(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert element.findtext(f"{ATOM}id", "").startswith("https://example.org/notes/")
        assert len(element.findall(f"{ATOM}link[@rel='alternate']")) == 1
    times = [element.text or "" for name in ("updated", "published") for element in feed.iter(f"{ATOM}{name}")]
    assert [time for time in times if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)] == []
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iterfind(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids) == 2
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None


def test_a_warm_feed_shows_an_edit(tmp_path: Path) -> None:
    workspace = Workspace(write_site(tmp_path, {"octavo.toml": ADDRESS, **NOTES}))
    memo, kept = DictMemo(), Kept()
    build_inputs(workspace.read(), workspace, memo, kept=kept)
    write_site(tmp_path, {path: text.replace("First", "Last") for path, text in NOTES.items()})
    edited = workspace.read()
    warm = build_inputs(edited, workspace, memo, kept=kept).text("feed.xml")
    assert "&lt;p&gt;Last words.&lt;/p&gt;" in warm
    assert warm == build_inputs(edited, workspace).text("feed.xml")
