"""What members do with Briefbot's answers, in a real browser and mostly by keyboard."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.model import Voice
from tests.chat import (
    activate,
    message_box,
    messages,
    names_missing,
    offered,
    opened_browser,
    pick,
    press,
    sideways,
    tab_to,
    use,
    visit,
)
from tests.conftest import Running

PRIVATE = "Only you can see this"
WORDS = "have underlined just how dated the NATO construct is"
ALTERED = WORDS.replace("dated", "old")


@pytest.fixture
async def chrome(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    async with opened_browser(pytestconfig) as found:
        yield found


@pytest.fixture
async def page(bot: Running, chrome: Browser) -> AsyncIterator[Page]:
    """Ada's page."""
    async with visit(chrome, bot.sandbox) as visited:
        yield visited


def button(message: Locator, name: str) -> Locator:
    return message.get_by_role("button", name=name, exact=True)


def headed(page: Page, heading: str | re.Pattern[str]) -> Locator:
    """The messages with a heading in them."""
    return messages(page).filter(has=page.get_by_role("heading", name=heading, exact=True))


def removable(page: Page) -> Locator:
    """What was shared."""
    return messages(page).filter(has=page.get_by_role("button", name="Remove", exact=True))


# A card


async def test_a_card_is_turned_in_place_by_its_tabs_and_the_focus_stays_on_the_tab(page: Page) -> None:
    await use(page, "brief", "nato expantion")
    card = messages(page).first
    await expect(card).to_contain_text(PRIVATE)
    await tab_to(page, button(card, "Quotes"))
    for tab in ("Quotes", "Positions", "Timeline", "Notes", "Overview"):
        if tab != "Quotes":
            await tab_to(page, button(card, tab), "Shift+Tab" if tab == "Overview" else "Tab")
        await press(page, "Enter")
        shown = "NATO enlargement" if tab == "Overview" else f"NATO enlargement: {tab}"
        await expect(card.get_by_role("heading", name=shown, exact=True)).to_be_visible()
        await expect(button(card, tab)).to_be_focused()
        await expect(button(card, tab)).to_be_disabled()
        await expect(page.locator("#announcer")).to_contain_text(shown)
        await press(page, "Enter")
    await expect(messages(page)).to_have_count(1)
    assert await names_missing(page) == []


async def test_a_card_explains_itself_and_hears_each_voice_once(page: Page, bot: Running) -> None:
    await use(page, "brief", "nato expantion")
    card = messages(page).first
    await activate(page, button(card, "Why this card?"))
    await expect(headed(page, "Why this card?")).to_contain_text("Read as: “expantion” → “expansion”")

    await activate(page, button(card, "Quotes"))
    await activate(page, button(card, "In context").first)
    context = headed(page, "In context")
    await expect(context).to_contain_text("how dated the NATO construct is")
    await expect(context).to_contain_text("Blueprint for a New Russian-American Partnership · Paragraph 9")
    await expect(button(card, "In context").first).to_be_focused()

    await activate(page, button(card, "Helpful"))
    await expect(messages(page, "It counts for this card")).to_be_visible()
    await activate(page, button(card, "Not helpful"))
    await expect(messages(page, "One voice each")).to_be_visible()
    assert [said.voice for said in bot.log.feedback_given] == [Voice.HELPFUL]


async def test_what_is_shared_names_who_shared_it_once_and_goes_when_they_remove_it(
    page: Page, bot: Running, chrome: Browser
) -> None:
    await use(page, "brief", "new start")
    card = messages(page).first
    async with visit(chrome, bot.sandbox, name="Ben") as other:
        await expect(messages(other)).to_have_count(0)
        await tab_to(page, button(card, "Share"))
        await press(page, "Enter")
        mine, shared = removable(page), removable(other)
        await expect(shared).to_contain_text("Shared by @Ada")
        await expect(shared.get_by_role("heading", name="New START")).to_be_visible()
        assert [message.mentions for message in bot.ada.sees() if not message.private] == [()]
        await expect(button(card, "Share")).to_be_focused()
        await expect(button(card, "Share")).not_to_have_attribute("aria-busy", "true")

        await press(page, "Enter")
        again = messages(page, "shared here less than a minute ago")
        await activate(page, again.get_by_role("button", name="# general › message"))
        await expect(mine).to_be_focused()
        await expect(messages(other)).to_have_count(1)

        await activate(page=other, control=button(shared, "Notes"))
        await expect(messages(other, "New START: the extension and after: Notes")).to_contain_text(PRIVATE)
        await activate(page=other, control=button(shared, "Remove"))
        await expect(messages(other, "can remove this")).to_contain_text(PRIVATE)
        await activate(page, button(mine, "Remove"))
        for gone in (mine, shared):
            await expect(gone).to_have_count(0)
    await activate(page, button(again, "Dismiss"))
    await expect(card).to_be_focused()
    await activate(page, button(card, "Dismiss"))
    await expect(messages(page)).to_have_count(0)
    assert await page.evaluate("document.activeElement !== document.body")


async def test_an_error_is_reported_in_a_form_on_the_part_it_is_about(page: Page, bot: Running) -> None:
    await use(page, "brief", "new start")
    await tab_to(page, button(messages(page).first, "Report an error"))
    await press(page, "Enter")
    form = page.get_by_role("dialog", name="Report an error")
    part = form.get_by_role("combobox", name="Which part is it about?")
    await expect(part).to_be_focused()
    assert await names_missing(page) == []
    await pick(page, part, "Quote 2: ")
    await press(page, "Tab")
    words = form.get_by_role("textbox", name="What is wrong?")
    await expect(words).to_be_focused()
    await expect(words).to_have_accessible_description(re.compile("No names, please"))
    await page.keyboard.type("It ends too early.")
    await tab_to(page, form.get_by_role("button", name="Submit"), "Tab")
    await press(page, "Enter")
    await expect(messages(page, "without your name")).to_contain_text("Thank you")
    await expect(button(messages(page).first, "Report an error")).to_be_focused()
    (report,) = bot.log.feedback_given
    assert (report.card, report.part, report.text) == ("new-start", "quote 2", "It ends too early.")


async def test_a_miss_can_be_asked_for_and_a_choice_leads_to_its_card(page: Page, bot: Running) -> None:
    await use(page, "brief", "weather in boston")
    nothing = headed(page, "Nothing here")
    await tab_to(page, button(nothing, "Please cover this"))
    for said in ("the topic was counted", "asked for this already"):
        await press(page, "Enter")
        await expect(messages(page).last).to_contain_text(re.compile(said, re.IGNORECASE))
        await expect(button(nothing, "Please cover this")).to_be_focused()
        await expect(button(nothing, "Please cover this")).not_to_have_attribute("aria-busy", "true")
    assert [said.voice for said in bot.log.feedback_given] == [Voice.REQUEST]

    await use(page, "brief", "crimea and ukraine")
    choice = messages(page, "Did you mean one of these?")
    await activate(page, choice.get_by_role("button", name=re.compile("annexation of Crimea")))
    await expect(headed(page, "The annexation of Crimea")).to_contain_text(PRIVATE)


# Looking around


async def test_topics_lead_by_menus_to_a_card_and_sources_to_a_document(page: Page) -> None:
    await use(page, "topics")
    topics = messages(page).first
    await pick(page, topics.get_by_role("combobox", name="Choose a category"), "NATO and European security")
    await expect(topics.get_by_role("heading", name="NATO and European security")).to_be_visible()
    opened = topics.get_by_role("combobox", name="Open a card")
    await expect(opened).to_be_focused()
    await pick(page, opened, "NATO enlargement")
    await expect(headed(page, "NATO enlargement")).to_contain_text("Key points")

    await message_box(page).focus()
    await page.keyboard.type("/sources shifts")
    await expect(page.get_by_role("combobox", name="source")).to_have_value("shifts")
    await expect(offered(page)).to_have_text([re.compile("^Shifts in US-Russia Relations")])
    await press(page, "Enter", 2)
    source = headed(page, re.compile("^Shifts in US-Russia Relations"))
    await expect(source).to_contain_text("Takes no side.")
    await activate(page, button(source, "What the cards quote"))
    quotes = headed(page, re.compile("Shifts in US-Russia Relations.*: Quotes"))
    await activate(page, button(quotes, "Next"))
    await expect(quotes).to_contain_text("Page 2 of")
    await expect(button(quotes, "Next")).to_be_focused()


async def test_positions_are_compared_and_dated_events_are_drawn_for_those_who_see_pictures_and_for_those_who_do_not(
    page: Page,
) -> None:
    await use(page, "compare", "nato enlargement")
    comparison = headed(page, "NATO enlargement: Who says what")
    await expect(comparison.get_by_role("blockquote")).to_have_count(2)
    await expect(comparison).to_contain_text("No position found in this corpus.")

    await use(page, "timeline", "senate resolution 122")
    events = headed(page, re.compile("^Timeline: Senate Resolution 122"))
    picture = events.get_by_role("img", name=re.compile("^Timeline of 4 events from .* listed in the text as well"))
    await expect(picture).to_have_js_property("complete", True)
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
    shape = "image => image.naturalWidth / image.naturalHeight - image.width / image.height"
    assert abs(await picture.evaluate(shape)) < 0.05
    await activate(page, button(events, "Enlarge the picture"))
    large = page.get_by_role("dialog", name=re.compile("^Timeline of 4 events")).get_by_role("img")
    assert await large.evaluate("image => image.width") > await picture.evaluate("image => image.width")
    await press(page, "Escape")
    await expect(button(events, "Enlarge the picture")).to_be_focused()
    assert await names_missing(page) == []


# Words that others brought along


async def test_a_pasted_quotation_is_held_against_the_documents(page: Page) -> None:
    await message_box(page).focus()
    await page.keyboard.insert_text(f"/verify {ALTERED}")
    await expect(page.get_by_role("textbox", name="text")).to_have_value(ALTERED)
    await press(page, "Enter")
    verdict = headed(page, "Altered: 1 difference")
    await expect(verdict.get_by_role("blockquote")).to_contain_text(WORDS)
    await expect(verdict.get_by_role("listitem")).to_have_text(re.compile("“old”.*“dated”"))
    await pick(page, verdict.get_by_role("combobox", name="Open a card"), "NATO enlargement")
    await expect(headed(page, "NATO enlargement")).to_be_visible()


async def test_the_menu_of_somebodys_message_briefs_on_it_and_checks_its_quote(page: Page, bot: Running) -> None:
    ben = bot.sandbox.world.person("Ben")
    ben.say("hm, is nato expansion still a thing?")
    asked = messages(page, "still a thing?").first
    await asked.focus()
    await press(page, "Shift+F10")
    menu = page.get_by_role("menu", name="Message").get_by_role("menuitem")
    await expect(menu).to_have_text(["Brief this", "Check quote", "Copy text", "Inspect"])
    await press(page, "Enter")
    await expect(headed(page, "NATO enlargement")).to_contain_text("Ada used Brief this")
    await expect(asked).to_be_focused()

    ben.say(f"As they said: “{ALTERED}”")
    await messages(page, "As they said").first.click(button="right")
    await page.get_by_role("menuitem", name="Check quote").click()
    await expect(headed(page, "Altered: 1 difference")).to_contain_text(PRIVATE)


async def test_a_mention_is_answered_in_a_reply_and_a_direct_message_without_one(page: Page) -> None:
    await message_box(page).focus()
    await page.keyboard.type("@bri")
    await expect(offered(page)).to_have_text([re.compile("@Briefbot")])
    await press(page, "Enter")
    await page.keyboard.type("nato expansion")
    await press(page, "Enter")
    reply = headed(page, "NATO enlargement")
    await expect(reply).to_contain_text("In reply to Ada")
    await expect(reply).not_to_contain_text(PRIVATE)
    await expect(button(reply, "Remove")).to_be_visible()

    await page.get_by_role("button", name="Direct messages").press("Enter")
    await expect(page.get_by_role("heading", name="Briefbot", level=1)).to_be_visible()
    await message_box(page).focus()
    await page.keyboard.type("new start")
    await press(page, "Enter")
    reply = headed(page, "New START: the extension and after")
    await expect(reply).to_contain_text("In reply to Ada")
    await expect(button(reply, "Share")).to_have_count(0)
    await activate(page, button(reply, "Notes"))
    await expect(headed(page, "New START: the extension and after: Notes")).to_have_count(1)


# Servers and languages


async def test_a_manager_makes_answers_shared_and_german_for_everybody(
    page: Page, bot: Running, chrome: Browser
) -> None:
    await message_box(page).focus()
    await page.keyboard.type("/settings")
    await expect(offered(page)).to_have_count(0)
    await message_box(page).fill("")
    async with visit(chrome, bot.sandbox, name="Ben") as other:
        await use(other, "settings")
        settings = messages(other).first
        await pick(other, settings.get_by_role("combobox", name="Who sees answers"), "Shared")
        await expect(settings.get_by_role("combobox", name="Who sees answers")).to_contain_text("Shared: everybody")
        await use(page, "brief", "new start")
        for seen in (page, other):
            await expect(headed(seen, "New START: the extension and after")).not_to_contain_text(PRIVATE)

        await pick(other, settings.get_by_role("combobox", name="Language"), "Deutsch")
        await expect(settings).not_to_contain_text("Settings of this server")
        await use(page, "brief", "nato enlargement")
        await expect(headed(other, "NATO enlargement")).not_to_contain_text("Key points")


async def test_each_reads_the_commands_and_the_answers_in_the_language_of_their_discord(
    bot: Running, chrome: Browser
) -> None:
    world, server = bot.sandbox.world, bot.ada.channel.server
    assert server is not None
    world.join(world.add_person("Vera", locale="ru"), server)
    async with visit(chrome, bot.sandbox, name="Vera") as page:
        await message_box(page).focus()
        await page.keyboard.type("/")
        await expect(offered(page)).to_have_count(11)
        assert not re.search(r"\b(brief|quote|topic)\b", await page.get_by_role("listbox").inner_text())
        await page.keyboard.type("справка")
        await press(page, "Enter")
        await expect(page.get_by_role("combobox", name="тема")).to_be_focused()
        await page.keyboard.type("new start")
        await press(page, "Escape")
        await press(page, "Enter")
        card = messages(page).first
        await expect(card).to_contain_text("Vera used /справка")
        await expect(card.get_by_role("heading", name="New START: the extension and after")).to_be_visible()
        await expect(button(card, "Overview")).to_have_count(0)
        await expect(card).not_to_contain_text("Key points")


# Old messages, small screens


async def test_a_forged_button_gets_a_polite_answer_and_one_of_a_withdrawn_card_says_so(
    page: Page, bot: Running
) -> None:
    for custom_id, said in (
        ("briefbot:open:everything", "was withdrawn"),
        ("briefbot:💥", "not one that I know"),
    ):
        old = {"type": 2, "style": 2, "label": custom_id, "custom_id": custom_id}
        bot.sandbox.world.bot_message(bot.ada.channel, [{"type": 1, "components": [old]}])
        await activate(page, page.get_by_role("button", name=custom_id))
        await expect(messages(page, said)).to_contain_text(PRIVATE)


async def test_nothing_is_scrolled_sideways_on_a_phone_and_every_control_has_a_name(
    bot: Running, chrome: Browser
) -> None:
    async with visit(chrome, bot.sandbox, name="Ben", viewport={"width": 360, "height": 640}) as page:
        await use(page, "brief", "nato enlargement")
        card = messages(page).first
        assert await sideways(page) == []
        for tab in ("Quotes", "Positions", "Timeline", "Notes"):
            await activate(page, button(card, tab))
            await expect(button(card, tab)).to_be_disabled()
            assert await sideways(page) == []
        await use(page, "compare", "missile defense in europe")
        await expect(messages(page, "Who says what")).to_be_visible()
        await use(page, "timeline", "senate resolution 122")
        await expect(page.get_by_role("img", name=re.compile("^Timeline of 4 events"))).to_be_visible()
        await use(page, "settings")
        await use(page, "topics")
        await expect(page.get_by_role("combobox", name="Choose a category")).to_be_visible()
        assert await sideways(page) == []
        assert await names_missing(page) == []
