"""What the managers of a server decide for it."""

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """Who sees an answer: whoever asked, or the whole channel."""

    PRIVATE = "private"
    SHARED = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """`language` is an ISO 639-1 code; None is each member's own."""

    visibility: Visibility = Visibility.PRIVATE
    language: str | None = None
