"""A build that need not be run: the whole of it remembered by the digest of its inputs."""

from __future__ import annotations

from collections.abc import Callable

from octavo.memo import ForgottenError, Memo, RenewedMemo, digest_of
from octavo.model.packing import decoded, encoded
from octavo.model.site import Build, Inputs
from octavo.world.publish import Contents

#: Builds the inputs with a memo.
Run = Callable[[Memo], tuple[Build, Contents]]


class LaterContents:
    """The contents of a build that was recalled, or that relies on a memo: it is run if it must be after all."""

    def __init__(self, contents: Contents | None, memo: Memo, run: Run) -> None:
        self._contents = contents
        self._memo = memo
        self._run = run

    def read(self, digest: str) -> bytes:
        """Return the bytes with this digest."""
        if self._contents is None:
            _, self._contents = run_build(self._memo, self._run)
        try:
            return self._contents.read(digest)
        except ForgottenError:
            _, self._contents = self._run(RenewedMemo(self._memo))
            return self._contents.read(digest)


def build_or_recall(inputs: Inputs, memo: Memo, run: Run) -> tuple[Build, Contents]:
    """Return what building these inputs makes, without running it if it is known; ``run`` builds them."""
    key = "build" + digest_of(encoded(inputs))
    known = memo.get_many([key]).get(key)
    if known is not None:
        return decoded(known, Build), LaterContents(None, memo, run)
    build, contents = run_build(memo, run)
    memo.put_many({key: encoded(build)})
    return build, LaterContents(contents, memo, run)


def run_build(memo: Memo, run: Run) -> tuple[Build, Contents]:
    """Run a build, and once more from the beginning if the memo has forgotten what it needs."""
    try:
        return run(memo)
    except ForgottenError:
        return run(RenewedMemo(memo))
