"""Prints how well judged questions are answered, by kind: python -m tests.quality [FOLDER] [--misses]

FOLDER holds dev_queries.jsonl and dev_quotes.jsonl (see CONTRIBUTING.md for their form). A hit is the right card, or
for a quote the right words; a false answer is a wrong card given as certain, or any card where none is right.
"""

import asyncio
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from bot.asklog import MemoryAskLog
from bot.config import Config
from bot.desk import BriefingDesk, load_deck
from bot.model import Abstained, Found

DEFAULT = Path(__file__).parents[2] / "shared" / "editorial"
SHOW_MISSES = "--misses" in sys.argv

Row = dict[str, Any]
Tally = dict[str, list[int]]


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def cards(desk: BriefingDesk, rows: list[Row]) -> None:
    """hit@1, hit@3 over the cards found or offered; clear = right and given as certain; wrong = wrong and certain."""
    tally: Tally = defaultdict(lambda: [0, 0, 0, 0, 0])
    for row in rows:
        answer = await desk.ask(row["q"])
        listed = [] if isinstance(answer, Abstained) else [match.card.id for match in answer.matches]
        right = set(row.get("topics") or [row["topic"]]) - {None}
        certain = isinstance(answer, Found)
        hit = bool(right & set(listed[:1]))
        for kind in (row["kind"], "all with a card" if right else "all without a card"):
            counts = tally[kind]
            counts[0] += 1
            counts[1] += hit
            counts[2] += bool(right & set(listed[:3]))
            counts[3] += certain and hit
            counts[4] += certain and not hit
        if SHOW_MISSES and ((certain and not hit) or (right and not hit)):
            print(f"  {row['kind']:12} {row['q'][:60]!r}: {sorted(right)} got {'!' if certain else ''}{listed[:4]}")
    print(f"{'questions':20} {'n':>4} {'hit@1':>6} {'hit@3':>6} {'clear':>6} {'false':>6}")
    for kind, (n, first, third, sure, wrong) in tally.items():
        print(f"{kind:20} {n:4} {first:6} {third:6} {sure:6} {wrong:6}")


async def quotes(desk: BriefingDesk, rows: list[Row]) -> None:
    tally: Tally = defaultdict(lambda: [0, 0])
    for row in rows:
        found = await desk.quote(row["q"])
        hit = bool(found) and row["gold_quote"] in found[0].passage.text
        for kind in (row["note"], "all quotes"):
            tally[kind][0] += 1
            tally[kind][1] += hit
        if SHOW_MISSES and not hit:
            print(f"  {row['q']!r}: {row['gold_quote']!r}")
    print(f"\n{'quotes':20} {'n':>4} {'hit@1':>6}")
    for kind, (n, hits) in tally.items():
        print(f"{kind:20} {n:4} {hits:6}")


async def main() -> None:
    folder = Path(next((word for word in sys.argv[1:] if not word.startswith("--")), DEFAULT))
    if not (folder / "dev_queries.jsonl").exists():
        print(f"No judged questions in {folder}: nothing to measure.")
        return
    desk = BriefingDesk(load_deck(Config()), MemoryAskLog())
    await cards(desk, read(folder / "dev_queries.jsonl"))
    await quotes(desk, read(folder / "dev_quotes.jsonl"))


if __name__ == "__main__":
    asyncio.run(main())
