"""The pictures of the README, taken in a real browser: python -m tools.screenshots [FOLDER]

Starts the bot in the sandbox, does what a member would do, and writes PNG files.
"""

import asyncio
import contextlib
import sys
from pathlib import Path

from playwright.async_api import Page

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, load_deck
from bot.interactions import BriefbotClient
from bot.sandbox import TOKEN, Sandbox, point_library_at
from bot.sandbox.running import populate
from tests.browser import browser

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
WIDE, NARROW = (1280, 860), (390, 844)


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    deck = load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))
    async with Sandbox() as sandbox, browser() as opened:
        populate(sandbox.world)
        point_library_at(sandbox.url)
        async with BriefbotClient(BriefingDesk(deck, MemoryAskLog())) as client:
            running = asyncio.create_task(client.start(TOKEN))
            await sandbox.gateway.connected()
            for theme, size in (("dark", WIDE), ("light", WIDE), ("dark", NARROW)):
                context = await opened.new_context(
                    viewport={"width": size[0], "height": size[1]},
                    color_scheme=theme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                    device_scale_factor=1,
                )
                page = await context.new_page()
                await page.goto(sandbox.url)
                await tour(page, folder, theme if size == WIDE else "narrow")
                await context.close()
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def tour(page: Page, folder: Path, name: str) -> None:
    """A topic with a slip, typed by hand; its card; the inspector."""
    box = page.get_by_role("textbox", name="Message or command")
    await box.click()
    await box.press_sequentially("/brief")
    await page.keyboard.press("Enter")
    await page.keyboard.type("nato expa", delay=10)
    await page.get_by_role("listbox").get_by_role("option").first.wait_for()
    await page.screenshot(path=folder / f"typing-{name}.png")
    await page.keyboard.press("Escape")
    await page.keyboard.type("ntion")
    await page.keyboard.press("Enter")
    card = page.get_by_role("article").filter(has_text="NATO enlargement").last
    await card.wait_for()
    await card.scroll_into_view_if_needed()
    await page.screenshot(path=folder / f"card-{name}.png")
    print(f"{name}: typing, card")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
