"""Editorial gates: what a card may not say in the bot's own voice.

They look at the words outside «quotation marks» of a bottom line and its key points. The word lists are short on
purpose: each entry was tried on the whole deck, and a word with an innocent use there is not on them.
"""

import re
from collections.abc import Iterator

from bot.cards.format import CardFormat
from bot.corpus.locating import occurrences
from bot.model import Corpus, Document, Problem, Quote, Status, TextQuoteSelector
from bot.yamlfile import Place, YamlFile

IMPERATIVES = (
    "should",
    "must",
    "ought to",
    "needs to",
    "need to",
    "has to",
    "have to",
    "it is time",
    "it's time",
    "let us",
    "let's",
)
FIRST_PERSON = ("we", "our", "ours", "my", "me", "us")
JUDGEMENTS = (
    "clearly", "obviously", "undoubtedly", "of course", "unfortunately", "fortunately", "sadly", "rightly", "wrongly",
    "rightfully", "best", "worst", "greatest", "finest", "largest", "biggest", "strongest", "most important",
    "unprecedented", "perfect", "undeniable",
)  # fmt: skip

TO_WRITE = "TO WRITE"
"""Stands in a draft where a person is to write."""

_QUOTED = re.compile(r"«([^«»]*)»")
_OTHER_MARKS = re.compile(r"[«»‹›“”\"„]")


def stance_problems(file: YamlFile, card: CardFormat) -> list[Problem]:
    """First person, imperatives, judgements and superlatives in the bot's own voice."""
    return [
        Problem(
            code="stance",
            message=f"«{word}» {why}",
            hint="attribute it and quote it in «», or leave it out",
            origin=file.origin_of(word, place),
        )
        for place, text in _own_voice(card)
        for word, why in _stance_words(_QUOTED.sub(" ", text).replace("’", "'"))
    ]


def _own_voice(card: CardFormat) -> Iterator[tuple[Place, str]]:
    yield ("bottom_line",), card.bottom_line
    for i, point in enumerate(card.key_points):
        yield ("key_points", i, "text"), point.text


def _stance_words(text: str) -> Iterator[tuple[str, str]]:
    for words, why, flags in (
        (IMPERATIVES, "tells the reader what to do", re.IGNORECASE),
        (FIRST_PERSON, "speaks in the first person", re.NOFLAG),
        (JUDGEMENTS, "is a judgement", re.IGNORECASE),
    ):
        for found in re.finditer(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text, flags):
            yield found.group(), why
    # An «I» after capitals is a number: START I.
    for found in re.finditer(r"\b(?:We|Our|My)\b|(?<![A-Z] )\bI\b", text):
        yield found.group(), "speaks in the first person"


def unwritten_problems(file: YamlFile, card: CardFormat) -> list[Problem]:
    """What a draft was made with is to be replaced before it is published."""
    stances = [(("positions", i, "stance"), held.stance) for i, held in enumerate(card.positions)]
    message, hint = f"«{TO_WRITE}» is still to be replaced", "write it, or make the card a draft again"
    return [
        file.problem(place, "unwritten", message, hint)
        for place, text in ((("title",), card.title), *_own_voice(card), *stances)
        if card.status is Status.PUBLISHED and TO_WRITE in text
    ]


def quoted_words_problems(file: YamlFile, card: CardFormat, corpus: Corpus) -> list[Problem]:
    """Words between «» in the bot's own voice stand in a document that the card quotes, character for character.

    Says nothing of a card that quotes a document which is not there: that is reported by itself.
    """
    quoted = {quote.document for quote in card.quotes if quote.document}
    problems: list[Problem] = []
    stances = [(("positions", i, "stance"), entry.stance) for i, entry in enumerate(card.positions)]
    for place, text in (*_own_voice(card), *stances):
        for words in _QUOTED.findall(text):
            if quoted <= corpus.keys() and not any(_stands_in(words, corpus[document]) for document in quoted):
                message = f"«{words}» is in none of the documents quoted"
                hint = "quote it as the document has it, or write it without quotation marks"
                problems.append(
                    Problem(code="misquoted", message=message, hint=hint, origin=file.origin_of(words, place))
                )
        if mark := _OTHER_MARKS.search(_QUOTED.sub("", text)):
            found = mark.group()
            what = f"{found} has no partner" if found in "«»" else f"uses {found} as a quotation mark"
            hint = "quote with «», so that the words are checked"
            origin = file.origin_of(found, place)
            problems.append(Problem(code="quotation-mark", message=what, hint=hint, origin=origin))
    return problems


def _stands_in(words: str, document: Document) -> bool:
    quote = Quote(document_id=document.id, selector=TextQuoteSelector(exact=words))
    return bool(occurrences(quote, document))
