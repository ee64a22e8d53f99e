"""Prints how well judged questions are answered, by kind: python -m tests.quality [FOLDER] [--misses]

Reads tests/judged/cards.jsonl and quotes.jsonl; or, of FOLDER, dev_queries.jsonl and dev_quotes.jsonl (see
CONTRIBUTING.md for their form). A hit is the right card, or for a quote the right words; a false answer is a wrong
card given as certain, or any card where none is right.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.desk import Deck, load_deck
from bot.model import Abstained, Found

JUDGED = Path(__file__).parent / "judged"


@dataclass(frozen=True, slots=True)
class Judged:
    """One question, what would be right, and what came."""

    question: str
    kind: str
    right: frozenset[str]
    listed: tuple[str, ...]
    certain: bool

    @property
    def hit(self) -> bool:
        return bool(self.right & set(self.listed[:1]))

    @property
    def false(self) -> bool:
        return self.certain and not self.hit


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judge_cards(deck: Deck, rows: list[dict[str, Any]]) -> Iterator[Judged]:
    for row in rows:
        answer = deck.index.answer(row["q"])
        listed = () if isinstance(answer, Abstained) else tuple(match.card.id for match in answer.matches)
        right = frozenset(row.get("topics") or ([row["topic"]] if row.get("topic") else []))
        yield Judged(row["q"], row["kind"], right, listed, isinstance(answer, Found))


def judge_quotes(deck: Deck, rows: list[dict[str, Any]]) -> Iterator[tuple[str, str, bool]]:
    """For each misremembered quote: its words, its kind, and whether the sentence found first holds the real one."""
    for row in rows:
        found = deck.passages.search(row["q"])
        quote = row.get("quote") or row["gold_quote"]
        yield row["q"], row.get("note") or row["kind"], bool(found) and quote in found[0].passage.text


def print_cards(judged: list[Judged], misses: bool) -> None:
    kinds: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        kinds[one.kind].append(one)
        kinds["all with a card" if one.right else "all without a card"].append(one)
        if misses and (one.false or (one.right and not one.hit)):
            certain = "!" if one.certain else ""
            print(f"  {one.kind:12} {one.question[:60]!r}: {sorted(one.right)} got {certain}{list(one.listed[:4])}")
    print(f"{'questions':20} {'n':>4} {'hit@1':>6} {'hit@3':>6} {'clear':>6} {'false':>6}")
    for kind, rows in kinds.items():
        first = sum(one.hit for one in rows)
        third = sum(bool(one.right & set(one.listed[:3])) for one in rows)
        clear = sum(one.certain and one.hit for one in rows)
        print(f"{kind:20} {len(rows):4} {first:6} {third:6} {clear:6} {sum(one.false for one in rows):6}")


def print_quotes(judged: list[tuple[str, str, bool]], misses: bool) -> None:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for question, kind, hit in judged:
        kinds[kind].append(hit)
        kinds["all quotes"].append(hit)
        if misses and not hit:
            print(f"  {kind:12} {question!r}")
    print(f"\n{'quotes':20} {'n':>4} {'hit@1':>6}")
    for kind, hits in kinds.items():
        print(f"{kind:20} {len(hits):4} {sum(hits):6}")


def main() -> None:
    folder = next((Path(word) for word in sys.argv[1:] if not word.startswith("--")), None)
    cards = folder / "dev_queries.jsonl" if folder else JUDGED / "cards.jsonl"
    quotes = folder / "dev_quotes.jsonl" if folder else JUDGED / "quotes.jsonl"
    if not cards.exists():
        print(f"No judged questions in {cards.parent}: nothing to measure.")
        return
    deck = load_deck(Config())
    print_cards(list(judge_cards(deck, read(cards))), "--misses" in sys.argv)
    print_quotes(list(judge_quotes(deck, read(quotes))), "--misses" in sys.argv)


if __name__ == "__main__":
    main()
