"""The words of a deck: how rare each is, and which of them a misspelt word was meant to be."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.matching.places import PLACES
from bot.text import FUNCTION_WORDS, stem, tokens

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

LIGHT = 0.25
SURE = 0.8
"""How likely a correction must be to count as what was meant."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question. `senses` maps the deck's stems that it may stand for to how likely each is, in 0..1.

    It is `sure` where it is known as it stands, or where a slip in a long word leaves one reading.
    """

    word: str
    weight: float
    senses: Mapping[str, float]
    sure: bool = True


class Lexicon:
    """Words of a deck, from the token sequences of each of its entries."""

    def __init__(self, entries: Iterable[Iterable[tuple[str, ...]]]) -> None:
        self._stems: dict[str, str] = {}
        counts: Counter[str] = Counter()
        words: set[str] = set()
        pairs: dict[str, tuple[str, str]] = {}
        size = 0
        for entry in entries:
            size += 1
            stems: set[str] = set()
            for sequence in entry:
                words.update(sequence)
                stems.update(map(self._keep, sequence))
                pairs.update(
                    (first + second, (first, second))
                    for first, second in pairwise(sequence)
                    if first.isalpha() and second.isalpha() and not {first, second} & FUNCTION_WORDS
                )
            counts.update(stems)
        self._idf = {found: math.log(1 + size / (count + 0.5)) for found, count in counts.items()}
        self._unknown = math.log(1 + size / 0.5)
        self._pairs = {joined: pair for joined, pair in pairs.items() if len(joined) >= 4}
        self._words = words
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(words | self._pairs.keys()):
            if not word.isdigit():
                self._by_length[len(word)].append(word)

    def _keep(self, word: str) -> str:
        if word not in self._stems:
            self._stems[word] = stem(word)
        return self._stems[word]

    def stem(self, word: str) -> str:
        """The stem of a word. Those of the deck are kept; of what people type nothing is."""
        return self._stems.get(word) or stem(word)

    def weight(self, word_stem: str) -> float:
        """Inverse document frequency; words that the deck does not know weigh most."""
        weight = self._idf.get(word_stem, self._unknown)
        return weight * LIGHT if word_stem in LIGHT_WORDS else weight

    def terms(self, text: str, *, prefix: bool = False) -> tuple[Term, ...]:
        """The words of a question that carry meaning. With `prefix`, the last word may be unfinished."""
        sequence = self._rejoin(tokens(text))
        kept = [word for word in sequence if word not in FUNCTION_WORDS]
        last = sequence[-1] if sequence else ""
        return tuple(self._term(word, prefix and word == last) for word in dict.fromkeys(kept))

    def _term(self, word: str, unfinished: bool) -> Term:
        senses: dict[str, float] = {}
        sure = True
        if word in self._words or self.stem(word) in self._idf:
            senses[self.stem(word)] = 1.0
        elif word.isalpha() and word not in PLACES:
            for meant, likely in self._corrections(word).items():
                for part in (meant,) if meant in self._words else self._pairs[meant]:
                    senses[self.stem(part)] = max(likely, senses.get(self.stem(part), 0.0))
            sure = not senses or (max(senses.values()) >= SURE and (len(senses) == 1 or len(word) >= 6))
        if (unfinished or not senses) and len(word) >= 3 and word not in PLACES:
            for known in self._words:
                if known.startswith(word) and known != word:
                    senses.setdefault(self.stem(known), 0.75)
        weight = max((self.weight(sense) for sense in senses), default=self.weight(self.stem(word)))
        # A letter or two that the deck does not know are a word just begun, or a slip of the finger; a lone digit
        # agrees with half the deck.
        slight = len(word) == 1 if word.isdigit() else len(word) <= 2 and not senses
        return Term(word, weight * LIGHT if slight else weight, senses, sure)

    def _corrections(self, word: str) -> dict[str, float]:
        """Words of the deck within one slip, or two in a long word: the closest only, first letters alike at best."""
        slips = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
        found: dict[str, float] = {}
        opening = word[:3] if len(word) < 8 else word[:1]
        for length in range(len(word) - slips, len(word) + slips + 1) if slips else ():
            for known, distance, _ in process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=slips, limit=None
            ):
                # Two slips are believed only where the word begins as it should, and never across a joint.
                if distance == 2 and (not known.startswith(opening) or known not in self._words):
                    continue
                if known[0] == word[0] or (len(word) >= 6 and distance == 1):
                    # In four letters one slip makes too many words to be sure of any.
                    doubt = 0.1 * distance + (0.0 if known[0] == word[0] else 0.2) + (0.25 if len(word) == 4 else 0.0)
                    found[known] = 1 - doubt
        best = max(found.values(), default=0.0)
        return {known: likely for known, likely in found.items() if likely > best - 0.05}

    def _too_short(self, word: str, following: tuple[str, ...]) -> bool:
        """Whether one of two neighbouring words is unknown, and too short to be corrected by itself."""
        return any(
            len(part) <= 3 and part.isalpha() and part not in self._words for part in (word, *following) if following
        )

    def _slipped_pair(self, joined: str) -> tuple[str, str] | None:
        """Two neighbouring words of the deck, one slip away: «ru pca»."""
        near = process.extract(
            joined, self._by_length.get(len(joined), ()), scorer=OSA.distance, score_cutoff=1, limit=None
        )
        return next(
            (self._pairs[known] for known, _, _ in near if known in self._pairs and known[0] == joined[0]), None
        )

    def _rejoin(self, sequence: tuple[str, ...]) -> tuple[str, ...]:
        """«counter terrorism» as the deck writes it: two words that the deck has as one, or one that it has as two."""
        out: list[str] = []
        i = 0
        while i < len(sequence):
            word = sequence[i]
            joined = word + sequence[i + 1] if i + 1 < len(sequence) else ""
            unknown = not (word in self._words and joined and sequence[i + 1] in self._words)
            if joined in self._words and unknown:
                out.append(joined)
                i += 2
            elif word not in self._words and word in self._pairs:
                out.extend(self._pairs[word])
                i += 1
            elif self._too_short(word, sequence[i + 1 : i + 2]) and (meant := self._slipped_pair(joined)):
                out.extend(meant)
                i += 2
            else:
                out.append(word)
                i += 1
        return tuple(out)
