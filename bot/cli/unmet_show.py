"""What curators see in a terminal of what was asked in vain and what was said of cards: values → rich renderables.

Colour carries no meaning that the words do not. Whatever was typed is made printable here.
"""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.corpus import paragraph_numbers, shown
from bot.desk import Deck
from bot.desk.drafts import is_question, names_of
from bot.desk.voices import CardVoices, Request, Voices
from bot.model import MOST_NEAR, Advice, BriefingCard, Feedback, Gap, Paragraph, PassageMatch, Period, Unanswered, Unmet
from bot.text import printable

WORDINGS = 5
"""Wordings that are printed of a topic: the others say the same."""
PASSAGE = 160
"""Characters that are printed of a passage."""
TOPICS = 50
"""Topics that are printed: nobody reads on, and the list for programs has them all."""

_NEXT = {
    Advice.ADD_ALIAS: "Add an alias where it means that card and nothing else, then: python -m bot validate",
    Advice.WRITE_CARD: "Write a card: the same command with --scaffold and the number drafts it, quotes filled in.",
    Advice.OUT_OF_SCOPE: "Out of scope: bring in a document that is about it (python -m bot import), or leave it.",
}


def gaps(found: Unmet, deck: Deck, period: Period) -> RenderableType:
    return Group(*_gaps(found, deck, period))


def _gaps(found: Unmet, deck: Deck, period: Period) -> Iterator[RenderableType]:
    yield Text(_summary(found, period))
    for number, gap in enumerate(found.gaps[:TOPICS], 1):
        wanted = f", wanted {_times(gap.wanted)}" if gap.wanted else ""
        heading = f"asked {_times(gap.asks)}{wanted}, last on {gap.last:%Y-%m-%d}"
        yield Text.assemble((f"\n{number}. {printable(gap.topic)}", "bold cyan"), f" · {heading}")
        yield Padding(Group(*_rows(gap, deck)), (0, 0, 0, 2))
    yield Text("")
    if more := found.gaps[TOPICS:]:
        yield Text(f"{count(len(more), 'more topic')}, each asked less: --json lists them all.")
    given = {gap.advice for gap in found.gaps}
    yield from (Text(_NEXT[advice], style="dim") for advice in Advice if advice in given)


def _rows(gap: Gap, deck: Deck) -> Iterator[RenderableType]:
    yield _item(Text.assemble((gap.advice.value, "bold"), f": {reason(gap, deck)}"))
    if len(gap.wordings) > 1:
        yield _item(Text(f"typed: {_wordings(gap.wordings)}"))
    if near := deck.known(gap.nearest):
        listed = "; ".join(f"{card.title} ({card.id})" for card in near)
        yield _item(Text(f"nearest card: {listed}" if len(near) == 1 else f"nearest cards: {listed}"))
    yield from (_item(_passage(match, deck)) for match in gap.passages)


def _summary(found: Unmet, period: Period) -> str:
    """How much there is, and how much of what was asked is no gap."""
    since = f"from {period.first} to {period.last}"
    wordings = sum(len(gap.wordings) for gap in found.gaps)
    told = [f"{count(len(found.gaps), 'topic')} in {count(wordings, 'wording')}, asked in vain {since}."]
    if not found.gaps:
        told = [f"Nothing was asked in vain {since}."]
    if answered := len(found.answered):
        told.append(f"{count(answered, 'more wording')} {'is' if answered == 1 else 'are'} answered by now.")
    if found.wordless:
        told.append(f"{count(len(found.wordless), 'wording')} without a topic left out.")
    return " ".join(told)


def reason(gap: Gap, deck: Deck) -> str:
    """Why this is the advice, in one line, and where to begin with it."""
    chosen = _chosen(gap)
    if gap.advice is Advice.ADD_ALIAS and gap.alias_of:
        return f"{chosen}: add {_names(gap)} to {deck.cards[gap.alias_of].origin.path}"
    if gap.advice is Advice.WRITE_CARD:
        words = ", ".join(f"«{printable(word)}»" for word in gap.shared)
        why = f"{len(gap.passages)} sentences of the documents share {words}"
    elif not gap.passages:
        why = "no passage has enough of its words"
        if gap.nearest and not chosen:
            why += "; if the nearest card is meant, give it the name"
    else:
        why = "one sentence comes near it" if len(gap.passages) == 1 else "the documents come near it, no more"
    return f"{why}; {chosen}" if chosen else why


def _chosen(gap: Gap) -> str:
    """How often the card that was meant, or else the one chosen most, was chosen."""
    card = gap.alias_of or next(iter(gap.picked), None)
    if card is None:
        return ""
    among = max(gap.offered, sum(gap.picked.values()))
    return f"{gap.picked[card]} of {among} who {'was' if among == 1 else 'were'} offered a choice chose {card}"


def _names(gap: Gap) -> str:
    """The wordings by which the card was chosen, as what they would be on it."""
    names = names_of([wording for wording in gap.wordings if gap.alias_of in wording.picked])
    if not names:
        return "what was typed as an alias"
    kinds = (
        ("alias", "aliases", [n for n in names if not is_question(n)]),
        ("question", "questions", [n for n in names if is_question(n)]),
    )
    return " and ".join(
        f"the {one if len(these) == 1 else many} {', '.join(f'«{printable(name)}»' for name in these)}"
        for one, many, these in kinds
        if these
    )


def _wordings(wordings: Sequence[Unanswered]) -> str:
    first = ", ".join(f"«{printable(wording.question)}» {wording.asks}" for wording in wordings[:WORDINGS])
    rest = len(wordings) - WORDINGS
    return f"{first}, and {rest} more" if rest > 0 else first


def _passage(match: PassageMatch, deck: Deck) -> Text:
    """A sentence, where it stands, and which cards have that paragraph already."""
    passage = match.passage
    words = shown(passage)
    if len(words) > PASSAGE:
        words = f"{words[:PASSAGE].rsplit(' ', 1)[0]} […]"
    place = f"{passage.document.title}, {paragraph_numbers(passage)}"
    cards = [card.id for card in deck.cards.values() if passage.paragraph in (*_quoted(card), *card.covers)]
    there = f", in {', '.join(cards[:MOST_NEAR])}" if cards else ""
    return Text.assemble(f"“{words}”", (f" — {place}{there}", "dim"))


def _quoted(card: BriefingCard) -> Iterator[Paragraph]:
    return (passage.paragraph for passage in card.quotes)


# ---------------------------------------------------------------- what was said of cards


def feedback(said: Voices, deck: Deck, period: Period) -> RenderableType:
    return Group(*_feedback(said, deck, period))


def _feedback(said: Voices, deck: Deck, period: Period) -> Iterator[RenderableType]:
    since = f"from {period.first} to {period.last}"
    if not said.cards and not said.requests and not said.wordless:
        yield Text(f"Nobody said anything of cards, or asked for one, {since}.")
        return
    errors = sum(len(card.errors) for card in said.cards)
    requests = sum(request.wording.wanted for request in said.requests) + said.wordless
    yield Text(f"{count(errors, 'error report')} and {count(requests, 'request')} {since}.")
    for card in said.cards:
        yield from _of_card(card, deck)
    if said.requests or said.wordless:
        yield Text("\nCards that were asked for", style="bold cyan")
        yield from (_item(_request(request)) for request in said.requests)
    if said.wordless:
        yield _item(Text(f"{count(said.wordless, 'more request')} whose words are no longer known"))


def _of_card(card: CardVoices, deck: Deck) -> Iterator[RenderableType]:
    now = deck.cards.get(card.card)
    yield Text.assemble(
        (f"\n{now.title if now else printable(card.card)}", "bold cyan"),
        f"  ({printable(card.card)}, version {printable(card.version)}, {card.since.value})",
    )
    yield Padding(Text(f"helpful {card.helpful} · not helpful {card.not_helpful}"), (0, 0, 0, 2))
    for error in card.errors:
        yield Padding(_item(_error(error)), (0, 0, 0, 2))
    if card.errors and now:
        yield Padding(Text(str(now.origin.path), style="dim"), (0, 0, 0, 2))


def _error(error: Feedback) -> Text:
    part = printable(error.part) if error.part else "the whole card"
    words = f"«{printable(error.text)}»" if error.text else "no words, or they are no longer kept"
    return Text.assemble(f"{error.at:%Y-%m-%d}, ", (part, "bold"), f": {words}")


def _request(request: Request) -> Text:
    wording = request.wording
    now = f"; by now it finds {request.answered_by}" if request.answered_by else ""
    asked = f"wanted {_times(wording.wanted)}, asked {_times(wording.asks)}, last on {wording.last:%Y-%m-%d}"
    return Text(f"«{printable(wording.question)}» — {asked}{now}")


# ---------------------------------------------------------------- small things


def _item(text: Text) -> RenderableType:
    """A paragraph whose further lines are set under its first word."""
    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("• ", text)
    return grid


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
