"""How the Markdown of a note is read."""

from __future__ import annotations

import msgspec

from octavo.model.document import Dialect
from octavo.model.presentation import Callout

Quotes = tuple[str, str, str, str]


class KramdownOptions(msgspec.Struct, frozen=True):
    """The options of kramdown that change a page, with the values that Jekyll gives them.

    ``smart_quotes`` are the signs for ‘, ’, “ and ”, in this order; ``typographic_symbols`` replaces others by name
    (``mdash``, ``ndash``, ``hellip``, ``laquo``, ``raquo``, ``laquo_space``, ``raquo_space``).
    ``footnote_backlink`` leads from a footnote back, nothing if it is empty.
    See https://kramdown.gettalong.org/options.html.
    """

    auto_id_prefix: str = ""
    toc_levels: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    header_offset: int = 0
    hard_wrap: bool = False
    parse_block_html: bool = False
    parse_span_html: bool = True
    smart_quotes: Quotes = ("‘", "’", "“", "”")
    typographic_symbols: dict[str, str] = {}
    footnote_backlink: str = "↩"


class NoteSettings(msgspec.Struct, frozen=True):
    """What the parser of notes needs to know of the site.

    ``variables`` are values by full name (``site.title``, ``site.url``, ``site.baseurl``); ``page.title`` and the
    other ``page.`` variables come from each note's own front matter. ``liquid_done`` says that bodies have been
    through Liquid: braces in them are text, and NUL marks the holes that the tags have left in the `Draft`.
    ``callouts`` are classes that make one besides the usual ones; with None no class does. ``rouge`` gives spans of
    code the classes that Jekyll gives them; ``dollars`` makes ``$…$`` a formula in the dialect of kramdown.
    """

    typographer: bool = True
    raw_html: bool = False
    variables: dict[str, str] = {}
    dialect: Dialect = Dialect.OCTAVO
    liquid_done: bool = False
    kramdown: KramdownOptions = KramdownOptions()
    callouts: dict[str, Callout] | None = {}
    rouge: bool = False
    dollars: bool = False
