"""A tag for templates: ``{% cached a, b %}`` … ``{% endcached %}`` renders what is in it once for each ``a, b``."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

#: How many pieces of HTML are kept; the oldest make room.
MOST = 1024


class Fragments(Extension):
    """Keeps what templates have rendered between these tags: it must depend on nothing but the values that they name.

    So the card of a work is rendered once and not for each page that cites it.
    """

    tags = {"cached"}  # noqa: RUF012  # as Jinja declares it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._known: dict[Hashable, Markup] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        """Make a call of what is between the tags."""
        line = next(parser.stream).lineno
        values = parser.parse_tuple()
        body = parser.parse_statements(("name:endcached",), drop_needle=True)
        place = nodes.Const((parser.name, parser.free_identifier().name))
        return nodes.CallBlock(self.call_method("_render", [place, values]), [], [], body).set_lineno(line)

    def _render(self, place: Hashable, values: Hashable, caller: Callable[[], Markup]) -> Markup:
        key = place, values
        known = self._known.get(key)
        if known is None:
            known = caller()
            if len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[key] = known
        return known
