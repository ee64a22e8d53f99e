"""A conversation in the terminal: a question a line, and numbers that pick from what was offered."""

import asyncio
import secrets
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date

from bot.cli.later import show
from bot.config import Config
from bot.desk import BriefingDesk, open_desk
from bot.model import Abstained, Answer, BriefingCard, Found, Suggested

ENDINGS = ("quit", "exit", "q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What can be picked, and the key of the ask that it was offered to."""

    cards: tuple[BriefingCard, ...] = ()
    ask: str = ""


def talk(config: Config) -> None:
    """Questions until the end of input; a number picks from what was just offered.

    Lines are read between runs of the event loop, so that Ctrl-C ends the reading at once. Raises ContentError.
    """
    offered = Offered()
    with asyncio.Runner() as runner:
        desks = AsyncExitStack()
        try:
            desk = runner.run(desks.enter_async_context(open_desk(config)))
            if sys.stdin.isatty():
                show.console().print("Ask a topic; a number picks a suggestion; «quit» or Ctrl-D ends.")
            while (
                line := _read_line("\n? " if sys.stdin.isatty() else "")
            ) is not None and line.strip() not in ENDINGS:
                offered = runner.run(_turn(desk, line.strip(), offered))
        finally:
            runner.run(desks.aclose())


async def _turn(desk: BriefingDesk, line: str, offered: Offered) -> Offered:
    """Answer one line, and say what can be picked next."""
    if line.isdecimal() and 1 <= int(line) <= len(offered.cards):
        picked = await desk.pick(offered.cards[int(line) - 1].id, offered.ask)
        if picked:
            show.console().print(show.card(picked, desk, date.today()), crop=False)
        return offered
    if not line:
        return offered
    ask = secrets.token_hex(8)
    answer = await desk.ask(line, ask_id=ask)
    print_answer(answer, desk)
    cards = tuple(match.card for match in answer.matches) if isinstance(answer, Suggested) else ()
    return Offered(cards=cards, ask=ask)


def _read_line(prompt: str) -> str | None:
    if prompt:
        print(prompt, end="", flush=True)
    raw = sys.stdin.buffer.readline()
    return raw.decode("utf-8", "replace").rstrip("\r\n") if raw else None


def print_answer(answer: Answer[BriefingCard], desk: BriefingDesk) -> None:
    out = show.console()
    match answer:
        case Found(match=match):
            out.print(show.card(match.card, desk, date.today()), crop=False)
        case Suggested(matches=matches):
            out.print(show.suggestions(matches))
        case Abstained():
            out.print(show.nothing())
