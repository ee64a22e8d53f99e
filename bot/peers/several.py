"""Several processes on one PostgreSQL: one identifies at a time, one leads, and what they tell others is not kept."""

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from types import TracebackType
from typing import Self

from bot.asklog.line import Line
from bot.peers.marks import DIGITS, Marks
from bot.peers.pace import Pace
from bot.peers.roll import Roll

logger = logging.getLogger(__name__)

LEADER, IDENTIFIERS = (0x62726965, 0), 0x62726966
"""Advisory locks of those who lead, and of those who identify, of whom the second number is the bucket."""

CHANNEL = "briefbot_peers"

LOOK_SECONDS = 2.0
"""How often it is looked who leads, and whether the line still stands."""

SOON_SECONDS = 0.05
"""How long what is to be told waits for more of it."""

AT_ONCE = 250
"""Pieces of news in one message: PostgreSQL takes less than 8,000 bytes."""

MOST_NEWS = 10_000
"""Pieces of news that wait; what is older is not told."""

SENT_SECONDS = 1.0
"""How long an identify may be on its way after its turn has come."""

TURN_SECONDS = 120.0
"""How long a turn is waited for. Then Discord decides: it refuses what comes too early, and we try again."""

KEPT_SECONDS = 90.0
"""How long a turn that has come waits for whoever waited for it: the library tries again after a minute or so."""


class Several:
    """`url` is the database that all processes share; `secret` is known to all of them. `patience` is how many seconds
    a turn is waited for. `roll` has the shards of this process.

    Without the database each goes on for itself: none leads, and each paces its own shards.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        pace: Pace | None = None,
        patience: float = TURN_SECONDS,
        roll: Roll | None = None,
    ) -> None:
        self._url = url
        self._marks = Marks(secret)
        self._pace = pace or Pace()
        self._patience = patience
        self._stands = False
        self._roll = roll
        self._turns: dict[int, asyncio.Task[Line | None]] = {}
        """For each bucket, who waits for its lock, or has it."""
        self._me = secrets.token_hex(4)
        self._leads_until = 0.0
        """On the monotonic clock: leading has to be confirmed."""
        self._news: deque[tuple[str, bool]] = deque(maxlen=MOST_NEWS)
        """Each piece, and whether it lasts."""
        self._told = asyncio.Event()
        self._hearing: dict[str, Callable[[str], None]] = {}
        self._letting_go: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.joined = asyncio.Event()
        """Set while the line to the others stands."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._stay_joined(), name="peers")
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ending.set()
        waiting = [*self._turns.values(), *([self._task] if self._task else [])]
        for task in waiting:
            task.cancel()
        for line in await asyncio.gather(*waiting, return_exceptions=True):
            if isinstance(line, Line):
                await line.close()
        await asyncio.gather(*self._letting_go)

    # ------------------------------------------------------------ who leads, and what is told

    @property
    def leads(self) -> bool:
        return time.monotonic() < self._leads_until

    @property
    def reached(self) -> bool:
        return self.joined.is_set()

    @property
    def troubles(self) -> tuple[str, ...]:
        return self._roll.troubles if self._roll else ()

    def stand(self) -> None:
        self._stands = True

    def mark(self, *parts: object) -> str:
        return self._marks.of(*parts)

    def tell(self, kind: str, mark: str, *, lasting: bool = False) -> None:
        self._news.append((f"{kind}{mark}", lasting))
        self._told.set()

    def hear(self, kind: str, heard: Callable[[str], None]) -> None:
        self._hearing[kind] = heard

    def _heard(self, payload: str) -> None:
        me, _, news = payload.partition(" ")
        if me == self._me:
            return
        for piece in news.split():
            kind, mark = piece[:1], piece[1:]
            if kind in self._hearing and len(mark) == DIGITS:
                self._hearing[kind](mark)

    async def _stay_joined(self) -> None:
        away = False
        while True:
            try:
                line = await Line.open(self._url)
                try:
                    await line.listen(CHANNEL, self._heard)
                    if away:
                        logger.warning("the other processes of this bot can be reached again")
                    away = False
                    # How fast somebody asked while nobody listened is no news any more.
                    self._news = deque((news for news in self._news if news[1]), MOST_NEWS)
                    self.joined.set()
                    await self._talk(line)
                finally:
                    self.joined.clear()
                    self._leads_until = 0.0
                    if self._roll:
                        self._roll.forget()
                    await line.close()
            except OSError as error:
                if not away:
                    logger.warning("this process goes on without the others of this bot: %s", error)
                away = True
            except Exception:
                # Nobody waits for this task: without it the process would never lead nor hear of the others again.
                logger.exception("the other processes of this bot cannot be spoken to")
                away = True
            await asyncio.sleep(LOOK_SECONDS)

    async def _talk(self, line: Line) -> None:
        while True:
            asked = time.monotonic()
            led = self.leads
            if self._stands and await line.try_lock(*LEADER):
                # Counted from before we asked; a line that breaks unnoticed does not leave two leaders for long.
                self._leads_until = asked + 3 * LOOK_SECONDS
                if not led:
                    logger.info("this process does what is done once for all of them")
            else:
                self._leads_until = 0.0
            if self._roll:
                await self._roll.call(line)
            until = asked + LOOK_SECONDS
            while (left := until - time.monotonic()) > 0:
                if await _set_within(self._told, left):
                    await asyncio.sleep(SOON_SECONDS)
                    await self._tell_all(line)

    async def _tell_all(self, line: Line) -> None:
        self._told.clear()
        while self._news:
            pieces = [self._news.popleft()[0] for _ in range(min(AT_ONCE, len(self._news)))]
            await line.tell(CHANNEL, " ".join((self._me, *pieces)))

    # ------------------------------------------------------------ whose turn it is

    @asynccontextmanager
    async def turn(self, bucket: int) -> AsyncIterator[None]:
        """A context that is entered when five seconds have passed since anybody identified in this bucket.

        The lock is taken first and the time waited out with it, so that they have passed too where whoever had it
        before was killed at the moment of identifying.
        """
        if bucket not in self._turns:
            self._turns[bucket] = asyncio.create_task(self._place_for(bucket), name=f"turn in bucket {bucket}")
        place = self._turns[bucket]
        # The library gives up after a minute and tries again: it is not to go to the end of the queue.
        line = await asyncio.shield(place)
        self._turns.pop(bucket, None)
        try:
            yield
        finally:
            if line:
                self._let_go_soon(line)

    async def _place_for(self, bucket: int) -> Line | None:
        """The line that holds the lock of a bucket; None where it could not be had in time."""
        try:
            async with asyncio.timeout(self._patience):
                line = await self._locked(bucket)
        except (OSError, TimeoutError) as error:
            reason = str(error) or "somebody has the lock and does not let it go"
            logger.warning("a shard identifies without knowing of the other processes of this bot: %s", reason)
            await asyncio.sleep(self._pace.wait(bucket))
            return None
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._give_up, bucket, line)
        return line

    async def _locked(self, bucket: int) -> Line:
        line = await Line.open(self._url)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(line.close)
            await line.lock(IDENTIFIERS, bucket)
            await asyncio.sleep(self._pace.seconds)
            undo.pop_all()
        return line

    def _give_up(self, bucket: int, line: Line) -> None:
        """Let go of a place that nobody came back for."""
        place = self._turns.get(bucket)
        if place and place.done() and not place.cancelled() and place.result() is line:
            del self._turns[bucket]
            self._let_go_soon(line)

    def _let_go_soon(self, line: Line) -> None:
        letting_go = asyncio.create_task(self._let_go(line))
        self._letting_go.add(letting_go)
        letting_go.add_done_callback(self._letting_go.discard)

    async def _let_go(self, line: Line) -> None:
        await _set_within(self._ending, SENT_SECONDS)
        await line.close()


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether an event is set before so many seconds are over. Not by wait_for, which may swallow a cancellation."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
