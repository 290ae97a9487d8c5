"""What a Jekyll site tells its theme: navigation, authors and callouts, in its data and its configuration."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from octavo.model.document import Json
from octavo.model.site import SiteConfig
from octavo.read.presentation import author_of, authors_of, callouts_of, navigation_of


def with_theme_data(config: SiteConfig, values: Mapping[str, Json], data: Mapping[str, Json]) -> SiteConfig:
    """Add to a site's configuration what minimal-mistakes and just-the-docs read.

    That is ``_data/navigation.yml`` and ``_data/authors.yml``, ``author:`` and ``callouts:``.
    """
    own = values.get("author")
    authors = {config.author: author_of(own, config.author)} if isinstance(own, Mapping) else {}
    return msgspec.structs.replace(
        config,
        navigation=navigation_of(data.get("navigation")),
        authors=authors | authors_of(data.get("authors")),
        callouts=callouts_of(values.get("callouts")),
    )
