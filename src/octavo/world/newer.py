"""A first glance at a site, before anything is imported that could read it: was something written lately?"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

#: The folders in which people write.
WRITTEN = ("content", "bibliography")


def has_newer(site: Path, memo: Path) -> bool:
    """Tell whether a note or bibliography of a site is newer than its ``memo``, which a build writes last.

    That is a guess by times of modification, good enough to get ready for work that may come: it misses a note that was
    written while the memo was, and one of a folder behind a link. Without a memo nothing is newer.
    """
    with suppress(OSError):  # a folder that can't be read is told of by who reads the site
        last = memo.stat().st_mtime_ns
        folders = [f"{site}/{name}" for name in WRITTEN]
        for folder in folders:  # which grows
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.stat(follow_symlinks=False).st_mtime_ns > last:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
    return False
