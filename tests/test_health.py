"""How a running bot is: /healthz, /readyz, /metrics, and its logs."""

import asyncio
import json
import re
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.asklog import MemoryAskLog
from bot.asklog.database import Database
from bot.asklog.sql import SqlAskLog
from bot.desk import BriefingDesk, Deck
from bot.hosting.health import serving
from bot.hosting.metrics import Metrics
from bot.hosting.vitals import Vitals
from bot.interactions import BriefbotClient
from bot.model import Origin, Problem, Shards
from bot.peers import Alone
from bot.sandbox import Sandbox
from tests.conftest import Running, connected, press
from tests.processes import running


@dataclass
class Watched(Running):
    """A bot whose health is served."""

    url: str
    http: aiohttp.ClientSession

    async def get(self, path: str) -> tuple[int, str]:
        async with self.http.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()

    async def metrics(self) -> dict[str, float]:
        """Each sample of the page by its name and labels, read by Prometheus's own reader."""
        _, page = await self.get("/metrics")
        found = {}
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
                found[f"{sample.name}{{{labels}}}"] = sample.value
        return found


@asynccontextmanager
async def watched(deck: Deck, sandbox: Sandbox, *, shards: Shards | None = None) -> AsyncIterator[Watched]:
    log = MemoryAskLog()
    desk = BriefingDesk(deck, log)
    metrics = Metrics(desk)
    client = BriefbotClient(desk, trace=metrics.trace(), shards=shards)
    metrics.watch(client)
    async with (
        connected(sandbox, client),
        serving(0, Vitals(client), metrics) as port,
        aiohttp.ClientSession() as http,
    ):
        yield Watched(sandbox, client, log, f"http://127.0.0.1:{port}", http)


async def test_a_bot_that_is_connected_is_alive_and_ready(deck: Deck, sandbox: Sandbox) -> None:
    async with watched(deck, sandbox) as bot:
        assert await bot.get("/healthz") == (200, "alive\n")
        assert await bot.get("/readyz") == (200, "ready\n")
        assert (await bot.get("/"))[0] == 404


async def test_asks_are_counted_by_outcome_and_answers_timed_by_kind(deck: Deck, sandbox: Sandbox) -> None:
    async with watched(deck, sandbox) as bot:
        await bot.ada.type_ahead("brief", "topic", "nato")
        reply = await bot.ada.slash("brief", topic="nato expantion")
        await bot.ada.slash("brief", topic="weather in boston")
        await bot.ada.click(reply.message, "Quotes")
        await press(bot, "no such button")
        found = await bot.metrics()
    assert found["briefbot_asks_total{outcome=found,surface=brief}"] == 1
    assert found["briefbot_asks_total{outcome=abstained,surface=brief}"] == 1
    counted = {
        kind: found[f"briefbot_answer_seconds_count{{kind={kind}}}"] for kind in ("command", "autocomplete", "press")
    }
    assert counted == {"command": 2, "autocomplete": 1, "press": 2}
    assert found["briefbot_answer_seconds_bucket{kind=command,le=3.0}"] == 2
    assert (
        found["briefbot_first_responses_total{status=200}"] + found.get("briefbot_first_responses_total{status=204}", 0)
        == 5
    )


async def test_a_response_that_discord_refuses_is_counted_as_refused(deck: Deck, sandbox: Sandbox) -> None:
    async with watched(deck, sandbox) as bot:
        sandbox.faults.fail(500, where="POST .*callback")
        await bot.ada.slash("brief", topic="new start")
        found = await bot.metrics()
    assert found["briefbot_first_responses_total{status=500}"] == 1
    assert found["briefbot_answer_seconds_count{kind=command}"] == 1, "timed once, when Discord has it"


async def test_each_shard_has_its_state_and_a_bot_without_one_is_not_ready(deck: Deck, sandbox: Sandbox) -> None:
    sandbox.gateway.max_concurrency = 4
    async with watched(deck, sandbox, shards=Shards(ids=(1, 3), count=4)) as bot:
        await sandbox.gateway.connected(2)
        found = await bot.metrics()
        connected_shards = {name: value for name, value in found.items() if name.startswith("briefbot_shard_connected")}
        assert connected_shards == {"briefbot_shard_connected{shard=1}": 1, "briefbot_shard_connected{shard=3}": 1}
        await bot.client.close()
        assert await bot.get("/readyz") == (503, "not ready\nthe bot is ending\n")
        assert (await bot.metrics())["briefbot_shard_connected{shard=1}"] == 0


async def test_deck_and_the_problems_of_an_edit_are_told(deck: Deck, sandbox: Sandbox) -> None:
    async with watched(deck, sandbox) as bot:
        assert (await bot.metrics())["briefbot_deck_problems{}"] == 0
        assert (await bot.metrics())[f"briefbot_deck_info{{version={deck.version}}}"] == 1
        assert (await bot.metrics())["briefbot_deck_cards{}"] == len(deck.cards)
        wrong = Problem(code="x", message="is wrong", hint="mend it", origin=Origin(path=Path("briefs/a.yaml")))
        bot.client.desk.not_live = (wrong,)
        status, page = await bot.get("/readyz")
        assert (status, page) == (200, "ready\nthe last edit of the deck is not live; problems: 1\n")
        assert (await bot.metrics())["briefbot_deck_problems{}"] == 1


class Cut(Alone):
    """What a process knows of others that it cannot reach."""

    @property
    def reached(self) -> bool:
        return False


async def test_a_process_that_has_lost_the_others_says_so(deck: Deck) -> None:
    client = BriefbotClient(BriefingDesk(deck, MemoryAskLog()), peers=Cut())
    assert Vitals(client).notes == ("the other processes of this bot cannot be reached",)
    metrics = Metrics(client.desk)
    metrics.watch(client)
    assert "briefbot_peers_reached 0.0" in metrics.page().decode()


async def test_a_database_that_is_away_is_told_with_how_much_waits_for_it(deck: Deck, tmp_path: Path) -> None:
    url = "postgresql+asyncpg://nobody@127.0.0.1:9/nothing"
    log = SqlAskLog(Database(url), retention=timedelta(days=1), spool=tmp_path)
    desk = BriefingDesk(deck, log)
    try:
        for _ in range(3):
            await desk.ask("nato expantion")
        assert desk.store.away
        assert desk.store.waiting == 3
        client = BriefbotClient(desk)
        assert Vitals(client).notes == ("the database is away; rows that wait on the disk: 3",)
    finally:
        await log.close()
    again = SqlAskLog(Database(url), retention=timedelta(days=1), spool=tmp_path)
    try:
        with pytest.raises(OSError, match="cannot be reached"):
            await again.open()
        assert again.state.waiting == 3, "those that another process left count too"
    finally:
        await again.close()


async def test_a_database_is_found_away_and_back_though_nobody_asks_anything(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.asklog.sql.LOOK_AGAIN_SECONDS", 0.0)
    file = tmp_path / "asks.sqlite3"
    log = SqlAskLog(Database(f"sqlite+aiosqlite:///{file}"), retention=timedelta(days=1), spool=tmp_path / "spool")
    vitals = Vitals(BriefbotClient(BriefingDesk(deck, log)))
    try:
        await vitals.look()
        assert not vitals.notes
        with closing(sqlite3.connect(file)) as other:
            other.execute("begin immediate")
            await asyncio.gather(vitals.look(), vitals.look())
            assert vitals.notes == ("the database is away; rows that wait on the disk: 0",)
            other.execute("rollback")
            async with asyncio.timeout(10):
                while vitals.notes:
                    await vitals.look()
    finally:
        await log.close()
    told = [record.getMessage() for record in caplog.records if record.name == "bot.asklog.writer"]
    assert told == [
        "the ask log is away, and asks wait on the disk: it has not answered within 1 s",
        "the ask log is back",
    ]


async def test_whoever_watches_asks_the_database_no_more_than_every_few_seconds(deck: Deck, tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3")
    log = SqlAskLog(database, retention=timedelta(days=1), spool=tmp_path / "spool")
    desk = BriefingDesk(deck, log)
    try:
        assert not (await desk.look_at_store()).away
        await database.close()
        assert not (await desk.look_at_store()).away, "what was found just before still holds"
    finally:
        await log.close()


async def test_nothing_that_is_measured_says_who_where_or_what(deck: Deck, sandbox: Sandbox) -> None:
    async with watched(deck, sandbox) as bot:
        await bot.ada.slash("brief", topic="a question about purple elephants")
        await bot.ada.slash("quote", text="hand of freindship")
        _, page = await bot.get("/metrics")
        assert not any(word in page for word in ("purple", "elephant", "freind", bot.ada.user.id, sandbox.token))
        assert bot.ada.channel.server is not None
        assert bot.ada.channel.server.id not in page


# ---------------------------------------------------------------- as a process


def listening_sockets() -> str:
    return Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_a_process_serves_its_health_on_this_machine_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    port = free_port()
    async with (
        running(sandbox.url, token=sandbox.token, folder=tmp_path, settings={"HEALTH_PORT": port}) as bot,
        aiohttp.ClientSession() as http,
    ):
        await bot.says("ready as")
        async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            assert (answer.status, await answer.text()) == (200, "ready\n")
        async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert "process_resident_memory_bytes" in await answer.text()
        listening = await asyncio.to_thread(listening_sockets)
        addresses = re.findall(rf"\s([0-9A-F]+):{port:04X} 0+:0000 0A", listening)
        assert addresses == ["0100007F"]
        assert await bot.stop() == 0


async def test_a_port_that_is_taken_is_one_clear_line(sandbox: Sandbox, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with running(sandbox.url, token=sandbox.token, folder=tmp_path, settings={"HEALTH_PORT": port}) as bot:
            assert await bot.ended() == 2
    assert bot.said[-1].startswith(f"Health cannot be told on 127.0.0.1:{port}: ")
    assert not any("Traceback" in line for line in bot.said)


async def test_logs_are_json_lines_where_that_is_asked_for(sandbox: Sandbox, tmp_path: Path) -> None:
    async with running(sandbox.url, token=sandbox.token, folder=tmp_path, settings={"LOG_FORMAT": "json"}) as bot:
        await bot.says("ready as")
        await sandbox.world.person("Ada").slash("brief", topic="purple elephants")
        await bot.stop()
    lines = [json.loads(line) for line in bot.said]
    assert {"time", "level", "logger", "message"} <= lines[0].keys()
    assert any(line["message"].startswith("ready as") and line["level"] == "INFO" for line in lines)
    assert not any(sandbox.token in line or "elephants" in line for line in bot.said)
