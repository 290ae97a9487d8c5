"""What becomes of each key of ``scholar`` in a Jekyll site, by the theme that the site's pages are put into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from octavo.model.document import Json
from octavo.model.jekyll import Theme
from octavo.model.survey import Support
from octavo.read.scholar.config import NOT_OURS, TYPES

#: Keys that say how jekyll-scholar's own HTML looks, by what Octavo's theme does instead.
OF_MARKUP = {
    **dict.fromkeys(
        (
            "bibliography_class",
            "bibliography_list_tag",
            "bibliography_item_tag",
            "bibliography_list_attributes",
            "bibliography_item_attributes",
            "reference_tagname",
            "cite_class",
        ),
        "Octavo's theme has HTML of its own for citations and lists; --theme own has this",
    ),
    "separate_links": "in Octavo's theme each work that is cited is a link always",
    "missing_reference": "Octavo's theme shows the key that no entry has",
    "details_layout": "Octavo's theme has a page for each work; --theme own has this",
}

#: What `octavo.render.scholar_templates` does as ``bibtex_options`` has it.
OPTIONS = ("parse_months", "parse_names")


def named_settings(scholar: object) -> Iterator[str]:
    """Yield the keys of the table ``scholar``; those of ``bibtex_options`` behind a full stop."""
    for key, value in scholar.items() if isinstance(scholar, Mapping) else ():
        if key == "bibtex_options" and isinstance(value, Mapping) and value:
            yield from (f"{key}.{option}" for option in value)
        else:
            yield str(key)


def support_of(setting: str, config: Mapping[str, Json], theme: Theme) -> tuple[Support, str]:
    """Return what becomes of a key that `named_settings` names, and in which way it differs or is missing."""
    key, _, option = setting.partition(".")
    if key in NOT_OURS:
        return Support.MISSING, "jekyll-scholar has no such key; what else reads it, Octavo doesn't have"
    if key not in TYPES:
        return Support.MISSING, "jekyll-scholar has no such key"
    if option and option not in OPTIONS:
        return Support.DIFFERS, "changes nothing: an entry is read in one way"
    if theme is Theme.OCTAVO and key in OF_MARKUP:
        return Support.DIFFERS, OF_MARKUP[key]
    if key == "bibtex_filters" and "markdown" in str(config[key]):
        return Support.DIFFERS, "'markdown' changes nothing: addresses are links without it"
    return Support.SUPPORTED, ""
