"""Templates: texts by name in, HTML out. With `octavo.render.escaping` the only importer of Jinja."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from functools import partial
from traceback import walk_tb
from types import FrameType
from typing import Any

import msgspec
from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FunctionLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.bccache import Bucket
from jinja2.utils import missing
from markupsafe import Markup

from octavo.model.diagnostic import Diagnostic
from octavo.model.source import Span
from octavo.render.escaping import EscapingCode

#: The folder of a site (and of the theme) that holds its templates.
FOLDER = "templates/"

#: How many pieces of HTML are kept for other pages; the oldest make room.
KEPT = 2048


class TemplateProblem(Exception):  # noqa: N818  # it carries a problem, as all stages report them
    """A template that cannot be compiled or fails while rendering; ``diagnostic`` says where and why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Templates:
    """Templates by name (``page.html.jinja``), each compiled when it is first rendered."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = dict(sources)
        self._environment = _make_environment(self._sources)
        self._kept: dict[Hashable, Markup] = {}

    def has(self, name: str) -> bool:
        """Tell whether there is a template of this name."""
        return name in self._sources

    def render(self, name: str, **context: object) -> Markup:
        """Render a template. Raises `TemplateProblem` as `text` does."""
        return Markup(self.text(name, **context))

    def text(self, name: str, **context: object) -> str:
        """Render a template to a plain text, for what goes into no other.

        Raises `TemplateProblem` if it or one that it includes is missing, has a syntax error, uses an undefined name
        or fails in any other way.
        """
        try:
            return self._environment.get_template(name).render(context)
        except TemplateNotFound as error:
            raise TemplateProblem(self._missing(name, error)) from error
        except TemplateSyntaxError as error:
            raise TemplateProblem(self._syntax_error(name, error)) from error
        except Exception as error:  # an expression in a template can raise anything
            raise TemplateProblem(self._failure(name, error)) from error

    def render_once(self, name: str, key: Hashable, context: Callable[[], Mapping[str, object]]) -> Markup:
        """Render a template once for each ``key``, which must tell all that the HTML depends on.

        Raises `TemplateProblem` as `render` does.
        """
        known = self._kept.get((name, key))
        if known is None:
            known = self.render(name, **context())
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[name, key] = known
        return known

    def check(self) -> tuple[Diagnostic, ...]:
        """Compile every template, also those that no page uses; return what is wrong with them."""
        problems = []
        for name in sorted(self._sources):
            try:
                self._environment.get_template(name)
            except TemplateSyntaxError as error:
                problems.append(self._syntax_error(name, error))
        return tuple(problems)

    def _missing(self, name: str, error: TemplateNotFound) -> Diagnostic:
        wanted = str(error.name or name)
        place, line = (name, 1) if wanted == name else _innermost(error, self._sources)[:2]
        return self._diagnostic(f"no template '{wanted}'", place, line, wanted, _did_you_mean(wanted, self._sources))

    def _syntax_error(self, name: str, error: TemplateSyntaxError) -> Diagnostic:
        return self._diagnostic(error.message or "syntax error", error.name or name, error.lineno)

    def _failure(self, name: str, error: Exception) -> Diagnostic:
        place, line, scope = _innermost(error, self._sources)
        if isinstance(error, _UndefinedNameError):
            known = scope if error.owner is missing else _names_of(error.owner)
            return self._diagnostic(str(error), place or name, line, error.name, _did_you_mean(error.name, known))
        return self._diagnostic(f"{type(error).__name__}: {error}", place or name, line)

    def _diagnostic(self, message: str, name: str, line: int, culprit: str = "", hint: str = "") -> Diagnostic:
        lines = self._sources.get(name, "").splitlines()
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
        marked = culprit if culprit and culprit in excerpt else excerpt.strip()
        span = Span(FOLDER + name, line, excerpt.find(marked) + 1, max(len(marked), 1))
        return Diagnostic("template-invalid", message, span, excerpt, hint)


def make_templates(sources: Mapping[str, str]) -> Templates:
    """Return the templates whose texts are given by name; none is read from anywhere else."""
    return Templates(sources)


def check_templates(sources: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Return the templates' mistakes in syntax."""
    return make_templates(sources).check()


def format_date(iso: str) -> str:
    """Write an ISO 8601 date as a reader does; other text stays as it is.

    >>> format_date("2026-11-23")
    '23 November 2026'
    """
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


#: English whatever the locale of the machine, which ``strftime`` would follow.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class _UndefinedNameError(UndefinedError):
    """A name that is not defined; ``owner`` is the value that lacks it, or Jinja's ``missing`` for a variable."""

    def __init__(self, message: str, owner: object, name: str) -> None:
        super().__init__(message)
        self.owner = owner
        self.name = name


class _Undefined(StrictUndefined):
    """A strict undefined value whose error knows the name and whose it should be, to suggest a near one."""

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: object = None
    ) -> None:
        error = partial(_UndefinedNameError, owner=obj, name=str(name))
        super().__init__(hint, obj, name, error)  # type: ignore[arg-type]  # Jinja only calls it with a message

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        if self._undefined_obj is missing:
            return f"'{self._undefined_name}' is not defined"
        return f"{type(self._undefined_obj).__name__} has no '{self._undefined_name}'"


class _CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder that only this user can write, as Python keeps its own: compiling takes long."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk must not fail the build
            super().dump_bytecode(bucket)


def _compiled_templates() -> _CompiledTemplates | None:
    try:
        return _CompiledTemplates(pattern="octavo_compiled_%s.cache")
    except (OSError, RuntimeError):  # there is no such folder, or it isn't safe
        return None


def _make_environment(sources: Mapping[str, str]) -> Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        return (sources[name], FOLDER + name, None) if name in sources else None

    environment = Environment(
        loader=FunctionLoader(load),
        undefined=_Undefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_compiled_templates(),
    )
    environment.code_generator_class = EscapingCode
    environment.filters["date"] = format_date
    del environment.globals["lipsum"], environment.filters["random"]  # a site is the same each time it is built
    return environment


def _innermost(error: Exception, sources: Mapping[str, str]) -> tuple[str, int, list[str]]:
    """Return the name of the template in which an error was raised, its line, and the variables known there."""
    place, line, scope = "", 1, list[str]()
    for frame, frame_line in walk_tb(error.__traceback__):
        name = _template_of(frame)
        if name in sources:
            place, line, scope = name, frame_line, sorted(frame.f_locals)
    return place, line, scope


def _template_of(frame: FrameType) -> str:
    return frame.f_code.co_filename.removeprefix(FOLDER)


def _names_of(owner: object) -> list[str]:
    if isinstance(owner, Mapping):
        return [str(key) for key in owner]
    if isinstance(owner, msgspec.Struct):
        return list(owner.__struct_fields__)
    return [name for name in dir(owner) if not name.startswith("_")]


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=2)
    return "did you mean " + " or ".join(f"'{candidate}'" for candidate in near) + "?" if near else ""
