"""Where the page of an entry is, and what is attached to the entry, as jekyll-scholar finds both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from octavo.model.reference import Entry
from octavo.model.scholar import ScholarConfig
from octavo.model.source import Asset
from octavo.read.latex import plain_text

#: The files of an entry: what comes behind its citekey in their names, and their URLs.
Attachments = tuple[tuple[str, str], ...]

_PLACEHOLDER = re.compile(r":([a-z_]+)")
_NOT_IN_SLUGS = re.compile(r"[^\w.~!$&'()+,;=@]+")
_NOT_IN_NAMES = re.compile(r"[:\s]+")


def details_url(entry: Entry, scholar: ScholarConfig) -> str:
    """Return the URL of an entry's page: ``details_permalink`` with its fields, as slugs, in the place of words."""

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name == "details_dir":
            return scholar.details_dir.strip("/")
        if name == "extension":
            return scholar.details_extension
        if name == "key" or (name == "doi" and not entry.fields.get("doi")):
            return _file_name(entry.key)
        value = plain_text(entry.fields.get(name, ""))
        return value if name == "doi" else _NOT_IN_SLUGS.sub("-", value.lower()).strip("-")

    parts = _PLACEHOLDER.sub(fill, scholar.details_permalink).split("/")
    url = "/" + "/".join(part for part in parts if part not in ("", ".", ".."))
    return f"{url}/" if parts[-1] == "" and url != "/" else url


def attachments_of(assets: Iterable[Asset], scholar: ScholarConfig) -> Mapping[str, Attachments]:
    """Return what is in the ``repository``, by the citekey that begins the names of its files."""
    folder = scholar.repository.strip("/").removeprefix("./")
    found: dict[str, list[tuple[str, str]]] = {}
    for asset in assets if folder else ():
        if asset.url.startswith(f"/{folder}/"):
            name, _, ending = asset.url[len(folder) + 2 :].partition(scholar.repository_file_delimiter)
            found.setdefault(name, []).append((ending, asset.url))
    return {name: tuple(files) for name, files in found.items()}


def attached(entry: Entry, attachments: Mapping[str, Attachments]) -> Attachments:
    """Return the files of an entry."""
    return attachments.get(_file_name(entry.key), ())


def _file_name(key: str) -> str:
    return _NOT_IN_NAMES.sub("_", key)
