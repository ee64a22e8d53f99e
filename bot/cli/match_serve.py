"""The matcher over JSON lines, so that any benchmark can drive it. One answer a line, in order."""

import json
from typing import Any, TextIO

from bot.matching import CardIndex, Entry
from bot.model import Found


def serve(requests: TextIO, replies: TextIO) -> None:
    """First line {"cards": [{"id", "title", "aliases", "text"}]}, then questions until the end of input."""
    cards = json.loads(requests.readline())["cards"]
    index = CardIndex(_entry(card) for card in cards)
    _reply(replies, {"ready": True})
    for line in requests:
        if line.strip():
            _reply(replies, _hits(index, json.loads(line)))


def _entry(card: dict[str, Any]) -> Entry[str]:
    return Entry(card["id"], (card["title"], *(card.get("aliases") or ())), card.get("text") or "")


def _hits(index: CardIndex[str], asked: dict[str, Any]) -> dict[str, Any]:
    question, k = asked["q"], max(asked.get("k", 10), 0)
    if asked.get("complete"):
        found = index.complete(question, k)
        return {
            "hits": [{"id": card, "score": 1 - place / (k + 1)} for place, card in enumerate(found)],
            "answer": None,
        }
    answer, ranked = index.judge(question, k)
    hits = [{"id": match.card, "score": match.score} for match in ranked]
    return {"hits": hits, "answer": answer.match.card if isinstance(answer, Found) else None}


def _reply(replies: TextIO, data: dict[str, Any]) -> None:
    replies.write(json.dumps(data) + "\n")
    replies.flush()
