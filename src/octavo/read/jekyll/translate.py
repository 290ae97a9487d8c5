"""A text of a Jekyll site as a note of Octavo's: its Liquid has run, but for the tags that notes know, too."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from octavo.model.document import CodeBlock, FrontMatter, Hole, Json
from octavo.model.jekyll import JekyllDocument, JekyllNote, JekyllSettings
from octavo.model.source import SourceFile, Span
from octavo.model.translation import Fate, Translated, TranslatedNote
from octavo.read.frontmatter import parse_front_matter
from octavo.read.jekyll.constructs import CODE, LIQUID, VERBATIM, blank, liquid_name, span_in
from octavo.read.jekyll.front_matter import front_matter_of
from octavo.read.jekyll.heads import body_start
from octavo.read.jekyll.render import NOT_HTML, SiteRenderer
from octavo.read.jekyll.yaml_values import DATE
from octavo.read.liquid.page import without_marks
from octavo.read.liquid.scholar import BLOCK_NAMES, NAMES, lookup
from octavo.read.rules.draft import MARK, Draft

#: Keys of a front matter that the new site has other ways for, and why each is left out.
LEFT_OUT = {
    "published": "only what is published is translated",
    "redirect_from": "pages that lead on are files of static/",
    "render_with_liquid": "Liquid has run",
    "style": "it would name a CSL style",
    "excerpt_separator": "a list of pages shows the description or the first paragraph",
}

#: A heading of the first level, which a page may have for its title.
OWN_HEADING = re.compile(r"^#\s|^[^\n]+\n=+[ \t]*$|<h1\b", re.MULTILINE)

#: A tag of jekyll-scholar in what Liquid prints: a mark like those of holes.
_TAG = "tag"

_VARIABLE = re.compile(r"\{\{-?\s*([\w.]+)\s*-?\}\}")
_BRACES = re.compile(r"\{\{|\{%")


class _Verbatim:
    """Prints tags as they are written, but for the values of variables in them."""

    def __init__(self) -> None:
        self.tags: list[str] = []

    def __call__(
        self, name: str, arguments: str, span: Span, draft: Draft, variables: Mapping[str, Any], content: str = ""
    ) -> str:
        filled = _VARIABLE.sub(lambda found: lookup(found[1], variables) or found[0], arguments)
        words = " ".join(lookup(word, variables) or word for word in filled.split())
        end = f"{content}{{% end{name} %}}" if name in BLOCK_NAMES else ""
        self.tags.append(f"{{% {name} {words} %}}{end}" if words else f"{{% {name} %}}{end}")
        return f"\0{_TAG}:{len(self.tags) - 1}\0"


class _Place(NamedTuple):
    path: str
    pieces: list[Translated]


def make_translator(settings: JekyllSettings) -> Callable[[JekyllNote], TranslatedNote]:
    """Make the function that translates a text of a site."""
    site = SiteRenderer(settings)

    def translate(note: JekyllNote) -> TranslatedNote:
        printer = _Verbatim()
        run = site.run_liquid(note, printer)
        pieces = list(_pieces(note))
        if note.document.output.endswith(NOT_HTML):
            text = without_marks(run.output, run.draft)
            first = Translated(Span(note.path, 1), Fate.TRANSLATED, note.path, "a file as Liquid makes it")
            return TranslatedNote(f"static/{note.document.output}", text, (first, *pieces))
        body = _as_note(run.output, run.draft, printer.tags)
        if not note.document.is_markdown:
            body = f"{{::nomarkdown}}\n{body.strip()}\n{{:/nomarkdown}}\n"
        path = note_path(note.document)
        head = _front_matter(note, pieces)
        return TranslatedNote(path, f"---\n{head}---\n{body}", tuple(pieces))

    return translate


def note_path(document: JekyllDocument) -> str:
    """Return where a document lies in the new site: as before, but that no folder's name begins with ``_``."""
    folders = [part.removeprefix("_") for part in document.relative_path.split("/")[:-1]]
    stem, ending = posixpath.splitext(posixpath.basename(document.relative_path))
    name = stem if document.is_markdown or stem == "index" else f"{stem}{ending.replace('.', '-')}"
    return posixpath.join("content", *folders, f"{name}.md")


def _as_note(output: str, draft: Draft, tags: list[str]) -> str:
    """Put back into the text what its marks stand for; braces that are none of a tag's are protected."""
    parts = MARK.split(output)
    texts = [_protected(text) for text in parts[::3]]
    marks = zip(parts[1::3], map(int, parts[2::3]), strict=True)
    written = [_written(kind, index, draft, tags) for kind, index in marks]
    return texts[0] + "".join(mark + text for mark, text in zip(written, texts[1:], strict=True))


def _written(kind: str, index: int, draft: Draft, tags: list[str]) -> str:
    if kind == _TAG:
        return tags[index]
    value = draft.values[Hole(kind)][index]
    if isinstance(value, CodeBlock):
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", value.text)), default=0))
        return f"{fence}{value.language}\n{value.text}{fence}"
    return without_marks(f"\0{kind}:{index}\0", draft)


def _protected(text: str) -> str:
    """Keep braces from being read as tags, but in code, where they are none."""
    if not _BRACES.search(text):
        return text
    parts: list[str] = []
    end = 0
    for code in CODE.finditer(text):
        parts += (_raw(text[end : code.start()]), code[0])
        end = code.end()
    return "".join((*parts, _raw(text[end:])))


def _raw(text: str) -> str:
    return _BRACES.sub(lambda found: f"{{% raw %}}{found[0]}{{% endraw %}}", text)


def _pieces(note: JekyllNote) -> Iterator[Translated]:
    """Tell of all Liquid in a text what becomes of it."""
    text = VERBATIM.sub(blank, note.source.text)
    for found in LIQUID.finditer(text, body_start(note.source.text)):
        name = liquid_name(found)
        span = span_in(note.source, found.start(), len(found[0].split("\n")[0]))
        if name in NAMES or name.removeprefix("end") in BLOCK_NAMES:
            yield Translated(span, Fate.KEPT, f"{{% {name} %}}")
        elif not name.startswith("end"):
            what = f"{{% {name} %}}" if found["tag"] else f"{{{{ {name} }}}}"
            yield Translated(span, Fate.TRANSLATED, what, "what it prints stands in its place")


def _front_matter(note: JekyllNote, pieces: list[Translated]) -> str:
    """Return the front matter in YAML: all its keys that Octavo has no trouble with."""
    values = {name: _plain(value) for name, value in note.document.data.items()}
    if not note.document.is_dated:
        del values["date"]
    for name, reason in LEFT_OUT.items():
        if values.pop(name, None) is not None:
            pieces.append(_key(note, name, Fate.DROPPED, reason))
    values |= _known(front_matter_of(note.document))
    if "tags" in values:
        values.pop("tag", None)
    if "layout" in values and not front_matter_of(note.document).layout:
        pieces.append(_key(note, "layout", Fate.DROPPED, "a layout of the site's own; Octavo's theme stands for it"))
        del values["layout"]
    is_bare = note.document.data.get("layout") in (None, "", "none", False)
    if is_bare and OWN_HEADING.search(note.source.text):
        values["layout"] = "default"  # which shows no title above a heading of the first level
    values["permalink"] = note.document.url
    while name := _refused(values):
        pieces.append(_key(note, name, Fate.DROPPED, "Octavo reads this key otherwise"))
        del values[name]
    return _dumped(values)


def _known(front_matter: FrontMatter) -> dict[str, Json]:
    """Return keys that Octavo writes in one way."""
    known: dict[str, Json] = {"title": front_matter.title}
    if front_matter.date:
        known["date"] = front_matter.date
    if front_matter.updated:
        known["last_modified_at"] = front_matter.updated
    if front_matter.tags:  # Jekyll knows other ways to write them
        known["tags"] = list(front_matter.tags)
    return {name: value for name, value in known.items() if value}


def _refused(values: Mapping[str, Json]) -> str:
    """Return the first key that Octavo can't read, or nothing."""
    text = _dumped(values)
    _, _, problems = parse_front_matter(SourceFile("", f"---\n{text}---\n"))
    line = next((one.span.line for one in problems if one.rule == "front-matter-invalid" and one.span), 0)
    before = text.split("\n")[: max(0, line - 1)]
    names = [found[1] for found in (re.match(r"(\S[^:]*?)['\"]?:", one) for one in before) if found]
    return next((name for name in (names[-1].strip("'\""),) if name in values), "") if names else ""


def _dumped(values: Mapping[str, Json]) -> str:
    return str(yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=110))


def _key(note: JekyllNote, name: str, fate: Fate, reason: str) -> Translated:
    place = re.search(rf"^{re.escape(name)}\s*:", note.source.text, re.MULTILINE)
    return Translated(span_in(note.source, place.start() if place else 0, len(name)), fate, f"{name}:", reason)


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return str(value[DATE]) if DATE in value else {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
