"""The configuration of a Jekyll site: ``_config.yml`` with Jekyll's defaults, and what Octavo takes of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

import msgspec

from octavo.model.diagnostic import RULES, Diagnostic, Severity
from octavo.model.document import Json
from octavo.model.jekyll import POSTS, JekyllFolder, Theme
from octavo.model.source import Span
from octavo.read.jekyll.heads import layout_of
from octavo.read.jekyll.permalinks import post_template
from octavo.read.jekyll.yaml_values import YamlError, parse_yaml
from octavo.read.language import is_language_tag

#: https://jekyllrb.com/docs/configuration/default/, but for what concerns serving and plug-ins.
DEFAULTS: dict[str, Json] = {
    "source": ".",
    "destination": "_site",
    "collections_dir": "",
    "plugins_dir": "_plugins",
    "layouts_dir": "_layouts",
    "data_dir": "_data",
    "includes_dir": "_includes",
    "collections": {},
    "include": [".htaccess"],
    "exclude": [],
    "keep_files": [".git", ".svn"],
    "encoding": "utf-8",
    "markdown_ext": "markdown,mkdown,mkdn,mkd,md",
    "strict_front_matter": False,
    "show_drafts": None,
    "limit_posts": 0,
    "future": False,
    "unpublished": False,
    "plugins": [],
    "markdown": "kramdown",
    "highlighter": "rouge",
    "excerpt_separator": "\n\n",
    "baseurl": None,
    "permalink": "date",
    "paginate_path": "/page:num",
    "timezone": None,
    "defaults": [],
    "liquid": {"error_mode": "warn", "strict_filters": False, "strict_variables": False},
    "kramdown": {
        "auto_ids": True,
        "toc_levels": [1, 2, 3, 4, 5, 6],
        "entity_output": "as_char",
        "smart_quotes": "lsquo,rsquo,ldquo,rdquo",
        "input": "GFM",
        "hard_wrap": False,
        "guess_lang": True,
        "footnote_nr": 1,
        "show_warnings": False,
    },
}

#: What is wrong in a Jekyll site doesn't keep it from being published, as it doesn't there.
JEKYLL_RULES: dict[str, Severity] = {
    **{name: Severity.WARNING for name, rule in RULES.items() if rule.severity is Severity.ERROR},
    **dict.fromkeys(
        (
            "encoding-invalid",
            "file-unreadable",
            "front-matter-invalid",
            "path-outside",
            "style-unknown",
            "symlink-loop",
            "url-collision",
        ),
        Severity.WARNING,
    ),
    **dict.fromkeys(("entry-incomplete", "entry-uncited", "image-alt-missing"), Severity.NOTE),
}

#: Left out besides what the configuration excludes.
EXCLUDED = (
    ".sass-cache .jekyll-cache gemfiles Gemfile Gemfile.lock node_modules "
    "vendor/bundle/ vendor/cache/ vendor/gems/ vendor/ruby/"
).split()


def parse_jekyll_config(text: str, path: str) -> tuple[dict[str, Json], tuple[Diagnostic, ...]]:
    """Parse ``_config.yml``; one that can't be read counts as empty, as in Jekyll, and is reported."""
    try:
        values = parse_yaml(text)
    except YamlError as error:
        problem = Diagnostic(
            "config-invalid", f"not YAML: {error.message}", Span(path, error.line + 1, error.column + 1)
        )
        return with_defaults({}), (problem,)
    if values is not None and not isinstance(values, dict):
        problem = Diagnostic("config-invalid", "the configuration must be made of 'key: value' lines", Span(path, 1))
        return with_defaults({}), (problem,)
    return with_defaults(values or {}), ()


def with_defaults(values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the configuration with all that Jekyll adds to it."""
    config = merged(DEFAULTS, values)
    for name in ("include", "exclude", "plugins", "defaults"):
        config[name] = _listed(config[name])
    if not isinstance(config["collections"], dict):
        config["collections"] = {str(name): {} for name in _listed(config["collections"])}
    config["exclude"] += [name for name in EXCLUDED if name not in config["exclude"]]
    collections = {name: dict(one) if isinstance(one, dict) else {} for name, one in config["collections"].items()}
    posts = {"permalink": post_template(str(config["permalink"]))} | collections.get(POSTS, {}) | {"output": True}
    config["collections"] = {POSTS: posts} | {name: one for name, one in collections.items() if name != POSTS}
    for name in ("source", "destination", "collections_dir", "layouts_dir", "data_dir", "includes_dir", "plugins_dir"):
        config[name] = str(config[name] or DEFAULTS[name])
    return config


def merged(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    """Lay one mapping over another, and so with the mappings in them."""
    result = dict(below)
    for name, value in above.items():
        lower = result.get(name)
        both = isinstance(value, dict) and isinstance(lower, dict)
        result[name] = merged(lower, value) if both else value  # type: ignore[arg-type]  # both are mappings
    return result


def _listed(value: Json) -> list[Json]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def site_values(config: Mapping[str, Json]) -> dict[str, Any]:
    """Return what a Jekyll configuration says of a site in the terms of `SiteConfig`."""
    author = config.get("author")
    author = author.get("name") if isinstance(author, dict) else author
    language = str(config.get("lang") or config.get("locale") or "en").replace("_", "-")
    return {
        "title": _title(config) or "Notes",
        "description": _text(config.get("description")),
        "author": _text(author),
        "language": language if is_language_tag(language) else "en",
        "base_url": base_url(config),
        "output": str(config["destination"]),
        "raw_html": True,
        "sentence_case": False,
        "drafts": True,  # whether a document is published is settled before
    }


def _title(config: Mapping[str, Json]) -> str:
    """Return the title of the site; al-folio takes its author's name for that where it says ``blank``."""
    title = _text(config.get("title") or config.get("name"))
    names = (_text(config.get(f"{part}_name")) for part in ("first", "middle", "last"))
    return " ".join(filter(None, names)) or title if title == "blank" else title


def base_url(config: Mapping[str, Json]) -> str:
    """Return the address of the site, ``url`` and ``baseurl`` together, or nothing if it doesn't know it."""
    address = _text(config.get("url")).rstrip("/") + base_path(config)
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return address if is_whole and not re.search(r"[\s\"'<>\\?#]", address) else ""


def base_path(config: Mapping[str, Json]) -> str:
    """Return ``baseurl``, with a slash before and none after it, or nothing."""
    path = _text(config.get("baseurl")).strip("/")
    return f"/{path}" if path else ""


def _text(value: Json) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) and value is not True else ""


def folder_of(config: Mapping[str, Json], source: str, key: str) -> str:
    """Return the path in the site of one of the folders that ``layouts_dir`` and its like name."""
    return posixpath.join(source, str(config[key]).strip("/"))


def own_includes(folder: JekyllFolder) -> dict[str, str]:
    """Return the includes that are files of the site."""
    return {name: text for name, text in folder.includes.items() if name not in folder.bundled}


def chosen_theme(config: Mapping[str, Json]) -> Theme | None:
    """Return the theme that ``octavo: {theme: ...}`` asks for."""
    ours = config.get("octavo")
    name = ours.get("theme") if isinstance(ours, dict) else None
    return Theme(name) if name in tuple(Theme) else None


def usual_theme(config: Mapping[str, Json], layouts: Mapping[str, str]) -> Theme:
    """Return the theme of a site that names none: its own layouts, unless they need those of a gem."""
    if not layouts:
        return Theme.OCTAVO
    if not (config.get("theme") or config.get("remote_theme")):
        return Theme.OWN
    names = {path.rpartition(".")[0] for path in layouts}
    parents = set(filter(None, map(layout_of, layouts.values())))
    defaults = {
        str(row["values"].get("layout"))
        for row in config["defaults"]
        if isinstance(row, dict) and isinstance(row.get("values"), dict) and row["values"].get("layout")
    }
    return Theme.OWN if "default" in names and parents <= names and defaults <= names else Theme.OCTAVO


class EntryFilter(msgspec.Struct, frozen=True):
    """Which files of a site Jekyll leaves out: globs and beginnings of paths below the source."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]

    def leaves_out(self, path: str, is_folder: bool) -> bool:
        """Tell whether a file or folder is left out, by its path below the source (or below its collection)."""
        name = path.rpartition("/")[2]
        if name.endswith("."):
            return True
        nested = tuple(one for one in self.include if "/" in one.strip("/"))
        if self._matches(self.include, name, is_folder) or self._matches(nested, path, is_folder):
            return False
        if name.startswith((".", "_", "#", "~")) or name.endswith("~"):
            return True
        return self.excludes(path, is_folder)

    def excludes(self, path: str, is_folder: bool) -> bool:
        """Tell whether the configuration excludes a path."""
        return self._matches(tuple(one for one in self.exclude if one not in self.include), path, is_folder)

    @staticmethod
    def _matches(patterns: tuple[str, ...], path: str, is_folder: bool) -> bool:
        full = f"/{path}"
        for pattern in patterns:
            wanted = "/" + pattern.lstrip("/").removeprefix("./")
            if wanted == "/":
                continue
            if full.startswith(wanted) or (is_folder and wanted == full + "/") or fnmatchcase(full, wanted):
                return True
        return False


def entry_filter(config: Mapping[str, Json]) -> EntryFilter:
    """Return the filter that a configuration describes."""
    include, exclude = (tuple(one for one in config[key] if isinstance(one, str)) for key in ("include", "exclude"))
    return EntryFilter(include, exclude)
