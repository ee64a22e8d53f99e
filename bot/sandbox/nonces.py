"""Nonces of messages: sent a second time within a while, one makes no second message."""

from datetime import datetime, timedelta

from bot.sandbox.clock import Clock
from bot.sandbox.messages import Message

NONCE_LIFE = timedelta(minutes=5)
"""Discord says «the past few minutes»; ours."""


class Nonces:
    """The bot's latest messages by their nonce, whatever the channel.

    Source: Discord's documentation, «Create Message», `enforce_nonce`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[datetime, Message]] = {}

    def find(self, nonce: str | int) -> Message | None:
        """The message of this nonce, though it was deleted meanwhile; None where there is none, or no longer."""
        self._forget()
        found = self._known.get(str(nonce))
        return found and found[1]

    def keep(self, nonce: str | int, message: Message) -> None:
        """A nonce that is used anew stands for its latest message."""
        self._forget()
        self._known.pop(str(nonce), None)
        self._known[str(nonce)] = (self._clock.now(), message)

    def _forget(self) -> None:
        """Let go of the old ones; they stand in the order of their age."""
        over = self._clock.now() - NONCE_LIFE
        while self._known and next(iter(self._known.values()))[0] <= over:
            del self._known[next(iter(self._known))]
