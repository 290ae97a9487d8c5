"""Diagnostics for people and programs: terminal text, JSON, and the overlay of the preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from unicodedata import category, east_asian_width

import msgspec
from markupsafe import Markup

from octavo.model.diagnostic import RULES, Diagnostic, Severity
from octavo.model.source import Span

#: Terminal colours (ECMA-48, SGR).
_STYLES = {
    "error": "1;31",
    "fatal": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "place": "1",
    "margin": "34",
    "hint": "36",
}

#: A tab in an excerpt is shown as so many spaces.
_TAB = "    "

#: How many characters of a line are shown around a place.
LONGEST_EXCERPT = 160


def severity_of(diagnostic: Diagnostic, rules: Mapping[str, Severity], strict: bool = False) -> Severity:
    """Return how much a diagnostic matters: as configured, or as its rule says; ``strict`` makes warnings errors."""
    rule = RULES[diagnostic.rule]
    severity = rules.get(rule.identifier, rule.severity)
    if rule.severity is Severity.FATAL and severity is not Severity.WARNING:  # which Jekyll sites may make of it
        severity = Severity.FATAL
    return Severity.ERROR if strict and severity is Severity.WARNING else severity


def reported(diagnostics: Sequence[Diagnostic], rules: Mapping[str, Severity]) -> tuple[Diagnostic, ...]:
    """Leave out the diagnostics whose rule is switched off."""
    return tuple(one for one in diagnostics if severity_of(one, rules) is not Severity.OFF)


def has_errors(diagnostics: Sequence[Diagnostic], rules: Mapping[str, Severity], strict: bool = False) -> bool:
    """Tell whether any diagnostic is an error or worse."""
    return any(severity_of(one, rules, strict) in (Severity.ERROR, Severity.FATAL) for one in diagnostics)


def render_text(
    diagnostics: Sequence[Diagnostic], rules: Mapping[str, Severity], strict: bool = False, colour: bool = False
) -> str:
    """Render diagnostics for a terminal, with a line that counts them; nothing for none."""
    shown = reported(diagnostics, rules)
    if not shown:
        return ""
    blocks = [_render_one(one, severity_of(one, rules, strict), colour) for one in shown]
    return "\n".join([*blocks, summarise(shown, rules, strict), ""])


def summarise(diagnostics: Sequence[Diagnostic], rules: Mapping[str, Severity], strict: bool = False) -> str:
    """Count diagnostics: ``3 errors, 2 warnings in 2 files``."""
    counts = Counter(severity_of(one, rules, strict) for one in reported(diagnostics, rules))
    errors = counts[Severity.ERROR] + counts[Severity.FATAL]
    files = len({one.span.path for one in reported(diagnostics, rules) if one.span})
    parts = [
        _count(number, word) for number, word in ((errors, "error"), (counts[Severity.WARNING], "warning")) if number
    ]
    return ", ".join(parts) + (f" in {_count(files, 'file')}" if files else "")


def render_json(
    diagnostics: Sequence[Diagnostic], rules: Mapping[str, Severity], strict: bool, facts: Mapping[str, object]
) -> str:
    """Render a report as one JSON object: the ``facts`` of the build, then its ``diagnostics``."""
    listed = [_as_json(one, severity_of(one, rules, strict)) for one in reported(diagnostics, rules)]
    return msgspec.json.format(msgspec.json.encode({**facts, "diagnostics": listed}), indent=2).decode()


def render_overlay(diagnostics: Sequence[Diagnostic], rules: Mapping[str, Severity]) -> str:
    """Render diagnostics as a fragment of HTML, laid over the page in the preview; all of it is escaped."""
    shown = reported(diagnostics, rules)
    items = Markup("").join(_overlay_item(one, severity_of(one, rules)) for one in shown)
    return Markup(
        '<aside id="octavo-overlay" role="alert" aria-label="Problems">'
        '<header><strong>{}</strong><button type="button" aria-label="Close">×</button></header>'
        "<ol>{}</ol></aside>"
    ).format(summarise(shown, rules), items)


def place_of(span: Span | None) -> str:
    """Return a place as editors understand it: ``content/bert.md:14:31``."""
    return f"{span.path}:{span.line}:{span.column}" if span else ""


def _render_one(diagnostic: Diagnostic, severity: Severity, colour: bool) -> str:
    def paint(text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour else text

    word = "error" if severity is Severity.FATAL else severity.value
    place = paint(_printable(place_of(diagnostic.span)) + ": ", "place") if diagnostic.span else ""
    lines = [f"{place}{paint(word + ':', word)} {_printable(diagnostic.message)} [{diagnostic.rule}]"]
    if diagnostic.span and diagnostic.excerpt:
        number = str(diagnostic.span.line)
        margin = " " * len(number)
        excerpt, indent, width = _underlined(diagnostic.excerpt, diagnostic.span)
        lines.append(f"{paint(f'{number} |', 'margin')} {excerpt}".rstrip())
        lines.append(f"{paint(f'{margin} |', 'margin')} {' ' * indent}{paint('^' * width, word)}")
    if diagnostic.hint:
        margin = " " * (len(str(diagnostic.span.line)) if diagnostic.span else 0)
        lines.append(f"{margin} {paint('= hint:', 'hint')} {_printable(diagnostic.hint)}")
    return "\n".join(lines)


def _underlined(excerpt: str, span: Span) -> tuple[str, int, int]:
    """Return the excerpt as shown, and where its underline begins and how wide it is, in columns of the terminal."""
    shown = [_printable(part) for part in _around(excerpt, span)]
    return "".join(shown), _columns(shown[0]), max(1, _columns(shown[1]))


def _around(excerpt: str, span: Span) -> tuple[str, str, str]:
    """Return what of a line stands before a place, in it and after it; of a long line only what is near."""
    start = max(0, min(span.column - 1, len(excerpt)))
    end = start + min(span.width, LONGEST_EXCERPT)
    first, last = max(0, start - LONGEST_EXCERPT // 2), end + LONGEST_EXCERPT // 2
    before, after = ("…" if first else ""), ("…" if last < len(excerpt) else "")
    return before + excerpt[first:start], excerpt[start:end], excerpt[end:last] + after


def _printable(text: str) -> str:
    """Show what would move the cursor or colour the terminal as harmless signs."""
    text = text.replace("\t", _TAB)
    return "".join("\ufffd" if category(character) in ("Cc", "Cs") else character for character in text)


def _columns(text: str) -> int:
    return sum(
        0 if category(character) in ("Mn", "Me", "Cf") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


def _as_json(diagnostic: Diagnostic, severity: Severity) -> dict[str, object]:
    span = diagnostic.span
    return {
        "rule": diagnostic.rule,
        "severity": severity.value,
        "path": span.path if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "width": span.width if span else None,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def _overlay_item(diagnostic: Diagnostic, severity: Severity) -> Markup:
    span = diagnostic.span
    excerpt = Markup("")
    if span and diagnostic.excerpt:
        excerpt = Markup("<pre>{}<mark>{}</mark>{}</pre>").format(*_around(diagnostic.excerpt, span))
    hint = Markup("<p>{}</p>").format(diagnostic.hint) if diagnostic.hint else Markup("")
    return Markup('<li class="{}"><code>{}</code> {} <small>{}</small>{}{}</li>').format(
        severity.value, place_of(span), diagnostic.message, diagnostic.rule, excerpt, hint
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
