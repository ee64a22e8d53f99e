"""`python -m bot backup` and `restore`: the ask log into a file, and back."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.later import show
from bot.cli.plumbing import BROKEN
from bot.config import Config
from bot.text import printable

if TYPE_CHECKING:
    from rich.progress import TaskID

    from bot.asklog.backup import Backup
    from bot.asklog.database import Database

Told = Callable[[str, int, int], None]


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it: one file, a database of SQLite.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Write all that the ask log keeps into a file, as of one moment. The bot may go on running."""

    async def make(database: "Database", told: Told) -> "Backup":
        from bot.asklog.backup import back_up

        return await back_up(database, file, force=force, progress=told)

    made = _with_database(context.obj, make)
    typer.echo(printable(f"{made.file}: {_size(made.bytes)}, from {made.database}"))
    _list_rows(made)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove what the database holds, where it is not empty.")
    ] = False,
) -> None:
    """Put a backup into the ask log's database, as a whole or not at all. What is asked meanwhile comes afterwards."""
    config: Config = context.obj

    async def put(database: "Database", told: Told) -> "Backup":
        from bot.asklog.backup import restore

        return await restore(database, file, replace=replace, progress=told)

    done = _with_database(config, put)
    typer.echo(printable(f"{done.database}: restored from {done.file}, {_size(done.bytes)}"))
    _list_rows(done)
    typer.echo(f"Words older than {config.retention_days} days are removed when the bot starts.")


def _with_database(config: Config, work: "Callable[[Database, Told], Awaitable[Backup]]") -> "Backup":
    """What comes of it. Exits with BROKEN, and a line that says why, where it cannot be done."""
    try:
        return asyncio.run(_worked(config, work))
    except OSError as error:
        typer.echo(printable(str(error)), err=True)
    except asyncio.CancelledError:
        typer.echo("Stopped.", err=True)
    raise typer.Exit(BROKEN)


async def _worked(config: Config, work: "Callable[[Database, Told], Awaitable[Backup]]") -> "Backup":
    from bot.asklog.database import Database

    if this := asyncio.current_task():
        # Whoever ends it with SIGTERM wants what is half done to be put away too, as with Ctrl+C.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    database = Database(config.asklog_url)
    try:
        with _Bars() as bars:
            return await work(database, bars.tell)
    finally:
        await database.close()


class _Bars:
    """A bar for each step on standard error, where that is a terminal."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        console = show.console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._steps: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, doing: str, done: int, of: int) -> None:
        if doing not in self._steps:
            self._steps[doing] = self._progress.add_task(doing)
        self._progress.update(self._steps[doing], completed=done, total=of)


def _list_rows(backup: "Backup") -> None:
    widest = max(map(len, backup.rows))
    for table, rows in backup.rows.items():
        typer.echo(f"  {table:<{widest}}  {rows:>13,}")


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.0f} kB"
