"""`python -m bot sandbox`: what can go wrong at its start, in words."""

import typer

from bot.cli.plumbing import BROKEN, NOTHING, stop
from bot.config import Config
from bot.desk import ContentError
from bot.sandbox import NotLoopback
from bot.sandbox.running import NoSuchCard, Options, run_sandbox
from bot.text import printable


def try_out(config: Config, *, host: str, port: int | None, card: str | None, headless: bool) -> int:
    """Run the sandbox until it is told to stop; returns the process's exit code."""
    options = Options(host=host, port=port, card=card, browser=not headless)
    try:
        return run_sandbox(config, options, lambda line: typer.echo(printable(line)))
    except ContentError as error:
        stop(error.problems)
    except NotLoopback as error:
        typer.echo(str(error), err=True)
    except NoSuchCard:
        typer.echo(f"There is no card «{printable(card or '')}». The ids: python -m bot topics", err=True)
        return NOTHING
    except OSError as error:
        typer.echo(f"The sandbox cannot listen on {host}:{port}: {error.strerror}. Name another: --port", err=True)
    return BROKEN
