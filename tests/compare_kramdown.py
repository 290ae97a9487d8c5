"""What kramdown prints, beside what Octavo makes of the same text: ``python tests/compare_kramdown.py FOLDER…``.

Every note of the folders (Jekyll sites) is rendered by kramdown, as Jekyll calls it, and by Octavo in the dialect
``kramdown``; both are compared block by block: text, tags, ids, classes, addresses. Liquid is put out of the way.
"""

from __future__ import annotations

import difflib
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from octavo.model.dialect import KramdownOptions, NoteSettings
from octavo.model.document import Body, Dialect, Document, Hole, Placeholder
from octavo.model.source import SourceFile
from octavo.read.markdown import make_parser

#: What Jekyll's converter does with a text, without the highlighter.
RUBY = """
require "json"; require "kramdown"; require "kramdown-parser-gfm"
given = JSON.parse(STDIN.read)
options = {input: "GFM", hard_wrap: false, math_engine: :mathjax, syntax_highlighter: nil, auto_ids: true,
           toc_levels: (1..6).to_a, footnote_nr: 1, entity_output: "as_char", smart_quotes: "lsquo,rsquo,ldquo,rdquo"}
given["options"].each { |key, value| options[key.to_sym] = value }
puts JSON.generate(given["texts"].map { |text| Kramdown::Document.new(text, options).to_html })
"""

LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\n.*?^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

INLINE = frozenset("a abbr b br cite code del em i img input kbd mark q s small span strong sub sup u var".split())

#: What only one of the two prints around the same text.
IGNORED_TAGS = frozenset({"tbody", "aside"})
IGNORED_CLASSES = re.compile(r"align-.*|task-list.*|notice.*|footnote.*|language-.*|reversefootnote|kdmath")


def has_kramdown() -> bool:
    """Tell whether kramdown is installed, with its parser for GFM."""
    ruby = shutil.which("ruby")
    check = 'require "kramdown"; require "kramdown-parser-gfm"'
    return bool(ruby) and subprocess.run(["ruby", "-e", check], capture_output=True, check=False).returncode == 0


def with_kramdown(texts: Sequence[str], **options: Any) -> list[str]:
    """Render texts with kramdown, as Jekyll does."""
    given = json.dumps({"texts": list(texts), "options": options})
    done = subprocess.run(["ruby", "-e", RUBY], input=given, capture_output=True, text=True, check=True)
    rendered: list[str] = json.loads(done.stdout)
    return rendered


def with_octavo(texts: Iterable[str], **options: Any) -> list[str]:
    """Render texts with Octavo, and fill the holes with what kramdown prints in their place."""
    settings = NoteSettings(
        dialect=Dialect.KRAMDOWN,
        liquid_done=True,
        raw_html=True,
        kramdown=KramdownOptions(**options),
        callouts=None,
    )
    parse = make_parser(settings)
    return [filled(parse(SourceFile("note.md", text))) for text in texts]


def filled(document: Document) -> str:
    """Fill the holes of a document plainly."""

    def fill(part: str | Placeholder) -> str:
        if isinstance(part, str):
            return part
        match part.kind:
            case Hole.FORMULA:
                formula = document.formulas[part.index]
                form = "\\[{}\\]" if formula.display else "\\({}\\)"
                return form.format(html.escape(formula.tex, quote=False))
            case Hole.CODE:
                text = html.escape(document.code_blocks[part.index].text)
                return f"<pre><code>{text}</code></pre>"
            case Hole.IMAGE:
                image = document.images[part.index]
                return f'<img src="{html.escape(image.source)}" alt="{html.escape(image.alt)}">'
            case Hole.HREF:
                return html.escape(document.links[part.index].target)
            case Hole.TABLE:
                table = document.tables[part.index]
                identifier, classes = table.attributes.identifier, " ".join(table.attributes.classes)
                return f'<table id="{identifier}" class="{classes}">{join(table.content)}</table>'
            case Hole.CROSS_REFERENCE:
                reference = document.cross_references[part.index]
                return f"\\{'eqref' if '(' in reference.form else 'ref'}{{{reference.label}}}"
            case Hole.FOOTNOTE:
                return f"<sup><a>{document.footnote_references[part.index].footnote + 1}</a></sup>"
        return ""

    def join(body: Body) -> str:
        return "".join(map(fill, body))

    notes = "".join(f"<li>{join(note.body)}</li>" for note in document.footnotes)
    return join(document.body) + (f"<div><ol>{notes}</ol></div>" if notes else "")


class Lines(HTMLParser):
    """Collects a text's blocks, one a line, with the tags around them and inside them."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._current = ""
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._skipped or given.get("id") == "markdown-toc" or is_anchor(given):
            if tag not in ("br", "img", "input", "hr"):
                self._skipped.append(tag)
            return
        if tag in IGNORED_TAGS:
            return
        tag = {"s": "del"}.get(tag, tag)
        written = f"<{tag}{shown_attributes(tag, given)}>"
        if tag in INLINE:
            self._current += written
        else:
            self._end()
            self.lines.append(written)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
            return
        if tag in IGNORED_TAGS or tag in ("br", "img", "input", "hr"):
            return
        tag = {"s": "del"}.get(tag, tag)
        if tag in INLINE:
            self._current += f"</{tag}>"
        else:
            self._end()
            self.lines.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._current += data

    def handle_comment(self, data: str) -> None:
        del data

    def _end(self) -> None:
        text = re.sub(r"\s+", " ", self._current.replace("\u00a0", " ")).strip()
        text = re.sub(r" ?<br> ?", "<br>", text).replace("<input> ", "<input>")
        if text:
            self.lines.append(text)
        self._current = ""

    def close(self) -> None:
        """Collect what is left."""
        super().close()
        self._end()


def is_anchor(attributes: dict[str, str | None]) -> bool:
    """Tell whether a tag is a link at a heading, or a way back from a footnote."""
    classes = (attributes.get("class") or "").split()
    return bool({"anchor", "reversefootnote", "footnote-backref"} & set(classes))


def shown_attributes(tag: str, attributes: dict[str, str | None]) -> str:
    """Write the attributes of a tag that both are to agree on."""
    if tag in ("sup", "input", "pre") or (attributes.get("class") or "") == "footnotes":
        return ""
    shown = ""
    classes = [one for one in (attributes.get("class") or "").split() if not IGNORED_CLASSES.fullmatch(one)]
    identifier = attributes.get("id") or ""
    if identifier and not identifier.startswith(("fn:", "fnref:")) and identifier != "section":
        shown += f" #{identifier}"
    shown += "".join(f" .{one}" for one in classes) if tag != "img" else ""
    if tag == "img":
        shown += f" {unquote(attributes.get('src') or '')} [{' '.join((attributes.get('alt') or '').split())}]"
    if tag == "a" and attributes.get("href") and not (attributes["href"] or "").startswith("#fn:"):
        shown += f" {unquote(attributes['href'] or '')}"
    return shown


def lines_of(text: str) -> list[str]:
    """Return the blocks of a text of HTML."""
    parser = Lines()
    parser.feed(text)
    parser.close()
    lines = "\n".join(parser.lines)
    return lines.replace("<p>\n</p>\n", "").split("\n")  # which held a way back from a footnote, or a comment


def difference(kramdown: str, octavo: str) -> list[str]:
    """Return the lines of a diff from what kramdown prints to what Octavo makes, none if they agree."""
    expected, actual = lines_of(kramdown), lines_of(octavo)
    return list(difflib.unified_diff(expected, actual, "kramdown", "octavo", lineterm="", n=1))[2:]


def notes_of(folder: Path) -> list[tuple[str, str]]:
    """Return the names and the bodies of a site's notes."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".md", ".markdown")):
        if path.name != "README.md" and not {"_site", "node_modules", ".git"} & set(path.parts):
            text = path.read_text("utf-8", "replace").replace("\r\n", "\n").replace("\x00", "")
            if front := FRONT_MATTER.match(text):
                found.append((str(path.relative_to(folder)), LIQUID.sub("liquid", text[front.end() :])))
    return found


def main(folders: Sequence[str]) -> int:
    """Compare the notes of sites, print what differs, and return how many notes do."""
    if not folders:
        print("Name the folders of Jekyll sites to compare: make compare-jekyll SITES='FOLDER …'")
        return 0
    if not has_kramdown():
        print("There is no kramdown here: nothing is compared.")
        return 0
    differing = 0
    for folder in folders:
        notes = notes_of(Path(folder))
        texts = [text for _, text in notes]
        hunks = 0
        for (name, _), kramdown, octavo in zip(notes, with_kramdown(texts), with_octavo(texts), strict=True):
            lines = difference(kramdown, octavo)
            if lines:
                differing += 1
                hunks += sum(line.startswith("@@") for line in lines)
                print(f"{folder}/{name}", *lines, sep="\n")
        print(f"{folder}: {len(notes)} notes, {hunks} differences")
    return differing


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
