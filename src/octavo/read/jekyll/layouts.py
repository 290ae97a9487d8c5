"""The layouts of a site, which name each other; and what is wrong with how they do."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.jekyll import JekyllSettings
from octavo.model.source import SourceFile, Span
from octavo.read.jekyll.heads import LAYOUT_KEY, NO_LAYOUT, body_of, body_start, parse_head
from octavo.read.liquid.text import TemplateText
from octavo.read.rules.draft import near_match


class Layout(msgspec.Struct, frozen=True):
    """A layout: the template behind its front matter, what that says, and the whole file."""

    template: TemplateText
    data: dict[str, Json]
    file: SourceFile

    @property
    def around(self) -> str:
        """The name of the layout that this one is put into, or nothing."""
        return str(self.data.get("layout") or "")


def layouts_of(settings: JekyllSettings) -> dict[str, Layout]:
    """Return the layouts of a site by name."""
    files = {path: SourceFile(f"{settings.layouts_dir}/{path}", text) for path, text in settings.layouts.items()}
    return {posixpath.splitext(path)[0]: _layout(file) for path, file in files.items()}


def _layout(file: SourceFile) -> Layout:
    head = parse_head(file)
    return Layout(TemplateText(file.path, head.body_line, body_of(file.text)), head.front_matter, file)


def chain_of(name: str, layouts: Mapping[str, Layout]) -> tuple[str, ...]:
    """Return the layouts that a text is put into, one after the other; as in Jekyll, into none twice."""
    used: list[str] = []
    while name in layouts and name not in (*used, *NO_LAYOUT):
        used.append(name)
        name = layouts[name].around
    return tuple(used)


def chain_problems(
    name: str, file: SourceFile, layouts: Mapping[str, Layout], theme: str = ""
) -> tuple[Diagnostic, ...]:
    """Tell what is wrong with the layouts that a text, whose file says so or not, is put into.

    A layout that the ``theme``, a gem, may bring is told of the site, not of each text.
    """
    if name in NO_LAYOUT:
        return ()
    chain = chain_of(name, layouts)
    last = layouts[chain[-1]] if chain else None
    missed = last.around if last else name
    if missed in chain:
        return (_circle(chain[chain.index(missed) :], layouts),)
    if last and missed in NO_LAYOUT:
        return ()
    if theme and not near_match(missed, layouts):
        return (_of_theme(missed, theme),)
    return (_unknown(missed, last.file if last else file, layouts),)


def _of_theme(name: str, theme: str) -> Diagnostic:
    message = f"there is no layout '{name}' in the site; the theme '{theme}', whose it may be, is not here"
    return Diagnostic("layout-unknown", message, Span("_config.yml", 1), "", "'--theme octavo' needs no layouts")


def _unknown(name: str, file: SourceFile, layouts: Collection[str]) -> Diagnostic:
    known = ", ".join(sorted(layouts)) or "none"
    hint = near_match(name, layouts) or f"the layouts are {known}"
    return Diagnostic("layout-unknown", f"there is no layout '{name}'", *_place(name, file), hint)


def _circle(names: Sequence[str], layouts: Mapping[str, Layout]) -> Diagnostic:
    """Tell of a circle of layouts; wherever a text enters it, at the one that comes first by name."""
    start = names.index(min(names))
    circle = [*names[start:], *names[:start]]
    first = layouts[circle[0]]
    around = " in ".join(f"'{name}'" for name in (*circle, circle[0]))
    hint = "each is used once, as in Jekyll; the outermost should name no layout"
    return Diagnostic("layout-circular", f"the layout {around} lies in itself", *_place(first.around, first.file), hint)


def _place(name: str, file: SourceFile) -> tuple[Span, str]:
    """Return where a front matter names a layout, and the line; what `defaults` name is at the text's start."""
    found = LAYOUT_KEY.search(file.text, 0, body_start(file.text))
    if not found or found[1] != name:
        return Span(file.path, 1), ""
    text = TemplateText(file.path, 1, file.text)
    return text.span(found.start(1), len(name)), text.excerpt(found.start(1))
