"""A site written for Jekyll: what its folder holds, and its documents with all that their front matter says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.dialect import NoteSettings
from octavo.model.document import Json
from octavo.model.packing import decoded
from octavo.model.source import Source, SourceFile

#: The collection of what is none: pages.
PAGES = ""
POSTS = "posts"


#: The files that may hold the configuration of a Jekyll site; the first that exists does.
CONFIG_NAMES = ("_config.yml", "_config.yaml")


class Theme(StrEnum):
    """Whose templates are laid around the text: the site's own layouts, or Octavo's."""

    OWN = "own"
    OCTAVO = "octavo"


class Made(StrEnum):
    """A file that a plug-in makes out of nothing but the rest of the site."""

    FEED = "feed"
    SITEMAP = "sitemap"
    ROBOTS = "robots"


class StaticFile(msgspec.Struct, frozen=True, array_like=True):
    """A file that is published as it is: its path below the site's source, and the collection it lies in."""

    path: str
    collection: str = PAGES


class JekyllFolder(msgspec.Struct, frozen=True):
    """What a folder with a ``_config.yml`` holds beside its documents and assets.

    ``config`` is the configuration with Jekyll's defaults, ``source`` the folder of its texts or empty; ``data``,
    ``includes`` and ``layouts`` are texts by their paths below their folders; ``bundled`` are those of the includes
    that Octavo brings for themes that are gems; ``snippets`` are files that texts may include from beside them; ``now``
    is the moment (ISO 8601) that decides what lies in the future; ``plugins`` are the gems that Jekyll would load;
    ``sass`` are style sheets by path below the source; ``own_tags`` and ``own_filters`` are what the site's code adds
    to Liquid, with the place of each.
    """

    config: dict[str, Json]
    theme: Theme
    source: str = ""
    data: dict[str, str] = {}
    includes: dict[str, str] = {}
    layouts: dict[str, str] = {}
    static_files: tuple[StaticFile, ...] = ()
    bundled: tuple[str, ...] = ()
    snippets: tuple[Source, ...] = ()
    now: str = ""
    plugins: tuple[str, ...] = ()
    sass: dict[str, str] = {}
    own_tags: dict[str, str] = {}
    own_filters: dict[str, str] = {}


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What the front matter of a text says, and what its Liquid mentions.

    ``body_line`` is the line where the body starts, from 1. ``mentions`` are what of the site the text mentions;
    ``templates`` are the includes it names, ``*`` for one that a variable names, and ``relative`` those from beside it.
    """

    front_matter: dict[str, Json]
    body_line: int
    mentions: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class Pager(msgspec.Struct, frozen=True, array_like=True):
    """One of the pages that a list of posts is divided into: its number from 1, and the paths of its posts.

    ``previous_path`` and ``next_path`` are the addresses of the pages beside it, or empty.
    """

    page: int
    per_page: int
    total_posts: int
    total_pages: int
    posts: tuple[str, ...]
    previous_path: str = ""
    next_path: str = ""


class JekyllDocument(msgspec.Struct, frozen=True, array_like=True):
    """A page, a post or a document of a collection.

    ``path`` is that of the file relative to the site's folder, ``relative_path`` below the source; ``packed`` is
    `data`, the front matter with its defaults; ``date`` is ISO 8601 or empty; ``url`` is from the site's root,
    ``output`` its file or empty if none is written; ``is_dated`` is false if the date is only that of the build.
    ``is_markdown`` texts are converted; others go through Liquid alone. ``redirects`` are old addresses of it,
    ``redirect_to`` is the one it leads on to. ``text_path`` is where its text is, if that is another's: of a further
    page of a list, whose ``pager`` says which; what is ``made`` by a plug-in has none.
    """

    path: str
    relative_path: str
    collection: str
    packed: bytes
    body_line: int
    url: str
    output: str
    identifier: str
    slug: str
    date: str
    is_markdown: bool
    is_draft: bool = False
    is_dated: bool = True
    redirects: tuple[str, ...] = ()
    redirect_to: str = ""
    text_path: str = ""
    pager: Pager | None = None
    made: Made | None = None

    @property
    def source_path(self) -> str:
        """The path of the file that its text is in."""
        return self.text_path or self.path

    @property
    def data(self) -> dict[str, Json]:
        """The front matter with its defaults."""
        return unpack(self.packed)


def pack(values: Mapping[str, Json]) -> bytes:
    """Return a mapping as MessagePack in its own order, which templates can see."""
    return msgspec.msgpack.encode(values)


@lru_cache(maxsize=2_000)  # a pure function; each document is asked many times
def unpack(packed: bytes) -> dict[str, Json]:
    """Return a packed mapping, which nobody may change."""
    return decoded(packed, dict[str, Any])


class JekyllSettings(msgspec.Struct, frozen=True):
    """What the texts of a site are rendered with; what no text of a run mentions is left empty.

    ``includes`` and ``layouts`` are texts by path below their folders, which are ``includes_dir`` and ``layouts_dir``
    in the site's; ``config`` and ``data`` are packed; ``documents`` are those that templates can see, ``bodies`` their
    texts by path, ``beside`` what these include from beside them; ``sass`` are style sheets by path below the source;
    ``own_tags`` and ``own_filters`` are what the site's code, which isn't run, adds to Liquid, with the place of each.
    """

    note: NoteSettings
    theme: Theme
    config: bytes
    includes_dir: str = "_includes"
    layouts_dir: str = "_layouts"
    includes: dict[str, str] = {}
    layouts: dict[str, str] = {}
    documents: tuple[JekyllDocument, ...] = ()
    bodies: dict[str, str] = {}
    beside: dict[str, SourceFile] = {}
    data: bytes = pack({})
    static_files: tuple[StaticFile, ...] = ()
    sass: dict[str, str] = {}
    own_tags: dict[str, str] = {}
    own_filters: dict[str, str] = {}
    now: str = "2000-01-01T00:00:00+00:00"


class JekyllNote(msgspec.Struct, frozen=True):
    """A text to render: what is known of it, the text, and those that it includes from beside it."""

    document: JekyllDocument
    source: SourceFile
    relative: dict[str, SourceFile] = {}
    problems: tuple[Diagnostic, ...] = ()

    @property
    def path(self) -> str:
        """The path of the text."""
        return self.document.path
