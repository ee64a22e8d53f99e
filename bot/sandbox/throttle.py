"""Rate limits as Discord keeps them: a bucket for each route and its channel or token, and one for everything."""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass

GLOBAL_PER_SECOND = 50
BUCKETS = 1_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    limit: int
    seconds: float


@dataclass(slots=True)
class Bucket:
    rate: Rate
    used: int = 0
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Headers for the answer, and how long to wait where there is no answer yet. `scope`: user or global."""

    headers: dict[str, str]
    retry_after: float = 0.0
    scope: str = "user"


class Throttle:
    """Counts requests. The answers to interactions are not counted in the global limit."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self.global_rate = Rate(GLOBAL_PER_SECOND, 1.0)

    def count(self, route: str, major: str, rate: Rate, *, exempt: bool = False) -> Verdict:
        """One request on a route with its major parameter (a channel, a server, a webhook's token)."""
        if not exempt and (wait := self._take(self._bucket("global", self.global_rate))):
            return Verdict({"X-RateLimit-Global": "true"}, wait, "global")
        bucket = self._bucket(f"{route}:{major}", rate)
        wait = self._take(bucket)
        left = max(0.0, bucket.since + rate.seconds - time.monotonic())
        headers = {
            "X-RateLimit-Limit": str(rate.limit),
            "X-RateLimit-Remaining": str(max(0, rate.limit - bucket.used)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }
        return Verdict(headers, wait)

    def _bucket(self, key: str, rate: Rate) -> Bucket:
        bucket = self._buckets.pop(key, None) or Bucket(rate)
        self._buckets[key] = bucket
        while len(self._buckets) > BUCKETS:
            self._buckets.popitem(last=False)
        return bucket

    def _take(self, bucket: Bucket) -> float:
        now = time.monotonic()
        if now - bucket.since >= bucket.rate.seconds:
            bucket.since, bucket.used = now, 0
        if bucket.used >= bucket.rate.limit:
            return bucket.since + bucket.rate.seconds - now
        bucket.used += 1
        return 0.0
