"""The command line. Each command imports what it uses when it runs: start-up time is felt."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavo import __version__

if TYPE_CHECKING:
    from octavo.build import Shelf
    from octavo.memo import Memo
    from octavo.model.site import Build, Inputs
    from octavo.pipeline.account import Account
    from octavo.world.pool import ClosablePool
    from octavo.world.publish import Contents, Published

S = TypeVar("S", bound="Shelf")
F = TypeVar("F", bound=Callable[..., Any])

#: Exit codes: the site has errors; the command was used wrongly; Ctrl-C.
HAS_ERRORS, WRONG_USAGE, INTERRUPTED = 1, 2, 130

SITE = click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
STRICT = click.option("--strict", is_flag=True, help="Count warnings as errors; with any error, publish nothing.")
THEME = click.option(
    "--theme",
    type=click.Choice(["own", "octavo"]),
    help="Of a Jekyll site: its own layouts, or Octavo's theme.  [default: its own, if it needs no gem]",
)
DRAFTS = click.option("--drafts", is_flag=True, help="Publish drafts, too.")
PROFILE = click.Path(dir_okay=False, writable=True, path_type=Path)
EXECUTOR_HELP = "Use the workers of a Dask cluster instead: dask://HOST:8786"
JSON = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on standard output.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="octavo")
def commands() -> None:
    """Octavo builds a site out of scholarly notes: every citation checked, formatted and linked both ways.

    \b
    Start:   octavo new my-notes
    Write:   octavo serve my-notes --open
    Publish: octavo build my-notes --base-url https://example.org/notes
    """


@commands.command()
@SITE
@click.option("--output", "-o", metavar="DIR", help="The folder to publish into.  [default: _site, in the site]")
@STRICT
@THEME
@DRAFTS
@click.option("--base-url", metavar="URL", help="Where the site will be: https://example.org/notes")
@click.option("--no-cache", is_flag=True, help="Make everything anew, and remember nothing.")
@click.option("--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Processes to use.  [default: all cores]")
@click.option("--executor", metavar="URL", help=EXECUTOR_HELP)
@click.option("--timings", is_flag=True, help="Tell what took how long, and which pages took longest.")
@click.option("--profile", type=PROFILE, metavar="FILE", help="Write a profile of one process (cProfile's format).")
@JSON
def build(
    site: Path,
    output: str | None,
    strict: bool,
    theme: str | None,
    drafts: bool,
    base_url: str | None,
    no_cache: bool,
    jobs: int | None,
    executor: str | None,
    timings: bool,
    profile: Path | None,
    as_json: bool,
) -> None:
    """Build the site in the folder SITE (by default this one).

    Only files that have changed are written, and none if the build fails. A problem in a note is marked in its page
    and the site is still published, with exit code 1.

    \b
    Examples:
      octavo build
      octavo build ~/notes --output /var/www/notes
      octavo build --strict --json > report.json
      octavo build --executor dask://192.168.0.7:8786
    """
    from octavo.pipeline.account import Account
    from octavo.world.publish import Published, PublishError, publish
    from octavo.world.shelf import OutputShelf

    started = time.perf_counter()
    overrides = _overrides(base_url, theme, drafts)
    make_pool = _pool_maker(jobs, executor, profile)

    def shelf_of(inputs: Inputs) -> OutputShelf:
        return OutputShelf(Path(output) if output is not None else site / inputs.config.output)

    account = Account()
    with (
        _profiled(profile),
        _built(site, overrides, shelf_of, no_cache, make_pool, as_json, account) as built,
    ):
        inputs, made, contents, shelf = built
        has_errors = _report(made, inputs, strict, as_json)
        may_publish = made.publishable and not (strict and has_errors)
        try:
            with account.phase("publish"):
                published = publish(made, contents, shelf, site) if may_publish else Published(0, 0, 0)
        except (PublishError, OSError) as error:
            if as_json:
                _print_json(made, inputs, strict, _facts(made, False, Published(0, 0, 0), started, account, str(error)))
            raise
    if as_json:
        _print_json(made, inputs, strict, _facts(made, may_publish, published, started, account))
    elif may_publish:
        seconds = time.perf_counter() - started
        click.echo(
            f"Built {made.pages} pages: {_summary(account)}; wrote {published.written} of {len(made.outputs)} files to"
            f" {shelf.folder}{f', removed {published.removed}' if published.removed else ''} in {seconds:.2f} s"
        )
    else:
        click.echo("Nothing was published.", err=True)
    if timings:
        from octavo.pipeline.timings import render_timings

        click.echo(render_timings(account), err=True, nl=False)
    raise SystemExit(HAS_ERRORS if has_errors else 0)


@commands.command()
@SITE
@STRICT
@THEME
@JSON
def check(site: Path, strict: bool, theme: str | None, as_json: bool) -> None:
    """Report every problem of the site in the folder SITE, and write nothing.

    Checks what a build checks: citations, links, images, labels, formulas, front matter, bibliography, templates. Of a
    site written for Jekyll it also says, construct by construct, what works, what differs and what will be missing.

    \b
    Example:
      octavo check --strict
    """
    from octavo.pipeline.account import Account
    from octavo.render.survey import construct_facts, render_survey
    from octavo.world.shelf import FullShelf
    from octavo.world.surveying import survey_folder

    # The index and compressed files have no problems of the site's.
    overrides = {**_overrides(None, theme), "search_index": False, "precompress": ()}
    make_pool = _pool_maker()
    with _built(site, overrides, lambda _: FullShelf(), False, make_pool, as_json, Account()) as (inputs, made, _, _):
        has_errors = _report(made, inputs, strict, as_json)
    survey = survey_folder(site, inputs)
    if survey and not as_json:
        click.echo(render_survey(survey), nl=False)
    if as_json:
        constructs = {"constructs": [construct_facts(one) for one in survey]} if survey else {}
        _print_json(made, inputs, strict, {"pages": made.pages, "files": len(made.outputs), **constructs})
    elif not made.diagnostics:
        click.echo(f"Checked {made.pages} pages: no problem.")
    raise SystemExit(HAS_ERRORS if has_errors else 0)


@commands.command()
@SITE
@click.option("--port", "-p", type=click.IntRange(1, 65535), default=4000, show_default=True, help="The port to use.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@THEME
def serve(site: Path, port: int, open_browser: bool, theme: str | None) -> None:
    """Preview the site in the folder SITE on 127.0.0.1, and reload the open page when a file changes.

    Nothing is written: the pages are served from memory. Problems are shown over the page, and drafts are included.

    \b
    Example:
      octavo serve --port 8000 --open
    """
    from octavo.serve import serve_site

    raise SystemExit(serve_site(site, port, open_browser, _overrides(None, theme)))


@commands.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def new(directory: Path) -> None:
    """Make a small site in the new folder DIR; it builds at once and shows every feature.

    \b
    Example:
      octavo new my-notes && octavo serve my-notes --open
    """
    from octavo.world.scaffold import write_scaffold

    _refuse_if_not_empty(directory)
    written = write_scaffold(directory)
    click.echo(f"Made {len(written)} files in {directory}. Preview them with: octavo serve {directory} --open")


@commands.command("import")
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def import_(site: Path, directory: Path) -> None:
    """Translate the site in the folder SITE, written for Jekyll, into one of Octavo's own in the new folder DIR.

    Nothing in SITE is changed. Liquid has run in the notes of the new site, but for the tags of jekyll-scholar. A
    report of all that was kept, translated or dropped lies beside them, in import-report.txt.

    \b
    Example:
      octavo import old-site my-notes && octavo serve my-notes --open
    """
    from octavo.render.report import render_text
    from octavo.world.importing import REPORT, NoJekyllSiteError, import_folder

    _refuse_if_not_empty(directory)
    try:
        imported, problems = import_folder(site, directory)
    except NoJekyllSiteError as error:
        raise click.UsageError(f"{site} has no _config.yml: it is no site written for Jekyll") from error
    if problems:
        click.echo(render_text(problems, {}, False, False), err=True, nl=False)
    fates = Counter(piece.fate.value for piece in imported.pieces)
    told = ", ".join(f"{number} {fate}" for fate, number in sorted(fates.items()))
    click.echo(
        f"Wrote {len(imported.texts) + len(imported.copies)} files to {directory}: {told} (see {directory / REPORT})"
    )


@commands.command()
@SITE
def clean(site: Path) -> None:
    """Remove what Octavo made for the site in the folder SITE: the files it published, and its cache.

    Files in the output folder that Octavo didn't publish stay.

    \b
    Example:
      octavo clean
    """
    from octavo.world.publish import unpublish
    from octavo.world.store import remove_store
    from octavo.world.workspace import Workspace

    output = site / Workspace(site).read_config().output
    removed = unpublish(output)
    remove_store(site)
    click.echo(f"Removed {removed} files from {output}, and the cache.")


def _refuse_if_not_empty(directory: Path) -> None:
    if directory.exists() and any(directory.iterdir()):
        raise click.UsageError(f"{directory} is not empty: name a folder that doesn't exist yet")


def main() -> None:
    """Run the command line; an error of the system is a message, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # both are text files
    from octavo.world.executors import ExecutorError
    from octavo.world.publish import PublishError

    try:
        commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(WRONG_USAGE) from error
    except (click.Abort, KeyboardInterrupt) as error:
        raise SystemExit(INTERRUPTED) from error
    except (ExecutorError, PublishError, OSError) as error:
        click.echo(f"octavo: {error}", err=True)
        raise SystemExit(HAS_ERRORS) from error


def run() -> None:
    """Run the command line as a process of its own, which ends at once: clearing up its memory takes time."""
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, int) and threading.active_count() == 1:
            with suppress(OSError):  # nobody may read it any more
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(end.code)
        raise


def _overrides(base_url: str | None, theme: str | None = None, drafts: bool = False) -> dict[str, Any]:
    overrides: dict[str, Any] = {"theme": theme} if theme else {}
    if drafts:
        overrides["drafts"] = True
    if base_url is None:
        return overrides
    from octavo.read.config import check_base_url

    try:
        return {**overrides, "base_url": check_base_url(base_url)}
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--base-url") from error


def _pool_maker(
    jobs: int | None = None, executor: str | None = None, profile: Path | None = None
) -> Callable[[], ClosablePool]:
    """Return what makes the pool to build in, when there is anything to build."""
    from octavo.world.executors import check_executor

    if executor is not None and (jobs or profile):
        raise click.UsageError(f"--executor runs elsewhere what {'--jobs' if jobs else '--profile'} is about: name one")
    try:
        address = check_executor(executor) if executor is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--executor") from error

    def make() -> ClosablePool:
        if address is None:
            from octavo.world.pool import make_pool

            return make_pool(1 if profile else jobs)
        from octavo.world.dask import DaskPool

        return DaskPool(address)

    return make


@contextmanager
def _built(
    site: Path,
    overrides: Mapping[str, Any],
    shelf_of: Callable[[Inputs], S],
    no_cache: bool,
    make_pool: Callable[[], ClosablePool],
    quiet: bool,
    account: Account,
) -> Iterator[tuple[Inputs, Build, Contents, S]]:
    """Build a site, but for the pages on the shelf; its contents can be read while this is open."""
    from octavo.memo import NullMemo
    from octavo.world.newer import has_newer
    from octavo.world.spool import FileSpool
    from octavo.world.store import Store, memo_file, open_store

    @cache
    def pool() -> ClosablePool:
        """Make the pool as soon as anything has changed, or seems to: its companions get ready meanwhile."""
        from octavo.pipeline.readiness import preparations
        from octavo.world.files import is_jekyll_by
        from octavo.world.pool import collect_less_often, collecting_no_garbage

        made = closing_in_the_end.enter_context(closing(make_pool()))
        if made.jobs > 1:
            closing_in_the_end.enter_context(collecting_no_garbage())
        else:
            collect_less_often()
        made.get_ready(preparations(bool(is_jekyll_by(site))))
        return made

    def run(memo: Memo) -> tuple[Build, Contents]:
        with _progress(quiet) as progress:
            account.progress = progress
            pool().use_waiting(lambda: shelf.has(""))  # which looks at all that is published
            from octavo.build import Means, build  # slow to import: most commands build nothing

            try:
                return build(inputs, Means(memo, spool, pool(), workspace, account, shelf))
            finally:
                pool().end()

    with ExitStack() as closing_in_the_end:
        with account.phase("read"):
            if not no_cache and has_newer(site, memo_file(site)):
                pool()
            from octavo.world.digests import load_digests  # while companions import theirs
            from octavo.world.recall import build_or_recall
            from octavo.world.workspace import Workspace

            store = closing_in_the_end.enter_context(Store(None) if no_cache else open_store(site))
            spool = closing_in_the_end.enter_context(FileSpool())
            digests = load_digests(site, store, pool)
            workspace = Workspace(site, overrides, digests)
            inputs = workspace.read()
            digests.save(site, store)
        shelf = shelf_of(inputs)
        yield inputs, *build_or_recall(inputs, NullMemo() if no_cache else store, run), shelf


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show how far the build has come: a bar on a terminal, a line now and then in a log."""
    if quiet:
        yield lambda stage, done, total: None
    elif sys.stderr.isatty():
        with _progress_bar() as show:
            yield show
    else:
        yield _log_progress


@contextmanager
def _progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn())
    # Refreshing by itself takes a thread, and a process with threads can't fork its workers.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total, refresh=True)

        yield show


#: In arguments of a stage: a log needs no line for less.
_WORTH_A_LINE = 200


def _log_progress(stage: str, done: int, total: int) -> None:
    if done == total and total >= _WORTH_A_LINE:
        click.echo(f"{stage}: {total}", err=True)


def _report(made: Build, inputs: Inputs, strict: bool, as_json: bool) -> bool:
    """Print the problems for people, unless a program reads; tell whether there are errors."""
    from octavo.render.report import has_errors, render_text

    rules = inputs.config.rules
    if made.diagnostics and not as_json:
        colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
        click.echo(render_text(made.diagnostics, rules, strict, colour), err=True, nl=False)
    return has_errors(made.diagnostics, rules, strict)


def _summary(account: Account) -> str:
    """Say how many notes were parsed and pages rendered, and why."""
    reasons = ", ".join(f"{number} {reason}" for reason, number in account.reasons.most_common())
    parsed, rendered = _parsed(account), account.stage("page").made
    return f"{parsed} parsed, {rendered} rendered{f' ({reasons})' if reasons else ''}"


def _parsed(account: Account) -> int:
    return account.stage("parse").made + account.stage("jekyll text").made


@contextmanager
def _profiled(file: Path | None) -> Iterator[None]:
    """Write a profile of what is done meanwhile to a file, if there is one."""
    if file is None:
        yield
        return
    from cProfile import Profile

    with Profile() as profile:
        yield
    profile.dump_stats(file)


def _facts(
    made: Build,
    is_published: bool,
    published: Published,
    started: float,
    account: Account,
    error: str | None = None,
) -> dict[str, object]:
    """Return what a report for programs says of a build; an ``error`` is what kept it from being published."""
    return {
        "pages": made.pages,
        "files": len(made.outputs),
        "made": {
            "parsed": _parsed(account),
            "rendered": account.stage("page").made,
            "reasons": dict(account.reasons.most_common()),
        },
        "published": is_published,
        **published._asdict(),
        "error": error and error.encode(errors="replace").decode(),  # a folder's name may be any bytes
        "seconds": round(time.perf_counter() - started, 3),
    }


def _print_json(made: Build, inputs: Inputs, strict: bool, facts: Mapping[str, object]) -> None:
    from octavo.render.report import render_json

    click.echo(render_json(made.diagnostics, inputs.config.rules, strict, facts))
