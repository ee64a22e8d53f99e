"""What members said → what was said of each card in each version, and what they want cards about. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.desk.decks import Deck
from bot.desk.gaps import without_marks
from bot.model import Feedback, Found, Unanswered, Voice


class Since(StrEnum):
    """What became of a card since something was said of it."""

    THE_SAME = "as it is now"
    CHANGED = "changed since"
    WITHDRAWN = "withdrawn since"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardVoices:
    """What was said of one version of a card. `errors` are the reports, oldest first."""

    card: str
    version: str
    since: Since
    helpful: int
    not_helpful: int
    errors: tuple[Feedback, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Words about which a card was asked for. `answered_by` is the id of the card that they find by now."""

    wording: Unanswered
    answered_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """All that members said. `wordless` counts the requests whose words are no longer known."""

    cards: tuple[CardVoices, ...]
    requests: tuple[Request, ...]
    wordless: int


def voices(feedback: Iterable[Feedback], unanswered: Iterable[Unanswered], deck: Deck) -> Voices:
    """Cards of which most was said against come first, as they are now before others; requests by how often."""
    of_cards: dict[tuple[str, str], list[Feedback]] = {}
    requests = 0
    for one in feedback:
        if one.voice is Voice.REQUEST:
            requests += 1
        elif one.card and one.version:
            of_cards.setdefault((one.card, one.version), []).append(one)
    cards = sorted((_of_card(said, deck) for said in of_cards.values()), key=_weight)
    wanted = sorted((one for one in unanswered if one.wanted), key=lambda one: (-one.wanted, -one.asks, one.question))
    return Voices(
        cards=tuple(cards),
        requests=tuple(Request(wording=one, answered_by=_answer(one, deck)) for one in wanted),
        wordless=max(requests - sum(one.wanted for one in wanted), 0),
    )


def _of_card(said: Sequence[Feedback], deck: Deck) -> CardVoices:
    card_id, version = said[0].card or "", said[0].version or ""
    now = deck.cards.get(card_id)
    counts = Counter(one.voice for one in said)
    return CardVoices(
        card=card_id,
        version=version,
        since=Since.WITHDRAWN if now is None else Since.THE_SAME if now.version == version else Since.CHANGED,
        helpful=counts[Voice.HELPFUL],
        not_helpful=counts[Voice.NOT_HELPFUL],
        errors=tuple(one for one in said if one.voice is Voice.ERROR),
    )


def _weight(card: CardVoices) -> tuple[bool, int, int, int, str, str]:
    later = card.since is not Since.THE_SAME
    return later, -len(card.errors), -card.not_helpful, -card.helpful, card.card, card.version


def _answer(wording: Unanswered, deck: Deck) -> str | None:
    answer = deck.index.answer(without_marks(wording.question))
    return answer.match.card.id if isinstance(answer, Found) else None
