"""Wild cards in paths, as shells and Ruby's ``Dir.glob`` have them."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=256)  # a few patterns, held against every file
def path_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern: ``*`` and ``?`` stay within a folder, ``**`` goes through all of them."""
    parts = re.split(r"(\*\*/?|\*|\?)", pattern)
    signs = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(signs.get(part, re.escape(part)) for part in parts))
