"""What was typed → cards, in order, and one decision: answer, offer a choice, or abstain.

Exact name, then all the words of a name, then weighted words with slips allowed. Built from plain entries, so it
can be measured on any data; knows nothing of cards, quotes or Discord.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Generic, TypeVar

from bot import limits
from bot.matching.lexicon import Lexicon, Term
from bot.matching.places import PLACES
from bot.model import Abstained, Answer, Found, Match, Suggested
from bot.text import FUNCTION_WORDS, NEGATIONS, tokens

K = TypeVar("K")

FOUND = 0.5
"""Score from which a card can be the answer."""
MARGIN = 0.10
"""Lead over the next card that makes it clear."""
COVERED = 0.65
"""Share of the question's weight that the card must account for to be the answer."""
STRAY = 0.25
"""Share of the question's weight from which a word that other cards know and this one does not speaks against it."""
OFFERED = 0.36
"""Score from which a card is worth offering."""
NEAR = 0.6
"""Share of the best score from which a card is offered beside it."""
COMPLETED = 0.2
"""Score from which a card is listed while the question is still being typed."""
CHOICES = 5
_JOINT = re.compile(r"\s+(?:and|or|vs\.?|versus|&)\s+|[,;/]\s*", re.IGNORECASE)

COMPASS = frozenset("north south east west northern southern eastern western".split())

UNIQUE = 1.0
ALL_WORDS = 0.97
PHRASE = 0.75
PHRASE_IN_CONTEXT = 0.67

SPOKEN = 0.4
"""Share of a name that a question must hold for the name to make its card the answer; of one word, more."""
SPOKEN_ALONE = 0.75


@dataclass(frozen=True, slots=True)
class Entry(Generic[K]):
    """What can be found, and by what.

    `key` comes back in matches. `names` are the title first, then aliases and questions. `text` is what the entry
    says, a line for each part that stands by itself; `context` is what it draws on without saying it.
    """

    key: K
    names: tuple[str, ...]
    text: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class _Name:
    entry: int
    text: str
    sequence: tuple[str, ...]
    stems: frozenset[str]
    weight: float
    title: bool


@dataclass(frozen=True, slots=True)
class _Scored(Generic[K]):
    """A match, the share of the question that its card accounts for, whether nothing in it speaks against the card, and
    whether the question holds enough of the card's name.
    """

    entry: int
    match: Match[K]
    covered: float
    agrees: bool
    spoken: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question: its words in a row, those that carry meaning, and their weight together."""

    phrase: tuple[str, ...]
    terms: tuple[Term, ...]
    total: float

    @property
    def certain(self) -> bool:
        """Whether more of it was read as it stands than was guessed at."""
        return sum(term.weight for term in self.terms if not term.sure) <= self.total / 2

    @property
    def telling(self) -> bool:
        """Whether its words in a row can point to a text: two of them mean something, or there are four."""
        return sum(word not in FUNCTION_WORDS for word in self.phrase) >= 2 or len(self.phrase) >= 4


class CardIndex(Generic[K]):
    def __init__(self, entries: Iterable[Entry[K]]) -> None:
        self._entries = tuple(entries)
        sequences = [[tokens(name) for name in entry.names] for entry in self._entries]
        said = [_lines(entry.text) for entry in self._entries]
        drawn_on = [_lines(entry.context) for entry in self._entries]
        texts = [tuple(chain(*first, *second)) for first, second in zip(said, drawn_on, strict=True)]
        self._lexicon = Lexicon([*names, text] for names, text in zip(sequences, texts, strict=True))
        self._names = [
            self._name(i, name, sequence, k == 0)
            for i, entry in enumerate(self._entries)
            for k, (name, sequence) in enumerate(zip(entry.names, sequences[i], strict=True))
        ]
        self._exact: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._postings: dict[str, list[int]] = defaultdict(list)
        starts: list[tuple[str, int, int]] = []
        for number, name in enumerate(self._names):
            self._exact[name.sequence].append(number)
            for found in name.stems:
                self._postings[found].append(number)
            # «The Soviet collapse» begins with Soviet for whoever types it.
            first = next((k for k, word in enumerate(name.sequence) if word not in FUNCTION_WORDS), 0)
            starts.extend((" ".join(name.sequence[k:]), max(k - first, 0), number) for k in range(len(name.sequence)))
        self._starts = sorted(starts)
        self._profiles = [
            frozenset(self._lexicon.stem(word) for sequence in names for word in sequence) for names in sequences
        ]
        self._text_stems = [frozenset(map(self._lexicon.stem, chain(*lines))) for lines in said]
        self._said = [_in_rows(lines) for lines in said]
        self._called = [_in_rows(names) for names in sequences]
        self._drawn_on = [_in_rows(lines) for lines in drawn_on]
        self._in_text: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(texts):
            for found in set(map(self._lexicon.stem, text)):
                self._in_text[found].append(i)

    def _name(self, entry: int, text: str, sequence: tuple[str, ...], title: bool) -> _Name:
        content = [word for word in sequence if word not in FUNCTION_WORDS] or sequence
        stems = frozenset(map(self._lexicon.stem, content))
        return _Name(entry, text, sequence, stems, sum(map(self._lexicon.weight, stems)), title)

    # ------------------------------------------------------------ rank

    def rank(self, question: str, k: int = 10) -> tuple[Match[K], ...]:
        """The best cards for a question, best first, at most one match a card. Empty where no word is known."""
        return tuple(scored.match for scored in self._scored(question[: limits.QUESTION])[:k])

    def _scored(self, question: str, *, prefix: bool = False) -> list[_Scored[K]]:
        asked = _Asked(tokens(question), terms := self._lexicon.terms(question, prefix=prefix), _total(terms))
        best = self._best_names(asked)
        # «We are with you» has no word of weight, and is a name or words of a text all the same.
        entries = best.keys() | self._saying(terms) | {self._names[n].entry for n in self._exact.get(asked.phrase, ())}
        scored = [self._score(entry, asked, *best.get(entry, (None, 0.0, 0.0))) for entry in entries]
        return sorted(scored, key=lambda one: (-one.match.score, -one.covered, one.entry))

    def _score(self, entry: int, asked: _Asked, name: _Name | None, likeness: float, spoken: float) -> _Scored[K]:
        """One entry against a question, by the name of it that is most like the question."""
        profile = _covered(asked.terms, self._profiles[entry]) / asked.total
        covered = _covered(asked.terms, self._profiles[entry] | self._text_stems[entry]) / asked.total
        score, why = 0.7 * likeness + 0.3 * max(profile, 0.8 * covered), "words"
        agrees = (
            asked.certain
            and self._has_places(entry, asked.phrase)
            and all(self._agrees(entry, term, asked.total) for term in asked.terms)
        )
        enough = spoken >= (SPOKEN if len(asked.terms) > 1 else SPOKEN_ALONE)
        phrase = f" {' '.join(asked.phrase)} " if asked.telling else None
        if phrase and phrase in self._said[entry]:
            score, why, covered, agrees, enough = max(score, PHRASE), "words of the card", 1.0, True, True
        elif phrase and phrase in self._drawn_on[entry]:
            score, why, covered, agrees, enough = max(score, PHRASE_IN_CONTEXT), "words of its source", 1.0, True, True
        if name is not None and likeness >= 0.999:
            score, why = ALL_WORDS, "all words of a name"
        exact = next((self._names[n] for n in self._exact.get(asked.phrase, ()) if self._names[n].entry == entry), None)
        if exact:
            score, why, name = UNIQUE, "exact name", exact
        text = name.text if name else self._entries[entry].names[0]
        match: Match[K] = Match(card=self._entries[entry].key, name=text, score=round(score, 4), why=why)
        return _Scored(entry, match, covered, agrees, enough)

    def _agrees(self, entry: int, term: Term, total: float) -> bool:
        """Whether a word of the question lets this card be the answer.

        A negation stands in one of its names, a number or a place somewhere in it, and no weighty word is about
        another topic.
        """
        if term.word in NEGATIONS:
            return self._lexicon.stem(term.word) in self._profiles[entry]
        known = self._profiles[entry] | self._text_stems[entry]
        if term.word.isdigit() or term.word in PLACES:
            return self._lexicon.stem(term.word) in known
        elsewhere = 1.0 in term.senses.values() and not known & term.senses.keys()
        return not elsewhere or term.weight < STRAY * total

    def _has_places(self, entry: int, phrase: tuple[str, ...]) -> bool:
        """Whether the card has each qualified place of a question: North Korea is not South Korea."""
        known = self._called[entry] + self._said[entry]
        return all(f" {side} {place} " in known for side, place in pairwise(phrase) if side in COMPASS)

    def _best_names(self, asked: _Asked) -> dict[int, tuple[_Name, float, float]]:
        """For each entry the name most like the question, its likeness, and the share of it that is spoken, in 0..1."""
        hits: dict[int, float] = defaultdict(float)
        weights: dict[int, float] = defaultdict(float)
        for term in asked.terms:
            seen: dict[int, tuple[float, float]] = {}
            for sense, likely in term.senses.items():
                for number in self._postings.get(sense, ()):
                    seen[number] = max(seen.get(number, (0.0, 0.0)), (likely, self._lexicon.weight(sense)))
            for number, (likely, weight) in seen.items():
                hits[number] += likely * term.weight
                weights[number] += weight
        best: dict[int, tuple[_Name, float, float]] = {}
        for number, hit in hits.items():
            name = self._names[number]
            spoken = min(weights[number] / name.weight, 1.0) if name.weight else 0.0
            likeness = hit / asked.total * (0.45 + 0.55 * spoken)
            if name.entry not in best or likeness > best[name.entry][1] + 1e-9:
                best[name.entry] = (name, likeness, spoken)
        return best

    def _saying(self, terms: tuple[Term, ...]) -> set[int]:
        return {entry for term in terms for sense in term.senses for entry in self._in_text.get(sense, ())}

    # ------------------------------------------------------------ decide

    def answer(self, question: str) -> Answer[K]:
        """One card if it is clear, a choice if something is near, else nothing.

        A card is clear when it leads, accounts for most of the question, and no number, negation or word of another
        topic in it speaks against the card: «south korea sanctions» is a choice at most.
        """
        question = question[: limits.QUESTION]
        scored = self._scored(question)
        if together := self._asked_together(question, scored):
            return Suggested(matches=together)
        offered = [one for one in scored if one.match.score >= max(OFFERED, NEAR * scored[0].match.score)][:CHOICES]
        if not offered:
            return Abstained()
        matches: tuple[Match[K], ...] = tuple(one.match for one in offered)
        return Found(match=matches[0], matches=matches) if _clear(offered) else Suggested(matches=matches)

    def _asked_together(self, question: str, scored: list[_Scored[K]]) -> tuple[Match[K], ...]:
        """Where a question names two topics («crimea and ukraine») each clear by itself, the choice between them."""
        parts = [part for part in _JOINT.split(question) if part.strip()]
        if len(parts) < 2 or (scored and scored[0].match.score >= UNIQUE):
            return ()
        clear = [ranked[0] for part in parts if (ranked := self._scored(part)) and _clear(ranked)]
        found = {one.entry: one.match for one in clear}
        best = sorted(found.values(), key=lambda match: -match.score)[:CHOICES]
        return tuple(best) if len(best) > 1 else ()

    # ------------------------------------------------------------ complete

    def complete(self, typed: str, k: int = limits.CHOICES) -> tuple[K, ...]:
        """Cards for an unfinished question, best first: names that go on from it, then names like it."""
        typed = typed[: limits.QUESTION]
        sequence = tokens(typed)
        if not sequence:
            return tuple(entry.key for entry in self._entries[:k])
        order: dict[int, None] = dict.fromkeys(self._beginning(" ".join(sequence)))
        if len(order) < k:
            order.update(
                dict.fromkeys(one.entry for one in self._scored(typed, prefix=True) if one.match.score >= COMPLETED)
            )
        return tuple(self._entries[entry].key for entry in list(order)[:k])

    def _beginning(self, typed: str) -> list[int]:
        """Entries with a name that has the typed words in a row, the last one perhaps unfinished."""
        found: list[tuple[bool, bool, int, int]] = []
        for at in range(bisect_left(self._starts, (typed,)), len(self._starts)):
            text, offset, number = self._starts[at]
            if not text.startswith(typed):
                break
            name = self._names[number]
            found.append((offset > 0, not name.title, len(text), name.entry))
        return [entry for *_, entry in sorted(found)]


def _lines(text: str) -> list[tuple[str, ...]]:
    return [tokens(line) for line in text.split("\n")]


def _in_rows(lines: list[tuple[str, ...]]) -> str:
    """Words in rows with a bar between lines, so that no phrase runs over from one into the next."""
    return "|".join(f" {' '.join(words)} " for words in lines)


def _total(terms: tuple[Term, ...]) -> float:
    return sum(term.weight for term in terms) or 1.0


def _covered(terms: tuple[Term, ...], stems: frozenset[str]) -> float:
    return sum(
        term.weight * max((likely for sense, likely in term.senses.items() if sense in stems), default=0.0)
        for term in terms
    )


def _clear(scored: list[_Scored[K]]) -> bool:
    first = scored[0]
    second = scored[1].match.score if len(scored) > 1 else 0.0
    lead = first.match.score - second
    if first.match.score >= UNIQUE:
        return first.agrees and lead > 0
    if first.match.score >= ALL_WORDS:
        return first.agrees and lead >= MARGIN / 2
    return first.agrees and first.spoken and first.match.score >= FOUND and lead >= MARGIN and first.covered >= COVERED
