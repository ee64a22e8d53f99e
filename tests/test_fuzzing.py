"""Every parser under a few hundred odd examples, the same ones each time; then those that once broke a parser.

`python -m tests.fuzz` is the long run, with examples that nobody saw before.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.conftest import CARD, DOCUMENT
from tests.fuzz.strategies import META, Raw, Surroundings, Thing, bombed
from tests.fuzz.targets import TARGETS, Bench, Hang, Target, limited

BY_NAME = {target.name: target for target in TARGETS}


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_whatever_a_parser_is_given_is_a_value_or_a_problem(target: Target, tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    @settings(
        max_examples=target.few,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.given)
    def each(example: object) -> None:
        target.run(bench, example)

    each()


def test_a_parser_that_comes_to_no_end_is_a_crash() -> None:
    with pytest.raises(Hang):
        for_ever(0.05)


def for_ever(seconds: float) -> None:
    with limited(seconds):
        while True:
            pass


def card_with(old: str, new: str) -> bytes:
    assert old in CARD
    return CARD.replace(old, new, 1).encode()


def memo_with(old: str, new: str) -> bytes:
    memo = DOCUMENT.format(sha="0" * 64)
    assert old in memo
    return memo.replace(old, new, 1).encode()


NINE = ", ".join(f"&a{i} [{', '.join([f'*a{i - 1}' if i else 'x'] * 9)}]" for i in range(30))
MANY = "a, " * 5_000
TEXT = "The bridge was built in 1901. It fell down twice.\n"


@pytest.mark.parametrize(
    ("name", "example"),
    [
        # Each of these is short to write, and was endless, or without bound, to read.
        ("card", bombed(CARD, "status", f"[{NINE}]").encode()),
        ("card", bombed(CARD, "as_of", f"[{NINE}]").encode()),
        ("card", card_with("cites: [built]", f"cites: [{MANY}a]")),
        ("card", card_with("covers: {memo: [3]}", f"distinguish_from: [{MANY}a]")),
        ("card", card_with("aliases: [old crossing, toll bridge]", f"aliases: [{'[], ' * 8_000}[]]")),
        ("card", card_with("exact: The bridge was built in 1901.", f"exact: {'x y z w ' * 7_000}")),
        ("card", card_with("exact: The bridge was built in 1901.", f"exact: {'a the ' * 240}")),
        ("glossary, timeline, start", ("start.yaml", f"cards: [{MANY * 10}a]\n".encode())),
        ("glossary, timeline, start", ("glossary.yaml", f"terms: [{'{}, ' * 10_000}{{}}]\n".encode())),
        ("document", memo_with(TEXT, f"{' ' * 900_000}\n{TEXT}")),
        ("document", memo_with(TEXT, "a\n\n" * 100_000)),
        ("document", memo_with(TEXT, "## a\n\n" * 50_000)),
        ("document", memo_with(TEXT, f"{'.' * 900_000}\n")),
        ("text", "." * 400_000),
        ("text", "Dr. " * 100_000),
        ("text", "A." * 200_000),
        ("text", "! " * 200_000),
        # Names that no file can have, and folders without end.
        ("configuration", Surroundings(b'briefs: "a\\0b"\n')),
        ("configuration", Surroundings(None, {"BRIEFBOT_CONFIG": "\udcff\udcfe"})),
        ("importer", Raw(b"A memo\n\nText.\n", META.encode(), "a\0b")),
        ("importer", Raw(b"A memo\n\nText.\n", META.encode(), "../memo")),
        (
            "folder",
            [Thing("works/loop", "link", "."), Thing("works/more", "link", ".."), Thing("deep/x", "link", "..")],
        ),
        # Places that were not in the file.
        ("yaml", "a: b\u2028c: [\n"),
        ("yaml", "a: \x85\x85\x85[\n"),
        ("yaml", "a: b\rc: [\r"),
        ("card", b"\xef\xbb\xbfid: \xff"),
        ("card", "é".encode() * 30 + b"\xff"),
        ("card", b"title: \xef\xbf\xbe\n"),
        ("front matter", b"---\n---\n"),
        # What a terminal would obey.
        ("yaml", 'a: "\\e[2J\\0\\r"\n'),
        ("front matter", memo_with("title: A memo", 'title: "\\x1e"')),
        ("configuration", Surroundings(None, {"BRIEFBOT_SHARDS": "\x8c"})),
        # A paragraph that ended before it began.
        ("document", memo_with(TEXT, f"- \n\n{TEXT}")),
        # Read back as something else than it was.
        ("importer", Raw(b"A memo\r\r\n\r\r\nText.\r\r\nMore.\n", META.encode(), "memo")),
        ("custom_id", "briefbot:why:x٣:nato"),
        ("card", card_with("as_of: 2026-01-01", "as_of: 1700006400")),
    ],
)
def test_what_once_broke_a_parser_breaks_none(name: str, example: object, tmp_path: Path) -> None:
    BY_NAME[name].run(Bench(tmp_path), example)
