"""The Liquid of a Jekyll site: python-liquid in its lax mode, with limits, places and problems as values."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from traceback import walk_tb
from types import MappingProxyType
from typing import Any, TextIO

from liquid import BoundTemplate, Environment, Mode, RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode, Literal
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import (
    LiquidError,
    LiquidSyntaxError,
    LiquidTypeError,
    LoopIterationLimitError,
    ResourceLimitError,
)
from liquid.lex import _tokenize_template, compile_liquid_rules
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_TAG, Token

from octavo.read.jekyll.own_code import said_of
from octavo.read.liquid.lax import LaxExpressionError, with_strict_expressions
from octavo.read.liquid.page import LiquidPage, line_tracer
from octavo.read.liquid.text import TemplateText
from octavo.read.liquid.values import text_of
from octavo.read.liquid.words import LITERALS, with_plain_words
from octavo.read.rules.draft import near_match

#: How often all loops of a page may run, and how many bytes it may print.
MOST_ITERATIONS = 3_000_000
MOST_OUTPUT = 30_000_000

#: What the library says of a block without an end, and of a `case` without one.
UNCLOSED = re.compile(r"expected tag end(\w+), found end of expression|unexpected tag 'end of expression'")

#: What it says of a filter that is given too few arguments, or too many: the words are Python's.
ARGUMENTS = re.compile(r"(\w+): .*\(\) (?:(missing) \d+ required|takes .* positional arguments? but).*", re.DOTALL)

#: What it says of an expression of nothing.
ECHO = re.compile(r"found end of expression$|^expected at least one argument$")

#: How many opening braces without closing ones are told of; all behind the last is text.
MOST_UNENDED = 20

EMPTY_TAG = re.compile(r"\{%-?\s*-?%\}")

TAG_NAME = re.compile(r"\{%-?\s*(\w+)")

#: In characters.
LONGEST_TEXT = 10_000_000


class JekyllContext(RenderContext):
    """A render context that counts what loops do, and lets no text grow without end."""

    def assign(self, key: str, val: Any) -> None:
        """Set a variable."""
        if isinstance(val, str) and len(val) > LONGEST_TEXT:
            raise ResourceLimitError(f"'{key}' grows without end", token=None)
        super().assign(key, val)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Count the turns of a loop before it runs."""
        page = page_of(self)
        page.iterations += length
        if page.iterations > MOST_ITERATIONS:
            raise LoopIterationLimitError("the loops of this page run without end", token=None)

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """Return a filter; one that nobody knows is told, and returns its value."""
        if name not in self.env.filters and token:
            engine, page = self.env, page_of(self)
            assert isinstance(engine, Engine)
            hint = said_of(name, engine.own_filters)
            message = f"the site's own code defines the filter '{name}'" if hint else f"there is no filter '{name}'"
            hint = hint or near_match(name, self.env.filters)
            page.report("plugin-missing", message, token.source, token.start_index, hint, len(name))
        return super().filter(name, token)

    def get_item(self, obj: Any, key: Any) -> Any:
        """Return an item: of a text none, but ``size``; of a list those by number."""
        if isinstance(obj, str) and key != "size":
            raise KeyError(key)
        return super().get_item(obj, key)


class JekyllTemplate(BoundTemplate):
    """A template that renders in a `JekyllContext`."""

    context_class = JekyllContext


class TracedContent(ContentNode):
    """Text as written, which tells where it is printed."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print the text."""
        token = self.token
        page = page_of(context)
        if buffer is page.buffer:
            index = token.source.find(self.text, token.start_index) if self.text else token.start_index
            page.trace(buffer, token.source, max(index, token.start_index), True)
        return buffer.write(self.text)


class TracedLiteral(Literal):
    """Makes nodes of text."""

    node_class = TracedContent


class TracedOutputNode(OutputNode):
    """A value, printed as Ruby prints it."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print the value."""
        page_of(context).trace(buffer, self.token.source, self.token.start_index, False)
        return buffer.write(text_of(self.expression.evaluate(context)))


class TracedOutput(Output):
    """Makes nodes of ``{{ … }}``; without an expression it prints nothing."""

    node_class = TracedOutputNode


class Engine(Environment):
    """Parses and renders the templates of a site; what goes wrong is reported to the page at hand."""

    template_class = JekyllTemplate
    output_stream_limit = MOST_OUTPUT
    block_nesting_limit = 60
    context_depth_limit = 120
    loop_iteration_limit = MOST_ITERATIONS

    def __init__(
        self,
        includes: Mapping[str, TemplateText],
        own_tags: Mapping[str, str] = MappingProxyType({}),
        own_filters: Mapping[str, str] = MappingProxyType({}),
        has_scripts: bool = False,
    ) -> None:
        self._local = threading.local()
        self._templates: dict[str, tuple[BoundTemplate, tuple[LiquidError, ...]]] = {}
        self.includes = includes
        self.has_scripts = has_scripts
        self.own_tags, self.own_filters = own_tags, own_filters
        super().__init__(tolerance=Mode.LAX, strict_filters=False)
        self.add_tag(TracedLiteral)
        self.add_tag(TracedOutput)

    def tokenizer(self) -> Callable[[str], Iterator[Token]]:
        """Return what splits a text; the library's own takes a last line end for a text of its own."""
        rules = compile_liquid_rules().pattern.replace("|$)", r"|\Z)")
        split = partial(_tokenize_template, rules=re.compile(rules, re.DOTALL))
        return lambda source: with_strict_expressions(map(_with_plain_names, self._split(source, split)), self)

    def _split(self, source: str, split: Callable[[str], Iterator[Token]]) -> Iterator[Token]:
        """Split a text; an opening brace without a closing one is told, and text."""
        start = 0
        for _ in range(MOST_UNENDED):
            try:
                for token in split(source[start:]):
                    yield token if not start else token._replace(start_index=token.start_index + start, source=source)
                return
            except LiquidSyntaxError as error:
                assert error.token
                start += error.token.start_index
                yield Token(TOKEN_CONTENT, source[start : start + 2], start, source)
                self.error(LiquidSyntaxError(_unended(source, start), token=Token(TOKEN_TAG, "", start, source)))
                start += 2
        yield Token(TOKEN_CONTENT, source[start:], start, source)

    @property
    def page(self) -> LiquidPage:
        """The page whose templates are rendered in this thread."""
        page: LiquidPage = self._local.page
        return page

    @page.setter
    def page(self, page: LiquidPage) -> None:
        self._local.page = page

    def error(self, exc: Any, msg: str | None = None, token: Token | None = None) -> None:
        """Report an error; the template goes on behind it."""
        error = exc if isinstance(exc, LiquidError) else exc(msg, token=token)
        error.token = error.token or token
        parsing: list[LiquidError] | None = getattr(self._local, "parsing", None)
        if parsing is not None:
            parsing.append(error)
        else:
            report(error, self.page)

    def template(self, text: TemplateText, keep: bool = True) -> BoundTemplate:
        """Return the template of a text, its errors reported."""
        self.page.texts[text.text] = text
        found = self._templates.get(text.text)
        if found is None:
            found = self._parsed(text)
            if keep:
                self._templates[text.text] = found
        for error in found[1]:
            report(error, self.page)
        return found[0]

    def _parsed(self, text: TemplateText) -> tuple[BoundTemplate, tuple[LiquidError, ...]]:
        self._local.parsing = errors = []
        try:
            template = self.from_string(text.text, name=text.path)
        except LiquidError as error:
            if error.__cause__ and _is_own(error.__cause__):
                raise error.__cause__ from None
            errors.append(error)
            template = JekyllTemplate(self, [], name=text.path)
        finally:
            self._local.parsing = None
        return template, tuple(_placed(error, text) for error in errors if not _is_echo(error))

    @property
    def has_failed(self) -> bool:
        """Tell whether something is wrong with what has been parsed of a template so far."""
        errors: list[LiquidError] = getattr(self._local, "parsing", None) or []
        return any(not isinstance(error, LaxExpressionError) for error in errors)

    def render_text(self, text: TemplateText, payload: Mapping[str, Any], keep: bool = True) -> str:
        """Render a template; what it prints is traced if it is the page's body."""
        template = self.template(text, keep)
        page = self.page
        context = template.context_class(template, globals={**payload, **LITERALS})
        buffer = template._get_buffer()
        is_body = text.text is page.body
        if is_body:
            page.buffer, page.printed = buffer, []
        try:
            template.render_with_context(context, buffer)
        except RecursionError:
            page.report("liquid-invalid", "the template calls itself without end", text.text, 0)
        except TypeError as error:
            if _is_own(error):
                raise
            page.report("liquid-invalid", f"values can't be put together: {error}", text.text, 0)
        return buffer.getvalue()

    def render_body(self, text: TemplateText, payload: Mapping[str, Any]) -> str:
        """Render the body of a page, and tell its draft which lines come from where."""
        page = self.page
        page.body = text.text
        output = self.render_text(text, payload, keep=False)
        page.draft.trace(line_tracer(output, text.text, page.printed))
        page.buffer = None
        return output


def _with_plain_names(token: Token) -> Token:
    """Let a property be called like a word of Liquid's own: ``page.empty``."""
    return token._replace(value=with_plain_words(token.value)) if token.kind == TOKEN_EXPRESSION else token


def _is_echo(error: LiquidError) -> bool:
    """Tell whether an error is that of an expression that was told of when the text was split, and emptied."""
    return bool(ECHO.search(str(error.message))) and not UNCLOSED.fullmatch(str(error.message))


def _unended(source: str, start: int) -> str:
    """Say of an opening brace what is wrong with it."""
    if source.startswith("{{", start):
        return "'{{' is never closed by '}}'"
    return "'{% %}' names no tag" if EMPTY_TAG.match(source, start) else "'{%' is never closed by '%}'"


def _is_own(error: BaseException) -> bool:
    """Tell whether an exception comes from the program itself, not from the library of Liquid."""
    frames = [frame.f_globals.get("__name__", "").partition(".")[0] for frame, _ in walk_tb(error.__traceback__)]
    return [name for name in frames if name in ("octavo", "liquid")][-1:] == ["octavo"]


def _placed(error: LiquidError, text: TemplateText) -> LiquidError:
    """Give an error that has no place in its text that of the block that is never closed, or else the text's start."""
    if error.token is None or error.token.start_index >= 0:
        return error
    if found := UNCLOSED.fullmatch(str(error.message)):
        name = found[1] or "case"
        start = _unclosed(name, text.text)
        message = f"'{{% {name} %}}' is never closed by '{{% end{name} %}}'"
        return LiquidSyntaxError(message, token=Token(TOKEN_TAG, name, start, text.text))
    return LiquidSyntaxError(str(error.message), token=Token(TOKEN_TAG, "", 0, text.text))


def _unclosed(name: str, text: str) -> int:
    """Return where the last block of a name begins that isn't closed."""
    opened: list[int] = []
    for found in TAG_NAME.finditer(text):
        if found[1] == name:
            opened.append(found.start(1))
        elif found[1] == f"end{name}" and opened:
            opened.pop()
    return opened[-1] if opened else 0


def page_of(context: RenderContext) -> LiquidPage:
    """Return the page whose templates are rendered."""
    engine = context.env
    assert isinstance(engine, Engine)
    return engine.page


def report(error: LiquidError, page: LiquidPage) -> None:
    """Report an error of a template at its place."""
    token = error.token
    source, index = (token.source, token.start_index) if token else ("", 0)
    width = len(token.value) if token and "\n" not in token.value else 1
    rule = "liquid-limit" if isinstance(error, ResourceLimitError) else "liquid-invalid"
    rule = "liquid-lax" if isinstance(error, LaxExpressionError) else rule
    page.report(rule, _in_words(str(error.message)), source, max(index, 0), width=width)


def _in_words(message: str) -> str:
    found = ARGUMENTS.fullmatch(message)
    return f"the filter '{found[1]}' is given too {'few' if found[2] else 'many'} arguments" if found else message


class SilentNode(Node):
    """Prints nothing."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print nothing."""
        return 0


def expression_of(stream: TokenStream) -> tuple[Token, str, int]:
    """Take a tag with all that stands in it: its token, the text behind its name, and the text's place."""
    token = stream.current
    if stream.peek.kind == TOKEN_EXPRESSION:
        next(stream)
        return token, stream.current.value, stream.current.start_index
    return token, "", token.start_index + len(token.value)


def block_of(stream: TokenStream, end: str, engine: Environment) -> BlockNode:
    """Take what stands between a tag, whose expression is taken, and the one that ends it."""
    next(stream)
    block = get_parser(engine).parse_block(stream, (end,))
    stream.expect(TOKEN_TAG, value=end)
    return block


def rendered_block(block: BlockNode, context: RenderContext) -> str:
    """Return what is printed between a tag and the one that ends it."""
    buffer = context.get_buffer()
    block.render(context, buffer)
    return buffer.getvalue()


__all__ = [
    "Engine",
    "LiquidSyntaxError",
    "LiquidTypeError",
    "SilentNode",
    "block_of",
    "expression_of",
    "page_of",
    "rendered_block",
    "report",
]
