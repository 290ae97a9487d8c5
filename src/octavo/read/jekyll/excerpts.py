"""The beginning of a document that Jekyll takes for its excerpt, before its Liquid runs."""

from __future__ import annotations

import re

TAG = re.compile(r"{%-?\s*(\w+)\s*.*?-?%}", re.DOTALL)
RAW = re.compile(r"{%-?\s*raw\s*-?%}.*?{%-?\s*endraw\s*-?%}", re.DOTALL)
LINK_DEFINITION = re.compile(r"^ {0,3}(\[[^\]]+\])(:.+)$", re.MULTILINE)

#: Tags that need an end.
BLOCKS = frozenset("bibtex capture case comment for highlight if ifchanged quote raw tablerow unless".split())


def excerpt_of(body: str, separator: str) -> str:
    """Return what stands before the first separator; open tags are closed, addresses of links come along."""
    start = len(body) - len(body.lstrip("\r\n"))
    head, _, tail = body[start:].partition(separator)
    head = body[:start] + head
    if not tail:
        return head
    if "{%" in head:
        head = _closed(head)
    used = [f"{label}{address}" for label, address in LINK_DEFINITION.findall(tail) if label in head]
    return "\n\n".join((head, "\n".join(used))) if used else head


def _closed(text: str) -> str:
    """Close the tags of a text that it opens only."""
    names = TAG.findall(RAW.sub("", text))
    opened = [name for name in reversed(names) if name in BLOCKS and f"end{name}" not in names]
    return text + "".join(f"\n{{% end{name} %}}" for name in opened)
