"""Write a made-up site to measure by: ``python bench/generate.py DIR --pages 1000``, for Octavo or for Hugo.

The same arguments write the same bytes. What is on the pages is in ``made_up.py``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from hugo_site import write_hugo_site
from octavo_site import write_octavo_site
from pages import Scope, Size


def main() -> None:
    """Read the command line and write the site."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--for", dest="generator", choices=("octavo", "hugo"), default="octavo")
    parser.add_argument(
        "--scope", type=Scope, choices=list(Scope), default=Scope.WHOLE, help="what of the site is made"
    )
    for name, number in Size()._asdict().items():
        parser.add_argument(f"--{name}", type=int, default=number)
    arguments = parser.parse_args()
    size = Size(arguments.pages, arguments.entries, min(arguments.cited, arguments.entries), arguments.citations)
    write = write_octavo_site if arguments.generator == "octavo" else write_hugo_site
    write(arguments.folder, size, arguments.scope)


if __name__ == "__main__":
    main()
