"""The cards that stand for pages where links to them are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from octavo.model.diagnostic import Diagnostic
from octavo.model.document import Outline
from octavo.model.rendering import CardSettings
from octavo.model.site import Inputs
from octavo.model.source import Asset, Span
from octavo.pipeline.plan import SitePlan
from octavo.pipeline.results import MadeCard
from octavo.pipeline.runner import Runner
from octavo.pipeline.stages import SOCIAL_CARD
from octavo.render.social_card import draws_cards, say_on_card

#: How many letters that the font lacks are told of.
TOLD = 12


class RenderedCards(NamedTuple):
    """The cards: digests of files by path, and what the font can't do."""

    files: dict[str, str]
    diagnostics: tuple[Diagnostic, ...]


def render_social_cards(
    plan: SitePlan, inputs: Inputs, read_asset: Callable[[Asset], bytes], runner: Runner
) -> RenderedCards:
    """Draw the cards of a site that knows its address."""
    font = inputs.social_font
    if not draws_cards(inputs.config) or font is None:
        return RenderedCards({}, ())

    def make() -> RenderedCards:
        settings = CardSettings(inputs.config.title, read_asset(font))
        cards = runner.run(SOCIAL_CARD, settings, [one.request for one in plan.cards])
        files = {one.url[1:]: card.digest for one, card in zip(plan.cards, cards, strict=True) if card.digest}
        return RenderedCards(files, tuple(_problems(cards, font)))

    identity = (inputs.config.title, font, plan.cards)
    return runner.recall("social cards", identity, RenderedCards, make, lambda cards: cards.files.values())


def begin_social_cards(
    inputs: Inputs, read_asset: Callable[[Asset], bytes], runner: Runner, heads: Sequence[Outline]
) -> None:
    """Begin to draw the cards of notes: they need only the ways to the notes, which are soon found out."""
    from octavo.resolve.navigation import resolve_breadcrumbs, title_of  # only what is resolved anew needs them
    from octavo.resolve.routes import is_content_path, resolve_routes

    font = inputs.social_font
    if draws_cards(inputs.config) and font is not None:
        breadcrumbs = resolve_breadcrumbs(heads, resolve_routes(heads)[0])
        requests = (
            say_on_card(title_of(head), breadcrumbs[head.path])
            for head in heads
            if is_content_path(head.path) and not head.front_matter.image
        )
        runner.begin(SOCIAL_CARD, CardSettings(inputs.config.title, read_asset(font)), requests)


def _problems(cards: list[MadeCard], font: Asset) -> list[Diagnostic]:
    broken = next((card.problem for card in cards if card.problem), "")
    if broken:
        return [Diagnostic("file-unreadable", f"cannot read '{font.source}': {broken}", Span(font.source, 1))]
    lacking = [card.missing for card in cards if card.missing]
    if not lacking:
        return []
    letters = "".join(dict.fromkeys("".join(lacking)))
    shown = letters[:TOLD] + ("…" if len(letters) > TOLD else "")
    titles = "1 title" if len(lacking) == 1 else f"{len(lacking)} titles"
    message = f"the font of the cards for links lacks letters of {titles}, which they leave out: {shown}"
    return [Diagnostic("card-incomplete", message, hint='name a font that has them: social_font = "fonts/name.otf"')]
