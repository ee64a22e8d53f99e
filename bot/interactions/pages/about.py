"""What this is and is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.interactions.components import Button, Page, Row, Text, clip, more, plain
from bot.interactions.pages.browsing import leaning
from bot.interactions.pages.outcomes import command
from bot.interactions.presses import Show
from bot.interactions.subjects import SourceList, TopicList
from bot.model import Document, Problem
from bot.translation import gettext as _
from bot.translation import ngettext

MOST_WRONG = 3
"""Problems of an edit that are named; the log has more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is running: the bot's version, and the deck's stamp with its size."""

    bot: str
    deck: str
    cards: int


def about(edition: Edition, documents: Sequence[Document], wrong: Sequence[Problem] = ()) -> Page:
    """`wrong`: for the bot's owner, why the last edit of the deck is not live."""
    lines = [
        f"## {_('About Briefbot')}",
        _(
            "It answers questions with briefing cards that people wrote and checked: who says what, with quotes that "
            "are cut from the documents themselves."
        ),
        "",
        f"**{_('What it is not')}**",
        "- "
        + _("It has no opinion and no language model. It writes no sentence; what no card covers, it does not answer."),
        "- "
        + _("It is no reference work. Its documents are few, and this is how they lean:")
        + "\n  "
        + leaning(documents),
        "- "
        + _(
            "Summaries, key points and editor’s notes are in our words; “quotes” are the documents’. Notes say where a "
            "document is wrong, outdated or contested, and on what evidence."
        ),
        "",
        f"**{_('How to use it')}**",
        "- " + _("{brief} for the card on a topic; typos are fine.").format(brief=command("brief")),
        "- "
        + _("{quote} and {search} for words of the documents.").format(
            quote=command("quote"), search=command("search")
        ),
        "- " + _("{verify} for a quotation that you were shown.").format(verify=command("verify")),
        "- " + _("Cards and documents stay in the language they are written in."),
        "",
    ]
    cards = ngettext("{n} card", "{n} cards", edition.cards).format(n=edition.cards)
    lines.append(
        "-# "
        + _("Version {version} · deck {deck}, {cards}").format(version=edition.bot, deck=edition.deck, cards=cards)
    )
    page = Page((Text("\n".join(lines)), _ways()))
    return page.topped(_not_live(wrong)) if wrong else page


def _not_live(wrong: Sequence[Problem]) -> str:
    said = _("The last edit of the deck is not live; the deck before it goes on answering. To be mended:")
    listed = [f"- {plain(clip(str(problem), 220))}" for problem in wrong[:MOST_WRONG]]
    left = [more(len(wrong) - len(listed))] if len(wrong) > len(listed) else []
    return "\n".join([f"**{said}**", *listed, *left])


def hello() -> Page:
    """What is said to a mention without words."""
    text = _("Name a topic and I look for the card on it, typos and all. {brief} does the same.")
    return Page((Text(text.format(brief=command("brief"))), _ways()))


def _ways() -> Row:
    return Row(
        (
            Button(label=_("Topics"), press=Show(subject=TopicList())),
            Button(label=_("Sources"), press=Show(subject=SourceList())),
        )
    )
