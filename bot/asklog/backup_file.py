"""The file of a backup: where it may be written, what makes it last, and what must be in order before it is used.

SQLite would not notice a letter that has changed on the disk, so the file carries a checksum of itself.
"""

import os
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

import sqlalchemy as sa

from bot.asklog.database import HEAD, VERSIONS
from bot.asklog.failures import StoreError

FORMAT = b"SQLite format 3\0"
"""How a file of SQLite begins."""
JOURNAL = 18
"""Which of its bytes says how changes are made safe: 2 is a write-ahead log."""
CHECKSUM = 60
"""From where on it has four bytes for whoever uses it (`pragma user_version`), which are left out of the sum."""
BLOCK = 1 << 20

Wrong: TypeAlias = Callable[[Exception], OSError]
"""What to tell people when something goes wrong."""


# ---------------------------------------------------------------- written


def free(file: Path, used: Path | None, *, force: bool) -> Path:
    """Where a backup of the database in the file `used`, if it is in one, is to be written.

    Raises StoreError where it would take the place of something; OSError.
    """
    if used and not used.exists():
        raise StoreError(f"there is no {used}: nothing to back up — go to the bot's folder, or mend asklog_url")
    target = Path(os.path.realpath(file))
    if used and str(target) in {f"{os.path.realpath(used)}{end}" for end in ("", "-wal", "-shm", "-journal")}:
        raise StoreError(f"{file} is the database itself: nothing was written — name another file")
    if target.exists() and not target.is_file():
        raise StoreError(f"{file} is not a file: nothing was written — name one")
    if target.exists() and not force:
        raise _taken(file)
    return target


def begun(target: Path) -> Path:
    """A new file beside the target, which only its owner can read. Raises OSError."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    os.close(descriptor)
    return Path(name)


def copy_pages(database: Path, copy: Path) -> None:
    """Copy a database that others write to as it is at one moment, into a file that is empty. Raises sqlite3.Error."""
    with closing(_reading(database)) as source, closing(sqlite3.connect(copy)) as target:
        target.execute("pragma synchronous=off")
        # All pages at once: between two steps somebody could write, and it would begin anew.
        source.backup(target, pages=-1)


def finish(partial: Path, target: Path, *, force: bool) -> int:
    """Make a whole file last, under its name; its bytes. Raises OSError, StoreError where somebody took the name."""
    with partial.open("rb+") as content:
        content.seek(CHECKSUM)
        content.write(_checksum(partial))
        content.flush()
        os.fsync(content.fileno())
        size = os.fstat(content.fileno()).st_size
    if force:
        partial.replace(target)
    else:
        _give_name(partial, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size


def _give_name(partial: Path, target: Path) -> None:
    """The target's name, unless something has it."""
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise _taken(target) from None
    except OSError:
        # Not every file system lets a file have two names.
        if target.exists():
            raise _taken(target) from None
        partial.rename(target)


def _taken(file: Path) -> StoreError:
    return StoreError(f"{file} is there already: nothing was written — name another file, or replace it with --force")


# ---------------------------------------------------------------- used


def examined(file: Path) -> tuple[str, int]:
    """The version of a backup that is in order, and its bytes. Raises StoreError, OSError, sqlite3.Error."""
    if file.exists() and not file.is_file():
        raise unusable(file, "is not a file")
    with file.open("rb") as content:
        header = content.read(100)
    if not header.startswith(FORMAT):
        raise unusable(file, "is not a backup")
    if header[JOURNAL] == 2:
        what = "is a database that a bot writes to, or wrote to, and not a backup"
        raise unusable(file, what, "name it in asklog_url and make a backup of it: python -m bot backup FILE")
    checksum = header[CHECKSUM : CHECKSUM + 4]
    if any(checksum) and checksum != _checksum(file):
        raise unusable(file, "is damaged, or was changed after it was made")
    check(file)
    return _version(file), file.stat().st_size


def check(file: Path) -> None:
    """Have SQLite look for damage. Raises sqlite3.Error where it finds any."""
    with closing(_reading(file)) as connection:
        (found,) = connection.execute("pragma integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(str(found))


def _version(file: Path) -> str:
    """The migration that a file has. Raises StoreError for one that is not ours, or newer; sqlite3.Error."""
    with closing(_reading(file)) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        if not {"alembic_version", "asks"} <= tables:
            raise unusable(file, "is a database of something else")
        (version,) = connection.execute("select version_num from alembic_version").fetchone() or ("",)
    if version > HEAD:
        known = f"schema {version}, and this one knows up to {HEAD}"
        raise unusable(file, f"was made by a newer Briefbot ({known})", "upgrade Briefbot, or name another backup")
    if version not in VERSIONS:
        raise unusable(file, "is a database of something else")
    return str(version)


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _checksum(file: Path) -> bytes:
    """Four bytes that are another four where any other byte of the file has changed. Never nought, which is none."""
    with file.open("rb") as content:
        summed = zlib.crc32(content.read(CHECKSUM))
        content.seek(CHECKSUM + 4)
        while block := content.read(BLOCK):
            summed = zlib.crc32(block, summed)
    return (summed or 1).to_bytes(4, "big")


# ---------------------------------------------------------------- what went wrong


@contextmanager
def told(wrong: Wrong) -> Iterator[None]:
    """Whatever goes wrong inside is raised as one line, unless it is one."""
    try:
        yield
    except StoreError:
        raise
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, ValueError) as error:
        raise wrong(error) from error


def unwritten(file: Path) -> Wrong:
    return lambda error: StoreError(f"{file} cannot be written: {_reason(error)} — make room, or name another place")


def unread(file: Path) -> Wrong:
    return lambda error: unusable(file, f"cannot be read: {_reason(error)}")


def outdated(file: Path, folder: Path) -> Wrong:
    """For a backup that is brought up to date in a folder for what is temporary."""
    advice = f"make room in {folder}, or name another folder in the environment variable TMPDIR"
    return lambda error: unusable(file, f"cannot be brought up to date: {_reason(error)}", advice)


def unusable(file: Path, what: str, advice: str = "name another backup") -> StoreError:
    return StoreError(f"{file} {what}: nothing was restored — {advice}")


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return ((isinstance(cause, OSError) and cause.strerror) or str(cause)).split("\n")[0].lower()
