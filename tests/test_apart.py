"""Reading a deck in a child process: it is the same deck, what is wrong comes through, and a child that fails costs
nothing but time.
"""

import os
import pickle
import subprocess
import sys
import threading

import pytest

from bot.config import Config
from bot.desk import ContentError, load_deck
from bot.desk.apart import load_apart
from tests.conftest import CARD, ROOT, Shelf

APART = """
import sys
from bot.config import Config
from bot.desk import ContentError, load_deck
from bot.desk.apart import load_apart
from bot.translation import catalogue
config = Config(briefs=sys.argv[1], corpus=sys.argv[2])
"""
SAME = """
questions = ("nato expantion", "south korea sanctions", "crimea and ukraine", "peace", "weather in lisbon")
apart, here = load_apart(config), load_deck(config)
assert (apart.cards, apart.corpus, apart.version) == (here.cards, here.corpus, here.version)
for question in questions:
    assert apart.index.answer(question) == here.index.answer(question)
    assert apart.index.complete(question[:4]) == here.index.complete(question[:4])
    assert apart.passages.search(question) == here.passages.search(question)
    assert apart.terms.rank(question) == here.terms.rank(question)
"""
IDENTICAL = """
deck = load_apart(config)
assert all(quote.document is deck.corpus[quote.document.id] for card in deck.cards.values() for quote in card.quotes)
assert all(deck.index.answer(card.title).match.card is card for card in deck.cards.values())
"""
WITHOUT_LIBRARIES = """
load_apart(config)
assert catalogue("de").gettext("Share") == "Teilen"
assert "babel" not in sys.modules
"""
WITH_ALL_PROBLEMS = """
def problems(load):
    try:
        load(config)
    except ContentError as error:
        return error.problems, str(error)
assert problems(load_apart) == problems(load_deck) != None
assert len(problems(load_apart)[0]) == 2
"""
COPY_ENDS = """
import os
os.register_at_fork(after_in_child=lambda: os._exit(1))
assert load_apart(config).version == load_deck(config).version
"""
NO_COPY = """
import os
def refused():
    raise BlockingIOError(11, "Resource temporarily unavailable")
before, os.fork = set(os.listdir("/proc/self/fd")), refused
assert load_apart(config).version == load_deck(config).version
assert set(os.listdir("/proc/self/fd")) == before
"""
NOTHING_LEFT = """
import os
before = set(os.listdir("/proc/self/fd"))
load_apart(config)
assert set(os.listdir("/proc/self/fd")) == before
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    pass
else:
    raise AssertionError("a child is left")
"""


def holds(claim: str, config: Config) -> None:
    """Make sure of a claim in a process of one thread, which says nothing."""
    command = [sys.executable, "-c", APART + claim, str(config.briefs), str(config.corpus)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("claim", [SAME, IDENTICAL], ids=["equal", "of one piece"])
def test_a_deck_that_was_read_apart_is_the_deck(claim: str) -> None:
    holds(claim, Config(briefs=ROOT / "briefs", corpus=ROOT / "corpus"))


def test_whoever_has_the_deck_read_apart_does_without_the_library_of_catalogues(shelf: Shelf) -> None:
    holds(WITHOUT_LIBRARIES, shelf.config)


def test_every_problem_comes_through(shelf: Shelf) -> None:
    shelf.card(CARD.replace("bottom_line:", "bottom:"))
    shelf.card("id: [", name="other")
    with pytest.raises(ContentError) as raised:
        load_deck(shelf.config)
    assert len(raised.value.problems) == len(pickle.loads(pickle.dumps(raised.value)).problems) > 1
    holds(WITH_ALL_PROBLEMS.replace("== 2", f"== {len(raised.value.problems)}"), shelf.config)


@pytest.mark.parametrize("claim", [COPY_ENDS, NO_COPY], ids=["ends at once", "cannot be made"])
def test_where_a_child_fails_the_deck_is_read_without_it(shelf: Shelf, claim: str) -> None:
    holds(claim, shelf.config)


def test_nothing_is_left_of_the_child(shelf: Shelf) -> None:
    holds(NOTHING_LEFT, shelf.config)


def test_a_process_of_several_threads_reads_by_itself(shelf: Shelf) -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert load_apart(shelf.config).version == load_deck(shelf.config).version
    finally:
        over.set()
        thread.join()
