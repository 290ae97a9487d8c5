"""What CSL styles say of letters: classes in pages of Octavo's theme, style attributes in a site's own layouts."""

from __future__ import annotations

import re

#: What the processor writes into style attributes, by the class that says it in the theme's style sheet: pages are to
#: hold under a policy without inline styles.
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

#: The other way round; what the processor calls ``baseline`` is no CSS.
STYLES = {name: style for style, name in CLASSES.items()} | {"csl-baseline": "vertical-align:baseline;"}

_STYLE = re.compile('<span style="([^"]*)">')
_CLASS = re.compile('<span class="(csl-[a-z-]+)">')


def with_classes(html: str) -> str:
    """Return what the processor has written with classes in the place of its style attributes."""
    if "<span style=" not in html:
        return html
    return _STYLE.sub(lambda match: f'<span class="{CLASSES[match[1]]}">', html)


def with_styles(html: str) -> str:
    """Return formatted text for a page whose style sheet knows none of the classes."""
    if '<span class="csl-' not in html:
        return html
    return _CLASS.sub(lambda match: f'<span style="{STYLES[match[1]]}">' if match[1] in STYLES else match[0], html)
