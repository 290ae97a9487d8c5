"""How a page wants to be shown: its banner, and what stands beside its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markupsafe import Markup

from octavo.model.presentation import Author, Banner
from octavo.model.site import Page
from octavo.render.views import AsideView, BannerView, LinkView, LooksView

#: Makes an address from the site's root one from the page.
Relative = Callable[[str], str]


def view_looks(page: Page, url: Relative) -> LooksView:
    """Return how a page wants to be shown."""
    shown = page.document.front_matter.presentation
    return LooksView(
        banner=_banner(shown.banner, page, url),
        asides=tuple(_asides(page, url)),
        tagline=shown.tagline,
        toc_label=shown.toc_label,
        is_wide=shown.is_wide,
        is_grid=shown.is_grid,
        shows_date=shown.shows_date,
        shows_time=shown.shows_time,
    )


def _banner(banner: Banner, page: Page, url: Relative) -> BannerView:
    return BannerView(
        image=_picture(banner.image, page, url),
        description=banner.description,
        overlay_image=_picture(banner.overlay_image, page, url),
        overlay_color=banner.overlay_color,
        caption=Markup(banner.caption),
        actions=tuple(LinkView(action.label, url(action.url)) for action in banner.actions),
    )


def _asides(page: Page, url: Relative) -> Iterator[AsideView]:
    if page.author:
        yield _author(page.author, page, url)
    for part in page.document.front_matter.presentation.sidebar:
        if part.title or part.text or part.image:
            yield AsideView(part.title, Markup(part.text), _picture(part.image, page, url), part.image_alt)


def _author(author: Author, page: Page, url: Relative) -> AsideView:
    return AsideView(
        title=author.name,
        text=Markup(author.bio),
        image=_picture(author.avatar, page, url),
        place=author.location,
        links=tuple(LinkView(link.title, url(link.url)) for link in author.links),
        is_author=True,
    )


def _picture(written: str, page: Page, url: Relative) -> str:
    return url(page.pictures.get(written, written)) if written else ""
