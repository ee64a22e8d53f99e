"""The words of a deck: how rare each is, and which of them a word that was typed may stand for."""

import math
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from bot.matching.letters import Letters
from bot.matching.places import NEVER_MISSPELT
from bot.matching.sparse import Floats, Ints, Sparse, counted
from bot.text import FUNCTION_WORDS, stem

LIGHT_WORDS = frozenset(
    map(
        stem,
        """happen work mean status latest recent news today current still story thing kind part way use used using make
        made take took go going come came people world country countries difference versus vs detail info information
        summary brief briefing background overview topic question answer issue matter change far back long ago first
        last next time year day place put keep set turn lot good bad big new old
        document documents source real really true right wrong fair important possible exactly""".split(),
    )
)
"""Stems that seldom tell one topic from another; they count, but little."""

FUNCTION, LIGHT = 0.3, 0.5
"""How much of its rarity a function word, or a light one, weighs when we ask how much of a question a card covers."""
AS_TYPED = 0.35
"""Weight that a misspelt word keeps beside its corrections."""
SURE = 5
"""Letters from which a slip leaves no doubt, where it leaves one reading."""
CANDIDATES, CORRECTIONS = 30, 3
"""Words of like letters that are looked at for a misspelt one, and how many of them it may stand for."""
SLIP, OTHER_INITIAL, SHARPNESS = 0.9, 0.75, 4
"""What a slip costs as a share of a word's letters; what a correction with another first letter is worth; and how much
likelier the likelier of several are."""
TWO_SLIPS, OPENING = 6, 3
"""Letters from which a word may have two slips; in one of just so many only behind letters that are right."""
BEGUN, FEW = 3, 4
"""Letters from which an unknown word is taken for the beginning of one, among so few words."""
UNFINISHED, ENDINGS = 0.75, 50
"""Weight of a word that an unfinished one may become, and how many of them are looked at."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question and what it may stand for.

    `stems` are of the deck, `spellings` what is compared letter by letter; each has a weight in 0..1. It is `known`
    where the deck has its stem, and not `sure` where it may stand for several words, or is too short to tell. `meant`
    is the likeliest correction. Without stems it is a stranger to the deck.
    """

    word: str
    stems: Mapping[int, float]
    spellings: Mapping[str, float]
    weight: float
    known: bool
    sure: bool
    meant: str | None = None

    @property
    def content(self) -> bool:
        return self.word not in FUNCTION_WORDS


class Lexicon:
    """Words of a deck, from its texts as token sequences. A word counts once in each."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self.ids: dict[str, int] = {}
        flat, starts = array("i"), array("q", [0])
        for text in texts:
            flat.extend([self.ids.setdefault(word, len(self.ids)) for word in text])
            starts.append(len(flat))
        self.flat: Ints = np.array(flat, np.int32)
        self.starts = np.array(starts, np.int64)
        self.words = list(self.ids)
        self._stem_ids: dict[str, int] = {}
        self.stem_of = np.array(
            [self._stem_ids.setdefault(stem(word), len(self._stem_ids)) for word in self.words], np.int32
        )
        self.size = len(starts) - 1
        self.unseen = math.log(1 + self.size) + 1
        self._set_rarity()
        self.letters = Letters(self.words)
        self._sorted = sorted(self.words)
        self._roots = list(self._stem_ids)
        self._synonyms = {
            root: [self._stem_ids[other] for other in sorted(held)]
            for root, others in _synonyms().items()
            if (held := others & self._stem_ids.keys())
        }
        self._short = [word for word in self._sorted if len(word) <= 3 and word.isalpha()]

    def text(self, row: int) -> Ints:
        """The numbers of the words of a text."""
        return self.flat[self.starts[row] : self.starts[row + 1]]

    @property
    def stems(self) -> int:
        """How many stems there are: they are numbered from 0."""
        return len(self._stem_ids)

    def _set_rarity(self) -> None:
        _, once, _ = counted(self._rows(), self.stem_of[self.flat], self.stems)
        self.rarity: Floats = np.log((1 + self.size) / (1 + np.bincount(once, minlength=self.stems))) + 1
        self.pairs = np.unique(self._pairs()[1])

    def _rows(self) -> Ints:
        """The text of each word."""
        return np.repeat(np.arange(self.size, dtype=np.int32), np.diff(self.starts))

    def _pairs(self) -> tuple[Ints, NDArray[np.int64]]:
        """Each two neighbouring stems inside one text: the text, and the two as one number."""
        rows, stems = self._rows(), self.stem_of[self.flat]
        inside = rows[1:] == rows[:-1]
        return rows[1:][inside], stems[:-1][inside].astype(np.int64) * self.stems + stems[1:][inside]

    def neighbours(self) -> Sparse:
        """The pairs of each text in order, by their place in `pairs`."""
        rows, pairs = self._pairs()
        starts = np.zeros(self.size + 1, np.int64)
        np.cumsum(np.bincount(rows, minlength=self.size), out=starts[1:])
        return Sparse(starts, np.searchsorted(self.pairs, pairs).astype(np.int32), np.zeros(0, np.float32))

    def pair(self, first: int, second: int) -> int | None:
        """The place in `pairs` of two stems side by side; None where they stand so nowhere in the deck."""
        pair = first * self.stems + second
        at = int(np.searchsorted(self.pairs, pair))
        return at if at < self.pairs.size and int(self.pairs[at]) == pair else None

    def in_a_row(self, words: Sequence[str]) -> bool:
        """Whether each two neighbours of some words are neighbours somewhere in the deck: else no text has them all."""
        stems = [self.stem(word) for word in words]
        return all(
            first is not None and second is not None and self.pair(first, second) is not None
            for first, second in pairwise(stems)
        )

    def stem(self, word: str) -> int | None:
        """The number of a word's stem; None where the deck has no such stem."""
        if (at := self.ids.get(word)) is not None:
            return int(self.stem_of[at])
        return self._stem_ids.get(stem(word))

    def _root(self, word: str) -> str:
        """A word's stem as it is spelled, looked up where the deck has the word: stemming takes longer."""
        at = self.ids.get(word)
        return stem(word) if at is None else self._roots[self.stem_of[at]]

    def stems_of(self, words: Iterable[str]) -> frozenset[int]:
        return frozenset(found for word in words if (found := self.stem(word)) is not None)

    def synonyms(self, stems: Iterable[int], strangers: Iterable[str]) -> set[int]:
        """Stems of the deck that mean nearly the same as some stems of it, or as words that it does not have."""
        roots = (*(self._roots[number] for number in stems), *map(stem, strangers))
        return {other for root in roots for other in self._synonyms.get(root, ())}

    def common(self, word: str) -> bool:
        """Whether a word is plain English, which is no name of anything."""
        root = self._root(word)
        return word in FUNCTION_WORDS or root in LIGHT_WORDS or root in _synonyms()

    # ------------------------------------------------------------ reading a question

    def terms(self, words: tuple[str, ...], *, unfinished: bool = False) -> tuple[Term, ...]:
        """The words of a question in order. Where it is `unfinished`, the last may go on."""
        sequence = self.rejoined(words)
        last = len(sequence) - 1
        return tuple(
            self.term(word, unfinished=unfinished and place == last, begun=last < FEW)
            for place, word in enumerate(sequence)
        )

    def term(self, word: str, *, unfinished: bool = False, begun: bool = False) -> Term:
        """One word and what it may stand for. An `unfinished` one may go on, one `begun` if it is no word as it is."""
        found = self.stem(word)
        if found is not None and not unfinished:
            return Term(word, {found: 1.0}, {word: 1.0}, self.weight(word, found), True, True)
        stems: dict[int, float] = {} if found is None else {found: 1.0}
        endings = self._endings(word) if unfinished or (begun and len(word) >= BEGUN) else []
        for number in self.stems_of(endings):
            stems.setdefault(number, UNFINISHED)
        spellings = {word: 1.0}
        meant = None
        if not stems and (corrections := self._corrections(word)):
            total = sum(likely**SHARPNESS for likely, _ in corrections)
            shares = {known: likely * likely**SHARPNESS / total for likely, known in corrections}
            spellings = {word: AS_TYPED} | shares
            for known, share in shares.items():
                number = int(self.stem_of[self.ids[known]])
                stems[number] = max(stems.get(number, 0.0), share)
            meant = corrections[0][1]
        sure = found is not None or not stems or (len(stems) == 1 and len(word) >= SURE)
        likeliest = max(stems, key=stems.__getitem__, default=None)
        return Term(word, stems, spellings, self.weight(word, likeliest), found is not None, sure, meant)

    def weight(self, word: str, number: int | None) -> float:
        """Rarity as it tells about the topic."""
        rarity = self.unseen if number is None else float(self.rarity[number])
        if word in FUNCTION_WORDS:
            return FUNCTION * rarity
        slight = self._root(word) in LIGHT_WORDS or len(word) == 1 or (len(word) == 2 and number is None)
        return LIGHT * rarity if slight else rarity

    def _corrections(self, word: str) -> list[tuple[float, str]]:
        """Words of the deck within one slip, or two in a long word, the likeliest first. Never for a place."""
        if len(word) < 3 or not word.isalpha() or word in NEVER_MISSPELT or self.common(word):
            return []
        slips = 1 if len(word) < TWO_SLIPS else 2
        opening = OPENING if len(word) == TWO_SLIPS else 1
        found = []
        for number in self.letters.alike(word, CANDIDATES):
            known = self.words[number]
            if abs(len(known) - len(word)) > slips or not known.isalpha():
                continue
            if known in FUNCTION_WORDS and len(word) < 4:
                continue
            distance = OSA.distance(word, known, score_cutoff=slips)
            if distance > slips or (distance == 2 and known[:opening] != word[:opening]):
                continue
            if len(word) == 3 and sorted(word) != sorted(known):
                continue
            likely = 1 - SLIP * distance / max(len(word), 4)
            found.append((likely * (1 if known[0] == word[0] else OTHER_INITIAL), known))
        return sorted(found, key=lambda one: (-one[0], one[1]))[:CORRECTIONS]

    def _endings(self, word: str) -> list[str]:
        first = bisect_left(self._sorted, word)
        found = []
        for known in self._sorted[first : first + ENDINGS]:
            if not known.startswith(word):
                break
            found.append(known)
        return found

    # ------------------------------------------------------------ words run together or torn apart

    def rejoined(self, sequence: tuple[str, ...]) -> tuple[str, ...]:
        """The words of a question as `terms` reads them: «counter terrorism» as the deck writes it, two words that it
        has as one, or one that it has as two.
        """
        out: list[str] = []
        at = 0
        while at < len(sequence):
            word, following = sequence[at], sequence[at + 1] if at + 1 < len(sequence) else ""
            strange = word not in self.ids or following not in self.ids
            if following and strange and word + following in self.ids:
                out.append(word + following)
                at += 2
                continue
            if following and strange and (pair := self._short_slip(word, following)):
                out.extend(pair)
                at += 2
                continue
            out.extend(self._torn(word) if self.stem(word) is None else (word,))
            at += 1
        return tuple(out)

    def _torn(self, word: str) -> tuple[str, ...]:
        """A word that the deck does not know as two that it has side by side: «sres», «911», «newstart»."""
        if len(word) < 4 and not word.isdigit():
            return (word,)
        for cut in range(1, len(word) if len(word) <= 30 else 0):
            first, second = self.ids.get(word[:cut]), self.ids.get(word[cut:])
            if first is None or second is None or (word.isdigit() and len(word) > 3):
                continue
            if self.pair(int(self.stem_of[first]), int(self.stem_of[second])) is not None:
                return word[:cut], word[cut:]
        return (word,)

    def _short_slip(self, word: str, following: str) -> tuple[str, str] | None:
        """Two neighbours, one of them too short to be corrected by itself but for its neighbour: «ru pca»."""
        for strange, known, after in ((following, word, True), (word, following, False)):
            if len(strange) > 3 or len(strange) < 2 or not strange.isalpha() or known in FUNCTION_WORDS:
                continue
            if strange in self.ids or (anchor := self.stem(known)) is None:
                continue
            for meant in self._short:
                if meant[0] != strange[0] or sorted(meant) != sorted(strange):
                    continue
                other = int(self.stem_of[self.ids[meant]])
                if (self.pair(anchor, other) if after else self.pair(other, anchor)) is not None:
                    return (known, meant) if after else (meant, known)
        return None


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    """Stems to stems, both ways, from synonyms.txt."""
    near: dict[str, set[str]] = defaultdict(set)
    for line in files(__package__).joinpath("synonyms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        head, _, others = line.partition(":")
        for other in others.split():
            near[stem(head)].add(stem(other))
            near[stem(other)].add(stem(head))
    return {word: frozenset(others - {word}) for word, others in near.items()}
