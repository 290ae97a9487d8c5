"""Where links and images lead: pages, anchors and files of the site, and the ones that lead nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from octavo.model.document import Document, Link, Outline
from octavo.model.site import ResolvedImage, ResolvedLink, Route
from octavo.model.source import Asset
from octavo.resolve.navigation import name_in_words, slug, title_of
from octavo.resolve.nearest import did_you_mean, nearest
from octavo.resolve.routes import CONTENT, is_web_page


class Targets(NamedTuple):
    """All that a link can lead to.

    ``pages`` are the anchors of each page by URL; ``sources`` the URL of each note by its path; ``wiki`` the URLs a
    title, alias or path without ending (case folded) stands for; ``assets`` the files by URL; ``names`` the pages and
    files by their own names; ``base_url`` the site's address, or nothing.
    """

    pages: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, str]
    wiki: Mapping[str, tuple[str, ...]]
    assets: Mapping[str, Asset]
    names: Mapping[str, str]
    base_url: str


def collect_targets(
    documents: Iterable[Document],
    routes: Mapping[str, Route],
    anchors: Mapping[str, tuple[str, ...]],
    assets: Iterable[Asset],
    base_url: str,
) -> Targets:
    """Collect what links can lead to; ``anchors`` are all ids on the page of each document, by its path."""
    wiki: dict[str, dict[str, None]] = {}
    for document in documents:
        url = routes[document.path].url
        stem = posixpath.splitext(document.path.removeprefix(CONTENT + "/"))[0]
        own = {title_of(document), name_in_words(document.path), *document.front_matter.aliases}
        for name in own | {stem, stem.removesuffix("/index"), posixpath.basename(stem), slug(title_of(document))}:
            if name:
                wiki.setdefault(name.casefold(), {})[url] = None
    pages = {routes[path].url: found for path, found in anchors.items()}
    by_url = {asset.url: asset for asset in assets}
    return Targets(
        pages=pages,
        sources={path: route.url for path, route in routes.items()},
        wiki={name: tuple(urls) for name, urls in wiki.items()},
        assets=by_url,
        names=_by_name((*pages, *by_url)),
        base_url=base_url,
    )


def resolve_links(document: Outline, route: Route, targets: Targets) -> tuple[ResolvedLink, ...]:
    """Resolve the links of a document published at ``route``.

    What is wrong with those in a feed or a script is told of the pages from which they come.
    """
    links = tuple(
        ResolvedLink(*(_wiki(link, targets) if link.wiki else _address(link.target, document, route.url, targets)))
        for link in document.links
    )
    if is_web_page(route):
        return links
    return tuple(
        ResolvedLink(link.target) if found.problem else found for link, found in zip(document.links, links, strict=True)
    )


def link_targets(links: Iterable[ResolvedLink]) -> Iterator[str]:
    """Yield the URL of each page or file of the site that links lead to."""
    for link in links:
        if link.href.startswith("/") and not link.problem:
            yield link.href.partition("#")[0].partition("?")[0]


def resolve_images(document: Outline, url: str, targets: Targets) -> tuple[ResolvedImage, ...]:
    """Find the file behind each image of a document published at ``url``."""
    return tuple(_image(image.source, document, url, targets) for image in document.images)


def resolve_social_image(document: Outline, url: str, targets: Targets) -> ResolvedImage | None:
    """Find the image that the front matter of a document published at ``url`` names; without one there is none."""
    source = document.front_matter.image
    return _image(source, document, url, targets) if source else None


def resolve_pictures(sources: Iterable[str], document: Outline, url: str, targets: Targets) -> dict[str, ResolvedImage]:
    """Find the files of images that front matter or configuration names, by the addresses written."""
    return {source: _image(source, document, url, targets) for source in sources if source}


def _wiki(link: Link, targets: Targets) -> tuple[str, str, str]:
    """Return the address, the problem or nothing, and a hint."""
    name, _, heading = link.target.partition("#")
    key = name.strip().casefold().removesuffix(".md")
    urls = targets.wiki.get(key, ())
    if not urls:
        return "", f"no note is called '{name.strip()}'", did_you_mean(key, targets.wiki)
    if len(urls) > 1:
        return urls[0], f"{len(urls)} notes are called '{name.strip()}'", f"name one by its path: {', '.join(urls)}"
    return _with_anchor(urls[0], heading.strip(), targets)


def _with_anchor(url: str, fragment: str, targets: Targets) -> tuple[str, str, str]:
    if not fragment:
        return url, "", ""
    anchors = targets.pages[url]
    anchor = next((form for form in (fragment, slug(fragment)) if form in anchors), "")
    if anchor:
        return f"{url}#{anchor}", "", ""
    return url, f"there is no '#{fragment}' on the page {url}", did_you_mean(fragment, anchors)


def _address(target: str, document: Document, url: str, targets: Targets) -> tuple[str, str, str]:
    """Return the address, the problem or nothing, and a hint."""
    written, target = target, _without_base(target, targets.base_url)
    if _is_remote(target):
        return target, "", ""
    path, query, fragment = _split(target)
    if not path:
        found, problem, hint = _with_anchor(url, fragment, targets)
        return ("#" + found.partition("#")[2] if fragment else url), problem, hint
    for candidate in _candidates(path, document, url):
        if page := _page(candidate, targets):
            found, problem, hint = _with_anchor(page, fragment, targets)
            where, _, anchor = found.partition("#")
            return f"{where}{query}{'#' + anchor if anchor else ''}", problem, hint
        if candidate in targets.assets:
            return candidate + query + (f"#{fragment}" if fragment else ""), "", ""
    hint = _nearest_file(path, targets)
    if _is_remote(written) and _is_elsewhere(path, bool(hint), targets):
        return written, "", ""
    return target, f"'{path}' is no page or file of this site", hint


def _is_elsewhere(path: str, is_like_ours: bool, targets: Targets) -> bool:
    """Tell whether a path is in no folder of the site: its address may have other sites, at https://me.github.io/it/."""
    folder = path[: path.find("/", 1) + 1]
    if not folder:
        return not is_like_ours
    return not any(url.startswith(folder) for url in (*targets.pages, *targets.assets))


def _image(source: str, document: Document, url: str, targets: Targets) -> ResolvedImage:
    source = _without_base(source, targets.base_url)
    if _is_remote(source):
        return ResolvedImage(source)
    path, query, _ = _split(source)
    candidates = tuple(_candidates(path, document, url))
    asset = next((targets.assets[candidate] for candidate in candidates if candidate in targets.assets), None)
    if asset is None:
        return _image_missing(candidates[0] if candidates else source, targets)
    return ResolvedImage(asset.url + query, asset.source, asset.digest)


def _image_missing(url: str, targets: Targets) -> ResolvedImage:
    same_name = [known for known in targets.assets if posixpath.basename(known) == posixpath.basename(url)]
    hint = f"there is '{same_name[0]}'" if same_name else did_you_mean(url, targets.assets)
    return ResolvedImage(url, problem=f"no image 'static{url}' or 'content{url}'", hint=hint)


def _without_base(target: str, base_url: str) -> str:
    """Turn an address of this site, absolute or under its base path, into one from the site's root."""
    base_path = urlsplit(base_url).path
    for base in (base_url, base_path):
        if base and (target == base or target.startswith((base + "/", base + "#", base + "?"))):
            rest = target[len(base) :]
            return rest if rest.startswith("/") else "/" + rest
    return target


def _is_remote(target: str) -> bool:
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", target))


def _split(target: str) -> tuple[str, str, str]:
    """Split an address into its path (decoded), its query with the question mark, and its fragment (decoded)."""
    rest, _, fragment = target.partition("#")
    path, mark, query = rest.partition("?")
    return unquote(path), mark + query, unquote(fragment)


def _candidates(path: str, document: Document, url: str) -> Iterable[str]:
    """Yield what a path may mean, from the site's root: beside the note's source first, then beside its page."""
    if path.startswith("/"):
        yield posixpath.normpath(path) + ("/" if path.endswith("/") and path != "/" else "")
        return
    beside_source = posixpath.dirname(document.path).removeprefix(CONTENT) + "/"
    for folder in dict.fromkeys((beside_source, url if url.endswith("/") else posixpath.dirname(url) + "/")):
        joined = posixpath.normpath(posixpath.join("/" + folder.lstrip("/"), path))
        yield "/" + joined.lstrip("/") + ("/" if path.endswith("/") and joined != "/" else "")


def _page(path: str, targets: Targets) -> str:
    """Return the URL of the page a path from the root names, or nothing: as URL, without slash, or as source."""
    forms = (path, path + "/", path.removesuffix("index.html"), path.removesuffix(".html"))
    found = next((form for form in forms if form in targets.pages), "")
    source = CONTENT + path.removesuffix("/")
    return found or targets.sources.get(source, "") or targets.sources.get(source + ".md", "")


def _nearest_file(path: str, targets: Targets) -> str:
    """Suggest the page or file whose own name is most like that of a path, wherever it lies."""
    is_source = path.endswith(".md")
    by_name = _by_name(targets.sources) if is_source else targets.names
    near = nearest(posixpath.basename(path.rstrip("/")), by_name)
    place = by_name[near] if near else ""
    return f"did you mean '{place.removeprefix(CONTENT) if is_source else place}'?" if near else ""


def _by_name(paths: Iterable[str]) -> dict[str, str]:
    return {posixpath.basename(path.rstrip("/")): path for path in paths}
