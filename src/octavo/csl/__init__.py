"""A CSL 1.0.2 processor: styles, items and citations in; HTML and text out. It knows nothing of the rest of Octavo."""

from octavo.csl.clusters import Cite, Cluster, FormattedCluster
from octavo.csl.document import MOST_ITEMS, FormattedDocument, Formatter, format_document
from octavo.csl.entries import FormattedEntry
from octavo.csl.html import text_to_html
from octavo.csl.repository import has_locale
from octavo.csl.richtext import LITERAL_LESS
from octavo.csl.style import Style, StyleError, load_style

__all__ = [
    "LITERAL_LESS",
    "MOST_ITEMS",
    "Cite",
    "Cluster",
    "FormattedCluster",
    "FormattedDocument",
    "FormattedEntry",
    "Formatter",
    "Style",
    "StyleError",
    "format_document",
    "has_locale",
    "load_style",
    "text_to_html",
]
