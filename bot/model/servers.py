"""What the managers of a server decide for it."""

from dataclasses import dataclass, field
from enum import StrEnum

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As the codes of digest times have them, in the order of ISO 8601."""


class Visibility(StrEnum):
    """Who sees an answer: whoever asked, or the whole channel."""

    PRIVATE = "private"
    SHARED = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTime:
    """When in the week a digest comes: `weekday` 0 is Monday, `hour` of 24. Raises ValueError for no such time."""

    weekday: int = 0
    hour: int = 9

    def __post_init__(self) -> None:
        if not (0 <= self.weekday < 7 and 0 <= self.hour < 24):
            raise ValueError(f"no time of a week: day {self.weekday}, hour {self.hour}")

    @property
    def code(self) -> str:
        """In a word: mon-09."""
        return f"{WEEKDAYS[self.weekday]}-{self.hour:02}"

    @classmethod
    def of_code(cls, code: str) -> "DigestTime | None":
        """The time of a code; None for what is none."""
        weekday, _, hour = code.partition("-")
        if weekday not in WEEKDAYS or not (hour.isascii() and hour.isdigit() and len(hour) == 2 and int(hour) < 24):
            return None
        return cls(weekday=WEEKDAYS.index(weekday), hour=int(hour))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """`language` is an ISO 639-1 code; None is each member's own.

    `digest_channel` is where the weekly digest goes, None for nowhere; it comes at `digest_time` of `time_zone`, a name
    of the IANA database.
    """

    visibility: Visibility = Visibility.PRIVATE
    language: str | None = None
    digest_channel: int | None = None
    digest_time: DigestTime = field(default_factory=DigestTime)
    time_zone: str = "UTC"
