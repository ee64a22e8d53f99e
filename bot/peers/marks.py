"""Marks of people and things: keyed hashes by which processes of one bot know what they speak of, and nobody else."""

import hashlib
import secrets

DIGITS = 24
"""Hexadecimal digits of a mark: 96 bits."""


class Marks:
    """`secret` is what all processes of the bot have and others do not; without it, marks mean something here alone."""

    def __init__(self, secret: str | None = None) -> None:
        given = secret.encode() if secret else secrets.token_bytes(32)
        self._key = hashlib.sha256(b"briefbot marks " + given).digest()

    def of(self, *parts: object) -> str:
        words = "\n".join(map(str, parts)).encode()
        return hashlib.blake2b(words, key=self._key, digest_size=DIGITS // 2).hexdigest()
