"""People who use the bot all at once, and a ledger of what each asked, what came, how often, and whether it was right."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field

from bot.desk import Deck
from bot.interactions.presses import Show, custom_id
from bot.interactions.subjects import CardTab
from bot.model import Abstained, Ask, Found, Suggested
from bot.sandbox import Interaction, NoAnswer, Person
from bot.sandbox.errors import Misuse
from bot.sandbox.messages import Change, Message
from bot.sandbox.places import BOT, Server
from bot.sandbox.world import World

TYPED = (
    "nato expantion", "my cat is called mittens", "cuban misile crisis", "south korea sanctions", "new start",
    "how do i bake bread", "syria conflickt", "warsaw pact", "helsinki", "ukrane war", "cybersecurty", "inf treety",
)  # fmt: skip
"""Slips, misses and what is unclear, so that every kind of answer is among them."""

Counted = Counter[tuple[str, str, str | None, bool]]
"""Asks by surface, outcome, card, and whether a suggestion was picked."""


@dataclass(slots=True, eq=False)
class Asked:
    """Something that somebody did, from `began` to `ended` (seconds of this process), and what they then read.

    `counts` is what the log is to say of it, None where it is no ask; `starts` what a right answer starts with.
    """

    what: str
    typed: str
    starts: str
    counts: tuple[str, str, str | None, bool] | None
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    came: str | None = None
    failed: str = ""

    @property
    def is_wrong(self) -> bool:
        return self.came is not None and not self.came.startswith(self.starts)


class Load:
    """`people` of the world, each in a channel of their own of one of the servers, and the ledger of what they did."""

    def __init__(self, world: World, deck: Deck, people: int, servers: list[Server], *, mentions: bool = True) -> None:
        self._world, self._deck, self._mentions = world, deck, mentions
        self.ledger: list[Asked] = []
        self._said: Counter[str] = Counter()
        self._ended, self._changed = 0, asyncio.Event()
        world.board.listeners.append(self._heard)
        self.people = [self._person(number, servers[number % len(servers)]) for number in range(people)]

    def _person(self, number: int, server: Server) -> Person:
        user = self._world.add_person(f"Reader {number}")
        self._world.join(user, server)
        room = self._world.add_channel(server, f"room-{number}")
        return self._world.person_of(user).at(room)

    # ---------------------------------------------------------------- what they do

    async def go_on(self, *, turns: int, until: asyncio.Event | None = None) -> None:
        """So many turns of everybody, or fewer where the event is set before; a turn is five acts or six."""
        await asyncio.gather(
            *(self._goes_on(person, number, turns, until) for number, person in enumerate(self.people))
        )

    async def _goes_on(self, person: Person, number: int, turns: int, until: asyncio.Event | None) -> None:
        for turn in range(turns):
            for act in range(4):
                if until and until.is_set():
                    return
                # Where Discord knows of no bot, people see that it is away.
                await self._world.gateway.connected()
                typed = TYPED[(number + turn + act * 5) % len(TYPED)]
                await (self.asks, self.types, self.presses, self.mentions)[act](person, typed)

    async def asks(self, person: Person, typed: str) -> None:
        """Ask, and pick the first of what is suggested."""
        asked = self._begun("brief", typed)
        answer = await self._until_answered(asked, person.slash("brief", topic=typed))
        found = self._deck.index.answer(typed)
        if answer and isinstance(found, Suggested):
            card = found.matches[0].card
            picked = self._note(Asked("pick", typed, f"## {card.title}", ("brief", "found", card.id, True)))
            await self._until_answered(picked, person.click(answer.message, card.title))

    async def types(self, person: Person, typed: str) -> None:
        asked = self._note(Asked("typing", typed, "", None))
        try:
            await person.type_ahead("brief", "topic", typed[:5])
            asked.came = ""
        except (NoAnswer, Misuse) as error:
            asked.failed = str(error)
        self._over(asked)

    async def presses(self, person: Person, typed: str) -> None:
        """Press a button of a message that no process of this bot has sent."""
        cards = list(self._deck.cards.values())
        card = cards[len(self.ledger) % len(cards)]
        button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id(Show(subject=CardTab(card=card.id)))}
        old = self._world.bot_message(person.channel, [{"type": 1, "components": [button]}], person.user)
        pressed = self._note(Asked("press", card.id, f"## {card.title}", None))
        await self._until_answered(pressed, person.click(old, "Old"))

    async def mentions(self, person: Person, typed: str) -> None:
        """Write to the bot where nobody else reads, so that nothing was shared before."""
        if not self._mentions:
            return
        asked = self._begun("mention", typed)
        said = person.in_direct_messages().mention(typed)
        try:
            asked.came = (await person.in_direct_messages().reads(said, until=lambda found: found.answers is said)).text
        except TimeoutError:
            asked.failed = "no reply"
        self._over(asked)

    def _begun(self, surface: str, typed: str) -> Asked:
        match self._deck.index.answer(typed):
            case Found(match=match):
                return self._note(
                    Asked(surface, typed, f"## {match.card.title}", (surface, "found", match.card.id, False))
                )
            case Suggested():
                return self._note(Asked(surface, typed, "Nothing is clearly", (surface, "suggested", None, False)))
            case Abstained():
                return self._note(Asked(surface, typed, "## Nothing here", (surface, "abstained", None, False)))

    def _note(self, asked: Asked) -> Asked:
        self.ledger.append(asked)
        return asked

    async def _until_answered(self, asked: Asked, doing: Awaitable[Interaction]) -> Interaction | None:
        try:
            answer = await doing
            asked.came = answer.text
        except (NoAnswer, Misuse) as error:
            asked.failed = str(error)
            return None
        finally:
            self._over(asked)
        return answer

    def _over(self, asked: Asked) -> None:
        asked.ended = time.monotonic()
        self._ended += 1
        self._changed.set()

    async def more(self, acts: int) -> None:
        """Return once so many more acts are over. Raises TimeoutError after half a minute."""
        wanted = self._ended + acts
        async with asyncio.timeout(30):
            while self._ended < wanted:
                self._changed.clear()
                await self._changed.wait()

    # ---------------------------------------------------------------- what came of it

    @property
    def unanswered(self) -> list[Asked]:
        return [asked for asked in self.ledger if asked.came is None]

    @property
    def wrong(self) -> list[Asked]:
        return [asked for asked in self.ledger if asked.is_wrong]

    @property
    def twice(self) -> list[str]:
        """The interactions and messages that more than one message answers."""
        return [answered for answered, times in self._said.items() if times > 1]

    def _heard(self, change: Change) -> None:
        if change.kind == "new" and change.message.author is BOT and (answered := _answered(change.message)):
            self._said[answered] += 1

    def counts(self, *, answered: bool) -> Counted:
        """What the log is to say of what was answered, or of what was not."""
        kept = [asked for asked in self.ledger if asked.counts and (asked.came is not None) is answered]
        return Counter(asked.counts for asked in kept if asked.counts)


def _answered(message: Message) -> str | None:
    """The id of the interaction or of the message that a message of the bot answers."""
    if message.origin:
        return str(message.origin["id"])
    return message.answers.id if message.answers else None


def logged(asks: list[Ask]) -> Counted:
    return Counter((str(ask.surface), str(ask.outcome), ask.card, ask.picked) for ask in asks)
