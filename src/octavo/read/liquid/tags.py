"""The tags that Jekyll and its usual plug-ins add to Liquid, and those of plug-ins that Octavo doesn't have."""

from __future__ import annotations

import posixpath
import re
from difflib import get_close_matches
from typing import TextIO

from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import Nil
from liquid.builtin.tags import cycle_tag
from liquid.exceptions import LiquidSyntaxError
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_ILLEGAL, Token

from octavo.model.document import Attributes, CodeBlock, CodeMarkup, Hole
from octavo.read.jekyll.own_code import said_of
from octavo.read.liquid.engine import Engine, SilentNode, block_of, expression_of, page_of, rendered_block
from octavo.read.liquid.include import IncludeCachedTag, IncludeRelativeTag, IncludeTag, render_inline
from octavo.read.liquid.plugin_tags import DetailsTag, FigureTag, GistTag
from octavo.read.liquid.scholar import BLOCK_NAMES, NAMES
from octavo.read.liquid.seo import Seo, feed_meta
from octavo.read.liquid.urls import relative_url
from octavo.read.rules.draft import hole, near_match

#: Tags that only stand in a block or at its end.
PART_OF_BLOCK = re.compile(r"end\w+|else|elsif|when")

#: Tags of plug-ins by what they would have done.
PLUGIN_TAGS = {
    "youtube": "shown a video",
    "vimeo": "shown a video",
    "toc": "made a table of contents; {:toc} of kramdown does",
    "toc_only": "made a table of contents; {:toc} of kramdown does",
    "katex": "typeset formulas with KaTeX; $$ … $$ are typeset anyway",
    "katexmm": "typeset formulas with KaTeX; $$ … $$ are typeset anyway",
    "mermaid": "drawn a diagram",
    "plantuml": "drawn a diagram",
    "figure": "made a figure with a caption",
    "figure_md": "made a figure with a caption",
    "picture": "made pictures in several sizes",
    "responsive_image": "made pictures in several sizes",
    "imagesize": "told the size of an image",
    "avatar": "shown a picture of a GitHub account",
    "git_author": "named who wrote the file",
    "last_modified_at": "told when the file was last changed",
    "github_edit_link": "linked to the file on GitHub",
    "contributors": "named who wrote the file",
    "asset": "linked to a file of the asset pipeline",
    "asset_path": "linked to a file of the asset pipeline",
    "css": "linked to a file of the asset pipeline",
    "js": "linked to a file of the asset pipeline",
    "img": "shown an image of the asset pipeline",
    "i18n": "translated a word",
    "t": "translated a word",
    "tf": "translated a word",
    "tweet": "shown a post of another site",
    "twitter": "shown a post of another site",
    "audio": "shown a player",
    "video": "shown a player",
    "tabs": "made tabs",
    "tab": "made tabs",
    "remote_include": "fetched a file from another site",
    "remote_file_content": "fetched a file from another site",
    "jupyter_notebook": "shown a notebook",
}


def add_tags(engine: Engine) -> None:
    """Add all tags to an engine; those of newer Liquids that Jekyll doesn't know are taken away."""
    for name in ("render", "liquid", "echo", "doc"):
        engine.tags.pop(name, None)
    for tag in (
        IncludeTag,
        IncludeCachedTag,
        IncludeRelativeTag,
        HighlightTag,
        LinkTag,
        PostUrlTag,
        DetailsTag,
        FigureTag,
        GistTag,
        UnknownTag,
    ):
        engine.add_tag(tag)
    engine.add_tag(CycleTag)
    for name in NAMES:
        engine.tags[name] = ScholarTag(engine)
    for name in BLOCK_NAMES:
        engine.tags[name] = ScholarBlockTag(engine)
    for name in ("seo", "feed_meta"):
        engine.tags[name] = HeadTag(engine)


class HighlightNode(Node):
    """A block of code."""

    __slots__ = ("arguments", "block", "index")

    def __init__(self, token: Token, arguments: str, index: int, block: BlockNode) -> None:
        super().__init__(token)
        self.arguments, self.index, self.block = arguments, index, block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Leave a hole for the code."""
        page = page_of(context)
        page.trace(buffer, self.token.source, self.token.start_index, False)
        inner = rendered_block(self.block, context)
        words = self.arguments.split()
        if not words:
            page.report("tag-invalid", "'{% highlight %}' names no language", self.token.source, self.index)
        text = re.sub(r"\A(?:[ \t]*\n)+|\s+\Z", "", inner) + "\n"
        code = CodeBlock(
            text=text,
            language=words[0].lower() if words else "",
            attributes=Attributes(),
            span=page.span(self.token.source, self.index),
            first_line=int(any(word.startswith("linenos") for word in words[1:])),
            markup=CodeMarkup.JEKYLL,
        )
        return buffer.write("\n" + page.draft.mark(hole(Hole.CODE, code)) + "\n")


class CycleTag(cycle_tag.CycleTag):
    """``{% cycle %}``: what is written ``nil`` is none of its values, as in Ruby's Liquid."""

    def parse(self, stream: TokenStream) -> cycle_tag.CycleNode:
        """Read the tag."""
        node = super().parse(stream)
        node.args = [value for value in node.args if not isinstance(value, Nil)] or node.args
        return node


class HighlightTag(Tag):
    """``{% highlight language %}``."""

    name = "highlight"
    end = "endhighlight"

    def parse(self, stream: TokenStream) -> Node:
        """Take the block."""
        token, arguments, index = expression_of(stream)
        return HighlightNode(token, arguments, index, block_of(stream, self.end, self.env))


class AddressNode(Node):
    """The address of a document, named by its path or its date and slug."""

    __slots__ = ("arguments", "index", "is_post")

    def __init__(self, token: Token, arguments: str, index: int, is_post: bool) -> None:
        super().__init__(token)
        self.arguments, self.index, self.is_post = arguments, index, is_post
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print the address; of a document that doesn't exist the path, as a broken link."""
        page = page_of(context)
        page.trace(buffer, self.token.source, self.token.start_index, False)
        name = self.arguments.strip().strip("\"'")
        name = (render_inline(name, context) if "{{" in name or "{%" in name else name).lstrip("/")
        urls = page.payload["\0posts" if self.is_post else "\0urls"]
        if name in urls:
            return buffer.write(relative_url(urls[name], page.payload))
        same = [one for one in urls if posixpath.basename(one) == posixpath.basename(name)]
        if self.is_post and len(same) == 1:
            return buffer.write(relative_url(urls[same[0]], page.payload))
        near = get_close_matches(name, list(urls), n=1)
        hint = f"did you mean '{(same or near)[0]}'?" if same or near else ""
        what = "post" if self.is_post else "page, document or file"
        page.report("link-broken", f"there is no {what} '{name}'", self.token.source, self.index, hint, len(name))
        return buffer.write(name)


class LinkTag(Tag):
    """``{% link path %}``."""

    name = "link"
    block = False
    is_post = False

    def parse(self, stream: TokenStream) -> Node:
        """Take the tag."""
        token, arguments, index = expression_of(stream)
        return AddressNode(token, arguments, index, self.is_post)


class PostUrlTag(LinkTag):
    """``{% post_url 2020-01-02-slug %}``."""

    name = "post_url"
    is_post = True


class ScholarNode(Node):
    """A tag of jekyll-scholar."""

    __slots__ = ("arguments", "index", "name")

    def __init__(self, token: Token, arguments: str, index: int) -> None:
        super().__init__(token)
        self.name, self.arguments, self.index = token.value, arguments, index
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print what the tag does."""
        page = page_of(context)
        page.trace(buffer, self.token.source, self.token.start_index, False)
        span = page.span(self.token.source, self.index)
        return buffer.write(page.print_scholar(self.name, self.arguments, span, page.draft, context.scope))


class ScholarTag(Tag):
    """The tags of jekyll-scholar."""

    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Take the tag."""
        return ScholarNode(*expression_of(stream))


class ScholarBlockNode(Node):
    """A tag of jekyll-scholar with a text of its own."""

    __slots__ = ("arguments", "block", "index", "name")

    def __init__(self, token: Token, arguments: str, index: int, block: BlockNode) -> None:
        super().__init__(token)
        self.name, self.arguments, self.index, self.block = token.value, arguments, index, block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print what the tag makes of its text."""
        page = page_of(context)
        page.trace(buffer, self.token.source, self.token.start_index, False)
        text = rendered_block(self.block, context)
        span = page.span(self.token.source, self.index)
        return buffer.write(page.print_scholar(self.name, self.arguments, span, page.draft, context.scope, text))


class ScholarBlockTag(Tag):
    """``{% quote %}`` and ``{% bibtex %}``."""

    def parse(self, stream: TokenStream) -> Node:
        """Take the block."""
        token, arguments, index = expression_of(stream)
        block = block_of(stream, f"end{token.value}", self.env)
        return ScholarBlockNode(token, arguments, index, block)


class HeadNode(Node):
    """What jekyll-seo-tag and jekyll-feed print into the head of a page."""

    __slots__ = ("arguments",)

    def __init__(self, token: Token, arguments: str) -> None:
        super().__init__(token)
        self.arguments = arguments
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print it."""
        page = page_of(context)
        if self.token.value == "feed_meta":
            return buffer.write(feed_meta(page.payload))
        date = context.env.filters["date_to_xmlschema"]
        return buffer.write(Seo(page.payload, page.plain_text, date, self.arguments).render())


class HeadTag(Tag):
    """``{% seo %}`` and ``{% feed_meta %}``."""

    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Take the tag."""
        token, arguments, _ = expression_of(stream)
        return HeadNode(token, arguments)


class UnknownNode(Node):
    """A tag that nobody knows: reported, and nothing in its place."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Report the tag."""
        page, name = page_of(context), self.token.value
        page.trace(buffer, self.token.source, self.token.start_index, False)
        engine = context.env
        assert isinstance(engine, Engine)
        if hint := said_of(name, engine.own_tags):
            message = f"the site's own code defines the tag '{name}'"
            page.report("plugin-missing", message, self.token.source, self.token.start_index, hint, len(name))
        elif name in PLUGIN_TAGS:
            message = f"'{{% {name} %}}' belongs to a plug-in that Octavo doesn't have"
            hint = f"it would have {PLUGIN_TAGS[name]}"
            page.report("plugin-missing", message, self.token.source, self.token.start_index, hint, len(name))
        else:
            hint = near_match(name, context.env.tags, "{{% {} %}}")
            message = f"there is no tag '{name}'"
            page.report("plugin-missing", message, self.token.source, self.token.start_index, hint, len(name))
        return 0


class UnknownTag(Tag):
    """Any other tag; the end of a block that is unknown or wrong goes with its beginning."""

    name = TOKEN_ILLEGAL
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Take the tag."""
        token = expression_of(stream)[0]
        if token.value == "raw":  # one that is closed is text
            raise LiquidSyntaxError("'{% raw %}' is never closed by '{% endraw %}'", token=token)
        is_part = bool(PART_OF_BLOCK.fullmatch(token.value))
        is_unknown_end = token.value.startswith("end") and token.value.removeprefix("end") not in self.env.tags
        assert isinstance(self.env, Engine)
        if is_unknown_end or (is_part and self.env.has_failed):  # its beginning has been reported
            return SilentNode(token)
        if is_part:
            raise LiquidSyntaxError(f"'{{% {token.value} %}}' is in no block that it belongs to", token=token)
        return UnknownNode(token)
