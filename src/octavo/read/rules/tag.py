"""Liquid tags: those of jekyll-scholar, ``raw`` and ``comment``, and ours."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from octavo.read.rules.arguments import Problem, Tag
from octavo.read.rules.draft import draft_of, near_match, push_hole, push_marked
from octavo.read.rules.facts import chart, compare, facts
from octavo.read.rules.scholar_block import QUOTED
from octavo.read.scholar.tags import NAMES, hole_of, parse_scholar_tag

TAG = re.compile(r"\{%-?\s*(?P<name>[^\s%,]*)(?P<arguments>.*?)-?%\}", re.DOTALL)
END_COMMENT = re.compile(r"\{%-?\s*endcomment\s*-?%\}")
BEGIN_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}")


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


def _scholar(state: StateInline, tag: Tag) -> Problem | None:
    """Leave a hole for what a tag of jekyll-scholar stands for."""
    draft = draft_of(state.env)
    value = parse_scholar_tag(tag, draft.span, lambda name: draft.variables.get(name, ""))
    if isinstance(value, Problem):
        return value
    push_hole(state, hole_of(value), value)
    return None


def _quote(state: StateInline, tag: Tag) -> Problem | None:
    if draft_of(state.env).block.meta.get(QUOTED):
        return _scholar(state, tag)
    return _half(state, tag)


def _half(_state: StateInline, tag: Tag) -> Problem:
    """Report one end of a block: a whole one never gets here."""
    name = tag.name.removeprefix("end")
    hint = f"'{{% {name} %}}' begins a line, and '{{% end{name} %}}' ends one below it"
    return Problem(f"'{{% {tag.name} %}}' is half a block", tag.start, tag.end, hint, "tag-unclosed")


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
    **dict.fromkeys((name for name in NAMES if name not in ("quote", "bibtex")), _scholar),
    "quote": _quote,
    **dict.fromkeys(("endquote", "bibtex", "endbibtex"), _half),
    "compare": compare,
    "facts": facts,
    "chart": chart,
    "raw": _raw,
    "endraw": _endraw,
    "comment": _comment,
    "endcomment": _endcomment,
}
