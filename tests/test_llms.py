"""llms.txt, as a program that reads it sees it (https://llmstxt.org)."""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it import MarkdownIt

from building import build_folder, write_site

NOTES = {
    "content/index.md": "---\ntitle: Home\n---\nWhat this is.\n",
    "content/about.md": "---\ntitle: About <us>\ndescription: Who *we* are.\n---\nText.\n",
    "content/models/index.md": "---\ntitle: Models\n---\nAll [models].\n",
    "content/models/gpt-2.md": "---\ntitle: GPT-2 [2019]\nnav_order: 2\n---\nSecond.\n",
    "content/models/gpt.md": "---\ntitle: GPT]\nnav_order: 1\npermalink: /models/gpt.html\n---\nFirst.\n",
    "content/papers/one.md": "---\ntitle: One\ntags: [x]\n---\nA link to [home](/).\n",
    "content/draft.md": "---\ntitle: Draft\ndraft: true\n---\nText.\n",
    "content/404.md": "---\ntitle: Lost\n---\nText.\n",
}


def llms(folder: Path, config: str) -> str:
    return build_folder(write_site(folder, {"octavo.toml": config, **NOTES})).text("llms.txt")


def test_the_whole_file(tmp_path: Path) -> None:
    config = 'title = "A_note"\ndescription = "On *notes* & such."\nbase_url = "https://example.org/n"'
    base = "https://example.org/n"
    assert llms(tmp_path, config) == (
        f"""# A_note

> On \\*notes\\* & such.

## Pages

- [Home]({base}/index.md): What this is.
- [About \\<us>]({base}/about/index.md): Who \\*we\\* are.

## Models

- [Models]({base}/models/index.md): All [models].
- [GPT\\]]({base}/models/gpt.md): First.
- [GPT-2 [2019]]({base}/models/gpt-2/index.md): Second.

## Papers

- [One]({base}/papers/one/index.md): A link to home.

## Optional

- [Tags]({base}/tags/)
- [Map]({base}/map/)
"""
    )


def test_every_link_leads_to_a_file_of_the_site(tmp_path: Path) -> None:
    files = build_folder(write_site(tmp_path, {"octavo.toml": "", **NOTES})).files()
    html = MarkdownIt("commonmark").render(files["llms.txt"].decode())
    addresses = re.findall(r'href="([^"]*)"', html)
    assert len(addresses) == 8
    assert [one for one in addresses if one not in files and f"{one}index.html" not in files] == []


def test_without_markdown_it_links_to_the_pages(tmp_path: Path) -> None:
    text = llms(tmp_path, "markdown = false")
    assert "- [Home](./): What this is." in text
    assert "- [GPT\\]](models/gpt.html): First." in text
