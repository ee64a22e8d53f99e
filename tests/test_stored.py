"""What a log that was used for real has in it: servers and words, and nothing by which a person could be known."""

import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asklog.database import Database
from bot.asklog.spool import SUFFIX
from bot.asklog.sql import SqlAskLog
from bot.asklog.sql_servers import SqlServerBook
from bot.asklog.tables import stored
from bot.config import Config
from bot.desk import BriefingDesk, Deck
from bot.interactions import BriefbotClient
from bot.model import Outcome, ServerSettings, Surface, Visibility, Voice
from bot.sandbox import Person, Sandbox
from bot.sandbox.interactions import Interaction
from bot.sandbox.messages import Change
from bot.sandbox.places import BOT, MEMBER, Permission, User
from tests.conftest import connected
from tests.databases import in_folder, new_database
from tests.test_asklog import an_ask

NAMES = ("Marguerite", "Ottokar", "Philippa")
"""Names that stand in no document and no random key."""
ADDRESSES = ("m.delacroix@example.org", "https://example.org/delacroix", "+44 20 7946 0958", "delacroix#4217")
LEFTOVERS = ("delacroix", "example.org", "7946 0958", "#4217")
"""What would be left of an address that was taken out by halves."""


@dataclass
class Used:
    """A bot that people used, and everything by which they could be known."""

    server: str
    known: set[str]

    def in_text(self, text: str) -> set[str]:
        """What is known and stands there, as it is or in another writing of the same number."""
        written = {form: one for one in self.known for form in _writings(one)}
        return {one for form, one in written.items() if form.casefold() in text.casefold()}

    def in_bytes(self, data: bytes) -> set[str]:
        numbers = {one for one in self.known if one.isdecimal()}
        packed = {one for one in numbers if any(int(one).to_bytes(8, order) in data for order in ORDERS)}
        return packed | self.in_text(data.decode("latin-1"))


ORDERS: tuple[Literal["big", "little"], ...] = ("big", "little")


def _writings(one: str) -> Iterator[str]:
    yield one
    if one.isdecimal() and len(one) > 12:
        yield f"{int(one):x}"
        yield base64.b64encode(one.encode()).decode().rstrip("=")[:-1]


@asynccontextmanager
async def running(deck: Deck, sandbox: Sandbox, url: str, spool: Path) -> AsyncIterator[BriefbotClient]:
    """Briefbot in the sandbox over a real database; what it keeps is there when this begins to end."""
    database = Database(url)
    log = SqlAskLog(database, retention=timedelta(days=90), spool=spool)
    client = BriefbotClient(BriefingDesk(deck, log, SqlServerBook(database)), Config(asks_per_minute=0))
    try:
        async with connected(sandbox, client):
            yield client
    finally:
        await log.close()


async def used(sandbox: Sandbox, client: BriefbotClient, *, settings: bool = True) -> Used:
    """Let people do everything that can be done with an answer, with their own and others' addresses in their words."""
    world = sandbox.world
    messages: set[str] = set()
    interactions: list[Interaction] = []

    def heard(change: Change) -> None:
        messages.add(change.message.id)

    world.board.listeners.append(heard)
    server = world.add_server("Somebody’s server", "hallway", "library")
    users = [world.add_person(name) for name in NAMES]
    for user in users:
        world.join(user, server, MEMBER | Permission.MANAGE_GUILD if user is users[-1] else MEMBER)
    asker, other, manager = (world.person_of(user).at("hallway") for user in users)
    await sandbox.gateway.connected()
    private = personal(users, asker)
    interactions += [one async for one in asks(asker, private)]
    interactions += [one async for one in says(asker, other, private)]
    interactions += [one async for one in elsewhere(asker, other, private)]
    if settings:
        interactions += [await manager.slash("settings")]
        await client.desk.change_settings(int(server.id), lambda _: ServerSettings(visibility=Visibility.SHARED))
    known = {BOT.id, *world.users, *world.channels, *messages, *NAMES, *LEFTOVERS, *ADDRESSES}
    known |= {one.id for one in interactions} | {one.token for one in interactions}
    assert len(messages) > 15
    return Used(server=server.id, known=known - {server.id})


def personal(users: list[User], asker: Person) -> str:
    """Words that tell who somebody is, in every way in which Discord's members write them."""
    said = asker.say("hello")
    link = f"https://discord.com/channels/1/{asker.channel.id}/{said.id}"
    mentions = f"<@{users[1].id}> <@!{users[0].id}> <#{asker.channel.id}> @{users[1].username} {users[2].id}"
    return f"{mentions} {link} {' '.join(ADDRESSES)}"


async def asks(asker: Person, private: str) -> AsyncIterator[Interaction]:
    """Questions that are answered, that get a choice, and that find nothing."""
    found = await asker.slash("brief", topic="nato expantion", share=True)
    yield found
    yield await asker.click(found.message, "Quotes")
    choice = await asker.slash("brief", topic="crimea and ukraine")
    yield choice
    yield await asker.click(choice.message, choice.custom_ids[0])
    for command, option in (
        ("brief", "topic"), ("compare", "topic"), ("timeline", "topic"), ("quote", "topic"), ("quote", "text"),
        ("search", "text"), ("verify", "text"), ("glossary", "term"),
    ):  # fmt: skip
        yield await asker.slash(command, **{option: f"zzyzx {private}"})


async def says(asker: Person, other: Person, private: str) -> AsyncIterator[Interaction]:
    """What people say of answers, and wish for."""
    card = await asker.slash("brief", topic="new start")
    yield card
    shared = await asker.click(card.message, "Share")
    yield shared
    yield await other.click(shared.message, "Helpful")
    yield await asker.click(card.message, "Not helpful")
    opened = await asker.click(card.message, "Report an error")
    yield opened
    yield await asker.submit(opened, part=["quote 2"], words=f"ask {private}")
    missed = await other.slash("brief", topic=f"quux {private}")
    yield missed
    yield await other.click(missed.message, "Please cover this")


async def elsewhere(asker: Person, other: Person, private: str) -> AsyncIterator[Interaction]:
    """Menus of messages, mentions, direct messages, and a conversation of several."""
    written = other.say(f"as they said: “we never met in Xanadu”, write to {private}")
    yield await asker.menu("Brief this", written)
    yield await asker.menu("Check quote", written)
    await asker.reads(asker.mention(f"xyzzy {private}"))
    direct = asker.in_direct_messages()
    await direct.reads(direct.say(f"plugh {private}"))
    yield await direct.slash("search", text=f"frobozz {private}")
    group = asker.at(asker.world.direct(asker.user, other.user))
    yield await group.slash("brief", topic=f"waldo {private}")


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[SqlAskLog]:
    log = SqlAskLog(Database(url), retention=timedelta(days=90), spool=folder / "spool")
    try:
        yield log
    finally:
        await log.close()


def raw(folder: Path) -> bytes:
    """Every byte of an SQLite database: the file, and what lies beside it while it is in use."""
    return b"".join(path.read_bytes() for path in folder.glob("asks.sqlite3*"))


async def everything_in(url: str) -> dict[str, list[dict[str, object]]]:
    """Every row of every table that the database has, whoever made it."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        rows = {
            name: [dict(row) for row in (await connection.execute(sa.text(f'select * from "{name}"'))).mappings()]
            for name in names
        }
    await engine.dispose()
    return rows


@pytest.fixture
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return await new_database(request, tmp_path)


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_nothing_that_is_kept_tells_who_asked(url: str, deck: Deck, sandbox: Sandbox, tmp_path: Path) -> None:
    async with running(deck, sandbox, url, tmp_path / "spool") as client:
        after = await used(sandbox, client)
        while_open = raw(tmp_path)
    kept = await everything_in(url)
    assert after.in_text(repr(kept)) == set()
    assert after.in_bytes(while_open + raw(tmp_path)) == set()
    # And it was all kept: what could not be found must have had a chance to be.
    assert {ask["surface"] for ask in kept["asks"]} == {surface.value for surface in Surface}
    assert {ask["outcome"] for ask in kept["asks"]} == {outcome.value for outcome in Outcome}
    assert {ask["guild"] for ask in kept["asks"]} == {int(after.server), None}
    assert {one["voice"] for one in kept["feedback"]} == {voice.value for voice in Voice}
    assert [one["guild"] for one in kept["servers"]] == [int(after.server)]
    assert any(ask["picked"] for ask in kept["asks"])
    if url.startswith("sqlite"):
        assert b"zzyzx" in while_open
        assert int(after.server).to_bytes(8) in raw(tmp_path)


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_of_words_that_are_kept_only_the_harmless_ones_are(
    url: str, deck: Deck, sandbox: Sandbox, tmp_path: Path
) -> None:
    async with running(deck, sandbox, url, tmp_path / "spool") as client:
        await used(sandbox, client)
    kept = await everything_in(url)
    words = [str(ask["question"]) for ask in kept["asks"] if ask["question"] is not None]
    scrubbed = [text for text in words if text != "crimea and ukraine"]
    assert {text.split()[0] for text in scrubbed} == {"zzyzx", "quux", "xyzzy", "plugh", "frobozz", "waldo"}
    (report,) = [str(one["text"]) for one in kept["feedback"] if one["text"] is not None]
    for text in (*scrubbed, report):
        assert text.count("[mention]") >= 4
        for stand_in in ("[link]", "[e-mail]", "[number]"):
            assert stand_in in text
    # What was clear, what was pasted to be checked and what somebody else wrote is not kept at all.
    silent = {ask["surface"] for ask in kept["asks"] if ask["question"] is None}
    assert {"verify", "menu"} <= silent
    assert not [ask for ask in kept["asks"] if ask["outcome"] == "found" and ask["question"] is not None]
    assert not [ask for ask in kept["asks"] if ask["surface"] in ("verify", "menu") and ask["question"] is not None]


async def test_nothing_that_waits_on_the_disk_tells_who_asked(deck: Deck, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "asks.sqlite3").mkdir()
    spool = tmp_path / "spool"
    async with running(deck, sandbox, in_folder(tmp_path), spool) as client:
        after = await used(sandbox, client, settings=False)
    waiting = b"".join(path.read_bytes() for path in sorted(spool.rglob(f"*{SUFFIX}")))
    assert waiting.count(b"\n") > 15
    assert b"zzyzx" in waiting
    assert after.server.encode() in waiting
    assert after.in_bytes(waiting) == set()


@pytest.mark.parametrize("how", ["forgotten", "erased"])
async def test_words_that_are_forgotten_or_erased_are_in_the_file_no_more(tmp_path: Path, how: str) -> None:
    async with opened(in_folder(tmp_path), tmp_path) as log:
        await log.record(replace(an_ask(None, "zzyzx, an old question"), guild=7))
    assert b"zzyzx" in raw(tmp_path)
    async with opened(in_folder(tmp_path), tmp_path) as log:
        await log.record(replace(an_ask(None, "zzyzx, a new question"), guild=7))
        assert await (log.forget_questions(datetime.now(UTC)) if how == "forgotten" else log.erase(7)) == 2
        assert b"zzyzx" not in raw(tmp_path)
    assert b"zzyzx" not in raw(tmp_path)


def columns_of(connection: sa.Connection) -> set[tuple[str, str]]:
    there = sa.inspect(connection)
    return {(name, column["name"]) for name in there.get_table_names() for column in there.get_columns(name)}


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_everything_that_a_database_has_a_place_for_is_described(url: str) -> None:
    database = Database(url)
    await database.open()
    await database.close()
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        there = await connection.run_sync(columns_of)
    await engine.dispose()
    described = {(table, column): keeps for table, columns in stored().items() for column, keeps in columns}
    assert there - {("alembic_version", "version_num")} == set(described)
    assert all(keeps.strip() for keeps in described.values())
