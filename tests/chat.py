"""Going to the chat page as somebody does, mostly by keyboard."""

import functools
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, TimeoutError, expect

from bot.sandbox import Sandbox
from tests.browser import browser, chromium

expect.set_options(timeout=15_000)

NONE_HERE = "There is no Chromium on this machine; on Debian: apt install chromium"
HERE = re.compile(r"^(http://127\.0\.0\.1:\d+/|data:|blob:)")
EXPECTED = re.compile(
    r"Failed to load resource: (the server responded with a status of 400|"
    r"net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING))"
)
"""The browser's own lines where the sandbox refuses an act, or was ended."""
TRIES = 4
"""How often somebody opens a menu that closes under their hands."""


@functools.cache
def say_once(config: pytest.Config, line: str) -> None:
    # Skips are dots without a reason, and what a fixture prints is captured.
    with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{line}")


@asynccontextmanager
async def opened_browser(config: pytest.Config) -> AsyncIterator[Browser]:
    """The browser; without one the tests are skipped, but where everything is to be tested they fail.

    To be closed before the bot: the library has no loop for its late «ready» while something else takes time to end.
    """
    if chromium() is None and os.environ.get("CI") != "true":
        say_once(config, NONE_HERE)
        pytest.skip(NONE_HERE)
    async with browser() as found:
        yield found


@asynccontextmanager
async def visit(
    chrome: Browser, sandbox: Sandbox, *, name: str | None = None, presence: str = "online", **looks: Any
) -> AsyncIterator[Page]:
    """The page as somebody of this name sees it, without an error in it and without a request to elsewhere."""
    context = await chrome.new_context(reduced_motion="reduce", **looks)
    context.set_default_timeout(15_000)
    troubles: list[str] = []
    page = await context.new_page()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            troubles.append(message.text)

    def asked(request: Request) -> None:
        if not HERE.match(request.url):
            troubles.append(f"a request to {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    context.on("request", asked)
    try:
        await page.goto(sandbox.url)
        if name:
            await become(page, sandbox, name)
        await expect(page.locator("#presence")).to_have_text(f"Briefbot is {presence}")
        yield page
    finally:
        await context.close()
    assert troubles == []


async def become(page: Page, sandbox: Sandbox, name: str) -> None:
    """Be somebody else, with what they may do here."""
    user = sandbox.world.person(name).user
    async with page.expect_response(re.compile(rf"/sandbox/commands\?as={user.id}")):
        await page.get_by_label("You are").select_option(label=name, force=True)


def messages(page: Page, text: str | re.Pattern[str] | None = None) -> Locator:
    found = page.get_by_role("log").get_by_role("article")
    return found.filter(has_text=text) if text else found


def message_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message or command")


async def tab_to(page: Page, wanted: Locator, key: str = "Shift+Tab") -> None:
    """Go there as one does without a mouse."""
    handle = await wanted.element_handle()
    for _ in range(80):
        await page.keyboard.press(key)
        if await page.evaluate("wanted => document.activeElement === wanted", handle):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


async def use(page: Page, command: str, value: str | None = None) -> None:
    """Type a command and what its first option is given, as it stands, and send it."""
    await message_box(page).focus()
    await page.keyboard.type(f"/{command}")
    await expect(offered(page).first).to_contain_text(f"/{command}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("form", name=f"Command /{command}")).to_be_visible()
    if value is not None:
        await page.keyboard.type(value)
        if await page.evaluate("document.activeElement.role") == "combobox":
            await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")


def offered(page: Page) -> Locator:
    """What a list beside a field offers."""
    return page.get_by_role("listbox").get_by_role("option")


async def press(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        await page.keyboard.press(key)


async def activate(page: Page, control: Locator, key: str = "Enter") -> None:
    """Use a button or open a select as the keyboard does, wherever the focus is now."""
    await control.focus()
    await page.keyboard.press(key)


async def pick(page: Page, select: Locator, option: str) -> None:
    """Choose from a select menu: open it, type the first letter until the option is marked, and take it.

    A message that is edited just then is drawn anew, with its menus closed: whoever chooses opens them again.
    """
    for _ in range(TRIES - 1):
        try:
            await _pick(page, select, option, 5_000)
            return
        except (AssertionError, TimeoutError):
            if await offered(page).count():
                await page.keyboard.press("Escape")
    await _pick(page, select, option, 15_000)


async def _pick(page: Page, select: Locator, option: str, patience: float) -> None:
    await activate(page, select)
    wanted = offered(page).filter(has_text=option).first
    await expect(wanted).to_be_visible(timeout=patience)
    number = str(await wanted.get_attribute("id", timeout=patience))
    for _ in range(await offered(page).count()):
        if await select.get_attribute("aria-activedescendant", timeout=patience) == number:
            break
        await page.keyboard.press(option[0].lower())
    await expect(select).to_have_attribute("aria-activedescendant", number, timeout=patience)
    await page.keyboard.press("Enter")


async def names_missing(page: Page) -> list[str]:
    """What can be used and has no name, as the browser tells it to a screen reader."""
    session = await page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    named = "button link textbox combobox checkbox radio tab menuitem option listbox menu meter dialog image"
    used = [node for node in nodes if not node["ignored"] and node["role"]["value"] in named.split()]
    assert len(used) > 3
    return [str(node) for node in used if not node.get("name", {}).get("value", "").strip()]


SCROLLED = """() => [...document.querySelectorAll("*")]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX))
    .map(e => e.id || e.className)"""
BEYOND = """() => [...document.querySelectorAll("#log *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
    .map(e => e.outerHTML.slice(0, 80))"""


async def sideways(page: Page) -> list[str]:
    """What has to be scrolled sideways, and what of the messages stands beyond the edge of the screen."""
    return [*await page.evaluate(SCROLLED), *await page.evaluate(BEYOND)]
