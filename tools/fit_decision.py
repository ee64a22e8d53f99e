"""Fits the weights of bot/matching/decision.toml: python -m tools.fit_decision FOLDER [--write]

FOLDER holds tasks, one folder each, with cards*.jsonl ({"id", "title", "aliases", "text"} a line) and queries.jsonl
({"q", "q_typo", "q_frag", "gold": [ids] or null} a line). From each task several decks are made: fewer cards, whose
questions then have no answer, and fewer names. To these comes our own deck, its names held out as questions.
Prints, for each task left out in turn, how far one setting is from the best threshold in hindsight; then the weights,
or with --write puts them into the file.
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from bot.cards import load_cards
from bot.config import Config
from bot.corpus import load_corpus
from bot.matching.decision import Signs, reviewed
from bot.matching.evidence import Cards
from bot.text import tokens

DECKS = 5
QUESTIONS = 250
KINDS = ("q", "q_typo", "q_frag")
PENALTY = 0.1
FILE = Path(__file__).parents[1] / "bot" / "matching" / "decision.toml"
HEAD = """\
# When the best card is the answer, and when it is worth offering. Made by tools/fit_decision.py, which keeps the
# two thresholds as they stand: `answer` is a little below the best one that it prints, for the look-alike guard holds
# back more. What each sign is stands in decision.py.
"""

Card = dict[str, Any]
Asked = tuple[str, frozenset[str]]


@dataclass
class Sample:
    """Questions put to one deck: figures, whether the best card is right, whether there is a right one."""

    task: str
    signs: np.ndarray
    right: np.ndarray
    inside: np.ndarray


def decks(folder: Path, task: str) -> Iterator[tuple[list[Card], list[Asked]]]:
    dice = random.Random(task)
    rows = [json.loads(line) for line in (folder / task / "queries.jsonl").read_text("utf-8").splitlines()]
    for path in sorted((folder / task).glob("cards*.jsonl")):
        cards = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for turn in range(DECKS):
            kept = cards if not turn else dice.sample(cards, max(int(len(cards) * dice.uniform(0.3, 0.9)), 5))
            most = 99 if not turn else dice.choice([0, 1, 3, 6, 99])
            deck = [{**card, "aliases": card["aliases"][:most]} for card in kept]
            asked = dice.sample(rows, min(len(rows), 3 * QUESTIONS))
            yield (
                deck,
                [(row[dice.choice(KINDS[: 2 if not turn else 3])], frozenset(row["gold"] or ())) for row in asked],
            )


def own_decks() -> Iterator[tuple[list[Card], list[Asked]]]:
    """Our deck with a third of its cards and a third of the names of the others held out."""
    config = Config()
    cards, _ = load_cards(config.briefs, load_corpus(config.corpus)[0])
    dice = random.Random(60)
    for _ in range(DECKS):
        kept = set(dice.sample([card.id for card in cards], 2 * len(cards) // 3))
        deck: list[Card] = []
        asked: list[Asked] = []
        for card in cards:
            names = [*card.aliases, *card.questions]
            dice.shuffle(names)
            held = names[: len(names) // 3] if card.id in kept else [card.title, *names]
            asked.extend((_slip(name, dice), frozenset({card.id})) for name in held)
            if card.id in kept:
                text = "\n".join((card.bottom_line, *(passage.text for passage in card.quotes)))
                deck.append({"id": card.id, "title": card.title, "aliases": names[len(held) :], "text": text})
        yield deck, dice.sample(asked, min(len(asked), 3 * QUESTIONS))


def _slip(name: str, dice: random.Random) -> str:
    """A name as it may be typed: half of them with a letter left out."""
    at = dice.randrange(len(name))
    return name[:at] + name[at + 1 :] if dice.random() < 0.5 else name


def sample(task: str, deck: list[Card], asked: list[Asked]) -> Sample:
    ids = [card["id"] for card in deck]
    names = [(number, tokens(name)) for number, card in enumerate(deck) for name in (card["title"], *card["aliases"])]
    cards = Cards(
        (words for _, words in names), [number for number, _ in names], [tokens(card["text"]) for card in deck]
    )
    inside = [one for one in asked if one[1] & set(ids)][:QUESTIONS]
    outside = [one for one in asked if not one[1] & set(ids)][:QUESTIONS]
    signs, right = [], []
    for question, gold in inside + outside:
        evidence = cards.evidence(cards.lexicon.terms(tokens(question)))
        best = int(evidence.scores().argmax())
        signs.append(cards.signs(evidence, best).figures)
        right.append(ids[best] in gold)
    return Sample(task, np.array(signs), np.array(right), np.arange(len(signs)) < len(inside))


def fit(samples: list[Sample]) -> tuple[np.ndarray, float]:
    """Weights and bias of a logistic regression by Newton's method; each deck, and each half of it, weighs the same."""
    x = np.vstack([one.signs for one in samples])
    scale = x.std(0) + 1e-9
    design = np.hstack([x / scale, np.ones((len(x), 1))])
    y = np.concatenate([one.right for one in samples]).astype(float)
    weight = np.concatenate(
        [np.where(one.inside, 1 / max(one.inside.sum(), 1), 1 / max((~one.inside).sum(), 1)) for one in samples]
    )
    weight /= weight.mean()
    penalty = PENALTY * len(x) * np.diag([*[1.0] * x.shape[1], 0.0]) / 10
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (weight * (p - y)) + penalty @ beta
        curve = (design * (weight * p * (1 - p))[:, None]).T @ design + penalty
        beta -= np.linalg.solve(curve, slope)
    return beta[:-1] / scale, float(beta[-1])


def joint(one: Sample, p: np.ndarray, threshold: float) -> float:
    """Mean of: answered and right where there is an answer, refused where there is none."""
    answered = p >= threshold
    return 0.5 * float((answered & one.right)[one.inside].mean()) + 0.5 * float((~answered)[~one.inside].mean())


def confidence(one: Sample, weights: np.ndarray, bias: float) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-(one.signs @ weights + bias))))


def threshold(samples: list[Sample], weights: np.ndarray, bias: float) -> float:
    candidates = np.linspace(0.1, 0.9, 81)
    scores = [[joint(one, confidence(one, weights, bias), t) for t in candidates] for one in samples]
    return float(candidates[np.mean(scores, 0).argmax()])


def left_out(samples: list[Sample]) -> None:
    print(f"{'left out':22} {'answered and right at 10 % false':>34} {'best':>7} {'own':>7}")
    rows = []
    for task in dict.fromkeys(one.task for one in samples):
        rest = [one for one in samples if one.task != task]
        weights, bias = fit(rest)
        cut = threshold(rest, weights, bias)
        figures = []
        for one in (one for one in samples if one.task == task):
            p = confidence(one, weights, bias)
            best = max(joint(one, p, t) for t in np.unique(p))
            outside = np.sort(p[~one.inside])[::-1]
            at_ten = (one.right & (p > outside[int(0.1 * len(outside))]))[one.inside].mean()
            figures.append((at_ten, best, joint(one, p, cut)))
        rows.append(np.mean(figures, 0))
        print(f"{task:22} {100 * rows[-1][0]:34.1f} {100 * rows[-1][1]:7.1f} {100 * rows[-1][2]:7.1f}")
    mean = 100 * np.mean(rows, 0)
    print(f"{'mean':22} {mean[0]:34.1f} {mean[1]:7.1f} {mean[2]:7.1f}")


def main() -> None:
    folder = next((Path(word) for word in sys.argv[1:] if not word.startswith("--")), None)
    if folder is None or not folder.is_dir():
        raise SystemExit("Give the folder of the tasks: python -m tools.fit_decision FOLDER [--write]")
    samples = []
    for task in sorted(path.name for path in folder.iterdir() if (path / "queries.jsonl").exists()):
        samples += [sample(task, *deck) for deck in decks(folder, task)]
        print(f"{task}: {len(samples)} decks so far", file=sys.stderr)
    samples += [sample("our own", *deck) for deck in own_decks()]
    left_out(samples)
    weights, bias = fit(samples)
    print(f"\nbest threshold over all decks, without the guard: {threshold(samples, weights, bias):.2f}")
    lines = [f"{field.name} = {value:.3f}" for field, value in zip(fields(Signs), weights, strict=True)]
    kept = reviewed()
    text = "\n".join(
        (HEAD, f"bias = {bias:.3f}", f"answer = {kept.answer}", f"offer = {kept.offer}", "", "[weights]", *lines, "")
    )
    if "--write" in sys.argv:
        FILE.write_text(text, encoding="utf-8")
    else:
        print(f"\n{text}")


if __name__ == "__main__":
    main()
