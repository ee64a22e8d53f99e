"""What this is and is not, what is kept, and what a server's managers may choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.interactions.components import Button, Menu, Option, Page, Row, Text
from bot.interactions.pages.browsing import leaning
from bot.interactions.pages.outcomes import command
from bot.interactions.presses import Change, Setting, Show
from bot.interactions.subjects import SourceList, TopicList
from bot.model import Document, ServerSettings, Visibility
from bot.translation import LANGUAGES, ngettext
from bot.translation import gettext as _

AUTOMATIC = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is running: the bot's version, and the deck's (eight hexadecimal digits) with its size."""

    bot: str
    deck: str
    cards: int


def about(edition: Edition, documents: Sequence[Document]) -> Page:
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
    return Page((Text("\n".join(lines)), _ways()))


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


def privacy(days: int) -> Page:
    """What is kept, for how long, and what there is no place for."""
    kept_for = ngettext("{n} day", "{n} days", days).format(n=days)
    lines = [
        f"## {_('Privacy')}",
        _("Topics are counted, people are not."),
        "",
        f"**{_('What is kept of a question')}**",
        "- "
        + _(
            "When it came, by which command, in which server, the language of your Discord, which card answered and "
            "how well it fitted."
        ),
        "- "
        + _(
            "The words themselves only where no card was clear, without mentions, links, addresses and long numbers; "
            "they are erased after {days}."
        ).format(days=kept_for),
        "- " + _("What you paste to be verified, and messages that others wrote, are not kept at all."),
        "",
        f"**{_('What is kept of a press of a button')}**",
        "- "
        + _(
            "«Helpful», «Not helpful», «Report an error» and «Please cover this» are counted for the card or the "
            "topic. The words of a report are kept like those of a question."
        ),
        "",
        f"**{_('What is never kept')}**",
        "- " + _("Who asked: no name, no number of a user, of a message or of a channel."),
        "- "
        + _(
            "What is written in the server. The bot is given commands, messages that mention it or are sent to it, and "
            "those that you hand to it from a menu."
        ),
    ]
    return Page((Text("\n".join(lines)),))


def settings(current: ServerSettings, *, saved: bool = False) -> Page:
    """For those who manage a server: who sees answers, and in which language."""
    visibilities = {
        Visibility.PRIVATE: _("Private: whoever asks sees the answer, and may share it"),
        Visibility.SHARED: _("Shared: everybody in the channel sees the answer on a topic"),
    }
    shown = tuple(
        Option(label=label, value=visibility.value, chosen=visibility is current.visibility)
        for visibility, label in visibilities.items()
    )
    languages = {AUTOMATIC: _("Each member’s own language"), **LANGUAGES}
    spoken = tuple(
        Option(label=label, value=code, chosen=code == (current.language or AUTOMATIC))
        for code, label in languages.items()
    )
    done = f"\n**{_('Saved.')}**" if saved else ""
    hint = _("Who may use which command, and where, is set by Discord itself: Server Settings → Integrations.")
    return Page(
        (
            Text(f"## {_('Settings of this server')}\n-# {hint}{done}"),
            Text(f"**{_('Who sees answers')}**"),
            Menu(placeholder=_("Who sees answers"), press=Change(setting=Setting.VISIBILITY), options=shown),
            Text(f"**{_('Language')}**\n-# {_('Of everything but cards and documents.')}"),
            Menu(placeholder=_("Language"), press=Change(setting=Setting.LANGUAGE), options=spoken),
        )
    )


def not_kept() -> str:
    return _("That could not be kept just now: the database is away. Please try again in a minute.")


def managers_only() -> str:
    return _("These settings are for those who manage the server.")
