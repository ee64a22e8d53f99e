"""Fuzzes every parser for so many minutes: python -m tests.fuzz [MINUTES] [NAME …]

Each parser has its turn, round after round, with seeds that no run had before. Ends with 1 where there was a crash,
after the smallest example of it.
"""

import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisWarning

from tests.fuzz.targets import TARGETS, Bench, Target

ROUND = 200
"""Examples of one parser before the next has its turn."""
MEMORY = 2 << 30
"""Bytes: a parser that wants more gets a MemoryError, which is a crash."""
SHRINKING = 30
"""Seconds for making the example of a crash smaller."""
SILENCE = 30
"""Seconds between two lines where nobody watches."""


class Enough(BaseException):
    """Ends a round: the time is over, or what was found is small enough."""


@dataclass
class Run:
    """What came of one parser so far."""

    target: Target
    examples: int = 0
    seconds: float = 0.0
    crash: str = ""
    """The smallest example of a crash, and how it came about; empty where there was none."""
    smallest: int = 0

    def crashed(self, example: object) -> None:
        said = ascii(example)
        if not self.crash or len(said) < self.smallest:
            short = said if len(said) <= 4_000 else f"{said[:2_000]} … {said[-2_000:]}"
            self.crash, self.smallest = f"{traceback.format_exc(limit=-6)}smallest example: {short}", len(said)


def fuzz(run: Run, bench: Bench, until: float) -> None:
    """One round, or as much of it as there is time for."""
    crashed_at: list[float] = []

    @seed(random.SystemRandom().getrandbits(64))
    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    @given(run.target.given)
    def each(example: object) -> None:
        now = time.monotonic()
        if now > (crashed_at[0] + SHRINKING if crashed_at else until):
            raise Enough
        run.examples += 1
        try:
            run.target.run(bench, example)
        except BaseException:
            crashed_at[:] = crashed_at or [now]
            run.crashed(example)
            raise

    started = time.monotonic()
    try:
        each()
    except Enough:
        pass
    except Exception:
        # It is kept, with an example that Hypothesis made smaller.
        if not run.crash:
            raise
    run.seconds += time.monotonic() - started


def progress(runs: list[Run], left: float) -> str:
    counts = ", ".join(f"{run.target.name} {run.examples:,}{' CRASH' if run.crash else ''}" for run in runs)
    return f"{max(0, left):4.0f} s left: {counts}"


def table(runs: list[Run]) -> str:
    rows = [f"{'parser':28} {'examples':>10} {'seconds':>8}  crashes"]
    rows += [
        f"{run.target.name:28} {run.examples:>10,} {run.seconds:>8.1f}  {'1' if run.crash else 'none'}" for run in runs
    ]
    total = sum(run.examples for run in runs)
    return "\n".join([*rows, f"{'all':28} {total:>10,} {sum(run.seconds for run in runs):>8.1f}"])


def main(arguments: list[str]) -> int:
    minutes = float(arguments[0]) if arguments else 10.0
    warnings.simplefilter("ignore", HypothesisWarning)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    runs = [Run(target) for target in TARGETS if not arguments[1:] or target.name in arguments[1:]]
    started = told = time.monotonic()
    until = started + 60 * minutes
    with tempfile.TemporaryDirectory() as top:
        bench = Bench(Path(top))
        while time.monotonic() < until and (waiting := [run for run in runs if not run.crash]):
            # Whoever had least time is next, so that quick parsers do not wait for slow ones.
            run = min(waiting, key=lambda run: run.seconds)
            fuzz(run, bench, until)
            if run.crash:
                print(f"\n{run.target.name}: {run.crash}\n", flush=True)
            if sys.stdout.isatty():
                print(f"\r\x1b[K{progress(runs, until - time.monotonic())}", end="", flush=True)
            elif time.monotonic() - told > SILENCE:
                told = time.monotonic()
                print(progress(runs, until - told), flush=True)
    print(f"{chr(10) if sys.stdout.isatty() else ''}{table(runs)}")
    return 1 if any(run.crash for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
