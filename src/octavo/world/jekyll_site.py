"""The folder of a site written for Jekyll, read: its configuration, texts, templates, data and files."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from octavo.model.diagnostic import Diagnostic
from octavo.model.jekyll import JekyllFolder, StaticFile, Theme
from octavo.model.scholar import ScholarConfig
from octavo.model.site import Inputs, SiteConfig
from octavo.model.source import Asset, Source, SourceFile
from octavo.read.jekyll.config import (
    JEKYLL_RULES,
    chosen_theme,
    folder_of,
    parse_jekyll_config,
    site_values,
    usual_theme,
    with_defaults,
)
from octavo.read.jekyll.gems import GEMFILE, plugins_of
from octavo.read.jekyll.macros import SETS_FORMULAS, script_macros, takes_dollars
from octavo.read.jekyll.own_code import filters_in, tags_in
from octavo.read.jekyll.scholar import scholar_of
from octavo.read.jekyll.style_sheets import is_sass, sass_folders
from octavo.world.files import FoundFile, find_file, find_files, unreadable
from octavo.world.jekyll_files import (
    TEXTS,
    build_moment,
    bundled_includes,
    collection_of,
    find_folder,
    is_binary,
    plugin_problems,
    source_of,
    static_url,
)
from octavo.world.texts import SiteFiles, has_portable_name
from octavo.world.theme import find_font, read_templates, theme_folder

#: Folders of a site that hold no bibliography.
JEKYLLS_FOLDERS = ("_data", "_drafts", "_includes", "_layouts", "_plugins", "_posts", "_sass", "_site")


class JekyllReader:
    """Reads the site in a folder that the file ``name`` configures; ``overrides`` replace what that says."""

    def __init__(self, folder: Path, name: str, overrides: Mapping[str, Any], files: SiteFiles) -> None:
        self._folder, self._name, self._overrides, self._files = folder, name, overrides, files

    def read(self, fingerprint: str) -> Inputs:
        """Read all that the site is made of; what can't be read is a diagnostic."""
        problems: list[Diagnostic] = []
        values = self._read_values(problems)
        found = find_folder(
            self._folder, values, bool(self._overrides.get("drafts") or values.get("show_drafts")), problems
        )
        problems += plugin_problems(found.plugins)
        source = source_of(values)
        layouts = self._read_below(found.layouts, values, source, "layouts_dir", problems)
        theme = self._theme_override or chosen_theme(values) or usual_theme(values, layouts)
        scholar = self._read_scholar(values, source, theme, layouts, problems)
        config = self._site_config(values, scholar, theme)
        static = [(file.path, static_url(self._relative(file.path, source), values), file) for file in found.static]
        own = [(path, url, file) for path, url, file in static if has_portable_name(url, problems)]
        includes = self._read_below(found.includes, values, source, "includes_dir", problems)
        templates = {
            **{f"{folder_of(values, source, 'includes_dir')}/{path}": text for path, text in includes.items()},
            **{f"{folder_of(values, source, 'layouts_dir')}/{path}": text for path, text in layouts.items()},
        }
        setting = [file for path, _, file in own if SETS_FORMULAS.search(path)]
        scripts = templates | self._files.read_texts(setting, problems)
        config = msgspec.structs.replace(
            config, macros=self._read_macros(scripts, problems), dollars=takes_dollars(scripts.values())
        )
        bundled = {
            name: text
            for name, text in (bundled_includes() if theme is Theme.OCTAVO else {}).items()
            if name not in includes
        }
        code = self._read_code(found.plugins, problems)
        folder = JekyllFolder(
            config=values,
            theme=theme,
            source=source,
            data=self._read_below(found.data, values, source, "data_dir", problems),
            includes=bundled | includes,
            bundled=tuple(bundled),
            layouts=layouts,
            static_files=tuple(
                StaticFile(self._relative(path, source), collection_of(self._relative(path, source), values))
                for path, _, _ in own
            ),
            snippets=self._list_snippets(own, found.private),
            now=build_moment(os.environ),
            plugins=plugins_of(values, self._read_gemfile(problems)),
            sass=self._read_sass(values, source, own, problems) if theme is Theme.OWN else {},
            own_tags=tags_in(code),
            own_filters=filters_in(code),
        )
        beside = list(find_files(self._folder, scholar.source, (), problems, lambda _, name, __: name.startswith(".")))
        return Inputs(
            config=config,
            notes=self._files.list_sources(list(found.documents), problems),
            bibliographies=self._list_bibliographies(beside, source, scholar.source, problems),
            templates=read_templates((), self._files, problems),
            assets=self._list_assets(own, theme, problems),
            styles={path: text for path, text in templates.items() if path.endswith(".csl")}
            | self._read_styles(source, (*beside, *(file for _, _, file in own)), problems),
            diagnostics=tuple(problems),
            fingerprint=fingerprint,
            social_font=find_font(self._folder, config.social_font, self._files, self._files.digest, problems),
            jekyll=folder,
        )

    def read_config(self, problems: list[Diagnostic]) -> SiteConfig:
        """Read what the configuration says of all but citations; its ``problems`` are added to the list."""
        return self._site_config(self._read_values(problems), ScholarConfig(), Theme.OCTAVO)

    def _read_values(self, problems: list[Diagnostic]) -> dict[str, Any]:
        text = self._config_text()
        if isinstance(text, Diagnostic):
            problems.append(text)
            return with_defaults({})
        values, found = parse_jekyll_config(text, self._name)
        problems += found
        return values

    def _config_text(self) -> str | Diagnostic:
        file = find_file(self._folder, self._name)
        return self._files.read_text(file) if file else unreadable(self._name, "it is not a file")

    def _read_gemfile(self, problems: list[Diagnostic]) -> str:
        file = find_file(self._folder, GEMFILE)
        return "".join(self._files.read_texts([file] if file else [], problems).values())

    def _read_code(self, plugins: Iterable[FoundFile], problems: list[Diagnostic]) -> tuple[SourceFile, ...]:
        """Read the code of the site as text."""
        texts = self._files.read_texts([file for file in plugins if file.path.endswith(".rb")], problems)
        return tuple(SourceFile(path, text) for path, text in texts.items())

    def _read_scholar(
        self,
        values: Mapping[str, Any],
        source: str,
        theme: Theme,
        layouts: Iterable[str],
        problems: list[Diagnostic],
    ) -> ScholarConfig:
        text = self._config_text()
        text = text if isinstance(text, str) else ""
        scholar, found = scholar_of(values, source, theme, layouts, text, self._name)
        problems += found
        return scholar

    def _read_styles(self, source: str, found: Iterable[FoundFile], problems: list[Diagnostic]) -> dict[str, str]:
        """Read the CSL styles of a Jekyll site, by their paths in it and below its source."""
        files = [file for file in found if file.path.endswith(".csl")]
        texts = self._files.read_texts(files, problems)
        return {self._relative(path, source): text for path, text in texts.items()} | texts

    def _site_config(self, values: Mapping[str, Any], scholar: ScholarConfig, theme: Theme) -> SiteConfig:
        own = {name: value for name, value in self._overrides.items() if name not in ("drafts", "theme")}
        of_theme = {"extras": True} if theme is Theme.OCTAVO else {"extras": False, "image_widths": ()}
        return SiteConfig(**{**site_values(values), "scholar": scholar, "rules": JEKYLL_RULES, **of_theme, **own})

    @property
    def _theme_override(self) -> Theme | None:
        theme = self._overrides.get("theme")
        return Theme(theme) if theme else None

    @staticmethod
    def _relative(path: str, source: str) -> str:
        return path.removeprefix(f"{source}/") if source else path

    def _read_below(
        self, files: tuple[FoundFile, ...], values: Mapping[str, Any], source: str, key: str, problems: list[Diagnostic]
    ) -> dict[str, str]:
        start = f"{folder_of(values, source, key)}/"
        texts = self._files.read_texts([file for file in files if not is_binary(file.path)], problems)
        return {path.removeprefix(start): text for path, text in texts.items()}

    @staticmethod
    def _read_macros(scripts: Mapping[str, str], problems: list[Diagnostic]) -> dict[str, str]:
        """Read the macros of TeX that scripts in templates, and scripts called after what sets formulas, define."""
        macros, unread = script_macros(SourceFile(path, text) for path, text in scripts.items())
        problems += unread
        return macros

    def _read_sass(
        self, values: Mapping[str, Any], source: str, own: list[tuple[str, str, FoundFile]], problems: list[Diagnostic]
    ) -> dict[str, str]:
        """Read the style sheets that others may import: those beside them, and those of the folders for it."""
        found = {path: file for path, _, file in own if is_sass(path)}
        for name in sass_folders(values):
            for file in find_files(self._folder, posixpath.join(source, name), (), problems, _is_no_style_sheet):
                found[file.path] = file
        texts = self._files.read_texts(found.values(), problems)
        return {self._relative(path, source): text for path, text in texts.items()}

    def _list_bibliographies(
        self, beside: list[FoundFile], source: str, folder: str, problems: list[Diagnostic]
    ) -> tuple[Source, ...]:
        """List the bibliographies of the folder that the configuration names, and of others that a page may."""
        folders = sorted(path for path in (self._folder / source).glob("_*") if path.is_dir())
        others = (
            posixpath.join(source, path.name)
            for path in folders
            if path.name not in JEKYLLS_FOLDERS
            and not (path / "index.html").exists()  # it would be a site that was built
        )
        found = [*beside]
        for other in others:
            if other != folder and not folder.startswith(f"{other}/"):
                found += find_files(self._folder, other, (), problems, _is_no_bibliography)
        return self._files.list_sources([file for file in found if file.path.endswith(".bib")], problems)

    def _list_snippets(self, own: list[tuple[str, str, FoundFile]], private: Iterable[FoundFile]) -> tuple[Source, ...]:
        """List the texts that others may include from beside them: those that are published, and those that aren't."""
        files = [*(file for path, _, file in own if path.endswith(TEXTS)), *private]
        self._files.locations |= {file.path: file.location for file in files}
        return tuple(Source(file.path, self._files.digest(file)) for file in files)

    def _list_assets(
        self, own: list[tuple[str, str, FoundFile]], theme: Theme, problems: list[Diagnostic]
    ) -> tuple[Asset, ...]:
        """List what is published as it is; the files of Octavo's theme only where it is used."""
        of_theme = find_files(theme_folder() / "static", "theme", (), problems) if theme is Theme.OCTAVO else ()
        files = [(f"theme:static/{file.path}", f"/{file.path}", file) for file in of_theme] + own
        by_url = {url: (source, url, file) for source, url, file in files}
        self._files.locations |= {source: file.location for source, _, file in by_url.values()}
        return tuple(
            Asset(source, url, self._files.digest(file), file.signature.size) for source, url, file in by_url.values()
        )


def _is_no_bibliography(_: str, name: str, is_folder: bool) -> bool:
    return name.startswith(".") or not (is_folder or name.endswith(".bib"))


def _is_no_style_sheet(_: str, name: str, is_folder: bool) -> bool:
    return name.startswith(".") or not (is_folder or is_sass(name) or name.endswith(".css"))
