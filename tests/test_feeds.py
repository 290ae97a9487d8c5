"""The sitemap, the feed and robots.txt, as the programs that read them see them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from building import BuiltSite, build_folder, write_site

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

NOTES = {
    "content/index.md": "---\ntitle: Home & more\n---\nText.\n",
    "content/old.md": "---\ntitle: Old\ndate: 2019-05-03\n---\nFirst words.\n",
    "content/naïve page.md": "---\ntitle: <New>\ndate: 2024-01-02\n"
    "updated: 2024-02-03\ndescription: A & B\n---\nText.\n",
    "content/draft.md": "---\ntitle: Draft\ndate: 2025-01-01\ndraft: true\n---\nText.\n",
}
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
