"""Words that found nothing clear → topics, ranked, each with what a curator can do about it. Pure."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bot.desk.decks import Deck
from bot.matching.clusters import clusters
from bot.matching.lexicon import LIGHT_WORDS, Lexicon, Term
from bot.matching.places import COMPASS, PLACES
from bot.model import MOST_NEAR, Advice, BriefingCard, Found, Gap, Match, Passage, PassageMatch, Unanswered, Unmet
from bot.text import FUNCTION_WORDS, sentences, stem, tokens

WANTED = 3
"""Asks that a request is worth: who asks for a card wants to come back to it."""
AGREED, CLEAR, MOST = 2, 2 / 3, 1 / 2
"""How often at least one card was chosen, for which share of all choices, and of more than which share of all offers,
before its being chosen says what was meant."""
NEAR = 0.2
"""Score from which a card is named as near."""
ENOUGH, SOME, RARE = 0.6, 0.4, 0.05
"""Share of a topic's words, by rarity, that a sentence must have to be about it, and to be shown beside it; and share
of all sentences up to which a word tells what they are about."""
FEWEST = 2
"""Sentences that a card is written from, at least."""
LOOKED_UP = 3
"""Wordings of a topic, most asked first, that are looked up in the documents."""

_TAKEN_OUT = re.compile(r"\[(?:mention|link|e-mail|number)\]")
"""What the log has in place of what could say who typed it."""

Near = Mapping[str, tuple[Match[BriefingCard], ...]]


def without_marks(question: str) -> str:
    """What was typed, without the marks for what was taken out of it."""
    return " ".join(_TAKEN_OUT.sub(" ", question).split())


def unmet(unanswered: Iterable[Unanswered], deck: Deck) -> Unmet:
    """What people asked and did not get, by topic, the topics that are most worth a curator's time first.

    What the deck answers by now, or knows as the name of a category, is no gap.
    """
    answered: list[Unanswered] = []
    wordless: list[Unanswered] = []
    left: list[Unanswered] = []
    near: dict[str, tuple[Match[BriefingCard], ...]] = {}
    for wording in unanswered:
        question = without_marks(wording.question)
        if not _names_a_topic(question):
            wordless.append(wording)
            continue
        answer, near[wording.question] = deck.index.judge(question, MOST_NEAR)
        known = isinstance(answer, Found) or tokens(question) in deck.categories
        (answered if known else left).append(wording)
    found = clusters([without_marks(wording.question) for wording in left], _worths(left), deck.vocabulary)
    documents = _Documents(deck)
    gaps = [_gap([left[number] for number in numbers], near, deck, documents) for numbers in found]
    gaps.sort(key=lambda gap: (-sum(_worths(gap.wordings)), -gap.last.timestamp(), gap.topic))
    return Unmet(gaps=tuple(gaps), answered=tuple(answered), wordless=tuple(wordless))


def _worths(wordings: Iterable[Unanswered]) -> list[int]:
    return [wording.asks + WANTED * wording.wanted for wording in wordings]


def _names_a_topic(question: str) -> bool:
    return any(word not in FUNCTION_WORDS and stem(word) not in LIGHT_WORDS for word in tokens(question))


def _gap(together: list[Unanswered], near: Near, deck: Deck, documents: "_Documents") -> Gap:
    wordings = tuple(sorted(together, key=lambda one: (-one.asks, one.question)))
    picked: Counter[str] = Counter()
    for wording in wordings:
        picked.update({card: count for card, count in wording.picked.items() if card in deck.cards})
    alias_of = _meant(picked, sum(wording.offered for wording in wordings))
    questions = [without_marks(wording.question) for wording in wordings[:LOOKED_UP]]
    passages, shared = documents.about(questions, wanted=any(wording.wanted for wording in wordings))
    found = Advice.WRITE_CARD if shared else Advice.OUT_OF_SCOPE
    advice = Advice.ADD_ALIAS if alias_of else found
    nearest = _nearest(wordings, picked, near)
    return Gap(wordings=wordings, advice=advice, alias_of=alias_of, nearest=nearest, passages=passages, shared=shared)


def _meant(picked: Counter[str], offered: int) -> str | None:
    """The card that most of those chose who were offered it; None where they did not agree, or are too few."""
    for card, count in picked.most_common(1):
        if count >= AGREED and count >= CLEAR * picked.total() and count > MOST * offered:
            return card
    return None


def _nearest(wordings: Sequence[Unanswered], picked: Counter[str], near: Near) -> tuple[str, ...]:
    """Cards that were chosen, most chosen first, then those that are like what was typed."""
    scores: dict[str, float] = {}
    for wording in wordings:
        for match in near[wording.question]:
            scores[match.card.id] = max(scores.get(match.card.id, NEAR), match.score)
    like = sorted((card for card, score in scores.items() if score > NEAR), key=lambda card: (-scores[card], card))
    chosen = sorted(picked, key=lambda card: (-picked[card], card))
    return tuple(dict.fromkeys([*chosen, *like]))[:MOST_NEAR]


class _Documents:
    """Which sentences of the documents are about a topic, and by which words."""

    def __init__(self, deck: Deck) -> None:
        self._search = deck.passages.search
        texts = (
            document.text[paragraph.start : paragraph.end]
            for document in deck.corpus.values()
            for paragraph in document.paragraphs
        )
        self._lexicon = Lexicon(tokens(text[start:end]) for text in texts for start, end in sentences(text))
        size = self._lexicon.size
        self._telling = math.log((1 + size) / (1 + max(FEWEST, RARE * size))) + 1

    def about(self, questions: Sequence[str], wanted: bool) -> tuple[tuple[PassageMatch, ...], tuple[str, ...]]:
        """The sentences that share most with some questions on one topic, and the words that say that they are on it.

        No words where fewer sentences have them than a card is written from. Where a card is wanted they need be no
        telling ones.
        """
        found: dict[tuple[str, int], tuple[float, list[str], PassageMatch]] = {}
        for question in questions:
            for match in self._search(question, MOST_NEAR):
                place = (match.passage.document.id, match.passage.position.start)
                share, words = self._shared(question, match.passage, wanted)
                if share >= SOME and share > found.get(place, (0.0,))[0]:
                    found[place] = share, words, match
        best = sorted(found, key=lambda place: (-found[place][0], place))[:MOST_NEAR]
        on_it = [place for place in best if found[place][1]]
        if len(on_it) < FEWEST:
            return tuple(found[place][2] for place in best), ()
        told = dict.fromkeys(word for place in on_it for word in found[place][1])
        return tuple(found[place][2] for place in on_it), tuple(told)

    def _shared(self, question: str, passage: Passage, wanted: bool) -> tuple[float, list[str]]:
        """The share of a question, by rarity, that a sentence has, and the words by which it is on its topic."""
        terms = [term for term in self._lexicon.terms(tokens(question)) if term.content]
        row = tokens(passage.text)
        stems = self._lexicon.stems_of(row)
        counted = [term for term in terms if term.word not in COMPASS]
        held = [term for term in counted if term.sure and not stems.isdisjoint(term.stems)]
        if not held or not _has_places(terms, row):
            return 0.0, []
        share = sum(term.weight for term in held) / sum(term.weight for term in counted)
        on_it = wanted or (share >= ENOUGH and any(map(self._tells, held)))
        return share, [term.meant or term.word for term in held] if on_it else []

    def _tells(self, term: Term) -> bool:
        light = stem(term.word) in LIGHT_WORDS
        return not light and max(float(self._lexicon.rarity[number]) for number in term.stems) >= self._telling


def _has_places(terms: Sequence[Term], row: Sequence[str]) -> bool:
    """Whether a sentence names each place of a question, and as it is qualified: North Korea is not South Korea."""
    words = [term.meant or term.word for term in terms]
    sides = {pair for pair in pairwise(words) if pair[0] in COMPASS and pair[1] in PLACES}
    return {word for word in words if word in PLACES} <= set(row) and sides <= set(pairwise(row))
