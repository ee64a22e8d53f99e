"""Several processes of one bot on one PostgreSQL: who identifies, who leads, and what they tell each other."""

import asyncio
import itertools
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.asklog.line import Line
from bot.interactions.cooldown import Cooldown
from bot.interactions.once import Voices
from bot.model import Shards, shard_ids, shard_text
from bot.peers import Alone
from bot.peers.marks import Marks
from bot.peers.pace import Pace
from bot.peers.roll import SHARDS, Roll
from bot.peers.several import CHANNEL, IDENTIFIERS, Several
from tests.databases import PostgresServer, new_database, run_sql
from tests.waiting import until

PACE, PATIENCE = 0.2, 2.0


@pytest.fixture
async def url(request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path) -> str:
    request.param = "postgres"
    return await new_database(request, tmp_path)


async def joined(stack: AsyncExitStack, url: str, secret: str = "the token") -> Several:
    peers = await stack.enter_async_context(Several(url, secret, pace=Pace(PACE), patience=PATIENCE))
    peers.stand()
    await asyncio.wait_for(peers.joined.wait(), 10)
    return peers


async def until_found(url: str, statement: str) -> None:
    """Return once a statement finds something in a database."""
    async with asyncio.timeout(15):
        while not await run_sql(url, statement):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


NOBODY = """
select 1 where not exists (
    select 1 from pg_stat_activity where application_name = 'briefbot' and datname = current_database()
)
"""
WAITING = "select 1 from pg_locks where locktype = 'advisory' and not granted"


# ---------------------------------------------------------------- who leads


async def test_one_of_several_leads_and_another_takes_over_when_it_goes(url: str) -> None:
    async with AsyncExitStack() as rest:
        first = AsyncExitStack()
        leader = await joined(first, url)
        await until(lambda: leader.leads)
        others = [await joined(rest, url) for _ in range(3)]
        assert [one.leads for one in others] == [False, False, False]
        await first.aclose()
        assert not leader.leads
        await until(lambda: any(one.leads for one in others))
        assert sum(one.leads for one in others) == 1


async def test_a_leader_whose_line_is_cut_leads_no_more_and_one_does_again(url: str) -> None:
    async with AsyncExitStack() as stack:
        both = [await joined(stack, url), await joined(stack, url)]
        await until(lambda: any(one.leads for one in both))
        await run_sql(
            url,
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'briefbot' and datname = current_database()",
        )
        await until(lambda: not any(one.leads for one in both))
        await until(lambda: any(one.leads for one in both))
        assert sum(one.leads for one in both) == 1


async def test_without_the_database_nobody_leads_and_shards_identify_all_the_same(
    own_postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        both = [await joined(stack, own_postgres.url()), await joined(stack, own_postgres.url())]
        await until(lambda: any(one.leads for one in both))
        own_postgres.stop()
        await until(lambda: not any(one.leads for one in both))
        async with both[0].turn(0):
            pass
        assert "a shard identifies without knowing of the other processes" in caplog.text
        own_postgres.start()
        await until(lambda: any(one.leads for one in both) and all(one.joined.is_set() for one in both))
        assert caplog.text.count("goes on without the others") == 2, "told once by each"
        assert caplog.text.count("can be reached again") == 2


async def test_shards_that_two_processes_have_are_told_until_one_is_gone(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        first = AsyncExitStack()
        await first.enter_async_context(Several(url, "the token", roll=Roll(Shards(ids=(0, 1), count=3))))
        await until_found(url, "select 1 from pg_locks where locktype = 'advisory' and objid = 1 and granted")
        other = await stack.enter_async_context(Several(url, "the token", roll=Roll(Shards(ids=(1, 2), count=3))))
        said = "another process has these shards too: 1 — give each its own (--shards)"
        await until(lambda: other.troubles == (said,))
        assert caplog.text.count(said) == 1
        await first.aclose()
        await until(lambda: other.troubles == ())


async def test_shards_that_no_process_has_are_told_until_one_has_them(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        roll = Roll(Shards(ids=(0, 3), count=8), patience=0.0)
        one = await stack.enter_async_context(Several(url, "the token", roll=roll))
        said = "no process has these shards, so their servers are not answered: 1-2,4-7 — start one for them (--shards)"
        await until(lambda: one.troubles == (said,))
        assert caplog.text.count(said) == 1
        await stack.enter_async_context(Several(url, "the token", roll=Roll(Shards(ids=(1, 2, 4, 5, 6, 7), count=8))))
        await until(lambda: one.troubles == ())


async def test_each_shard_may_be_missed_for_a_while_since_processes_start_one_after_another(url: str) -> None:
    seconds = [0.0]
    roll = Roll(Shards(ids=(0,), count=3), patience=60.0, now=lambda: seconds[0])
    async with AsyncExitStack() as stack:
        ours, first, second = [await Line.open(url) for _ in range(3)]
        for line in (ours, second):
            stack.push_async_callback(line.close)

        async def troubles_at(moment: float) -> tuple[str, ...]:
            seconds[0] = moment
            await roll.call(ours)
            return roll.troubles

        assert await troubles_at(0) == ()
        await first.try_lock(SHARDS, 1)
        assert await troubles_at(50) == (), "nobody has had 2 for fifty seconds"
        await second.try_lock(SHARDS, 2)
        await first.close()
        await until_found(url, "select 1 where not exists (select 1 from pg_locks where objid = 1 and objsubid = 2)")
        assert await troubles_at(55) == ()
        assert await troubles_at(100) == (), "nobody has had 1 for 45 seconds"
        (said,) = await troubles_at(116)
        assert said.startswith("no process has these shards, so their servers are not answered: 1 —")
        roll.forget()
        assert roll.troubles == ()
        assert await troubles_at(200) == (), "what was known before the line broke is no news"
        assert await troubles_at(261) == (said,)


async def test_processes_that_count_shards_differently_are_told(url: str) -> None:
    async with AsyncExitStack() as stack:
        several = [
            await stack.enter_async_context(Several(url, "the token", roll=Roll(Shards(ids=(ours,), count=count))))
            for ours, count in ((0, 2), (1, 16))
        ]
        await until(lambda: all(one.troubles for one in several))
        assert [one.troubles[0].split(":")[0] for one in several] == [
            "another process counts 16 shards, this one 2",
            "another process counts 2 shards, this one 16",
        ]


@pytest.mark.parametrize(
    ("numbers", "said"), [((5,), "5"), ((0, 1, 2), "0-2"), ((0, 2, 3, 4, 9), "0,2-4,9"), ((3, 7), "3,7")]
)
def test_shards_are_named_as_people_write_them(numbers: tuple[int, ...], said: str) -> None:
    assert shard_text(numbers) == said
    assert shard_ids(said) == numbers


# ---------------------------------------------------------------- whose turn it is


async def test_between_two_turns_of_a_bucket_lies_the_pace_whoever_has_them(url: str) -> None:
    async with AsyncExitStack() as stack:
        several = [await joined(stack, url) for _ in range(3)]
        moments: list[float] = []

        async def identify(one: Several) -> None:
            async with one.turn(7):
                moments.append(time.monotonic())

        await asyncio.gather(*(identify(one) for one in several))
        assert len(moments) == 3
        assert all(later - before >= PACE for before, later in itertools.pairwise(sorted(moments)))


async def test_the_pace_is_kept_though_whoever_identified_was_killed(url: str) -> None:
    killed = await Line.open(url)
    await killed.lock(IDENTIFIERS, 3)
    async with AsyncExitStack() as stack:
        other = await joined(stack, url)
        waiting = asyncio.create_task(a_turn(other, 3))
        await until_found(url, WAITING)
        identified = time.monotonic()
        await killed.close()
        await waiting
        assert time.monotonic() - identified >= PACE


async def test_shards_of_another_bucket_do_not_wait(url: str) -> None:
    held = await Line.open(url)
    await held.lock(IDENTIFIERS, 0)
    async with AsyncExitStack() as stack:
        other = await joined(stack, url)
        await asyncio.wait_for(a_turn(other, 1), 10)
    await held.close()


async def a_turn(peers: Several | Alone, bucket: int) -> None:
    async with peers.turn(bucket):
        pass


async def test_who_gives_up_waiting_keeps_the_place_and_does_not_go_to_the_end(url: str) -> None:
    """The library waits for a minute, gives up, and tries again: with many processes that is not enough."""
    async with AsyncExitStack() as stack:
        first, last = await joined(stack, url), await joined(stack, url)
        held = await Line.open(url)
        await held.lock(IDENTIFIERS, 0)
        given_up = asyncio.create_task(a_turn(first, 0))
        await until_found(url, WAITING)
        order: list[str] = []
        later = asyncio.create_task(a_turn(last, 0))
        later.add_done_callback(lambda _: order.append("last"))
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        again = asyncio.create_task(a_turn(first, 0))
        again.add_done_callback(lambda _: order.append("first"))
        await held.close()
        await asyncio.gather(again, later)
        assert order == ["first", "last"]


async def test_a_place_that_nobody_comes_back_for_is_given_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.peers.several.KEPT_SECONDS", 0.1)
    async with AsyncExitStack() as stack:
        gone, other = await joined(stack, url), await joined(stack, url)
        held = await Line.open(url)
        await held.lock(IDENTIFIERS, 0)
        given_up = asyncio.create_task(a_turn(gone, 0))
        await until_found(url, WAITING)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        await held.close()
        await asyncio.wait_for(a_turn(other, 0), 10)


async def test_a_lock_that_is_never_let_go_keeps_nobody_from_identifying_for_good(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        peers = await joined(stack, url)
        stuck = await Line.open(url)
        await stuck.lock(IDENTIFIERS, 0)
        await asyncio.wait_for(a_turn(peers, 0), PATIENCE + 10)
        assert "somebody has the lock and does not let it go" in caplog.text
        await stuck.close()


async def test_a_process_that_is_not_ready_does_not_lead(url: str) -> None:
    async with AsyncExitStack() as stack:
        waiting = await stack.enter_async_context(Several(url, "the token", pace=Pace(PACE)))
        await asyncio.wait_for(waiting.joined.wait(), 10)
        ready = await joined(stack, url)
        await until(lambda: ready.leads)
        assert not waiting.leads


async def test_what_was_asked_while_nobody_could_be_told_is_no_news_later(own_postgres: PostgresServer) -> None:
    """How fast somebody asked an hour ago is no reason to let them wait now."""
    async with AsyncExitStack() as stack:
        here, there = await joined(stack, own_postgres.url()), await joined(stack, own_postgres.url())
        asks, elsewhere = (Cooldown(5, now=lambda: 0.0, peers=peers) for peers in (here, there))
        heard = Heard(there)
        await asyncio.to_thread(own_postgres.stop)
        await until(lambda: not (here.joined.is_set() or there.joined.is_set()))
        assert not here.reached
        for _ in range(5):
            assert asks.wait(1) == 0
        await asyncio.to_thread(own_postgres.start)
        # What is told before anybody listens is lost; which of the two is back first is chance.
        await until(lambda: there.joined.is_set() and here.joined.is_set())
        here.tell("z", here.mark("the end"))
        await heard.wait()
        assert elsewhere.wait(1) == 0


async def test_nothing_stays_connected_when_a_process_ends(url: str) -> None:
    async with AsyncExitStack() as stack:
        one = await joined(stack, url)
        await a_turn(one, 0)
    await until_found(url, NOBODY)


async def test_a_process_alone_keeps_the_pace_of_its_own_shards() -> None:
    alone, began = Alone(PACE), time.monotonic()
    for bucket in (0, 1, 0):
        await a_turn(alone, bucket)
    assert time.monotonic() - began >= PACE
    assert alone.leads


# ---------------------------------------------------------------- what they tell each other


async def test_what_somebody_asks_of_one_process_counts_in_the_others(url: str) -> None:
    async with AsyncExitStack() as stack:
        here, there = await joined(stack, url), await joined(stack, url)
        asks, elsewhere = (Cooldown(5, now=lambda: 0.0, peers=peers) for peers in (here, there))
        for _ in range(5):
            assert asks.wait(81_384_788_765_712_384) == 0
        assert asks.wait(81_384_788_765_712_384) == 12
        heard = Heard(there)
        here.tell("z", there.mark("the end"))
        await heard.wait()
        assert elsewhere.wait(81_384_788_765_712_384) == 12, "nothing is left there either"
        assert elsewhere.wait(4) == 0, "of somebody else all is"


async def test_what_a_process_tells_is_not_counted_again_by_itself(url: str) -> None:
    async with AsyncExitStack() as stack:
        here, there = await joined(stack, url), await joined(stack, url)
        asks, heard = Cooldown(5, now=lambda: 0.0, peers=here), Heard(here)
        for _ in range(3):
            assert asks.wait(1) == 0
        here.tell("z", here.mark("said by itself"))
        said = Heard(there)
        here.tell("z", here.mark("the end"))
        await said.wait()
        there.tell("z", there.mark("the end"))
        await heard.wait()
        assert [asks.wait(1) for _ in range(3)] == [0, 0, 12]


async def test_a_voice_counts_once_in_all_processes(url: str) -> None:
    async with AsyncExitStack() as stack:
        here, there = await joined(stack, url), await joined(stack, url)
        voices, elsewhere = Voices(here), Voices(there)
        heard = Heard(there)
        assert voices.first(1, "rate", "new-start")
        here.tell("z", here.mark("the end"))
        await heard.wait()
        assert not elsewhere.first(1, "rate", "new-start")
        assert elsewhere.first(1, "rate", "nato-enlargement")
        assert elsewhere.first(2, "rate", "new-start")


class Heard:
    """The last thing that a process is told: all that was told before has been heard when it comes."""

    def __init__(self, peers: Several) -> None:
        self._heard = asyncio.Event()
        peers.hear("z", lambda _mark: self._heard.set())

    async def wait(self) -> None:
        await asyncio.wait_for(self._heard.wait(), 10)


async def test_nothing_that_is_told_says_who_or_is_kept(url: str) -> None:
    said: list[str] = []
    async with AsyncExitStack() as stack:
        listener = await Line.open(url)
        await listener.listen(CHANNEL, said.append)
        here, there = await joined(stack, url), await joined(stack, url)
        heard = Heard(there)
        assert Voices(here).first(81_384_788_765_712_384, "rate", "new-start")
        here.tell("z", here.mark("the end"))
        await heard.wait()
        await listener.close()
    assert said
    assert not any(word in "".join(said) for word in ("81384788765712384", "new-start", "the token"))
    tables = await run_sql(url, "select table_name from information_schema.tables where table_schema = 'public'")
    assert tables == []


async def test_what_others_say_on_the_channel_is_passed_over(url: str) -> None:
    async with AsyncExitStack() as stack:
        peers = await joined(stack, url)
        voices, heard = Voices(peers), Heard(peers)
        stranger = await Line.open(url)
        for noise in ("", "x", "deadbeef v", "deadbeef vshort", "deadbeef " + "q" * 500, f"deadbeef v{'0' * 24}"):
            await stranger.tell(CHANNEL, noise)
        await stranger.tell(CHANNEL, f"deadbeef z{'0' * 24}")
        await heard.wait()
        await stranger.close()
        assert voices.first(1, "rate", "new-start")


async def test_much_news_is_told_in_messages_that_the_database_takes(url: str) -> None:
    async with AsyncExitStack() as stack:
        here, there = await joined(stack, url), await joined(stack, url)
        counted: list[str] = []
        there.hear("v", counted.append)
        heard = Heard(there)
        told = [here.mark(number) for number in range(3_000)]
        for mark in told:
            here.tell("v", mark)
        here.tell("z", here.mark("the end"))
        await heard.wait()
        assert counted == told


def test_marks_mean_the_same_where_the_secret_is_known_and_nothing_elsewhere() -> None:
    assert Marks("a token").of("voice", 1) == Marks("a token").of("voice", 1)
    assert (
        len({Marks("a token").of(1), Marks("another").of(1), Marks().of(1), Marks().of(1), Marks("a token").of(2)}) == 5
    )
