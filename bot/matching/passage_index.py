"""Words half remembered → the sentences where they stand. Returns slices of documents and nothing else."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np
from rapidfuzz import fuzz

from bot import limits
from bot.matching.alignment import lay_over
from bot.matching.lexicon import Lexicon, Term
from bot.matching.likeness import Texts
from bot.model import Corpus, Passage, PassageMatch, TextPositionSelector, Verdict
from bot.text import FUNCTION_WORDS, sentences, telling, tokens, words

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


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: Passage
    row: str
    """Its words as they are matched, with blanks around."""
    stems: frozenset[int]


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
        self._sentences = [
            _Sentence(passage, f" {' '.join(row)} ", self._lexicon.stems_of(row))
            for passage, row in zip(passages, rows, strict=True)
        ]

    # ------------------------------------------------------------ search

    def search(self, question: str, k: int = 5) -> tuple[PassageMatch, ...]:
        """Whole sentences with these words, best first; empty where nothing is near.

        An exact run of words wins outright, wherever it stands; it may go on into the next sentence.
        """
        question = question[: limits.QUESTION]
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
        return [
            _joined(first.passage, second.passage)
            for first, second in pairwise(self._sentences)
            if first.passage.paragraph == second.passage.paragraph and phrase in first.row.rstrip() + second.row
        ]

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
        sequence = words(pasted)
        if len(pasted) > limits.PASTED or not telling(sequence):
            return None
        if sum(word not in FUNCTION_WORDS for word in sequence) < FEWEST and len(sequence) < 2 * FEWEST:
            found = self._exact(tokens(pasted), pasted)
            return found[0] if found else None
        matches = [match for passages in self._likely(sequence) if (match := _aligned(passages, sequence))]
        return max(matches, key=lambda match: match.score, default=None)

    def _likely(self, sequence: tuple[str, ...]) -> Iterator[list[Passage]]:
        """The sentences of each paragraph that may be quoted, and of each with the one after it."""
        like = self._texts.like(self._lexicon.terms(tokens(" ".join(sequence[:TELLING])))).names
        likely = {self._sentences[number].passage.paragraph for number in np.argsort(-like, kind="stable")[:ALIGNED]}
        every = (sentence.passage for sentence in self._sentences)
        by_paragraph = groupby(every, key=lambda passage: passage.paragraph)
        paragraphs = [(paragraph in likely, list(passages)) for paragraph, passages in by_paragraph]
        yield from (passages for wanted, passages in paragraphs if wanted)
        for (one, first), (other, second) in pairwise(paragraphs):
            if (one or other) and first[0].document is second[0].document:
                yield [*first, *second]


def _joined(first: Passage, last: Passage) -> Passage:
    return replace(first, position=TextPositionSelector(start=first.position.start, end=last.position.end))


def _share(terms: Sequence[Term], sentence: _Sentence) -> float:
    return sum(
        term.weight * max((likely for stem, likely in term.stems.items() if stem in sentence.stems), default=0.0)
        for term in terms
    )


def _agrees(terms: Sequence[Term], sentence: _Sentence) -> bool:
    """Whether a sentence has each number of a few words; of many, one may be remembered wrong."""
    few = len(terms) < MANY
    return all(sentence.stems & term.stems.keys() for term in terms if few and term.word.isdigit())


def _judged(passage: Passage, score: float, typed: str) -> PassageMatch:
    """A passage that holds the typed words or nearly so, with what differs."""
    laid = lay_over(words(typed), words(passage.text))
    verdict = Verdict.ALTERED if laid.differences else Verdict.VERBATIM
    return PassageMatch(passage=passage, score=score, verdict=verdict, differences=laid.differences)


def _aligned(passages: Sequence[Passage], typed: Sequence[str]) -> PassageMatch | None:
    """The sentences over which typed words lie best, with what differs; None where too little agrees."""
    rows = [words(passage.text) for passage in passages]
    stands = [word for row in rows for word in row]
    if sum((Counter(typed) & Counter(stands)).values()) < KEPT * len(typed):
        return None
    laid = lay_over(typed, stands)
    if laid.kept < KEPT * len(typed):
        return None
    of_sentence = [number for number, row in enumerate(rows) for _ in row]
    passage = _joined(passages[of_sentence[laid.start]], passages[of_sentence[laid.end - 1]])
    score = round(laid.kept / (len(typed) + laid.left_out), 4)
    verdict = Verdict.ALTERED if laid.differences else Verdict.VERBATIM
    return PassageMatch(passage=passage, score=score, verdict=verdict, differences=laid.differences)
