"""The chat page with a bot that has every component, modal, menu and callback."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from bot.sandbox import Sandbox
from bot.sandbox.places import ChannelType, Permission
from bot.sandbox.running import populate
from tests.chat import activate, message_box, messages, offered, opened_browser, press, tab_to, use, visit
from tests.conftest import connected
from tests.showcase import EXPORT, Showcase

NOTES: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"inside"}


@pytest.fixture
async def chrome(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    async with opened_browser(pytestconfig) as found:
        yield found


@pytest.fixture
async def showcase(sandbox: Sandbox) -> AsyncIterator[Showcase]:
    client = Showcase()
    async with connected(sandbox, client):
        yield client


@pytest.fixture
async def page(sandbox: Sandbox, showcase: Showcase, chrome: Browser) -> AsyncIterator[Page]:
    """Ada's page."""
    async with visit(chrome, sandbox) as visited:
        yield visited


async def everything(page: Page) -> Locator:
    """A message with one of each."""
    await use(page, "everything")
    return messages(page, "used /everything")


# Components


async def test_every_component_of_a_message_is_shown(page: Page) -> None:
    card = await everything(page)
    await expect(card.get_by_role("heading", name="Heading", level=3)).to_be_visible()
    for mark, text in {"strong": "bold", "em": "italic", "u": "under", "s": "gone", "code": "code"}.items():
        await expect(card.locator(mark, has_text=re.compile(f"^{text}$"))).to_be_visible()
    await expect(card.locator(".subtext")).to_have_text("small")
    await expect(card.get_by_role("separator")).to_be_visible()
    await expect(card.locator(".container").first).to_have_css("border-left-color", "rgb(88, 101, 242)")
    pictures = card.get_by_role("img", name="A dot")
    await expect(pictures).to_have_count(2)
    for number in range(2):
        await expect(pictures.nth(number)).to_have_js_property("naturalWidth", 1)
    link = card.get_by_role("link", name="A link")
    await expect(link).to_have_attribute("href", "https://example.org/")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", re.compile("noreferrer"))
    async with page.expect_download() as downloaded:
        await card.get_by_role("link", name="notes.txt").click()
    assert (await (await downloaded.value).path()).read_text(encoding="utf-8") == "some notes"


async def test_spoilers_are_hidden_until_they_are_revealed_by_keyboard(page: Page) -> None:
    card = await everything(page)
    for secret in ("hidden", "a secret"):
        await expect(card.get_by_text(secret)).to_be_hidden()
        await tab_to(page, card.get_by_role("button", name="Show the spoiler").first)
        await press(page, "Enter")
        await expect(card.get_by_text(secret)).to_be_visible()
        await message_box(page).focus()
    await expect(card.get_by_role("button", name="Show the spoiler")).to_have_count(0)


async def test_a_message_that_a_press_changes_keeps_its_place_its_pictures_and_the_focus(page: Page) -> None:
    card = await everything(page)
    await tab_to(page, card.get_by_role("button", name="Pressed 0"))
    for count in (1, 2):
        await press(page, "Enter")
        await expect(card.get_by_role("button", name=f"Pressed {count}")).to_be_focused()
    await expect(messages(page)).to_have_count(1)
    await expect(card.get_by_role("img", name="A dot").last).to_have_js_property("naturalWidth", 1)


async def test_every_kind_of_select_is_chosen_from_by_keyboard(page: Page) -> None:
    card = await everything(page)
    fruit = card.get_by_role("combobox", name="Choose fruit")
    await tab_to(page, fruit)
    await press(page, "ArrowDown")
    await expect(fruit).to_have_attribute("aria-expanded", "true")
    for key in (" ", "ArrowDown", " ", "Escape"):
        await press(page, key)
    await expect(messages(page, "You chose apple, pear")).to_contain_text("Only you can see this")
    letters = {"UserSelect": "b", "RoleSelect": "t", "MentionableSelect": "c", "ChannelSelect": "g"}
    picked = {"UserSelect": "ben", "RoleSelect": "Tutors", "MentionableSelect": "chloe", "ChannelSelect": "general"}
    for name, letter in letters.items():
        await card.get_by_role("combobox", name=name).focus()
        for key in ("Enter", letter, "Enter"):
            await press(page, key)
        await expect(messages(page, f"Picked {picked[name]}")).to_be_visible()


async def test_a_channel_is_chosen_shown_and_taken_back_by_keyboard(page: Page) -> None:
    await use(page, "meant")
    card, menu = messages(page, "used /meant"), page.get_by_role("combobox", name="Which channel?")
    eraser = page.get_by_role("button", name="Clear Which channel?")
    await expect(menu).to_have_text("Which channel?▾")
    await expect(eraser).to_be_hidden()
    await tab_to(page, menu)
    for key in ("Enter", "b", "Enter"):
        await press(page, key)
    await expect(card).to_contain_text("Meant: briefings")
    await expect(menu).to_have_text("#briefings▾")
    await expect(menu).to_be_focused()

    await page.reload()
    await expect(menu).to_have_text("#briefings▾")
    await activate(page, menu)
    await expect(offered(page).filter(has_text="#briefings")).to_have_attribute("aria-selected", "true")
    await expect(menu).to_have_attribute("aria-activedescendant", re.compile("option"))
    await press(page, "Enter")
    await expect(card).to_contain_text("None is meant")
    await expect(menu).to_have_text("Which channel?▾")
    await expect(menu).to_be_focused()

    for key in ("Enter", "g", "Enter"):
        await press(page, key)
    await expect(card).to_contain_text("Meant: general")
    await tab_to(page, eraser, "Tab")
    await press(page, "Enter")
    await expect(card).to_contain_text("None is meant")
    await expect(menu).to_be_focused()


async def test_a_channel_is_chosen_changed_and_taken_back_by_mouse(page: Page) -> None:
    await use(page, "meant")
    card, menu = messages(page, "used /meant"), page.get_by_role("combobox", name="Which channel?")
    for name in ("general", "briefings"):
        await menu.click()
        await offered(page).filter(has_text=name).click()
        await expect(card).to_contain_text(f"Meant: {name}")
        await expect(menu).to_have_text(f"#{name}▾")
    await page.get_by_role("button", name="Clear Which channel?").click()
    await expect(card).to_contain_text("None is meant")
    await menu.click()
    await offered(page).filter(has_text="general").click()
    await menu.click()
    await offered(page).filter(has_text="general").click()
    await expect(card).to_contain_text("None is meant")


async def test_channels_are_offered_to_who_sees_them_and_by_their_type(page: Page, sandbox: Sandbox) -> None:
    world, server = sandbox.world, sandbox.world.person("Ada").channel.server
    assert server is not None
    await use(page, "meant")
    menu, places = page.get_by_role("combobox", name="Which channel?"), page.locator("#channels button")
    world.add_channel(server, "talk", kind=ChannelType.VOICE)
    world.add_channel(server, "news", kind=ChannelType.ANNOUNCEMENT)
    secret = world.add_channel(server, "secret")
    await expect(places).to_have_text(["#general", "#briefings", "🔊talk", "📣news", "#secret"])
    world.deny(world.person("Ada").user, secret, Permission.VIEW_CHANNEL)
    await expect(places).to_have_text(["#general", "#briefings", "🔊talk", "📣news"])
    await menu.click()
    await expect(offered(page)).to_have_text(["#general", "#briefings", "📣news"])
    await press(page, "Escape")
    await message_box(page).focus()
    await page.keyboard.type("/give all_of ")
    form = page.get_by_role("form", name="Command /give all_of")
    await form.get_by_role("button", name="Add where").click()
    await expect(offered(page)).to_have_text(["#general", "#briefings", "📣news"])


async def test_a_channel_that_is_deleted_is_left(page: Page, sandbox: Sandbox) -> None:
    world = sandbox.world
    await page.locator("#channels").get_by_role("button", name="briefings").click()
    await expect(page.get_by_role("heading", name="# briefings")).to_be_visible()
    world.remove_channel(world.person("Ada").at("briefings").channel)
    await expect(page.locator("#channels")).not_to_contain_text("briefings")
    await expect(page.get_by_role("heading", name="# briefings")).to_have_count(0)


async def test_a_file_for_one_person_is_shown_by_name_and_size_and_downloaded(page: Page) -> None:
    await use(page, "export")
    answer = messages(page, "used /export")
    await expect(answer).to_contain_text("Only you can see this")
    await expect(answer.locator(".file")).to_have_text(re.compile(r"all\.zip\s*22 bytes"))
    async with page.expect_download() as downloaded:
        await answer.get_by_role("link", name="all.zip").press("Enter")
    file = await downloaded.value
    assert file.suggested_filename == "all.zip"
    assert (await file.path()).read_bytes() == EXPORT


# Modals


async def test_a_modal_says_what_is_missing_and_is_filled_in_by_keyboard(page: Page, sandbox: Sandbox) -> None:
    card = await everything(page)
    await tab_to(page, card.get_by_role("button", name="Form"))
    await press(page, "Enter")
    form = page.get_by_role("dialog", name="A form")
    name = form.get_by_role("textbox", name="Name")
    await expect(name).to_be_focused()
    await expect(name).to_have_accessible_description("as you like")
    await expect(form.get_by_role("emphasis")).to_have_text("more")
    await press(page, "Enter")
    await expect(name).to_have_accessible_description("as you like Fill this in")
    await expect(form.get_by_role("combobox", name="Fruit")).to_have_accessible_description("Choose at least 1")
    await expect(name).to_be_focused()

    await page.keyboard.type("Ada")
    await expect(form.get_by_text("3 / 20")).to_be_visible()
    await press(page, "Tab")
    await expect(form.get_by_role("textbox", name="Story")).to_have_value("once")
    await page.keyboard.type("two\nlines")
    for key in ("Tab", "ArrowDown", "p", " ", "Escape"):
        await press(page, key)
    await expect(form.get_by_role("combobox", name="Fruit")).to_have_text(re.compile("^pears"))
    await form.get_by_label("File").set_input_files(NOTES)
    await tab_to(page, form.get_by_role("button", name="Submit"), "Tab")
    await press(page, "Enter")
    await expect(form).to_have_count(0)
    answer = messages(page, "Form: ")
    await expect(answer).to_contain_text("name=Ada")
    await expect(answer).to_contain_text("two")
    await expect(answer).to_contain_text("modal-fruit=['pear']")
    await expect(answer).to_contain_text(re.compile(r"upload=\['\d+'\]"))
    await expect(card.get_by_role("button", name="Form")).to_be_focused()
    assert sandbox.world.modals == {}


async def test_a_modal_of_choices_is_filled_in_by_keyboard(page: Page) -> None:
    card = await everything(page)
    await card.get_by_role("button", name="Choices").press("Enter")
    form = page.get_by_role("dialog", name="Choices")
    yes = form.get_by_role("radio", name="Yes")
    await expect(yes).to_be_focused()
    await tab_to(page, form.get_by_role("button", name="Submit"), "Tab")
    await press(page, "Enter")
    await expect(form.get_by_role("radiogroup", name="One of")).to_have_accessible_description("Choose one")
    await expect(form.get_by_role("group", name="Any of")).to_have_accessible_description("Choose at least 1")
    await expect(yes).to_be_focused()
    await press(page, "ArrowDown")
    await expect(form.get_by_role("radio", name="No")).to_be_checked()
    await tab_to(page, form.get_by_role("checkbox", name="B"), "Tab")
    await press(page, " ")
    await tab_to(page, form.get_by_role("checkbox", name="Sure?"), "Tab")
    await press(page, " ")
    await tab_to(page, form.get_by_role("combobox", name="Who"), "Tab")
    for key in ("Enter", "a", "Enter"):
        await press(page, key)
    await tab_to(page, form.get_by_role("button", name="Submit"), "Tab")
    await press(page, "Enter")
    answer = messages(page, "Choices: ").last
    for said in ("radio=n", "group=['b']", "box=True"):
        await expect(answer).to_contain_text(said)
    await expect(answer).to_contain_text(re.compile(r"user=\['\d+'\]"))


async def test_a_modal_keeps_the_focus_and_escape_closes_it(page: Page, sandbox: Sandbox) -> None:
    card = await everything(page)
    opener = card.get_by_role("button", name="Form")
    for close in ("Escape", "Cancel"):
        await opener.press("Enter")
        form = page.get_by_role("dialog", name="A form")
        await expect(form.get_by_role("textbox", name="Name")).to_be_focused()
        for _ in range(12):
            await press(page, "Tab")
            assert await page.evaluate("!document.querySelector('#page').contains(document.activeElement)")
        if close == "Escape":
            await press(page, "Escape")
        else:
            await form.get_by_role("button", name=close).click()
        await expect(form).to_have_count(0)
        await expect(opener).to_be_focused()
    await expect(messages(page)).to_have_count(1)
    await use(page, "legacy")
    await expect(messages(page)).to_have_count(2)
    assert sandbox.world.modals == {}


# Commands and menus


async def test_a_command_takes_every_kind_of_option_and_says_beside_each_what_is_wrong(page: Page) -> None:
    await message_box(page).focus()
    await page.keyboard.type("/all")
    await expect(offered(page)).to_have_text([re.compile("/give all_of text number")])
    await press(page, "Enter")
    form = page.get_by_role("form", name="Command /give all_of")
    text, number = form.get_by_role("combobox", name="text"), form.get_by_role("textbox", name="number")
    await expect(text).to_be_focused()
    await press(page, "Escape")
    await press(page, "Enter")
    for field in (text, number):
        await expect(field).to_have_accessible_description("Fill this in")
    await number.fill("eleven")
    await press(page, "Enter")
    await expect(number).to_have_accessible_description("Write a whole number")
    await number.fill("11")
    await text.fill("more than twenty characters")
    await press(page, "Escape")
    await press(page, "Enter")
    await expect(number).to_have_accessible_description("At most 10, please")
    await expect(text).to_have_accessible_description("At most 20 characters: 7 too many")

    await number.fill("3")
    await text.fill("")
    await text.press_sequentially("hi")
    await expect(offered(page).filter(has_text="hic 3")).to_be_visible()
    await press(page, "ArrowUp")
    await press(page, "Enter")
    await expect(text).to_have_value("hic 3")
    typed = {
        "share": "0.5", "sure": "tru", "who": "ad", "where": "brief", "role": "tut", "anyone": "ben", "colour": "gre",
    }  # fmt: skip
    for name, value in typed.items():
        await tab_to(page, form.get_by_role("button", name=f"Add {name}"), "Tab")
        await press(page, "Enter")
        await expect(form.get_by_label(name, exact=True)).to_be_focused()
        await page.keyboard.type(value)
        if name != "share":
            await expect(offered(page)).to_have_count(1)
            await press(page, "Tab")
    await form.get_by_role("button", name="Add file").click()
    await form.get_by_label("file").set_input_files(NOTES)
    await expect(form.get_by_role("button", name=re.compile("^Add"))).to_have_count(0)
    await number.press("Enter")
    answer = "hic | 3 | 0.5 | True | ada | briefings | Tutors | ben | inside | green"
    await expect(messages(page, "used /give all_of")).to_contain_text(answer)


async def test_an_option_that_is_not_wanted_goes_with_backspace_and_the_command_with_escape(page: Page) -> None:
    await message_box(page).focus()
    await page.keyboard.type("/slow ")
    form = page.get_by_role("form", name="Command /slow")
    await form.get_by_role("button", name="Add private").press("Enter")
    private = form.get_by_label("private", exact=True)
    await expect(private).to_be_focused()
    await page.keyboard.type("x")
    await press(page, "Escape")
    await press(page, "Enter")
    await expect(private).to_have_accessible_description("Choose one from the list")
    await press(page, "Backspace", 2)
    await expect(private).to_have_count(0)
    await expect(form.get_by_role("button", name="Send")).to_be_focused()
    await press(page, "Escape")
    await expect(message_box(page)).to_be_focused()
    await page.keyboard.type("/slow ")
    await press(page, "Backspace")
    await expect(message_box(page)).to_be_focused()


async def test_the_menus_of_messages_and_people_open_and_are_walked_by_keyboard(page: Page) -> None:
    await message_box(page).focus()
    await page.keyboard.type("mind the gap")
    await press(page, "Enter")
    said = messages(page, "mind the gap")
    await said.first.focus()
    await press(page, "Shift+F10")
    menu = page.get_by_role("menu", name="Message")
    items = menu.get_by_role("menuitem")
    await expect(items).to_have_text(["Quote this", "Copy text", "Inspect"])
    await expect(items.first).to_be_focused()
    await press(page, "ArrowUp")
    await expect(items.last).to_be_focused()
    await press(page, "Escape")
    await expect(menu).to_have_count(0)
    await expect(said.first).to_be_focused()
    await press(page, "Shift+F10")
    await press(page, "ArrowDown", 3)
    await press(page, "Enter")
    await expect(messages(page, "They wrote: mind the gap")).to_contain_text("Only you can see this")

    await said.first.get_by_role("button", name="Ada").press("Shift+F10")
    await expect(page.get_by_role("menu", name="Person")).to_be_visible()
    await press(page, "End")
    await press(page, "w")
    await press(page, "Enter")
    await expect(messages(page, "This is Ada")).to_contain_text("Only you can see this")


# What takes its time, and what fails


async def test_a_slow_command_is_thinking_first_and_follows_up(page: Page, sandbox: Sandbox) -> None:
    sandbox.faults.slow(1, where="POST .*webhooks")
    await message_box(page).focus()
    await page.keyboard.type("/slow ")
    await page.get_by_role("button", name="Add follow_ups").press("Enter")
    await page.keyboard.type("2")
    await press(page, "Enter")
    await expect(messages(page, "Briefbot is thinking…")).to_be_visible()
    await expect(messages(page, "further 2")).to_be_visible()
    await expect(messages(page, "done thinking")).to_be_visible()
    await expect(page.get_by_text("thinking…")).to_have_count(0)


async def test_a_bot_that_says_nothing_did_not_respond(page: Page, sandbox: Sandbox, showcase: Showcase) -> None:
    await asyncio.gather(showcase.wait_for("interaction", timeout=10), use(page, "silent"))
    sandbox.clock.move(timedelta(seconds=3))
    failed = page.get_by_role("log").get_by_role("article", name="A command that failed")
    await expect(failed).to_contain_text("Ada used /silent")
    await expect(failed).to_contain_text("The application did not respond")
    await expect(page.locator("#announcer")).to_have_text("The application did not respond")

    await use(page, "acts")
    acts = messages(page, "used /acts")
    button = acts.get_by_role("button", name="Silent")
    await asyncio.gather(showcase.wait_for("interaction", timeout=10), button.press("Enter"))
    await expect(button).to_have_attribute("aria-busy", "true")
    sandbox.clock.move(timedelta(seconds=3))
    await expect(acts).to_contain_text("The application did not respond")
    await acts.get_by_role("button", name="Later").click()
    await expect(acts).to_contain_text("changed later")
    await expect(acts).not_to_contain_text("did not respond")

    await use(page, "acts")
    await messages(page, "used /acts").last.get_by_role("button", name="Remove").press("Enter")
    await expect(messages(page, "used /acts")).to_have_count(1)


async def test_a_bot_that_is_mentioned_types_and_replies(page: Page, sandbox: Sandbox) -> None:
    sandbox.faults.slow(1, where="POST .*/messages$")
    await message_box(page).focus()
    await page.keyboard.type("@bri")
    await expect(offered(page)).to_have_text([re.compile("@Briefbot")])
    await press(page, "Enter")
    await page.keyboard.type("good morning")
    await press(page, "Enter")
    typing = page.get_by_role("status").filter(has_text="typing")
    await expect(typing).to_have_text("Briefbot is typing…")
    reply = messages(page, "You said: good morning")
    await expect(reply).to_be_visible()
    await expect(typing).to_have_count(0)
    await reply.get_by_role("button", name="good morning").click()
    await expect(messages(page).first).to_be_focused()


async def test_a_message_from_before_the_components_of_today_is_shown_whole(page: Page) -> None:
    await use(page, "legacy")
    message = messages(page, "used /legacy")
    await expect(message.get_by_role("heading", name="An embed")).to_be_visible()
    await expect(message.get_by_role("strong").filter(has_text="marks")).to_be_visible()
    await expect(message.locator(".embed")).to_have_css("border-left-color", "rgb(87, 242, 135)")
    await expect(message.locator(".field")).to_have_text(["A1"])
    await expect(message.get_by_role("link", name="x.txt")).to_be_visible()
    await message.get_by_role("button", name="Private").click()
    await expect(messages(page, "only for you")).to_contain_text("In reply to Briefbot")


async def test_a_page_that_is_left_open_finds_the_sandbox_that_is_started_anew(chrome: Browser) -> None:
    sandbox = Sandbox()
    await sandbox.__aenter__()
    populate(sandbox.world)
    async with visit(chrome, sandbox, presence="offline") as page:
        await sandbox.__aexit__()
        await expect(page.get_by_role("region", name="Notices")).to_contain_text("The sandbox cannot be reached")
        async with Sandbox(port=int(sandbox.url.rsplit(":", 1)[1])) as anew:
            populate(anew.world)
            anew.world.person("Ben").say("good morning")
            await expect(messages(page, "good morning")).to_be_visible()
            await expect(page.get_by_role("region", name="Notices")).to_be_empty()
            await message_box(page).fill("and to you")
            await message_box(page).press("Enter")
            await expect(messages(page, "and to you")).to_contain_text("Ada")
            await page.goto(f"{anew.url}/#/1?as=1")
            await page.reload()
            await expect(messages(page, "and to you")).to_be_visible()
