"""Figures in a built site: what the page says of an image is true of the files that are published with it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from building import BuiltSite, build_folder, write_site

NOTE = (
    "---\ntitle: Note\n---\n![A gradient.](gradient.png)\n"
    "Fig. Light to dark {% cite adams %}. Credits: me\n{: #fig:g}\n"
)
ENTRY = "@book{adams, title={First}, author={Adams, A.}, year=2001}\n"


@pytest.fixture
def site(tmp_path: Path) -> BuiltSite:
    write_site(tmp_path, {"content/notes/a.md": NOTE, "bibliography/works.bib": ENTRY})
    noise = Image.merge("RGB", [Image.effect_noise((1000, 500), 60)] * 3)
    noise.save(tmp_path / "content/notes/gradient.png")
    return build_folder(tmp_path)


def figure(site: BuiltSite) -> LexborHTMLParser:
    found = LexborHTMLParser(site.text("notes/a/index.html")).css_first("figure")
    assert found is not None
    return LexborHTMLParser(found.html or "")


def test_a_raster_figure_has_its_true_size_and_loads_late(site: BuiltSite) -> None:
    image = figure(site).css_first("img")
    assert image is not None
    shown = {name: image.attributes[name] for name in ("src", "alt", "width", "height", "loading")}
    assert shown == {
        "src": "../../notes/gradient.png",
        "alt": "A gradient.",
        "width": "1000",
        "height": "500",
        "loading": "lazy",
    }
    assert "notes/gradient.png" in site.files()


def test_every_variant_of_a_figure_is_published_as_wide_as_it_says(site: BuiltSite) -> None:
    source = figure(site).css_first("source")
    assert source is not None
    files = site.files()
    widths = {}
    for variant in (source.attributes["srcset"] or "").split(", "):
        url, said = variant.split(" ")
        with Image.open(BytesIO(files[url.removeprefix("../../")])) as image:
            assert image.format == "WEBP"
            widths[said] = image.width
    assert widths == {"480w": 480, "800w": 800, "1000w": 1000}


def test_a_figure_has_number_caption_and_credit(site: BuiltSite) -> None:
    tree = figure(site)
    caption = tree.css_first("figcaption")
    assert caption is not None
    assert " ".join(caption.text().split()) == "Figure 1. Light to dark (Adams, 2001). Credit: me"
    assert site.problems() == []


PANELS = """---
title: Panels
---
![a](gradient.png "One <i>"){: dark="night.png"} ![b](gradient.png){: label="fig:p-b"}
Fig. Both.
{: #fig:p}
"""


def test_panels_and_twins_have_variants_of_their_own_and_one_number(tmp_path: Path) -> None:
    write_site(tmp_path, {"content/a.md": PANELS})
    for seed, name in enumerate(("gradient", "night")):
        noise = Image.merge("RGB", [Image.effect_noise((1000, 500), 60 - 10 * seed)] * 3)
        noise.save(tmp_path / f"content/{name}.png")
    site = build_folder(tmp_path)
    assert site.problems() == []
    whole = LexborHTMLParser(site.text("a/index.html")).css_first("figure[id='fig:p']")
    assert whole is not None
    captions = [" ".join(caption.text().split()) for caption in whole.css("figcaption")]
    assert captions == ["(a) One <i>", "(b)", "Figure 1. Both."]
    first, second = whole.css("figure.panel")
    assert second.attributes["id"] == "fig:p-b"
    themes = [image.attributes.get("class") for image in first.css("picture > img")]
    assert themes == ["only-light", "only-dark"]
    light, dark = (source.attributes["srcset"] or "" for source in first.css("source"))
    assert light != dark
    published = site.files()
    for variant in (*light.split(", "), *dark.split(", ")):
        assert variant.split()[0].removeprefix("../") in published
