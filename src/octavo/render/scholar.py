"""What tags of jekyll-scholar show of entries within a text: references, how many there are, links to their pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from octavo.model.document import Citation, ListForm, ReferenceList
from octavo.model.reference import FormattedCluster
from octavo.model.scholar import ScholarConfig
from octavo.model.site import ListedReference, ListLook, ResolvedItem
from octavo.read.scholar.config import TAGS
from octavo.render.inline_styles import with_inline_styles
from octavo.render.views import ReferenceView


def render_shown(
    listed: ReferenceList,
    look: ListLook,
    rows: Sequence[ListedReference],
    view: Callable[[ListedReference], ReferenceView],
    url: Callable[[str], str],
    scholar: ScholarConfig,
) -> Markup:
    """Render what a tag shows within a text; ``url`` makes an address one from the page."""
    if listed.form is ListForm.COUNT:
        return Markup(look.size)
    missing = [own_missing(item, scholar) if scholar.own_markup else missing_entry(item) for item in look.missing]
    if listed.form is ListForm.ADDRESS:
        return Markup("").join(Markup("{}").format(url(row.entry_url)) for row in rows[:1])
    if listed.form is ListForm.DETAILS:
        text = listed.text or scholar.details_link or "Details"
        shown = [_details_link(row, text, url, scholar) for row in rows]
    else:
        shown = [
            own_reference(view(row), scholar) if scholar.own_markup else _reference(row, view(row)) for row in rows
        ]
    return Markup("\n").join((*shown, *missing))


def missing_entry(item: ResolvedItem) -> Markup:
    """Render a citekey that no entry has."""
    mark = Markup('<span class="citation-missing" title="no entry {0} in the bibliography">{0}?</span>')
    return mark.format(item.citekey)


def _details_link(row: ListedReference, text: str, url: Callable[[str], str], scholar: ScholarConfig) -> Markup:
    if not row.entry_url:
        return Markup("{}").format(text)
    return Markup('<a class="{}" href="{}">{}</a>').format(scholar.details_link_class, url(row.entry_url), text)


def _reference(row: ListedReference, view: ReferenceView) -> Markup:
    alias = Markup('<a id="{}"></a>').format(row.alias) if row.alias else Markup("")
    return Markup('<span class="reference-text" id="{}">{}{}</span>').format(row.anchor, alias, view.html)


# jekyll-scholar's own markup, for sites that keep their layouts and style sheets


def own_citation(
    citation: Citation,
    cluster: FormattedCluster,
    resolved: Sequence[ResolvedItem],
    scholar: ScholarConfig,
) -> Markup:
    """Render a citation: one link to the first of its references, or with ``separate_links`` one to each."""
    if citation.silent:
        return Markup("")
    known = [item for item in resolved if item.known]
    missing = [own_missing(item, scholar) for item in resolved if not item.known]
    if scholar.separate_links:
        pieces = [
            Markup(part) if isinstance(part, str) else _cite_link(known[part.place], part.html, scholar)
            for part in cluster.parts
        ]
        text = Markup("").join(pieces)
    else:
        joined = "".join(part if isinstance(part, str) else part.html for part in cluster.parts)
        text = _cite_link(known[0], f"{cluster.author} {joined}".strip(), scholar) if known else Markup("")
    return Markup(" ").join(filter(None, (Markup(with_inline_styles(text)), *missing)))


def own_missing(item: ResolvedItem, scholar: ScholarConfig) -> Markup:
    """Render a citekey that no entry has."""
    return Markup('<span class="{} missing" title="{}">{}</span>').format(
        scholar.cite_class, item.citekey, scholar.missing_reference
    )


def _cite_link(item: ResolvedItem, html: str, scholar: ScholarConfig) -> Markup:
    inner = Markup(_LINK.sub("", html))
    if not item.reference:
        return Markup('<span class="{}">{}</span>').format(scholar.cite_class, inner)
    address = item.reference if "#" in item.reference else f"#{item.reference}"
    return Markup('<a class="{}" href="{}">{}</a>').format(scholar.cite_class, address, inner)


def own_reference(view: ReferenceView, scholar: ScholarConfig) -> Markup:
    """Render a reference, behind its number if the style gives it one."""
    attributes = Markup(' id="{}"').format(view.anchor) if view.anchor else Markup("")
    return _element(scholar.reference_tagname, attributes, Markup(with_inline_styles(view.number + view.html)))


def own_list(
    listed: ReferenceList,
    look: ListLook,
    views: Sequence[ReferenceView],
    scholar: ScholarConfig,
) -> Markup:
    """Render a list of references with the headings of its groups; the HTML of the views is all of each row."""
    ends = [*(heading.place for heading in look.headings), len(views)]
    pieces = [_own_rows(listed, views[: ends[0]], scholar)] if ends[0] or not look.headings else []
    tags = scholar.bibliography_group_tag or ("h2",)
    heading_class = Markup(' class="{}"').format(scholar.bibliography_class)
    for heading, end in zip(look.headings, ends[1:], strict=True):
        pieces.append(
            _element(tags[min(heading.level, len(tags) - 1)], heading_class, Markup("{}").format(heading.text))
        )
        if views[heading.place : end]:
            pieces.append(_own_rows(listed, views[heading.place : end], scholar))
    return Markup("\n").join(pieces)


def _own_rows(
    listed: ReferenceList,
    views: Sequence[ReferenceView],
    scholar: ScholarConfig,
) -> Markup:
    tag, attributes = scholar.bibliography_item_tag, _attributes(scholar.bibliography_item_attributes)
    rows = (_element(tag, attributes, view.html + own_details_link(view, scholar)) for view in views)
    of_list = _attributes({"class": scholar.bibliography_class, **scholar.bibliography_list_attributes})
    list_tag = listed.list_tag if listed.list_tag in TAGS else scholar.bibliography_list_tag
    return _element(list_tag, of_list, Markup("\n").join(rows))


def own_details_link(view: ReferenceView, scholar: ScholarConfig) -> Markup:
    """Render the link to the page of an entry behind its reference, if there is one and it is to be shown."""
    if not (view.url and scholar.has_details and scholar.details_link):
        return Markup("")
    return Markup('<a class="{}" href="{}">{}</a>').format(scholar.details_link_class, view.url, scholar.details_link)


def _element(tag: str, attributes: Markup, content: Markup) -> Markup:
    """Return an element; its tag is one of `TAGS`."""
    return Markup(f"<{tag}{attributes}>{content}</{tag}>")


def _attributes(values: Mapping[str, str]) -> Markup:
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in values.items())


_LINK = re.compile(r"</?a(?: [^>]*)?>")
