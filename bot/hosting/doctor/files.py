"""Who else may read what the bot keeps, and as whom it runs."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.asklog import inspection
from bot.config import Config, config_file, sources
from bot.hosting.doctor.aside import aside
from bot.hosting.doctor.findings import Case, Finding, Findings, right, warning

FILES = "files"

SECONDS = 5.0


async def files(case: Case) -> Findings:
    found: list[Finding] = []
    if os.geteuid() == 0:
        fix = "Run the bot as a user of its own (User= of the service), and this with sudo -u USER."
        found.append(warning(FILES, "this runs as root, which the bot does not need", fix))
    if case.config is not None:
        config = case.config
        found += await aside(lambda: list(_files(config, case.file)), SECONDS)
    for finding in found or [right(FILES, "nobody else may read the database, the spool or a password")]:
        yield finding


def _files(config: Config, named: Path | None) -> Iterator[Finding]:
    # What may not be looked at here is told by the store.
    private = [*config.spool.glob("*/*.spool")] if os.access(config.spool, os.R_OK | os.X_OK) else []
    if database := inspection.file_of(config.asklog_url):
        private += [Path(f"{database}{suffix}") for suffix in ("", "-wal", "-shm")]
        if os.access(database, os.F_OK) and (owner := database.stat().st_uid) != os.geteuid():
            said = f"{database} belongs to another user than the one that runs this"
            yield warning(FILES, said, f"Run the bot, and this, as its owner: sudo -u '#{owner}' …")
    file = config_file(named)
    if (
        file
        and "***" in inspection.without_password(config.asklog_url)
        and sources(named)["asklog_url"].startswith(str(file))
    ):
        private.append(file)
    for path in private:
        if os.access(path, os.F_OK) and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            yield warning(FILES, f"{path} may be read by everybody on this machine", f"chmod o-rwx {path}")
