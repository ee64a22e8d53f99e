"""The terminal shell: parse, call the desk, print.

Exit codes: 0 answered, 1 nothing found, 2 usage or broken content.
"""

import io
import logging
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.asklog import MemoryAskLog
from bot.cli import counting, curating, doctoring, keeping, storing, unmet, wire
from bot.cli.later import show
from bot.cli.plumbing import (
    ANSWERED,
    BROKEN,
    NOTHING,
    AsJson,
    Batch,
    Pasted,
    Words,
    deck_of,
    desk_without_log,
    each_line,
    lines,
    print_json,
    required,
    show_or_json,
    stop,
    with_desk,
    with_settings,
)
from bot.cli.talk import print_answer, talk
from bot.config import load_config
from bot.desk import BriefingDesk, ContentError
from bot.model import Abstained
from bot.text import printable

app = typer.Typer(
    help="Curated, sourced policy briefings: ask a topic, get a card; ask for words, get the passage.",
    epilog='Example: python -m bot ask "nato expantion"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


Reasons = Annotated[
    bool, typer.Option("--why", help="Add, for each card that came up, which words counted and what was corrected.")
]


@app.callback()
def settings(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="Configuration file; else $BRIEFBOT_CONFIG, else ./config.yaml.", show_default=False
        ),
    ] = None,
) -> None:
    if context.invoked_subcommand == "doctor":
        # It looks at the configuration by itself, at a broken one above all.
        return
    found, problems = load_config(config)
    if found is None:
        stop(problems)
    context.obj = found
    level = logging.DEBUG if found.log_level == "DEBUG" else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("asyncio", "aiosqlite", "sqlalchemy", "alembic", "markdown_it"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


# ---------------------------------------------------------------- asking


@app.command(epilog='Example: python -m bot ask --json "nato expantion"')
def ask(
    context: typer.Context, question: Words = None, as_json: AsJson = False, batch: Batch = False, why: Reasons = False
) -> None:
    """Answer a question with a briefing card. Without a question, read questions in a loop."""
    if batch:
        with_desk(context, lambda desk: each_line(lambda line: _json_answer(desk, line, why)))
    elif question is None and as_json:
        raise typer.BadParameter("give a question, or --batch")
    elif question is None:
        try:
            talk(context.obj)
        except ContentError as error:
            stop(error.problems)
    else:
        raise typer.Exit(with_desk(context, lambda desk: _ask_once(desk, " ".join(question), as_json, why)))


async def _ask_once(desk: BriefingDesk, question: str, as_json: bool, why: bool) -> int:
    answer = await desk.ask(question)
    if as_json:
        print_json(wire.answer(question, answer, why=why))
    else:
        print_answer(answer, desk)
        if why and not isinstance(answer, Abstained):
            show.console().print(show.reasons(answer.matches))
    return NOTHING if isinstance(answer, Abstained) else ANSWERED


async def _json_answer(desk: BriefingDesk, question: str, why: bool) -> wire.Json:
    return wire.answer(question, await desk.ask(question), why=why)


@app.command(epilog='Example: python -m bot quote "hand of freindship to the united states"')
def quote(context: typer.Context, question: Words = None, as_json: AsJson = False, batch: Batch = False) -> None:
    """Find the passage with these words, or nearly these. What is printed is sliced from the document."""
    if batch:
        with_desk(context, lambda desk: each_line(lambda line: _json_quote(desk, line)))
        return
    words = " ".join(required(question, "words of a quote"))

    async def once(desk: BriefingDesk) -> int:
        found = await desk.quote(words)
        if as_json:
            print_json(wire.passages(words, found))
        else:
            show.console().print(show.passages(found) if found else show.no_passage())
        return ANSWERED if found else NOTHING

    raise typer.Exit(with_desk(context, once))


async def _json_quote(desk: BriefingDesk, question: str) -> wire.Json:
    return wire.passages(question, await desk.quote(question))


@app.command(epilog='Example: python -m bot verify "we were the first to stand with you"')
def verify(context: typer.Context, pasted: Pasted = None, as_json: AsJson = False) -> None:
    """Hold a pasted quotation against the documents: verbatim, altered with the differences, or not found.

    Of several in quotation marks, the one that is furthest from the documents. Who is said to have said it is not
    checked.
    """
    words = " ".join(required(pasted, "the quotation"))
    if not words.strip():
        raise typer.BadParameter("give the quotation")
    checked = with_desk(context, lambda desk: desk.check(words))
    worst = min(checked, key=lambda one: one.match.score if one.match else 0.0)
    show_or_json(wire.verified(words, worst.match), as_json, lambda: show.checked(checked))
    raise typer.Exit(ANSWERED if worst.match else NOTHING)


@app.command(epilog='Example: python -m bot complete "strategic c"')
def complete(context: typer.Context, typed: Words = None, as_json: AsJson = False, batch: Batch = False) -> None:
    """List the cards that an unfinished question may mean, as autocomplete does."""
    deck_desk = desk_without_log(context)
    if batch:
        for line in lines():
            print_json(wire.choices(deck_desk.complete(line)))
        return
    found = deck_desk.complete(" ".join(typed or []))
    if as_json:
        print_json(wire.choices(found))
    else:
        for card_found in found:
            typer.echo(f"{card_found.id}\t{card_found.title}")
    raise typer.Exit(ANSWERED if found else NOTHING)


# ---------------------------------------------------------------- looking around


@app.command(epilog="Example: python -m bot topics")
def topics(context: typer.Context, as_json: AsJson = False) -> None:
    """List every card by category."""
    grouped = desk_without_log(context).topics()
    show_or_json(wire.topics(grouped), as_json, lambda: show.topics(grouped))


@app.command(epilog="Example: python -m bot sources")
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the documents: who wrote them, when, and what kind of voice each is."""
    documents = desk_without_log(context).sources()
    show_or_json(wire.sources(documents), as_json, lambda: show.sources(documents))


@app.command(epilog="Example: python -m bot card new-start")
def card(
    context: typer.Context,
    card_id: Annotated[str, typer.Argument(metavar="ID", help="The card's id, as `topics` lists it.")],
    as_json: AsJson = False,
) -> None:
    """Show one card by its id, a draft too."""
    desk = BriefingDesk(deck_of(context, drafts=True), MemoryAskLog())
    found = desk.card(card_id)
    if found is None:
        typer.echo(f"There is no card «{printable(card_id)}». The ids: python -m bot topics", err=True)
        raise typer.Exit(NOTHING)
    show_or_json(wire.card(found, desk), as_json, lambda: show.card(found, desk, date.today()))


@app.command(epilog="Example: python -m bot glossary inf")
def glossary(context: typer.Context, term: Words = None, as_json: AsJson = False) -> None:
    """Explain a term of the documents, or list them all."""
    terms = desk_without_log(context).explain(" ".join(term or []))
    if not terms:
        typer.echo("There is no such term. All of them: python -m bot glossary", err=True)
        raise typer.Exit(NOTHING)
    show_or_json(wire.glossary(terms), as_json, lambda: show.glossary(terms))


@app.command(epilog="Example: python -m bot timeline --png timeline.png")
def timeline(
    context: typer.Context,
    as_json: AsJson = False,
    png: Annotated[
        Path | None,
        typer.Option(
            "--png", metavar="FILE", help="Draw the events into this file instead of listing them.", show_default=False
        ),
    ] = None,
) -> None:
    """List the events that the documents mention, oldest first, each with its quote."""
    if png and as_json:
        raise typer.BadParameter("give --json or --png, not both")
    events = desk_without_log(context).timeline()
    if png:
        from bot.cli.picturing import draw_timeline

        draw_timeline(events, png)
        return
    show_or_json(wire.timeline(events), as_json, lambda: show.timeline(events))


# ---------------------------------------------------------------- curating

app.command(epilog="Example: python -m bot validate")(curating.validate)
app.command(epilog="Example: python -m bot coverage --json")(curating.coverage)
app.command("import", epilog="Example: python -m bot import raw.txt --id my-report-2024 --meta raw.yaml")(
    curating.import_raw
)
app.command(epilog="Example: python -m bot schema > card.schema.json")(curating.schema)


# ---------------------------------------------------------------- what was asked

app.command(epilog="Example: python -m bot stats --since 12w --png weeks.png")(counting.stats)
app.command(epilog="Example: python -m bot gaps --since 30d")(unmet.gaps)
app.command(epilog="Example: python -m bot feedback --since 12w")(unmet.feedback)
app.command(epilog="Example: python -m bot purge --guild 81384788765712384")(keeping.purge)
app.command(epilog="Example: python -m bot backup asks-2026-11-23.sqlite3")(storing.backup)
app.command(epilog="Example: python -m bot restore asks-2026-11-23.sqlite3")(storing.restore)
app.command(epilog="Example: python -m bot export 81384788765712384 server.zip")(keeping.export)


# ---------------------------------------------------------------- running


@app.command(epilog="Example: DISCORD_TOKEN=… python -m bot run --shards 0-3 --shard-count 16")
def run(
    context: typer.Context,
    shards: Annotated[
        str | None,
        typer.Option(
            metavar="0-3",
            show_default=False,
            help="The shards of this process, where several share the bot (by way of PostgreSQL).",
        ),
    ] = None,
    shard_count: Annotated[
        int | None,
        typer.Option(
            "--shard-count",
            metavar="N",
            show_default=False,
            help="How many shards the bot has in all its processes; else as many as Discord recommends.",
        ),
    ] = None,
) -> None:
    """Run the bot on Discord until SIGINT or SIGTERM. The token comes from the environment variable DISCORD_TOKEN."""
    from bot.hosting import run_bot

    given = {"shards": shards, "shard_count": shard_count}
    config = with_settings(context.obj, {name: value for name, value in given.items() if value is not None})
    try:
        raise typer.Exit(run_bot(config))
    except ContentError as error:
        stop(error.problems)


@app.command(epilog="Example: python -m bot sandbox --card new-start")
def sandbox(
    context: typer.Context,
    card: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Open on this card, a draft too, and show it anew after each edit of its file."
        ),
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            max=65_535,
            show_default=False,
            help="Listen on this port; 0 takes a free one. Without it 8765, or a free one where that is taken.",
        ),
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="An address of this machine alone.")] = "127.0.0.1",
) -> None:
    """Run the bot against a Discord on this machine, with a chat page in the browser: no token, no network."""
    from bot.cli.try_out import try_out

    raise typer.Exit(try_out(context.obj, host=host, port=port, card=card, headless=headless))


app.command(epilog="Example: python -m bot doctor --offline")(doctoring.doctor)


@app.command("match-serve", epilog="Example: python -m bot match-serve < requests.jsonl")
def match_serve() -> None:
    """Serve the matcher over JSON lines: first {"cards": […]}, then {"q": …, "k": …}, for benchmarks."""
    from bot.cli.match_serve import serve

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    serve(sys.stdin, sys.stdout)


def main() -> None:
    """The one net of the terminal: whatever nobody expected becomes a line, not a traceback."""
    try:
        app(prog_name="python -m bot")
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(ANSWERED) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        print(f"Something went wrong that should not have: {type(error).__name__}: {error}", file=sys.stderr)
        print("Run again with BRIEFBOT_LOG_LEVEL=DEBUG for the details, and please report it.", file=sys.stderr)
        raise SystemExit(BROKEN) from None
