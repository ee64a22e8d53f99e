"""The port on which a bot tells how it is: free, a running bot's, or somebody else's."""

import socket

import aiohttp

from bot.hosting.doctor.findings import Case, Finding, Findings, right, skipped, warning, wrong

PORT = "health port"

ANSWER_SECONDS = 5.0


async def health_port(case: Case) -> Findings:
    if case.config is None or not case.config.health_port:
        yield skipped(PORT, "none is set (health_port)")
        return
    port = case.config.health_port
    address = f"http://127.0.0.1:{port}/readyz"
    limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(address) as response:
            told = (await response.text(errors="replace")).split("\n")
            if found := _told(port, told):
                yield found
                return
    except (aiohttp.ClientError, OSError):
        if _is_free(port):
            yield right(PORT, f"{port} is free, so no bot with these settings runs here")
            return
    fix = f"Name another health_port, or stop what listens there: ss -ltnp 'sport = :{port}'"
    yield wrong(PORT, f"{port} is taken by another program, or needs rights that this user has not", fix)


def _told(port: int, lines: list[str]) -> Finding | None:
    """What a running bot says of itself; None where it is another program that answered."""
    rest = "; ".join(line.strip()[:200] for line in lines[1:] if line.strip())
    said = f"on {port} a running bot says: {lines[0]}" + (f": {rest}" if rest else "")
    if lines[0] == "ready":
        return right(PORT, said)
    return warning(PORT, said, "Look at its log: journalctl -u briefbot") if lines[0] == "not ready" else None


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
