"""Liquid tags: ``{% cite %}``, ``{% nocite %}``, ``{% bibliography %}`` of jekyll-scholar, ``raw`` …, and ours."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from octavo.model.document import Citation, CitationItem, Hole, ReferenceList
from octavo.read.rules.arguments import Flag, Problem, Tag, parse_arguments
from octavo.read.rules.draft import draft_of, near_match, push_hole, push_marked
from octavo.read.rules.facts import chart, compare, facts
from octavo.read.rules.locator import LABELS

TAG = re.compile(r"\{%-?\s*(?P<name>[^\s%,]*)(?P<arguments>.*?)-?%\}", re.DOTALL)
END_COMMENT = re.compile(r"\{%-?\s*endcomment\s*-?%\}")
BEGIN_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}")

KEY = re.compile(r"""[^,"']+""")


#: https://github.com/inukshuk/jekyll-scholar: every tag accepts the choice of a file; here all files are one library.
FILE = Flag("--file", True)
CITE_FLAGS = {
    "-l": Flag("--locator", True),
    "--locator": Flag("--locator", True),
    "-L": Flag("--label", True),
    "--label": Flag("--label", True),
    "-A": Flag("--suppress_author", False),
    "--suppress_author": Flag("--suppress_author", False),
    "-f": FILE,
    "--file": FILE,
}
BIBLIOGRAPHY_FLAGS = {
    "-c": Flag("--cited", False),
    "--cited": Flag("--cited", False),
    "-C": Flag("--cited_in_order", False),
    "--cited_in_order": Flag("--cited_in_order", False),
    "-T": Flag("--template", True),
    "--template": Flag("--template", True),
    "-f": FILE,
    "--file": FILE,
}


def install(md: MarkdownIt) -> None:
    """Add tags to a parser."""
    md.block.ruler.before(
        "code", "comment_tag", comment_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.inline.ruler.before("escape", "tag", tag)


def tag(state: StateInline, silent: bool) -> bool:
    """Read a tag; an unknown or malformed one is shown as written, with a diagnostic."""
    start = state.pos
    if not state.src.startswith("{%", start):
        return False
    found = TAG.match(state.src, start, state.posMax)
    if not found:
        return _unclosed(state, silent)
    name = found["name"]
    draft = draft_of(state.env)
    if draft.raw and name != "endraw":
        return False
    state.pos = found.end()
    if not silent:
        problem = _run(state, Tag(name, found["arguments"], start, found.start("arguments"), found.end()))
        if problem:
            draft.report(problem.rule, problem.message, draft.span(problem.start, problem.end), problem.hint)
            push_marked(state, found[0], problem.message)
    return True


def comment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Skip a comment that begins and ends with a line, whatever blocks are in it."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    begin = BEGIN_COMMENT.match(state.src, start, state.eMarks[start_line])
    if not begin or state.is_code_block(start_line):
        return False
    end = END_COMMENT.search(state.src, begin.end(), state.eMarks[end_line - 1])
    if not end:
        return False
    last = start_line + state.src.count("\n", start, end.end())
    if state.src[end.end() : state.eMarks[last]].strip():
        return False
    if not silent:
        state.line = last + 1
    return True


def _run(state: StateInline, tag: Tag) -> Problem | None:
    act = TAGS.get(tag.name)
    if act:
        return act(state, tag)
    if tag.name in ("highlight", "endhighlight"):  # a whole block of them never gets here
        hint = "'{% highlight language %}' and '{% endhighlight %}' stand on lines of their own, around the code"
        return Problem(f"'{{% {tag.name} %}}' is half a block of code", tag.start, tag.end, hint, "tag-unclosed")
    hint = near_match(tag.name, TAGS, "{{% {} %}}") or f"the tags are {', '.join(TAGS)}"
    message = f"there is no tag '{tag.name}'" if tag.name else "a tag without a name"
    return Problem(message, tag.start, tag.end, hint, "tag-unknown")


def _unclosed(state: StateInline, silent: bool) -> bool:
    if draft_of(state.env).raw:
        return False
    if not silent:
        message = "'{%' is never closed by '%}'"
        draft = draft_of(state.env)
        draft.report("tag-unclosed", message, draft.span(state.pos, state.pos + 2), "write \\{% to show it as text")
        push_marked(state, "{%", message)
    state.pos += 2
    return True


def _cite(state: StateInline, tag: Tag) -> Problem | None:
    return _push_citation(state, tag, silent=False)


def _nocite(state: StateInline, tag: Tag) -> Problem | None:
    return _push_citation(state, tag, silent=True)


def _push_citation(state: StateInline, tag: Tag, *, silent: bool) -> Problem | None:
    arguments = parse_arguments(tag, CITE_FLAGS)
    if isinstance(arguments, Problem):
        return arguments
    keys = [
        (start + key.start() + len(key[0]) - len(key[0].lstrip()), key[0].strip())
        for start, word in arguments.words
        for key in KEY.finditer(word)
    ]
    if not keys:
        return Problem(f"'{{% {tag.name} %}}' names no citekey", tag.start, tag.end)
    locators, labels = arguments.options.get("--locator", ()), arguments.options.get("--label", ())
    if len(locators) > len(keys):
        return Problem("there are more locators than citekeys", tag.start, tag.end)
    unknown = next((label for label in labels if label.rstrip(".").lower() not in LABELS), None)
    if unknown is not None:
        hint = near_match(unknown, LABELS)
        return Problem(f"'{unknown}' is no locator term of CSL", tag.start, tag.end, hint)
    draft = draft_of(state.env)
    items = []
    for number, (start, key) in enumerate(keys):
        span = draft.span(start, start + len(key))
        locator = locators[number] if number < len(locators) else ""
        label = LABELS[labels[min(number, len(labels) - 1)].rstrip(".").lower()] if labels else "page"
        items.append(
            CitationItem(
                key,
                span,
                locator,
                label if locator else "",
                suppress_author="--suppress_author" in arguments.options,
            )
        )
    push_hole(state, Hole.CITATION, Citation(tuple(items), silent=silent))
    return None


def _bibliography(state: StateInline, tag: Tag) -> Problem | None:
    arguments = parse_arguments(tag, BIBLIOGRAPHY_FLAGS)
    if isinstance(arguments, Problem):
        return arguments
    if arguments.words:
        start, word = arguments.words[0]
        return Problem(f"'{{% bibliography %}}' takes no '{word}'", start, start + len(word))
    in_order = "--cited_in_order" in arguments.options
    cited = in_order or "--cited" in arguments.options
    span = draft_of(state.env).span(tag.start, tag.end)
    template = arguments.options.get("--template", ("references",))[-1]
    push_hole(state, Hole.REFERENCES, ReferenceList(cited, in_order, span, template))
    return None


def _raw(state: StateInline, tag: Tag) -> None:
    draft = draft_of(state.env)
    draft.raw = draft.span(tag.start, tag.end)


def _endraw(state: StateInline, _tag: Tag) -> None:
    draft_of(state.env).raw = None


def _comment(state: StateInline, tag: Tag) -> Problem | None:
    end = END_COMMENT.search(state.src, tag.end, state.posMax)
    if not end:
        return Problem("the comment is never closed by '{% endcomment %}'", tag.start, tag.end, rule="tag-unclosed")
    state.pos = end.end()
    return None


def _endcomment(_state: StateInline, _tag: Tag) -> None:
    return None


#: Every tag, by name.
TAGS: dict[str, Callable[[StateInline, Tag], Problem | None]] = {
    "cite": _cite,
    "nocite": _nocite,
    "bibliography": _bibliography,
    "compare": compare,
    "facts": facts,
    "chart": chart,
    "raw": _raw,
    "endraw": _endraw,
    "comment": _comment,
    "endcomment": _endcomment,
}
