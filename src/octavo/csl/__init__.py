"""CSL 1.0.2 citations and references, whichever processor makes them. Knows nothing of the rest of Octavo.

An *item* is CSL-JSON with escaped text: in its strings ``&``, ``<`` and ``>`` are written ``&amp;``, ``&lt;`` and
``&gt;``, so that every ``<`` begins one of the tags that CSL-JSON knows (``<i> <b> <sup> <sub>``,
``<span class="nocase">``, ``<span style="font-variant: small-caps;">``). ``id``, ``URL`` and ``DOI`` are plain strings.
"""

from octavo.csl.markup import Formula, split_formulas
from octavo.csl.style import Cite, Style, StyleError, load_style

__all__ = ["Cite", "Formula", "Style", "StyleError", "load_style", "split_formulas"]
