"""The pictures that stand for pages where links to them are shown, and what pages say of them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFont

import octavo
from building import BuiltSite, build_folder, write_site
from octavo.model.rendering import CardRequest, CardSettings
from octavo.render.card_drawing import ACCENT, INK, MEASURE, PAPER, SIZES, set_title
from octavo.render.social_card import HEIGHT, WIDTH, make_card_renderer
from octavo.world.theme import FONT

ADDRESS = 'title = "Notes"\nbase_url = "https://example.org/n"\n'
OWN_FONT = (Path(octavo.__file__).parent / FONT).read_bytes()

draw = make_card_renderer(CardSettings("Notes on Everything", OWN_FONT))


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(OWN_FONT), size)


def built(folder: Path, files: dict[str, str], config: str = ADDRESS) -> BuiltSite:
    return build_folder(write_site(folder, {"octavo.toml": config, **files}))


def metadata(site: BuiltSite, path: str) -> dict[str, str]:
    return dict(
        re.findall(r'<meta (?:property|name)="((?:og:image|twitter)[^"]*)" content="([^"]*)">', site.text(path))
    )


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


@pytest.mark.parametrize(
    "title", ["BERT", "Gödel’s “Beweis” — naïve", "Λογική", "О пределе", "A\u00adB", "word " * 80, "x" * 300]
)
def test_a_card_is_small_and_its_text_stays_inside_its_frame(title: str) -> None:
    card = draw(CardRequest(title, "A section"))
    assert (card.missing, card.problem) == ("", "")
    assert len(card.png) < 30_000
    image = picture(card.png)
    assert image.size == (WIDTH, HEIGHT)
    assert {PAPER, INK, ACCENT} <= {colour for _, colour in image.getcolors(16) or ()}
    margins = [(50, 50, 110, HEIGHT - 50), (WIDTH - 110, 50, WIDTH - 50, HEIGHT - 50)]
    assert [image.crop(box).getcolors() for box in margins] == [[((60) * (HEIGHT - 100), PAPER)]] * 2


def test_the_same_card_comes_out_each_time() -> None:
    again = make_card_renderer(CardSettings("Notes on Everything", OWN_FONT))
    assert again(CardRequest("BERT", "Models")) == draw(CardRequest("BERT", "Models"))


def test_each_part_of_a_card_shows() -> None:
    cards = [draw(CardRequest(*texts)).png for texts in (("A", "B"), ("A", "C"), ("C", "B"), ("A", ""))]
    cards.append(make_card_renderer(CardSettings("Other notes", OWN_FONT))(CardRequest("A", "B")).png)
    assert len(set(cards)) == 5


def test_a_short_title_is_large_and_a_long_one_has_more_lines() -> None:
    size, lines = set_title("BERT", font)
    assert (size, [line.text for line in lines]) == (SIZES[0][0], ["BERT"])
    size, lines = set_title("A Primer in BERTology: What We Know About How BERT Works", font)
    assert [line.text for line in lines] == ["A Primer in BERTology:", "What We Know About", "How BERT Works"]
    assert all(font(size).getlength(line.text) <= MEASURE for line in lines)


def test_lines_are_of_about_the_same_length() -> None:
    _, lines = set_title("one two three four five six seven eight nine ten eleven twelve", font)
    assert min(line.width for line in lines) > 0.7 * max(line.width for line in lines)


def test_a_title_without_end_ends_in_an_ellipsis() -> None:
    _, lines = set_title("On the origin of " + "very " * 60 + "long titles", font)
    assert len(lines) == 4
    assert lines[-1].text.endswith("very…")
    assert set_title("x" * 300, font)[1][0].text.endswith("x…")


def test_ideographs_break_without_spaces() -> None:
    _, lines = set_title("漢字" * 30, font)
    assert len(lines) > 1


def test_a_title_that_the_font_cannot_write_gives_way_to_that_of_the_site() -> None:
    card = draw(CardRequest("On 漢字 and 漢", "Models"))
    assert card.missing == "漢字"
    assert card.png == draw(CardRequest("Notes on Everything", "Models")).png


def test_letters_that_are_missing_are_told_once(tmp_path: Path) -> None:
    files = {"content/a.md": "---\ntitle: 漢字\n---\nText.\n", "content/b.md": "---\ntitle: 字\n---\nText.\n"}
    site = built(tmp_path, files)
    assert [one.rule for one in site.build.diagnostics] == ["card-incomplete"]
    assert "2 titles, which they leave out: 漢字" in site.build.diagnostics[0].message
    assert "social_font" in site.build.diagnostics[0].hint


def test_every_note_and_section_has_a_card_and_other_pages_share_that_of_the_site(tmp_path: Path) -> None:
    site = built(tmp_path, {"content/models/bert.md": "---\ntitle: BERT & co\ntags: [x]\n---\nText.\n"})
    cards = sorted(path for path in site.files() if path.endswith(".png"))
    assert cards == ["models/bert/social-card.png", "models/social-card.png", "social-card.png"]
    assert metadata(site, "models/bert/index.html") == {
        "og:image": "https://example.org/n/models/bert/social-card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "BERT &amp; co · Notes",
        "twitter:card": "summary_large_image",
    }
    assert metadata(site, "tags/index.html")["og:image"] == "https://example.org/n/social-card.png"
    assert metadata(site, "tags/index.html")["og:image:alt"] == "Notes"


def test_a_site_without_an_address_has_no_cards(tmp_path: Path) -> None:
    site = built(tmp_path, {"content/index.md": "Text.\n"}, "")
    assert not [path for path in site.files() if path.endswith(".png")]
    assert metadata(site, "index.html") == {"twitter:card": "summary"}


def test_cards_may_be_switched_off(tmp_path: Path) -> None:
    site = built(tmp_path, {"content/a.md": "Text.\n"}, f"{ADDRESS}social_cards = false\n")
    assert not [path for path in site.files() if path.endswith(".png")]
    assert metadata(site, "a/index.html") == {"twitter:card": "summary"}


def test_an_image_of_the_front_matter_takes_the_place_of_the_card(tmp_path: Path) -> None:
    notes = {
        "content/a/one.md": "---\ntitle: One\nimage: two.png\n---\nText.\n",
        "content/a/two.md": "---\ntitle: Two\nimage: {path: /a/two.png, alt: no}\n---\nText.\n",
        "content/a/far.md": "---\ntitle: Far\nimage: https://example.com/x.png\n---\nText.\n",
    }
    write_site(tmp_path, notes)
    Image.new("RGB", (640, 480)).save(tmp_path / "content/a/two.png")
    site = built(tmp_path, {})
    for path, title in (("a/one", "One"), ("a/two", "Two")):
        assert metadata(site, f"{path}/index.html") == {
            "og:image": "https://example.org/n/a/two.png",
            "og:image:width": "640",
            "og:image:height": "480",
            "og:image:alt": title,
            "twitter:card": "summary_large_image",
        }
    assert metadata(site, "a/far/index.html")["og:image"] == "https://example.com/x.png"
    assert "og:image:width" not in metadata(site, "a/far/index.html")
    assert sorted(path for path in site.files() if path.endswith("card.png")) == [
        "a/social-card.png",
        "social-card.png",
    ]
    assert not [path for path in site.files() if path.endswith(".webp")]
    assert site.problems() == []


def test_an_image_that_is_not_there_is_told_and_the_card_stays(tmp_path: Path) -> None:
    site = built(tmp_path, {"content/a.md": "---\ntitle: A\nimage: no.png\n---\nText.\n"})
    assert [problem.split()[:2] for problem in site.problems()] == [["image-missing", "content/a.md:1:1"]]
    assert metadata(site, "a/index.html")["og:image"] == "https://example.org/n/a/social-card.png"


def test_a_site_may_bring_its_own_font(tmp_path: Path) -> None:
    default = ImageFont.load_default(20)
    assert isinstance(default, ImageFont.FreeTypeFont)
    write_site(
        tmp_path, {"content/a.md": "---\ntitle: Plain\n---\nText.\n", "content/b.md": "---\ntitle: Gödel\n---\nText.\n"}
    )
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts/own.ttf").write_bytes(default.font_bytes)
    site = built(tmp_path, {}, ADDRESS + 'social_font = "fonts/own.ttf"\n')
    others = built(tmp_path, {}, ADDRESS)
    assert site.files()["a/social-card.png"] != others.files()["a/social-card.png"]
    assert [one.message for one in site.build.diagnostics if one.rule == "card-incomplete"] == [
        "the font of the cards for links lacks letters of 1 title, which they leave out: ö"
    ]
    assert others.problems() == []


@pytest.mark.parametrize(
    ("font", "problem"),
    [
        ("../own.ttf", "config-invalid octavo.toml:3:1 '../own.ttf' leads out of the site"),
        ("/etc/hosts", "path-outside /etc/hosts:1:1 '/etc/hosts' leads out of the site"),
        ("fonts/no.ttf", "file-unreadable fonts/no.ttf:1:1 cannot read 'fonts/no.ttf': there is no such file"),
        (
            "octavo.toml",
            "file-unreadable octavo.toml:1:1 cannot read 'octavo.toml': it is not a font",
        ),
    ],
)
def test_a_font_that_cannot_be_used_stops_the_build(tmp_path: Path, font: str, problem: str) -> None:
    site = built(tmp_path, {"content/index.md": "Text.\n"}, ADDRESS + f'social_font = "{font}"\n')
    assert site.problems() == [problem]
    assert not site.build.publishable
