"""/healthz, /readyz and /metrics on a port of this machine alone."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.hosting.vitals import Vitals

if TYPE_CHECKING:
    from bot.hosting.metrics import Metrics

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class PortTaken(Exception):
    """The port is not free; said in a line."""


@asynccontextmanager
async def serving(port: int, vitals: Vitals, metrics: "Metrics") -> AsyncIterator[int]:
    """Serve while the context stands, on a free port for 0; yields the port. Raises PortTaken."""
    # Here, not above: a server is two megabytes, and most processes have no port.
    from aiohttp import web

    async def alive(_request: web.Request) -> web.Response:
        # That it answers says that the event loop turns: a host restarts what does not.
        return web.Response(text="alive\n")

    async def ready(_request: web.Request) -> web.Response:
        await vitals.look()
        lacking, notes = vitals.lacking, vitals.notes
        lines = ["not ready" if lacking else "ready", *lacking, *notes]
        return web.Response(text="\n".join(lines) + "\n", status=503 if lacking else 200)

    async def measured(_request: web.Request) -> web.Response:
        await vitals.look()
        return web.Response(body=metrics.page(), headers={"Content-Type": PROMETHEUS})

    app = web.Application()
    app.add_routes([web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", measured)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        try:
            await site.start()
        except OSError as error:
            raise PortTaken(
                f"Health cannot be told on {HOST}:{port}: {error.strerror}. "
                "Name a free port in health_port, or 0 for none."
            ) from error
        taken = runner.addresses[0][1]
        logger.info("health at http://%s:%s/healthz, /readyz and /metrics", HOST, taken)
        yield taken
    finally:
        await runner.cleanup()
