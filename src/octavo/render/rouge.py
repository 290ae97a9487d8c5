"""Blocks of code as Jekyll prints them: for style sheets that know the markup of kramdown, Jekyll and Rouge.

https://kramdown.gettalong.org/syntax_highlighter/rouge.html, https://jekyllrb.com/docs/liquid/tags/#code-snippet-highlighting
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from markupsafe import Markup

from octavo.model.document import Attributes, CodeMarkup
from octavo.model.rouge import LANGUAGE, rouge_classes
from octavo.render.attributes import render_attributes

#: White space that Pygments marks and Rouge leaves alone.
SPACE = re.compile(r'<span class="w">(\s*)</span>')

#: Rouge's classes where they are others than Pygments', by the names of languages.
_PYTHON = {"fm": "nf", "kc": "bp", "ne": "nb", "s1": "s", "s2": "s", "sa": "s", "sd": "s"}
_SHELL = {"c1": "c", "ch": "c"}
_MARKUP = {"cm": "c", "o": "na", "p": "nt"}
_YAML = {"nt": "na", "p": "pi"}
_SCRIPT = {"kr": "k"}
CLASSES = {
    **dict.fromkeys(("python", "py", "python3", "ipython"), _PYTHON),
    **dict.fromkeys(("bash", "sh", "shell", "zsh"), _SHELL),
    **dict.fromkeys(("html", "xml", "svg"), _MARKUP),
    **dict.fromkeys(("yaml", "yml"), _YAML),
    **dict.fromkeys(("javascript", "js"), _SCRIPT),
    "json": {"nt": "nl"},
    "go": {"c1": "c", "kc": "no", "kd": "k", "kn": "k", "mi": "m", "nx": "n"},
    "toml": {"c1": "c", "k": "nn", "n": "py", "o": "p", "s2": "s"},
}

#: Languages that Rouge knows by a name with capitals; it knows no other name with any.
CAPITALS = frozenset(("Dockerfile", "HAML", "Isabelle", "LaTeX", "OCL", "R", "S", "TeX"))

CLASS = re.compile('<span class="([a-z0-9]+)">')


def is_rouge_name(language: str) -> bool:
    """Tell whether Rouge may know a language by a name, as far as its capitals go: ``Java`` is none to it."""
    return language == language.lower() or language in CAPITALS


def rouge_code(
    code: str, language: str, first_line: int, attributes: Attributes, markup: CodeMarkup, is_known: bool
) -> str:
    """Return highlighted code in the markup of kramdown's fences or of Jekyll's tag; ``code`` is HTML."""
    code = _with_classes(SPACE.sub(r"\1", code), CLASSES.get(language, {}))
    code = code.replace("&#34;", '"').replace("&quot;", '"').replace("&#39;", "'")
    if markup is CodeMarkup.JEKYLL:
        return _figure(code, language, first_line)
    return _block(code, language, attributes) if is_known else _unknown(code, language, attributes)


def _with_classes(code: str, classes: Mapping[str, str]) -> str:
    return CLASS.sub(lambda found: f'<span class="{classes.get(found[1], found[1])}">', code) if classes else code


def _block(code: str, language: str, attributes: Attributes) -> str:
    box = msgspec.structs.replace(attributes, classes=tuple(rouge_classes(attributes.classes, language)))
    shown = Markup('<div{}><div class="highlight"><pre class="highlight"><code>{}</code></pre></div></div>')
    return str(shown.format(_class_first(box), Markup(code)))


def _unknown(code: str, language: str, attributes: Attributes) -> str:
    """Return code in a language that nobody knows, which a script of the site's may look for."""
    return str(
        Markup('<pre{}><code class="{}{}">{}</code></pre>').format(
            _class_first(attributes), LANGUAGE, language, Markup(code)
        )
    )


def _figure(code: str, language: str, first_line: int) -> str:
    shown = Markup('<figure class="highlight"><pre><code class="{}{}" data-lang="{}">{}</code></pre></figure>')
    code = _numbered(code) if first_line else code.removesuffix("\n")
    return str(shown.format(LANGUAGE, language.replace("+", "-"), language, Markup(code)))


def _numbered(code: str) -> str:
    numbers = "".join(f"{number}\n" for number in range(1, code.removesuffix("\n").count("\n") + 2))
    return (
        f'<table class="rouge-table"><tbody><tr><td class="gutter gl"><pre class="lineno">{numbers}</pre></td>'
        f'<td class="code"><pre>{code}</pre></td></tr></tbody></table>'
    )


def _class_first(attributes: Attributes) -> Markup:
    """Render attributes as kramdown does, which writes the class before the id."""
    classes = Markup(' class="{}"').format(" ".join(attributes.classes)) if attributes.classes else Markup("")
    return classes + render_attributes(attributes, without=("class",))
