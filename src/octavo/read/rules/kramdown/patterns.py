"""The lines that end blocks, and the names of HTML's elements, as kramdown knows them.

https://kramdown.gettalong.org/syntax.html#block-boundaries
"""

from __future__ import annotations

import re

#: What a list of attributes may hold up to its brace, which may be escaped.
ANY = r"(?:\\\}|[^}])"

#: The name of an element or attribute of HTML.
NAME = r"[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?"

_NAME_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
#: A name of XML: https://www.w3.org/TR/xml/#NT-Name.
XML_NAME = rf"[{_NAME_START}][{_NAME_START}.0-9\u00b7\u0300-\u036f\u203f\u2040-]*"

SPAN_ELEMENTS = frozenset(
    "a abbr acronym b big bdo br button cite code del dfn em i img input ins kbd label mark option q rb rbc rp rt rtc "
    "ruby samp select small span strong sub sup tt u var".split()
)
BLOCK_ELEMENTS = frozenset(
    "address article aside applet body blockquote caption col colgroup dd div dl dt fieldset figcaption footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr html head iframe legend menu li main map nav ol optgroup p pre section summary "
    "table tbody td th thead tfoot tr ul".split()
)
VOID_ELEMENTS = frozenset("area base br col command embed hr img input keygen link meta param source track wbr".split())
#: Elements whose content is made of blocks, and those whose content is text; that of all others is left alone.
BLOCK_CONTENT = frozenset(
    "address applet article aside blockquote body dd details div dl fieldset figure figcaption footer form header "
    "hgroup iframe li main map menu nav noscript object section summary td".split()
)
SPAN_CONTENT = frozenset(
    "a abbr acronym b bdo big button cite caption del dfn dt em h1 h2 h3 h4 h5 h6 i ins label legend optgroup p q rb "
    "rbc rp rt rtc ruby select small span strong sub sup th tt".split()
)
RAW_CONTENT = frozenset("script style math option textarea pre code kbd samp var".split())
ELEMENTS = SPAN_ELEMENTS | BLOCK_ELEMENTS | VOID_ELEMENTS | BLOCK_CONTENT | SPAN_CONTENT | RAW_CONTENT

_INLINE = "|".join(sorted(SPAN_ELEMENTS | {"script"}))

#: A tag at the start of a line that may begin or end a block.
BLOCK_TAG = rf"[ ]{{0,3}}</?(?!(?:{_INLINE})\b)(?:(?<=/){NAME}\s*>|(?<!/){NAME})"

ATTRIBUTE_LINE = rf"[ ]{{0,3}}\{{:(?![:/])({ANY}+)\}}[^\S\n]*\n"
END_OF_BLOCK = r"\^[^\S\n]*\n"
LIST_ITEM = r"(?P<marker>[ ]{0,3}(?:[+*-]|\d+\.))(?P<tail>[\t |].*\n)"
DEFINITION = r"(?P<marker>[ ]{0,3}:)(?P<tail>[\t |].*\n)"
HEADING = r"#{1,6}[\t ]+.*\n"
QUOTE = r"[ ]{0,3}>"
FENCE = r"[ ]{0,3}[~`]{3}"

#: What ends a quotation or code that goes on without its marks, and what ends a paragraph besides.
LAZY_END = re.compile(rf"\s*(?:\n|\Z)|{ATTRIBUTE_LINE}|{END_OF_BLOCK}|{BLOCK_TAG}")
PARAGRAPH_END = re.compile(rf"{LAZY_END.pattern}|[ ]{{0,3}}(?:[+*-]|\d+\.|:)[\t |]|{HEADING}|{QUOTE}|{FENCE}")
#: What may end a paragraph begins with one of these.
MAY_END = re.compile(r"\s*\n|[ ]{0,3}[{^<+*\-\d:#>~`]|\Z|\x00")
BOUNDARY = re.compile(rf"\s*(?:\n|\Z)|{ATTRIBUTE_LINE}|{END_OF_BLOCK}")
HTML_OR_ATTRIBUTES = re.compile(rf"{ATTRIBUTE_LINE}|{BLOCK_TAG}")
ATTRIBUTES = re.compile(ATTRIBUTE_LINE)
RULE = re.compile(r"[ ]{0,3}([*_-])[ \t]*\1[ \t]*\1(?:\1|[ \t])*\n")
ITEM = re.compile(LIST_ITEM)
END = re.compile(END_OF_BLOCK)
INDENT = re.compile(r"\t|[ ]{4}")
