"""Which files of a folder are its own: none to which a link leads out of it."""

import os
from pathlib import Path

from bot.model import Origin, Problem


def real(path: Path) -> Path:
    """Where a path leads through all links, whether something is there or not."""
    return Path(os.path.realpath(path))


def leads_out(path: Path, folder: Path) -> Problem | None:
    """The problem of a path in a folder that leads out of it. The folder itself may be a link."""
    if real(path).is_relative_to(real(folder)):
        return None
    hint = f"put what it leads to into {folder} itself, or remove the link"
    return Problem(code="outside", message="is a link that leaves its folder", hint=hint, origin=Origin(path=path))
