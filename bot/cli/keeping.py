"""Commands about what is kept: forgetting what is due, erasing a server, taking its rows along."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.plumbing import BROKEN, LARGEST_ID, guild_option, with_log
from bot.desk import BriefingDesk

Server = Annotated[int, typer.Argument(metavar="GUILD", min=1, max=LARGEST_ID, help="The server's id.")]


def purge(
    context: typer.Context,
    guild: Annotated[int | None, guild_option("Erase everything about this server instead.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a server is erased.")] = False,
) -> None:
    """Remove words that are older than retention_days, now and not at the next turn; or everything about a server."""
    if guild is not None and not yes:
        typer.confirm(f"Erase everything that is kept of server {guild}, for good?", abort=True)
    before = datetime.now(UTC) - timedelta(days=context.obj.retention_days)

    async def forget(desk: BriefingDesk) -> int:
        return await (desk.upkeep.forget(before) if guild is None else desk.erase(guild))

    rows = with_log(context, forget)
    if guild is None:
        typer.echo(
            f"Words older than {context.obj.retention_days} days were removed from {rows} rows; the counts stay."
        )
    else:
        typer.echo(f"{rows} rows about server {guild} were erased, and its settings.")


def export(
    context: typer.Context,
    guild: Server,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The ZIP file to write; never one that is there.")],
) -> None:
    """Write what is kept of a server into a ZIP of CSV files, with times cut to the day."""
    try:
        written = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        typer.echo(f"{file}: cannot be made: {(error.strerror or str(error)).lower()} — choose another name", err=True)
        raise typer.Exit(BROKEN) from None
    with written:
        try:
            with_log(context, lambda desk: desk.upkeep.export(guild, written, datetime.now(UTC).date()))
        except typer.Exit:
            file.unlink()
            raise
        typer.echo(f"{file}: {written.tell()} bytes")
