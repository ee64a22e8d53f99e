"""What is counted while the bot runs, in Prometheus's terms. Nothing in it has a server, a person or a word."""

import math
import time
from collections import OrderedDict
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from bot.desk import BriefingDesk
from bot.hosting.vitals import Vitals
from bot.interactions.client import BriefbotClient
from bot.model import Ask

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Discord's three seconds, and what members call at once."""

MOST_UNDER_WAY = 10_000

KINDS = {2: "command", 3: "press", 4: "autocomplete", 5: "form"}
"""Of interactions. Source: Discord's documentation, «Interaction Type»."""


class Metrics:
    """Counts what a desk answers and how Discord takes it."""

    def __init__(self, desk: BriefingDesk) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        self._asks = Counter(
            "briefbot_asks", "Questions that were answered, by where they came in and what became of them.",
            ["surface", "outcome"], registry=self.registry,
        )  # fmt: skip
        self._answers = Histogram(
            "briefbot_answer_seconds", "From the arrival of an interaction to Discord's word that it has the answer.",
            ["kind"], buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self._responses = Counter(
            "briefbot_first_responses", "First responses to interactions, by Discord's HTTP status; 0 for none.",
            ["status"], registry=self.registry,
        )  # fmt: skip
        self._reloads = Counter(
            "briefbot_reloads", "Edits of cards and documents, by what became of them.", ["result"],
            registry=self.registry,
        )  # fmt: skip
        for result in ("live", "refused"):
            self._reloads.labels(result)
        self._under_way: OrderedDict[str, tuple[str, float]] = OrderedDict()
        """For each interaction, by its id: its kind, and when it came."""
        desk.noting.listeners.append(self._asked)

    def watch(self, client: BriefbotClient) -> None:
        """Report how a client is doing whenever somebody asks."""
        self.registry.register(_Gauges(Vitals(client)))
        client.listeners.append(self._heard)

    def reloaded(self, live: bool) -> None:
        self._reloads.labels("live" if live else "refused").inc()

    def page(self) -> bytes:
        """Everything, in Prometheus's text format."""
        return generate_latest(self.registry)

    def trace(self) -> aiohttp.TraceConfig:
        """Hears of every request to Discord, for the library to call."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._ended)
        trace.on_request_exception.append(self._failed)
        return trace

    # ------------------------------------------------------------ what is heard

    def _asked(self, ask: Ask) -> None:
        self._asks.labels(ask.surface.value, ask.outcome.value).inc()

    def _heard(self, interaction: int, kind: int) -> None:
        self._under_way[str(interaction)] = (KINDS.get(kind, "other"), time.perf_counter())
        while len(self._under_way) > MOST_UNDER_WAY:
            self._under_way.popitem(last=False)

    async def _ended(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
    ) -> None:
        self._responded(str(ended.url), ended.response.status)

    async def _failed(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, failed: aiohttp.TraceRequestExceptionParams
    ) -> None:
        self._responded(str(failed.url), 0)

    def _responded(self, url: str, status: int) -> None:
        *_, interactions, interaction, _token, callback = ("", "", "", "", *urlsplit(url).path.split("/"))
        if (interactions, callback) != ("interactions", "callback"):
            return
        self._responses.labels(str(status)).inc()
        if status < 300 and status and (known := self._under_way.pop(interaction, None)):
            kind, came = known
            self._answers.labels(kind).observe(time.perf_counter() - came)


class _Gauges:
    """How things stand at the moment when somebody asks."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> Iterator[Metric]:
        vitals = self._vitals
        shards = vitals.shards()
        connected = GaugeMetricFamily("briefbot_shard_connected", "1 while a shard is connected.", labels=["shard"])
        latency = GaugeMetricFamily(
            "briefbot_shard_latency_seconds", "From a heartbeat to its acknowledgement.", labels=["shard"]
        )
        for shard in shards:
            connected.add_metric([str(shard.id)], float(shard.connected))
            if math.isfinite(shard.latency):
                latency.add_metric([str(shard.id)], shard.latency)
        yield connected
        yield latency
        store = vitals.store
        yield GaugeMetricFamily("briefbot_store_up", "1 while the database takes asks.", value=float(not store.away))
        yield GaugeMetricFamily("briefbot_spool_rows", "Rows that wait for the database.", value=store.waiting)
        deck = InfoMetricFamily("briefbot_deck", "The deck that answers.")
        deck.add_metric([], {"version": vitals.deck.version})
        yield deck
        yield GaugeMetricFamily("briefbot_deck_cards", "Cards in it.", value=len(vitals.deck.cards))
        yield GaugeMetricFamily(
            "briefbot_deck_problems", "Problems of the last edit, which is therefore not live.", value=vitals.problems
        )
        yield GaugeMetricFamily(
            "briefbot_peers_reached",
            "1 while the other processes, if any, can be reached.",
            value=float(vitals.reached),
        )
        yield GaugeMetricFamily(
            "briefbot_leads", "1 where this process does what is done once for all.", value=float(vitals.leads)
        )
