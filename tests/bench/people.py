"""What people do with the bot, as one long list: what they type, keystroke by keystroke, what they ask, what they press."""

import json
import random
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count

from tests.bench.lean import LeanDiscord, Response
from tests.conftest import ROOT

KEYSTROKES = 5
"""Of each command whose option is completed, so many ask for choices: the library of a member's Discord waits a little
between two."""
PRESSES = 0.4
"""Uses of buttons and menus for each command."""
WEIGHTS = {
    "brief": 50, "quote topic": 6, "quote text": 8, "search": 10, "verify": 6, "compare": 5, "glossary": 4,
    "topics": 3, "sources": 3, "about": 2, "timeline": 3,
}  # fmt: skip
"""Of a hundred commands, how many are which. What is typed is what the judged questions ask, typos and misses included."""
COMPLETED = {"brief", "quote topic", "quote text", "compare", "glossary"}

Act = Callable[[int], Awaitable[Response | None]]
"""What somebody does, given who: the first response, None where there was none."""


def judged(name: str) -> list[str]:
    lines = (ROOT / "tests" / "judged" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [typed for line in lines if (typed := json.loads(line)["q"].strip())]


def acts(discord: LeanDiscord, commands: int) -> list[tuple[str, Act]]:
    """Commands with what is typed and pressed around them, each act with what it counts as; the same every time."""
    dice = random.Random(5)
    topics, quotations = judged("cards"), judged("quotes")
    terms = ["abm treaty", "new start", "cfe", "antiballistic misile", "helsinki"]
    pressed = count()
    done: list[tuple[str, Act]] = []

    async def press(person: int) -> Response | None:
        found = discord.pressable
        if not found:
            return await discord.command(person, "about", {})
        return await discord.press(person, found[next(pressed) % len(found)])

    for _ in range(commands):
        (which,) = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        name, _, option = which.partition(" ")
        option = option or {"brief": "topic", "compare": "topic", "glossary": "term"}.get(name, "text")
        typed = dice.choice(terms if name == "glossary" else topics if option == "topic" else quotations)
        if which in COMPLETED:
            ends = sorted(dice.randint(1, len(typed)) for _ in range(KEYSTROKES))
            done += [
                ("keystroke", partial(discord.keystroke, name=name, option=option, typed=typed[:end])) for end in ends
            ]
        given = {} if name in ("topics", "sources", "about", "timeline") else {option: typed}
        done.append((f"/{which}", partial(discord.command, name=name, options=given)))
        if dice.random() < PRESSES:
            done.append(("press", press))
    return done


def pongs(discord: LeanDiscord) -> list[tuple[str, Act]]:
    """All that can be done with the bot that says «pong»."""
    return [("/ping", partial(discord.command, name="ping", options={}))]
