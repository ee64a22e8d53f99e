"""Counts of asks → what they tell: topics, what rises, what became of the questions. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import TypeVar

from bot.model import AskCount, Fate, Outcome, Period, Statistics, Surface, TopicCount

K = TypeVar("K")

RISING = 5
"""Topics that are said to rise, and asks that one of them has at least."""
STEEP = 1.5
"""Standard deviations by which a topic is above what was to be expected of it."""


def statistics(
    now: Iterable[AskCount],
    before: Iterable[AskCount],
    days: tuple[int, ...],
    titles: Mapping[str, str],
    *,
    period: Period,
    guild: int | None,
    fewest: int,
) -> Statistics:
    """What the asks of a period tell, beside those of the period before it.

    `titles` are those of the cards; a card that is no longer in the deck goes by its id.
    """
    now, before = tuple(now), tuple(before)
    asks, asked_before = _questions(now), _questions(before)
    topics = _topics(now, before, titles)
    return Statistics(
        period=period,
        guild=guild,
        fewest=fewest,
        asks=asks,
        before=asked_before,
        topics=tuple(topic for topic in topics if topic.asks),
        rising=_rising(topics, asks / asked_before if asked_before else 0.0, max(RISING, fewest)),
        fates=_fates(now),
        surfaces=dict(_by_surface(now).most_common()),
        days=days,
    )


def told(counts: Mapping[K, int], fewest: int) -> dict[K, int | None]:
    """Counts that add up to a known sum, with None for what is not to be told.

    That is each below `fewest`, but for none at all; and where that is only one, the smallest beside it as well, or the
    sum would tell it.
    """
    small = {key for key, count in counts.items() if 0 < count < fewest}
    if len(small) == 1 and (others := [key for key, count in counts.items() if count >= fewest]):
        small.add(min(others, key=lambda key: counts[key]))
    return {key: None if key in small else count for key, count in counts.items()}


def told_topics(found: Statistics) -> tuple[TopicCount, ...]:
    """The topics whose counts may be told, most asked first. How many others there are is not told either."""
    return tuple(topic for topic in found.topics if topic.asks >= found.fewest)


def _questions(counts: tuple[AskCount, ...]) -> int:
    return sum(count.asks for count in counts if not count.picked)


def _topics(now: tuple[AskCount, ...], before: tuple[AskCount, ...], titles: Mapping[str, str]) -> list[TopicCount]:
    asked, earlier = _by_card(now), _by_card(before)
    found = [
        TopicCount(card=card, title=titles.get(card, card), asks=asked[card], before=earlier[card])
        for card in {*asked, *earlier}
    ]
    return sorted(found, key=lambda topic: (-topic.asks, topic.title.casefold()))


def _by_card(counts: tuple[AskCount, ...]) -> Counter[str]:
    total: Counter[str] = Counter()
    for count in counts:
        if count.card:
            total[count.card] += count.asks
    return total


def _by_surface(counts: tuple[AskCount, ...]) -> Counter[Surface]:
    total: Counter[Surface] = Counter()
    for count in counts:
        if not count.picked:
            total[count.surface] += count.asks
    return total


def _rising(topics: list[TopicCount], growth: float, least: int) -> tuple[TopicCount, ...]:
    """Topics that were asked about more than before, by more than chance and than all topics together.

    `growth` is how many times as many questions there were; where there were none before nothing rises.
    """
    if not growth:
        return ()

    def steepness(topic: TopicCount) -> float:
        expected = topic.before * growth
        return (topic.asks - expected) / sqrt(topic.asks + expected)

    steep = [topic for topic in topics if topic.asks >= least and topic.asks > topic.before]
    steep = [topic for topic in steep if steepness(topic) >= STEEP]
    return tuple(sorted(steep, key=steepness, reverse=True)[:RISING])


def _fates(counts: tuple[AskCount, ...]) -> dict[Fate, int]:
    outcomes: Counter[Outcome] = Counter()
    picked = 0
    for count in counts:
        if count.picked:
            picked += count.asks
        else:
            outcomes[count.outcome] += count.asks
    # One may choose twice from one offer, and from an offer of the period before.
    chosen = min(picked, outcomes[Outcome.SUGGESTED])
    return {
        Fate.ANSWERED: outcomes[Outcome.FOUND],
        Fate.CHOSEN: chosen,
        Fate.NOT_CHOSEN: outcomes[Outcome.SUGGESTED] - chosen,
        Fate.MISSED: outcomes[Outcome.ABSTAINED],
    }
