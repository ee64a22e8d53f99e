"""The deck: whether it loads, what is in it, and what is due for review."""

import time
from datetime import date

from bot.corpus import unkept
from bot.desk import ContentError, Deck, load_deck
from bot.hosting.doctor.aside import aside
from bot.hosting.doctor.findings import Case, Findings, right, sentence, several, skipped, wrong

DECK = "deck"
SECONDS = 12.0
SHOWN = 3


async def deck(case: Case) -> Findings:
    if (config := case.config) is None:
        yield skipped(DECK, "not loaded: the configuration comes first")
        return
    begun = time.monotonic()
    try:
        loaded = await aside(lambda: load_deck(config), SECONDS)
    except ContentError as error:
        for problem in error.problems[:SHOWN]:
            yield wrong(DECK, f"{problem.origin}: {problem.message}", sentence(problem.hint))
        if (more := len(error.problems) - SHOWN) > 0:
            yield wrong(DECK, f"{several(more, 'more problem')} like these", "List them all: python -m bot validate")
        return
    took = time.monotonic() - begun
    quotes = sum(len(card.quotes) for card in loaded.cards.values())
    holds = (
        f"{several(len(loaded.corpus), 'document')}, {several(len(loaded.cards), 'card')}, {several(quotes, 'quote')}"
    )
    yield right(DECK, f"{holds}; version {loaded.version}, loaded in {took:.1f} s beside all the rest")
    if not loaded.cards:
        yield wrong(DECK, "no card is published, so nothing can be answered", "Publish one: `status: published`.")
    for problem in loaded.altered:
        yield wrong(DECK, f"{problem.origin}: {problem.message}", sentence(problem.hint))
    if without := unkept(loaded.corpus):
        said = f"without a raw file, so held against none: {', '.join(without)}"
        yield right(DECK, said, "Keep the text that each was made from in corpus/raw, as ID.txt.")
    if overdue := _overdue(loaded):
        named = ", ".join(overdue[:SHOWN]) + (", …" if len(overdue) > SHOWN else "")
        said = f"{several(len(overdue), 'card is', 'cards are')} overdue for review, and readers are told so: {named}"
        yield right(DECK, said, "Review them, then move `as_of` and `review_by`.")


def _overdue(loaded: Deck) -> list[str]:
    today = date.today()
    due = [card for card in loaded.cards.values() if card.overdue(today)]
    return [card.id for card in sorted(due, key=lambda card: card.review_by)]
