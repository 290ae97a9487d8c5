"""A build that need not be run: the whole of it remembered by the digest of its inputs."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from octavo.memo import Memo, digest_of
from octavo.model.site import Build, Inputs
from octavo.world.publish import Contents


class LaterContents:
    """The contents of a build that was only recalled; the build is run if anyone asks for them after all."""

    def __init__(self, run: Callable[[], tuple[Build, Contents]]) -> None:
        self._run = run
        self._contents: Contents | None = None

    def read(self, digest: str) -> bytes:
        """Return the bytes with this digest."""
        if self._contents is None:
            _, self._contents = self._run()
        return self._contents.read(digest)


def build_or_recall(
    inputs: Inputs,
    memo: Memo,
    run: Callable[[], tuple[Build, Contents]],
) -> tuple[Build, Contents]:
    """Return what building these inputs makes, without running it if it is known; ``run`` builds them."""
    key = "build" + digest_of(msgspec.msgpack.encode(inputs, order="deterministic"))
    known = memo.get_many([key]).get(key)
    if known is not None:
        return msgspec.msgpack.decode(known, type=Build), LaterContents(run)
    build, contents = run()
    memo.put_many({key: msgspec.msgpack.encode(build)})
    return build, contents
