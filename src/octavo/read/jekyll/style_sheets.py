"""The style sheets of a Jekyll site that are written in Sass: those with a front matter are compiled.

https://jekyllrb.com/docs/assets/#sassscss
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Json
from octavo.model.jekyll import JekyllDocument
from octavo.model.source import Span
from octavo.read.sass.compiler import Css, compile_sass
from octavo.read.sass.imports import SassTexts

SASS = (".scss", ".sass")

#: Where others are imported from, unless ``sass_dir`` says otherwise.
SASS_FOLDER = "_sass"


def is_sass(path: str) -> bool:
    """Tell by its path whether a file is written in Sass."""
    return path.lower().endswith(SASS)


def sass_folders(config: Mapping[str, Json]) -> tuple[str, ...]:
    """Return where imports are looked for below the source: ``load_paths``, then ``sass_dir``, none outside of it."""
    settings = _settings(config)
    listed = settings.get("load_paths") or []
    named = [*(listed if isinstance(listed, list) else [listed]), settings.get("sass_dir") or SASS_FOLDER]
    folders = (posixpath.normpath(str(one).strip("/")) for one in named)
    return tuple(dict.fromkeys(one for one in folders if one.split("/")[0] != ".."))


def compile_style_sheet(
    text: str, document: JekyllDocument, texts: Mapping[str, str], config: Mapping[str, Json]
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the CSS of a text without front matter, or nothing but a comment, and why."""
    is_compressed = str(_settings(config).get("style")).lstrip(":") == "compressed"
    css = compile_sass(text, document.relative_path, SassTexts(texts, sass_folders(config)), is_compressed)
    if not css.problem:
        return css.text, ()
    return f"/* {css.problem.replace('*/', '* /')} */\n", (_problem(css, document),)


def _problem(css: Css, document: JekyllDocument) -> Diagnostic:
    if css.is_missing:
        return Diagnostic("sass-missing", css.problem, Span(document.path, 1), hint="pip install 'octavo[sass]'")
    path = css.path or document.relative_path
    line = max(1, css.line + (document.body_line - 1 if path == document.relative_path else 0))
    root = document.path.removesuffix(document.relative_path)
    return Diagnostic("sass-invalid", css.problem, Span(root + path, line, max(1, css.column)))


def _settings(config: Mapping[str, Json]) -> Mapping[str, Json]:
    settings = config.get("sass")
    return settings if isinstance(settings, dict) else {}
