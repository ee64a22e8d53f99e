"""What came of questions that were asked before: people type the same words, and the same beginnings of them."""

import hashlib
import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")

KEY_BYTES, MARK_BYTES = 16, 12


class Remembered(Generic[V]):
    """At most so many results, those used least lately given up first.

    What was typed is not kept: it is known by a hash under a key that is made here and stays here. A result must not
    hold words of it either.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._key = secrets.token_bytes(KEY_BYTES)
        self._results: OrderedDict[bytes, V] = OrderedDict()

    def get(self, typed: str) -> V | None:
        """What is remembered of these very characters; None for nothing."""
        mark = self._mark(typed)
        result = self._results.get(mark)
        if result is not None:
            self._results.move_to_end(mark)
        return result

    def keep(self, typed: str, result: V) -> None:
        self._results[self._mark(typed)] = result
        while len(self._results) > self._most:
            self._results.popitem(last=False)

    def _mark(self, typed: str) -> bytes:
        data = typed.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=MARK_BYTES).digest()
