"""The pictures of the README, taken in a real browser: python -m tools.screenshots [FOLDER]

Starts the bot in the sandbox, does what members would do, and writes PNG files.
"""

import asyncio
import contextlib
import random
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Locator, Page, expect

from bot.asklog import MemoryAskLog, MemoryServerBook
from bot.config import Config
from bot.desk import BriefingDesk, Deck, load_deck
from bot.interactions import BriefbotClient
from bot.model import Ask, DigestTime, Outcome, ServerSettings, Surface
from bot.sandbox import Sandbox, point_library_at
from bot.sandbox.places import Server
from bot.sandbox.running import populate
from tests.browser import browser
from tests.chat import message_box, messages, offered, use

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
WIDE, CHAT, NARROW = 1200, 740, 390
"""Widths: with the servers and the inspector, the chat alone, a phone."""

Scene = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """`height` None: as high as what was said needs."""

    scene: Scene
    theme: Literal["dark", "light"]
    width: int
    height: int | None = None
    person: str = "Ada"


async def main(folder: Path) -> None:
    deck = load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))
    async with Sandbox() as sandbox, browser() as opened:
        home = populate(sandbox.world).channel.server
        if home:
            sandbox.world.join(sandbox.world.add_person("Vera", locale="ru"), home)
        point_library_at(sandbox.url)
        assert home is not None  # noqa: S101  # populate puts everybody into a server
        log, book = await asked_about(deck, int(home.id)), await with_digest(home)
        async with BriefbotClient(BriefingDesk(deck, log, book)) as client:
            running = asyncio.create_task(client.start(sandbox.token))
            await sandbox.gateway.connected()
            for shot in SHOTS:
                await take(opened, sandbox, shot, folder)
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def asked_about(deck: Deck, guild: int) -> MemoryAskLog:
    """A log of two months of invented asks: the statistics of a server that is not there."""
    log, dice, now = MemoryAskLog(), random.Random(7), datetime.now(UTC)
    cards = sorted(deck.cards)
    surfaces = [Surface.BRIEF] * 5 + [Surface.QUOTE, Surface.SEARCH, Surface.MENTION, Surface.MENU]
    for days in range(60):
        for _ in range(dice.randint(4, 14)):
            card = cards[min(int(dice.expovariate(0.12)), len(cards) - 1)]
            if days < 10 and dice.random() < 0.15:
                card = "nato-enlargement"
            outcome = dice.choices(list(Outcome), (80, 9, 11))[0]
            ask = Ask(
                at=now - timedelta(days=days, minutes=dice.randint(0, 600)),
                surface=dice.choice(surfaces),
                outcome=outcome,
                card=card if outcome is Outcome.FOUND else None,
                picked=False,
                score=None,
                guild=guild,
                locale=None,
                question=None,
            )
            await log.record(ask)
            if outcome is Outcome.SUGGESTED and dice.random() < 0.7:
                await log.record(replace(ask, outcome=Outcome.FOUND, card=card, picked=True))
    return log


async def with_digest(server: Server) -> MemoryServerBook:
    """Settings of a server whose digest is due now."""
    book, now = MemoryServerBook(), datetime.now(UTC)
    time = DigestTime(weekday=now.weekday(), hour=now.hour)
    await book.change(int(server.id), ServerSettings(digest_channel=int(server.channels[0].id), digest_time=time))
    return book


async def take(opened: Browser, sandbox: Sandbox, shot: Shot, folder: Path) -> None:
    """A page of its own, brought to a scene, as a PNG file of the scene's name. Nothing of it is left behind."""
    height = shot.height or 1_000
    context = await opened.new_context(
        viewport={"width": shot.width, "height": height}, color_scheme=shot.theme, reduced_motion="reduce"
    )
    page = await context.new_page()
    somebody = sandbox.world.person(shot.person)
    await page.goto(f"{sandbox.url}#/{somebody.channel.id}?as={somebody.user.id}")
    await expect(page.locator("#presence")).to_have_text("Briefbot is online")
    await shot.scene(page)
    await rest(page)
    if shot.height is None:
        height = await fit(page, shot.width)
    path = folder / f"{shot.scene.__name__}.png"
    await page.screenshot(path=path)
    await context.close()
    for message in sandbox.world.board.seen_by(somebody.user, somebody.channel):
        sandbox.world.board.delete(message)
    print(f"{path}: {shot.width} × {height}, {shot.theme}, {path.stat().st_size // 1_000} kB")


async def rest(page: Page) -> None:
    """Take hand and eye off what was pressed; a list that is open stays so."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.querySelector('[role=listbox]') || document.activeElement.blur()")


async def fit(page: Page, width: int) -> int:
    """Make the page as high as its messages."""
    await page.set_viewport_size({"width": width, "height": 300})
    needed: int = await page.evaluate("document.querySelector('#log').scrollHeight")
    shown: int = await page.evaluate("document.querySelector('#scroller').clientHeight")
    await page.set_viewport_size({"width": width, "height": 300 - shown + needed})
    return 300 - shown + needed


# ---------------------------------------------------------------- what members do


async def ask(page: Page, command: str, words: str | None = None) -> Locator:
    """Send a command with what its first option is given, as it stands; the answer."""
    before = await messages(page).count()
    await use(page, command, words)
    await expect(messages(page)).to_have_count(before + 1)
    return messages(page).last


async def turn(answer: Locator, tab: str) -> None:
    await answer.get_by_role("button", name=tab, exact=True).click()
    await expect(answer.get_by_role("button", name=tab, exact=True)).to_be_disabled()


async def from_its_head(message: Locator) -> None:
    await message.evaluate("element => element.scrollIntoView({block: 'start'})")


# ---------------------------------------------------------------- the scenes


async def typing(page: Page) -> None:
    """Choices while a topic is typed, with a slip in it."""
    await message_box(page).focus()
    await page.keyboard.type("/brief missle def")
    await expect(offered(page).first).to_contain_text("Missile defence")


async def card(page: Page) -> None:
    """The card on a topic, and what can be done with it."""
    await ask(page, "brief", "nato expantion")


async def context(page: Page) -> None:
    """The quotes of a card, and one of them among its neighbours."""
    asked = await ask(page, "brief", "new start")
    await turn(asked, "Quotes")
    await asked.get_by_role("button", name="In context").nth(1).click()
    await expect(messages(page)).to_have_count(2)


async def compare(page: Page) -> None:
    """Who says what, side by side."""
    await ask(page, "compare", "nato enlargement")


async def timeline(page: Page) -> None:
    """Dated events, as a picture and as text."""
    asked = await ask(page, "timeline", "senate resolution 122")
    await asked.get_by_role("img").wait_for()
    await page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth)")


async def verify(page: Page) -> None:
    """A quotation that somebody altered."""
    await ask(
        page,
        "verify",
        "efforts to expand NATO despite our loud protests have underlined how obsolete the NATO construct is",
    )


async def nothing(page: Page) -> None:
    """An honest miss, and a wish that is counted."""
    asked = await ask(page, "brief", "weather in boston")
    await asked.get_by_role("button", name="Please cover this").click()
    await expect(messages(page)).to_have_count(2)


async def choice(page: Page) -> None:
    """Two topics at once are a choice, which only the asker sees."""
    await ask(page, "brief", "crimea and ukraine")


async def shared(page: Page) -> None:
    """What somebody else sees of an answer that was shared."""
    asked = await ask(page, "brief", "new start")
    await asked.get_by_role("button", name="Share").click()
    await expect(messages(page)).to_have_count(2)
    await page.get_by_label("You are").select_option(label="Ben")
    await expect(messages(page)).to_have_count(1)
    await from_its_head(messages(page).last)


async def settings(page: Page) -> None:
    """What the managers of a server choose."""
    await ask(page, "settings")


async def digest(page: Page) -> None:
    """What a channel is told once a week."""
    await expect(messages(page).last).to_contain_text("The week in questions", timeout=20_000)


async def stats(page: Page) -> None:
    """What was asked about in a server, for those who manage it."""
    asked = await ask(page, "stats")
    await asked.get_by_role("img").wait_for()
    await page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth)")


async def inspector(page: Page) -> None:
    """What the bot sent for a card, and how close that is to Discord's limits."""
    asked = await ask(page, "brief", "nato expantion")
    await asked.click(button="right", position={"x": 300, "y": 20})
    await page.get_by_role("menuitem", name="Inspect").click()
    await page.get_by_text(re.compile("/ 4,?000")).first.wait_for()
    await from_its_head(asked)


async def russian(page: Page) -> None:
    """The same for a member whose Discord is in Russian: all but the cards and the documents."""
    asked = await ask(page, "справка", "new start")
    await turn(asked, "Позиции")


SHOTS = (
    # It comes by itself, soon after the bot is there.
    Shot(scene=digest, theme="dark", width=CHAT),
    Shot(scene=stats, theme="light", width=CHAT, person="Ben"),
    Shot(scene=typing, theme="dark", width=WIDE, height=640),
    Shot(scene=card, theme="light", width=CHAT),
    Shot(scene=context, theme="light", width=CHAT),
    Shot(scene=compare, theme="light", width=CHAT),
    Shot(scene=timeline, theme="light", width=CHAT),
    Shot(scene=verify, theme="dark", width=CHAT),
    Shot(scene=nothing, theme="light", width=CHAT),
    Shot(scene=choice, theme="dark", width=NARROW),
    Shot(scene=shared, theme="light", width=WIDE, height=760),
    Shot(scene=settings, theme="dark", width=CHAT, person="Ben"),
    Shot(scene=inspector, theme="dark", width=WIDE, height=760),
    Shot(scene=russian, theme="light", width=CHAT, person="Vera"),
)


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    given.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given))
