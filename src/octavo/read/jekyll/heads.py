"""The head of a Jekyll text: its front matter, as loosely as Ruby takes it, and what its Liquid mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from enum import StrEnum

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.jekyll import Head
from octavo.model.source import SourceFile, Span
from octavo.read.jekyll.dates import moment_of
from octavo.read.jekyll.yaml_values import DATE, YamlError, parse_yaml

BLOCK = re.compile(r"\A---[^\S\n]*\n(?P<yaml>.*?\n?)^(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class Need(StrEnum):
    """What of a site a text mentions, and so may change with."""

    HEADS = "heads"  # front matter and URLs of other documents
    BODIES = "bodies"  # their texts, too
    DATA = "data"
    STATIC = "static files"
    TIME = "time"
    SASS = "sass"  # style sheets that others import
    DYNAMIC = "dynamic"  # a whole site as a value: all of it


#: What of ``site`` belongs to no other document.
SITE_KEY = re.compile(r"\bsite\s*(?:\.\s*([\w-]+)|\[\s*[\"']([\w-]+)[\"']\s*\])")
WHOLE_SITE = re.compile(r"\bsite\b(?!\s*\.\s*[\w-]+)(?!\s*\[\s*[\"'])")
NEIGHBOUR = re.compile(r"\bpage\s*\.\s*(?:next|previous)\b|\bpaginator\b")
TEXT_OF_OTHERS = re.compile(
    r"(?<!page)\.\s*(?:content|excerpt|output)\b|[\"'](?:content|excerpt|output)[\"']|\bjsonify\b|\binspect\b"
)

#: What dates take for the moment of the build.
NOW = re.compile(r"[\"'](?:now|today)[\"']", re.IGNORECASE)

#: The tag that names authors, who may be in the data.
SEO = re.compile(r"\{%-?\s*seo\b")

#: The path of a document, not of a page.
OF_COLLECTION = re.compile(r"(?:^|/)_")

#: The date, in a front matter, and in the name of a post.
DATE_KEY = re.compile(r"^[ \t]*date[ \t]*:", re.MULTILINE)
POST_DATE = re.compile(r"(?:^|/)_posts/(?:.*/)?(\d{4}-\d{1,2}-\d{1,2})-[^/]*\Z")

#: The layout, in a front matter.
LAYOUT_KEY = re.compile(r"^layout[ \t]*:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)

#: Layouts that mean none.
NO_LAYOUT = ("", "none", "nil", "null", "~")

LIQUID = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
INCLUDE = re.compile(r"\{%-?\s*include(?:_cached)?\s+[\"']?([^\s\"'%{}]+)?(\{\{)?")
RELATIVE = re.compile(r"\{%-?\s*include_relative\s+[\"']?([^\s\"'%{}]+)?(\{\{)?")
ADDRESSES = re.compile(r"\{%-?\s*(?:link|post_url)\b")


def layout_of(text: str) -> str:
    """Return the layout that the front matter of a text names, or nothing."""
    found = LAYOUT_KEY.search(text, 0, body_start(text))
    return found[1] if found else ""


def parse_head(source: SourceFile) -> Head:
    """Read the front matter of a text; one that Jekyll can't read either counts as empty, and is reported."""
    found = BLOCK.match(source.text)
    if not found:
        return Head({}, 1, mentions(source.text), included_in(source.text), relative_in(source.text))
    body_line = source.text.count("\n", 0, found.end()) + 1
    values, problems = _values(found["yaml"], source.path)
    problems += tuple(_date_problems(values, found["yaml"], source.path))
    body = source.text[found.end() :]
    return Head(values, body_line, mentions(body), included_in(body), relative_in(body), problems)


def body_start(text: str) -> int:
    """Return where the body of a text starts, behind its front matter."""
    found = BLOCK.match(text)
    return found.end() if found else 0


def body_of(text: str) -> str:
    """Return a text without its front matter."""
    return text[body_start(text) :]


def has_front_matter(start: bytes) -> bool:
    """Tell by its beginning whether a file is one that Jekyll renders."""
    return bool(re.match(rb"(?:\xef\xbb\xbf)?---[ \t\r\f\v]*\n", start))


def _values(text: str, path: str) -> tuple[dict[str, Json], tuple[Diagnostic, ...]]:
    try:
        values = parse_yaml(text)
    except YamlError as error:
        if isinstance(error.before, dict):  # Ruby takes what is less indented for the end of the mapping
            message = "what is indented less than the first key is not read, nor what follows it"
            return error.before, (_invalid(message, path, error.line, error.column, "Jekyll doesn't read it either"),)
        return {}, (_invalid(error.message, path, error.line, error.column),)
    if values is None:
        return {}, ()
    if not isinstance(values, dict):
        return {}, (_invalid("the front matter must be made of 'key: value' lines", path, 0, 0),)
    return values, ()


def _date_problems(values: Mapping[str, Json], text: str, path: str) -> Iterator[Diagnostic]:
    """Tell of dates that there aren't, at which Jekyll ends; it takes those of pages for texts."""
    if not OF_COLLECTION.search(path):
        return
    hint = "a date is written 2024-05-31; without one the text has that of today"
    given = values.get("date")
    if given is not None and moment_of(given, UTC) is None:
        line = len(text[: found.start()].split("\n")) - 1 if (found := DATE_KEY.search(text)) else 0
        yield _invalid(f"'{_date_as_written(given)}' is no date", path, line, 0, hint)
    elif given is None and (name := POST_DATE.search(path)) and moment_of(name[1], UTC) is None:
        yield _invalid(f"'{name[1]}' in the name of the file is no date", path, -1, 0, hint)


def _date_as_written(value: Json) -> str:
    """Return a value as it was written."""
    return str(value[DATE]) if isinstance(value, dict) and DATE in value else str(value)


def _invalid(
    message: str,
    path: str,
    line: int,
    column: int,
    hint: str = "Jekyll can't read it either, and goes on without it",
) -> Diagnostic:
    return Diagnostic("front-matter-invalid", message, Span(path, line + 2, column + 1), hint=hint)


def mentions(text: str) -> tuple[str, ...]:
    """Return what of the site a text with Liquid mentions, as names of `Need` and of keys of the site."""
    code = "\n".join(LIQUID.findall(text))
    if not code:
        return ()
    keys = {first or second for first, second in SITE_KEY.findall(code)}
    needs: set[str] = {f"site.{key}" for key in keys}
    if WHOLE_SITE.search(code):
        needs.add(Need.DYNAMIC)
    if NEIGHBOUR.search(code) or ADDRESSES.search(code):
        needs.add(Need.HEADS)
    if SEO.search(code):
        needs.add("site.data")
    if TEXT_OF_OTHERS.search(code):
        needs.add(Need.BODIES)
    if NOW.search(code):
        needs.add(Need.TIME)
    return tuple(sorted(needs))


def included_in(text: str) -> tuple[str, ...]:
    """Return the names of the files that a text includes, ``*`` for one that a variable names."""
    return tuple("*" if computed else name for name, computed in INCLUDE.findall(text) if computed or name)


def relative_in(text: str) -> tuple[str, ...]:
    """Return the names of the files that a text includes from beside it, ``*`` for one that a variable names."""
    return tuple("*" if computed else name for name, computed in RELATIVE.findall(text) if computed or name)
