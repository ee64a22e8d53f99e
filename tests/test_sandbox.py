"""The sandbox behaves like Discord, seen from a bot that uses all of it and from people who press everything."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Interaction, Message, Misuse, NoAnswer, NotLoopback, Person, Sandbox
from bot.sandbox.messages import Upload
from bot.sandbox.payloads import Callback, Kind
from bot.sandbox.places import BOT, Permission
from bot.sandbox.rest import Request, Rest
from tests.conftest import Watch, connected
from tests.showcase import Showcase


def authorized(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bot {sandbox.token}"}


@pytest.fixture
async def ada(sandbox: Sandbox) -> AsyncIterator[Person]:
    """Somebody in a server with the showcase bot."""
    async with connected(sandbox, Showcase()):
        yield sandbox.world.person("Ada")


def another(ada: Person) -> Person:
    return ada.world.person("Ben").at(ada.channel)


# ---------------------------------------------------------------- commands and what they are given


async def test_every_kind_of_option_reaches_the_bot(ada: Person) -> None:
    assert ada.channel.server is not None
    given = await ada.slash(
        "give all_of", text="hi", number=3, share=0.5, sure=True, who=ada.user, where=ada.channel,
        role=ada.channel.server.roles[0], anyone=ada.user, file=Upload("f.txt", "text/plain", b"inside"), colour="red",
    )  # fmt: skip
    assert given.text == "hi | 3 | 0.5 | True | ada | general | Tutors | ada | inside | red"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"number": 3}, "needs «text»"),
        ({"text": "hi", "number": 11}, "takes 1 to 10"),
        ({"text": "x" * 21, "number": 1}, "takes 1 to 20 characters"),
        ({"text": "hi", "number": "three"}, "does not take"),
        ({"text": "hi", "number": 1, "colour": "pink"}, "not one of the choices"),
        ({"text": "hi", "number": 1, "size": 2}, "has no option «size»"),
        ({"text": "hi", "number": 1, "who": "12"}, "no user 12 here"),
    ],
)
async def test_what_discords_client_would_not_send_is_not_sent(ada: Person, options: dict[str, Any], said: str) -> None:
    with pytest.raises(Misuse, match=said):
        await ada.slash("give all_of", **options)


async def test_choices_come_with_each_keystroke_and_know_the_other_options(ada: Person) -> None:
    choices = await ada.type_ahead("give all_of", "text", "nat", number=7)
    assert choices == [{"name": f"nat{ending} 7", "value": f"nat{ending}"} for ending in "abc"]


async def test_a_command_is_offered_to_those_who_may_use_it(ada: Person) -> None:
    with pytest.raises(Misuse, match="No command «settings» is offered to Ada"):
        await ada.slash("settings")
    assert (await another(ada).slash("settings")).text == "settings"


async def test_where_the_bot_is_not_its_users_have_it_all_the_same(ada: Person) -> None:
    outside = ada.at("lobby")
    asked = await outside.slash("give all_of", text="hi", number=1)
    assert asked.owners() == {"1": ada.user.id}
    assert (await ada.in_direct_messages().slash("give all_of", text="hi", number=1)).text == "hi | 1"
    group = ada.at(ada.world.direct(ada.user, another(ada).user))
    assert (await group.slash("give all_of", text="hi", number=1)).owners() == {"1": ada.user.id}


async def test_menus_of_messages_and_of_users_carry_what_was_chosen(ada: Person) -> None:
    said = ada.say("so it goes")
    assert (await ada.menu("Quote this", said)).text == "They wrote: so it goes"
    assert (await ada.menu("Who is this", another(ada).user)).text == "This is Ben"


async def test_a_mention_is_answered_in_servers_and_in_direct_messages(ada: Person) -> None:
    for place in (ada, ada.in_direct_messages()):
        asked = place.mention("nato")
        reply = await place.reads(asked)
        assert reply.text == "You said: nato"
        assert reply.answers is asked


async def test_the_bot_hears_of_messages_but_not_words_that_are_not_meant_for_it(sandbox: Sandbox) -> None:
    client = Showcase()
    async with connected(sandbox, client):
        ada = sandbox.world.person("Ada")
        for said, heard in (("nothing for you", ""), (f"<@{BOT.id}> for you", f"<@{BOT.id}> for you")):
            told = asyncio.create_task(client.wait_for("message", timeout=5))
            await asyncio.sleep(0)
            ada.say(said)
            assert (await told).content == heard
        answered = await ada.slash("acts")
        changed = asyncio.create_task(client.wait_for("raw_message_edit", timeout=5))
        gone = asyncio.create_task(client.wait_for("raw_message_delete", timeout=5))
        await ada.click(answered.message, "later")
        assert (await changed).message_id == int(answered.message.id)
        await ada.slash("acts")
        await ada.click(ada.sees()[-1], "remove")
        assert (await gone).channel_id == int(ada.channel.id)


# ---------------------------------------------------------------- components and modals


async def test_every_component_has_its_number_and_uploads_have_their_address(ada: Person) -> None:
    shown = (await ada.slash("everything")).message
    numbers = [part["id"] for part in shown.parts]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    kinds = {part["type"] for part in shown.parts}
    assert kinds == {1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17}
    urls = [part["media"]["url"] for part in shown.parts if "media" in part]
    async with aiohttp.ClientSession() as http, http.get(urls[0]) as answer:
        assert answer.status == 200
        assert (await answer.read()).startswith(b"\x89PNG")
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_button_changes_its_message_and_keeps_what_was_attached(ada: Person) -> None:
    shown = (await ada.slash("everything")).message
    pressed = await ada.click(shown, "Pressed 0")
    assert pressed.answered is Callback.UPDATE
    assert pressed.message is shown
    assert "Pressed 1" in shown.labels
    assert [known["filename"] for known in shown.attachments] == ["dot.png", "notes.txt"]
    await ada.click(shown, "count")
    assert "Pressed 2" in shown.labels


async def test_selects_take_what_they_offer(ada: Person) -> None:
    shown = (await ada.slash("everything")).message
    assert ada.channel.server is not None
    assert (await ada.choose(shown, "fruit", "apple", "pear")).text == "You chose apple, pear"
    assert (await ada.choose(shown, "pick-UserSelect", ada.user.id)).text == "Picked ada"
    assert (await ada.choose(shown, "pick-RoleSelect", ada.channel.server.roles[0].id)).text == "Picked Tutors"
    assert (await ada.choose(shown, "pick-ChannelSelect", ada.channel.id)).text == "Picked general"
    assert (await ada.choose(shown, "pick-MentionableSelect", ada.user.id)).text == "Picked ada"
    for values in (["plum"], [], ["apple", "pear", "apple"]):
        with pytest.raises(Misuse):
            await ada.choose(shown, "fruit", *values)


async def test_a_modal_is_filled_in_and_comes_back(ada: Person) -> None:
    shown = (await ada.slash("everything")).message
    form = await ada.click(shown, "Form")
    file = Upload("a.txt", "text/plain", b"hi")
    sent = await ada.submit(form, name="Eve", upload=[file], **{"modal-fruit": ["pear"]})
    assert sent.private
    assert sent.text.startswith("Form: name=Eve; story=once; modal-fruit=['pear']; upload=['")
    assert sent.message.origin is not None
    assert sent.message.origin["triggering_interaction_metadata"]["id"] == form.id
    with pytest.raises(Misuse, match="no such modal open"):
        await ada.submit(form, name="Eve")


async def test_a_modal_with_boxes_and_circles_comes_back_too(ada: Person) -> None:
    shown = (await ada.slash("everything")).message
    choices = await ada.click(shown, "Choices")
    with pytest.raises(Misuse, match="needs a choice"):
        await ada.submit(choices)
    choices = await ada.click(shown, "Choices")
    sent = await ada.submit(choices, radio="y", group=["a", "b"], box=True)
    assert sent.text == "Choices: radio=y; group=['a', 'b']; box=True; user=[]"


@pytest.mark.parametrize(("field", "value"), [("name", "x" * 21), ("name", ""), ("modal-fruit", ["plum"])])
async def test_a_modal_is_not_sent_with_what_it_does_not_take(ada: Person, field: str, value: Any) -> None:
    form = await ada.click((await ada.slash("everything")).message, "Form")
    with pytest.raises(Misuse, match=field):
        await ada.submit(form, **{"name": "Eve", "modal-fruit": ["pear"], field: value})


async def test_nobody_presses_what_is_not_there(ada: Person) -> None:
    shown = (await ada.slash("everything")).message
    with pytest.raises(Misuse, match="There is no «Nothing»"):
        await ada.click(shown, "Nothing")
    with pytest.raises(Misuse, match="is a link"):
        await ada.click(shown, "A link")


# ---------------------------------------------------------------- callbacks


async def test_a_deferred_update_changes_the_message_later(ada: Person) -> None:
    acts = (await ada.slash("acts")).message
    pressed = await ada.click(acts, "later")
    assert pressed.answered is Callback.DEFERRED_UPDATE
    changed = await ada.reads(until=lambda message: message is acts and message.text == "changed later")
    assert changed.edited is not None


async def test_a_message_can_be_taken_away_by_its_button(ada: Person) -> None:
    acts = (await ada.slash("acts")).message
    gone: list[str] = []
    ada.world.board.listeners.append(lambda change: gone.append(change.kind))
    await ada.click(acts, "remove")
    await ada.slash("acts")
    assert "gone" in gone
    assert acts not in ada.sees()


async def test_the_first_follow_up_takes_the_place_and_the_visibility_of_a_deferral(ada: Person) -> None:
    for private in (True, False):
        asked = await ada.slash("slow", private=private)
        assert asked.answered is Callback.DEFERRED_MESSAGE
        done = await ada.reads(until=lambda message, asked=asked: message is asked.original)  # type: ignore[misc]
        assert done.text == "done thinking"
        assert done.private is private


async def test_outside_its_servers_a_bot_has_five_follow_ups(ada: Person, sandbox: Sandbox) -> None:
    outside = ada.at("lobby")
    asked = await outside.slash("slow", follow_ups=6)
    await outside.reads(until=lambda message: message.text == "further 5")
    refused = [noted for noted in await answered(sandbox.rest, 400) if noted.errors]
    assert [noted.errors["code"] for noted in refused if noted.errors] == [40094]
    assert asked.follow_ups == 6


async def answered(rest: Rest, status: int) -> list[Request]:
    """The bot's requests that ended so, once there is one."""
    met = asyncio.Event()
    rest.listeners.append(lambda noted: met.set() if noted.status == status else None)
    if not any(noted.status == status for noted in rest.requests):
        await asyncio.wait_for(met.wait(), 10)
    return [noted for noted in rest.requests if noted.status == status]


async def test_what_is_only_for_one_is_seen_by_nobody_else(ada: Person, sandbox: Sandbox) -> None:
    shown = (await ada.slash("everything")).message
    private = (await ada.click(shown, "private")).message
    assert private in ada.sees()
    assert private not in another(ada).sees()
    with pytest.raises(Misuse, match="does not see"):
        await another(ada).click(private, "x")
    url = f"{sandbox.url}/api/v10/channels/{ada.channel.id}/messages/{private.id}"
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http, http.get(url) as answer:
        assert (await answer.json())["code"] == 10008
    with pytest.raises(Misuse, match="Only a message that only you see"):
        ada.dismiss(shown)
    ada.dismiss(private)
    assert private not in ada.sees()


# ---------------------------------------------------------------- time


async def test_without_an_answer_in_three_seconds_people_are_told(ada: Person, sandbox: Sandbox) -> None:
    acts = (await ada.slash("acts")).message
    sandbox.clock.move(timedelta(seconds=1))
    with pytest.raises(NoAnswer, match="The application did not respond"):
        await moved(sandbox, ada.click(acts, "silent"), timedelta(seconds=3))
    assert acts.failed == "The application did not respond"
    with pytest.raises(NoAnswer):
        await moved(sandbox, ada.slash("silent"), timedelta(seconds=3))


async def moved(sandbox: Sandbox, act: Any, by: timedelta) -> Any:
    """What becomes of an act when the clock jumps while it waits."""
    acting = asyncio.ensure_future(act)
    await asyncio.sleep(0)
    sandbox.clock.move(by)
    return await acting


async def test_an_answer_comes_once_within_its_time_and_with_its_token(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http:
        asked = await open_interaction(sandbox)
        late = await open_interaction(sandbox)
        assert await callback(http, sandbox, asked, token="another") == (404, 10062)
        assert await callback(http, sandbox, asked) == (200, None)
        assert await callback(http, sandbox, asked) == (400, 40060)
        assert await follow_up(http, sandbox, late) == (404, 10015)
        sandbox.clock.move(timedelta(seconds=4))
        assert await callback(http, sandbox, late) == (404, 10062)
        assert await follow_up(http, sandbox, asked) == (200, None)
        sandbox.clock.move(timedelta(minutes=15))
        assert await follow_up(http, sandbox, asked) == (401, 50027)


async def open_interaction(sandbox: Sandbox) -> Interaction:
    """An interaction that the bot has been told of, and that waits for its first response."""
    ada, begun = sandbox.world.person("Ada"), asyncio.get_running_loop().create_future()
    interactions = sandbox.world.interactions
    interactions._send = begun.set_result  # there is no bot: the test answers itself
    data = {"id": "1", "name": "x", "type": 1, "options": []}
    asking = asyncio.ensure_future(interactions.begin(Kind.COMMAND, ada.user, ada.channel, data, command="x"))
    asking.add_done_callback(lambda task: task.cancelled() or task.exception())
    opened: Interaction = await begun
    return opened


async def callback(
    http: aiohttp.ClientSession, sandbox: Sandbox, asked: Interaction, token: str | None = None
) -> tuple[int, int | None]:
    url = f"{sandbox.url}/api/v10/interactions/{asked.id}/{token or asked.token}/callback?with_response=1"
    async with http.post(url, json={"type": 4, "data": {"content": "hi"}}) as answer:
        return answer.status, (await answer.json()).get("code")


async def follow_up(http: aiohttp.ClientSession, sandbox: Sandbox, asked: Interaction) -> tuple[int, int | None]:
    url = f"{sandbox.url}/api/v10/webhooks/1000000000000000001/{asked.token}"
    async with http.post(url, json={"content": "more"}) as answer:
        return answer.status, (await answer.json()).get("code")


# ---------------------------------------------------------------- REST around it


async def test_a_bad_body_is_refused_with_code_and_path(sandbox: Sandbox, watch: Watch) -> None:
    asked = await open_interaction(sandbox)
    bad = {"type": 4, "data": {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4_001}]}}
    url = f"{sandbox.url}/api/v10/interactions/{asked.id}/{asked.token}/callback?with_response=1"
    async with aiohttp.ClientSession() as http, http.post(url, json=bad) as answer:
        told = await answer.json()
    assert (answer.status, told["code"], told["message"]) == (400, 50035, "Invalid Form Body")
    assert "content" in told["errors"]["data"]["components"]["0"]
    assert [line.split(": ")[0] for line in watch.refused] == [f"POST {url.split('/v10')[1].split('?')[0]}"]
    watch.refused.clear()


async def test_the_token_is_asked_for(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{sandbox.url}/api/v10/users/@me", headers={"Authorization": "Bot other"}) as answer:
            assert answer.status == 401
            # Exactly this: the library takes nothing else for JSON.
            assert answer.headers["Content-Type"] == "application/json"
        async with http.get(f"{sandbox.url}/api/v10/users/@me", headers=authorized(sandbox)) as answer:
            assert answer.status == 200


async def test_rate_limits_are_told_and_kept(sandbox: Sandbox) -> None:
    channel = sandbox.world.person("Ada").channel
    url = f"{sandbox.url}/api/v10/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http:
        left, statuses = [], []
        for _ in range(6):
            async with http.post(url, json={"content": "hi"}) as answer:
                left.append(answer.headers["X-RateLimit-Remaining"])
                statuses.append(answer.status)
                told = await answer.json()
    assert left == ["4", "3", "2", "1", "0", "0"]
    assert statuses == [200] * 5 + [429]
    assert 0 < told["retry_after"] <= 5
    assert answer.headers["Via"]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_faults_of_discord_are_had_on_demand(ada: Person, sandbox: Sandbox, status: int) -> None:
    sandbox.faults.fail(status, where="POST .*/callback")
    asking = ada.slash("give all_of", text="hi", number=1)
    assert (await asking).text == "hi | 1"
    assert [noted.status for noted in sandbox.rest.requests][-2:] == [status, 200]


async def test_a_limit_that_discord_sets_is_waited_out(ada: Person, sandbox: Sandbox) -> None:
    sandbox.faults.limit(0.05, where="POST .*/callback")
    assert (await ada.slash("give all_of", text="hi", number=1)).text == "hi | 1"
    assert [noted.status for noted in sandbox.rest.requests][-2:] == [429, 200]


async def test_a_connection_cut_and_half_an_answer_are_had_too(ada: Person, sandbox: Sandbox) -> None:
    sandbox.faults.reset(where="callback")
    with pytest.raises(NoAnswer):
        await moved_when_asked(sandbox, ada.slash("give all_of", text="hi", number=1))
    sandbox.faults.garble(where="GET /api/v10/users/@me")
    async with (
        aiohttp.ClientSession(headers=authorized(sandbox)) as http,
        http.get(f"{sandbox.url}/api/v10/users/@me") as answer,
    ):
        assert await answer.read() == b'{"id": "1'


async def moved_when_asked(sandbox: Sandbox, act: Any) -> Any:
    """Let the act reach the bot and the bot's answer its fault, then let three seconds pass."""
    met = asyncio.Event()
    sandbox.rest.listeners.append(lambda _: met.set())
    acting = asyncio.ensure_future(act)
    await asyncio.wait_for(met.wait(), 5)
    sandbox.clock.move(timedelta(seconds=3))
    return await acting


async def test_what_is_not_there_is_unknown(sandbox: Sandbox) -> None:
    table = {
        "users/1": 10013, "guilds/1": 10004, "channels/1": 10003, "applications/1000000000000000001/commands/1": 10063,
        f"channels/{sandbox.world.person('Ada').channel.id}/messages/1": 10008,
    }  # fmt: skip
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http:
        for path, code in table.items():
            async with http.get(f"{sandbox.url}/api/v10/{path}") as answer:
                assert (answer.status, (await answer.json())["code"]) == (404, code), path


async def test_a_message_of_the_bot_says_who_it_pinged(ada: Person, sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/api/v10/channels/{ada.channel.id}/messages"
    words = f"@everyone <@{ada.user.id}>"
    told: list[Message] = []
    assert ada.channel.server is not None
    ada.channel.server.members[BOT.id] |= Permission.MENTION_EVERYONE
    async with aiohttp.ClientSession(headers=authorized(sandbox)) as http:
        table: tuple[dict[str, list[str]], ...] = ({"parse": []}, {"parse": ["users"]}, {"parse": ["everyone"]})
        for allowed in table:
            async with http.post(url, json={"content": words, "allowed_mentions": allowed}):
                told.append(ada.sees()[-1])
    assert [(message.mention_everyone, len(message.mentions)) for message in told] == [
        (False, 0),
        (False, 1),
        (True, 0),
    ]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::"])
def test_nobody_else_can_reach_it(host: str) -> None:
    with pytest.raises(NotLoopback, match=r"on this machine alone .* not on"):
        Sandbox(host=host)
