"""Rows that wait on disk for a database that is away.

A file a process, locked while it lives; what a process that died left is taken over by the next one. Each row is a
line, with a checksum in front, behind which a file has room reserved, so that a full disk has room for it too.
"""

import fcntl
import json
import logging
import os
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

logger = logging.getLogger(__name__)

RESERVED = 1 << 20
"""Bytes that a file takes ahead: some four thousand rows."""
MOST = 256 << 20
"""Bytes beyond which a file takes no more rows: about a million."""
WINDOW = 1 << 16
"""Bytes that are looked at least: more than any row has."""
SUFFIX = ".spool"

Line: TypeAlias = dict[str, Any]


class Spool:
    """Not safe for use by two threads at once. Everything here blocks, some of it until the disk has it."""

    def __init__(self, folder: Path, *, reserved: int = RESERVED) -> None:
        self._folder = folder
        self._reserved = reserved
        self._own: _SpoolFile | None = None
        self._others: list[_SpoolFile] = []

    def open(self) -> None:
        """Reserve room, and find what processes that ended left. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            taken = _SpoolFile.take(path)
            if taken:
                self._others.append(taken)
        self._writable()

    def append(self, lines: Sequence[Line]) -> None:
        """Keep rows; they are on the disk when this returns. Raises OSError."""
        self._writable().append(lines)

    @property
    def waiting(self) -> bool:
        """Whether there is anything to be taken to the database."""
        return any(file.size for file in self._files())

    @property
    def rows(self) -> int:
        """How many rows that is."""
        return sum(file.rows for file in self._files())

    def read(self, most: int) -> list[Line]:
        """The oldest rows that wait, at most so many. They stay until `done`. Raises OSError."""
        for file in self._files():
            if lines := file.read(most):
                return lines
            if file.size:
                # Nothing in it can be read: it is put aside, not thrown away.
                self._put_aside(file)
        return []

    def done(self, count: int) -> None:
        """The oldest `count` rows, of those that were read last, are in the database. Raises OSError."""
        for file in self._files():
            if file.size:
                file.advance(count)
                break
        for file in [file for file in self._others if not file.size]:
            file.remove()
            self._others.remove(file)

    def close(self) -> None:
        """Let go of the files. Those with rows in them stay for the next process."""
        for file in self._files():
            if file.size:
                file.close()
            else:
                file.remove()
        self._own, self._others = None, []
        with suppress(OSError):
            self._folder.rmdir()

    def _files(self) -> list["_SpoolFile"]:
        return [*self._others, *([self._own] if self._own else [])]

    def _writable(self) -> "_SpoolFile":
        if self._own is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Names sort by age: rows are taken to the database in the order in which they came.
            path = self._folder / f"{time.time_ns():020d}-{os.getpid()}{SUFFIX}"
            self._own = _SpoolFile.make(path, self._reserved)
        return self._own

    def _put_aside(self, file: "_SpoolFile") -> None:
        aside = file.path.with_suffix(".unreadable")
        logger.error("%s holds asks that cannot be read; it is kept as %s", file.path, aside.name)
        file.path.rename(aside)
        file.close()
        if file is self._own:
            self._own = None
        else:
            self._others.remove(file)


class _SpoolFile:
    """`size` is how many bytes of rows are still to be taken to the database, `rows` how many rows that is."""

    def __init__(self, path: Path, descriptor: int, reserved: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._reserved = reserved
        self._begin = 0
        self._end = 0
        self.rows = 0
        self._read: list[int] = []
        """Where each row that was read last ends."""

    @classmethod
    def make(cls, path: Path, reserved: int) -> "_SpoolFile":
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        made = cls(path, descriptor, reserved)
        made._reserve()
        return made

    @classmethod
    def take(cls, path: Path) -> "_SpoolFile | None":
        """The file of a process that is gone; None where it lives, or another one has taken it."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except PermissionError:
            logger.warning("%s holds asks that another user left: they wait until a bot of that user runs", path)
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        found = cls(path, descriptor, 0)
        with open(descriptor, "rb", closefd=False) as content:
            kept = content.read().rstrip(b"\0")
        found._end, found.rows = len(kept), kept.count(b"\n")
        if not found._end:
            found.remove()
            return None
        return found

    @property
    def size(self) -> int:
        return self._end - self._begin

    def append(self, lines: Sequence[Line]) -> None:
        data = b"".join(map(_encoded, lines))
        if self._end + len(data) > MOST:
            raise OSError(f"{self.path} is full: more than {MOST >> 20} MB wait for the database")
        written = 0
        while written < len(data):
            written += os.pwrite(self._descriptor, data[written:], self._end + written)
        os.fsync(self._descriptor)
        self._end += len(data)
        self.rows += len(lines)

    def read(self, most: int) -> list[Line]:
        data = os.pread(self._descriptor, min(self.size, max(512 * most, WINDOW)), self._begin)
        lines: list[Line] = []
        self._read = []
        for line, end in _decoded(data):
            if len(lines) == most:
                break
            self._read.append(end)
            lines.append(line)
        return lines

    def advance(self, count: int) -> None:
        self._begin += self._read[count - 1]
        self._read = []
        self.rows -= count
        if self._begin >= self._end or not self._rest():
            self._empty()

    def _empty(self) -> None:
        # Written over, not cut off: the room stays reserved, and a disk may be full by now.
        os.pwrite(self._descriptor, b"\0" * min(self._end, self._reserved), 0)
        os.ftruncate(self._descriptor, self._reserved)
        os.fsync(self._descriptor)
        self._begin = self._end = self.rows = 0

    def _rest(self) -> bool:
        """Whether what is left can be anything but a row that was cut off as it was written."""
        return b"\n" in os.pread(self._descriptor, self.size, self._begin)

    def _reserve(self) -> None:
        if self._reserved and hasattr(os, "posix_fallocate"):
            # Without the room it works all the same, as long as the disk is not full.
            with suppress(OSError):
                os.posix_fallocate(self._descriptor, 0, self._reserved)

    def close(self) -> None:
        # Nobody writes to it any more: the room that is left is given back.
        with suppress(OSError):
            os.ftruncate(self._descriptor, self._end)
        os.close(self._descriptor)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()


def _encoded(line: Line) -> bytes:
    data = json.dumps(line, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(data), data)


def _decoded(data: bytes) -> Iterator[tuple[Line, int]]:
    """Each whole row, and where it ends; a damaged one between others is passed over."""
    end = 0
    while (newline := data.find(b"\n", end)) >= 0:
        checksum, _, encoded = data[end:newline].partition(b" ")
        end = newline + 1
        if checksum == b"%08x" % zlib.crc32(encoded):
            yield json.loads(encoded), end
