"""Compressed files beside those of the site, for servers that send them as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from octavo.model.diagnostic import Diagnostic
from octavo.model.rendering import Encoding
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import PRECOMPRESS
from octavo.render.precompressed import TEXTS


def compress_files(
    files: Mapping[str, str], endings: Iterable[str], read: Callable[[str], bytes], runner: Runner
) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """Compress the files that gain by it, each in every format; ``files`` are digests by path.

    Returns the digests of the compressed ones by path, and why there are none.
    """
    texts = {path: digest for path, digest in files.items() if path.endswith(TEXTS)}

    def expand(missing: Iterable[str]) -> Iterator[bytes]:
        return map(read, missing)

    compressed: dict[str, str] = {}
    problems: dict[Diagnostic, None] = {}
    for ending in endings:
        made = runner.run_expanded(PRECOMPRESS, Encoding(ending), list(texts.values()), expand)
        compressed |= {f"{path}.{ending}": one.digest for path, one in zip(texts, made, strict=True) if one.digest}
        problems |= {Diagnostic("compression-missing", one.problem, hint=one.hint): None for one in made if one.problem}
    return compressed, tuple(problems)
