"""Words half remembered → the sentences where they stand. Returns slices of documents and nothing else."""

from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from bot import limits
from bot.matching.lexicon import Lexicon, Term
from bot.model import Corpus, Passage, PassageMatch, TextPositionSelector, Verdict
from bot.text import FUNCTION_WORDS, sentences, tokens

CLOSE = 0.72
"""Score from which the words are nearly those of the sentence."""
LOOSE = 0.55
"""Score below which a sentence is not worth showing."""
NEAR = 0.85
"""Share of the best score from which a sentence is shown beside it."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: Passage
    words: str
    stems: frozenset[str]


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
        self._lexicon = Lexicon([tokens(passage.text)] for passage in passages)
        self._sentences = [self._sentence(passage) for passage in passages]

    def _sentence(self, passage: Passage) -> _Sentence:
        words = tokens(passage.text)
        return _Sentence(passage, f" {' '.join(words)} ", frozenset(map(self._lexicon.stem, words)))

    def search(self, question: str, k: int = 5) -> tuple[PassageMatch, ...]:
        """Whole sentences with these words, best first; empty where nothing is near.

        An exact run of words wins outright, wherever it stands; it may go on into the next sentence.
        """
        question = question[: limits.QUESTION]
        phrase = " ".join(tokens(question))
        if not phrase:
            return ()
        if exact := self._exact(phrase):
            return exact[:k]
        if all(word in FUNCTION_WORDS for word in phrase.split()):
            return ()
        scored = sorted(self._scored(question, phrase), key=lambda match: -match.score)
        floor = max(LOOSE, NEAR * scored[0].score) if scored else LOOSE
        return tuple(match for match in scored if match.score >= floor)[:k]

    def _exact(self, phrase: str) -> tuple[PassageMatch, ...]:
        if len(phrase.split()) < 2 or (
            all(word in FUNCTION_WORDS for word in phrase.split()) and len(phrase.split()) < 4
        ):
            return ()
        found = [sentence.passage for sentence in self._sentences if f" {phrase} " in sentence.words]
        return tuple(
            PassageMatch(passage=passage, score=1.0, verdict=Verdict.EXACT) for passage in found or self._across(phrase)
        )

    def _across(self, phrase: str) -> list[Passage]:
        """Neighbouring sentences of one paragraph that hold the phrase between them."""
        found: list[Passage] = []
        for first, second in pairwise(self._sentences):
            if (
                first.passage.paragraph == second.passage.paragraph
                and f" {phrase} " in first.words.rstrip() + second.words
            ):
                position = TextPositionSelector(start=first.passage.position.start, end=second.passage.position.end)
                found.append(
                    Passage(document=first.passage.document, position=position, paragraph=first.passage.paragraph)
                )
        return found

    def _scored(self, question: str, phrase: str) -> list[PassageMatch]:
        terms = self._lexicon.terms(question)
        total = sum(term.weight for term in terms)
        candidates = [(sentence, _share(terms, sentence) / total) for sentence in self._sentences] if total else []
        return [
            self._match(sentence, covered, phrase)
            for sentence, covered in candidates
            if covered >= 0.3 and _agrees(terms, sentence)
        ]

    @staticmethod
    def _match(sentence: _Sentence, covered: float, phrase: str) -> PassageMatch:
        alike = fuzz.partial_ratio(phrase, sentence.words) / 100
        # One word is in many sentences: that it is in this one says little, though it says it exactly.
        ceiling = 1.0 if " " in phrase else LOOSE
        score = round(min(0.6 * covered + 0.4 * alike, ceiling), 4)
        if f" {phrase} " in sentence.words:
            verdict = Verdict.EXACT
        else:
            verdict = Verdict.CLOSE if score >= CLOSE else Verdict.LOOSE
        return PassageMatch(passage=sentence.passage, score=score, verdict=verdict)


def _share(terms: tuple[Term, ...], sentence: _Sentence) -> float:
    return sum(
        term.weight * max((likely for sense, likely in term.senses.items() if sense in sentence.stems), default=0.0)
        for term in terms
    )


def _agrees(terms: tuple[Term, ...], sentence: _Sentence) -> bool:
    return all(sentence.stems & term.senses.keys() for term in terms if term.word.isdigit())
