"""What a server is told once a week: counts and topics. No word of it was typed by anybody, for many read it."""

from bot.desk import told_topics
from bot.interactions.components import Button, Page, Row, Text, clip, labelled, plain
from bot.interactions.pages.outcomes import said
from bot.interactions.pages.statistics import counted, dates, note
from bot.interactions.presses import Show
from bot.interactions.subjects import TopicList
from bot.model import Digest, Fate, TopicCount
from bot.translation import gettext as _

TOP = 5
LENGTH = 3_000
"""Characters that a digest has at most."""


def digest(told: Digest) -> Page:
    """The week of a server."""
    found = told.statistics
    fewest = found.fewest
    topics = told_topics(found)[:TOP]
    unmet = [
        labelled(_("found nothing"), counted(found.fates[Fate.MISSED], fewest)),
        *([labelled(_("wished for a card"), counted(told.wanted, fewest))] if told.wanted else []),
        *([labelled(_("nearest to"), ", ".join(plain(card.title) for card in told.nearest))] if told.nearest else []),
    ]
    parts = [
        f"## {_('The week in questions')}\n-# {dates(found.period)}",
        labelled(f"**{_('Questions')}**", counted(found.asks, fewest)),
        _listed(_("Most asked about"), [labelled(plain(topic.title), str(topic.asks)) for topic in topics]),
        _listed(_("Rising"), [_risen(topic, fewest) for topic in found.rising]),
        _listed(_("Unmet"), unmet if found.fates[Fate.MISSED] or told.wanted else []),
        _listed(_("Cards due for review"), [plain(card.title) for card in told.due]),
        f"-# {note(found)}",
    ]
    topics_button = Button(label=_("Topics"), press=Show(subject=TopicList()))
    return Page((Text(clip("\n".join(filter(None, parts)), LENGTH)), Row((topics_button,))))


def coming() -> Page:
    """What a channel is told that was chosen."""
    text = _("Once a week, if anything was asked in this server, a digest of it will come here.")
    return said(f"{text}\n-# {_('It counts topics. Who asked is never known.')}")


def is_worth_it(told: Digest) -> bool:
    """Whether there is anything to tell: a week in which nobody asked is no news."""
    return bool(told.statistics.asks or told.due)


def _listed(title: str, lines: list[str]) -> str:
    return "\n".join((f"**{title}**", *(f"- {line}" for line in lines))) if lines else ""


def _risen(topic: TopicCount, fewest: int) -> str:
    steps = _("from {before} to {now}").format(before=counted(topic.before, fewest), now=counted(topic.asks, fewest))
    return labelled(plain(topic.title), steps)
