"""What a build has done, and what it took: for people who want to know how far it is, or why it takes so long."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Told now and then how far a stage has come: its name, the number done, the number to do.
Progress = Callable[[str, int, int], None]


@dataclass
class StageAccount:
    """A stage: how many results it was asked for, how many it made, and the seconds that took in all processes.

    ``paths`` are the documents that it made something of.
    """

    asked: int = 0
    made: int = 0
    seconds: float = 0.0
    paths: set[str] = field(default_factory=set)


@dataclass
class Account:
    """What a build has done. It is written by the build and shows in nothing that the build makes.

    ``documents`` are the seconds that each took, by its path, ``phases`` those of the main process by the clock;
    ``reasons`` count why pages were made.
    """

    progress: Progress = lambda stage, done, total: None
    stages: dict[str, StageAccount] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)
    documents: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def ask(self, stage: str, number: int) -> None:
        """Count results that are asked of a stage."""
        self.stage(stage).asked += number

    def make(self, stage: str, path: str, seconds: float) -> None:
        """Count a result that was made, of the document at a path or of nothing in particular."""
        account = self.stage(stage)
        account.made += 1
        account.seconds += seconds
        if path:
            account.paths.add(path)
            self.documents[path] += seconds  # type: ignore[assignment]  # a Counter counts floats as well

    def stage(self, name: str) -> StageAccount:
        """Return the account of a stage."""
        return self.stages.setdefault(name, StageAccount())

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a part of the build."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + time.perf_counter() - started
