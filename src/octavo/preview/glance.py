"""A first look at a page of a site of which nothing else is read yet: its note alone, in the templates of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from octavo.build import Means, Prepared, Reader, prepare
from octavo.memo import DictSpool, Memo, digest_of
from octavo.model.document import Document, Link
from octavo.model.packing import decoded, encoded
from octavo.model.site import Inputs, Page, ResolvedLink
from octavo.model.source import Asset, Source
from octavo.pipeline.account import Account
from octavo.resolve.routes import CONTENT
from octavo.world.pool import SerialPool
from octavo.world.workspace import Workspace

#: What the preview does otherwise than a build: drafts are shown; an index, and compressed files, would take seconds.
IN_PREVIEW = {"drafts": True, "search_index": False, "precompress": ()}

#: The citekey of an entry.
CITEKEY = re.compile(r"^\s*@\w+\{([^\s,]+),", re.MULTILINE)

#: A note with one of each that takes long to load before it is first shown.
SAMPLE = Source(f"{CONTENT}/sample.md", "sample")
SAMPLE_TEXT = """---
title: A sample
---
A note[^1] with a [link](other.md), a formula $x^2$ and a work {% cite CITEKEY %}.

| A | B |
|:--|--:|
| 1 | 2 |

```python
print(1)
```

[^1]: A remark.
"""


class FirstLook:
    """Looks at single pages of the site in a folder, one after the other."""

    def __init__(self, folder: Path, memo: Memo, overrides: Mapping[str, Any]) -> None:
        self._workspace = Workspace(folder, {**IN_PREVIEW, **overrides})
        self._memo = memo

    def prepare(self, is_asked: Callable[[], bool]) -> None:
        """Load what most pages need, by a look at a sample, until a page is asked for, which loads the rest."""

        def check(_stage: str, _done: int, _total: int) -> None:
            if is_asked():
                raise _AskedError

        inputs = self._workspace.read_without_notes()
        if inputs:
            sample = msgspec.structs.replace(inputs, notes=(SAMPLE,))
            means = self._means(_SampleReader(self._workspace, inputs.bibliographies))
            with suppress(_AskedError):
                glance(sample, SAMPLE.path, means._replace(account=Account(check)))

    def at(self, path: str) -> bytes:
        """Return the HTML of the page at a path below the site's, empty if no note makes it."""
        for note in notes_at(path):
            inputs = self._workspace.read_note(note)
            if inputs:
                return glance(inputs, note, self._means(self._workspace))
        return b""

    def _means(self, reader: Reader) -> Means:
        return Means(self._memo, DictSpool(), SerialPool(), reader, Account())


class _AskedError(Exception):
    """Somebody waits for a page."""


class _SampleReader:
    """Reads a site, and the sample as if it were a note of it."""

    def __init__(self, workspace: Workspace, bibliographies: Iterable[Source]) -> None:
        self._workspace = workspace
        self._bibliographies = bibliographies

    def read_text(self, source: Source) -> str:
        if source is not SAMPLE:
            return self._workspace.read_text(source)
        found = next(filter(None, map(CITEKEY.search, map(self.read_text, self._bibliographies))), None)
        return SAMPLE_TEXT.replace("CITEKEY", found[1] if found else "nobody")

    def read_asset(self, asset: Asset) -> bytes:
        return self._workspace.read_asset(asset)


def notes_at(path: str) -> tuple[str, ...]:
    """Return the notes that a page may be made by, if none has a permalink."""
    stem = path.removesuffix("index.html").removesuffix(".html").strip("/")
    return (f"{CONTENT}/{stem}.md", f"{CONTENT}/{stem}/index.md") if stem else (f"{CONTENT}/index.md",)


def glance(inputs: Inputs, path: str, means: Means) -> bytes:
    """Render the page of the note at a path, the only one of the inputs; return its HTML.

    Where links lead to other notes is not known: they are left as they are written.
    """
    site = prepare(inputs, means)
    planned = next(page for page in site.plan.pages if page.path == path)
    page = _read(site, planned.share, path)
    share = encoded(page)
    digest = digest_of(share)
    means.spool.put_many({digest: share})
    made = site.pages.render_alone(msgspec.structs.replace(planned, share=digest), lambda page: False)
    return means.spool.get(made.digest) or b""


def _read(site: Prepared, share: str, path: str) -> Page:
    """Return the share of a page with its links taken for good."""
    digest = site.notes[path].document
    parts = site.runner.parts((share, digest))
    page = decoded(parts[share], Page)
    document = decoded(parts[digest], Document)
    links = tuple(_trusted(link, to) for link, to in zip(document.links, page.links, strict=True))
    return msgspec.structs.replace(page, links=links)


def _trusted(link: Link, resolved: ResolvedLink) -> ResolvedLink:
    if not resolved.problem:
        return resolved
    return ResolvedLink("#" if link.wiki else link.target)
