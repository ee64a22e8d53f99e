"""Where cards are looked for: briefs/<category>/<id>.yaml, and nowhere that a link leads out of the folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from bot.cards.companions import FILES
from bot.model import Origin, Problem
from bot.yamlfile import leads_out, nearest, real

MAX_CARDS = 10_000
MAX_DEPTH = 6
"""Folders inside one another that are looked into, to name what lies too deep for a card."""


def card_paths(folder: Path) -> tuple[list[Path], list[Problem]]:
    """The files of a folder that are cards: briefs/<category>/<id>.yaml. What looks like one elsewhere is a problem."""
    paths: list[Path] = []
    problems: list[Problem] = []
    try:
        for path in _files(folder, problems):
            if path.parent == folder and path.name in FILES:
                continue
            if path.parent.parent != folder or path.suffix != ".yaml":
                problems.append(_misplaced(path))
            elif outside := leads_out(path, folder):
                problems.append(outside)
            else:
                paths.append(path)
    except ValueError:
        # No folder can have such a name.
        problems.append(_unreadable(folder, "is not a folder"))
    if len(paths) > MAX_CARDS:
        hint = "check that it is the right folder"
        return [], [_problem(folder, "too-many", f"holds more than {MAX_CARDS:,} cards", hint)]
    if not paths and not problems:
        hint = "copy one and change it: see CONTRIBUTING.md"
        problems.append(_problem(folder, "no-cards", "holds no cards (*/*.yaml)", hint))
    return sorted(paths), problems


def _files(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Every YAML file below a folder, with its subfolders; what cannot be looked into goes to the problems."""

    def unreadable(error: OSError) -> None:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        problems.append(_unreadable(Path(error.filename), "is not a folder" if missing else "cannot be read"))

    seen = {real(folder)}
    for here, folders, names in os.walk(folder, onerror=unreadable, followlinks=True):
        yield from (Path(here) / name for name in sorted(names) if _is_yaml(name))
        folders[:] = [name for name in sorted(folders) if _looked_into(Path(here) / name, folder, seen, problems)]


def _looked_into(path: Path, folder: Path, seen: set[Path], problems: list[Problem]) -> bool:
    """Whether a subfolder is walked: not twice, not out of the folder, and not for ever."""
    if path.name.startswith("."):
        return False
    if outside := leads_out(path, folder):
        problems.append(outside)
    elif real(path) in seen:
        hint = "remove the link"
        problems.append(_problem(path, "linked-twice", "leads to a folder that is looked into already", hint))
    elif len(path.relative_to(folder).parts) > MAX_DEPTH:
        problems.append(_misplaced(path))
    else:
        seen.add(real(path))
        return True
    return False


def _is_yaml(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in (".yaml", ".yml")


def _problem(path: Path, code: str, message: str, hint: str) -> Problem:
    return Problem(code=code, message=message, hint=hint, origin=Origin(path=path))


def _unreadable(path: Path, reason: str) -> Problem:
    return _problem(path, "no-cards", reason, "name the cards' folder in the configuration, and check its permissions")


def _misplaced(path: Path) -> Problem:
    if path.suffix == ".yml":
        return _problem(path, "misplaced", "is not where a card is looked for", f"rename it to {path.stem}.yaml")
    guess = nearest(path.name.lower(), FILES)
    hint = f"rename it to {guess}" if guess else "cards are named briefs/<category>/<id>.yaml: move or rename it"
    return _problem(path, "misplaced", "is not where a card is looked for", hint)
