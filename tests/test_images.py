"""Images are described and made smaller; whatever a file holds, it costs a message and no more."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from octavo.model.rendering import ImageKind
from octavo.render.images import describe_image, render_variants

WIDTHS = (480, 800, 1200)


def photograph(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture with enough in it that WebP is worth while."""
    noise = Image.effect_noise((width, height), 60)
    gradient = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (noise, gradient, noise)).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the bytes of an image file."""
    data = BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def sizes(data: bytes, widths: tuple[int, ...] = WIDTHS) -> list[tuple[int, int]]:
    """Return the sizes of the variants, checked against what is really in them."""
    variants = render_variants(data, widths, 82)
    for variant in variants:
        with Image.open(BytesIO(variant.data)) as image:
            assert image.format == "WEBP"
            assert image.size == (variant.width, variant.height)
    return [(variant.width, variant.height) for variant in variants]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_size_of_a_raster_image(kind: str) -> None:
    facts = describe_image(encoded(photograph(60, 40), kind), "/images/a.png")
    assert (facts.width, facts.height, facts.kind, facts.problem) == (60, 40, ImageKind.RASTER, "")


def test_a_photograph_turned_by_the_camera_has_the_size_it_is_shown_at() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(photograph(1000, 500), "JPEG", quality=95, exif=exif.tobytes())
    facts = describe_image(data, "/a.jpg")
    assert (facts.width, facts.height) == (500, 1000)
    assert sizes(data) == [(480, 960), (500, 1000)]


def test_variants_are_never_wider_than_the_original() -> None:
    assert sizes(encoded(photograph(1000, 600), "PNG")) == [(480, 288), (800, 480), (1000, 600)]
    assert sizes(encoded(photograph(300, 200), "PNG")) == [(300, 200)]
    assert sizes(encoded(photograph(2000, 1000), "PNG")) == [(480, 240), (800, 400), (1200, 600)]


def test_where_webp_saves_nothing_the_original_stays_alone() -> None:
    already_small = encoded(photograph(700, 500), "WEBP", quality=30)
    assert sizes(already_small) == []
    line_art = Image.new("1", (700, 500))
    line_art.paste(1, (100, 100, 600, 101))
    assert sizes(encoded(line_art, "PNG")) == []


def test_a_site_may_ask_for_no_variants() -> None:
    assert sizes(encoded(photograph(1000, 600), "PNG"), widths=()) == []


def test_an_animation_stays_as_it_is() -> None:
    frames = [photograph(600, 400), photograph(600, 400).rotate(90)]
    for kind in ("GIF", "WEBP", "PNG"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert describe_image(data, "/a.gif").problem == ""
        assert sizes(data) == []


@pytest.mark.parametrize(
    ("mode", "kind"), [("1", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("CMYK", "JPEG")]
)
def test_every_mode_of_pixels(mode: str, kind: str) -> None:
    data = encoded(photograph(900, 300, mode), kind)
    assert describe_image(data, "/a.png").problem == ""
    assert sizes(data, (480,)) == [(480, 160)]


def test_transparency_is_kept() -> None:
    image = photograph(900, 300, "RGBA")
    image.putalpha(Image.linear_gradient("L").resize((900, 300)))
    variant = render_variants(encoded(image, "PNG"), (480,), 82)[0]
    with Image.open(BytesIO(variant.data)) as small:
        assert small.mode == "RGBA"
        alpha = small.getchannel("A").tobytes()
        assert min(alpha) < 50
        assert max(alpha) > 200


def test_a_transparent_colour_of_a_palette_is_kept() -> None:
    image = Image.effect_noise((900, 300), 60).convert("P")
    variants = render_variants(encoded(image, "PNG", transparency=0), (480,), 40)
    with Image.open(BytesIO(variants[0].data)) as small:
        assert small.mode == "RGBA"


def test_the_same_bytes_come_out_each_time() -> None:
    data = encoded(photograph(900, 600), "PNG")
    assert render_variants(data, WIDTHS, 82) == render_variants(data, WIDTHS, 82)


def test_the_place_a_photograph_was_taken_does_not_travel_with_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home"
    data = encoded(photograph(900, 600), "JPEG", exif=exif.tobytes())
    assert b"at home" in data
    assert all(b"at home" not in variant.data for variant in render_variants(data, WIDTHS, 82))


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


WHOLE = encoded(photograph(600, 400), "JPEG")


@pytest.mark.parametrize(
    ("data", "url", "told"),
    [
        (b"", "/a.png", "none of the formats"),
        (b"<html>not found</html>", "/a.png", "none of the formats"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', "/a.png", "none of the formats"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "/a.png", "none of the formats"),
        (WHOLE[: len(WHOLE) // 2], "/a.jpg", "cannot be decoded"),
        (WHOLE[:30], "/a.jpg", "cannot be decoded"),
        (png_header(10_000, 10_000), "/a.png", "10000 by 10000 pixels are more than 50,000,000"),
        (png_header(60_000, 60_000), "/a.png", "cannot be decoded"),
        (png_header(4_000, 4_000), "/a.png", "cannot be decoded"),
        (WHOLE[:30], "/a.svg", "SVG cannot be read"),
        (b"", "/a.svg", "SVG cannot be read"),
        (b"<html/>", "/a.svg", "its root is <html>"),
        (b'<svg width="5" height="5"><g></svg>', "/a.svg", "mismatched tag"),
    ],
)
def test_a_broken_file_is_a_problem(data: bytes, url: str, told: str) -> None:
    facts = describe_image(data, url)
    assert told in facts.problem
    assert (facts.width, facts.height) == (0, 0)
    assert render_variants(data, WIDTHS, 82) == ()


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('width="300" height="200"', (300, 200)),
        ('width="300px" height="200.4px"', (300, 200)),
        ('width="3in" height="72pt"', (288, 96)),
        ('width="10cm" height="100mm"', (378, 378)),
        ('viewBox="0 0 640 480"', (640, 480)),
        ('viewBox="-10,-10,640,480"', (640, 480)),
        ('width="100%" height="100%" viewBox="0 0 640 480"', (640, 480)),
        ('width="320" viewBox="0 0 640 480"', (320, 240)),
        ('height="240" viewBox="0 0 640 480"', (320, 240)),
        ('width="320"', (0, 0)),
        ('width="wide" height="-3"', (0, 0)),
        ('viewBox="0 0 0 0"', (0, 0)),
        ("", (0, 0)),
    ],
)
def test_size_of_a_drawing(root: str, size: tuple[int, int]) -> None:
    svg = f'<?xml version="1.0"?>\n<!-- drawn --><svg xmlns="http://www.w3.org/2000/svg" {root}><path d="M0 0"/></svg>'
    facts = describe_image(svg.encode(), "/images/a.SVG")
    assert (facts.width, facts.height, facts.kind, facts.problem) == (*size, ImageKind.VECTOR, "")


def test_a_drawing_may_declare_its_namespaces_as_entities() -> None:
    svg = b"""<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;" width="5" height="6"/>"""
    assert describe_image(svg, "/a.svg").width == 5


def test_entities_that_multiply_are_refused() -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "x">{lines}]><svg width="&e9;" height="1"/>'
    assert "expands to too much" in describe_image(bomb.encode(), "/a.svg").problem


def test_an_entity_outside_the_file_is_not_read() -> None:
    svg = b"""<!DOCTYPE svg [<!ENTITY secret SYSTEM "file:///etc/hostname">]><svg width="5" height="5">&secret;</svg>"""
    facts = describe_image(svg, "/a.svg")
    assert (facts.width, facts.problem) == (5, "")
