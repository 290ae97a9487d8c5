"""What jekyll-scholar calls its configuration: where bibliographies are, and how their entries are listed."""

from __future__ import annotations

import msgspec

from octavo.model.document import Json

#: Fields that a list can be sorted or grouped by besides those of entries: who a work is by, and as the style sorts.
BY_NAME, BY_STYLE, BY_NOTHING = "name", "style", "none"


class ScholarConfig(msgspec.Struct, frozen=True):
    """The table ``scholar``: https://github.com/inukshuk/jekyll-scholar#configuration, with its defaults.

    Lists that jekyll-scholar writes with commas are tuples; an empty ``style`` or ``locale`` is that of the site; an
    empty ``details_link`` shows none. ``sort_by`` may be ``style``, which is the default of sites that are not
    Jekyll's: their lists are in the order that the CSL style asks for.

    ``keeps_ids`` is a key of native sites: references answer to their citekeys as ids, entries that share a key are all
    kept, and so is the "van" of a family name, as jekyll-scholar has it.

    The last are no keys: whether the site's own layouts are kept, for which jekyll-scholar's own markup is printed; how
    the URLs of entries' pages end; whether the site has a layout of its own for them; and the path that the site's
    URLs begin with.
    """

    style: str = ""
    locale: str = ""
    allow_locale_overrides: bool = False
    sort_by: tuple[str, ...] = (BY_NOTHING,)
    order: tuple[str, ...] = ("ascending",)
    group_by: tuple[str, ...] = (BY_NOTHING,)
    group_order: tuple[str, ...] = ("ascending",)
    type_names: dict[str, str] = {}
    type_aliases: dict[str, str] = {}
    type_order: tuple[str, ...] = ()
    month_names: tuple[str, ...] = ()
    source: str = "_bibliography"
    bibliography: str = "references.bib"
    query: str = "@*"
    remove_duplicates: bool = False
    bibtex_options: dict[str, Json] = {}
    bibtex_filters: tuple[str, ...] = (
        "smallcaps",
        "superscript",
        "italics",
        "textit",
        "lowercase",
        "textregistered",
        "tiny",
        "latex",
    )
    raw_bibtex_filters: tuple[str, ...] = ()
    bibtex_skip_fields: tuple[str, ...] = ("abstract", "month_numeric")
    bibtex_quotes: tuple[str, ...] = ("{", "}")
    replace_strings: bool = True
    join_strings: bool = True
    bibliography_template: str = ""
    bibliography_class: str = "bibliography"
    bibliography_list_tag: str = "ol"
    bibliography_item_tag: str = "li"
    bibliography_list_attributes: dict[str, str] = {}
    bibliography_item_attributes: dict[str, str] = {}
    bibliography_group_tag: tuple[str, ...] = ("h2", "h3", "h4", "h5")
    reference_tagname: str = "span"
    cite_class: str = "citation"
    separate_links: bool = False
    missing_reference: str = "(missing reference)"
    relative: str = ""
    repository: str = ""
    repository_file_delimiter: str = "."
    details_dir: str = "bibliography"
    details_layout: str = "bibtex.html"
    details_link: str = "Details"
    details_link_class: str = "details"
    details_permalink: str = "/:details_dir/:key:extension"
    keeps_ids: bool = True
    own_markup: bool = False
    details_extension: str = ".html"
    has_details: bool = False
    base_path: str = ""


#: What a site of Octavo's own starts from: every file of ``bibliography/`` is one library, in the order of the style.
NATIVE = ScholarConfig(source="bibliography", bibliography="**", sort_by=(BY_STYLE,), keeps_ids=False)

#: What jekyll-scholar calls groups of entries by their type, unless ``type_names`` does.
TYPE_NAMES = {
    "article": "Journal Articles",
    "book": "Books",
    "incollection": "Book Chapters",
    "inproceedings": "Conference Articles",
    "thesis": "Theses",
    "mastersthesis": "Master’s Theses",
    "phdthesis": "PhD Theses",
    "manual": "Manuals",
    "techreport": "Technical Reports",
    "misc": "Miscellaneous",
    "unpublished": "Unpublished",
}

#: Types that are one group, unless ``type_aliases`` says otherwise.
TYPE_ALIASES = {"phdthesis": "thesis", "mastersthesis": "thesis"}

MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
