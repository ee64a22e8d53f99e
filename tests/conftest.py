"""The real deck, loaded once, and small worlds of a document and a card made for one test."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cards import load_cards
from bot.config import Config
from bot.corpus import load_corpus
from bot.desk import Deck, load_deck
from bot.model import BriefingCard, Corpus, Problem

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

DOCUMENT = """\
---
id: memo
title: A memo
author: A. Writer
publisher: The Office
published: {{value: 2020-05, shown: May 2020, inferred: false, basis: stated}}
kind: memo
standing: memo by a clerk
sha256: {sha}
---
# A memo

The bridge was built in 1901. It fell down twice.

## Repairs

The bridge was mended, and mended again, and in the end it was left alone.

The council said that it “had no money” for a third bridge.
"""

CARD = """\
id: bridge
title: The bridge
category: Works
status: published
as_of: 2026-01-01
review_by: 2027-01-01
aliases: [old crossing, toll bridge]
questions: ["when was the bridge built?"]
bottom_line: The memo says the bridge fell down twice and was left alone.
key_points:
  - text: The memo dates the bridge to 1901.
    cites: [built]
  - text: It says the bridge was left alone in the end.
    cites: [alone]
quotes:
  - id: built
    document: memo
    exact: The bridge was built in 1901.
  - id: alone
    document: memo
    exact: in the end it was left alone
positions:
  - holder: A. Writer
    stance: says that the bridge was left alone.
    cites: [alone]
covers: {memo: [3]}
"""


@dataclass
class World:
    """Folders of documents and cards on disk, and what loading them gives."""

    folder: Path

    @property
    def config(self) -> Config:
        return Config(briefs=self.folder / "briefs", corpus=self.folder / "corpus")

    def document(self, text: str, name: str = "memo") -> None:
        self._write(self.folder / "corpus" / f"{name}.md", text.format(sha="0" * 64))

    def card(self, text: str, name: str = "bridge", category: str = "works") -> Path:
        return self._write(self.folder / "briefs" / category / f"{name}.yaml", text)

    def load(self) -> tuple[tuple[BriefingCard, ...], list[Problem]]:
        corpus, problems = load_corpus(self.config.corpus)
        cards, found = load_cards(self.config.briefs, corpus)
        return cards, problems + found

    @staticmethod
    def _write(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One memo and one card about it, both in order."""
    made = World(tmp_path)
    made.document(DOCUMENT)
    made.card(CARD)
    return made


@pytest.fixture(scope="session")
def deck() -> Deck:
    """The deck of this repository."""
    return load_deck(Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    found, problems = load_corpus(ROOT / "corpus")
    assert problems == []
    return found


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """A file beside the repository; the test is skipped where it is not there."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"{name} is not beside this repository")
        return path

    return find
