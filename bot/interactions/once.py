"""What counts once: a share of the same thing in a channel within a minute, a person's voice on a card.

In memory alone, with a bound, and forgotten when the process ends. People are known by a keyed hash, which means
nothing to anybody but the processes of this bot.

A channel's shares are known where they happen: all that Discord tells of a channel goes to one shard. A person may be
on many servers, so voices are told to the other processes.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from bot.peers import Alone, Peers

SHARE_SECONDS = 60.0
MOST = 20_000
KIND = "v"
"""Of the news that somebody said something."""


@dataclass(slots=True)
class Shared:
    """Something that was shared: when, and the link to the message once it is there."""

    at: float
    link: str | None = None


class Shares:
    """What was shared where, within the last minute. `now` is in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._shared: OrderedDict[Hashable, Shared] = OrderedDict()

    def first(self, channel: int, what: Hashable) -> Shared | None:
        """What was shared before; None where this is the first, which is noted as on its way."""
        now = self._now()
        while self._shared and next(iter(self._shared.values())).at <= now - SHARE_SECONDS:
            self._shared.popitem(last=False)
        known = self._shared.get((channel, what))
        if known is None:
            self._shared[channel, what] = Shared(now)
            while len(self._shared) > MOST:
                self._shared.popitem(last=False)
        return known

    def stands(self, channel: int, what: Hashable, link: str) -> None:
        """It was sent: this is where."""
        if known := self._shared.get((channel, what)):
            known.link = link

    def failed(self, channel: int, what: Hashable) -> None:
        """It was not sent, or was taken away: the next one is the first again."""
        self._shared.pop((channel, what), None)

    def removed(self, link: str) -> None:
        """A message was taken away: what it showed may be shared again."""
        for key in [key for key, shared in self._shared.items() if shared.link == link]:
            del self._shared[key]


class Voices:
    """Who has said something about something already, here or to another process."""

    def __init__(self, peers: Peers | None = None) -> None:
        self._peers = peers or Alone()
        self._peers.hear(KIND, self._note)
        self._heard: OrderedDict[str, None] = OrderedDict()

    def first(self, person: int, *about: str) -> bool:
        """Whether this person says it for the first time; notes that they did."""
        mark = self._peers.mark("voice", person, *about)
        if mark in self._heard:
            return False
        self._note(mark)
        self._peers.tell(KIND, mark, lasting=True)
        return True

    def _note(self, mark: str) -> None:
        self._heard[mark] = None
        while len(self._heard) > MOST:
            self._heard.popitem(last=False)
