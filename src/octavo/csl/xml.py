"""XML of styles and locales as small frozen trees that know their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

NAMESPACE = "http://purl.org/net/xbiblio/csl"


class XmlError(Exception):
    """A text that is not XML as a style may be; ``line`` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class Node:
    """An element: its name without namespace, its attributes (``xml:lang`` as ``lang``), and what is in it."""

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Node, ...]
    text: str
    line: int

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def find(self, tag: str) -> Node | None:
        """Return the first child of a name."""
        return next((child for child in self.children if child.tag == tag), None)

    def find_all(self, tag: str) -> Iterator[Node]:
        """Yield the children of a name."""
        return (child for child in self.children if child.tag == tag)


class _Open:
    """An element whose end has not been read."""

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[Node] = []
        self.text: list[str] = []


def parse_xml(data: bytes) -> Node:
    """Parse XML; entities of its own are refused, so that a few lines can't become a gigabyte. Raises `XmlError`."""
    parser = expat.ParserCreate("utf-8", " ")  # whatever it says of itself, for it was text before
    parser.buffer_text = True
    stack = [_Open("", {}, 1)]

    def start(name: str, attributes: dict[str, str]) -> None:
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        stack.append(_Open(name.rpartition(" ")[2], own, parser.CurrentLineNumber))

    def end(_: str) -> None:
        done = stack.pop()
        node = Node(done.tag, done.attributes, tuple(done.children), "".join(done.text), done.line)
        stack[-1].children.append(node)

    def refuse(*_: object) -> None:
        raise XmlError("a style may not define entities", parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: stack[-1].text.append(text)
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError(expat.ErrorString(error.code), error.lineno) from error
    return stack[0].children[0]
