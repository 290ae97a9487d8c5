"""The index of the full-text search: Pagefind makes it out of pages (``octavo[search]``), a browser reads it.

Pagefind's own Python client answers ten requests a second and gives up on an answer of more than 2 MiB, so its program
is asked directly, in the same words: https://github.com/Pagefind/pagefind/blob/main/pagefind/src/service/requests.rs.
Its filters are in another order each time, so what a page can be filtered by is a file of ours. It makes an index as a
whole or not at all; so that of a large site is in parts, which the browser searches together.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import escape

from octavo.memo import digest_of
from octavo.model.rendering import IndexedPage, IndexPart, IndexRequest, SearchSettings
from octavo.render.addresses import quote_url

if TYPE_CHECKING:
    from subprocess import Popen

#: The folder of the index, from the site's root: the parts are folders in it, named by their numbers.
FOLDER = "pagefind/"

#: So many pages make a part. Of a small part less is made again when a page changes; of few parts a browser loads less.
PAGES_IN_PART = 200

#: What stands in the main part of a page and is none of its text.
NOT_ITS_TEXT = (
    *(".toc-fold", ".byline", ".tags", ".downloads", ".cite-page", ".linked-from", ".card", ".shelf", ".listing"),
    *(".bibliography", ".backlinks", ".footnote-backref", ".footnote-ref", ".fact sup", ".fact-notes", ".fact-file"),
    *(".image-missing", ".citation-missing", "annotation"),
)

#: How the names of the files end that hold the index: its table, the words, and the text of each page.
TABLE, WORDS, TEXT = ".pf_meta", ".pf_index", ".pf_fragment"

#: What each of them begins with, once it is unpacked.
SIGNATURE = b"pagefind_dcd"

#: An id that no result leads to; Pagefind would put a space where it stands.
OTHER_ID = re.compile(r'(<(?!h[1-6]\b)\w+\b[^<>]*?) id="[^"]*"')

#: In bytes: what is read at once of an answer.
CHUNK = 1 << 20


class IndexerError(Exception):
    """Pagefind's program refused a request, or ended before it answered."""


def make_indexer(settings: SearchSettings) -> Callable[[IndexRequest], IndexPart]:
    """Return the function that indexes pages: the same pages make the same bytes."""

    def index(request: IndexRequest) -> IndexPart:
        if not find_spec("pagefind"):
            hint = "for full text: pip install 'octavo[search]'"
            return IndexPart(problem="readers can search titles only", hint=hint)
        from pagefind.service import get_executable

        try:
            program = get_executable()
            if program is None:
                raise IndexerError("its program is not installed")
            files = _index(program, request, settings)
            return IndexPart(files, _identifiers(files))
        except (IndexerError, OSError, ValueError, KeyError) as error:
            return IndexPart(problem=f"readers can search titles only, because Pagefind failed: {error}")

    return index


def _index(program: Path, request: IndexRequest, settings: SearchSettings) -> dict[str, bytes]:
    ordered = sorted(zip(request.pages, request.html, strict=True), key=lambda one: one[0].url)
    made = _run(program, [(quote_url(page.url), _indexable(page, html)) for page, html in ordered], settings)
    languages = json.loads(made["pagefind-entry.json"])["languages"].values()
    code = {"pagefind.js", "pagefind-entry.json", *(f"wasm.{one['wasm'] or 'unknown'}.pagefind" for one in languages)}
    return {path: made[path] for path in sorted(made) if path in code or path.endswith((TABLE, WORDS, TEXT))}


def _run(program: Path, pages: Sequence[tuple[str, str]], settings: SearchSettings) -> dict[str, bytes]:
    """Hand pages, (URL, HTML), to the program; return the files that it makes, by path."""
    from subprocess import DEVNULL, PIPE, Popen  # slow to import: few builds index anything

    # Where it is started it would look for a configuration of its own.
    with Popen([program, "--service"], stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=program.parent) as process:
        try:
            config = {"force_language": settings.language.lower(), "exclude_selectors": NOT_ITS_TEXT}
            index = _ask(process, {"type": "NewIndex", "config": config})["index_id"]
            for url, html in pages:
                _ask(process, {"type": "AddFile", "index_id": index, "url": url, "file_contents": html})
            files = _ask(process, {"type": "GetFiles", "index_id": index})["files"]
        finally:
            process.kill()
    return {file["path"]: base64.b64decode(file["content"]) for file in files}


def _ask(process: Popen[bytes], payload: dict[str, Any]) -> Any:
    """Send one request and return the answer; each is JSON in Base64 and ends in a comma."""
    requests: Any = process.stdin
    answers: Any = process.stdout
    answer = bytearray()
    try:
        requests.write(base64.b64encode(msgspec.json.encode({"message_id": 1, "payload": payload})) + b",")
        requests.flush()
        while not answer.endswith(b","):
            answer += answers.read1(CHUNK) or b"!,"
    except BrokenPipeError:
        answer += b"!,"
    if answer.endswith(b"!,"):
        raise IndexerError("its program ended without an answer")
    result = json.loads(base64.b64decode(answer[:-1]))["payload"]
    if result["type"] == "Error":
        raise IndexerError(result["message"])
    return result


def _indexable(page: IndexedPage, html: bytes) -> str:
    """Return what Pagefind shall read of a page: its main part, or all of it if its template marks none."""
    text = html.decode()
    start, end = text.find("<main"), text.rfind("</main>")
    main = OTHER_ID.sub(r"\1", text[start:end] if 0 <= start < end else text).replace("</th>", " </th>")
    return f'<html><body><meta data-pagefind-meta="title[content]" content="{escape(page.title)}">{main}</body></html>'


def _identifiers(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return what a page's text is filed under, by the URL that stands in it."""
    texts = {path: content for path, content in files.items() if path.endswith(TEXT)}
    return {
        json.loads(gzip.decompress(content).removeprefix(SIGNATURE))["url"]: Path(path).stem
        for path, content in texts.items()
    }


def split_pages(pages: Sequence[IndexedPage]) -> tuple[tuple[IndexedPage, ...], ...]:
    """Divide pages into the parts of an index: a page stays in its part while the number of parts does."""
    parts: list[list[IndexedPage]] = [[] for _ in range(0, len(pages), PAGES_IN_PART)]
    for page in pages:
        parts[int(digest_of(page.url.encode())[:8], 16) % len(parts)].append(page)
    return tuple(tuple(part) for part in parts if part)


def join_parts(pages: Sequence[IndexedPage], parts: Sequence[IndexPart]) -> dict[str, bytes]:
    """Return the files of a whole index by their paths in the output; one part has the code for all."""
    files = {
        f"{FOLDER}{number}/{path}": content for number, part in enumerate(parts) for path, content in part.files.items()
    }
    code = {path for path in files if path.endswith((".js", ".pagefind")) and not path.startswith(f"{FOLDER}0/")}
    identifiers = {url: identifier for part in parts for url, identifier in part.identifiers.items()}
    filters = _filters(pages, identifiers, len(parts))
    return {path: content for path, content in files.items() if path not in code} | {f"{FOLDER}filters.json": filters}


def _filters(pages: Sequence[IndexedPage], identifiers: Mapping[str, str], parts: int) -> bytes:
    """Write what pages can be filtered by as JSON: in ``pages`` sections and works are places in the other lists."""
    sections = sorted({page.section for page in pages if page.section})
    works = sorted({work for page in pages for work in page.cites}, key=lambda work: (work[1].casefold(), work[0]))
    places = {work: place for place, work in enumerate(works)}
    listed = {
        identifier: {
            "url": url,
            "section": sections.index(page.section) if page.section else -1,
            "works": sorted(places[work] for work in page.cites),
        }
        for page, url in ((page, quote_url(page.url)) for page in pages)
        if (identifier := identifiers.get(url))
    }
    return msgspec.json.encode({"parts": parts, "sections": sections, "works": works, "pages": listed})
