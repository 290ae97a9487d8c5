"""A block of code to HTML, its syntax marked by Pygments' short CSS classes."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

import msgspec
from markupsafe import Markup, escape

from octavo.model.document import Attributes, CodeMarkup
from octavo.model.rendering import CodeHtml
from octavo.render.attributes import render_attributes
from octavo.render.rouge import is_rouge_name, rouge_code

#: In characters. A longer block is shown without colours: the time a lexer takes has no bound.
MAX_HIGHLIGHTED = 100_000

#: Names that authors write and Pygments does not know, besides those for text without any syntax.
_ALIASES = {
    "bib": "bibtex",
    "conf": "ini",
    "env": "bash",
    "ipython": "python",
    "jinja2": "jinja",
    "jsonc": "json5",
    "svg": "xml",
    "yml": "yaml",
}
NO_ATTRIBUTES = Attributes()

_PLAIN = frozenset(("", "text", "txt", "plain", "plaintext", "none", "nohighlight", "csv"))


def render_code(
    text: str,
    language: str,
    title: str = "",
    first_line: int = 0,
    highlighted: Sequence[int] = (),
    attributes: Attributes = NO_ATTRIBUTES,
    markup: CodeMarkup = CodeMarkup.OCTAVO,
) -> CodeHtml:
    """Highlight code; without a language, or in an unknown one, it stays as written.

    ``language`` is any alias of https://pygments.org/languages/, lower-cased, or as written for Rouge's markup. The
    block scrolls in its own box, which the keyboard can reach. The number of a line is an attribute of it, so that it
    is shown and never copied.
    """
    found: Markup | None = escape(text)
    if markup is not CodeMarkup.OCTAVO and not is_rouge_name(language):
        found = None
    elif language not in _PLAIN and len(text) <= MAX_HIGHLIGHTED:
        found = _highlight(text, _ALIASES.get(language, language))
    code = escape(text) if found is None else found
    problem = CodeHtml("")
    if found is None:
        problem = CodeHtml("", f"no language is called '{language}'", _near(language.lower()))
    if markup is not CodeMarkup.OCTAVO:
        shown = rouge_code(str(code), language, first_line, attributes, markup, found is not None)
        return msgspec.structs.replace(problem, html=shown)
    if first_line or highlighted:
        code = _in_lines(code, first_line, frozenset(highlighted))
    html = _in_box(code, language, title, attributes, bool(first_line or highlighted))
    return msgspec.structs.replace(problem, html=html)


def _in_box(code: Markup, language: str, title: str, attributes: Attributes, has_lines: bool) -> str:
    others = msgspec.structs.replace(attributes, classes=("code", *attributes.classes))
    box = Markup('<{0}{1}>{2}<pre{3} tabindex="0"><code class="language-{4}">{5}</code></pre></{0}>\n')
    return str(
        box.format(
            "figure" if title else "div",
            render_attributes(others),
            Markup("<figcaption>{}</figcaption>").format(title) if title else "",
            Markup(' class="lines"') if has_lines else "",
            language or "text",
            code,
        )
    )


def _in_lines(code: Markup, first_line: int, highlighted: Container[int]) -> Markup:
    """Put each line into an element; Pygments lets none of its own cross the end of a line."""
    lines = code.removesuffix("\n").split("\n")
    width = len(str(first_line + len(lines) - 1))
    return Markup("").join(
        Markup('<span class="line{}"{}>{}\n</span>').format(
            " hll" if place in highlighted else "",
            Markup(' data-line="{:>{}}"').format(first_line + place - 1, width) if first_line else "",
            line,
        )
        for place, line in enumerate(lines, start=1)
    )


def _highlight(text: str, language: str) -> Markup | None:
    """Return the highlighted text, or None if no lexer has this name."""
    from pygments import highlight  # most builds find their blocks in the cache

    lexer_class = _lexer_class(language)
    return Markup(highlight(text, lexer_class(stripnl=False), _formatter())) if lexer_class else None


@lru_cache(maxsize=32)  # it looks through all names of all lexers
def _lexer_class(language: str) -> type[Any] | None:
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    from octavo.render.lexing import quick_lexer

    try:
        return quick_lexer(find_lexer_class_by_name(language))
    except ClassNotFound:
        return None


@cache  # it looks every token up in its style, and is the same for all blocks
def _formatter() -> Any:
    from pygments.formatters.html import HtmlFormatter

    return HtmlFormatter(nowrap=True)


def _near(language: str) -> str:
    known = sorted({*_known_languages(), *_ALIASES})
    near = get_close_matches(language, known, n=2, cutoff=0.7)
    return "did you mean " + " or ".join(f"'{name}'" for name in near) + "?" if near else ""


def _known_languages() -> Iterator[str]:
    from pygments.lexers import get_all_lexers  # only a misspelt language needs the list

    return (alias for _name, aliases, _patterns, _types in get_all_lexers(plugins=False) for alias in aliases)
