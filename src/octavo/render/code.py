"""A block of code to HTML, its syntax marked by Pygments' short CSS classes."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

import msgspec
from markupsafe import Markup, escape

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
_PLAIN = frozenset(("", "text", "txt", "plain", "plaintext", "none", "nohighlight", "csv"))


class CodeHtml(msgspec.Struct, frozen=True):
    """A block of code as HTML; ``problem`` is empty if its language is known, and ``hint`` the nearest known ones."""

    html: str
    problem: str = ""
    hint: str = ""


def render_code(text: str, language: str) -> CodeHtml:
    """Highlight code; without a language, or in an unknown one, it stays as written.

    ``language`` is any alias of https://pygments.org/languages/, lower-cased. The block scrolls in its own box, which
    the keyboard can reach.
    """
    if language in _PLAIN or len(text) > MAX_HIGHLIGHTED:
        return CodeHtml(_in_box(escape(text), language))
    highlighted = _highlight(text, _ALIASES.get(language, language))
    if highlighted is None:
        return CodeHtml(_in_box(escape(text), language), f"no language is called '{language}'", _near(language))
    return CodeHtml(_in_box(highlighted, language))


def _in_box(code: Markup, language: str) -> str:
    box = Markup('<div class="code"><pre tabindex="0"><code class="language-{}">{}</code></pre></div>\n')
    return str(box.format(language or "text", code))


def _highlight(text: str, language: str) -> Markup | None:
    """Return the highlighted text, or None if no lexer has this name."""
    from pygments import highlight  # most builds find their blocks in the cache
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None
    return Markup(highlight(text, lexer, _formatter()))


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
