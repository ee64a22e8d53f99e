"""The sandbox keeps what is private private, holds people to where they are, and takes any body without falling over."""

import asyncio
import gc
import json
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import Misuse, NoAnswer, Sandbox
from bot.sandbox.interactions import TOKEN_LIFE
from bot.sandbox.messages import HISTORY, Message, Upload
from bot.sandbox.places import APPLICATION, BOT, Permission
from tests.conftest import Watch, connected
from tests.showcase import Showcase

BUTTON = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Act", "custom_id": "private"}]}]


def authorized(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bot {sandbox.token}"}


# ---------------------------------------------------------------- private things


async def test_a_public_answer_does_not_quote_what_only_one_person_sees(sandbox: Sandbox) -> None:
    async with connected(sandbox, Showcase()):
        ada = sandbox.world.person("Ada")
        choices = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Choices", "custom_id": "choices"}]}]
        secret = sandbox.world.bot_message(
            ada.channel, [{"type": 10, "content": "for Ada alone"}, *choices], visible_to=ada.user
        )
        form = await ada.click(secret, "Choices")
        public = (await ada.submit(form, radio="y", group=["a"])).message
    assert not public.private
    assert "for Ada alone" not in json.dumps(public.json())
    assert public.json()["message_reference"]["message_id"] == secret.id


async def test_a_message_that_one_person_sees_is_not_reached_by_its_id(sandbox: Sandbox, watch: Watch) -> None:
    ada, ben = sandbox.world.person("Ada"), sandbox.world.person("Ben")
    secret = sandbox.world.bot_message(ada.channel, BUTTON, visible_to=ada.user)
    sandbox.world.commands.create({"name": "Read", "type": 3})
    with pytest.raises(Misuse, match="everybody here sees"):
        await ben.menu("Read", secret)
    body = {"content": "see", "message_reference": {"message_id": secret.id}}
    url = f"{sandbox.url}/api/v10/channels/{ada.channel.id}/messages"
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http, http.post(url, json=body) as answer:
        assert answer.status == 400
        assert "message_reference" in (await answer.json())["errors"]
    watch.refused.clear()


async def test_a_modal_is_for_whom_it_was_opened_and_stays_open_until_it_is_taken(sandbox: Sandbox) -> None:
    async with connected(sandbox, Showcase()):
        ada = sandbox.world.person("Ada")
        shown = (await ada.slash("everything")).message
        form = await ada.click(shown, "Form")
        with pytest.raises(Misuse, match="no such modal"):
            await sandbox.world.person("Ben").submit(form, name="Ben", **{"modal-fruit": ["pear"]})
        sandbox.faults.fail(404, where="callback")
        with pytest.raises(NoAnswer):
            await submitted_late(sandbox, ada.submit(form, name="Ada", **{"modal-fruit": ["pear"]}))
        with pytest.raises(Misuse, match="takes 1 to 20"):
            await ada.submit(form, name="x" * 21, **{"modal-fruit": ["pear"]})
        assert (await ada.submit(form, name="Ada", **{"modal-fruit": ["pear"]})).text.startswith("Form: name=Ada")
        for _ in range(3):
            await ada.click(shown, "Form")
    assert len(sandbox.world.modals) == 1


async def submitted_late(sandbox: Sandbox, act: Any) -> None:
    """Let three seconds pass once the bot has tried to answer."""
    tried = asyncio.Event()
    sandbox.rest.listeners.append(lambda _: tried.set())
    acting = asyncio.ensure_future(act)
    await asyncio.wait_for(tried.wait(), 5)
    sandbox.clock.move(timedelta(seconds=4))
    await acting


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
async def test_pages_of_other_sites_get_nothing(sandbox: Sandbox, origin: str) -> None:
    paths = ("/", "/sandbox/state", "/gateway", "/api/v10/gateway", "/sandbox/events")
    async with aiohttp.ClientSession() as http:
        for path in paths:
            for headers in ({"Origin": origin}, {"Host": "evil.example"}):
                async with http.get(sandbox.url + path, headers=headers) as answer:
                    assert answer.status == 403, (path, headers)


async def test_another_name_of_this_machine_leads_to_the_page(sandbox: Sandbox) -> None:
    address = sandbox.url.replace("127.0.0.1", "localhost")
    async with aiohttp.ClientSession() as http, http.get(address, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, sandbox.url)


async def test_the_token_is_another_one_each_time(sandbox: Sandbox) -> None:
    async with Sandbox() as other:
        assert other.token != sandbox.token


async def test_what_is_said_in_a_server_is_told_to_its_members(sandbox: Sandbox) -> None:
    world = sandbox.world
    ada, chloe = world.person("Ada"), world.person("Chloe")
    address = f"{sandbox.url}/sandbox/events?as={ada.user.id}"
    async with aiohttp.ClientSession() as http, http.get(address) as events:
        await events.content.readline()
        await events.content.readline()
        chloe.at("desk").say("for the newsroom")
        chloe.at("general").say("for the seminar")
        first = (await asyncio.wait_for(events.content.readline(), 5)).decode()
    assert "for the seminar" in first


async def test_the_bot_does_not_read_what_is_not_meant_for_it_in_any_way(sandbox: Sandbox) -> None:
    ada, ben = sandbox.world.person("Ada"), sandbox.world.person("Ben")
    told: list[dict[str, Any]] = []
    sandbox.gateway.dispatch = lambda event, data, *_, **__: told.append(data) or 1  # type: ignore[func-returns-value,method-assign]
    quoted = ada.say("words of Ada")
    ben.say("words of Ben", answers=quoted)
    ben.mention("words for the bot")
    url = f"{sandbox.url}/api/v10/channels/{ada.channel.id}/messages"
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http:
        async with http.get(url) as answer:
            told.append({"history": await answer.json()})
        async with http.get(f"{url}/{quoted.id}") as answer:
            told.append(await answer.json())
    read = json.dumps(told)
    assert "words for the bot" in read
    assert "words of" not in read


# ---------------------------------------------------------------- people in their places


async def test_people_act_where_they_are_and_may(sandbox: Sandbox) -> None:
    world = sandbox.world
    ada, ben = world.person("Ada"), world.person("Ben")
    with pytest.raises(Misuse, match="not in this channel"):
        ada.at("desk")
    with pytest.raises(Misuse, match="not in this channel"):
        ada.at(world.direct(ben.user))
    with pytest.raises(Misuse, match="no channel called"):
        ada.at("nowhere")
    with pytest.raises(Misuse, match="nobody called"):
        world.person("Zoe")
    assert ada.channel.server is not None
    world.join(ada.user, ada.channel.server, Permission.VIEW_CHANNEL)
    with pytest.raises(Misuse, match="may not write"):
        ada.say("hi")
    sandbox.world.commands.create({"name": "x", "description": "x"})
    with pytest.raises(Misuse, match="No command «x»"):
        await ada.slash("x")


async def test_everyone_is_pinged_only_by_those_who_may(sandbox: Sandbox) -> None:
    ada = sandbox.world.person("Ada")
    assert ada.channel.server is not None
    assert not ada.say("@everyone").mention_everyone
    sandbox.world.join(ada.user, ada.channel.server, Permission.ADMINISTRATOR)
    assert ada.say("@everyone").mention_everyone


async def test_the_bot_is_held_to_its_permissions(sandbox: Sandbox) -> None:
    channel = sandbox.world.person("Ada").channel
    assert channel.server is not None
    url = f"{sandbox.url}/api/v10/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http:
        for permission, code in ((Permission.VIEW_CHANNEL, 50013), (Permission(0), 50001)):
            channel.server.members[BOT.id] = permission
            async with http.post(url, json={"content": "hi"}) as answer:
                assert (answer.status, (await answer.json())["code"]) == (403, code)


async def test_a_command_of_one_server_is_used_there(sandbox: Sandbox) -> None:
    client = Showcase()
    ada = sandbox.world.person("Ada")
    server = ada.channel.server
    assert server is not None

    async with connected(sandbox, client):

        @client.tree.command(name="here", description="only here", guild=discord.Object(server.id))
        async def here(interaction: Any) -> None:
            await interaction.response.send_message("here it is")

        await client.tree.sync(guild=discord.Object(server.id))
        assert (await ada.slash("here")).text == "here it is"
        with pytest.raises(Misuse):
            await ada.in_direct_messages().slash("here")


async def test_servers_made_together_belong_to_different_shards(sandbox: Sandbox) -> None:
    made = [sandbox.world.add_server(f"server {number}") for number in range(8)]
    assert {(int(server.id) >> 22) % 2 for server in made} == {0, 1}


# ---------------------------------------------------------------- what is kept, and what is let go


async def test_a_message_that_is_deleted_is_no_longer_quoted(sandbox: Sandbox) -> None:
    ada = sandbox.world.person("Ada")
    quoted = sandbox.world.bot_message(ada.channel, BUTTON)
    reply = ada.say("so there", answers=quoted)
    sandbox.world.board.delete(quoted)
    assert reply.json()["referenced_message"] is None


async def test_a_chain_of_answers_keeps_no_more_than_the_history(sandbox: Sandbox) -> None:
    world, ada = sandbox.world, sandbox.world.person("Ada")
    last = None
    for _ in range(HISTORY + 200):
        last = ada.say("and then", answers=last)
    gc.collect()
    kept = [thing for thing in gc.get_objects() if isinstance(thing, Message) and thing.channel is ada.channel]
    assert len(kept) <= HISTORY + 1, "those that are kept, and the one that the first of them answers"
    assert last is not None
    assert len(json.dumps(last.json())) < 3_000
    assert len(world.board.seen_by(ada.user, ada.channel)) == HISTORY


async def test_a_file_that_is_taken_off_is_let_go(sandbox: Sandbox) -> None:
    board, ada = sandbox.world.board, sandbox.world.person("Ada")
    message = sandbox.world.bot_message(ada.channel, [])
    for _ in range(5):
        board.fill(message, {"attachments": []}, [Upload("my notes #1.txt", "text/plain", b"x")])
    assert (len(message.attachments), board.files) == (1, 1)
    async with aiohttp.ClientSession() as http, http.get(message.attachments[0]["url"]) as answer:
        assert await answer.read() == b"x"
    board.delete(message)
    assert board.files == 0


async def test_a_deferral_that_is_never_finished_fails_in_the_end(sandbox: Sandbox) -> None:
    async with connected(sandbox, Showcase()):
        ada = sandbox.world.person("Ada")
        sandbox.faults.fail(400, where="POST .*/webhooks/", times=None)
        asked = await ada.slash("slow")
        assert asked.message.loading
        sandbox.clock.move(TOKEN_LIFE + timedelta(seconds=1))
        assert ada.sees()[-1].failed == "The application did not respond"
        assert len(sandbox.world.interactions) == 0


async def test_an_act_that_is_given_up_leaves_nothing_behind(sandbox: Sandbox) -> None:
    async with connected(sandbox, Showcase()):
        ada = sandbox.world.person("Ada")
        acting = asyncio.create_task(ada.slash("silent"))
        await asyncio.sleep(0)
        acting.cancel()
        await asyncio.gather(acting, return_exceptions=True)
    assert len(sandbox.world.interactions) == 0


# ---------------------------------------------------------------- any body


BODIES: list[tuple[bytes, str]] = [
    (b"{broken", "application/json"),
    (b"[]", "application/json"),
    (b'"x"', "application/json"),
    (b"null", "application/json"),
    (b"[" * 100_000, "application/json"),
    (b"\xff\xfe", "application/json"),
    (b"--x", "multipart/form-data"),
    (b"--x\r\n\r\nhello", "multipart/form-data; boundary=x"),
    (
        b'--x\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{bad\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    (
        b'{"content": {}, "components": 7, "flags": "x", "message_reference": "y", "recipient_id": []}',
        "application/json",
    ),
    (b'{"name": {}, "id": "evil", "type": [], "data": [], "attachments": "z"}', "application/json"),
]


@pytest.mark.parametrize("needed", ["x", "", -1, True, "9" * 5_000, 1 << 64, [], {}])
async def test_permissions_that_are_none_are_refused(sandbox: Sandbox, watch: Watch, needed: Any) -> None:
    url = f"{sandbox.url}/api/v10/applications/{APPLICATION}/commands"
    body = {"name": "x", "description": "x", "default_member_permissions": needed}
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http, http.post(url, json=body) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 50035)
    assert sandbox.world.commands.all() == []
    watch.refused.clear()


@pytest.mark.parametrize("host", ["127.0.0.1:abc", "127.0.0.1:99999999", "evil.example", "127.0.0.1.evil.example"])
async def test_a_strange_host_gets_nothing(sandbox: Sandbox, host: str) -> None:
    address = f"{sandbox.url}/sandbox/state"
    async with aiohttp.ClientSession() as http, http.get(address, headers={"Host": host}) as answer:
        assert answer.status in (400, 403)


@pytest.mark.parametrize(("body", "kind"), BODIES)
async def test_no_body_brings_it_down(sandbox: Sandbox, watch: Watch, body: bytes, kind: str) -> None:
    ada = sandbox.world.person("Ada")
    message = sandbox.world.bot_message(ada.channel, BUTTON)
    command = sandbox.world.commands.create({"name": "x", "description": "x"})
    channel, commands = f"channels/{ada.channel.id}/messages", f"applications/{APPLICATION}/commands"
    routes = [
        ("POST", channel), ("PATCH", f"{channel}/{message.id}"), ("POST", "users/@me/channels"), ("PUT", commands),
        ("POST", commands), ("PATCH", f"{commands}/{command['id']}"), ("POST", "interactions/1/x/callback"),
        ("POST", f"webhooks/{APPLICATION}/x"), ("PATCH", f"webhooks/{APPLICATION}/x/messages/@original"),
        ("GET", f"{channel}?limit=abc"), ("GET", "no/such/route"),
    ]  # fmt: skip
    headers = authorized(sandbox) | {"Content-Type": kind}
    async with aiohttp.ClientSession(headers=headers) as http:
        for method, path in routes:
            async with http.request(method, f"{sandbox.url}/api/v10/{path}", data=body) as answer:
                assert answer.status < 500, (method, path)
                assert isinstance(await answer.json(), dict | list), (method, path)
        async with http.get(f"{sandbox.url}/sandbox/state") as answer:
            assert answer.status == 200
    assert message.labels == ["Act"]
    assert (command["name"], command["type"]) == ("x", 1)
    watch.refused.clear()
    watch.undescribed.clear()


@pytest.mark.parametrize(
    "path", ["state?as=1", "messages?channel=1", "commands?channel=1", "events?as=1", "inspect", "requests"]
)
async def test_the_page_is_told_what_it_asks_wrongly(sandbox: Sandbox, path: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{sandbox.url}/sandbox/{path}") as answer:
        assert answer.status == (200 if path in ("inspect", "requests") else 400)


@pytest.mark.parametrize(
    "act", [b"{", b"[]", b'{"do": "fly", "as": "1"}', b'{"do": 7}', b"[" * 100_000, b'{"do": "click"}']
)
async def test_an_act_that_is_not_understood_is_told(sandbox: Sandbox, act: bytes) -> None:
    async with aiohttp.ClientSession() as http, http.post(f"{sandbox.url}/sandbox/act", data=act) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]
