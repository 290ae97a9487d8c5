"""What front matter says of a page's looks, and the tables of navigation and authors: plain values in, model out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from octavo.model.document import Json
from octavo.model.presentation import Action, Author, Banner, Callout, NavEntry, Presentation, SidebarPart

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

#: A colour of CSS that needs no function but those for colours.
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30}|(?:rgb|hsl)a?\([\d.,%/ deg]{5,40}\)")

#: How deep a list of the navigation may go.
MAX_DEPTH = 8

#: Keys of an author that are names on another host, and how the address begins there.
HOSTS = {
    "email": ("Email", "mailto:"),
    "github": ("GitHub", "https://github.com/"),
    "gitlab": ("GitLab", "https://gitlab.com/"),
    "bitbucket": ("Bitbucket", "https://bitbucket.org/"),
    "orcid": ("ORCID", "https://orcid.org/"),
    "googlescholar": ("Google Scholar", "https://scholar.google.com/citations?user="),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/"),
    "twitter": ("Twitter", "https://twitter.com/"),
    "mastodon": ("Mastodon", "https://mastodon.social/@"),
    "youtube": ("YouTube", "https://www.youtube.com/"),
    "stackoverflow": ("Stack Overflow", "https://stackoverflow.com/users/"),
    "uri": ("Website", ""),
    "home": ("Website", ""),
}


#: The kind of a notice by the colour that just-the-docs gives a callout.
COLOURS = {
    "red": "danger",
    "yellow": "warning",
    "green": "success",
    "blue": "info",
    "purple": "primary",
}


class PresentationError(ValueError):
    """A value that a key of the front matter cannot have; the message begins with the key."""


def presentation_of(values: Mapping[str, Json]) -> tuple[Presentation, dict[str, str]]:
    """Return what front matter says of looks, and by key what is wrong; other keys mean nothing here."""
    fields: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for key in values.keys() & PARSERS.keys():
        try:
            fields |= PARSERS[key](values[key], key)
        except PresentationError as error:
            problems[key] = str(error)
    return Presentation(**fields), problems


def navigation_of(value: Json) -> dict[str, tuple[NavEntry, ...]]:
    """Return lists of the navigation by name, of ``_data/navigation.yml`` or the configuration.

    Items without a title are left out.
    """
    lists = value if isinstance(value, Mapping) else {}
    return {str(name): _entries(items) for name, items in lists.items()}


def authors_of(value: Json) -> dict[str, Author]:
    """Return authors by their keys, of ``_data/authors.yml`` or the configuration."""
    authors = value if isinstance(value, Mapping) else {}
    return {str(key): author_of(one, str(key)) for key, one in authors.items() if isinstance(one, Mapping)}


def callouts_of(value: Json) -> dict[str, Callout]:
    """Return callouts by their classes, of ``callouts:`` of just-the-docs or the configuration."""
    callouts = value if isinstance(value, Mapping) else {}
    return {
        str(name): Callout(text_of(one.get("title")), COLOURS.get(text_of(one.get("color")).partition("-")[0], ""))
        for name, one in callouts.items()
        if isinstance(one, Mapping)
    }


def author_of(value: Mapping[str, Json], key: str = "") -> Author:
    """Return an author; ``links`` have ``label`` and ``url``, and names on hosts we know become links, too."""
    links = [_link(one) for one in _items(value.get("links"))]
    links += [
        NavEntry(name, account if "://" in account else start + account.removeprefix("@"))
        for host, (name, start) in HOSTS.items()
        if (account := text_of(value.get(host)))
    ]
    known = {link.url: link for link in links if link.title and link.url}
    return Author(
        name=text_of(value.get("name")) or key,
        bio=inline_html(value.get("bio")),
        avatar=address_of(value.get("avatar")),
        location=text_of(value.get("location")),
        links=tuple(known.values()),
    )


def text_of(value: Json) -> str:
    """Return a scalar as text, and anything else as nothing."""
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


@cache  # a parser is the same for all; a build of what has not changed needs none
def _inline() -> MarkdownIt:
    """Return the parser of captions and the like: the text of a paragraph, without HTML."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})


def address_of(value: Json) -> str:
    """Return an address, unless it would run a script."""
    address = text_of(value)
    return address if _inline().validateLink(address) else ""


def inline_html(value: Json) -> str:
    """Return the HTML of a line of Markdown."""
    return str(_inline().renderInline(text_of(value)))


def _link(value: Json) -> NavEntry:
    one = value if isinstance(value, Mapping) else {}
    return NavEntry(text_of(one.get("label")) or text_of(one.get("title")), address_of(one.get("url")))


def _entries(items: Json, depth: int = 0) -> tuple[NavEntry, ...]:
    if depth >= MAX_DEPTH:
        return ()
    made = (
        NavEntry(text_of(item.get("title")), address_of(item.get("url")), _entries(item.get("children"), depth + 1))
        for item in _items(items)
        if isinstance(item, Mapping)
    )
    return tuple(entry for entry in made if entry.title)


def _items(value: Json) -> Iterable[Json]:
    return value if isinstance(value, (list, tuple)) else ()


def _text(field: str) -> Callable[[Json, str], dict[str, Any]]:
    def parse(value: Json, key: str) -> dict[str, Any]:
        if isinstance(value, (list, Mapping)):
            raise PresentationError(f"'{key}' must be a text")
        return {field: text_of(value)}

    return parse


def _switch(field: str) -> Callable[[Json, str], dict[str, Any]]:
    def parse(value: Json, key: str) -> dict[str, Any]:
        if not isinstance(value, bool) and value is not None:
            raise PresentationError(f"'{key}' must be true or false")
        return {} if value is None else {field: value}

    return parse


def _word(field: str, wanted: str) -> Callable[[Json, str], dict[str, Any]]:
    """Read a word, or some, of which one means something to this theme."""

    def parse(value: Json, key: str) -> dict[str, Any]:
        if isinstance(value, Mapping):
            raise PresentationError(f"'{key}' must be a word or a list of words")
        words = [text_of(one) for one in value] if isinstance(value, list) else text_of(value).split()
        return {field: wanted in words}

    return parse


def _banner(value: Json, key: str) -> dict[str, Any]:
    if value is None or value is False:
        return {}
    if not isinstance(value, Mapping):
        raise PresentationError(f"'{key}' must be a mapping such as {{image: /banner.jpg}}")
    actions = [_link(one) for one in _items(value.get("actions"))]
    if value.get("cta_url"):  # as older versions of the theme write a button
        actions.append(NavEntry(text_of(value.get("cta_label")) or "More", address_of(value.get("cta_url"))))
    colour = text_of(value.get("overlay_color"))
    banner = Banner(
        image=address_of(value.get("image")),
        overlay_image=address_of(value.get("overlay_image")),
        overlay_color=colour if COLOUR.fullmatch(colour) else "",
        teaser=address_of(value.get("teaser")),
        caption=inline_html(value.get("caption")),
        description=text_of(value.get("image_description")),
        actions=tuple(Action(one.title, one.url) for one in actions if one.title and one.url),
    )
    return {"banner": banner}


def _sidebar(value: Json, key: str) -> dict[str, Any]:
    if value is None or isinstance(value, bool):
        return {}
    parts = [value] if isinstance(value, Mapping) else value
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        raise PresentationError(f"'{key}' must be a mapping such as {{nav: docs}}, or a list of such")
    return {"sidebar": tuple(map(_sidebar_part, parts))}


def _sidebar_part(part: Mapping[str, Json]) -> SidebarPart:
    nav = part.get("nav")
    names = [text_of(name) for name in nav] if isinstance(nav, list) else [text_of(nav)]
    return SidebarPart(
        title=text_of(part.get("title")),
        text=inline_html(part.get("text")),
        image=address_of(part.get("image")),
        image_alt=text_of(part.get("image_alt")),
        nav=tuple(filter(None, names)),
    )


#: How each key is read into fields of a `Presentation`.
PARSERS: dict[str, Callable[[Json, str], dict[str, Any]]] = {
    "toc_label": _text("toc_label"),
    "tagline": _text("tagline"),
    "classes": _word("is_wide", "wide"),
    "author_profile": _switch("shows_profile"),
    "show_date": _switch("shows_date"),
    "read_time": _switch("shows_time"),
    "entries_layout": _word("is_grid", "grid"),
    "header": _banner,
    "sidebar": _sidebar,
}

#: Keys of the same themes that mean nothing in this one.
IGNORED = frozenset(
    ("toc_icon", "toc_sticky", "share", "comments", "related", "has_children", "pagination", "nav_fold", "og_image")
)
