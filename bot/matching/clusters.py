"""Wordings of many people → those that are about one thing, together.

Short wordings lead, for what is said in few words is what the longer ones have in common: «nord stream» gathers «what
about the nord stream 2 pipeline?». Numbers and places must agree, as they must between a question and a card.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from rapidfuzz.distance import OSA

from bot import limits
from bot.matching.letters import Letters
from bot.matching.lexicon import LIGHT, LIGHT_WORDS, Lexicon
from bot.matching.places import COMPASS, NEVER_MISSPELT, PLACES
from bot.text import FUNCTION_WORDS, stem, tokens

TOGETHER = 0.7
"""Share of two wordings, by words and by rarity, that they must have in common."""
SLIP, TWO_SLIPS = 5, 8
"""Letters from which a word may have a slip, and two."""
BESIDE, OPENING = 4, 2
"""Letters from which a word may have two slips beside the same neighbour, and how many before them are right."""
TORN = 7
"""Letters from which a word may be two that were run together."""
CANDIDATES = 20
"""Words of like letters that are looked at for one."""
PLACE = 4
"""Letters that the names of a place have in common: Iran and Iranian, not Iran and Iraq."""

NOTHING = ("",)
"""The stems of a wording that names no topic: it is like every other such wording."""

Words = tuple[str, ...]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a wording is about: the weights of its stems, those of its places, and its numbers.

    `size` counts its stems, a light one as half, and `weight` is theirs together. It `tells` when one of its words is
    not known, nor plain English that stands alone: then whatever has all its words is about it.
    """

    stems: Mapping[str, float]
    numbers: frozenset[str]
    places: frozenset[str]
    tells: bool
    size: float
    weight: float


@dataclass(slots=True)
class _Cluster:
    leader: _Said
    numbers: frozenset[str]
    members: list[int]


def clusters(
    wordings: Sequence[str], weights: Sequence[int], known: Collection[str] = frozenset()
) -> tuple[tuple[int, ...], ...]:
    """Group wordings by likeness: the numbers of those in each cluster, the weightiest first, in clusters and of them.

    `weights` say how much each wording counts, `known` are folded words that are spelled as they should be. Wordings
    that name no topic («hello?») are one cluster. The same wordings give the same clusters, in whatever order.
    """
    read = [tokens(wording[: limits.QUESTION]) for wording in wordings]
    lexicon = Lexicon(sorted(read))
    words = _Words(lexicon, known, read, weights)
    said = [_said(sequence, words, lexicon) for sequence in read]
    found: list[_Cluster] = []
    led: dict[str, list[int]] = defaultdict(list)
    for number in sorted(range(len(read)), key=lambda n: (said[n].size, -weights[n], read[n], wordings[n])):
        own = said[number]
        place = _nearest(own, found, led)
        if place is None:
            for root in own.stems:
                led[root].append(len(found))
            found.append(_Cluster(own, own.numbers, [number]))
        else:
            found[place].members.append(number)
            found[place].numbers |= own.numbers
    for cluster in found:
        cluster.members.sort(key=lambda n: (-weights[n], len(read[n]), wordings[n]))
    found.sort(key=lambda cluster: (-sum(weights[n] for n in cluster.members), wordings[cluster.members[0]]))
    return tuple(tuple(cluster.members) for cluster in found)


# ---------------------------------------------------------------- words as they are meant


class _Words:
    """Words of many wordings: slips put right, words that were run together taken apart."""

    def __init__(self, lexicon: Lexicon, known: Collection[str], read: Sequence[Words], weights: Sequence[int]) -> None:
        self.known = NEVER_MISSPELT | COMPASS | frozenset(known)
        self._lexicon = lexicon
        self._count: dict[str, int] = defaultdict(int)
        for sequence, weight in zip(read, weights, strict=True):
            for word in set(sequence):
                self._count[word] += weight
        content = [word for word in lexicon.words if word not in FUNCTION_WORDS]
        # What is surely a word first, then what was typed most.
        order = sorted(content, key=lambda word: (not self.trusted(word), -self._count[word], word))
        self._rank = {word: rank for rank, word in enumerate(order)}
        self._roots: dict[str, str] = {}
        for word in order:
            self._roots[word] = self._meant(word)
        pairs = {pair for sequence in read for pair in pairwise(self._rooted(sequence)) if self._may_be_one(pair)}
        self._apart = self._run_together(pairs)
        self._beside: dict[Pair, Pair] = {}
        for typed, meant in self._slipped(pairs):
            self._beside.setdefault(typed, meant)

    def trusted(self, word: str) -> bool:
        """Whether a word is surely spelled as it should be."""
        return word in self.known or not word.isalpha() or self._lexicon.common(word)

    def reading(self, sequence: Words) -> list[str]:
        """The words that a wording means, in order."""
        read = [part for word in self._rooted(sequence) for part in self._apart.get(word, (word,))]
        for place, pair in enumerate(pairwise(tuple(read))):
            if pair in self._beside:
                read[place : place + 2] = self._beside[pair]
        return read

    def _rooted(self, sequence: Words) -> list[str]:
        return [self._roots.get(word, word) for word in sequence]

    def _meant(self, word: str) -> str:
        """The word itself, or one that came before it and is nearly the same."""
        if word in PLACES:
            places = dict.fromkeys(root for other, root in self._roots.items() if other in PLACES)
            return next((place for place in places if _one_place(place, word)), word)
        if self.trusted(word):
            return word
        others = (self._lexicon.words[number] for number in self._lexicon.letters.alike(word, CANDIDATES))
        near = self._near(word, (other for other in others if other in self._roots))
        return self._roots[near] if near else word

    def _near(self, word: str, others: Iterable[str]) -> str | None:
        """Of other words the nearest that a word may be but for slips."""
        slips = (len(word) >= SLIP) + (len(word) >= TWO_SLIPS)
        near = [
            (distance, self._rank.get(other, -1), other)
            for other in others
            if other.isalpha() and (distance := OSA.distance(word, other, score_cutoff=slips)) <= slips
            if distance < 2 or other[0] == word[0]
        ]
        return min(near)[2] if near else None

    def _may_be_one(self, pair: Pair) -> bool:
        return all(word in self._roots and word.isalpha() for word in pair)

    def _run_together(self, pairs: Collection[Pair]) -> dict[str, Pair]:
        """Long words that nobody knows, and the two neighbours that each was meant to be: «northstream»."""
        strange = [word for word, root in self._roots.items() if len(word) >= TORN and word == root]
        strange = [word for word in strange if not self.trusted(word)]
        joined = {first + second: (first, second) for first, second in sorted(pairs)}
        if not strange or not joined:
            return {}
        together = sorted(joined)
        letters = Letters(together)
        apart = {}
        for word in strange:
            near = self._near(word, (together[number] for number in letters.alike(word, CANDIDATES)))
            if near in joined and near[0] == word[0]:
                apart[word] = joined[near]
        return apart

    def _slipped(self, pairs: Collection[Pair]) -> Iterable[tuple[Pair, Pair]]:
        """Pairs with one word the same and the other nearly so, and what each may mean, most typed first."""
        for side in (0, 1):
            beside: dict[tuple[str, str], list[str]] = defaultdict(list)
            for pair in pairs:
                beside[pair[1 - side], pair[side][:OPENING]].append(pair[side])
            for (same, _), others in beside.items():
                ranked = sorted(others, key=lambda word: (-self._count[word], self._rank[word]))
                for likelier, word in combinations(ranked, 2):
                    if self._is_slip(likelier, word):
                        meant, typed = (
                            ((likelier, same), (word, same)) if side == 0 else ((same, likelier), (same, word))
                        )
                        yield typed, meant

    def _is_slip(self, one: str, other: str) -> bool:
        if min(len(one), len(other)) < BESIDE or one in PLACES or other in PLACES:
            return False
        doubtful = not self.trusted(one) or not self.trusted(other)
        return doubtful and OSA.distance(one, other, score_cutoff=2) <= 2


def _one_place(place: str, other: str) -> bool:
    """Whether two names are of one place, but for their endings."""
    length = max(PLACE, min(len(place), len(other)) - 1)
    return place[:length] == other[:length]


# ---------------------------------------------------------------- what wordings have in common


def _said(sequence: Words, words: _Words, lexicon: Lexicon) -> _Said:
    stems: dict[str, float] = {}
    numbers, places, strange = set[str](), set[str](), set[str]()
    before = ""
    for word in words.reading(sequence):
        if word.isdigit():
            numbers.add(word)
        elif word not in FUNCTION_WORDS:
            stems[stem(word)] = lexicon.weight(word, lexicon.stem(word))
            strange |= {word} - words.known
            if word in PLACES:
                places.add(f"{before} {word}" if before in COMPASS else word)
        before = word
    if stems.keys() <= LIGHT_WORDS:
        stems = dict.fromkeys(numbers or NOTHING, 1.0)
    size, weight = sum(map(_size, stems)), sum(stems.values())
    tells = bool(strange) if len(stems) > 1 else any(not words.trusted(word) for word in strange)
    return _Said(stems, frozenset(numbers), frozenset(places), tells, size, weight)


def _size(root: str) -> float:
    return LIGHT if root in LIGHT_WORDS else 1.0


def _nearest(own: _Said, found: Sequence[_Cluster], led: Mapping[str, Sequence[int]]) -> int | None:
    """The number of the cluster to which a wording belongs; None where it belongs to none.

    `led` are the numbers of the clusters whose leaders have a stem.
    """
    size: dict[int, float] = defaultdict(float)
    weight: dict[int, float] = defaultdict(float)
    for root, rarity in own.stems.items():
        for place in led.get(root, ()):
            size[place] += _size(root)
            weight[place] += rarity
    best: tuple[float, int] | None = None
    for place in sorted(size):
        leader = found[place].leader
        by_words = 2 * size[place] / (own.size + leader.size)
        by_rarity = 2 * weight[place] / (own.weight + leader.weight)
        within = leader.tells and size[place] == leader.size
        if not within and min(by_words, by_rarity) < TOGETHER:
            continue
        if _agree(own.numbers, found[place].numbers) and _agree(own.places, leader.places):
            best = max(best or (by_rarity, -place), (by_rarity, -place))
    return -best[1] if best else None


def _agree(some: frozenset[str], others: frozenset[str]) -> bool:
    return some <= others or others <= some
