"""What becomes of each construct that a site written for Jekyll uses, read from its folder."""

from __future__ import annotations

import posixpath
from datetime import UTC
from pathlib import Path

from octavo.model.jekyll import JekyllFolder
from octavo.model.site import Inputs
from octavo.model.source import SourceFile
from octavo.model.survey import Construct
from octavo.read.jekyll.config import folder_of, own_includes
from octavo.read.jekyll.front_matter import LAYOUTS
from octavo.read.jekyll.survey import Known, survey_site
from octavo.read.liquid.engine import Engine
from octavo.read.liquid.filters import add_filters
from octavo.read.liquid.tags import PLUGIN_TAGS, add_tags
from octavo.world.jekyll_files import jekyll_config_text


def survey_folder(site: Path, inputs: Inputs) -> tuple[Construct, ...]:
    """Survey a site by its inputs; one of Octavo's own has nothing to tell. Raises `OSError`."""
    folder = inputs.jekyll
    if folder is None:
        return ()
    documents = [_read(site, source.path) for source in inputs.notes]
    templates = [
        *_below(folder, "layouts_dir", folder.layouts),
        *_below(folder, "includes_dir", own_includes(folder)),
    ]
    return survey_site(folder.config, jekyll_config_text(site), (*documents, *templates), _known(folder))


def _read(site: Path, path: str) -> SourceFile:
    return SourceFile(path, (site / path).read_text(encoding="utf-8-sig", errors="replace"))


def _below(folder: JekyllFolder, key: str, texts: dict[str, str]) -> list[SourceFile]:
    start = folder_of(folder.config, folder.source, key)
    return [SourceFile(posixpath.join(start, path), text) for path, text in texts.items()]


def _known(folder: JekyllFolder) -> Known:
    engine = Engine({})
    add_tags(engine)
    add_filters(engine, UTC)
    return Known(
        tags=frozenset(engine.tags),
        filters=frozenset(engine.filters),
        includes=frozenset(folder.includes),
        layouts=frozenset(posixpath.splitext(path)[0] for path in folder.layouts),
        theme_layouts=LAYOUTS,
        absent_tags={name: f"prints nothing; its plug-in would have {what}" for name, what in PLUGIN_TAGS.items()},
        theme=folder.theme,
        own_tags=folder.own_tags,
        own_filters=folder.own_filters,
    )
