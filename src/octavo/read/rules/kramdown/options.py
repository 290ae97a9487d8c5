"""What a site may ask of kramdown under ``kramdown:`` in its ``_config.yml``."""

from __future__ import annotations

import msgspec


class KramdownOptions(msgspec.Struct, frozen=True):
    """The options of kramdown that change a page, with the values that Jekyll gives them.

    ``smart_quotes`` are the signs for ‘, ’, “ and ”, in this order; ``typographic_symbols`` replaces others by name
    (``mdash``, ``ndash``, ``hellip``, ``laquo``, ``raquo``, ``laquo_space``, ``raquo_space``).
    See https://kramdown.gettalong.org/options.html.
    """

    auto_id_prefix: str = ""
    toc_levels: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    header_offset: int = 0
    hard_wrap: bool = False
    parse_block_html: bool = False
    parse_span_html: bool = True
    smart_quotes: tuple[str, str, str, str] = ("‘", "’", "“", "”")
    typographic_symbols: dict[str, str] = {}
    footnote_nr: int = 1
    footnote_prefix: str = ""
