"""`python -m bot sandbox`: what can go wrong at its start, in words."""

import os
import sys
from pathlib import Path

import typer

from bot.cli.plumbing import BROKEN, stop
from bot.config import Config
from bot.desk import ContentError
from bot.sandbox import NotLoopback, PortTaken
from bot.sandbox.running import PORT, BotFailed, Options, run_sandbox
from bot.text import printable


def try_out(config: Config, *, host: str, port: int | None, card: str | None, headless: bool) -> int:
    """Run the sandbox until it is told to stop; returns the process's exit code."""
    if card is not None and not card.strip():
        raise typer.BadParameter("--card takes the id of a card, as `topics` lists it")
    options = Options(host=host, port=port, card=card, browser=not headless)
    try:
        return run_sandbox(config, options, _say)
    except ContentError as error:
        stop(error.problems)
    except NotLoopback as error:
        typer.echo(str(error), err=True)
    except PortTaken as error:
        typer.echo(f"The sandbox cannot listen on {host}:{port or PORT}: {error}. Name another: --port", err=True)
    except BotFailed as error:
        typer.echo(f"The bot did not run: {error}", err=True)
    return BROKEN


def _say(line: str) -> None:
    try:
        typer.echo(printable(line))
    except OSError:
        # Nobody reads any more; the page still does.
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # as long as the process lives
