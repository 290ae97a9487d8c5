"""Language tags: BCP 47."""

from __future__ import annotations

import re

TAG = re.compile(r"(?:[a-z]{2,3}|x)(?:-[a-z0-9]{1,8})*", re.IGNORECASE)


def is_language_tag(text: str) -> bool:
    """Tell whether a text looks like a tag of RFC 5646, section 2.1: ``en``, ``de-AT``, ``zh-Hant-TW``."""
    return TAG.fullmatch(text) is not None
