"""The dialects of notes: which rules each is made of, and in which order. The rules themselves are in `read.rules`."""

from octavo.read.rules import scholar_block, tag, variable

#: What Liquid does, where it runs before Markdown.
LIQUID = (scholar_block.install, tag.install, variable.install)
