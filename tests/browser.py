"""A real browser: Debian's Chromium, driven by playwright, on the sandbox's page."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
"""As root a browser needs the first; the rest keep it from calling home."""


def chromium() -> str | None:
    """Where a Chromium of this machine is; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A headless browser. Raises RuntimeError where this machine has none."""
    path = chromium()
    if path is None:
        raise RuntimeError("There is no Chromium on this machine; on Debian: apt install chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield opened
        finally:
            await opened.close()
