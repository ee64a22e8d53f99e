"""What is promised of whatever loads, and of the problems of whatever does not."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from bot.corpus import in_full, neighbours, shown
from bot.interactions.pages.card import card as card_page
from bot.interactions.subjects import CardTab, Tab
from bot.model import BriefingCard, Document, Passage, Problem
from bot.text import one_spaced, printable

MANY = 1_000
"""Problems that are looked at from either end, where a file has more."""
TODAY = date(2026, 6, 1)


def held_problems(problems: list[Problem], folder: Path) -> None:
    """Each problem says what and what to do, at a place that is there, in words that a terminal can print."""
    lines: dict[Path, list[str]] = {}
    for problem in [*problems[:MANY], *problems[MANY:][-MANY:]]:
        assert re.fullmatch(r"[a-z0-9-]+", problem.code)
        assert problem.message.strip()
        assert problem.hint.strip()
        printable(str(problem)).encode()
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]", problem.message + problem.hint)
        origin = problem.origin
        if origin.line == 0:
            assert re.fullmatch(r"BRIEFBOT_[A-Z_]*", str(origin.path))
            continue
        assert origin.path == folder or folder in origin.path.parents
        if origin.path.is_file() and (origin.line, origin.column) != (1, 1):
            there = lines.setdefault(origin.path, lines.get(origin.path) or _lines(origin.path))
            assert 1 <= origin.line <= len(there)
            assert 1 <= origin.column <= len(there[origin.line - 1]) + 1


def _lines(path: Path) -> list[str]:
    raw = path.read_bytes().decode("utf-8-sig", "replace")
    return raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def held_address(address: str | None) -> None:
    if address is not None:
        parts = urlsplit(address)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert "@" not in parts.netloc
        assert address.isprintable()
        assert not set(address) & set(' <>()"\\')


def held_passage(passage: Passage) -> None:
    position = passage.position
    assert passage.text
    assert passage.text == passage.document.text[position.start : position.end]
    assert passage.paragraph in passage.document.paragraphs
    assert passage.paragraph.start <= position.start < position.end <= passage.paragraph.end
    assert one_spaced(passage.text) in one_spaced(in_full(passage).text)
    assert shown(passage)
    neighbours(passage)


def held_document(document: Document) -> None:
    held_address(document.url)
    assert re.fullmatch(r"[0-9a-f]{6}", document.version)
    found = document.paragraphs
    assert found
    assert [paragraph.number for paragraph in found] == list(range(1, len(found) + 1))
    end = 0
    for paragraph in found:
        assert end <= paragraph.start < paragraph.end <= len(document.text)
        assert document.text[paragraph.start : paragraph.end].strip()
        end = paragraph.end


def held_card(card: BriefingCard, text: str) -> None:
    """A card that loads says what its file says, quotes its documents, and fits a message."""
    said = {one_spaced(entry["exact"]) for entry in yaml.load(text, Loader=yaml.BaseLoader)["quotes"]}
    for passage in card.quotes:
        held_passage(passage)
        assert one_spaced(passage.text) in said
    for note in card.editors_notes:
        for reference in note.references:
            held_address(reference.url)
    assert card.as_of.isoformat() in text
    for tab in Tab:
        card_page(card, CardTab(card=card.id, version=card.version, tab=tab), TODAY)
