"""Reading bytes as values, in several threads."""

from __future__ import annotations

import subprocess
import sys

#: Classes that contain each other take some time to be met; two threads meet each of them at once.
MEETING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import msgspec

from octavo.model.packing import decoded, encoded, typed

sys.setswitchinterval(1e-6)
together = Barrier(2)


def classes(count):
    made = []
    for number in range(count):
        made.append(msgspec.defstruct(f"C{number}", [(one.__name__, tuple[one, ...], ()) for one in made]))
    return made[-1]


def read(kind):
    together.wait()
    return decoded(encoded(kind()), kind) == kind()


def convert(kind):
    together.wait()
    return typed({}, kind) == kind()


with ThreadPoolExecutor(2) as pool:
    for first, second in [(read, read), (convert, convert), (read, convert)] * 30:
        kind = classes(12)
        results = [pool.submit(one, kind) for one in (first, second)]
        assert all(one.result() for one in results)
"""


def test_two_threads_may_read_values_of_a_class_that_nobody_has_read() -> None:
    subprocess.run([sys.executable, "-c", MEETING], check=True)
