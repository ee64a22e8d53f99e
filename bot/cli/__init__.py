"""The terminal shell: parse, call the desk, print.

Exit codes: 0 answered, 1 nothing found, 2 usage or broken content.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from bot import cards
from bot.asklog import MemoryAskLog
from bot.cli import show, wire
from bot.cli.talk import print_answer, talk
from bot.config import load_config
from bot.desk import BriefingDesk, ContentError, Deck, load_deck, open_desk, review_deck
from bot.model import Abstained, Problem
from bot.text import printable

ANSWERED, NOTHING, BROKEN = 0, 1, 2

T = TypeVar("T")

app = typer.Typer(
    help="Curated, sourced policy briefings: ask a topic, get a card; ask for words, get the passage.",
    epilog='Example: python -m bot ask "nato expantion"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Batch = Annotated[
    bool, typer.Option("--batch", help="Read one question a line from standard input, print one JSON object a line.")
]
Words = Annotated[
    list[str] | None, typer.Argument(help="The question; quotation marks are optional.", show_default=False)
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
    found, problems = load_config(config)
    if found is None:
        _stop(problems)
    context.obj = found
    level = logging.DEBUG if found.log_level == "DEBUG" else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("asyncio", "aiosqlite", "sqlalchemy", "alembic", "markdown_it"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


# ---------------------------------------------------------------- asking


@app.command(epilog='Example: python -m bot ask --json "nato expantion"')
def ask(context: typer.Context, question: Words = None, as_json: AsJson = False, batch: Batch = False) -> None:
    """Answer a question with a briefing card. Without a question, read questions in a loop."""
    if batch:
        _with_desk(context, lambda desk: _each_line(lambda line: _json_answer(desk, line)))
    elif question is None and as_json:
        raise typer.BadParameter("give a question, or --batch")
    elif question is None:
        try:
            talk(context.obj)
        except ContentError as error:
            _stop(error.problems)
    else:
        raise typer.Exit(_with_desk(context, lambda desk: _ask_once(desk, " ".join(question), as_json)))


async def _ask_once(desk: BriefingDesk, question: str, as_json: bool) -> int:
    answer = await desk.ask(question)
    if as_json:
        _print_json(wire.answer(question, answer))
    else:
        print_answer(answer, desk)
    return NOTHING if isinstance(answer, Abstained) else ANSWERED


async def _json_answer(desk: BriefingDesk, question: str) -> wire.Json:
    return wire.answer(question, await desk.ask(question))


@app.command(epilog='Example: python -m bot quote "hand of freindship to the united states"')
def quote(context: typer.Context, question: Words = None, as_json: AsJson = False, batch: Batch = False) -> None:
    """Find the passage with these words, or nearly these. What is printed is sliced from the document."""
    if batch:
        _with_desk(context, lambda desk: _each_line(lambda line: _json_quote(desk, line)))
        return
    words = " ".join(_required(question, "words of a quote"))

    async def once(desk: BriefingDesk) -> int:
        found = await desk.quote(words)
        if as_json:
            _print_json(wire.passages(words, found))
        else:
            show.console().print(show.passages(found) if found else show.no_passage())
        return ANSWERED if found else NOTHING

    raise typer.Exit(_with_desk(context, once))


async def _json_quote(desk: BriefingDesk, question: str) -> wire.Json:
    return wire.passages(question, await desk.quote(question))


@app.command(epilog='Example: python -m bot complete "strategic c"')
def complete(context: typer.Context, typed: Words = None, as_json: AsJson = False, batch: Batch = False) -> None:
    """List the cards that an unfinished question may mean, as autocomplete does."""
    deck_desk = _desk_without_log(context)
    if batch:
        for line in _lines():
            _print_json(wire.choices(deck_desk.complete(line)))
        return
    found = deck_desk.complete(" ".join(typed or []))
    if as_json:
        _print_json(wire.choices(found))
    else:
        for card_found in found:
            typer.echo(f"{card_found.id}\t{card_found.title}")
    raise typer.Exit(ANSWERED if found else NOTHING)


# ---------------------------------------------------------------- looking around


@app.command(epilog="Example: python -m bot topics")
def topics(context: typer.Context, as_json: AsJson = False) -> None:
    """List every card by category."""
    grouped = _desk_without_log(context).topics()
    _print(wire.topics(grouped), as_json, lambda: show.topics(grouped))


@app.command(epilog="Example: python -m bot sources")
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the documents: who wrote them, when, and what kind of voice each is."""
    documents = _desk_without_log(context).sources()
    _print(wire.sources(documents), as_json, lambda: show.sources(documents))


@app.command(epilog="Example: python -m bot card new-start")
def card(
    context: typer.Context,
    card_id: Annotated[str, typer.Argument(metavar="ID", help="The card's id, as `topics` lists it.")],
    as_json: AsJson = False,
) -> None:
    """Show one card by its id, a draft too."""
    desk = BriefingDesk(_deck(context, drafts=True), MemoryAskLog())
    found = desk.card(card_id)
    if found is None:
        typer.echo(f"There is no card «{printable(card_id)}». The ids: python -m bot topics", err=True)
        raise typer.Exit(NOTHING)
    _print(wire.card(found, desk), as_json, lambda: show.card(found, desk, date.today()))


@app.command(epilog="Example: python -m bot glossary inf")
def glossary(context: typer.Context, term: Words = None, as_json: AsJson = False) -> None:
    """Explain a term of the documents, or list them all."""
    terms = _desk_without_log(context).explain(" ".join(term or []))
    if not terms:
        typer.echo("There is no such term. All of them: python -m bot glossary", err=True)
        raise typer.Exit(NOTHING)
    _print(wire.glossary(terms), as_json, lambda: show.glossary(terms))


@app.command(epilog="Example: python -m bot timeline")
def timeline(context: typer.Context, as_json: AsJson = False) -> None:
    """List the events that the documents mention, oldest first, each with its quote."""
    events = _desk_without_log(context).timeline()
    _print(wire.timeline(events), as_json, lambda: show.timeline(events))


# ---------------------------------------------------------------- curating


@app.command(epilog="Example: python -m bot validate")
def validate(context: typer.Context, as_json: AsJson = False) -> None:
    """Check documents, cards, glossary and timeline, and list every problem with its file, line and column."""
    try:
        deck = load_deck(context.obj)
    except ContentError as error:
        problems = error.problems
        later = "Paragraphs without a card and names easily confused are looked for once these are mended."
        _print(wire.problems(problems), as_json, lambda: f"{show.problems(problems)}\n{later}")
        raise typer.Exit(BROKEN) from None
    review = review_deck(deck)
    left = review.problems
    _print(wire.problems(left), as_json, lambda: show.problems(left) if left else show.in_order(deck, review))
    raise typer.Exit(BROKEN if left else ANSWERED)


@app.command(epilog="Example: python -m bot coverage --json")
def coverage(context: typer.Context, as_json: AsJson = False) -> None:
    """List each document's paragraphs with the cards that use them, gaps first."""
    deck = _deck(context)
    uses = cards.coverage(deck.cards.values(), deck.corpus)
    _print(wire.coverage(uses), as_json, lambda: show.coverage(uses))


@app.command("import", epilog="Example: python -m bot import raw.txt --id my-report-2024 --meta raw.yaml")
def import_raw(
    context: typer.Context,
    raw: Annotated[Path, typer.Argument(help="The raw text, UTF-8.")],
    document_id: Annotated[str, typer.Option("--id", help="The document's id: small letters, digits and hyphens.")],
    meta: Annotated[
        Path,
        typer.Option(
            "--meta", help="YAML with title, author, publisher, published, kind, standing and the boilerplate to strip."
        ),
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a document made from another text.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: <corpus>/<id>.md.", show_default=False)
    ] = None,
) -> None:
    """Make a document of the corpus from a raw text: strip the boilerplate named, keep the rest, mark headings."""
    from bot.corpus import import_document

    content, document, problems = import_document(raw, document_id, meta)
    if content is None or document is None or problems:
        _stop(problems, "Nothing was written.")
    target = out or context.obj.corpus / f"{document_id}.md"
    if (
        target.exists()
        and f"sha256: {document.sha256}" not in target.read_text(encoding="utf-8", errors="replace")
        and not force
    ):
        typer.echo(f"{target}: already holds another text — give another --id, or --force to replace it", err=True)
        raise typer.Exit(BROKEN)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        typer.echo(
            f"{target}: cannot be written: {(error.strerror or str(error)).lower()} — choose another place with --out",
            err=True,
        )
        raise typer.Exit(BROKEN) from None
    headings = [section.heading for section in document.sections if section.heading]
    typer.echo(f"{target}: {len(document.paragraphs)} paragraphs, {len(headings)} headings")
    for heading in headings:
        typer.echo(f"  ## {heading}")


@app.command(epilog="Example: python -m bot schema > card.schema.json")
def schema() -> None:
    """Print the JSON Schema of a card's file, for completion in an editor."""
    from bot.cards import json_schema

    _print_json(json_schema(), indent=2)


# ---------------------------------------------------------------- running


@app.command(epilog="Example: DISCORD_TOKEN=… python -m bot run")
def run(context: typer.Context) -> None:
    """Run the bot on Discord until SIGINT or SIGTERM. The token comes from the environment variable DISCORD_TOKEN."""
    from bot.interactions import run_bot

    try:
        raise typer.Exit(run_bot(context.obj))
    except ContentError as error:
        _stop(error.problems)


@app.command("match-serve", epilog="Example: python -m bot match-serve < requests.jsonl")
def match_serve() -> None:
    """Serve the matcher over JSON lines: first {"cards": […]}, then {"q": …, "k": …}, for benchmarks."""
    from bot.cli.match_serve import serve

    serve(sys.stdin, sys.stdout)


# ---------------------------------------------------------------- plumbing


def _with_desk(context: typer.Context, use: Callable[[BriefingDesk], Awaitable[T]]) -> T:
    async def opened() -> T:
        async with open_desk(context.obj) as desk:
            return await use(desk)

    try:
        return asyncio.run(opened())
    except ContentError as error:
        _stop(error.problems)


def _desk_without_log(context: typer.Context) -> BriefingDesk:
    return BriefingDesk(_deck(context), MemoryAskLog())


def _deck(context: typer.Context, *, drafts: bool = False) -> Deck:
    try:
        return load_deck(context.obj, drafts=drafts)
    except ContentError as error:
        _stop(error.problems)


async def _each_line(answer: Callable[[str], Awaitable[wire.Json]]) -> None:
    for line in _lines():
        _print_json(await answer(line))


def _lines() -> Iterable[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _required(words: list[str] | None, what: str) -> list[str]:
    if words is None:
        raise typer.BadParameter(f"give {what}, or --batch")
    return words


def _print(data: wire.Json, as_json: bool, text: Callable[[], Any]) -> None:
    if as_json:
        _print_json(data)
    elif isinstance(made := text(), str):
        typer.echo(made)
    else:
        show.console().print(made, crop=False)


def _print_json(data: wire.Json, indent: int | None = None) -> None:
    # Plain ASCII: nothing that was typed can act on a terminal, and any reader decodes it.
    print(json.dumps(data, indent=indent), flush=True)


def _stop(problems: list[Problem], outcome: str = "Nothing was loaded.") -> NoReturn:
    typer.echo(show.problems(problems), err=True)
    typer.echo(outcome, err=True)
    raise typer.Exit(BROKEN)


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
