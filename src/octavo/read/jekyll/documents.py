"""The documents of a Jekyll site: which texts are published, with all their data, where, and in which order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from fnmatch import fnmatchcase
from functools import cmp_to_key
from typing import NamedTuple

from octavo.model.document import Json
from octavo.model.jekyll import PAGES, POSTS, Head, JekyllDocument, JekyllFolder, Theme, pack
from octavo.read.jekyll.config import merged
from octavo.read.jekyll.dates import day_of, moment_of, written, zone_of
from octavo.read.jekyll.permalinks import (
    HTML,
    clean,
    extension_of,
    fill,
    output_of,
    page_template,
    placeholders_of_date,
    slug_placeholders,
    suffix_of,
)
from octavo.read.jekyll.style_sheets import is_sass
from octavo.read.jekyll.yaml_values import DATE

DATED_NAME = re.compile(r"(?:.*/)?(?P<date>\d{2,4}-\d{1,2}-\d{1,2})-(?P<slug>[^/]*)(?P<ext>\.[^./]+)")
NAME = re.compile(r"(?:.*/)?(?P<slug>[^/]*)(?P<ext>\.[^./]+)")
DRAFTS_FOLDER = "_drafts"

#: The plug-in that leads from one address to another.
REDIRECTS = "jekyll-redirect-from"

#: Bibliographies with a front matter, which jekyll-scholar makes pages of.
BIBTEX = (".bib", ".bibtex")


class Place(NamedTuple):
    """What the path of a text tells: its collection, and its path below the folder of collections."""

    collection: str
    relative_path: str
    is_draft: bool = False


class _Reader(NamedTuple):
    folder: JekyllFolder
    zone: tzinfo
    now: datetime
    markdown: tuple[str, ...]
    paths: frozenset[str]


def list_documents(heads: Mapping[str, Head], folder: JekyllFolder) -> tuple[JekyllDocument, ...]:
    """Return what the texts of a site become: pages by path, then the documents of each collection in its order.

    ``heads`` are by path in the site. What is unpublished or lies in the future is left out.
    """
    config = folder.config
    zone = zone_of(str(config.get("timezone") or ""))
    extensions = tuple(f".{one.strip()}" for one in str(config["markdown_ext"]).split(","))
    now = datetime.fromisoformat(folder.now).astimezone(zone)
    reader = _Reader(folder, zone, now, extensions, frozenset(heads))
    found = [_document(path, head, reader) for path, head in heads.items()]
    documents = [one for one in found if one is not None]
    pages = [one for one in documents if one.collection == PAGES]
    labels = dict.fromkeys([*config["collections"], *(one.collection for one in documents if one.collection)])
    collected = [_sorted([one for one in documents if one.collection == label], label, config) for label in labels]
    limit = config.get("limit_posts") or 0
    if isinstance(limit, int) and limit > 0:
        collected[0] = collected[0][-limit:]
    return (*sorted(pages, key=lambda one: one.path), *(one for docs in collected for one in docs))


def place_of(relative_path: str, config: Mapping[str, Json]) -> Place:
    """Return the collection that a path below the source belongs to."""
    collections_dir = str(config["collections_dir"]).strip("/")
    path = relative_path
    if collections_dir and path.startswith(collections_dir + "/"):
        path = path[len(collections_dir) + 1 :]
    parts = path.split("/")
    first = parts[0]
    if first.startswith("_") and first[1:] in config["collections"] and first != f"_{POSTS}":
        return Place(first[1:], path)
    for name, is_draft in ((f"_{POSTS}", False), (DRAFTS_FOLDER, True)):
        if name in parts[:-1]:
            return Place(POSTS, path, is_draft)
    return Place(PAGES, relative_path)


def is_post_name(relative_path: str) -> bool:
    """Tell whether a file of ``_posts`` has a date in its name; others are no posts."""
    return DATED_NAME.fullmatch(relative_path) is not None


def _document(path: str, head: Head, reader: _Reader) -> JekyllDocument | None:
    config = reader.folder.config
    relative = path.removeprefix(f"{reader.folder.source}/") if reader.folder.source else path
    place = place_of(relative, config)
    kind = place.collection or "pages"
    kind = "drafts" if place.is_draft else kind
    defaults = default_values(place.relative_path, kind, config)
    data = merged(defaults, head.front_matter)
    if data.get("published") is False and not config.get("unpublished"):
        return None
    if place.collection == PAGES:
        return _page(path, relative, data, head, reader)
    return _collected(path, place, data, defaults, head, reader)


def _redirect_of(data: Mapping[str, Json], folder: JekyllFolder) -> str:
    """Return where the front matter leads on to, if the plug-in that does so is loaded."""
    value = data.get("redirect_to")
    listed = value if isinstance(value, list) else [value]
    found = [str(one).strip() for one in listed if isinstance(one, str | int)]
    return found[0] if found and REDIRECTS in folder.plugins else ""


def _page(path: str, relative: str, data: dict[str, Json], head: Head, reader: _Reader) -> JekyllDocument:
    folder, name = posixpath.split(relative)
    stem, extension = posixpath.splitext(name)
    basename = stem.rstrip(".")
    is_markdown = extension.lower() in reader.markdown
    permalink = _permalink(data)
    is_converted = is_markdown or _is_bibtex(extension)
    is_compiled = is_sass(name) and reader.folder.theme is Theme.OWN
    output_extension = extension_of(permalink) or (".html" if is_converted else ".css" if is_compiled else extension)
    template = page_template(output_extension in HTML, basename == "index", str(reader.folder.config["permalink"]))
    values = {"path": folder, "basename": basename, "output_ext": output_extension}
    url = fill(permalink, values) if permalink else fill(template, values)
    moment = moment_of(data.get("date"), reader.zone)
    return JekyllDocument(
        path=path,
        relative_path=relative,
        collection=PAGES,
        packed=pack(data),
        body_line=head.body_line,
        url=url,
        output=output_of(url, output_extension),
        identifier="",
        slug=basename,
        date=moment.isoformat() if moment else "",
        is_markdown=is_markdown,
        redirects=redirects_of(data),
        redirect_to=_redirect_of(data, reader.folder),
    )


def _is_bibtex(extension: str) -> bool:
    return extension.lower() in BIBTEX


def _collected(
    path: str, place: Place, data: dict[str, Json], defaults: Mapping[str, Json], head: Head, reader: _Reader
) -> JekyllDocument | None:
    config = reader.folder.config
    relative = place.relative_path
    metadata = config["collections"].get(place.collection, {})
    dated, plain = DATED_NAME.fullmatch(relative), NAME.fullmatch(relative)
    name = dated or plain
    slug = (name["slug"] if name else posixpath.basename(relative)).rstrip(".")
    extension = name["ext"] if name else ""
    basename = posixpath.splitext(posixpath.basename(relative))[0]
    moment = moment_of(data.get("date"), reader.zone)
    if moment is None and dated and not place.is_draft:
        moment = moment_of(_full_year(dated["date"]), reader.zone)
    date = moment or reader.now
    if date > reader.now and not config.get("future") and place.collection == POSTS:
        return None
    own_slug = str(data.get("slug") or "")
    data = data | {
        "title": data.get("title") or _titleized(slug),
        "slug": data.get("slug") or slug,
        "ext": data.get("ext") or extension,
        "categories": list(_categories(data, defaults, head, place)),
        "tags": list(plural(data, "tag", "tags")),
        "date": {DATE: written(date)},
        "draft": place.is_draft,
    }
    is_markdown = extension.lower() in reader.markdown
    permalink = _permalink(data)
    output_extension = extension_of(permalink) or (".html" if is_markdown or _is_bibtex(extension) else extension)
    template = permalink or str(metadata.get("permalink") or "/:collection/:path" + suffix_of(str(config["permalink"])))
    folder_of_collection = f"_{place.collection}"
    cleaned = re.sub(r"\.*\Z", "", posixpath.splitext(relative)[0].replace(folder_of_collection, "", 1))
    url = fill(
        template,
        placeholders_of_date(date)
        | slug_placeholders(slug if dated else basename, own_slug or slug, tuple(map(str, data["categories"])))
        | {"collection": place.collection, "path": cleaned, "output_ext": output_extension},
    )
    is_written = bool(metadata.get("output")) and (
        place.collection == POSTS or date <= reader.now or bool(config.get("future"))
    )
    return JekyllDocument(
        path=path,
        relative_path=relative,
        collection=place.collection,
        packed=pack(data),
        body_line=head.body_line,
        url=url,
        output=output_of(url, output_extension) if is_written else "",
        is_dated=moment is not None,
        identifier=clean(posixpath.join(posixpath.dirname(url), str(data["slug"]))),
        slug=str(data["slug"]),
        date=date.isoformat(),
        is_markdown=is_markdown,
        is_draft=place.is_draft,
        redirects=redirects_of(data),
        redirect_to=_redirect_of(data, reader.folder),
    )


def _permalink(data: Mapping[str, Json]) -> str:
    permalink = data.get("permalink")
    return str(permalink) if isinstance(permalink, str | int) and permalink != "" else ""


def _full_year(date: str) -> str:
    return f"20{date}" if date.index("-") == 2 else date


def _titleized(slug: str) -> str:
    return " ".join(word.capitalize() for word in slug.split("-"))


def _categories(data: Mapping[str, Json], defaults: Mapping[str, Json], head: Head, place: Place) -> Iterator[str]:
    special = DRAFTS_FOLDER if place.is_draft else f"_{place.collection}"
    above = place.relative_path.partition(special + "/")[0]
    folders = [] if place.relative_path.startswith(special) else [part for part in above.split("/") if part]
    listed = [_words(values.get("categories")) for values in (defaults, head.front_matter)]
    found = [*folders, *listed[0], *listed[1], *plural(data, "category", "categories")]
    yield from dict.fromkeys(str(one) for one in found)


def _words(value: Json) -> list[Json]:
    if isinstance(value, list):
        return [one for one in _flat(value) if one is not None]
    return value.split() if isinstance(value, str) else [] if value is None or isinstance(value, dict) else [value]


def _flat(values: Iterable[Json]) -> Iterator[Json]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def plural(data: Mapping[str, Json], singular: str, name: str) -> tuple[Json, ...]:
    """Return a list that may be written ``tag: a``, ``tags: a b`` or ``tags: [a, b]``."""
    one = data.get(singular)
    if one:
        return tuple(_words(one)) if isinstance(one, list) else (one,)
    return tuple(_words(data.get(name)))


def redirects_of(data: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the URLs of ``redirect_from``."""
    value = data.get("redirect_from")
    listed = value if isinstance(value, list) else [value]
    return tuple("/" + str(one).lstrip("/") for one in listed if isinstance(one, str) and one.strip())


def default_values(path: str, kind: str, config: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values that the configuration's ``defaults`` give a text; a longer path wins, then a type."""
    found: list[tuple[int, bool, int, dict[str, Json]]] = []
    for place, row in enumerate(config["defaults"]):
        if not isinstance(row, dict) or not isinstance(row.get("values"), dict):
            continue
        scope = row.get("scope")
        scope = scope if isinstance(scope, dict) else {}
        pattern = str(scope.get("path") or "").strip("/")
        if _is_of_type(scope, kind) and _is_below(path, pattern, config):
            found.append((len(pattern), "type" in scope, place, row["values"]))
    values: dict[str, Json] = {}
    for _, _, _, one in sorted(found, key=lambda row: row[:3]):
        values = merged(values, one)
    return values


def _is_of_type(scope: Mapping[str, Json], kind: str) -> bool:
    aliases = {"page": "pages", "post": "posts", "draft": "drafts"}
    wanted = str(scope.get("type", ""))
    return "type" not in scope or aliases.get(wanted, wanted) == kind


def _is_below(path: str, pattern: str, config: Mapping[str, Json]) -> bool:
    collections_dir = str(config["collections_dir"]).strip("/")
    if collections_dir and pattern.startswith(f"{collections_dir}/"):
        pattern = pattern[len(collections_dir) + 1 :]
    if "*" not in pattern:
        return path.startswith(pattern)
    parts = pattern.split("/")
    of_path = path.split("/")
    if "**" in parts:
        return fnmatchcase(path, pattern.replace("**/", "*")) or fnmatchcase(path, pattern.replace("**", "*") + "*")
    if len(of_path) < len(parts):
        return False
    return all(fnmatchcase(name, part) for name, part in zip(of_path, parts, strict=False))


def _sorted(documents: Sequence[JekyllDocument], label: str, config: Mapping[str, Json]) -> list[JekyllDocument]:
    """Put the documents of a collection into its order: that of a list, of a key, or of dates and paths."""
    metadata = config["collections"].get(label, {})
    by_date = sorted(documents, key=lambda one: (datetime.fromisoformat(one.date), one.relative_path))
    order, key = metadata.get("order"), metadata.get("sort_by")
    if isinstance(order, list):
        places = {f"_{label}/{name}": place for place, name in enumerate(order)}
        return sorted(by_date, key=lambda one: places.get(one.relative_path, len(places)))
    if isinstance(key, str):
        values = sorted([(one.data.get(key), one) for one in by_date], key=cmp_to_key(_compare_first))
        return [one for _, one in values]
    return by_date


def _compare_first(one: tuple[Json, JekyllDocument], other: tuple[Json, JekyllDocument]) -> int:
    return _compare(one[0], other[0])


def _compare(one: Json, other: Json) -> int:
    """Compare two values of a key; what has none comes first."""
    if one is None or other is None:
        return (one is not None) - (other is not None)
    one, other = (sortable(value) for value in (one, other))
    try:
        return int(one > other) - int(one < other)
    except TypeError:
        return 0


def sortable(value: Json) -> Json:
    """Return what a date compares by, or the value."""
    if isinstance(value, dict) and DATE in value:
        day = day_of(value)
        return day.isoformat() if day else str(value[DATE])
    return value
