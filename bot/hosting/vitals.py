"""How a running bot is: connected, with a deck, with a store."""

from dataclasses import dataclass

from bot.asklog import StoreState
from bot.desk import Deck
from bot.interactions.client import BriefbotClient


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardState:
    """A shard: whether it is connected, and the seconds that Discord took for the last heartbeat (NaN for none yet)."""

    id: int
    connected: bool
    latency: float


class Vitals:
    """Looks at a client. Nothing here waits for anything, but for the look at the store."""

    def __init__(self, client: BriefbotClient) -> None:
        self._client = client

    def shards(self) -> tuple[ShardState, ...]:
        """The shards of this process, those that are still to be connected too."""
        known = self._client.shards
        expected = self._client.shard_ids or range(self._client.shard_count or 1)
        return tuple(
            ShardState(id=number, connected=not known[number].is_closed(), latency=known[number].latency)
            if number in known
            else ShardState(id=number, connected=False, latency=float("nan"))
            for number in expected
        )

    @property
    def store(self) -> StoreState:
        return self._client.desk.store

    async def look(self) -> None:
        """Have the store found away, or back, though nobody asks anything; within a second."""
        await self._client.desk.look_at_store()

    @property
    def deck(self) -> Deck:
        return self._client.desk.deck

    @property
    def problems(self) -> int:
        """How many things are wrong with the last edit."""
        return len(self._client.desk.not_live)

    @property
    def leads(self) -> bool:
        return self._client.peers.leads

    @property
    def reached(self) -> bool:
        return self._client.peers.reached

    @property
    def lacking(self) -> tuple[str, ...]:
        """What keeps the bot from answering, a line each."""
        if self._client.is_closed():
            return ("the bot is ending",)
        away = [str(shard.id) for shard in self.shards() if not shard.connected]
        return (f"not connected to Discord: shards {', '.join(away)}",) if away else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What somebody ought to look at although the bot answers."""
        found = []
        if self.store.away:
            found.append(f"the database is away; rows that wait on the disk: {self.store.waiting}")
        if not self.reached:
            found.append("the other processes of this bot cannot be reached")
        found += self._client.peers.troubles
        if changed := self._client.desk.deck.altered:
            named = ", ".join(problem.origin.path.stem for problem in changed)
            found.append(f"documents that no longer say what their raw files say: {named}")
        if self.problems:
            found.append(f"the last edit of the deck is not live; problems: {self.problems}")
        return tuple(found)
