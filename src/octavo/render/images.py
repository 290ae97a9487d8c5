"""Images: what size they are, and smaller ones made of them. A broken file is a problem, never an error."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.parsers import expat

import msgspec

from octavo.model.rendering import ImageFacts, ImageKind, ImageSettings, ImageSource

if TYPE_CHECKING:
    from PIL.Image import Image

#: What browsers show; Pillow opens no other kind, so that none of its rarer decoders meets a stranger's file.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "ICO")

#: Of a decoded image, about 200 MB in memory.
MAX_PIXELS = 50_000_000

#: How much larger than the original the widest variant may be, for what the narrower ones save.
MAX_GROWTH = 1.25

#: Length of an entity's text in an SVG: drawing programs declare namespaces so; nothing good is longer.
MAX_ENTITY = 1_000

#: CSS pixels in the units of a length in SVG (CSS Values and Units 4, absolute lengths).
_UNITS = {"": 1, "px": 1, "pt": 96 / 72, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54}

#: The tag of EXIF that says how a camera was held, and the values that swap width and height.
_ORIENTATION, _SIDEWAYS = 0x0112, range(5, 9)


class Variant(msgspec.Struct, frozen=True):
    """An image in WebP, ``width`` by ``height`` pixels."""

    width: int
    height: int
    data: bytes


class ImageSet(msgspec.Struct, frozen=True):
    """An image with all that is made of it."""

    facts: ImageFacts
    variants: tuple[Variant, ...] = ()


def make_image_renderer(settings: ImageSettings) -> Callable[[ImageSource], ImageSet]:
    """Return the function that measures an image and makes its variants."""

    def render_image(source: ImageSource) -> ImageSet:
        facts = describe_image(source.data, source.url)
        can_vary = facts.kind is ImageKind.RASTER and not facts.problem
        return ImageSet(facts, render_variants(source.data, settings.widths, settings.quality) if can_vary else ())

    return render_image


def describe_image(data: bytes, url: str) -> ImageFacts:
    """Read the size of an image and decode it once, so that a file that is cut short is told.

    The suffix of ``url`` says whether it is an SVG, as it does to the server and the browser.
    """
    if PurePosixPath(url).suffix.lower() == ".svg":
        return _describe_vector(data)
    return _describe_raster(data)


def render_variants(data: bytes, widths: tuple[int, ...], quality: int) -> tuple[Variant, ...]:
    """Make WebP images (``quality`` 0 to 100) of a raster image, narrowest first: at each of ``widths`` below its own.

    An image no wider than the widest of them is also made at its own width, since a browser that wants it whole can
    choose only among the variants. There are none where the original serves better (see `MAX_GROWTH`), of an
    animation, of an image with more than eight bits to a channel, or of a broken file.
    """
    try:
        with _opened(data) as image:
            return _variants(image, widths, quality, len(data)) if widths and _can_resize(image) else ()
    except Exception:  # `describe_image` tells of it
        return ()


@contextmanager
def _opened(data: bytes) -> Iterator[Image]:
    from PIL import Image  # most builds find their images in the cache

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's warnings, `MAX_PIXELS` answers the one that matters
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"{image.width} by {image.height} pixels are more than {MAX_PIXELS:,}")
            yield image


def _describe_raster(data: bytes) -> ImageFacts:
    try:
        with _opened(data) as image:
            image.load()
            sideways = image.getexif().get(_ORIENTATION) in _SIDEWAYS
            width, height = reversed(image.size) if sideways else image.size
    except Exception as error:  # Pillow raises OSError, ValueError, SyntaxError, struct.error and more
        return ImageFacts(0, 0, ImageKind.RASTER, _reason(error))
    return ImageFacts(width, height, ImageKind.RASTER)


def _reason(error: Exception) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return f"the image is none of the formats that browsers show: {', '.join(FORMATS)}, SVG"
    return f"the image cannot be decoded: {error}"


def _can_resize(image: Image) -> bool:
    animated = image.format != "MPO" and getattr(image, "is_animated", False)  # an MPO is a JPEG with a preview in it
    return not animated and image.mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")


def _variants(image: Image, widths: tuple[int, ...], quality: int, size: int) -> tuple[Variant, ...]:
    from PIL import ImageOps

    profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA", "P") else None
    upright = ImageOps.exif_transpose(image)
    source = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    own = {source.width} if source.width <= max(widths) else set()
    *smaller, widest = sorted({width for width in widths if 0 < width < source.width} | own)
    largest = _encode(source, widest, quality, profile)
    if len(largest.data) > size * (MAX_GROWTH if smaller else 1):
        return ()
    return (*(_encode(source, width, quality, profile) for width in smaller), largest)


def _encode(source: Image, width: int, quality: int, profile: bytes | None) -> Variant:
    from PIL.Image import Resampling

    height = max(1, round(source.height * width / source.width))
    resized = source if width == source.width else source.resize((width, height), Resampling.LANCZOS, reducing_gap=3)
    encoded = BytesIO()
    resized.save(encoded, "WEBP", quality=quality, icc_profile=profile)
    return Variant(width, height, encoded.getvalue())


def _describe_vector(data: bytes) -> ImageFacts:
    try:
        root = _parse_root(data)
    except (expat.ExpatError, ValueError) as error:
        return ImageFacts(0, 0, ImageKind.VECTOR, f"the SVG cannot be read: {error}")
    return ImageFacts(*_vector_size(root), ImageKind.VECTOR)


def _parse_root(data: bytes) -> dict[str, str]:
    """Parse an SVG to its end and return the attributes of its root; entities outside the file are never resolved."""
    roots: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if not roots:
            roots.append((name, attributes))

    def entity(name: str, _is_parameter: bool, value: str | None, *_external: object) -> None:
        if value and ("&" in value or len(value) > MAX_ENTITY):
            raise ValueError(f"its entity '{name}' expands to too much")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    parser.Parse(data, True)
    name, attributes = roots[0]
    if name.rpartition(":")[2] != "svg":
        raise ValueError(f"its root is <{name}>")
    return attributes


def _vector_size(attributes: dict[str, str]) -> tuple[int, int]:
    """Return width and height, from the other one and the view box where one is missing or relative."""
    width, height = _length(attributes.get("width", "")), _length(attributes.get("height", ""))
    box_width, box_height = _view_box(attributes.get("viewBox", ""))
    if box_width and box_height:
        if not width:
            width = height * box_width / box_height if height else box_width
        height = height or width * box_height / box_width
    if not width or not height:
        return 0, 0
    return max(1, round(width)), max(1, round(height))


def _length(text: str) -> float:
    match = re.fullmatch(r"\s*\+?(\d{1,7}(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*", text.lower())
    return float(match[1]) * _UNITS.get(match[2], 0) if match else 0


def _view_box(text: str) -> tuple[float, float]:
    numbers = re.findall(r"[-+]?(?:\d{1,7}(?:\.\d*)?|\.\d+)", text)
    if len(numbers) != 4:
        return 0, 0
    return max(float(numbers[2]), 0), max(float(numbers[3]), 0)
