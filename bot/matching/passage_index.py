"""Words half remembered → the sentences where they stand. Returns slices of documents and nothing else."""

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from sys import intern

import numpy as np
from rapidfuzz import fuzz

from bot import limits
from bot.matching.alignment import Laid, lay_over
from bot.matching.lexicon import Lexicon, Term
from bot.matching.likeness import Texts
from bot.matching.remembering import Remembered
from bot.model import Corpus, Difference, Passage, PassageMatch, TextPositionSelector, Verdict
from bot.text import FUNCTION_WORDS, LocatedWord, located_words, sentences, telling, tokens, words

ALTERED = 0.72
"""Score from which the words are nearly those of the sentence."""
LOOSE = 0.5
"""Score below which a sentence is not worth showing."""
NEAR = 0.85
"""Share of the best score from which a sentence is shown beside it."""
TELLING = 100
"""Words of a pasted text by which its paragraph is looked for."""
CANDIDATES, ALIGNED = 40, 10
"""Sentences that are looked at for a question, and those whose paragraphs a pasted text is laid over."""
COVERED, ALIKE = 0.25, 0.4
"""Share of a search, by rarity, that a sentence must have; and what the likeness of the letters counts in its score."""
KEPT = 0.6
"""Share of the words of a pasted text that must stand in a document in that order for it to be a quotation of it."""
MANY = 6
"""Words from which a search is a quotation rather than a name."""
FEWEST = 3
"""Words of meaning that make a quotation."""

SEARCHES = 1_000
"""Searches whose outcome is remembered: less than a megabyte."""

_BRACKETED = re.compile(r"\[(\w)\](?=\w)")
"""A letter that whoever quotes has changed, and says so: «[E]fforts»."""
_ELLIPSIS = re.compile(r"…|\.\.\.|\. \. \.")


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: Passage
    row: str
    """Its words as they are matched, with blanks around."""
    stems: "array[int]"
    words: tuple[str, ...]
    """Its words as quotations are held against them."""
    starts: "array[int]"
    ends: "array[int]"
    """Of each word, in the document's text."""

    @property
    def located(self) -> tuple[LocatedWord, ...]:
        # Made when it is asked for: kept, they would take seven times the room.
        return tuple(map(LocatedWord, self.words, self.starts, self.ends))


class PassageIndex:
    def __init__(self, corpus: Corpus) -> None:
        passages = [
            Passage(document=document, position=TextPositionSelector(start=start, end=end), paragraph=paragraph)
            for document in corpus.values()
            for paragraph in document.paragraphs
            for start, end in (
                (paragraph.start + a, paragraph.start + b)
                for a, b in sentences(document.text[paragraph.start : paragraph.end])
            )
        ]
        rows = [tokens(passage.text) for passage in passages]
        self._lexicon = Lexicon(rows)
        self._texts = Texts(self._lexicon, len(rows), np.arange(len(rows), dtype=np.int32))
        self._sentences = [_sentence(passage, row, self._lexicon) for passage, row in zip(passages, rows, strict=True)]
        by_paragraph = groupby(self._sentences, key=lambda sentence: sentence.passage.paragraph)
        self._paragraphs = [(paragraph, tuple(row)) for paragraph, row in by_paragraph]
        self._neighbours = [
            (first.passage, second.passage, first.row.rstrip() + second.row)
            for _, row in self._paragraphs
            for first, second in pairwise(row)
        ]
        """Sentences of one paragraph that follow each other, with the words of both."""
        self._searches: Remembered[tuple[tuple[PassageMatch, bool], ...]] = Remembered(SEARCHES)
        """What was found, without what differs, and whether anything does."""

    # ------------------------------------------------------------ search

    def search(self, question: str, k: int = 5) -> tuple[PassageMatch, ...]:
        """Whole sentences with these words, best first; empty where nothing is near.

        An exact run of words wins outright, wherever it stands; it may go on into the next sentence.
        """
        question = question[: limits.QUESTION]
        known = self._searches.get(f"{k} {question}")
        if known is None:
            return self._searched(question, k)
        return tuple(_judged(match.passage, match.score, question) if differs else match for match, differs in known)

    def complete(self, typed: str, k: int) -> tuple[Passage, ...]:
        """The sentences of `search`, of which it is not wanted what differs in them."""
        typed = typed[: limits.QUESTION]
        known = self._searches.get(f"{k} {typed}")
        if known is None:
            return tuple(match.passage for match in self._searched(typed, k))
        return tuple(match.passage for match, _ in known)

    def _searched(self, question: str, k: int) -> tuple[PassageMatch, ...]:
        """What a search finds now. What differs is told in the words that were typed, which are not remembered."""
        found = self._search(question, k)
        bare = tuple((replace(match, differences=()), bool(match.differences)) for match in found)
        self._searches.keep(f"{k} {question}", bare)
        return found

    def _search(self, question: str, k: int) -> tuple[PassageMatch, ...]:
        sequence = tokens(question)
        if not sequence:
            return ()
        if exact := self._exact(sequence, question):
            return exact[:k]
        if all(word in FUNCTION_WORDS for word in sequence):
            return ()
        scored = sorted(self._scored(sequence, question), key=lambda match: -match.score)
        floor = max(LOOSE, NEAR * scored[0].score) if scored else LOOSE
        return tuple(match for match in scored if match.score >= floor)[:k]

    def _exact(self, sequence: tuple[str, ...], question: str) -> tuple[PassageMatch, ...]:
        content = any(word not in FUNCTION_WORDS for word in sequence)
        if len(sequence) < (2 if content else 4):
            return ()
        phrase = f" {' '.join(sequence)} "
        found = [sentence.passage for sentence in self._sentences if phrase in sentence.row]
        judged = [_judged(passage, 1.0, question) for passage in found or self._across(phrase)]
        return tuple(sorted(judged, key=lambda match: match.verdict is not Verdict.VERBATIM))

    def _across(self, phrase: str) -> list[Passage]:
        """Neighbouring sentences of one paragraph that hold the phrase between them."""
        return [_joined(first, second) for first, second, row in self._neighbours if phrase in row]

    def _scored(self, sequence: tuple[str, ...], question: str) -> Iterator[PassageMatch]:
        terms = self._lexicon.terms(sequence)
        content = tuple(term for term in terms if term.content)
        total = sum(term.weight for term in content)
        like = self._texts.like(terms).names
        for number in np.argsort(-like, kind="stable")[:CANDIDATES]:
            sentence = self._sentences[number]
            covered = _share(content, sentence) / total if like[number] > 0 and total else 0.0
            if covered >= COVERED and _agrees(terms, sentence):
                yield self._match(sentence, covered, " ".join(sequence), question)

    def _match(self, sentence: _Sentence, covered: float, phrase: str, question: str) -> PassageMatch:
        alike = fuzz.partial_ratio(phrase, sentence.row) / 100
        # One word is in many sentences: that it is in this one says little, though it says it exactly.
        ceiling = 1.0 if " " in phrase else LOOSE
        score = round(min((1 - ALIKE) * covered + ALIKE * alike, ceiling), 4)
        if f" {phrase} " in sentence.row:
            return _judged(sentence.passage, score, question)
        if score < ALTERED:
            return PassageMatch(passage=sentence.passage, score=score, verdict=Verdict.NOT_FOUND)
        return _judged(sentence.passage, score, question)

    # ------------------------------------------------------------ verify

    def verify(self, pasted: str) -> PassageMatch | None:
        """The passage that a pasted text quotes, with the differences; None where no document has it or nearly so.

        It is verbatim when its words stand there in a row; case, punctuation and typographic marks aside. It may run
        over two paragraphs, not more. A text too long to be looked at whole is not found.
        """
        pasted = _BRACKETED.sub(r"\1", pasted)
        sequence = words(pasted)
        if len(pasted) > limits.PASTED or not telling(sequence):
            return None
        if sum(word not in FUNCTION_WORDS for word in sequence) < FEWEST and len(sequence) < 2 * FEWEST:
            found = self._exact(tokens(pasted), pasted)
            return found[0] if found else None
        located = located_words(pasted)
        counted = Counter(found.word for found in located)
        matches = [match for row in self._likely(sequence) if (match := _aligned(row, pasted, located, counted))]
        return max(matches, key=lambda match: match.score, default=None)

    def _likely(self, sequence: tuple[str, ...]) -> Iterator[tuple[_Sentence, ...]]:
        """The sentences of each paragraph that may be quoted, and of each with the one after it."""
        like = self._texts.like(self._lexicon.terms(tokens(" ".join(sequence[:TELLING])))).names
        likely = {self._sentences[number].passage.paragraph for number in np.argsort(-like, kind="stable")[:ALIGNED]}
        paragraphs = [(paragraph in likely, row) for paragraph, row in self._paragraphs]
        yield from (row for wanted, row in paragraphs if wanted)
        for (one, first), (other, second) in pairwise(paragraphs):
            if (one or other) and first[0].passage.document is second[0].passage.document:
                yield (*first, *second)


def _sentence(passage: Passage, row: tuple[str, ...], lexicon: Lexicon) -> _Sentence:
    located = _located(passage)
    return _Sentence(
        passage=passage,
        row=f" {' '.join(row)} ",
        stems=array("i", lexicon.stems_of(row)),
        words=tuple(intern(found.word) for found in located),
        starts=array("i", [found.start for found in located]),
        ends=array("i", [found.end for found in located]),
    )


def _located(passage: Passage) -> tuple[LocatedWord, ...]:
    start = passage.position.start
    return tuple(LocatedWord(at.word, start + at.start, start + at.end) for at in located_words(passage.text))


def _joined(first: Passage, last: Passage) -> Passage:
    return replace(first, position=TextPositionSelector(start=first.position.start, end=last.position.end))


def _share(terms: Sequence[Term], sentence: _Sentence) -> float:
    share = 0.0
    for term in terms:
        if held := [likely for stem, likely in term.stems.items() if stem in sentence.stems]:
            share += term.weight * max(held)
    return share


def _agrees(terms: Sequence[Term], sentence: _Sentence) -> bool:
    """Whether a sentence has each number of a few words; of many, one may be remembered wrong."""
    few = len(terms) < MANY
    return all(not term.stems.keys().isdisjoint(sentence.stems) for term in terms if few and term.word.isdigit())


def _judged(passage: Passage, score: float, typed: str) -> PassageMatch:
    """A passage that holds the typed words or nearly so, with what differs."""
    pasted, stands = located_words(typed), _located(passage)
    laid = lay_over([found.word for found in pasted], [found.word for found in stands])
    return _match_of(passage, score, _told(laid, typed, pasted, passage, stands))


def _aligned(
    row: Sequence[_Sentence], typed: str, pasted: Sequence[LocatedWord], counted: Counter[str]
) -> PassageMatch | None:
    """The sentences over which typed words lie best, with what differs; None where too little agrees.

    `counted`: how often each word was typed.
    """
    sequence, there = [found.word for found in pasted], [word for sentence in row for word in sentence.words]
    if sum((counted & Counter(there)).values()) < KEPT * len(sequence):
        return None
    laid = lay_over(sequence, there)
    if laid.kept < KEPT * len(sequence):
        return None
    stands = [word for sentence in row for word in sentence.located]
    kept = [
        number for number in range(laid.start, laid.end) if not any(_within(number, place) for _, place in laid.places)
    ]
    start, end = stands[kept[0]].start, stands[kept[-1]].end
    touched = [s.passage for s in row if s.passage.position.start < end and start < s.passage.position.end]
    passage = _joined(touched[0], touched[-1])
    score = round(laid.kept / (len(sequence) + laid.left_out), 4)
    return _match_of(passage, score, _told(laid, typed, pasted, passage, stands))


def _within(number: int, place: slice) -> bool:
    return bool(place.start <= number < place.stop)


def _match_of(passage: Passage, score: float, differences: tuple[Difference, ...]) -> PassageMatch:
    honest = all(difference.marked for difference in differences)
    verdict = Verdict.VERBATIM if honest else Verdict.ALTERED
    return PassageMatch(passage=passage, score=score, verdict=verdict, differences=differences)


def _told(
    laid: Laid, typed: str, pasted: Sequence[LocatedWord], passage: Passage, stands: Sequence[LocatedWord]
) -> tuple[Difference, ...]:
    """The differences in the letters of both sides, not in the folded ones that were compared.

    What stands beyond the passage, in a sentence of which nothing was typed, is not what typed words were meant to be.
    """
    text, place = passage.document.text, passage.position
    told = []
    for one, other in laid.places:
        there = [word for word in stands[other] if place.start <= word.start < place.end]
        marked = one.start == one.stop and 0 < one.start < len(pasted) and _is_marked(typed, pasted, one.start)
        if pasted[one] or there:
            words_typed, words_there = _as_it_stands(typed, pasted[one]), _as_it_stands(text, there)
            told.append(Difference(typed=words_typed, stands=words_there, marked=marked))
    return tuple(told)


def _is_marked(typed: str, pasted: Sequence[LocatedWord], place: int) -> bool:
    """Whether an ellipsis stands before a typed word."""
    return bool(_ELLIPSIS.search(typed[pasted[place - 1].end : pasted[place].start]))


def _as_it_stands(text: str, found: Sequence[LocatedWord]) -> str:
    return " ".join(text[found[0].start : found[-1].end].split()) if found else ""
