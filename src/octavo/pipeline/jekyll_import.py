"""A Jekyll site translated into one of Octavo's own: notes, configuration, bibliography and files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import tomli_w

from octavo.model.document import Dialect, Json
from octavo.model.jekyll import JekyllFolder
from octavo.model.scholar import ScholarConfig
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import SourceFile, Span
from octavo.model.translation import Fate, Translated, TranslatedNote, TranslatedSite
from octavo.pipeline.jekyll import jekyll_notes
from octavo.pipeline.results import ReadFiles
from octavo.pipeline.runner import Runner
from octavo.read.jekyll.config import DEFAULTS, folder_of, own_includes
from octavo.read.jekyll.constructs import span_in
from octavo.read.jekyll.redirects import old_places, redirect_page, target_of
from octavo.read.jekyll.translate import make_translator
from octavo.read.scholar.config import TYPES
from octavo.read.scholar.filters import FILTERS

#: Keys of Jekyll's configuration that the new one has in another form, or doesn't need.
CONFIG_NOTES = {
    "title": "title",
    "name": "title",
    "description": "description",
    "author": "author",
    "lang": "language",
    "locale": "language",
    "url": "base_url",
    "baseurl": "base_url",
    "scholar": "the table [scholar]",
    "callouts": "the table [callouts]",
    "defaults": "the front matter of each note",
    "collections": "folders of content/",
    "collections_dir": "folders of content/",
    "permalink": "the permalink of each note",
    "kramdown": 'dialect = "kramdown"',
    "markdown": 'dialect = "kramdown"',
}


#: Keys that tell Jekyll how to work.
JEKYLLS_OWN = (*DEFAULTS, "gems", "whitelist", "theme", "remote_theme", "sass", "port", "host", "safe", "incremental")

#: A key of the configuration, which begins its line.
KEY = re.compile(r"^([\w-]+)[ \t]*:", re.MULTILINE)


def import_site(
    inputs: Inputs, folder: JekyllFolder, config: SourceFile, read_files: ReadFiles, runner: Runner
) -> TranslatedSite:
    """Translate a site; ``config`` is the text of its configuration."""
    settings, originals = jekyll_notes(inputs, folder, read_files, runner)
    translate = make_translator(settings)
    notes = _with_distinct_paths(translate(one) for one in originals if not one.document.redirect_to)
    texts = {note.path: note.text for note in notes}
    documents = [note.document for note in originals]
    leading_on = {one.output: target_of(one, folder.config) for one in documents if one.redirect_to}
    places = (old_places(documents, folder) | leading_on).items()
    texts = {f"static/{path}": redirect_page(url) for path, url in places} | texts
    texts["octavo.toml"] = tomli_w.dumps(_config(inputs, folder))
    copies = {f"static{asset.url}": asset.source for asset in inputs.assets if not asset.source.startswith("theme:")}
    copies = {path: source for path, source in copies.items() if path not in texts}
    copies |= {_beside(source.path, inputs): source.path for source in inputs.bibliographies}
    texts |= {_beside(path, inputs): style for path, style in inputs.styles.items()}
    pieces = (
        *_of_config(config),
        *_of_templates(folder),
        *(piece for note in notes for piece in note.pieces),
    )
    return TranslatedSite(texts, copies, tuple(sorted(pieces)))


def _with_distinct_paths(notes: Iterator[TranslatedNote]) -> list[TranslatedNote]:
    """Give a note another name whose path another one has: ``a.md`` and ``a.html`` may lie side by side."""
    taken: dict[str, TranslatedNote] = {}
    for note in notes:
        path, number = note.path, 2
        while path in taken:
            stem, ending = posixpath.splitext(note.path)
            path, number = f"{stem}-{number}{ending}", number + 1
        taken[path] = msgspec.structs.replace(note, path=path)
    return list(taken.values())


def _config(inputs: Inputs, folder: JekyllFolder) -> dict[str, Any]:
    """Return what the new site's configuration says: all that differs from a native site's."""
    usual = SiteConfig(dialect=Dialect.OCTAVO)
    ours = msgspec.structs.replace(
        inputs.config,
        dialect=Dialect.KRAMDOWN,
        raw_html=True,
        output=usual.output,
        drafts=usual.drafts,
        rules=usual.rules,
        extras=usual.extras,
        scholar=usual.scholar,
    )
    values: dict[str, Any] = {
        name: msgspec.to_builtins(value)
        for name in ours.__struct_fields__
        if (value := getattr(ours, name)) != getattr(usual, name)
    }
    scholar = _scholar(folder.config.get("scholar"), inputs)
    return values | ({"scholar": scholar} if scholar else {})


def _scholar(value: Json, inputs: Inputs) -> dict[str, Json]:
    """Return the settings of jekyll-scholar that there are, a style by its new place.

    The folder is left out, which is bibliography/ now, and so are keys of other plug-ins that share the table, and
    filters that the site's own code defines. What is another one by default in a native site stands in it, if the
    site has a bibliography at all.
    """
    given = value if isinstance(value, dict) else {}
    known = {key: one for key, one in given.items() if key in TYPES and key != "source" and one is not None}
    if isinstance(filters := known.get("bibtex_filters"), list):
        known["bibtex_filters"] = [one for one in filters if one in FILTERS]
    if inputs.bibliographies:
        known = {"keeps_ids": True, "sort_by": "none", "bibliography": ScholarConfig().bibliography} | known
    style = str(known.get("style", ""))
    is_file = style.endswith(".csl") and "://" not in style
    return known | ({"style": _beside(posixpath.normpath(style).lstrip("/"), inputs)} if is_file else {})


def _beside(path: str, inputs: Inputs) -> str:
    """Return where a bibliography or a style goes: the folder that these are in is bibliography/ now."""
    start = f"{inputs.config.scholar.source}/"
    return f"bibliography/{path.removeprefix(start) if path.startswith(start) else posixpath.basename(path)}"


def _of_config(config: SourceFile) -> Iterator[Translated]:
    for found in KEY.finditer(config.text):
        span = span_in(config, found.start(), len(found[1]))
        if found[1] in CONFIG_NOTES:
            yield Translated(span, Fate.TRANSLATED, f"{found[1]}:", CONFIG_NOTES[found[1]])
        else:
            reason = "Jekyll's own" if found[1] in JEKYLLS_OWN else "what templates printed of it stands in the notes"
            yield Translated(span, Fate.DROPPED, f"{found[1]}:", reason)


def _of_templates(folder: JekyllFolder) -> Iterator[Translated]:
    places: tuple[tuple[str, Mapping[str, object], Fate, str], ...] = (
        ("layouts_dir", folder.layouts, Fate.DROPPED, "Octavo's theme stands around notes"),
        ("includes_dir", own_includes(folder), Fate.TRANSLATED, "what it prints stands in the notes that include it"),
        ("data_dir", folder.data, Fate.TRANSLATED, "what notes print of it stands in them"),
    )
    for key, texts, fate, note in places:
        for path in texts:
            where = posixpath.join(folder_of(folder.config, folder.source, key), path)
            yield Translated(Span(where, 1), fate, posixpath.basename(path), note)
