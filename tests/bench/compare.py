"""Prints our matcher beside others on public data, in one run: python -m tests.bench.compare FOLDER [--peers PYTHON]

FOLDER holds a benchmark runner, run.py, that drives a program over the JSON lines of `python -m bot match-serve`, and
its data. PYTHON is an interpreter that has the other matchers (bm25s, scikit-learn, rapidfuzz, PyStemmer); this one by
default.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WORDS, LETTERS, FUZZY, OURS = "bm25s_card", "tfidf_char", "rf_wratio", "subject"
Figures = dict[str, Any]


def run(folder: Path, peers: str, *extra: str) -> Figures:
    """What the runner found, by system and kind of run."""
    shim = f"env PYTHONPATH={ROOT} BRIEFBOT_CONFIG= {sys.executable} -m bot match-serve"
    with tempfile.TemporaryDirectory() as made:
        out = Path(made) / "figures.json"
        command = [peers, str(folder / "run.py"), "--subject", shim, "--out", str(out), *extra]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SUBJECT_ACK": "1"})
        found: Figures = json.loads(out.read_text(encoding="utf-8"))
        return found


def mean(figures: Figures, system: str, *path: str) -> float:
    """Of a figure over the tasks, times 100."""
    values = []
    for task in figures[f"{system}/dev"].values():
        for step in path:
            task = task.get(step, {})
        if isinstance(task, float | int):
            values.append(task)
    return 100 * sum(values) / len(values)


def quality(figures: Figures) -> None:
    def row(name: str, path: tuple[str, ...], rival: str) -> None:
        own, other = mean(figures, OURS, *path), mean(figures, rival, *path)
        fuzzy = mean(figures, FUZZY, *path)
        print(f"{name:44} {own:7.1f} {other:7.1f} ({rival:10}) {own / other:6.2f} {fuzzy:8.1f}")

    print(
        f"{'means over the tasks, in percent':44} {'ours':>7} {'best other, of words or letters':>20} {'ratio':>6} {'WRatio':>8}"
    )
    row("right first, clean", ("q", "hit1"), WORDS)
    row("right first, one or two typos", ("q_typo", "hit1"), LETTERS)
    row("right first, fragments", ("q_frag", "hit1"), WORDS)
    row("answered and right at 10 % false, clean", ("q", "correct_at_fa10"), LETTERS)
    row("answered and right at 10 % false, typos", ("q_typo", "correct_at_fa10"), LETTERS)
    best, own = mean(figures, OURS, "q", "joint"), mean(figures, OURS, "q", "own_joint")
    print(f"{'own decision against the best in hindsight':44} {own:7.1f} {best:7.1f}  behind by {best - own:.1f}")
    for name, kind, typed in (
        ("known name, 5 characters", "known", "5"),
        ("one slip, 10 characters", "known_typo", "10"),
    ):
        print(f"{'completion in the top 5: ' + name:50} {mean(figures, OURS, 'prefix', kind, typed):7.1f}")


def scale(figures: Figures) -> None:
    print(
        f"\n{'names':>8} {'ours p50 ms':>12} {'p99':>7} {'WRatio p50':>11} {'times faster':>13} {'build s':>8} {'MB':>6}"
    )
    for size, own in figures[f"{OURS}/scale"].items():
        rival = figures[f"{FUZZY}/scale"][size]["full"]["p50_ms"]
        p50, p99 = own["full"]["p50_ms"], own["full"]["p99_ms"]
        print(
            f"{int(size):8,} {p50:12.2f} {p99:7.2f} {rival:11.2f} {rival / p50:13.1f} {own['build_s']:8.2f} {own['rss_mb']:6.0f}"
        )


def main() -> None:
    words = sys.argv[1:]
    peers = words[words.index("--peers") + 1] if "--peers" in words else sys.executable
    if not words or not (Path(words[0]) / "run.py").exists():
        raise SystemExit("Give the folder of the benchmark: python -m tests.bench.compare FOLDER [--peers PYTHON]")
    folder = Path(words[0])
    steps: tuple[tuple[Callable[[Figures], None], tuple[str, ...]], ...] = (
        (quality, ("--systems", ",".join((WORDS, LETTERS, FUZZY)))),
        (scale, ("--scale", "--systems", FUZZY)),
    )
    for show, extra in steps:
        show(run(folder, peers, *extra))


if __name__ == "__main__":
    main()
