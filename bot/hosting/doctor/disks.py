"""The disks: whether there is room on them, and whether the bot may write there."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.asklog import inspection
from bot.hosting.doctor.aside import aside
from bot.hosting.doctor.findings import Case, Finding, Findings, right, size, warning, wrong

DISK = "disk"

SECONDS = 5.0
LITTLE, NOTHING = 500_000_000, 20_000_000
"""Bytes below which there is a warning, and below which the bot cannot work."""
FEW_FILES = 1_000
FREE_DISK = "Make room there: df -h shows what is full, and journalctl --vacuum-size=200M gives back old logs."


async def disks(case: Case) -> Findings:
    places = {"the temporary folder": _temporary()}
    if case.config is not None:
        database = inspection.file_of(case.config.asklog_url)
        folders = {"the spool": inspection.nearest_folder(case.config.spool / "file"), **places}
        places = {"the database": inspection.nearest_folder(database), **folders} if database else folders
    try:
        for finding in await aside(lambda: list(_disks(places)), SECONDS):
            yield finding
    except TimeoutError:
        yield wrong(DISK, "a disk does not answer", "Look at what is mounted (findmnt) and at the log of the system.")


def _temporary() -> Path | None:
    """The folder for temporary files; None where there is none that can be written."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        return None


def _disks(places: dict[str, Path | None]) -> Iterator[Finding]:
    """One finding for each file system, and one for each folder that may not be written."""
    found: dict[int, tuple[Path, list[str]]] = {}
    for name, folder in places.items():
        if folder is None:
            yield wrong(DISK, f"{name} cannot be written", "Make one that can: sudo mkdir -m 1777 /tmp, or set TMPDIR.")
            continue
        if not os.access(folder, os.W_OK | os.X_OK):
            yield wrong(DISK, f"{folder}, for {name}, may not be written", _opening(folder))
        found.setdefault(folder.stat().st_dev, (folder, []))[1].append(name)
    for folder, names in found.values():
        yield _room(folder, ", ".join(names))


def _room(folder: Path, names: str) -> Finding:
    there = os.statvfs(folder)
    free = there.f_bavail * there.f_frsize
    said = f"{size(free)} free at {folder} ({names})"
    # Some file systems have no fixed number of files: they say 0.
    if there.f_files and there.f_favail < FEW_FILES:
        said = f"{said}; only {there.f_favail:,} more files"
        return warning(DISK, said, "Remove small files that nobody needs: df -i shows where.")
    if free < NOTHING:
        return wrong(DISK, f"{said}: full", FREE_DISK)
    return warning(DISK, said, FREE_DISK) if free < LITTLE else right(DISK, said)


def _opening(folder: Path) -> str:
    """How a folder comes to be writable for whoever runs this."""
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        mount = f"sudo mount -o remount,rw $(findmnt -no TARGET -T {folder})"
        return f"It is mounted to be read only: look why (dmesg), then: {mount}"
    if folder.stat().st_uid == os.geteuid():
        return f"chmod u+rwx {folder}"
    return f'sudo chown "$(id -un)" {folder}'
