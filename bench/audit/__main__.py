"""Hold the built site against its targets: ``python bench/audit [--tools FOLDER]``, or ``make audit``.

Builds this repository's site, serves it compressed and under a strict policy, looks at it in Chromium and with the
tools that npm has put into the folder, prints a table in Markdown, and exits with 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from checks import (
    NotMeasuredError,
    Row,
    accessible,
    alone,
    kinds_of_pages,
    lighthouse,
    steady,
    usable,
    valid,
    weights,
)
from serving import served

REPOSITORY = Path(__file__).resolve().parents[2]

#: The pages that Lighthouse looks at.
WEIGHED = ("/", "/models/bert/", "/compare/", "/bibliography/")

sys.path.insert(0, str(REPOSITORY / "bench"))


def main() -> None:
    """Read the command line, audit, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=REPOSITORY / ".cache" / "audit")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = list(audit(Path(folder), arguments.tools))
    print("| | Target | Measured |\n|:--|--:|--:|")
    for row in rows:
        print(f"| {row.what} | {row.target} | {row.measured} |")
    for row in rows:
        for place in row.missed:
            print(f"missed: {row.what}: {place}", file=sys.stderr)
    sys.exit(any(row.missed for row in rows))


def audit(folder: Path, tools: Path) -> Iterator[Row]:
    """Build the site and a long note, and yield all rows."""
    site, note = folder / "site", folder / "note"
    build(REPOSITORY, site)
    write_long_note(folder / "long")
    build(folder / "long", note)
    urls = list(kinds_of_pages(site).values())
    with served(site) as address, served(note) as long_address:
        checks: list[tuple[str, Callable[[], Iterable[Row]]]] = [
            ("axe", lambda: accessible(address, urls, tools)),
            ("weight", lambda: weights(long_address, "/note/", "a note of 2,000 words with 10 formulas")),
            ("weight", lambda: weights(address, "/models/bert/", "`/models/bert/`")),
            ("other hosts", lambda: alone(address, urls)),
            ("Lighthouse", lambda: lighthouse(address, WEIGHED, tools)),
            ("layout shift", lambda: steady(address, urls)),
            ("valid HTML", lambda: valid(site, tools)),
            ("use", lambda: usable(address, urls)),
        ]
        for name, check in checks:
            print(f"{name} …", file=sys.stderr)
            try:
                yield from check()
            except NotMeasuredError as error:
                yield Row(name, "", f"not measured: {error}", (str(error),))


def build(source: Path, output: Path) -> None:
    """Build a site as its owner does."""
    subprocess.run([sys.executable, "-m", "octavo", "build", source, "--output", output], check=True, stdout=sys.stderr)


def write_long_note(folder: Path) -> None:
    """Write a site of one note with 2,000 words, 10 formulas and 20 citations of this repository's bibliography."""
    from made_up import OBJECTS, SUBJECTS, VERBS

    works = (REPOSITORY / "bibliography" / "language-models.bib").read_text(encoding="utf-8")
    keys = [line.partition("{")[2].rstrip(",") for line in works.splitlines() if line.startswith("@")]
    sentences: list[str] = []
    words = 0
    while words < 2000:
        place = len(sentences)
        subject, verb, what = (options[place * 7 % len(options)] for options in (SUBJECTS, VERBS, OBJECTS))
        sentences.append(f"{subject.capitalize()} {verb} {what} for the reason number {place}.")
        words += len(sentences[-1].split())
    step = len(sentences) // 20
    for number in range(20):
        sentences[number * step] += f" [@{keys[number * 5]}, p. {number + 3}]"
    for number in range(10):
        sentences[number * step * 2 + 1] += (
            f"\n\n$$\\sum_{{i={number}}}^n \\frac{{x_i^{number}}}{{\\sqrt{{d_k}}}}$$\n\n"
        )
    paragraphs = [" ".join(sentences[start : start + 8]) for start in range(0, len(sentences), 8)]
    headed = [f"## Part {place}\n\n{text}" if place % 4 == 0 else text for place, text in enumerate(paragraphs)]
    (folder / "content").mkdir(parents=True)
    (folder / "bibliography").mkdir()
    (folder / "octavo.toml").write_text('[rules]\nentry-uncited = "off"\n', encoding="utf-8")
    (folder / "bibliography" / "works.bib").write_text(works, encoding="utf-8")
    (folder / "content" / "note.md").write_text("---\ntitle: A note\n---\n" + "\n\n".join(headed), encoding="utf-8")


if __name__ == "__main__":
    main()
