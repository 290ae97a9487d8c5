"""Compressed files beside those of a site."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

from building import build_folder, write_site

SITE = {
    "octavo.toml": 'precompress = ["gz", "br"]\nbase_url = "https://example.org"\n',
    "content/index.md": "A long note. " * 200,
    "static/small.txt": "Too small.",
    "static/long.txt": "Long enough. " * 100,
    "static/long.dat": "No text by its name. " * 100,
}


def test_texts_have_compressed_files_that_hold_the_same(tmp_path: Path) -> None:
    files = build_folder(write_site(tmp_path, SITE)).files()
    for ending, decompress in ((".gz", gzip.decompress), (".br", brotli.decompress)):
        compressed = {path.removesuffix(ending): content for path, content in files.items() if path.endswith(ending)}
        assert {"index.html", "long.txt", "theme/octavo.css", "index.md"} <= compressed.keys()
        assert not {path for path in compressed if path.endswith((".png", ".dat", ".gz", ".br", "small.txt"))}
        for path, content in compressed.items():
            assert decompress(content) == files[path]
            assert len(content) < len(files[path])


def test_nothing_is_compressed_that_nobody_asks_for(tmp_path: Path) -> None:
    files = build_folder(write_site(tmp_path, {"content/index.md": SITE["content/index.md"]})).files()
    assert not {path for path in files if path.endswith((".gz", ".br"))}


@pytest.mark.parametrize(
    ("value", "told"), [('["gzip"]', "'gzip' is none of gz, br"), ('"gz"', "expected a list, got text")]
)
def test_a_format_that_there_is_none_of_is_told(tmp_path: Path, value: str, told: str) -> None:
    site = build_folder(write_site(tmp_path, {**SITE, "octavo.toml": f"precompress = {value}\n"}))
    assert told in site.build.diagnostics[0].message
    assert not site.build.publishable


def test_without_brotli_its_files_are_missing_and_that_is_told(tmp_path: Path) -> None:
    block = "import sys; sys.modules['brotli'] = None; from octavo.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", block, "build", str(write_site(tmp_path, SITE))],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "note: brotli is not installed [compression-missing]" in done.stderr
    assert "pip install 'octavo[brotli]'" in done.stderr
    assert (tmp_path / "_site/index.html.gz").exists()
    assert not (tmp_path / "_site/index.html.br").exists()


def test_compressed_files_go_with_those_beside_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "octavo", "build", str(write_site(tmp_path, SITE))]
    subprocess.run(command, check=True)
    before = (tmp_path / "_site/long.txt.gz").read_bytes()
    write_site(tmp_path, {"static/long.txt": "Changed. " * 200, "content/index.md": "Short."})
    subprocess.run(command, check=True)
    assert gzip.decompress((tmp_path / "_site/long.txt.gz").read_bytes()).startswith(b"Changed.")
    assert before != (tmp_path / "_site/long.txt.gz").read_bytes()
    (tmp_path / "static/long.txt").unlink()
    subprocess.run(command, check=True)
    assert not (tmp_path / "_site/long.txt.gz").exists()
