"""Edits while the bot runs: live within a second or not at all, and what is wrong is told once."""

import asyncio
import gc
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.asklog import MemoryAskLog
from bot.desk import BriefingDesk, Deck, load_deck, state
from bot.hosting.reloading import Reloading
from bot.hosting.vitals import Vitals
from bot.interactions import BriefbotClient
from bot.interactions.presses import Pick, Want, custom_id
from bot.model import Ask, Outcome
from bot.sandbox import Sandbox
from tests.conftest import CARD, DOCUMENT, Running, Shelf, connected, press
from tests.processes import running

TUNNEL = (
    CARD.replace("id: bridge", "id: tunnel").replace("title: The bridge", "title: The tunnel")
    .replace("[old crossing, toll bridge]", "[long tunnel]").replace('["when was the bridge built?"]', "[]")
)  # fmt: skip
BROKEN = CARD.replace("bottom_line:", "bottom:")
MOVED = CARD.replace("fell down twice and was left alone", "was left alone after it fell down twice")


@dataclass
class Followed(Running):
    """A bot whose folders are followed, and what was heard of each edit."""

    shelf: Shelf
    edits: "asyncio.Queue[bool]" = field(default_factory=asyncio.Queue)

    async def live(self) -> bool:
        """Whether the next edit is live."""
        return await asyncio.wait_for(self.edits.get(), 20)

    async def brief(self, topic: str = "toll bridge") -> str:
        return (await self.ada.slash("brief", topic=topic)).text


@asynccontextmanager
async def following(shelf: Shelf, sandbox: Sandbox) -> AsyncIterator[Followed]:
    since, log = state(shelf.config), MemoryAskLog()
    desk = BriefingDesk(load_deck(shelf.config), log)
    client = BriefbotClient(desk, shelf.config.model_copy(update={"asks_per_minute": 0}))
    bot = Followed(sandbox, client, log, shelf)
    reloading = asyncio.create_task(Reloading(shelf.config, desk, bot.edits.put_nowait).follow(since))
    async with connected(sandbox, client):
        yield bot
    reloading.cancel()
    await asyncio.gather(reloading, return_exceptions=True)


@pytest.fixture
async def bot(shelf: Shelf, sandbox: Sandbox) -> AsyncIterator[Followed]:
    async with following(shelf, sandbox) as made:
        yield made


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.hosting.reloading"]


async def test_a_bad_edit_keeps_the_last_good_deck_is_told_once_and_clears_when_mended(
    bot: Followed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = bot.client.desk.deck
    path = bot.shelf.card(BROKEN)
    assert not await bot.live()
    assert bot.client.desk.deck is before
    assert "fell down twice and was left alone" in await bot.brief()
    (problem, *_) = bot.client.desk.not_live
    assert problem.origin.path == path
    assert problem.origin.line == BROKEN[: BROKEN.index("bottom:")].count("\n") + 1
    assert sum(f"{problem.origin}: " in line for line in told(caplog)) == 1
    said = len(told(caplog))
    path.touch()
    assert not await bot.live()
    assert len(told(caplog)) == said, "the same is not told again"
    bot.shelf.card(MOVED)
    assert await bot.live()
    assert bot.client.desk.not_live == ()
    assert told(caplog)[-1].startswith("an edit is live: deck ")
    assert "was left alone after it fell down twice" in await bot.brief()


async def test_another_problem_is_told_as_well(bot: Followed, caplog: pytest.LogCaptureFixture) -> None:
    bot.shelf.card(BROKEN)
    assert not await bot.live()
    bot.shelf.card(CARD.replace("in the end it was left alone", "in the end it was painted"))
    assert not await bot.live()
    assert sum("an edit is not live" in line for line in told(caplog)) == 2


async def test_a_changed_document_lists_every_card_and_quote_that_it_touches(
    bot: Followed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bot.shelf.card(TUNNEL, name="tunnel")
    assert await bot.live()
    assert not any("document" in line for line in told(caplog)), "a card is no document"
    bot.shelf.document(DOCUMENT.replace("It fell down twice.", "It fell down three times."))
    assert await bot.live()
    assert "the document memo was changed; what quotes it: bridge (quotes 1, 2); tunnel (quotes 1, 2)" in told(caplog)
    bot.shelf.document(DOCUMENT.replace("in 1901", "in 1902"))
    assert not await bot.live()
    assert sum("what quotes it: bridge (quotes 1, 2); tunnel (quotes 1, 2)" in line for line in told(caplog)) == 2
    broken = {str(problem.origin.path).rsplit("/", 1)[-1] for problem in bot.client.desk.not_live}
    assert broken == {"bridge.yaml", "tunnel.yaml"}, "each quote that is lost is named where it is claimed"


async def test_a_document_that_no_longer_says_what_its_raw_file_says_is_told_once(
    bot: Followed, caplog: pytest.LogCaptureFixture
) -> None:
    raw = DOCUMENT.split("\n---\n", 1)[1].replace("## ", "").replace("# ", "")
    digest = hashlib.sha256(raw.encode()).hexdigest()
    faithful = DOCUMENT.replace("{sha}", digest)
    bot.shelf.document(faithful)
    assert await bot.live()
    (bot.shelf.config.corpus / "raw").mkdir()
    (bot.shelf.config.corpus / "raw" / "memo.txt").write_text(raw, encoding="utf-8")
    for year in ("three times", "four times"):
        assert not bot.client.desk.deck.altered
        bot.shelf.document(faithful.replace("It fell down twice.", f"It fell down {year}."))
        while not bot.client.desk.deck.altered:
            assert await bot.live()
        assert Vitals(bot.client).notes == ("documents that no longer say what their raw files say: memo",)
        bot.shelf.document(faithful)
        while bot.client.desk.deck.altered:
            assert await bot.live()
    said = [line for line in told(caplog) if "a document is not what was found" in line]
    assert len(said) == 2
    assert "It fell down three times.» where its raw file says «" in said[0]
    assert "It fell down four times.» where its raw file says «" in said[1]


async def test_a_document_that_cannot_be_read_is_not_called_gone(
    bot: Followed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bot.shelf.document(DOCUMENT.replace("kind: memo", "kimd: memo"))
    assert not await bot.live()
    assert not any("is gone" in line for line in told(caplog))
    assert any("memo.md:" in line for line in told(caplog))
    (bot.shelf.config.corpus / "memo.md").rename(bot.shelf.folder / "memo.md")
    assert not await bot.live()
    assert any("the document memo is gone; what quotes it: bridge" in line for line in told(caplog))


async def test_decks_of_the_past_are_let_go_of(bot: Followed) -> None:
    """Whatever an answer opened, a connection to Discord that is kept say, does not keep the deck of its time."""
    before = {id(kept) for kept in gc.get_objects() if isinstance(kept, Deck)}
    for number in range(4):
        bot.shelf.card(CARD.replace("twice and", f"twice, {number} times as many, and"))
        assert await bot.live()
        await asyncio.gather(*(bot.brief() for _ in range(4 * (number + 1))))
    await asyncio.gather(*(bot.brief() for _ in range(2)))
    gc.collect()
    kept = [kept for kept in gc.get_objects() if isinstance(kept, Deck) and id(kept) not in before]
    assert kept == [bot.client.desk.deck]


async def test_buttons_and_choices_go_on_across_a_swap(bot: Followed) -> None:
    old = await bot.ada.slash("brief", topic="toll bridge")
    suggestions = await bot.ada.type_ahead("brief", "topic", "bri")
    bot.shelf.card(MOVED)
    assert await bot.live()
    turned = await bot.ada.click(old.message, "Quotes")
    assert "This card was changed since the message was sent" in turned.text
    assert "“The bridge was built in 1901.”" in turned.text
    assert await bot.ada.type_ahead("brief", "topic", "bri") == suggestions
    bot.shelf.card(TUNNEL, name="tunnel")
    assert await bot.live()
    assert "long tunnel" in str(await bot.ada.type_ahead("brief", "topic", "long tun")) or "The tunnel" in str(
        await bot.ada.type_ahead("brief", "topic", "long tun")
    )
    (bot.shelf.config.briefs / "works" / "tunnel.yaml").unlink()
    assert await bot.live()
    assert "The tunnel" not in str(await bot.ada.type_ahead("brief", "topic", "tunnel"))


async def test_edited_broken_mended_and_deleted_under_load_no_answer_is_wrong_or_lost(bot: Followed) -> None:
    """Whatever happens to the files, each answer is a whole card as it was at some moment, or an honest miss."""
    versions = ("fell down twice and was left alone", "was left alone after it fell down twice")
    answers: list[str] = []
    over = asyncio.Event()

    async def asking(name: str) -> None:
        person = bot.sandbox.world.person(name)
        while not over.is_set():
            answers.append((await person.slash("brief", topic="toll bridge")).text)

    people = [asyncio.create_task(asking(name)) for name in ("Ada", "Ben", "Chloe") for _ in range(2)]
    bot.shelf.card(TUNNEL, name="tunnel")
    assert await bot.live()
    for _ in range(2):
        bot.shelf.card(MOVED)
        assert await bot.live()
        bot.shelf.card(BROKEN)
        assert not await bot.live()
        bot.shelf.card(CARD)
        assert await bot.live()
        (bot.shelf.config.briefs / "works" / "bridge.yaml").unlink()
        assert await bot.live()
        bot.shelf.card(CARD)
        assert await bot.live()
    over.set()
    await asyncio.gather(*people)
    found = [answer for answer in answers if answer.startswith("## The bridge")]
    assert found
    assert all(any(version in answer for version in versions) for answer in found), "one of the cards, whole"
    assert all("bottom:" not in answer for answer in answers)
    others = [answer for answer in answers if not answer.startswith("## The bridge")]
    assert not any("fell down" in answer.split("\n")[0] for answer in others)
    assert len(bot.log.asks) == len(answers), "each counted, once"
    counted = sum(ask.outcome is Outcome.FOUND and ask.card == "bridge" for ask in bot.log.asks)
    assert counted == len(found)


class EditedMeanwhile(MemoryAskLog):
    """A log during whose writing the card is withdrawn."""

    desk: BriefingDesk
    without: Deck

    async def record(self, ask: Ask, key: str | None = None) -> None:
        await super().record(ask, key)
        self.desk.replace(self.without)


@pytest.mark.parametrize("way", ["command", "choice", "mention"])
async def test_an_answer_is_of_the_deck_in_which_it_was_found(shelf: Shelf, sandbox: Sandbox, way: str) -> None:
    deck = load_deck(shelf.config)
    (shelf.config.briefs / "works" / "bridge.yaml").unlink()
    shelf.card(TUNNEL, name="tunnel")
    log = EditedMeanwhile()
    log.desk, log.without = BriefingDesk(deck, log), load_deck(shelf.config)
    client = BriefbotClient(log.desk)
    bot = Running(sandbox, client, log)
    async with connected(sandbox, client):
        match way:
            case "command":
                text = (await bot.ada.slash("brief", topic="toll bridge")).text
            case "choice":
                text = (await press(bot, custom_id(Pick(card="bridge", ask="0" * 16, want=Want.BRIEF)))).text
            case _:
                text = (await bot.ada.reads(bot.ada.mention("toll bridge"))).text
        assert "## The bridge" in text
        assert deck.stamp in text
        assert "## The bridge" not in (await bot.ada.slash("brief", topic="toll bridge")).text, "the next is of the new"


async def test_what_nobody_expected_does_not_end_the_following(
    shelf: Shelf, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.hosting.reloading.AGAIN_SECONDS", 0.01)
    heard: asyncio.Queue[bool] = asyncio.Queue()

    calls = iter(range(9))

    def stumbling(live: bool) -> None:
        heard.put_nowait(live)
        if next(calls) == 0:
            raise ValueError("a slip of ours")

    desk = BriefingDesk(load_deck(shelf.config), MemoryAskLog())
    following = asyncio.create_task(Reloading(shelf.config, desk, stumbling).follow(state(shelf.config)))
    shelf.card(MOVED)
    async with asyncio.timeout(20):
        assert await heard.get(), "the edit"
        assert not await heard.get(), "the slip"
        assert await heard.get(), "what is there is loaded again"
        shelf.card(CARD)
        assert await heard.get()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert "edits of the deck could not be followed" in caplog.text
    assert "was left alone." in desk.deck.cards["bridge"].bottom_line


async def test_a_running_process_follows_edits(shelf: Shelf, sandbox: Sandbox) -> None:
    settings = {"BRIEFS": shelf.config.briefs, "CORPUS": shelf.config.corpus}
    async with running(sandbox.url, token=sandbox.token, folder=shelf.folder, settings=settings) as bot:
        await bot.says("ready as")
        shelf.card(BROKEN)
        await bot.says("an edit is not live")
        await bot.says("bridge.yaml:")
        assert "left alone" in (await sandbox.world.person("Ada").slash("brief", topic="toll bridge")).text
        shelf.card(MOVED)
        await bot.says("an edit is live")
        assert "after it fell" in (await sandbox.world.person("Ada").slash("brief", topic="toll bridge")).text
        assert await bot.stop() == 0
