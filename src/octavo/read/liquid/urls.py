"""Addresses as Jekyll's filters make them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
SAFE = "-._~!$&'()*+,;=:@/?#%[]"


def relative_url(path: object, payload: Mapping[str, Any]) -> str:
    """Put the site's ``baseurl`` before a path; an address of another site stays as it is."""
    text = str(path)
    if ABSOLUTE.match(text):
        return text
    base = str(payload["site"].get("baseurl") or "").removesuffix("/")
    return normalized(_slashed(base) + _slashed(text))


def absolute_url(path: object, payload: Mapping[str, Any]) -> str:
    """Put the site's ``url`` and ``baseurl`` before a path; an address of another site stays as it is."""
    text = str(path)
    if ABSOLUTE.match(text):
        return text
    return normalized(str(payload["site"].get("url") or "")) + relative_url(text, payload)


def _slashed(text: str) -> str:
    return text if not text or text.startswith("/") else f"/{text}"


def normalized(address: str) -> str:
    """Escape what no address can hold."""
    return quote(address, safe=SAFE)
