"""What each stage needs of the configuration and of the site as a whole: no more, so that little is made anew."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from octavo import __version__
from octavo.model.dialect import NoteSettings
from octavo.model.reference import BibliographySettings
from octavo.model.rendering import ReferenceLayouts, RenderSettings
from octavo.model.site import STYLESHEET, Inputs, SiteConfig
from octavo.pipeline.plan import SitePlan
from octavo.render.addresses import FEED_URL


def note_settings(config: SiteConfig) -> NoteSettings:
    """Return what the parser of notes needs of the configuration: its switches and the ``{{ site.x }}``."""
    address = urlsplit(config.base_url)
    variables = {
        "site.title": config.title,
        "site.description": config.description,
        "site.author": config.author,
        "site.language": config.language,
        "site.url": f"{address.scheme}://{address.netloc}" if config.base_url else "",
        "site.baseurl": address.path,
    }
    own = {f"site.{name}": value for name, value in config.variables.items()}
    return NoteSettings(
        typographer=config.typographer,
        raw_html=config.raw_html,
        variables=variables | own,
        callouts=config.callouts,
        dialect=config.dialect,
        dollars=config.dollars,
    )


def bibliography_settings(config: SiteConfig) -> BibliographySettings:
    """Return how the bibliographies of a site are read."""
    scholar = config.scholar
    return BibliographySettings(
        in_sentence_case=config.sentence_case,
        filters=scholar.bibtex_filters,
        replaces_strings=scholar.replace_strings,
        joins_strings=scholar.join_strings and scholar.replace_strings,
        keeps_duplicates=scholar.keeps_ids,
        keeps_particles=scholar.keeps_ids,
    )


def render_settings(plan: SitePlan, inputs: Inputs) -> RenderSettings:
    """Return what all pages share."""
    return RenderSettings(
        config=_of_pages(inputs.config),
        templates=inputs.templates,
        version=__version__,
        feed_url=FEED_URL,
        bibliography_url=plan.bibliography_url,
        stylesheet=next((asset.url for asset in inputs.assets if asset.url == STYLESHEET), ""),
        search_url=plan.search_url,
        indexes=plan.indexes,
        top_links=plan.top_links,
        layouts=_reference_layouts(inputs),
    )


def _reference_layouts(inputs: Inputs) -> ReferenceLayouts:
    """Return what templates of references can name; only a Jekyll site has layouts in Liquid."""
    if not inputs.jekyll:
        return ReferenceLayouts(trusts_notes=inputs.config.raw_html)
    layouts = {path.rpartition(".")[0]: text for path, text in inputs.jekyll.layouts.items()}
    return ReferenceLayouts(layouts, inputs.jekyll.includes, inputs.jekyll.config, trusts_notes=True)


def _of_pages(config: SiteConfig) -> SiteConfig:
    """Leave out of a configuration what no page shows, so that none is rendered again for it."""
    nothing = SiteConfig()
    return msgspec.structs.replace(
        config,
        macros=nothing.macros,  # each page knows those it uses
        variables=nothing.variables,  # which the parser has filled in
        navigation=nothing.navigation,  # each page has its own
        callouts=nothing.callouts,
        drafts=nothing.drafts,
        exclude=nothing.exclude,
        output=nothing.output,
        rules=nothing.rules,
        search_index=nothing.search_index,
        precompress=nothing.precompress,
        entry_pages=nothing.entry_pages,  # each page knows the addresses of its entries
    )
