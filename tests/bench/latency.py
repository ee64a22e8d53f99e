"""Prints what a question costs, from 100 to 100,000 names, beside rapidfuzz's WRatio over the same names in the same run.

    python -m tests.bench.latency [MOST]

Names are three to eight words of the corpus, ten to a card; questions are names with one letter left out. Then what
the strangest of questions cost on our own deck.
"""

import gc
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from bot.config import Config
from bot.desk import load_deck
from bot.matching import CardIndex, Entry

SIZES = (100, 1_000, 10_000, 100_000)
QUESTIONS, RIVAL_QUESTIONS, TYPED = 200, 20, 12


def names(count: int) -> list[str]:
    dice = random.Random(7)
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(Path("corpus").glob("*.md")))
    words = sorted({word.lower() for word in re.findall(r"[A-Za-z]{3,}", text)})
    weights = [1 / (1 + place) for place in range(len(words))]
    dice.shuffle(words)
    return [" ".join(dice.choices(words, weights, k=dice.randint(3, 8))) for _ in range(count)]


def slips(known: list[str], count: int) -> Iterator[str]:
    dice = random.Random(11)
    for _ in range(count):
        name = dice.choice(known)
        at = dice.randrange(1, len(name) - 1)
        yield name[:at] + name[at + 1 :]


def milliseconds(call: Callable[[str], object], questions: list[str]) -> list[float]:
    """How long each call took, the shortest first."""
    took = []
    for question in questions:
        start = time.perf_counter()
        call(question)
        took.append(1_000 * (time.perf_counter() - start))
    return sorted(took)


def resident() -> float:
    """Megabytes of this process that are in memory now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def at(took: list[float], share: float) -> float:
    return took[min(int(share * len(took)), len(took) - 1)]


def growth(most: int) -> None:
    print(
        f"{'names':>8} {'build s':>8} {'MB':>6} {'p50 ms':>8} {'p99 ms':>8} {'typing p50':>11} {'WRatio p50':>11} {'times faster':>13}"
    )
    for size in (size for size in SIZES if size <= most):
        known = names(size)
        folded = [utils.default_process(name) for name in known]
        before = resident()
        start = time.perf_counter()
        index = CardIndex(Entry(place, tuple(known[place : place + 10])) for place in range(0, size, 10))
        built = time.perf_counter() - start
        held = resident() - before
        questions = list(slips(known, QUESTIONS))
        milliseconds(index.answer, questions[:5])
        own = milliseconds(index.answer, questions)
        typing = milliseconds(lambda text, index=index: index.complete(text[:TYPED]), questions)  # type: ignore[misc]
        rival = milliseconds(
            lambda text, folded=folded: process.extract(
                utils.default_process(text), folded, scorer=fuzz.WRatio, limit=50
            ),  # type: ignore[misc]
            questions[:RIVAL_QUESTIONS],
        )
        print(
            f"{size:8,} {built:8.2f} {held:6.0f} {at(own, 0.5):8.2f} {at(own, 0.99):8.2f} {at(typing, 0.5):11.2f} "
            f"{at(rival, 0.5):11.2f} {at(rival, 0.5) / at(own, 0.5):13.1f}"
        )


def strange() -> None:
    deck = load_deck(Config())
    texts = {
        "6,000 letters without a blank": "x" * 6_000,
        "6,000 Cyrillic letters": "и " * 3_000,
        "6,000 Han characters": "制裁" * 3_000,
        "6,000 combining accents": "e\u0301" * 3_000,
        "6,000 characters of names": "nato enlargement " * 350,
        "a paragraph, letters swapped": re.sub(r"(\w)(\w)", r"\2\1", " ".join(names(120)))[:6_000],
        "6,000 digits": "9" * 6_000,
    }
    print(f"\n{'milliseconds on our own deck':32} {'answer':>8} {'complete':>9} {'search':>8} {'verify':>8}")
    for name, text in texts.items():
        calls: tuple[Callable[[str], object], ...] = (
            deck.index.answer, deck.index.complete, deck.passages.search, deck.passages.verify,
        )  # fmt: skip
        took = [milliseconds(call, [text] * 5)[2] for call in calls]
        print(f"{name:32} {took[0]:8.1f} {took[1]:9.1f} {took[2]:8.1f} {took[3]:8.1f}")


if __name__ == "__main__":
    growth(int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1])
    strange()
