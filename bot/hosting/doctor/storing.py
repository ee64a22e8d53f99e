"""The ask log's database, and what waits for it."""

from pathlib import Path

from bot.asklog import inspection
from bot.asklog.inspection import Inspection
from bot.config import Config
from bot.hosting.doctor.aside import aside, lookup
from bot.hosting.doctor.findings import Case, Finding, Findings, right, sentence, several, size, skipped, warning, wrong

STORE = "store"

FILE_SECONDS = 9.0
SPARE = 5
"""Connections that should be left: each process of the bot takes up to this many."""
MOST_AHEAD = 5.0
"""Seconds by which two clocks may differ."""


async def store(case: Case) -> Findings:
    if (config := case.config) is None:
        yield skipped(STORE, "not looked at: the configuration comes first")
        return
    async for finding in _database(config):
        yield finding
    async for finding in _spool(config):
        yield finding


async def _database(config: Config) -> Findings:
    url = config.asklog_url
    host = inspection.host_of(url)
    if host and (reason := await lookup(host)):
        fix = "Mend the host in asklog_url, or the name servers of this machine (/etc/resolv.conf)."
        yield wrong(STORE, f"{inspection.place(url)} cannot be reached: {host}: {reason}", fix)
        return
    try:
        if inspection.file_of(url):
            seen = await aside(lambda: inspection.inspect_file(url), FILE_SECONDS)
        else:
            seen = await inspection.inspect_server(url)
    except TimeoutError:
        fix = "Look at the disk that the file is on: it may be away or failing."
        yield wrong(STORE, f"{inspection.place(url)} does not answer", fix)
        return
    except OSError as error:
        said, _, fix = str(error).rpartition(" — ")
        known = not fix.startswith("asks wait")
        yield wrong(STORE, said, sentence(fix) if known else f"Look at the log of the database: {fix}.")
        return
    for finding in _state(seen):
        yield finding


def _state(seen: Inspection) -> list[Finding]:
    found = [_held(seen)]
    if seen.unwritable:
        fix = (
            "Let the user that runs the bot write it, what is beside it (-wal, -shm) and its folder: chown, chmod."
            if seen.connections is None
            else "grant all on all tables in schema public to the user in asklog_url, or name another one there."
        )
        found.append(wrong(STORE, f"{seen.unwritable} may not be written", fix))
    if seen.damage:
        fix = "Stop the bot, move the file away, then restore a backup: python -m bot restore FILE"
        found.append(wrong(STORE, f"{seen.place} is damaged: {seen.damage}", fix))
    if not seen.keeps_log:
        said = "the file has no write-ahead log: reading and writing would wait for each other"
        found.append(right(STORE, said, "Nothing to do: the bot turns it on when it starts."))
    if seen.connections:
        used, most = seen.connections
        spare = f"{used} of {most} connections are in use"
        tight = most - used < SPARE
        fix = "Raise max_connections of PostgreSQL, or run fewer processes."
        found.append(warning(STORE, spare, fix) if tight else right(STORE, spare))
    if seen.ahead is not None and abs(seen.ahead) > MOST_AHEAD:
        which = "ahead of" if seen.ahead > 0 else "behind"
        said = f"the database's clock is {abs(seen.ahead):,.0f} s {which} this machine's"
        found.append(warning(STORE, said, "Set both clocks: sudo timedatectl set-ntp true"))
    return found


def _held(seen: Inspection) -> Finding:
    """The database in a line: what kind, how large, and how it stands with the migrations."""
    if not seen.there:
        return right(
            STORE, f"{seen.kind}: {Path(seen.place).absolute()} is not there yet; it is made when the bot starts"
        )
    whole = {"": ", in order", None: ", in order as far as there was time to look"}.get(seen.damage, "")
    what = f"{seen.kind}: {seen.place}, {size(seen.bytes)}{whole if seen.connections is None else ''}"
    if seen.schema is None:
        return right(STORE, f"{what}; without tables, which are made when the bot starts")
    if seen.missing:
        late = several(seen.missing, "version")
        said = f"{what}; tables of version {seen.schema}, {late} behind, brought up to date when the bot starts"
        return right(STORE, said, "Make a copy of it before you start the new version.")
    return right(STORE, f"{what}; tables of version {seen.schema}, the newest")


async def _spool(config: Config) -> Findings:
    try:
        waiting = await aside(lambda: inspection.waiting(config.spool, config.asklog_url), FILE_SECONDS)
    except OSError as error:
        reason = error.strerror or "it does not answer"
        fix = "Let the user that runs the bot read and write the folder named in `spool`."
        yield wrong(STORE, f"the spool {config.spool} cannot be read: {reason.lower()}", fix)
        return
    if waiting.here:
        said = f"{several(waiting.here, 'ask waits', 'asks wait')} in the spool {config.spool}"
        yield warning(STORE, said, "Start the bot: it takes them to the database, once and in order.")
    else:
        yield right(STORE, "no ask waits in the spool")
    if waiting.elsewhere:
        said = f"{several(waiting.elsewhere, 'ask waits', 'asks wait')} in {config.spool} for another database"
        yield warning(STORE, said, "Start the bot once with the asklog_url that it had then, or remove that folder.")
    if waiting.unreadable:
        said = f"{waiting.unreadable[0]} holds asks that cannot be read"
        yield warning(STORE, said, "Look at the disk, then remove the file: nothing in it can be saved by the bot.")
