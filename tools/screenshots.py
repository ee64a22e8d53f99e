"""The pictures of the README, taken in a real browser: python -m tools.screenshots [FOLDER]

Starts the bot in the sandbox, does what a member would do, and writes PNG files.
"""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, load_deck
from bot.interactions import BriefbotClient
from bot.sandbox import Sandbox, point_library_at
from bot.sandbox.running import populate
from tests.browser import browser

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
WIDE, TALL, NARROW = (1200, 760), (1000, 1180), (390, 700)

Scene = Callable[[Page], Awaitable[None]]


async def main(folder: Path) -> None:
    deck = load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))
    async with Sandbox() as sandbox, browser() as opened:
        populate(sandbox.world)
        point_library_at(sandbox.url)
        async with BriefbotClient(BriefingDesk(deck, MemoryAskLog())) as client:
            running = asyncio.create_task(client.start(sandbox.token))
            await sandbox.gateway.connected()
            await picture(opened, sandbox.url, "dark", WIDE, folder, typing)
            await picture(opened, sandbox.url, "light", TALL, folder, card)
            await picture(opened, sandbox.url, "dark", WIDE, folder, inspector)
            await picture(opened, sandbox.url, "dark", NARROW, folder, choice)
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def picture(
    opened: Browser, url: str, theme: Literal["dark", "light"], size: tuple[int, int], folder: Path, scene: Scene
) -> None:
    """A page of its own, brought to a scene, as a PNG file of the scene's name."""
    context = await opened.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=theme, reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.goto(url)
    await scene(page)
    path = folder / f"{scene.__name__}.png"
    await page.screenshot(path=path)
    await context.close()
    print(f"{path}: {size[0]} × {size[1]}, {theme}")


async def ask(page: Page, topic: str) -> None:
    await page.get_by_role("textbox", name="Message or command").press_sequentially("/brief")
    await page.keyboard.press("Enter")
    await page.keyboard.type(topic, delay=20)
    await page.get_by_role("listbox").get_by_role("option").first.wait_for()


async def typing(page: Page) -> None:
    """Choices while a topic is typed, with a slip in it."""
    await ask(page, "missle def")


async def card(page: Page) -> None:
    """The card on a topic, from its title on."""
    await ask(page, "nato expa")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    shown = page.get_by_role("article").filter(has_text="NATO enlargement").last
    await shown.get_by_role("button", name="Whole sentences").wait_for()
    await shown.evaluate("element => element.scrollIntoView({block: 'start'})")


async def inspector(page: Page) -> None:
    """What the bot sent for a card, and how close that is to Discord's limits."""
    await card(page)
    shown = page.get_by_role("article").filter(has_text="NATO enlargement").last
    await shown.click(button="right")
    await page.get_by_role("menuitem", name="Inspect").click()
    await page.get_by_text("4,000").or_(page.get_by_text("4000")).first.wait_for()
    await shown.evaluate("element => element.scrollIntoView({block: 'start'})")


async def choice(page: Page) -> None:
    """Two topics at once are a choice, which only the asker sees."""
    await ask(page, "crimea and ukraine")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await page.get_by_role("article").filter(has_text="Only you can see this").last.wait_for()


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    given.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given))
