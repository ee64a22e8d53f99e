"""What those who manage a server do with its statistics and settings, in a real browser."""

import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model import Ask, Outcome, Surface
from tests.chat import become, messages, names_missing, offered, opened_browser, pick, use, visit
from tests.conftest import Running, seminar


@pytest.fixture
async def chrome(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    async with opened_browser(pytestconfig) as found:
        yield found


@pytest.fixture
async def page(bot: Running, chrome: Browser) -> AsyncIterator[Page]:
    """Ben's page: he manages the server. Something was asked in it."""
    for number in range(12):
        await bot.log.record(
            Ask(
                at=datetime.now(UTC) - timedelta(days=number), surface=Surface.BRIEF, outcome=Outcome.FOUND,
                card="nato-enlargement", picked=False, score=1.0, guild=seminar(bot), locale="en-GB", question=None,
            )
        )  # fmt: skip
    async with visit(chrome, bot.sandbox) as visited:
        await become(visited, bot.sandbox, "Ben")
        yield visited


async def test_statistics_are_seen_and_turned_to_another_period(page: Page) -> None:
    await use(page, "stats")
    shown = messages(page).last
    await expect(shown).to_contain_text("Questions of 30 days")
    await expect(shown).to_contain_text("NATO enlargement: 11")
    picture = shown.get_by_role("img", name="Bars of the topics most asked about, first NATO enlargement")
    await expect(picture).to_be_visible(timeout=20_000)
    await shown.get_by_role("button", name="7 days", exact=True).click()
    await expect(shown).to_contain_text("NATO enlargement: 7")
    await expect(shown.get_by_role("button", name="7 days", exact=True)).to_be_disabled()
    assert await names_missing(page) == []


async def test_a_digest_is_set_up_and_what_is_kept_is_saved_and_erased(page: Page, bot: Running) -> None:
    await use(page, "settings")
    settings = messages(page, "Settings of this server")
    channel = settings.get_by_role("combobox", name="No channel: no digest")
    await channel.click()
    await offered(page).filter(has_text="briefings").click()
    await expect(settings).to_contain_text("Saved.")
    await pick(page, settings.get_by_role("combobox", name="Day and hour"), "Friday, 18 o’clock")
    await pick(page, settings.get_by_role("combobox", name="Time zone"), "Europe/Kyiv")
    await expect(settings.get_by_role("combobox", name="Time zone")).to_contain_text("Europe/Kyiv")
    decided = await bot.client.desk.settings(seminar(bot))
    assert (decided.digest_time.code, decided.time_zone) == ("fri-18", "Europe/Kyiv")

    await settings.get_by_role("button", name="Take it along").click()
    async with page.expect_download() as saving:
        await messages(page).last.get_by_role("link", name="briefbot-export.zip").click()
    with zipfile.ZipFile(await (await saving.value).path()) as archive:
        assert archive.read("asks.csv").count(b"nato-enlargement") == 11

    await settings.get_by_role("button", name="Erase it").click()
    await messages(page).last.get_by_role("button", name="Erase everything of this server").click()
    await expect(messages(page).last).to_contain_text("12 rows were erased")
    assert bot.log.asks == []
    assert await names_missing(page) == []
