"""``{% include file.html name=value %}`` and its kin, as Jekyll writes them."""

from __future__ import annotations

import posixpath
import re
from difflib import get_close_matches
from typing import Any, TextIO

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, tokenize
from liquid.exceptions import LiquidError
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import Token

from octavo.read.liquid.engine import Engine, expression_of, page_of
from octavo.read.liquid.text import TemplateText

PARAMETER = re.compile(
    r"""(?P<name>[\w-]+)\s*=\s*(?:"(?P<double>[^"\\]*(?:\\.[^"\\]*)*)"|'(?P<single>[^'\\]*(?:\\.[^'\\]*)*)'|(?P<value>[^\s"',]+))""",
    re.DOTALL,
)
NAME = re.compile(r"""\s*(?P<name>(?:\{\{.*?\}\}|\{%.*?%\}|[^\s"'{}])+|"[^"]*"|'[^']*')""", re.DOTALL)

#: How deep includes may lie in each other.
DEEPEST = 50

#: For how many turns of a loop an include counts.
COST = 20


class IncludeNode(Node):
    """A file that is included, with its parameters as ``include.name``."""

    __slots__ = ("arguments", "index", "is_relative")

    def __init__(self, token: Token, arguments: str, index: int, is_relative: bool) -> None:
        super().__init__(token)
        self.arguments, self.index, self.is_relative = arguments, index, is_relative
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print what the file prints."""
        page = page_of(context)
        page.trace(buffer, self.token.source, self.token.start_index, False)
        found = NAME.match(self.arguments)
        if not found:
            return self._fail(context, "'{% include %}' names no file", "")
        name = found["name"].strip("\"'")
        if "{{" in name or "{%" in name:
            name = render_inline(name, context)
        text = self._find(name.strip(), context)
        if text is None:
            return 0
        if name in page.endless:
            return 0
        if len(page.rendering) > DEEPEST:
            page.endless.update(page.rendering)  # or those that it includes twice would double with each level
            return self._fail(context, f"'{name}' includes itself without end", "")
        context.raise_for_loop_limit(COST)
        given = self.arguments[found.end() :]
        # One without parameters has those of the include that it stands in, as in Jekyll.
        parameters = {"include": parse_parameters(given, self.token, context)} if given.strip() else {}
        engine = context.env
        assert isinstance(engine, Engine)
        page.rendering.append(name)
        try:
            template = engine.template(text)
            with context.extend(parameters, template=template):
                template.render_with_context(context, buffer, partial=True)
        finally:
            page.rendering.pop()
        return 1

    def _find(self, name: str, context: RenderContext) -> TemplateText | None:
        page = page_of(context)
        engine = context.env
        assert isinstance(engine, Engine)
        texts = page.relative if self.is_relative else engine.includes
        path = posixpath.normpath(posixpath.join(page.folder, name) if self.is_relative else name.lstrip("/"))
        if path.startswith(("..", "/")):
            self._fail(context, f"'{name}' leads out of the site", "")
            return None
        if path in texts:
            return texts[path]
        near = get_close_matches(path, list(texts), n=1)
        hint = f"did you mean '{near[0]}'?" if near else ""
        where = "beside this page" if self.is_relative else "in _includes"
        self._fail(context, f"there is no '{name}' {where}", hint)
        return None

    def _fail(self, context: RenderContext, message: str, hint: str) -> int:
        width = len(self.arguments.split("\n")[0])
        page_of(context).report("include-missing", message, self.token.source, self.index, hint, width)
        return 0


def render_inline(text: str, context: RenderContext) -> str:
    """Render Liquid inside the arguments of a tag, with the variables at hand."""
    engine = context.env
    assert isinstance(engine, Engine)
    template = engine.template(TemplateText(page_of(context).draft.path, 1, text))
    buffer = context.get_buffer()
    template.render_with_context(context, buffer, partial=True)
    return buffer.getvalue()


def parse_parameters(text: str, token: Token, context: RenderContext) -> dict[str, Any]:
    """Return the parameters of an include: texts in quotes, or values of variables."""
    parameters: dict[str, Any] = {}
    for found in PARAMETER.finditer(text):
        if found["value"] is not None:
            parameters[found["name"]] = evaluate(found["value"], token, context)
        else:
            quoted = found["double"] if found["double"] is not None else found["single"]
            parameters[found["name"]] = re.sub(r"\\([\"'])", r"\1", quoted)
    return parameters


def evaluate(expression: str, token: Token, context: RenderContext) -> Any:
    """Return the value of an expression, or nothing if it is none."""
    try:
        inner = TokenStream(tokenize(expression, token))
        return FilteredExpression.parse(context.env, inner).evaluate(context)
    except LiquidError:
        return None


class IncludeTag(Tag):
    """``{% include %}``."""

    name = "include"
    block = False
    is_relative = False

    def parse(self, stream: TokenStream) -> Node:
        """Take the tag."""
        token, arguments, index = expression_of(stream)
        return IncludeNode(token, arguments, index, self.is_relative)


class IncludeCachedTag(IncludeTag):
    """``{% include_cached %}`` of a plug-in that only saves time."""

    name = "include_cached"


class IncludeRelativeTag(IncludeTag):
    """``{% include_relative %}``: a file beside the page."""

    name = "include_relative"
    is_relative = True
