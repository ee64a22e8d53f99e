"""Every value that passes between two modules. Imports nothing of ours.

Glossary, and the order in which the values come about:

document    a text of the corpus, with who wrote it, when, and its standing (what kind of voice it is)
paragraph   a numbered stretch of a document; numbers are how a citation is checked
quote       what a card claims that a document says, as a W3C TextQuoteSelector
passage     where a quote was found; its text is sliced from the document and from nowhere else
card        a briefing on one topic; exists only when every one of its quotes became a passage
deck        the corpus and its cards, loaded together or not at all
name        a title, alias or sample question by which a card is found; only titles are ever shown
match       a card with the name that found it, a score in 0..1 and the reason
answer      found (one clear card), suggested (the user picks) or abstained (nothing here)
ask         what the log keeps of one answered question: the topic and the outcome, never the person
feedback    what members say about a card or a miss: helpful or not, an error, a request; never who says it
statistics  what many asks tell: topics, outcomes, and how often; never who
shard       a part of the servers of one bot, as Discord divides them between connections
settings    what the managers of a server decide for it: who sees answers, and in which language
problem     something wrong in a file, at its place, with what to do
"""

from bot.model.answers import (
    Abstained,
    Answer,
    Checked,
    Difference,
    Found,
    Match,
    PassageMatch,
    Suggested,
    Verdict,
    Why,
)
from bot.model.asks import Ask, Outcome, Surface
from bot.model.cards import (
    Balance,
    BriefingCard,
    DatedBy,
    DatedEvent,
    EditorsNote,
    GlossaryTerm,
    KeyPoint,
    NoteKind,
    Position,
    Reference,
    Status,
    TimelineEvent,
)
from bot.model.digests import Digest
from bot.model.documents import (
    Corpus,
    Document,
    Paragraph,
    Passage,
    Published,
    Quote,
    Section,
    TextPositionSelector,
    TextQuoteSelector,
)
from bot.model.feedback import Feedback, Voice
from bot.model.gaps import MOST_NEAR, Advice, Gap, Unmet
from bot.model.problems import Origin, Problem
from bot.model.servers import WEEKDAYS, DigestTime, ServerSettings, Visibility
from bot.model.shards import Shards, shard_ids, shard_text
from bot.model.statistics import AskCount, Fate, Period, Statistics, TopicCount, Unanswered

__all__ = [
    "MOST_NEAR",
    "WEEKDAYS",
    "Abstained",
    "Advice",
    "Answer",
    "Ask",
    "AskCount",
    "Balance",
    "BriefingCard",
    "Checked",
    "Corpus",
    "DatedBy",
    "DatedEvent",
    "Difference",
    "Digest",
    "DigestTime",
    "Document",
    "EditorsNote",
    "Fate",
    "Feedback",
    "Found",
    "Gap",
    "GlossaryTerm",
    "KeyPoint",
    "Match",
    "NoteKind",
    "Origin",
    "Outcome",
    "Paragraph",
    "Passage",
    "PassageMatch",
    "Period",
    "Position",
    "Problem",
    "Published",
    "Quote",
    "Reference",
    "Section",
    "ServerSettings",
    "Shards",
    "Statistics",
    "Status",
    "Suggested",
    "Surface",
    "TextPositionSelector",
    "TextQuoteSelector",
    "TimelineEvent",
    "TopicCount",
    "Unanswered",
    "Unmet",
    "Verdict",
    "Visibility",
    "Voice",
    "Why",
    "shard_ids",
    "shard_text",
]
