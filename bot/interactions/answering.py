"""Questions → answers: a card, a choice, or an honest miss; the same from a command, a menu and a mention."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from bot import limits
from bot.desk import BriefingDesk
from bot.interactions.components import Page
from bot.interactions.pages import outcomes, passages
from bot.interactions.pages.stamps import alone, judged, stamped, taken_apart
from bot.interactions.presses import Reasons, Want, reasons, wanted
from bot.interactions.subjects import Subject
from bot.model import Abstained, BriefingCard, Found, PassageMatch, Suggested, Surface

NEAREST = 3
FROM_ONE = 8
"""How many times as many passages are looked at where only one document is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What answers a question: a subject with the reasons for it."""

    subject: Subject
    reasons: Reasons


async def on_topic(
    desk: BriefingDesk,
    typed: str,
    want: Want,
    surface: Surface,
    *,
    guild: int | None,
    locale: str | None,
    keep_words: bool = True,
) -> Answered | Page:
    """What a question on a topic gets: a subject where a card is clear, else a page that says so."""
    typed = typed[: limits.QUESTION]
    # So many digits that a miss can be named by them in a button, and no two asks share them.
    ask_id = secrets.token_hex(8)
    answer = await desk.ask(typed, surface=surface, ask_id=ask_id, keep_words=keep_words, guild=guild, locale=locale)
    match answer:
        case Found(match=match):
            return Answered(subject=wanted(want, match.card.id), reasons=reasons(match.why, desk.deck.vocabulary))
        case Suggested(matches=matches):
            return outcomes.suggestions(matches, ask_id, want)
        case Abstained():
            # A card that knows none of the words is only spelt alike.
            cards = [match.card for match in desk.deck.index.rank(typed, NEAREST) if match.why.words]
            near = [match.passage for match in desk.deck.passages.search(typed, outcomes.NEAREST_PASSAGES)]
            page = outcomes.nothing(ask_id, cards, near, want)
            return stamped(page, desk.deck.stamp) if near else page
        case _:
            assert_never(answer)


async def on_words(
    desk: BriefingDesk,
    typed: str,
    surface: Surface,
    k: int,
    *,
    guild: int | None,
    locale: str | None,
    document: str | None = None,
) -> Page:
    """The passages with some words, of one document where it is named."""
    asked = k if document is None else FROM_ONE * k
    found = await desk.quote(typed[: limits.QUESTION], surface=surface, k=asked, guild=guild, locale=locale)
    found = tuple(match for match in found if document in (None, match.passage.document.id))[:k]
    if not found:
        return outcomes.said(passages.no_passage())
    return stamped(passages.found(found, _quoting(desk, found)), desk.deck.stamp)


async def on_quotation(
    desk: BriefingDesk, pasted: str, surface: Surface, *, guild: int | None, locale: str | None
) -> Page:
    """Whether a pasted quotation stands in the documents, and whether it is from the deck that it says it is from."""
    given, ours = taken_apart(pasted), desk.deck.stamp
    if given.stamps and not given.text:
        return outcomes.said(alone(given.stamps, ours))
    told = judged(given.stamps, ours)
    checked = await desk.check(given.text, surface=surface, guild=guild, locale=locale)
    page = passages.verified(checked, _quoting(desk, [one.match for one in checked if one.match]))
    return stamped(page.topped(told) if told else page, ours)


def _quoting(desk: BriefingDesk, found: Sequence[PassageMatch]) -> tuple[BriefingCard, ...]:
    cards = (card for match in found for card in desk.deck.quoting(match.passage))
    return tuple({card.id: card for card in cards}.values())
