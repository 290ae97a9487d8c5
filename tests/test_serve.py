"""The preview: what it answers, what it keeps when a build fails, and that an edit reaches an open page."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from starlette.testclient import TestClient

from building import write_site
from octavo.preview.app import Announcements, make_app
from octavo.preview.glance import notes_at
from octavo.preview.session import Session, SupersededError
from octavo.serve import PORT_IN_USE, serve_site
from octavo.world.pool import SerialPool
from octavo.world.store import Store, open_store
from octavo.world.workspace import Workspace
from previewing import running

SITE = {
    "octavo.toml": "title = 'T'\n",
    "content/index.md": "---\ntitle: Home\n---\nHello.\n",
    "content/models/bert.md": "---\ntitle: BERT\n---\nBefore.\n",
}
BROKEN = "---\ntitle: [\n---\n"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session(write_site(tmp_path, SITE), Store(None)) as session:
        session.rebuild(SerialPool())
        yield session


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    app = make_app(session, Announcements())
    with TestClient(app, base_url="http://127.0.0.1:4000", follow_redirects=False) as client:
        yield client


def test_pages_and_files_are_served_with_their_types(client: TestClient) -> None:
    page = client.get("/models/bert/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Before." in page.text
    assert client.get("/theme/octavo.css").headers["content-type"] == "text/css; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"


def test_an_address_without_slash_leads_to_its_page(client: TestClient) -> None:
    assert client.get("/models/bert").headers["location"] == "/models/bert/"


def test_an_unknown_address_shows_the_404_page(client: TestClient) -> None:
    answer = client.get("/nowhere/")
    assert (answer.status_code, "Page not found" in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/../octavo.toml", "/%2e%2e/octavo.toml", "/..%2foctavo.toml", "//etc/passwd"])
def test_no_address_leads_out_of_the_site(client: TestClient, path: str) -> None:
    assert client.get("http://127.0.0.1:4000" + path).status_code in (307, 404)


def test_another_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_only_reading_is_allowed(client: TestClient) -> None:
    assert client.post("/").status_code == 405


def test_a_page_loads_the_preview_script_and_no_inline_one(client: TestClient) -> None:
    page = client.get("/").text
    assert 'src="/__octavo/reload.js"' in page
    assert "<script>" not in page
    assert client.get("/__octavo/reload.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/__octavo/overlay.css").status_code == 200


def test_an_edit_is_shown_and_nothing_is_written(session: Session, client: TestClient, tmp_path: Path) -> None:
    write_site(tmp_path, {"content/models/bert.md": "---\ntitle: BERT\n---\nAfterwards.\n"})
    assert "built 3 of" in session.rebuild(SerialPool())  # itself, and the two lists that show its first words
    assert "Afterwards." in client.get("/models/bert/").text
    assert not (tmp_path / "_site").exists()


def test_what_is_made_with_a_page_is_served_from_memory_and_after_an_edit(tmp_path: Path) -> None:
    write_site(tmp_path, SITE | {"content/picture.md": "![A picture](picture.png)\n"})
    Image.new("RGB", (1200, 800)).save(tmp_path / "content/picture.png")
    for _ in range(2):  # the second time all is known from the first
        with open_store(tmp_path) as store, Session(tmp_path, store) as session:
            session.rebuild(SerialPool())
            variants = set(re.findall(r"/media/[\w-]+\.webp", session.respond("/picture/").body.decode()))
            assert variants and all(session.respond(one).body for one in variants)
            assert b"Before." in session.respond("/models/bert/").body
            assert b"Before." in session.respond("/models/bert/index.md").body
    with Session(tmp_path, Store(None)) as session:
        session.rebuild(SerialPool())
        write_site(tmp_path, {"content/models/bert.md": "---\ntitle: BERT\n---\nAfterwards.\n"})
        session.rebuild(SerialPool())
        assert b"Afterwards." in session.respond("/models/bert/").body
        assert b"Afterwards." in session.respond("/models/bert/index.md").body


def test_nothing_is_built_if_nothing_has_changed(session: Session) -> None:
    version = session.state.version
    assert session.rebuild(SerialPool()) == ""
    assert session.state.version == version


def test_errors_are_laid_over_the_new_page(session: Session, client: TestClient, tmp_path: Path) -> None:
    write_site(tmp_path, {"content/models/bert.md": "New {% cite nobody %} <script>alert(1)</script>\n"})
    session.rebuild(SerialPool())
    page = client.get("/models/bert/").text
    assert "New" in page
    assert "octavo-overlay" in page
    assert "content/models/bert.md:1:13" in page
    assert "<script>alert" not in page


def test_a_build_that_cannot_be_shown_keeps_the_last_good_pages(
    session: Session, client: TestClient, tmp_path: Path
) -> None:
    write_site(tmp_path, {"content/models/bert.md": BROKEN})
    session.rebuild(SerialPool())
    page = client.get("/models/bert/").text
    assert "Before." in page
    assert "front-matter-invalid" in page
    write_site(tmp_path, {"content/models/bert.md": "Mended."})
    session.rebuild(SerialPool())
    assert "octavo-overlay" not in client.get("/models/bert/").text


def test_a_site_that_never_built_shows_why(tmp_path: Path) -> None:
    with Session(write_site(tmp_path, {"content/index.md": BROKEN}), Store(None)) as session:
        session.rebuild(SerialPool())
        client = TestClient(make_app(session, Announcements()), base_url="http://localhost")
        assert "front-matter-invalid" in client.get("/").text


def test_drafts_are_shown(tmp_path: Path) -> None:
    files = {**SITE, "content/d.md": "---\ndraft: true\n---\nDraft."}
    with Session(write_site(tmp_path, files), Store(None)) as session:
        session.rebuild(SerialPool())
        assert b"Draft." in session.respond("/d/").body


def test_the_site_is_served_below_the_path_of_its_address(tmp_path: Path) -> None:
    files = {**SITE, "octavo.toml": "base_url = 'https://example.org/notes'\n"}
    with Session(write_site(tmp_path, files), Store(None)) as session:
        session.rebuild(SerialPool())
        assert session.respond("/").location == "/notes/"
        assert b"Hello." in session.respond("/notes/").body


def test_a_page_is_shown_before_the_others_are_read(tmp_path: Path) -> None:
    note = "---\ntitle: First\n---\n[[BERT]], [up](../index.md) and {% cite devlin part %} ![D](/drawing.svg)\n"
    files = {
        **SITE,
        "content/models/first.md": note,
        "content/models/broken.md": BROKEN,
        "bibliography/a.bib": "@string{j = {Devlin, J.}} @book{devlin, title={T}, author=j, year=2019}"
        "@inbook{part, title={A Part}, author={Po, M.}, crossref={whole}} @book{whole, title={The Whole}, year=1066}"
        "@book{other, title={Never read}",
        "static/drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"/>',
        "static/site.css": "a { color: red }",
        "content/all.md": "{% bibliography %}",
    }
    with Session(write_site(tmp_path, files), Store(None)) as session:
        first = session.respond("/models/first/")
        assert session.state.site is None
        page = first.body.decode()
        assert "(<a" in page and "Devlin, 2019" in page and 'width="8"' in page
        assert "In <i>The whole</i>" in page and "1066" in page
        assert "../../site.css" in page
        assert 'class="broken"' not in page and "octavo-overlay" not in page
        assert "Hello." in session.respond("/").body.decode()
        assert "The whole" in session.respond("/all/").body.decode()
        assert "front-matter-invalid" not in session.respond("/models/broken/").body.decode()


LOOK_BESIDE = """
import os, socket, sys
from functools import partial
from pathlib import Path
from octavo.preview.session import Session
from octavo.serve import look_first
from octavo.world.companion import Companion, can_fork
from octavo.world.pool import SerialPool
from octavo.world.store import Store

folder = Path(sys.argv[1])
def start_companion():
    return Companion(partial(look_first, folder, {}, socket.socket()))

if can_fork():
    companion = start_companion()
    with Session(folder, Store(None), None, companion) as session:
        assert session.state.site is None
        assert b"A draft" in session.respond("/models/bert/").body and not companion.ask(b"models/nobody/")
        os.kill(companion.process, 9)
        assert companion.ask(b"models/bert/") is None
        assert b"A draft" in session.respond("/models/bert/").body
        session.rebuild(SerialPool())
    companion = start_companion()
    assert b"A draft" in companion.ask(b"models/bert/")
    companion.close()
    companion.close()
    assert companion.ask(b"models/bert/") is None
"""


def test_a_page_is_shown_by_a_companion_as_long_as_there_is_one(tmp_path: Path) -> None:
    write_site(tmp_path, SITE | {"content/models/bert.md": "---\ntitle: BERT\ndraft: true\n---\nA draft.\n"})
    subprocess.run([sys.executable, "-c", LOOK_BESIDE, tmp_path], check=True, timeout=60)


@pytest.mark.parametrize("path", ["/../../secret/", "/.hidden/", "/models/../../secret/", "/a\0b/"])
def test_a_first_look_stays_in_the_site(tmp_path: Path, path: str) -> None:
    site = write_site(tmp_path / "site", {**SITE, "content/.hidden.md": "Secret."})
    write_site(tmp_path, {"secret.md": "Secret."})
    workspace = Workspace(site)
    assert [workspace.read_note(note) for note in notes_at(path[1:])] == [None] * len(notes_at(path[1:]))


def test_what_is_rendered_is_let_be_when_a_source_has_changed(session: Session, tmp_path: Path) -> None:
    notes = {f"content/{number}.md": f"Note {number}." for number in range(40)}
    write_site(tmp_path, notes)
    session.update(SerialPool())
    pool = Superseding(session)
    with pytest.raises(SupersededError):
        session.complete(pool)
    write_site(tmp_path, {"content/7.md": "Another note."})
    assert "built" in session.rebuild(SerialPool())
    assert b"Another note." in session.respond("/7/").body


class Superseding(SerialPool):
    """A pool during whose work a source is changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def map(self, stage: str, settings: bytes, batches: Iterable[bytes]) -> Iterator[bytes]:
        for result in super().map(stage, settings, batches):
            self._session.supersede()
            yield result


def test_a_port_in_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve_site(write_site(tmp_path, SITE), port, open_browser=False) == PORT_IN_USE
    assert f"try --port {port + 1}" in capsys.readouterr().err


def next_event(stream: HTTPResponse) -> dict[str, object]:
    """Wait for the next server-sent event and return its data."""
    line = next(line for line in stream if line.startswith(b"data: "))
    event: dict[str, object] = json.loads(line.removeprefix(b"data: "))
    return event


def test_an_edit_reaches_an_open_page(tmp_path: Path) -> None:
    write_site(tmp_path, SITE)
    with running(tmp_path) as address, urllib.request.urlopen(f"{address}/__octavo/events", timeout=20) as stream:
        while not (first := next_event(stream))["version"]:
            pass  # the site has not been built yet
        write_site(tmp_path, {"content/models/bert.md": "---\ntitle: BERT\n---\nAfterwards.\n"})
        second = next_event(stream)
        assert first["version"] != second["version"]
        assert second["reload"] is False
        with urllib.request.urlopen(f"{address}/models/bert/", timeout=20) as answer:
            assert b"Afterwards." in answer.read()
        write_site(tmp_path, {"templates/page.html.jinja": "<body><main>{{ page.body }}</main></body>"})
        assert next_event(stream)["reload"] is True


def test_an_open_page_is_sent_as_it_is_now_unless_it_must_be_loaded(tmp_path: Path) -> None:
    name = "content/models/grüße.md"
    write_site(tmp_path, SITE | {name: "---\ntitle: Grüße\n---\nBefore.\n"})
    events = f"/__octavo/events?page={quote(quote('/models/grüße/'))}"
    with running(tmp_path) as address, urllib.request.urlopen(f"{address}{events}", timeout=20) as stream:
        while not next_event(stream)["version"]:
            pass  # the site has not been built yet
        write_site(tmp_path, {name: "---\ntitle: Grüße\n---\nAfterwards.\n"})
        assert "Afterwards." in str(next_event(stream)["html"])
        write_site(tmp_path, {"templates/page.html.jinja": "<body><main>{{ page.body }}</main></body>"})
        while not (last := next_event(stream))["reload"]:
            pass
        assert "html" not in last


@pytest.mark.parametrize("page", ["/no-page/", "/models/bert", "..%2Foctavo.toml", ""])
def test_nothing_is_sent_of_a_page_that_is_not_there(tmp_path: Path, page: str) -> None:
    write_site(tmp_path, SITE)
    with (
        running(tmp_path) as address,
        urllib.request.urlopen(f"{address}/__octavo/events?page={page}", timeout=20) as stream,
    ):
        while not next_event(stream)["version"]:
            pass
        write_site(tmp_path, {"content/models/bert.md": "---\ntitle: BERT\n---\nAfterwards.\n"})
        assert "html" not in next_event(stream)


JEKYLL_SITE = {
    "_config.yml": "title: Site one.\n",
    "_layouts/default.html": "<html><title>{{ site.title }}</title><body>Layout one. {{ content }}</body></html>",
    "_includes/part.html": "Part one.\n",
    "_data/words.yml": "- Word one.\n",
    "_posts/2020-01-02-a.md": "---\ntitle: Post one.\n---\nText.\n",
    "index.md": "---\nlayout: default\ntitle: Home\n---\nNote one. {% include part.html %} {{ site.data.words[0] }}"
    "{% for post in site.posts %} {{ post.title }}{% endfor %}\n",
}


@pytest.mark.parametrize("theme", ["own", "octavo"])
def test_an_edit_of_anything_of_a_jekyll_site_is_shown(tmp_path: Path, theme: str) -> None:
    site = JEKYLL_SITE | {"_config.yml": f"title: Site one.\noctavo: {{theme: {theme}}}\n"}
    kinds = {path: text.partition(" one.")[0].split()[-1].rpartition(">")[2] for path, text in site.items()}
    if theme == "octavo":
        del kinds["_layouts/default.html"]
    write_site(tmp_path, site)
    with running(tmp_path) as address, urllib.request.urlopen(f"{address}/__octavo/events", timeout=60) as stream:

        def wait_for(text: str) -> None:
            while text.encode() not in urllib.request.urlopen(address, timeout=60).read():
                next_event(stream)

        for path, kind in kinds.items():
            wait_for(f"{kind} one.")
            write_site(tmp_path, {path: site[path].replace(" one.", " two.")})
            wait_for(f"{kind} two.")


def test_a_file_of_a_jekyll_site_becomes_a_page_by_its_front_matter(tmp_path: Path) -> None:
    write_site(tmp_path, JEKYLL_SITE | {"a.html": "As it is."})
    with Session(tmp_path, Store(None)) as session:
        session.rebuild(SerialPool())
        with TestClient(make_app(session, Announcements()), base_url="http://127.0.0.1:4000") as client:
            for text, shown in (
                ("---\nlayout: default\n---\nA page.", "Layout one. A page."),
                ("Again as it is.", "Again as it is."),
            ):
                write_site(tmp_path, {"a.html": text})
                session.update(SerialPool(), [str(tmp_path / "a.html")])
                session.complete(SerialPool())
                assert shown in client.get("/a.html").text


def test_a_file_that_has_changed_is_served_before_the_site_is_complete(tmp_path: Path) -> None:
    write_site(tmp_path, SITE | {"static/a.css": "a { color: red }"})
    with Session(tmp_path, Store(None)) as session:
        session.rebuild(SerialPool())
        write_site(tmp_path, {"static/a.css": "a { color: blue }"})
        session.update(SerialPool())
        with TestClient(make_app(session, Announcements()), base_url="http://127.0.0.1:4000") as client:
            assert client.get("/a.css").text == "a { color: blue }"
