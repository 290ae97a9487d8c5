"""Plug-ins of Jekyll: what becomes of what each does, for sites that ask for it.

Octavo runs no code of a site. What the common plug-ins do it does itself, does otherwise, or says that it doesn't.
"""

from __future__ import annotations

from typing import NamedTuple

from octavo.model.survey import Support


class Plugin(NamedTuple):
    """What becomes of what a plug-in does: whether it is done, and in which way or what will be missing."""

    support: Support
    note: str


_DOES, _DIFFERS, _MISSING = Support.SUPPORTED, Support.DIFFERS, Support.MISSING

#: By the name of the gem.
PLUGINS: dict[str, Plugin] = {
    "classifier-reborn": Plugin(_MISSING, "related posts are the newest ones"),
    "jekyll-admin": Plugin(_DIFFERS, "notes are edited in an editor; `octavo serve` shows them"),
    "jekyll-archives": Plugin(_DIFFERS, "Octavo's theme has pages of tags; there are none by year and category"),
    "jekyll-assets": Plugin(_MISSING, "assets are published as they are, and its tags print nothing"),
    "jekyll-auto-image": Plugin(_MISSING, "`image` is what the front matter says"),
    "jekyll-avatar": Plugin(_MISSING, "pictures of GitHub's users aren't shown: the page asks no other host"),
    "jekyll-coffeescript": Plugin(_MISSING, "CoffeeScript isn't compiled"),
    "jekyll-commonmark": Plugin(_DIFFERS, "notes are read as kramdown reads them"),
    "jekyll-commonmark-ghpages": Plugin(_DIFFERS, "notes are read as kramdown reads them"),
    "jekyll-compose": Plugin(_DOES, "adds commands to Jekyll, nothing to a site"),
    "jekyll-data": Plugin(_MISSING, "data that a theme brings isn't read"),
    "jekyll-default-layout": Plugin(_DIFFERS, "a page without layout has Octavo's, in Octavo's theme"),
    "jekyll-diagrams": Plugin(_MISSING, "diagrams stay as their source"),
    "jekyll-email-protect": Plugin(_DOES, "`protect_email` is there"),
    "jekyll-feed": Plugin(_DOES, "its feeds are made; Octavo's theme has one of its own"),
    "jekyll-figure": Plugin(_DOES, "`figure` prints what is in it with its caption"),
    "jekyll-gist": Plugin(
        _DIFFERS, "in the site's own layouts a script loads a gist, whose text isn't in the page; else it is a link"
    ),
    "jekyll-github-metadata": Plugin(_MISSING, "`site.github` is empty: a build asks no other host"),
    "jekyll-imagemagick": Plugin(_DIFFERS, "Octavo makes smaller variants of images itself, in its theme"),
    "jekyll-include-cache": Plugin(_DOES, "`include_cached` is `include`"),
    "jekyll-jupyter-notebook": Plugin(_MISSING, "notebooks aren't shown"),
    "jekyll-katex": Plugin(_MISSING, "its tags print their source; `$$…$$` is typeset"),
    "jekyll-last-modified-at": Plugin(_DIFFERS, "`last_modified_at` is what the front matter says"),
    "jekyll-link-attributes": Plugin(_MISSING, "links have the attributes that notes give them"),
    "jekyll-mentions": Plugin(_MISSING, "`@name` stays text"),
    "jekyll-minifier": Plugin(_MISSING, "files are published as they are"),
    "jekyll-multiple-languages-plugin": Plugin(_MISSING, "the site is built once, in one language"),
    "jekyll-optional-front-matter": Plugin(_MISSING, "Markdown without front matter is published as it is"),
    "jekyll-paginate": Plugin(_DIFFERS, "lists have pages; in Octavo's theme one page shows all posts"),
    "jekyll-paginate-v2": Plugin(_MISSING, "`paginator` is empty: a list shows all its pages"),
    "jekyll-picture-tag": Plugin(
        _MISSING, "its tag prints nothing; images in Markdown get smaller variants by themselves"
    ),
    "jekyll-polyglot": Plugin(_MISSING, "the site is built once, in one language"),
    "jekyll-readme-index": Plugin(_MISSING, "a README is no index"),
    "jekyll-redirect-from": Plugin(_DIFFERS, "old places lead on; a layout `redirect` isn't used"),
    "jekyll-regex-replace": Plugin(_MISSING, "its filter returns its text as it is"),
    "jekyll-relative-links": Plugin(_MISSING, "links to `.md` files stay as written"),
    "jekyll-remote-theme": Plugin(_DIFFERS, "no theme is loaded; Octavo's stands around pages without layouts"),
    "jekyll-responsive-image": Plugin(
        _MISSING, "its tag prints nothing; images in Markdown get variants by themselves"
    ),
    "jekyll-sass-converter": Plugin(_DIFFERS, "Sass is compiled with the extra `sass`, in the site's own layouts"),
    "jekyll-scholar": Plugin(_DOES, "all its tags and flags; of its settings some change nothing, see the README"),
    "jekyll/scholar": Plugin(_DOES, "all its tags and flags; of its settings some change nothing, see the README"),
    "jekyll-seo-tag": Plugin(_DOES, "`seo` prints its tags; Octavo's theme writes metadata itself"),
    "jekyll-sitemap": Plugin(_DOES, "sitemap and robots.txt are made; Octavo's theme has its own"),
    "jekyll-spaceship": Plugin(_MISSING, "its tables, diagrams and media stay as their source"),
    "jekyll-tabs": Plugin(_MISSING, "the contents of tabs stand one after the other"),
    "jekyll-tagging": Plugin(_MISSING, "Octavo's theme has pages of tags; its filters return nothing"),
    "jekyll/tagging": Plugin(_MISSING, "Octavo's theme has pages of tags; its filters return nothing"),
    "jekyll-target-blank": Plugin(_MISSING, "links open where they are"),
    "jekyll-tidy": Plugin(_MISSING, "files are published as they are"),
    "jekyll-titles-from-headings": Plugin(_DIFFERS, "in Octavo's theme a page without title takes its first heading"),
    "jekyll-toc": Plugin(
        _DIFFERS, "its filters make a table of contents where `toc: true` asks for one; its tag prints nothing"
    ),
    "jekyll-twitter-plugin": Plugin(_MISSING, "tweets are not loaded: the page asks no other host"),
    "jemoji": Plugin(_MISSING, "`:smile:` stays text"),
}
