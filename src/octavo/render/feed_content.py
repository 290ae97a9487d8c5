"""A page's text as feed readers show it: outside of its page, with neither its styles nor its scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from octavo.model.rendering import FeedContent, PageContent, RenderSettings
from octavo.model.site import Page
from octavo.render.addresses import absolute_url
from octavo.render.body import BodyRenderer, has_own_heading
from octavo.render.page import scholar_rendering
from octavo.render.templates import TemplateProblem, make_templates

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Elements that are left out with all that is in them: what readers strip or can't show, and anchors.
LEFT_OUT = "//button | //script | //style | //svg | //*[@popover] | //a[not(@href)]"

#: The same by class: the page's own apparatus.
CLASSES_LEFT_OUT = frozenset(("anchor", "backlinks", "fact-file", "footnote-backref", "only-dark", "Z3988"))

#: Attributes that mean something without the page; MathML keeps all of its own.
ATTRIBUTES = frozenset(
    "abbr alt checked cite colspan datetime dir disabled height href lang open reversed rowspan scope sizes src srcset"
    " start title type value width".split()
)
ADDRESSES = ("cite", "href", "src")


def make_feed_content_renderer(settings: RenderSettings) -> Callable[[PageContent], FeedContent]:
    """Return the function that renders a page's text for the feed; the configuration must give ``base_url``."""
    templates = make_templates(settings.templates)
    base_url = settings.config.base_url

    def render_feed_content(content: PageContent) -> FeedContent:
        renderer = BodyRenderer(content, templates, f"{base_url}/", scholar_rendering(settings))
        try:
            html = renderer.render(content.page.document.body) + renderer.appendix()
        except TemplateProblem:  # the page reports it
            return FeedContent("")
        return FeedContent(_on_its_own(html, content.page, base_url))

    return render_feed_content


def _on_its_own(html: str, page: Page, base_url: str) -> str:
    from lxml import etree  # slow to import; few builds render what is in the feed
    from lxml.html import document_fromstring

    root: Any = document_fromstring(f"<div>{html}</div>").find("body")  # lxml-stubs don't know what xpath returns
    root.tag = "div"
    heading = "| (//h1)[1]" if has_own_heading(page) else ""  # which is the entry's title
    for element in root.xpath(LEFT_OUT + heading):
        element.drop_tree()
    url = absolute_url(page.route.url, base_url)
    for element in list(root.iterdescendants(etree.Element)):
        if not CLASSES_LEFT_OUT.isdisjoint(element.classes):
            element.drop_tree()
        elif not _is_math(element):
            _strip(element, url)
    return str(etree.tostring(root, encoding="unicode", method="html"))


def _is_math(element: HtmlElement) -> bool:
    return element.tag == "math" or next(element.iterancestors("math"), None) is not None


def _strip(element: HtmlElement, url: str) -> None:
    """Take the attributes off an element that only its page understands, and make its addresses absolute."""
    for name in set(element.attrib) - ATTRIBUTES:
        del element.attrib[name]
    for name in ADDRESSES:
        if name in element.attrib:
            element.set(name, urljoin(url, element.get(name)))
    if element.tag == "span" and not element.attrib:
        element.drop_tag()
