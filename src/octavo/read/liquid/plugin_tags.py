"""Tags of plug-ins that need neither the network nor code of the site: ``details``, ``figure`` and ``gist``."""

from __future__ import annotations

import re
from html import escape
from typing import TextIO

from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import Token

from octavo.read.liquid.engine import Engine, block_of, expression_of, page_of, rendered_block
from octavo.read.liquid.include import evaluate
from octavo.read.liquid.page import LiquidPage
from octavo.read.liquid.values import is_nil, text_of

#: The gist, and a file of it.
GIST = re.compile(r"(?P<gist>[\w./-]+)(?:\s+(?P<file>\S+))?")

#: An argument of a figure, its value in quotes or one word.
FIGURE_ARGUMENT = re.compile(r"""(caption|class|label)\s*:\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")

VARIABLE = re.compile(r"[a-zA-Z_][\w.-]*")

PARAGRAPH = re.compile(r"</?p[^>]*>")


def _caption(markdown: str, page: LiquidPage) -> str:
    """Return Markdown as HTML that stands in a line."""
    return PARAGRAPH.sub("", page.convert(markdown)).strip()


class DetailsNode(Node):
    """A part that opens."""

    __slots__ = ("block", "caption")

    def __init__(self, token: Token, caption: str, block: BlockNode) -> None:
        super().__init__(token)
        self.caption, self.block = caption, block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print the caption and the text, both of which are Markdown."""
        page = page_of(context)
        page.trace(buffer, self.token.source, self.token.start_index, False)
        inner = rendered_block(self.block, context)
        caption = _caption(self.caption, page)
        return buffer.write(f"<details><summary>{caption}</summary>{page.convert(inner)}</details>")


class DetailsTag(Tag):
    """``{% details caption %} … {% enddetails %}``, which many sites define as al-folio does."""

    name = "details"
    end = "enddetails"

    def parse(self, stream: TokenStream) -> Node:
        """Take the block."""
        token, caption, _ = expression_of(stream)
        return DetailsNode(token, caption, block_of(stream, self.end, self.env))


class FigureNode(Node):
    """A figure with its caption."""

    __slots__ = ("arguments", "block")

    def __init__(self, token: Token, arguments: str, block: BlockNode) -> None:
        super().__init__(token)
        self.arguments, self.block = arguments, block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print what is in it and its caption, both of which are Markdown."""
        page = page_of(context)
        page.trace(buffer, self.token.source, self.token.start_index, False)
        inner = rendered_block(self.block, context)
        given = {name: "".join(values) for name, *values in FIGURE_ARGUMENT.findall(self.arguments)}
        attributes = "".join(
            f' {attribute}="{escape(given[name])}"'
            for name, attribute in (("label", "id"), ("class", "class"))
            if name in given
        )
        caption = _caption(given.get("caption", ""), page)
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        return buffer.write(f"<figure{attributes}>{page.convert(inner).strip()}{below}</figure>")


class FigureTag(Tag):
    """``{% figure caption:"text" class:"name" label:id %} … {% endfigure %}`` of jekyll-figure."""

    name = "figure"
    end = "endfigure"

    def parse(self, stream: TokenStream) -> Node:
        """Take the block."""
        token, arguments, _ = expression_of(stream)
        return FigureNode(token, arguments, block_of(stream, self.end, self.env))


class GistNode(Node):
    """A gist of GitHub's."""

    __slots__ = ("arguments", "index")

    def __init__(self, token: Token, arguments: str, index: int) -> None:
        super().__init__(token)
        self.arguments, self.index = arguments, index
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print a link; in a site's own layouts the script that shows the gist, and the link for who runs none."""
        page, engine = page_of(context), context.env
        page.trace(buffer, self.token.source, self.token.start_index, False)
        assert isinstance(engine, Engine)
        words = [self._value(word, context) for word in self.arguments.split()]
        found = GIST.fullmatch(" ".join(words))
        if not found:
            page.report(
                "tag-invalid", "'{% gist %}' names no gist", self.token.source, self.index, "write '{% gist id %}'"
            )
            return 0
        address, file = f"https://gist.github.com/{found['gist']}", escape(found["file"] or "")
        link = f'<a href="{address}">{file or address}</a>'
        query = f"?file={file}" if file else ""
        script = f'<noscript>{link}</noscript><script src="{address}.js{query}"> </script>'
        return buffer.write(script if engine.has_scripts else link)

    def _value(self, word: str, context: RenderContext) -> str:
        """Return what a variable holds, or the word if there is none."""
        value = evaluate(word, self.token, context) if VARIABLE.fullmatch(word) else None
        return word if is_nil(value) else text_of(value)


class GistTag(Tag):
    """``{% gist user/id file %}`` of jekyll-gist."""

    name = "gist"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Take the tag."""
        return GistNode(*expression_of(stream))
