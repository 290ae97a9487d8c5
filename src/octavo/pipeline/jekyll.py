"""The texts of a Jekyll site, parsed: first the heads of all, then each text with what its templates mention."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.dialect import NoteSettings
from octavo.model.document import Dialect, Json
from octavo.model.jekyll import Head, JekyllDocument, JekyllFolder, JekyllNote, JekyllSettings, Theme, pack
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Source, SourceFile
from octavo.pipeline.results import ParsedData, ParsedNote, ParsedSite, ReadFiles
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import JEKYLL_DATA, JEKYLL_HEAD, JEKYLL_TEXT, NoSettings
from octavo.read.jekyll.config import folder_of
from octavo.read.jekyll.documents import list_documents
from octavo.read.jekyll.heads import Need, body_of, included_in, layout_of, mentions, relative_in
from octavo.read.jekyll.made import made_documents
from octavo.read.jekyll.pagination import paginate
from octavo.read.jekyll.redirects import redirect_files
from octavo.read.jekyll.style_sheets import is_sass
from octavo.read.jekyll.theme_data import with_theme_data
from octavo.read.rules.kramdown.options import parse_options

#: What of ``site`` is made of its documents.
OF_DOCUMENTS = frozenset(
    f"site.{key}"
    for key in (
        "pages posts documents html_pages collections categories tags related_posts static_files html_files"
    ).split()
)


#: What the name of a file that templates include from beside a text begins with, among what they mention.
RELATIVE = "beside/"


class NoteIdentity(NamedTuple):
    """What determines a text: what is known of it, its digest, and those of what it includes from beside it."""

    document: JekyllDocument
    digest: str
    relative: tuple[tuple[str, str], ...]
    problems: tuple[Diagnostic, ...]

    @property
    def path(self) -> str:
        """The path of the text."""
        return self.document.path


class _Listed(NamedTuple):
    """The documents of a site before any is rendered.

    ``texts`` are those that can be read by path; ``made`` are the files that plug-ins make, which no template sees.
    """

    sources: dict[str, Source]
    texts: dict[str, Source]
    heads: dict[str, Head]
    documents: tuple[JekyllDocument, ...]
    made: dict[JekyllDocument, Head]
    data: ParsedData
    config: SiteConfig
    diagnostics: tuple[Diagnostic, ...]

    @property
    def published(self) -> list[JekyllDocument]:
        """The documents that become files."""
        return [*(one for one in self.documents if one.output), *self.made]

    def head(self, document: JekyllDocument) -> Head:
        """Return what is known of a document's text."""
        return self.made[document] if document.made else self.heads[document.source_path]


def _list(inputs: Inputs, folder: JekyllFolder, read_files: ReadFiles, runner: Runner) -> _Listed:
    sources = {source.path: source for source in sorted(inputs.notes, key=lambda one: one.path)}
    heads = dict(
        zip(sources, runner.run_expanded(JEKYLL_HEAD, NoSettings(), list(sources.values()), read_files), strict=True)
    )
    data = runner.run(JEKYLL_DATA, NoSettings(), [(folder.data, _below(folder, "data_dir"))])[0]
    texts = {one.path: one for one in folder.snippets} | sources
    config = with_theme_data(inputs.config, folder.config, data.values)
    documents, problems = paginate(list_documents(heads, folder), folder)
    made = made_documents(documents, folder, _own_paths(heads, folder))
    return _Listed(sources, texts, heads, documents, made, data, config, problems)


def _own_paths(heads: Iterable[str], folder: JekyllFolder) -> frozenset[str]:
    """Return the paths below the source of the files that a site has itself."""
    start = f"{folder.source}/" if folder.source else ""
    return frozenset((*(path.removeprefix(start) for path in heads), *(one.path for one in folder.static_files)))


def jekyll_notes(
    inputs: Inputs, folder: JekyllFolder, read_files: ReadFiles, runner: Runner
) -> tuple[JekyllSettings, list[JekyllNote]]:
    """Return all texts of a site that are published, and the settings to render any of them with."""
    site = _list(inputs, folder, read_files, runner)
    settings = _settings(
        frozenset(Need),
        folder,
        site.documents,
        site.data.values,
        lambda: _bodies(site, folder, read_files),
        site.config,
    )
    texts = [one for one in site.published if not (one.made or one.text_path)]
    beside = _Beside(site, _Needs(folder), read_files)
    identities = [_identity(one, site.texts, site.head(one), beside.of(one)) for one in texts]
    return settings, _expander(site.texts, read_files)(identities)


def parse_jekyll(inputs: Inputs, folder: JekyllFolder, read_files: ReadFiles, runner: Runner) -> ParsedSite:
    """Parse all texts of a site that are published."""
    site = _list(inputs, folder, read_files, runner)
    groups: dict[frozenset[str], list[JekyllDocument]] = defaultdict(list)
    needs = _Needs(folder)
    beside = _Beside(site, needs, read_files)
    for document in site.published:
        groups[needs.of(document, site.head(document), beside.mentions(document))].append(document)
    notes: dict[str, ParsedNote] = {}
    for needed, group in groups.items():
        settings = _settings(
            needed,
            folder,
            site.documents,
            site.data.values,
            lambda: _bodies(site, folder, read_files),
            site.config,
        )
        identities = [_identity(one, site.texts, site.head(one), beside.of(one)) for one in group]
        expand = _expander(site.texts, read_files)
        parsed = runner.run_expanded(JEKYLL_TEXT, settings, identities, expand)
        notes |= {one.path: note for one, note in zip(group, parsed, strict=True)}
    parsed_notes = {one.path: notes[one.path] for one in site.published}
    files = redirect_files(site.published, folder)
    return ParsedSite(parsed_notes, (*site.data.diagnostics, *site.diagnostics), files, site.config)


class _Needs:
    """What a text and all templates around it and in it mention of the site."""

    def __init__(self, folder: JekyllFolder) -> None:
        self._layouts = {posixpath.splitext(path)[0]: text for path, text in folder.layouts.items()}
        self._includes = folder.includes
        self._of_text: dict[str, frozenset[str]] = {}
        self._of_layout: dict[str, frozenset[str]] = {}
        self._labels = {f"site.{label}" for label in folder.config["collections"]}

    def of(self, document: JekyllDocument, head: Head, beside: Iterable[str] = ()) -> frozenset[str]:
        """Return them; ``beside`` is what the texts mention that are included from beside it."""
        return self._needs({*self._found(document, head), *beside})

    def relative(self, document: JekyllDocument, head: Head) -> tuple[str, ...]:
        """Return the names of the files that they include from beside the text."""
        found = (one for one in self._found(document, head) if one.startswith(RELATIVE))
        return (*head.relative, *(one.removeprefix(RELATIVE) for one in sorted(found)))

    def _found(self, document: JekyllDocument, head: Head) -> set[str]:
        found = set(head.mentions)
        for template in head.templates:
            found |= self._included(template, ())
        layout = str(document.data.get("layout") or "")
        if layout not in self._of_layout:
            self._of_layout[layout] = self._layout(layout, ())
        found |= self._of_layout[layout]
        if is_sass(document.relative_path):
            found.add(Need.SASS)
        return found

    def _layout(self, name: str, above: tuple[str, ...]) -> frozenset[str]:
        text = self._layouts.get(name)
        if text is None or name in above:
            return frozenset()
        found = set(self._text(text, above))
        return frozenset(found | self._layout(layout_of(text), (*above, name)))

    def _included(self, name: str, above: tuple[str, ...]) -> frozenset[str]:
        if name == "*":  # named by a variable: any of them
            return frozenset().union(*(self._included(one, above) for one in self._includes if one not in above))
        text = self._includes.get(name)
        if text is None or name in above:
            return frozenset()
        key = f"include {name}"
        if key not in self._of_text:
            self._of_text[key] = frozenset()
            self._of_text[key] = self._text(text, (*above, name))
        return self._of_text[key]

    def _text(self, text: str, above: tuple[str, ...]) -> frozenset[str]:
        found = {*mentions(text), *(f"{RELATIVE}{name}" for name in relative_in(text))}
        for name in included_in(text):
            found |= self._included(name, above)
        return frozenset(found)

    def _needs(self, found: set[str]) -> frozenset[str]:
        needs: set[str] = set()
        if Need.DYNAMIC in found:
            return frozenset((Need.HEADS, Need.BODIES, Need.DATA, Need.STATIC, Need.TIME, *(found & {Need.SASS})))
        if found & (OF_DOCUMENTS | self._labels) or Need.HEADS in found:
            needs |= (
                {Need.HEADS, Need.STATIC}
                if found & {"site.static_files", "site.html_files", "site.collections"}
                else {Need.HEADS}
            )
            if Need.BODIES in found:
                needs.add(Need.BODIES)
        if "site.data" in found:
            needs.add(Need.DATA)
        if "site.time" in found or Need.TIME in found:
            needs.add(Need.TIME)
        return frozenset(needs | (found & {Need.SASS}))


class _Bodies(NamedTuple):
    """What texts show of others: their bodies by path, and what these include from beside them."""

    texts: dict[str, str]
    beside: dict[str, SourceFile]


class _Beside:
    """The files that texts, their layouts and includes include from beside them."""

    def __init__(self, site: _Listed, needs: _Needs, read_files: ReadFiles) -> None:
        self._site, self._needs, self._read_files = site, needs, read_files
        self._found: dict[str, tuple[tuple[str, str], ...]] = {}

    def of(self, document: JekyllDocument) -> tuple[tuple[str, str], ...]:
        """Return the paths below the source of what a text includes, with digests."""
        if document.made:
            return ()
        if document.source_path not in self._found:
            self._found[document.source_path] = tuple(self._walk(document))
        return self._found[document.source_path]

    def mentions(self, document: JekyllDocument) -> frozenset[str]:
        """Return what these files mention of the site."""
        return frozenset(name for path, _ in self.of(document) for name in mentions(self.text(path, document).text))

    def text(self, path: str, document: JekyllDocument) -> SourceFile:
        """Return a file by its path below the source."""
        return next(iter(self._read_files([self._site.texts[_root(document) + path]])))

    def _walk(self, document: JekyllDocument) -> Iterator[tuple[str, str]]:
        folder, texts = posixpath.dirname(document.source_path), self._site.texts
        waiting, seen = list(self._needs.relative(document, self._site.head(document))), set[str]()
        while waiting:
            name = waiting.pop()
            if name == "*":  # named by a variable: any of them
                start = f"{folder}/" if folder else ""
                waiting += [path.removeprefix(start) for path in texts if path.startswith(start)]
                continue
            path = posixpath.normpath(posixpath.join(folder, name))
            if path in seen or path not in texts:
                continue
            seen.add(path)
            yield path.removeprefix(_root(document)), texts[path].digest
            waiting += relative_in(self.text(path.removeprefix(_root(document)), document).text)


def _root(document: JekyllDocument) -> str:
    """Return what paths of a site begin with before they are those below its source."""
    return document.source_path.removesuffix(document.relative_path)


def _settings(
    needed: frozenset[str],
    folder: JekyllFolder,
    documents: tuple[JekyllDocument, ...],
    data: dict[str, Json],
    bodies: Callable[[], _Bodies],
    config: SiteConfig,
) -> JekyllSettings:
    needs_documents = Need.HEADS in needed
    shown = bodies() if Need.BODIES in needed else _Bodies({}, {})
    return JekyllSettings(
        note=jekyll_note_settings(config, folder),
        theme=folder.theme,
        config=pack(folder.config),
        includes_dir=_below(folder, "includes_dir"),
        layouts_dir=_below(folder, "layouts_dir"),
        includes=folder.includes,
        layouts=folder.layouts,
        documents=documents if needs_documents else (),
        bodies=shown.texts,
        beside=shown.beside,
        data=pack(data if Need.DATA in needed else {}),
        static_files=folder.static_files if needs_documents else (),
        sass=folder.sass if Need.SASS in needed else {},
        own_tags=folder.own_tags,
        own_filters=folder.own_filters,
        now=folder.now if Need.TIME in needed else JekyllSettings.__struct_defaults__[-1],
    )


def jekyll_note_settings(config: SiteConfig, folder: JekyllFolder) -> NoteSettings:
    """Return how the Markdown of a Jekyll site is read."""
    kramdown = folder.config.get("kramdown")
    return NoteSettings(
        raw_html=True,
        dialect=Dialect.KRAMDOWN,
        liquid_done=True,
        kramdown=parse_options(kramdown if isinstance(kramdown, dict) else {}),
        callouts=None if folder.theme is Theme.OWN else config.callouts,
        rouge=folder.theme is Theme.OWN,
        dollars=config.dollars,
    )


def _below(folder: JekyllFolder, key: str) -> str:
    return folder_of(folder.config, folder.source, key)


def _bodies(site: _Listed, folder: JekyllFolder, read_files: ReadFiles) -> _Bodies:
    beside = _Beside(site, _Needs(folder), read_files)
    found = {
        path: beside.text(path, one) for one in site.documents if site.head(one).relative for path, _ in beside.of(one)
    }
    return _Bodies({file.path: body_of(file.text) for file in read_files(site.sources.values())}, found)


def _identity(
    document: JekyllDocument, sources: Mapping[str, Source], head: Head, relative: tuple[tuple[str, str], ...]
) -> NoteIdentity:
    digest = sources[document.source_path].digest if not document.made else ""
    return NoteIdentity(document, digest, relative, head.diagnostics)


def _expander(
    sources: Mapping[str, Source], read_files: ReadFiles
) -> Callable[[Sequence[NoteIdentity]], list[JekyllNote]]:
    def expand(identities: Sequence[NoteIdentity]) -> list[JekyllNote]:
        paths = [one.document.source_path for one in identities if not one.document.made]
        texts = dict(zip(paths, read_files([sources[path] for path in paths]), strict=True))
        return [_note(one, texts.get(one.document.source_path) or SourceFile(one.path, "")) for one in identities]

    def _note(identity: NoteIdentity, text: SourceFile) -> JekyllNote:
        root = _root(identity.document)
        relative = {path: next(iter(read_files([sources[root + path]]))) for path, _ in identity.relative}
        return JekyllNote(identity.document, text, relative, identity.problems)

    return expand
