"""What every command of the terminal shares: its options, a desk to call, and a way to print."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from bot.asklog import MemoryAskLog
from bot.cli import wire
from bot.cli.later import show
from bot.config import Config, with_options
from bot.desk import BriefingDesk, ContentError, Deck, load_deck, open_desk
from bot.model import Problem
from bot.text import printable

ANSWERED, NOTHING, BROKEN = 0, 1, 2

LARGEST_ID = 2**63 - 1
"""Of a server, as far as the log has room for it."""

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Batch = Annotated[
    bool, typer.Option("--batch", help="Read one question a line from standard input, print one JSON object a line.")
]


def guild_option(help: str) -> Any:
    """The option that names a server."""
    return typer.Option("--guild", metavar="ID", min=1, max=LARGEST_ID, help=help, show_default=False)


Guild = Annotated[int | None, guild_option("Only what was asked on this server.")]
Words = Annotated[
    list[str] | None, typer.Argument(help="The question; quotation marks are optional.", show_default=False)
]

Pasted = Annotated[
    list[str] | None, typer.Argument(help="The quotation; quotation marks are optional.", show_default=False)
]


def with_desk(context: typer.Context, use: Callable[[BriefingDesk], Awaitable[T]], *, ahead: bool = True) -> T:
    """What `use` makes of a desk; `ahead` as in open_desk."""

    async def opened() -> T:
        async with open_desk(context.obj, ahead=ahead) as desk:
            return await use(desk)

    try:
        return asyncio.run(opened())
    except ContentError as error:
        stop(error.problems)


def with_log(context: typer.Context, use: Callable[[BriefingDesk], Awaitable[T]]) -> T:
    """What `use` makes of what the log holds. Where it cannot be read one line says why, and nothing else happens."""

    async def settled(desk: BriefingDesk) -> T:
        await desk.upkeep.settled()
        return await use(desk)

    try:
        return with_desk(context, settled, ahead=False)
    except OSError as error:
        typer.echo(printable(str(error)), err=True)
        raise typer.Exit(BROKEN) from None


def desk_without_log(context: typer.Context) -> BriefingDesk:
    return BriefingDesk(deck_of(context), MemoryAskLog())


def deck_of(context: typer.Context, *, drafts: bool = False) -> Deck:
    try:
        return load_deck(context.obj, drafts=drafts)
    except ContentError as error:
        stop(error.problems)


async def each_line(answer: Callable[[str], Awaitable[wire.Json]]) -> None:
    for line in lines():
        print_json(await answer(line))


def lines() -> Iterable[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def required(words: list[str] | None, what: str) -> list[str]:
    if words is None:
        raise typer.BadParameter(f"give {what}, or --batch")
    return words


def show_or_json(data: wire.Json, as_json: bool, text: Callable[[], Any]) -> None:
    if as_json:
        print_json(data)
    elif isinstance(made := text(), str):
        typer.echo(made)
    else:
        show.console().print(made, crop=False)


def print_json(data: wire.Json, indent: int | None = None) -> None:
    # Plain ASCII: nothing that was typed can act on a terminal, and any reader decodes it.
    print(json.dumps(data, indent=indent), flush=True)


def with_settings(config: Config, given: Mapping[str, object]) -> Config:
    """The configuration with options of the command line."""
    try:
        return with_options(config, given)
    except ValueError as error:
        raise typer.BadParameter(printable(str(error))) from None


def stop(problems: list[Problem], outcome: str = "Nothing was loaded.") -> NoReturn:
    typer.echo(show.problems(problems), err=True)
    typer.echo(outcome, err=True)
    raise typer.Exit(BROKEN)
