"""Servers and channels of the sandbox come, go and change, and the bot is told and held to it as Discord does it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import Misuse, Person, Sandbox
from bot.sandbox.places import BOT, Channel, ChannelType, Permission, Server
from tests.conftest import Watch, connected
from tests.showcase import Showcase


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Showcase]:
    made = Showcase()
    async with connected(sandbox, made):
        await asyncio.wait_for(made.wait_until_ready(), 10)
        yield made


def seminar(person: Person) -> Server:
    assert person.channel.server is not None
    return person.channel.server


async def told(client: discord.Client, event: str, act: Callable[[], Any]) -> Any:
    """What the library makes of an event that an act brings about."""
    waiting = asyncio.create_task(client.wait_for(event, timeout=20))
    await asyncio.sleep(0)
    act()
    return await waiting


async def asked(sandbox: Sandbox, path: str, method: str = "GET", **more: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {sandbox.token}"}
    url = f"{sandbox.url}/api/v10/{path}"
    async with aiohttp.ClientSession(headers=headers) as http, http.request(method, url, **more) as answer:
        return answer.status, await answer.json()


# ---------------------------------------------------------------- the servers that the bot is in


async def test_the_bot_lists_the_servers_it_is_in(sandbox: Sandbox, client: Showcase) -> None:
    found = [guild async for guild in client.fetch_guilds(limit=None)]
    assert [(guild.name, guild.approximate_member_count) for guild in found] == [
        ("Security seminar", 4),
        ("The newsroom", 3),
    ]
    status, plain = await asked(sandbox, "users/@me/guilds")
    assert status == 200
    assert plain[0] == {
        "id": str(found[0].id), "name": "Security seminar", "icon": None, "banner": None, "owner": False,
        "permissions": str(int(seminar(sandbox.world.person("Ada")).permissions(BOT))), "features": [],
    }  # fmt: skip


async def test_more_servers_than_fit_a_page_come_page_by_page_in_either_direction(
    sandbox: Sandbox, client: Showcase
) -> None:
    made = [sandbox.world.add_server(f"server {number}") for number in range(203)]
    everywhere = [server.id for server in sandbox.world.servers.values() if server.installed]
    assert [str(guild.id) async for guild in client.fetch_guilds(limit=None)] == everywhere
    middle = discord.Object(int(made[100].id))
    after = [str(guild.id) async for guild in client.fetch_guilds(limit=2, after=middle)]
    assert after == [made[101].id, made[102].id]
    before = [str(guild.id) async for guild in client.fetch_guilds(limit=2, before=middle)]
    assert before == [made[98].id, made[99].id]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "before=x", "after=-1", f"after={'9' * 5_000}"])
async def test_a_page_that_cannot_be_is_refused(sandbox: Sandbox, watch: Watch, query: str) -> None:
    status, answer = await asked(sandbox, f"users/@me/guilds?{query}")
    assert (status, answer["code"], list(answer["errors"])) == (400, 50035, [query.split("=")[0]])
    watch.refused.clear()


async def test_a_bot_that_is_removed_is_in_the_server_no_more_until_it_is_added_again(
    sandbox: Sandbox, client: Showcase
) -> None:
    world, ada = sandbox.world, sandbox.world.person("Ada")
    server, place = seminar(ada), client.get_partial_messageable(int(ada.channel.id))
    removed = await told(client, "guild_remove", lambda: world.remove_bot(server))
    assert removed.name == "Security seminar"
    assert [guild.name async for guild in client.fetch_guilds()] == ["The newsroom"]
    with pytest.raises(discord.Forbidden) as refused:
        await place.send("hi")
    assert refused.value.code == 50001
    # What is installed for its users alone is theirs everywhere; what is not is gone.
    world.commands.create({"name": "here", "description": "for servers", "integration_types": [0]})
    assert "here" not in {command["name"] for command in world.commands.for_person(ada.user, ada.channel)}
    assert (await ada.slash("give all_of", text="hi", number=1)).owners() == {"1": ada.user.id}

    joined = await told(client, "guild_join", lambda: world.add_bot(server))
    assert joined.id == int(server.id)
    assert len([guild async for guild in client.fetch_guilds()]) == 2
    assert "here" in {command["name"] for command in world.commands.for_person(ada.user, ada.channel)}
    assert (await ada.slash("give all_of", text="hi", number=1)).owners() == {"0": server.id}
    await place.send("here again")
    assert ada.sees()[-1].text == "here again"


async def test_a_server_that_is_made_with_the_bot_is_one_that_it_joins(sandbox: Sandbox, client: Showcase) -> None:
    joined = await told(client, "guild_join", lambda: sandbox.world.add_server("A new one", "first"))
    assert [channel.name for channel in joined.text_channels] == ["first"]


async def test_only_who_asked_for_servers_is_told_of_them_and_anybody_may_list_them(sandbox: Sandbox) -> None:
    client = discord.Client(intents=discord.Intents.none())
    async with connected(sandbox, client):
        world, ada = sandbox.world, sandbox.world.person("Ada")
        world.remove_bot(seminar(ada))
        world.add_bot(seminar(ada))
        world.remove_channel(ada.at("briefings").channel)
        kept = [text for session in sandbox.gateway.online for _, text in session.kept]
        assert len([guild async for guild in client.fetch_guilds()]) == 2
        await client.get_partial_messageable(int(ada.channel.id)).send("hi")
    assert ada.sees()[-1].text == "hi"
    assert len(kept) == 1
    assert '"READY"' in kept[0]


async def test_a_bot_that_was_away_is_told_when_it_resumes(sandbox: Sandbox, client: Showcase) -> None:
    gone = asyncio.create_task(sandbox.gateway.disconnected())
    sandbox.gateway.drop()
    await asyncio.wait_for(gone, 10)
    server = seminar(sandbox.world.person("Ada"))
    removed = await told(client, "guild_remove", lambda: sandbox.world.remove_bot(server))
    assert removed.id == int(server.id)
    assert sandbox.gateway.resumed == 1


# ---------------------------------------------------------------- rights in one channel


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES, 50001),
    ],
)
async def test_what_is_taken_from_the_bot_in_one_channel_it_may_do_in_the_others(
    sandbox: Sandbox, client: Showcase, taken: Permission, code: int
) -> None:
    ada = sandbox.world.person("Ada")
    sandbox.world.deny(BOT, ada.channel, taken)
    with pytest.raises(discord.Forbidden) as refused:
        await client.get_partial_messageable(int(ada.channel.id)).send("hi")
    assert refused.value.code == code
    await client.get_partial_messageable(int(ada.at("briefings").channel.id)).send("hi")
    assert ada.at("briefings").sees()[-1].text == "hi"
    # Its commands do not need what it was denied: answers are not the bot's own messages.
    assert (await ada.slash("give all_of", text="hi", number=1)).text == "hi | 1"
    sandbox.world.allow(BOT, ada.channel, taken)
    await client.get_partial_messageable(int(ada.channel.id)).send("at last")
    assert ada.sees()[-1].text == "at last"


async def test_files_need_a_right_of_their_own(sandbox: Sandbox, client: Showcase, tmp_path: Any) -> None:
    ada = sandbox.world.person("Ada")
    place = client.get_partial_messageable(int(ada.channel.id))
    (tmp_path / "a.txt").write_text("a")
    sandbox.world.deny(BOT, ada.channel, Permission.ATTACH_FILES)
    with pytest.raises(discord.Forbidden) as refused:
        await place.send("see", file=discord.File(tmp_path / "a.txt"))
    assert refused.value.code == 50013
    await place.send("see")


async def test_the_bot_learns_what_it_may_do_where_it_is_used(sandbox: Sandbox, client: Showcase) -> None:
    ada = sandbox.world.person("Ada")
    world = sandbox.world
    _, changed = await told(
        client, "guild_channel_update", lambda: world.deny(BOT, ada.channel, Permission.SEND_MESSAGES)
    )
    assert [overwrite.send_messages for overwrite in changed.overwrites.values()] == [False]
    begun = asyncio.create_task(client.wait_for("interaction", timeout=5))
    await asyncio.sleep(0)
    await ada.slash("give all_of", text="hi", number=1)
    interaction = await begun
    assert not interaction.app_permissions.send_messages
    assert interaction.permissions.send_messages


async def test_nothing_can_be_taken_from_an_administrator(sandbox: Sandbox) -> None:
    ada = sandbox.world.person("Ada")
    sandbox.world.join(ada.user, seminar(ada), Permission.ADMINISTRATOR)
    sandbox.world.deny(ada.user, ada.channel, Permission.VIEW_CHANNEL)
    assert ada.say("still here") in ada.sees()


async def test_people_are_only_where_they_may_see(sandbox: Sandbox) -> None:
    world, ada = sandbox.world, sandbox.world.person("Ada")
    world.deny(ada.user, ada.channel, Permission.VIEW_CHANNEL)
    with pytest.raises(Misuse, match="not in this channel"):
        ada.say("hi")
    with pytest.raises(Misuse, match="not in this channel"):
        ada.at("general")
    assert world.person("Ada").channel.name == "briefings"
    assert world.person("Ben").at("general").say("hi").text == "hi"


async def test_the_bot_hears_nothing_of_a_channel_that_it_does_not_see(sandbox: Sandbox, client: Showcase) -> None:
    ada = sandbox.world.person("Ada")
    sandbox.world.deny(BOT, ada.channel, Permission.VIEW_CHANNEL)
    ada.say("behind its back")
    heard = await told(client, "message", lambda: ada.at("briefings").say("in its face"))
    assert heard.channel.name == "briefings"


# ---------------------------------------------------------------- channels that come and go


async def test_a_channel_that_is_deleted_is_unknown_with_all_that_was_in_it(sandbox: Sandbox, client: Showcase) -> None:
    world, ada = sandbox.world, sandbox.world.person("Ada")
    shown = (await ada.slash("everything")).message
    assert world.board.files == 2
    removed = await told(client, "guild_channel_delete", lambda: world.remove_channel(ada.channel))
    assert removed.name == "general"
    for act in (client.get_partial_messageable(int(ada.channel.id)).send("hi"), client.fetch_channel(removed.id)):
        with pytest.raises(discord.NotFound) as refused:
            await act
        assert refused.value.code == 10003
    assert shown.deleted
    assert world.board.files == 0
    with pytest.raises(Misuse, match="not in this channel"):
        ada.say("hi")
    assert world.person("Ada").channel.name == "briefings"


async def test_an_answer_to_what_was_asked_in_a_channel_that_is_gone_is_refused(sandbox: Sandbox) -> None:
    async with connected(sandbox, Showcase()):
        ada = sandbox.world.person("Ada")
        asked = await ada.slash("give all_of", text="hi", number=1)
    sandbox.world.remove_channel(ada.channel)
    url = f"{sandbox.url}/api/v10/webhooks/{BOT.id}/{asked.token}"
    async with aiohttp.ClientSession() as http, http.post(url, json={"content": "more"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, 10003)


@pytest.mark.parametrize("kind", [ChannelType.TEXT, ChannelType.VOICE, ChannelType.ANNOUNCEMENT])
async def test_a_channel_of_any_type_is_made_and_written_into(
    sandbox: Sandbox, client: Showcase, kind: ChannelType
) -> None:
    ada, made = sandbox.world.person("Ada"), list[Channel]()
    server = seminar(ada)
    known = await told(
        client, "guild_channel_create", lambda: made.append(sandbox.world.add_channel(server, "new", kind=kind))
    )
    assert known.type.value == kind
    await client.get_partial_messageable(int(made[0].id)).send("first")
    assert ada.at("new").sees()[-1].text == "first"


# ---------------------------------------------------------------- whose application it is


async def test_the_application_belongs_to_the_first_person_or_to_whom_is_named(
    sandbox: Sandbox, client: Showcase
) -> None:
    world = sandbox.world
    assert world.owner is world.person("Ada").user
    assert (await client.application_info()).owner.global_name == "Ada"
    world.owner = world.person("Ben").user
    told = await client.application_info()
    assert (told.owner.global_name, told.approximate_guild_count) == ("Ben", 2)
