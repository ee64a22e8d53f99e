"""`python -m bot doctor`: one page of what is right and wrong, for whoever hosts the bot."""

import asyncio
import logging
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import wire
from bot.cli.later import show
from bot.cli.plumbing import AsJson, print_json
from bot.config import load_config
from bot.text import printable

if TYPE_CHECKING:
    from rich.console import Console

    from bot.hosting.doctor import Case, Finding

HEALTHY, ILL = 0, 1

_SIGNS = {"right": ("✓", "green"), "wrong": ("✗", "bold red"), "warning": ("!", "yellow"), "skipped": ("–", "dim")}
_INDENT = 16
"""Columns for the sign and the area."""


def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask Discord.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is right and wrong with the bot and this machine, each with the fix. Nothing is written.

    There is no secret and nothing private on the page. ✓ right, ✗ wrong, ! a warning, – not looked at.
    Exit code: 0 nothing is wrong, 1 something is.
    """
    try:
        from bot.hosting.doctor import Case
    except ImportError as error:
        typer.echo(f"✗ {printable(str(error))}\n  → python -m pip install -r requirements.lock", err=True)
        raise typer.Exit(ILL) from None
    # What the libraries would tell of their troubles is told by the page, without what is private.
    logging.disable(logging.CRITICAL)
    file: Path | None = context.parent.params.get("config") if context.parent else None
    config, problems = load_config(file)
    case = Case(config=config, problems=tuple(problems), file=file, offline=offline)
    found = asyncio.run(_examined(case, as_json))
    if as_json:
        print_json(_as_data(found), indent=2)
    raise typer.Exit(ILL if any(finding.verdict == "wrong" for finding in found) else HEALTHY)


async def _examined(case: "Case", as_json: bool) -> "list[Finding]":
    """Everything that was found, shown as it comes."""
    from bot.hosting.doctor import examine

    console = show.console()
    # Where both are a terminal, only one and the same console keeps them from each other's line.
    waiting = console if console.is_terminal and not as_json else show.console(stderr=True)
    found: list[Finding] = []
    with waiting.status("") as status:
        if not waiting.is_terminal:
            status.stop()
        async for finding in examine(case, doing=lambda area: status.update(f"looking at: {area} …")):
            if not as_json:
                _print(console, finding, first=not found or found[-1].area != finding.area)
            found.append(finding)
    if not as_json:
        console.print()
        for line in _wrapped(_summary(found), console.width):
            console.print(line, soft_wrap=True)
    return found


def _print(console: "Console", finding: "Finding", *, first: bool) -> None:
    """One finding, its fix below it; the name of the area stands at its first."""
    from rich.text import Text

    sign, style = _SIGNS[finding.verdict]
    area = finding.area if first else ""
    lines = _wrapped(finding.said, console.width - _INDENT)
    console.print(Text.assemble((sign, style), " ", (f"{area:<{_INDENT - 2}}", "bold"), lines[0]), soft_wrap=True)
    fix = _wrapped(f"→ {finding.fix}", console.width - _INDENT) if finding.fix else []
    for line in lines[1:]:
        console.print(" " * _INDENT + line, soft_wrap=True)
    for line in fix:
        console.print(Text(" " * _INDENT + line, style="bold" if finding.verdict == "wrong" else ""), soft_wrap=True)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most this width, but for words that are longer: a path or an address is to be copied whole."""
    return textwrap.wrap(printable(text), max(width, 20), break_long_words=False, break_on_hyphens=False) or [""]


def _as_data(found: "list[Finding]") -> wire.Json:
    return {
        "wrong": sum(finding.verdict == "wrong" for finding in found),
        "warnings": sum(finding.verdict == "warning" for finding in found),
        "findings": [asdict(finding) for finding in found],
    }


def _summary(found: "list[Finding]") -> str:
    """How many things are wrong, and what to do first."""
    wrong = [finding for finding in found if finding.verdict == "wrong"]
    warnings = sum(finding.verdict == "warning" for finding in found)
    beside = f", {warnings} warning{'' if warnings == 1 else 's'}" if warnings else ""
    if not wrong:
        return f"Nothing is wrong{beside}."
    count = "1 thing is wrong" if len(wrong) == 1 else f"{len(wrong)} things are wrong"
    return f"{count}{beside}. First, {wrong[0].area}: {wrong[0].fix}"
