"""The bot writes into channels by itself, as Discord lets it: with layouts and files, once for each nonce."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from bot.sandbox import Misuse, Person, Sandbox
from bot.sandbox.nonces import NONCE_LIFE
from bot.sandbox.places import ChannelType, Permission
from tests.conftest import Watch, connected
from tests.showcase import EXPORT, PNG, Showcase

FLAG_V2 = 1 << 15


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Showcase]:
    made = Showcase()
    async with connected(sandbox, made):
        yield made


@pytest.fixture
def ada(sandbox: Sandbox) -> Person:
    return sandbox.world.person("Ada")


def place(client: discord.Client, person: Person) -> discord.PartialMessageable:
    """The person's channel as a bot has it that knows nothing but its id."""
    return client.get_partial_messageable(int(person.channel.id))


def layout(*texts: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    for text in texts:
        view.add_item(ui.TextDisplay(text))
    return view


# ---------------------------------------------------------------- layouts and files


async def test_a_layout_is_written_into_a_channel_of_which_the_bot_has_the_id(client: Showcase, ada: Person) -> None:
    sent = await place(client, ada).send(view=layout("# Good morning", "Read on."))
    seen = ada.sees()[-1]
    assert seen.id == str(sent.id)
    assert seen.text == "# Good morning\nRead on."
    assert seen.flags & FLAG_V2
    assert (seen.origin, seen.command, seen.private) == (None, None, False)


async def test_a_layout_shows_the_files_that_come_with_it(client: Showcase, ada: Person) -> None:
    view = layout("See")
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://dot.png")))
    view.add_item(ui.File("attachment://all.zip"))
    files = [discord.File(io.BytesIO(PNG), "dot.png"), discord.File(io.BytesIO(EXPORT), "all.zip")]
    sent = await place(client, ada).send(view=view, files=files)
    seen = ada.sees()[-1]
    assert ada.download(seen, "dot.png") == PNG
    assert ada.download(seen, "all.zip") == EXPORT
    assert await sent.attachments[1].read() == EXPORT
    assert [known["content_type"] for known in seen.attachments] == ["image/png", "application/zip"]
    shown = next(part for part in seen.parts if part["type"] == 13)
    assert (shown["name"], shown["size"]) == ("all.zip", len(EXPORT))


async def test_only_who_is_named_is_pinged(client: Showcase, ada: Person) -> None:
    ben = ada.world.person("Ben").user
    view = layout(f"@everyone <@{ada.user.id}> <@{ben.id}>")
    await place(client, ada).send(view=view, allowed_mentions=discord.AllowedMentions(users=[discord.Object(ben.id)]))
    seen = ada.sees()[-1]
    assert (seen.mentions, seen.mention_everyone) == ((ben,), False)


async def test_a_file_for_one_person_is_shown_to_nobody_else(client: Showcase, ada: Person) -> None:
    answer = (await ada.slash("export")).message
    assert answer.private
    assert ada.download(answer, "all.zip") == EXPORT
    known = answer.attachments[0]
    assert (known["filename"], known["size"], known["content_type"], known["ephemeral"]) == (
        "all.zip", len(EXPORT), "application/zip", True,
    )  # fmt: skip
    async with aiohttp.ClientSession() as http, http.get(known["url"]) as got:
        assert await got.read() == EXPORT
    with pytest.raises(Misuse, match=r"Ben sees no file «all\.zip» there, only: none"):
        ada.world.person("Ben").download(answer, "all.zip")
    with pytest.raises(Misuse, match=r"Ada sees no file «some\.zip» there, only: all\.zip"):
        ada.download(answer, "some.zip")
    ada.dismiss(answer)
    assert ada.world.board.files == 0


# ---------------------------------------------------------------- nonces


async def test_what_is_sent_twice_with_one_nonce_is_one_message(client: Showcase, ada: Person) -> None:
    first = await place(client, ada).send(view=layout("one"), nonce="digest-1")
    again = await place(client, ada).send(view=layout("another"), nonce="digest-1")
    assert again.id == first.id
    assert again.nonce == "digest-1"
    assert [message.text for message in ada.sees()] == ["one"]
    other = await place(client, ada).send(view=layout("two"), nonce="digest-2")
    assert other.id != first.id


async def test_a_nonce_is_the_authors_and_not_the_channels(client: Showcase, ada: Person) -> None:
    first = await place(client, ada).send(view=layout("one"), nonce=7)
    elsewhere = ada.at("briefings")
    again = await place(client, elsewhere).send(view=layout("one"), nonce=7)
    assert again.id == first.id
    assert elsewhere.sees() == []


async def test_a_message_that_was_deleted_is_not_sent_anew_with_its_nonce(client: Showcase, ada: Person) -> None:
    first = await place(client, ada).send(view=layout("one"), nonce="n")
    await first.delete()
    with pytest.raises(discord.NotFound) as refused:
        await place(client, ada).send(view=layout("one"), nonce="n")
    assert refused.value.code == 10008


async def test_a_nonce_is_forgotten_after_a_while(client: Showcase, ada: Person, sandbox: Sandbox) -> None:
    first = await place(client, ada).send(view=layout("one"), nonce="n")
    sandbox.clock.move(NONCE_LIFE - timedelta(seconds=1))
    assert (await place(client, ada).send(view=layout("one"), nonce="n")).id == first.id
    sandbox.clock.move(timedelta(seconds=1))
    assert (await place(client, ada).send(view=layout("one"), nonce="n")).id != first.id


@pytest.mark.parametrize("failure", ["an answer that is lost", "a connection that is cut"])
async def test_a_message_whose_answer_is_lost_is_sent_again_and_there_once(
    client: Showcase, ada: Person, sandbox: Sandbox, failure: str
) -> None:
    if failure == "an answer that is lost":
        # The library tries again by itself, files and all.
        sandbox.faults.fail(502, where="POST .*/messages", done=True)
    else:
        sandbox.faults.reset(where="POST .*/messages", done=True)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await place(client, ada).send(view=shown_file(), file=archive(), nonce="n")
    sent = await place(client, ada).send(view=shown_file(), file=archive(), nonce="n")
    assert [message.id for message in ada.sees()] == [str(sent.id)]
    assert sandbox.world.board.files == 1
    assert len([noted for noted in sandbox.rest.requests if noted.method == "POST"]) == 2


def archive() -> discord.File:
    return discord.File(io.BytesIO(EXPORT), "all.zip")


def shown_file() -> ui.LayoutView:
    view = layout("All of it")
    view.add_item(ui.File("attachment://all.zip"))
    return view


async def test_a_nonce_that_is_not_enforced_is_only_told(sandbox: Sandbox, ada: Person) -> None:
    for nonce, more in (("a", {}), ("a", {"enforce_nonce": False}), (5, {}), (None, {"enforce_nonce": True})):
        status, told = await post(sandbox, ada, {"content": "hi", "nonce": nonce, **more})
        assert (status, told.get("nonce")) == (200, nonce)
    assert len(ada.sees()) == 4


@pytest.mark.parametrize(
    ("nonce", "code"),
    [("x" * 26, "NONCE_TYPE_TOO_LONG"), (True, "NONCE_TYPE_INVALID_TYPE"), ({}, "NONCE_TYPE_INVALID_TYPE")],
)
async def test_a_nonce_that_cannot_be_is_refused(
    sandbox: Sandbox, ada: Person, watch: Watch, nonce: Any, code: str
) -> None:
    status, told = await post(sandbox, ada, {"content": "hi", "nonce": nonce, "enforce_nonce": True})
    assert (status, told["errors"]["nonce"]["_errors"][0]["code"]) == (400, code)
    assert ada.sees() == []
    watch.refused.clear()


async def post(sandbox: Sandbox, person: Person, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    url = f"{sandbox.url}/api/v10/channels/{person.channel.id}/messages"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, json=body) as answer:
        return answer.status, await answer.json()


# ---------------------------------------------------------------- channels that are chosen


async def test_a_channel_is_chosen_changed_and_taken_back(client: Showcase, ada: Person) -> None:
    shown = (await ada.slash("meant")).message
    briefings = ada.at("briefings").channel
    await ada.choose(shown, "meant", briefings)
    assert shown.text == "Meant: briefings"
    assert default_of(shown) == [{"id": briefings.id, "type": "channel"}]
    await ada.choose(shown, "meant", ada.channel.id)
    assert shown.text == "Meant: general"
    await ada.choose(shown, "meant")
    assert shown.text == "None is meant"


async def test_what_was_chosen_is_told_as_discord_tells_it(client: Showcase, ada: Person) -> None:
    shown = (await ada.slash("meant")).message
    channel = ada.at("briefings").channel
    assert channel.server is not None
    told = (await ada.choose(shown, "meant", channel)).data
    rights = str(int(channel.permissions(ada.user)))
    described = {
        "id": channel.id, "name": "briefings", "type": 0, "guild_id": channel.server.id, "parent_id": None,
        "topic": None, "position": 0, "nsfw": False, "rate_limit_per_user": 0, "flags": 0, "last_message_id": None,
        "permissions": rights, "app_permissions": rights,
    }  # fmt: skip
    assert told == {
        "component_type": 8, "custom_id": "meant", "id": told["id"], "values": [channel.id],
        "resolved": {"channels": {channel.id: described}},
    }  # fmt: skip
    cleared = (await ada.choose(shown, "meant")).data
    assert (cleared["values"], "resolved" in cleared) == ([], False)


def default_of(message: Any) -> Any:
    return message.part("meant").get("default_values")


async def test_a_menu_of_channels_offers_what_its_reader_sees_of_the_types_it_asks_for(
    client: Showcase, ada: Person
) -> None:
    world, server = ada.world, ada.channel.server
    assert server is not None
    talk = world.add_channel(server, "talk", kind=ChannelType.VOICE)
    news = world.add_channel(server, "news", kind=ChannelType.ANNOUNCEMENT)
    secret = world.add_channel(server, "secret")
    world.deny(ada.user, secret, Permission.VIEW_CHANNEL)
    shown = (await ada.slash("meant")).message
    await ada.choose(shown, "meant", news)
    assert shown.text == "Meant: news"
    with pytest.raises(Misuse, match="#talk is a channel of type 2, and only 0, 5 is taken"):
        await ada.choose(shown, "meant", talk)
    for hidden in (secret, world.person("Ben").at("desk").channel, "12"):
        with pytest.raises(Misuse, match="no channel"):
            await ada.choose(shown, "meant", hidden)
    with pytest.raises(Misuse, match="takes 0 to 1, not 2"):
        await ada.choose(shown, "meant", ada.channel, news)
    with pytest.raises(Misuse, match="is a channel of type 2"):
        await ada.slash("give all_of", text="hi", number=1, where=talk)
    assert (await world.person("Ben").at("general").choose(shown, "meant", secret)).text == "Meant: secret"
