"""HTML in one pass, without a tree: each element is written when it ends, out of what is in it.

That takes half the time of a parser and its tree. HTML whose elements aren't nested as their tags say is put right
first, as browsers understand it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any, Generic, NamedTuple, TypeVar

W = TypeVar("W")

#: A tag: whether it ends an element, its name, its attributes, and whether the element is empty; and what is in the
#: element if that is nothing but text.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*+")
TAG = re.compile(
    rf"<(/)?({NAME.pattern})((?:\s++[^\s\"'<>/=]++(?:=\"[^\"<>]*+\")?+)*+)\s*+(/)?>(?(1)|(?(4)|(?:([^<]*+)</\2>)?))"
)
ATTRIBUTE = re.compile(r'([^\s"=]+)(?:="([^"]*)")?')
CLASS = re.compile(r'\sclass="([^"]*)"')

#: Elements that have no end, and those that end a paragraph: https://html.spec.whatwg.org/multipage/syntax.html
VOID = frozenset(("br", "col", "hr", "img", "input", "wbr"))
END_PARAGRAPHS = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hgroup hr main menu nav ol p pre search section summary table ul".split()
)


class DisorderError(Exception):
    """HTML whose elements aren't nested as their tags say, or may not be."""


class Reading(NamedTuple, Generic[W]):
    """How an element is read: how it is written when it ends, how that is added to the element around it, and how those
    in it are read, by their tags.

    Others than are named are read as one without a name is, where the HTML has been put right.
    """

    write: Callable[[W, Element], Any]
    add: Callable[[Element, Any], object]
    inside: dict[str, Reading[W]]


class Element:
    """An element and what has been found in it: a line that isn't ended yet, and the ``parts`` before it.

    ``children`` are the elements in it.
    """

    __slots__ = ("attributes", "children", "line", "parts", "tag")

    def __init__(self, tag: str, attributes: str, line: list[str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.parts: list[Any] = []
        self.children: list[Element] = []

    def text(self) -> str:
        """Return the line."""
        return "".join(self.line)

    def has(self, tag: str) -> bool:
        """Tell whether one of the elements in it has this tag."""
        return any(child.tag == tag for child in self.children)

    def named(self) -> dict[str, str]:
        """Return the attributes by name."""
        found = ATTRIBUTE.findall(self.attributes)
        return {name: unescape(value) if "&" in value else value for name, value in found}

    def classes(self) -> list[str]:
        """Return the classes."""
        found = CLASS.search(self.attributes)
        return unescape(found[1]).split() if found else []


def read_html(html: str, writer: W, inside: dict[str, Reading[W]], is_right: bool = False) -> Element:
    """Read HTML; return an element around all of it, in which elements are read as ``inside`` says.

    Raises `DisorderError` if they aren't nested as their tags say. If it is not known that the HTML ``is_right``, also
    where there are others than ``inside`` names: for of them it isn't known what they end.
    """
    first, *rest = TAG.split(html)
    if "<" in first or "<" in "".join(rest[5::6]):
        raise DisorderError
    element = Element("", "", [unescape(first)])
    around: list[tuple[Element, dict[str, Reading[W]], Reading[W]]] = []
    for end, tag, attributes, empty, content, text in zip(*[iter(rest)] * 6, strict=True):
        if end:
            if tag != element.tag:
                raise DisorderError
            child = element
            element, inside, reading = around.pop()
            reading.add(element, reading.write(writer, child))
        else:
            known = inside.get(tag)
            if not is_right and (known is None or (element.tag == "p" and tag in END_PARAGRAPHS)):
                raise DisorderError
            reading = known or inside[""]
            child = Element(tag, attributes, [unescape(content) if "&" in content else content] if content else [])
            element.children.append(child)
            if content is None and not empty and tag not in VOID:
                around.append((element, inside, reading))
                element, inside = child, reading.inside
            elif content and tag in VOID:
                raise DisorderError
            else:
                reading.add(element, reading.write(writer, child))
        if text:
            element.line.append(unescape(text) if "&" in text else text)
    if around:
        raise DisorderError
    return element


def put_right(html: str, attributes: frozenset[str]) -> str:
    """Return HTML with its elements nested and its attributes quoted, as browsers understand it; with a body around it.

    Of the attributes only those that are named stay.
    """
    from lxml import etree  # its import is felt, and hardly any page needs it

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    body = etree.fromstring(f"<div>{html}</div>".encode(), parser).find("body")
    if body is None:
        return ""
    for element in body.iter(etree.Element):
        if not NAME.fullmatch(element.tag):
            element.tag = "span"
        for name in set(element.attrib) - attributes:
            del element.attrib[name]
    return etree.tostring(body, encoding="unicode")
