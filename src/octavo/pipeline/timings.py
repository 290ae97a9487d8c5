"""The account of a build as a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from octavo.pipeline.account import Account

#: How many of the slowest notes are told of.
SLOWEST = 10


def render_timings(account: Account) -> str:
    """Render where the time went: by phase, by stage, and the slowest notes."""
    return "".join(f"{line}\n" for line in _lines(account))


def _lines(account: Account) -> Iterator[str]:
    yield "By the clock:"
    for name, seconds in account.phases.items():
        yield f"  {name:<16}{'':>18}{seconds:9.3f} s"
    stages = {name: stage for name, stage in account.stages.items() if stage.made}
    if stages:
        yield "Stages, in all processes:"
    for name, stage in sorted(stages.items(), key=lambda named: -named[1].seconds):
        yield f"  {name:<16}{stage.made:>7} of {stage.asked:>7}{stage.seconds:9.3f} s"
    slowest = account.documents.most_common(SLOWEST)
    if slowest:
        yield "Pages that took longest:"
    for path, seconds in slowest:
        yield f"  {seconds:9.3f} s  {path}"
