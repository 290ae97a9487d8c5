"""Which plug-ins Jekyll would load for a site: those of its configuration, of its Gemfile and of its theme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from octavo.model.document import Json

#: The file that names the gems of a site.
GEMFILE = "Gemfile"

#: The gem that GitHub Pages builds sites with, and the plug-ins that it always loads.
GITHUB_PAGES = "github-pages"
ON_GITHUB_PAGES = (
    "jekyll-coffeescript",
    "jekyll-default-layout",
    "jekyll-gist",
    "jekyll-github-metadata",
    "jekyll-optional-front-matter",
    "jekyll-paginate",
    "jekyll-readme-index",
    "jekyll-relative-links",
    "jekyll-titles-from-headings",
)

#: The plug-ins that the gems of themes need, which Jekyll loads with them.
OF_THEMES = {
    "minima": ("jekyll-feed", "jekyll-seo-tag"),
    "minimal-mistakes-jekyll": (
        "jekyll-feed",
        "jekyll-gist",
        "jekyll-include-cache",
        "jekyll-paginate",
        "jekyll-sitemap",
    ),
    "just-the-docs": ("jekyll-include-cache", "jekyll-seo-tag"),
}

#: Names that a plug-in is also asked for by.
OTHER_NAMES = {"jekyll/scholar": "jekyll-scholar", "jekyll/tagging": "jekyll-tagging"}

_GROUP = re.compile(r"^\s*group\b[^\n]*:jekyll_plugins\b[^\n]*\bdo\b(?P<gems>.*?)^\s*end\b", re.DOTALL | re.MULTILINE)
_GEM = re.compile(r"""^[^\S\n]*gem[\s(]+["']([\w./-]+)["']([^\n#]*)""", re.MULTILINE)


def plugins_of(config: Mapping[str, Json], gemfile: str) -> tuple[str, ...]:
    """Return the names of the gems that Jekyll loads as plug-ins; ``gemfile`` is a text in Ruby, which isn't run."""
    named = {OTHER_NAMES.get(one, one) for one in (*_configured(config), *_in_gemfile(gemfile))}
    if GITHUB_PAGES in named:
        named.update(ON_GITHUB_PAGES)
    named.update(OF_THEMES.get(str(config.get("theme") or ""), ()))
    return tuple(sorted(named))


def _configured(config: Mapping[str, Json]) -> Iterator[str]:
    for key in ("plugins", "gems"):
        value = config.get(key)
        yield from (str(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _in_gemfile(text: str) -> Iterator[str]:
    for group in _GROUP.finditer(text):
        yield from (name for name, _ in _GEM.findall(group["gems"]))
    yield from (name for name, rest in _GEM.findall(text) if name == GITHUB_PAGES or ":jekyll_plugins" in rest)
