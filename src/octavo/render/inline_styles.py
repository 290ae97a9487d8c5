"""How references are set: classes, or style attributes where a page has no style sheet of Octavo's."""

from __future__ import annotations

import re

#: What the processor writes into style attributes, as classes: pages are to hold under a policy without inline styles.
CLASSES = {
    "font-style:normal;": "csl-roman",
    "font-weight:lighter;": "csl-light",
    "font-weight:normal;": "csl-medium",
    "font-variant:small-caps;": "csl-small-caps",
    "font-variant:normal;": "csl-no-small-caps",
    "baseline": "csl-baseline",
    "text-decoration:underline;": "csl-underline",
    "text-decoration:none;": "csl-no-underline",
}

_STYLES = {name: style if ":" in style else f"vertical-align:{style};" for style, name in CLASSES.items()}
_CLASS = re.compile(f'class="({"|".join(_STYLES)})"')


def with_inline_styles(html: str) -> str:
    """Return a reference or a citation for a page in a layout of its site's own."""
    return _CLASS.sub(lambda found: f'style="{_STYLES[found[1]]}"', html)
