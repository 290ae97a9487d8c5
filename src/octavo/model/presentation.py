"""How a note asks to be shown: what the front matter of minimal-mistakes and just-the-docs says of looks.

https://mmistakes.github.io/minimal-mistakes/docs/layouts/ and https://just-the-docs.com/docs/customization/.
"""

from __future__ import annotations

import msgspec


class Action(msgspec.Struct, frozen=True, array_like=True):
    """A button: its words and where it leads, as written."""

    label: str
    url: str


class Banner(msgspec.Struct, frozen=True, array_like=True):
    """``header:``, what stands above the text: an image, or a title over an image or a colour; addresses as written.

    ``description`` is the image's alternative text, ``caption`` is HTML; ``teaser`` stands for the page in lists.
    """

    image: str = ""
    overlay_image: str = ""
    overlay_color: str = ""
    teaser: str = ""
    caption: str = ""
    description: str = ""
    actions: tuple[Action, ...] = ()


class SidebarPart(msgspec.Struct, frozen=True, array_like=True):
    """An item of ``sidebar:``: a few words of its own (HTML), an image, and the names of lists of the navigation."""

    title: str = ""
    text: str = ""
    image: str = ""
    image_alt: str = ""
    nav: tuple[str, ...] = ()


class Presentation(msgspec.Struct, frozen=True, array_like=True):
    """What a note's front matter says of its looks. ``toc_label`` and ``tagline`` may be empty."""

    toc_label: str = ""
    tagline: str = ""
    is_wide: bool = False
    shows_profile: bool = False
    shows_date: bool = True
    shows_time: bool = True
    is_grid: bool = False
    banner: Banner = Banner()
    sidebar: tuple[SidebarPart, ...] = ()


class NavEntry(msgspec.Struct, frozen=True, array_like=True):
    """An item of a list of the navigation; ``url`` as written, empty for a mere heading."""

    title: str
    url: str = ""
    children: tuple[NavEntry, ...] = ()


class Author(msgspec.Struct, frozen=True, array_like=True):
    """Who writes: what a page with ``author_profile: true`` tells of them; ``bio`` is HTML."""

    name: str
    bio: str = ""
    avatar: str = ""
    location: str = ""
    links: tuple[NavEntry, ...] = ()


class Callout(msgspec.Struct, frozen=True, array_like=True):
    """What a class makes of a block: a notice with a title, if it isn't empty, in the colours of a ``kind``."""

    title: str = ""
    kind: str = ""
