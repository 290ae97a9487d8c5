"""What Octavo brings for every site: its theme and its font, under what a site lays over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import octavo
from octavo.model.diagnostic import Diagnostic
from octavo.model.source import Asset
from octavo.world.files import FoundFile, find_file, find_files, outside, unreadable
from octavo.world.texts import SiteFiles

#: Octavo's own font for the cards of pages, below its package.
FONT = "fonts/EBGaramond12-Subset.otf"

#: Returns the digest of a file.
Digest = Callable[[FoundFile], str]


def theme_folder() -> Path:
    """Return where the default theme is: inside the installed package, or at the top of a checkout."""
    package = Path(octavo.__file__).parent
    installed = package / "theme"
    return installed if installed.is_dir() else package.parent.parent


def read_templates(own: Iterable[FoundFile], files: SiteFiles, problems: list[Diagnostic]) -> dict[str, str]:
    """Read the templates of the theme and those that a site lays over them, by path below their folder."""
    found = [*find_files(theme_folder(), "templates", (), problems), *own]
    texts = files.read_texts([file for file in found if file.path.endswith(".jinja")], problems)
    return {path.removeprefix("templates/"): text for path, text in texts.items()}


def find_font(folder: Path, own: str, files: SiteFiles, digest: Digest, problems: list[Diagnostic]) -> Asset | None:
    """Find the font of the cards: the site's ``own``, a path in its folder, or Octavo's."""
    if own and not (folder / own).resolve().is_relative_to(folder):
        problems.append(outside(own))
        return None
    file = find_file(folder, own) if own else find_file(Path(octavo.__file__).parent, FONT)
    if file is None:
        problems.append(unreadable(own, "there is no such file"))
        return None
    source = own or f"octavo:{FONT}"
    files.locations[source] = file.location
    return Asset(source, "", digest(file), file.signature.size)
