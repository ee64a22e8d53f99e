"""Memory of the C library is kept together and given back."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="only Linux tells")  # noqa: PTH110

GIVEN_BACK = """
from pathlib import Path
from bot.hosting.allocator import give_back

def pages():
    return int(Path("/proc/self/statm").read_text().split()[1])

blocks = [b"x" * 60_000 for _ in range(1_000)]
last = b"x" * 60_000
del blocks
before = pages()
give_back()
assert (before - pages()) * 4_096 > 50_000_000
"""
TOGETHER = """
import threading
from pathlib import Path
from bot.hosting.allocator import keep_together

keep_together()
taken = []
thread = threading.Thread(target=lambda: taken.append(bytes(60_000)))
thread.start()
thread.join()
(heap,) = [line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith("[heap]")]
start, end = (int(address, 16) for address in heap.split()[0].split("-"))
assert start < id(taken[0]) < end
"""


@pytest.mark.parametrize("claim", [GIVEN_BACK, TOGETHER], ids=["given back", "kept together"])
def test_what_is_free_goes_back_and_threads_share_one_place(claim: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", claim], env=environment, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_stays_is_not_looked_through_again_and_what_goes_is_let_go() -> None:
    """In a process of its own: it would change how this one collects."""
    settled = """
import gc
import weakref
from bot.hosting.allocator import settle

class Deck:
    pass

def made():
    deck = Deck()
    deck.itself = deck
    return deck

before = made()
settle()
assert gc.get_freeze_count() > 1_000
assert not any(isinstance(kept, Deck) for kept in gc.get_objects())
gone = weakref.ref(before)
del before
after = made()
settle()
assert gone() is None, "a deck of before goes when the next one has come"
assert after.itself is after
"""
    subprocess.run([sys.executable, "-c", settled], cwd=ROOT, check=True)
