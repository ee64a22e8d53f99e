"""The chat page in a real browser: Briefbot by keyboard, what others see, the inspector, looks, and who may ask."""

import json
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.sandbox import Sandbox
from bot.sandbox.payloads import measures
from bot.sandbox.places import APPLICATION
from tests.chat import (
    message_box,
    messages,
    names_missing,
    offered,
    opened_browser,
    press,
    sideways,
    tab_to,
    use,
    visit,
)
from tests.conftest import Running, Watch, connected, discord_here
from tests.processes import start
from tests.showcase import Showcase


@pytest.fixture
async def chrome(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    async with opened_browser(pytestconfig) as found:
        yield found


@pytest.fixture
async def page(bot: Running, chrome: Browser) -> AsyncIterator[Page]:
    """Ada's page."""
    async with visit(chrome, bot.sandbox) as visited:
        yield visited


@pytest.fixture
async def showcase(sandbox: Sandbox, pytestconfig: pytest.Config) -> AsyncIterator[Page]:
    """The same, with a bot that has one of everything."""
    async with connected(sandbox, Showcase()), opened_browser(pytestconfig) as found, visit(found, sandbox) as visited:
        yield visited


# Briefbot


async def test_a_card_is_asked_for_and_read_by_keyboard_and_its_buttons_outlive_the_bot(
    chrome: Browser, tmp_path: Path
) -> None:
    async with discord_here() as sandbox:
        bot = await start(sandbox.url, token=sandbox.token, folder=tmp_path)
        try:
            async with visit(chrome, sandbox) as page:
                card = await _asked_for_by_keyboard(page)
                await _reads_and_presses(page, card)
                await page.reload()
                await expect(messages(page)).to_have_count(1)
                await expect(card.get_by_role("heading", name="NATO enlargement")).to_be_visible()
                bot.send_signal(signal.SIGTERM)
                await expect(page.locator("#presence")).to_have_text("Briefbot is offline")
                _, errors = await bot.communicate()
                assert bot.returncode == 0, errors
                bot = await start(sandbox.url, token=sandbox.token, folder=tmp_path)
                await expect(page.locator("#presence")).to_have_text("Briefbot is online")
                await tab_to(page, card.get_by_role("button", name="Quotes"), "Tab")
                await page.keyboard.press("Enter")
                await expect(messages(page, "NATO enlargement: Quotes")).to_contain_text("Only you can see this")
        finally:
            if bot.returncode is None:
                bot.terminate()
                await bot.communicate()


async def _asked_for_by_keyboard(page: Page) -> Locator:
    """With a slip in the topic, a completion taken from the list, and for everybody to see."""
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(message_box(page)).to_be_focused()
    await page.keyboard.type("/brief")
    await expect(offered(page)).to_have_text([re.compile("/brief topic")])
    await page.keyboard.press("Enter")

    topic = page.get_by_role("combobox", name="topic")
    await expect(topic).to_be_focused()
    await page.keyboard.type("nato expantion")
    choices = page.get_by_role("listbox", name="Choices for topic").get_by_role("option")
    await expect(choices.first).to_have_text("NATO enlargement")
    await expect(topic).to_have_attribute("aria-activedescendant", str(await choices.first.get_attribute("id")))
    for key in ("ArrowUp", "ArrowDown", "Enter"):
        await page.keyboard.press(key)
    await expect(topic).to_have_value("NATO enlargement")
    await expect(choices).to_have_count(0)
    await tab_to(page, page.get_by_role("button", name="Add share"), "Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.type("true")
    await expect(offered(page)).to_have_text(["True"])
    await press(page, "Enter", 2)
    await expect(message_box(page)).to_be_focused()
    return messages(page, "NATO enlargement").first


async def _reads_and_presses(page: Page, card: Locator) -> None:
    await expect(card).to_contain_text("Ada used /brief")
    for part in ("NATO enlargement", "Key points", "Editor’s notes", "Quoted here"):
        await expect(card.get_by_role("heading", name=part)).to_be_visible()
    await expect(card.get_by_role("blockquote").first).to_contain_text("“")
    assert await card.get_by_role("listitem").count() > 3
    await expect(page.locator("#announcer")).to_contain_text("Briefbot: NATO enlargement")

    await tab_to(page, card.get_by_role("button", name="Quotes"))
    await page.keyboard.press("Enter")
    private = messages(page, "Only you can see this")
    await expect(private.get_by_role("blockquote").first).to_be_visible()
    await expect(card.get_by_role("heading", name="NATO enlargement", exact=True)).to_be_visible()
    await expect(card.get_by_role("button", name="Quotes")).to_be_focused()
    await tab_to(page, private.get_by_role("button", name="Dismiss message"), "Tab")
    await page.keyboard.press("Enter")
    await expect(private).to_have_count(0)
    await expect(card).to_be_focused()


async def test_free_text_is_answered_and_what_is_not_shared_is_shown_to_nobody_else(
    page: Page, bot: Running, chrome: Browser
) -> None:
    async with visit(chrome, bot.sandbox, name="Ben") as other:
        await expect(other).to_have_url(re.compile(bot.sandbox.world.person("Ben").user.id))
        await use(page, "brief", "weather in boston")
        nothing = messages(page, "There is no briefing on that here")
        await expect(nothing).to_contain_text("Only you can see this")

        await use(page, "brief", "crimea and ukraine")
        offer = messages(page, "Did you mean one of these?")
        await expect(offer).to_contain_text("Only you can see this")
        picked = offer.get_by_role("button", name=re.compile("Crimea")).first
        title = await picked.inner_text()
        await picked.click()
        await messages(page, title).last.get_by_role("button", name="Share").click()

        await use(page, "brief", "natto enlargment")
        await messages(page, "NATO enlargement").last.get_by_role("button", name="Share").click()
        for shared in (title, "NATO enlargement"):
            await expect(page.get_by_role("heading", name=shared)).to_have_count(2)
            await expect(other.get_by_role("heading", name=shared)).to_be_visible()
        await expect(messages(page)).to_have_count(6)
        await expect(messages(other)).to_have_count(2)
        await expect(other.locator("#chat")).not_to_contain_text("Only you can see this")


async def test_a_message_elsewhere_marks_its_channel_and_the_browsers_way_back_works(page: Page, bot: Running) -> None:
    await bot.ada.at("briefings").slash("brief", topic="NATO enlargement")
    await page.get_by_role("button", name="briefings, new messages", exact=True).click()
    await expect(page.get_by_role("heading", name="# briefings", level=1)).to_be_visible()
    await expect(messages(page, "NATO enlargement")).to_be_visible()
    await expect(page).to_have_title(re.compile("# briefings"))
    await page.go_back()
    await expect(page.get_by_role("heading", name="# general", level=1)).to_be_visible()
    await page.get_by_role("button", name="Direct messages").click()
    await use(page, "brief", "NATO enlargement")
    await expect(messages(page, "NATO enlargement")).to_be_visible()


async def test_the_end_stays_in_sight_until_the_reader_goes_up(page: Page, bot: Running) -> None:
    ada = bot.ada
    for topic in ("NATO enlargement", "New START"):
        await ada.slash("brief", topic=topic)
    await expect(messages(page)).to_have_count(2)
    await expect(messages(page).last.get_by_role("button", name="Share")).to_be_in_viewport()
    # A picture that loads just before the browser tells of the last scrolling.
    grown = "log => { log.lastChild.style.paddingTop = '2000px'; log.parentElement.dispatchEvent(new Event('scroll')) }"
    await page.get_by_role("log").evaluate(grown)
    await expect(messages(page).last.get_by_role("button", name="Share")).to_be_in_viewport()
    await messages(page).last.focus()
    await page.keyboard.press("ArrowUp")
    await expect(messages(page).first).to_be_focused()
    await page.keyboard.press("Home")
    await expect(messages(page).first.get_by_role("heading").first).to_be_in_viewport()
    await ada.slash("topics")
    await page.get_by_role("button", name="New messages").click()
    await expect(messages(page).last.get_by_role("button", name="Share")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


# The inspector


async def test_the_inspector_shows_the_request_behind_a_card_and_its_measures(page: Page, bot: Running) -> None:
    asked = await bot.ada.slash("brief", topic="nato expantion")
    body = next(noted.body for noted in bot.sandbox.rest.requests if noted.message == asked.message.id)
    card = messages(page, "NATO enlargement")
    await card.focus()
    await page.keyboard.press("Shift+F10")
    await page.get_by_role("menuitem", name="Inspect").click()
    inspector = page.get_by_role("complementary", name="Inspector")
    await expect(inspector.get_by_role("tab", name="Message")).to_be_focused()
    await expect(inspector.get_by_role("meter")).to_have_count(len(measures(body)))
    for measure in measures(body):
        meter = inspector.get_by_role("meter", name=measure.name, exact=True)
        await expect(meter).to_have_attribute("aria-valuenow", str(measure.used))
        await expect(meter).to_have_attribute("aria-valuemax", str(measure.limit))
        await expect(inspector).to_contain_text(f"{measure.used:,} / {measure.limit:,}")
    assert json.loads(await inspector.get_by_label("Body").inner_text()) == body
    await inspector.get_by_text("The message as it stands").click()
    assert json.loads(await inspector.get_by_label("The message as it stands").inner_text())["id"] == asked.message.id
    await page.keyboard.press("Escape")
    await expect(inspector).to_be_hidden()
    await expect(page.get_by_role("button", name="Inspector")).to_be_focused()


async def test_a_refused_request_is_marked_with_why(page: Page, bot: Running, watch: Watch) -> None:
    asked = await bot.ada.slash("topics")
    address = f"{bot.sandbox.url}/api/v10/webhooks/{APPLICATION}/{asked.token}"
    async with aiohttp.ClientSession() as http:
        for body in ({"content": "x" * 2001}, {}):
            async with http.post(address, json=body) as answer:
                assert answer.status == 400
    watch.refused.clear()
    await page.get_by_role("button", name="Inspector").click()
    await page.keyboard.press("ArrowRight")
    inspector = page.get_by_role("complementary", name="Inspector")
    refused = inspector.locator("details.refused")
    await expect(refused).to_have_count(2)
    await expect(refused.first).to_contain_text("400 refused")
    await expect(refused.first).to_contain_text("50006")
    await expect(refused.last).to_contain_text("Why it was refused")
    await expect(refused.last).to_contain_text("content Must be 2000 or fewer in length.")
    await expect(refused.last).to_contain_text("BASE_TYPE_MAX_LENGTH")
    await expect(refused.last).to_contain_text("50035")


# Looks


@pytest.mark.parametrize(("system", "other"), [("dark", "light"), ("light", "dark")])
async def test_the_theme_is_the_systems_until_it_is_switched_and_that_is_remembered(
    bot: Running, chrome: Browser, system: str, other: str
) -> None:
    grounds = {"dark": "rgb(28, 30, 36)", "light": "rgb(255, 255, 255)"}
    async with visit(chrome, bot.sandbox, color_scheme=system) as page:
        await expect(page.locator("body")).to_have_css("background-color", grounds[system])
        await page.get_by_role("button", name=f"Switch to the {other} theme").click()
        await expect(page.locator("body")).to_have_css("background-color", grounds[other])
        await page.reload()
        await expect(page.get_by_role("button", name=f"Switch to the {system} theme")).to_be_visible()
        await expect(page.locator("body")).to_have_css("background-color", grounds[other])


async def test_a_narrow_screen_needs_no_scrolling_sideways_and_its_drawer_opens_by_keyboard(
    bot: Running, chrome: Browser
) -> None:
    await bot.ada.slash("brief", topic="NATO enlargement")
    async with visit(chrome, bot.sandbox, viewport={"width": 360, "height": 640}) as page:
        await expect(messages(page)).to_have_count(1)
        await use(page, "brief", "nothing of the kind")
        await expect(messages(page)).to_have_count(2)
        assert await sideways(page) == []

        drawer = page.get_by_role("button", name="Servers and channels")
        servers = page.get_by_role("navigation", name="Servers")
        await expect(servers).to_be_hidden()
        await drawer.press("Enter")
        await expect(servers.get_by_role("button", name="Direct messages")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(servers).to_be_hidden()
        await expect(drawer).to_be_focused()
        await page.keyboard.press("Enter")
        await tab_to(page, page.get_by_role("button", name="briefings"), "Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="# briefings")).to_be_visible()
        await expect(servers).to_be_hidden()


async def test_notices_are_shown_and_every_page_goes_to_the_message_it_is_shown(
    page: Page, bot: Running, chrome: Browser
) -> None:
    notices = page.get_by_role("region", name="Notices")
    bot.sandbox.page.notice({"kind": "error", "text": "The last edit is not live:\nbridge.yaml:3:1: no such key"})
    await expect(notices).to_contain_text("bridge.yaml:3:1: no such key")
    await expect(notices).to_contain_text("Error")
    bot.sandbox.page.notice({"kind": "info", "text": "The last edit is <b>live</b>."})
    await expect(notices).to_have_text("NoteThe last edit is <b>live</b>.")
    await expect(notices).not_to_contain_text("bridge.yaml")

    ada = bot.ada.at("briefings")
    shown = (await ada.slash("brief", topic="NATO enlargement")).message
    await ada.slash("brief", topic="New START")
    bot.sandbox.page.show(shown)
    await expect(page.get_by_role("heading", name="# briefings")).to_be_visible()
    await expect(page.locator(f"#message-{shown.id}")).to_be_focused()
    await expect(messages(page, "NATO enlargement").get_by_role("heading").first).to_be_in_viewport()
    async with visit(chrome, bot.sandbox) as other:
        await expect(other.locator(f"#message-{shown.id}")).to_be_focused()


# For everybody


async def test_whatever_can_be_used_has_a_name_and_every_part_of_the_page_is_a_landmark(showcase: Page) -> None:
    page = showcase
    await use(page, "everything")
    card = messages(page, "used /everything")
    await card.get_by_role("heading", name="Heading").hover()
    await expect(card.get_by_role("button", name="More")).to_be_visible()
    await use(page, "legacy")
    await expect(messages(page)).to_have_count(2)
    await page.get_by_role("button", name="Inspector").click()
    for role, name in (
        ("navigation", "Servers"), ("navigation", "Channels"), ("main", "# general"), ("complementary", "Inspector"),
        ("log", "Messages"), ("region", "Notices"),
    ):  # fmt: skip
        await expect(page.get_by_role(role, name=name)).to_be_attached()  # type: ignore[arg-type]
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator("details.request").first).to_be_visible()
    assert await names_missing(page) == []
    await message_box(page).focus()
    await page.keyboard.type("/")
    await expect(offered(page).first).to_be_visible()
    assert await names_missing(page) == []
    await page.keyboard.type("give all_of ")
    for name in ("sure", "who", "file"):
        await page.get_by_role("button", name=f"Add {name}").click()
    assert await names_missing(page) == []
    for modal in ("Form", "Choices"):
        await card.get_by_role("button", name=modal).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await names_missing(page) == []
        await press(page, "Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_focus_is_seen_wherever_the_tab_key_goes(showcase: Page) -> None:
    page = showcase
    await use(page, "everything")
    await expect(messages(page)).to_have_count(1)
    await page.get_by_role("button", name="Inspector").click()
    await page.locator("#skip").focus()
    unseen = """() => {
        const at = document.activeElement, style = getComputedStyle(at);
        if (at === document.body) return null;
        const framed = at.closest(".box, .option-field");
        const seen = style.outlineStyle !== "none" || (framed && getComputedStyle(framed).boxShadow !== "none");
        const box = at.getBoundingClientRect();
        return { at: at.outerHTML.slice(0, 90), seen: Boolean(seen) && box.width > 0 && box.height > 0 };
    }"""
    places = []
    for _ in range(80):
        await press(page, "Tab")
        if (place := await page.evaluate(unseen)) is None:
            break
        places.append(place)
    assert len(places) > 25
    assert [place["at"] for place in places if not place["seen"]] == []


# Who may ask


async def test_pages_of_other_origins_and_other_names_of_this_machine_are_refused(bot: Running) -> None:
    sandbox = bot.sandbox
    mine = {"Origin": sandbox.url}
    strangers = ({"Origin": "https://example.org"}, {"Origin": "null"}, {"Host": "example.org"}, mine | {"Host": "a.b"})
    async with aiohttp.ClientSession() as http:
        for headers in strangers:
            for path in ("/", "/page/app.js", "/sandbox/state", "/sandbox/events", "/sandbox/messages"):
                async with http.get(sandbox.url + path, headers=headers) as answer:
                    assert answer.status == 403, (path, headers)
            said = {"as": bot.ada.user.id, "do": "say", "channel": bot.ada.channel.id, "content": "hello"}
            async with http.post(f"{sandbox.url}/sandbox/act", json=said, headers=headers) as answer:
                assert answer.status == 403, headers
        assert bot.ada.sees() == []
        async with http.post(f"{sandbox.url}/sandbox/act", json=said, headers=mine) as answer:
            assert answer.status == 200
    assert [message.content for message in bot.ada.sees()] == ["hello"]


async def test_a_page_that_the_bot_sends_as_a_file_does_not_run(page: Page, bot: Running) -> None:
    form = aiohttp.FormData({"payload_json": json.dumps({"content": "a file"})})
    script = "<!doctype html><title>still</title><script>document.title = 'it ran'</script>"
    form.add_field("files[0]", script, filename="page.html", content_type="text/html")
    address = f"{bot.sandbox.url}/api/v10/channels/{bot.ada.channel.id}/messages"
    headers = {"Authorization": f"Bot {bot.sandbox.token}"}
    async with aiohttp.ClientSession() as http, http.post(address, data=form, headers=headers) as answer:
        assert answer.status == 200
    link = messages(page, "a file").get_by_role("link", name="page.html")
    async with page.expect_download() as downloaded:
        await link.click()
    assert (await (await downloaded.value).path()).read_text(encoding="utf-8") == script
    opened = await page.context.new_page()
    await opened.goto(str(await link.get_attribute("href")))
    await expect(opened).to_have_title("still")
