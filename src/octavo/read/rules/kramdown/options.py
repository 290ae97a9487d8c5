"""What a site may ask of kramdown, under ``kramdown:`` in its ``_config.yml`` or in a text: ``{::options … /}``."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import msgspec

from octavo.model.dialect import KramdownOptions
from octavo.model.packing import typed

DEFAULTS = KramdownOptions()


def parse_options(given: Mapping[str, object], others: KramdownOptions = DEFAULTS) -> KramdownOptions:
    """Read options, given as values or as texts; those that are unknown or have no meaning are left as they are.

    >>> parse_options({"toc_levels": "2..3", "smart_quotes": "apos,apos,quot,quot", "hard_wrap": True}).toc_levels
    (2, 3)
    """
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(KramdownOptions):
        value = given.get(field.name)
        if field.name == "toc_levels":
            value = _levels(value)
        elif field.name == "smart_quotes":
            value = _quotes(value)
        elif field.name == "typographic_symbols":
            value = {str(name): _sign(str(sign)) for name, sign in value.items()} if isinstance(value, dict) else None
        elif field.name == "footnote_backlink":
            value = html.unescape(value).replace("\x00", "\ufffd") if isinstance(value, str) else None
        try:
            values[field.name] = typed(value, field.type, strict=False)
        except msgspec.ValidationError:
            continue
    return msgspec.structs.replace(others, **values)


def _levels(value: object) -> tuple[int, ...] | None:
    """Read ``1..3``, ``1,2`` or a list."""
    if isinstance(value, str) and (found := re.fullmatch(r"\s*(\d)\.\.(\d)\s*", value)):
        return tuple(range(int(found[1]), int(found[2]) + 1))
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(int(word) for word in map(str, words) if word.strip().isdecimal()) or None


def _quotes(value: object) -> list[str] | None:
    """Read four names of signs, between commas or in a list."""
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [_sign(str(word).strip()) for word in words] if len(words) == 4 else None


def _sign(name: str) -> str:
    """Return the sign that a name of HTML or a number stands for; what is neither stands for itself."""
    found = html.unescape(f"&#{name};" if name.isdecimal() else f"&{name};")
    return name if found.startswith("&") and found != "&" else found.replace("\x00", "\ufffd")
