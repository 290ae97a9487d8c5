"""What a site's own code adds to Liquid: tags and filters, found in Ruby that is read as text and never run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from octavo.model.source import SourceFile

#: ``Liquid::Template.register_tag("name", Class)``.
TAG = re.compile(r"""\bregister_tag[\s(]+(?:["'](\w+)["']|:(\w+))""")

#: ``Liquid::Template.register_filter(Module)``.
FILTERS = re.compile(r"\bregister_filter[\s(]+([A-Z][\w:]*)")

#: A module from its name to the ``end`` that stands where it begins.
MODULE = re.compile(
    r"^(?P<indent>[ \t]*)module[ \t]+(?P<name>[A-Z][\w:]*)[ \t]*\n(?P<body>.*?)^(?P=indent)end\b",
    re.DOTALL | re.MULTILINE,
)
MODULE_START = re.compile(r"^[ \t]*module[ \t]+(?P<name>[A-Z][\w:]*)[ \t]*$", re.MULTILINE)

#: A method that isn't the module's own, or the word behind which none is a filter.
METHOD = re.compile(r"^[ \t]*(?:def[ \t]+(?P<name>[a-z_]\w*)(?![\w.])|(?P<private>private)[ \t]*$)", re.MULTILINE)

COMMENT = re.compile(r"^=begin\b.*?^=end\b[^\n]*|^[ \t]*#[^\n]*", re.DOTALL | re.MULTILINE)


def tags_in(files: Iterable[SourceFile]) -> dict[str, str]:
    """Return the tags that a site's own code defines, with the place (``path:line``) of each."""
    return {found[1] or found[2]: _place(file, found.start()) for file in files for found in TAG.finditer(_code(file))}


def filters_in(files: Iterable[SourceFile]) -> dict[str, str]:
    """Return the filters that a site's own code defines, with the place (``path:line``) of each."""
    texts = {file: _code(file) for file in files}
    registered = {name.rpartition("::")[2] for text in texts.values() for name in FILTERS.findall(text)}
    return {
        name: _place(file, start)
        for file, text in texts.items()
        for module, body_start, body in _modules(text)
        if module.rpartition("::")[2] in registered
        for name, start in _methods(body, body_start)
    }


def _modules(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield each module, those in others, too: its name, and where its body starts."""
    for start in MODULE_START.finditer(text):
        if found := MODULE.match(text, start.start()):
            yield found["name"], found.start("body"), found["body"]


def _methods(body: str, start: int) -> Iterator[tuple[str, int]]:
    for found in METHOD.finditer(body):
        if found["private"]:
            return
        yield found["name"], start + found.start("name")


def _code(file: SourceFile) -> str:
    """Return a text in Ruby with its comments blank, so that all else stays in its place."""
    return COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), file.text)


def _place(file: SourceFile, index: int) -> str:
    return f"{file.path}:{file.text.count(chr(10), 0, index) + 1}"


def said_of(name: str, own: Mapping[str, str]) -> str:
    """Return what is said of a tag or filter that a site's own code defines, or nothing."""
    return f"{own[name]} defines it; Octavo runs no code of a site" if name in own else ""
