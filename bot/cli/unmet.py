"""Commands for curators: what people asked and did not get, and what they say of the cards."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.cards import TO_WRITE
from bot.cli.later import unmet_show
from bot.cli.periods import Since, period_since
from bot.cli.plumbing import BROKEN, NOTHING, AsJson, Guild, show_or_json, stop, with_log
from bot.cli.wire import Json
from bot.config import Config
from bot.desk import BriefingDesk, ContentError, Deck, drafts, load_deck
from bot.desk.gaps import unmet
from bot.desk.voices import CardVoices, Voices, voices
from bot.model import Gap, PassageMatch, Period, Unmet
from bot.text import printable

DAYS = 90
"""Days that are looked back at: the words of misses are not kept much longer."""

Number = Annotated[
    int | None,
    typer.Option(
        "--scaffold",
        metavar="N",
        min=1,
        show_default=False,
        help="Write a draft card for number N of the list, quotes filled in.",
    ),
]


def gaps(
    context: typer.Context, since: Since = None, as_json: AsJson = False, scaffold: Number = None, guild: Guild = None
) -> None:
    """List what was asked and not found, by topic, each with what to do: an alias, a card, or nothing."""
    if scaffold and as_json:
        raise typer.BadParameter("give --json or --scaffold, not both")
    period = period_since(since, _today(), DAYS)

    async def read(desk: BriefingDesk) -> tuple[Unmet, Deck]:
        return unmet(await desk.reports.unanswered(period, guild), desk.deck), desk.deck

    found, deck = with_log(context, read)
    if scaffold:
        write_draft(context.obj, found, scaffold)
    else:
        show_or_json(gaps_json(found, deck, period), as_json, lambda: unmet_show.gaps(found, deck, period))


def feedback(context: typer.Context, since: Since = None, as_json: AsJson = False) -> None:
    """List what members say: helpful or not and errors, by card and version, then the cards they ask for."""
    period = period_since(since, _today(), DAYS)

    async def read(desk: BriefingDesk) -> tuple[Voices, Deck]:
        said, asked = await desk.reports.feedback(period), await desk.reports.unanswered(period)
        return voices(said, asked, desk.deck), desk.deck

    said, deck = with_log(context, read)
    show_or_json(feedback_json(said, period), as_json, lambda: unmet_show.feedback(said, deck, period))


def _today() -> date:
    """Periods are days of UTC, as the times in the log are."""
    return datetime.now(UTC).date()


def _fail(error: OSError) -> NoReturn:
    typer.echo(printable(str(error) or "The log took too long to answer."), err=True)
    raise typer.Exit(BROKEN)


# ---------------------------------------------------------------- drafts


def write_draft(config: Config, found: Unmet, number: int) -> None:
    """Write the draft for a number of the list, and say where it is and what to do with it; or why there is none."""
    if number > len(found.gaps):
        typer.echo(f"There is no number {number}: the list has {unmet_show.count(len(found.gaps), 'topic')}.", err=True)
        raise typer.Exit(BROKEN)
    gap = found.gaps[number - 1]
    try:
        deck = load_deck(config, drafts=True)
    except ContentError as error:
        stop(error.problems, "Nothing was written.")
    made = drafts.scaffold(gap, deck, _today())
    if isinstance(made, drafts.NoDraft):
        typer.echo(printable(f"{made.reason} Nothing was written."), err=True)
        raise typer.Exit(NOTHING)
    path = config.briefs / made.folder / f"{made.id}.yaml"
    _write(path, made.text)
    typer.echo(f"{path}: a draft on «{printable(gap.topic)}» with {made.quotes} quotes, which nobody is shown yet.")
    typer.echo(f"Write what «{TO_WRITE}» stands for, then: python -m bot validate")
    typer.echo(f"To see it as members would: python -m bot sandbox --card {made.id}")


def _write(path: Path, text: str) -> None:
    """Write a new file. Exits with BROKEN where there is one already, or it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        advice = "nothing was changed: move away what is there, or look at the folder's permissions"
        typer.echo(f"{error.filename or path}: cannot be written: {reason} — {advice}", err=True)
        raise typer.Exit(BROKEN) from None


# ---------------------------------------------------------------- for programs; the keys are a contract


def gaps_json(found: Unmet, deck: Deck, period: Period) -> Json:
    """`number` is what --scaffold takes; `answered` is what the deck answers by now, `wordless` what names no topic."""
    return {
        **_period(period),
        "gaps": [_gap(number, gap, deck) for number, gap in enumerate(found.gaps, 1)],
        "answered": [wording.question for wording in found.answered],
        "wordless": [wording.question for wording in found.wordless],
    }


def _gap(number: int, gap: Gap, deck: Deck) -> Json:
    return {
        "number": number,
        "topic": gap.topic,
        "advice": gap.advice.value,
        "reason": unmet_show.reason(gap, deck),
        "asks": gap.asks,
        "wanted": gap.wanted,
        "offered": gap.offered,
        "picked": gap.picked,
        "alias_of": gap.alias_of,
        "last": gap.last.isoformat(),
        "wordings": [
            {"question": one.question, "asks": one.asks, "wanted": one.wanted, "last": one.last.isoformat()}
            for one in gap.wordings
        ],
        "nearest": list(gap.nearest),
        "passages": [_passage(match) for match in gap.passages],
        "shared": list(gap.shared),
    }


def _passage(match: PassageMatch) -> Json:
    passage = match.passage
    return {
        "document": passage.document.id,
        "paragraph": passage.paragraph.number,
        "start": passage.position.start,
        "end": passage.position.end,
        "text": passage.text,
    }


def feedback_json(said: Voices, period: Period) -> Json:
    """`since` of a card: as it is now, changed since, or withdrawn since."""
    return {
        **_period(period),
        "cards": [_card(card) for card in said.cards],
        "requests": [
            {
                "question": one.wording.question,
                "wanted": one.wording.wanted,
                "asks": one.wording.asks,
                "last": one.wording.last.isoformat(),
                "answered_by": one.answered_by,
            }
            for one in said.requests
        ],
        "wordless": said.wordless,
    }


def _card(card: CardVoices) -> Json:
    return {
        "id": card.card,
        "version": card.version,
        "since": card.since.value,
        "helpful": card.helpful,
        "not_helpful": card.not_helpful,
        "errors": [{"at": error.at.isoformat(), "part": error.part, "text": error.text} for error in card.errors],
    }


def _period(period: Period) -> Json:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}
