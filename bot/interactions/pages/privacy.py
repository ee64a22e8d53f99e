"""What is kept, for how long, and what there is no place for: from the database's own list of columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.interactions.components import Page, Text, labelled
from bot.interactions.pages.outcomes import command
from bot.translation import N_, ngettext, pgettext
from bot.translation import gettext as _

KEPT_FOR = {
    "asks": N_("Of each question"),
    "feedback": N_("Of each «Helpful», «Not helpful», error report and wish"),
    "daily": N_("Of each day, added up"),
    "servers": N_("Of each server with settings of its own"),
    "digests": N_("Of each weekly digest"),
    "departures": N_("Of each server that the bot has left"),
}
"""What each table has a row of, in the order in which it is told."""

Tables: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]
"""Names of tables, with their columns, each of which says what it keeps."""


def privacy(tables: Tables, days: int, away: int) -> Page:
    """Words go after so many `days`, and everything about a server when the bot has been `away` from it for so many.

    Raises ValueError for a table that nothing is told of.
    """
    kept_for = ngettext("{n} day", "{n} days", days).format(n=days)
    away_for = ngettext("{n} day", "{n} days", away).format(n=away)
    lines = [
        f"## {_('Privacy')}",
        _("Topics are counted, people are not. This is all that is kept:"),
        *(labelled(f"- **{heading}**", pgettext("list", "; ").join(kept)) for heading, kept in _kept(tables)),
        "",
        f"**{_('How long')}**",
        "- " + _("The words of questions and reports are erased after {days}; the counts stay.").format(days=kept_for),
        "- "
        + _(
            "Those who manage a server can take along what is kept of it, and erase it: {settings}. When the bot has "
            "been away from a server for {days}, all of it is erased."
        ).format(settings=command("settings"), days=away_for),
        "",
        f"**{_('Who sees it')}**",
        "- "
        + _(
            "Those who manage a server see counts of it, but no small ones; in what they take along are the words too, "
            "with days for times. Whoever runs this bot can read all of it."
        ),
        "",
        f"**{_('What is never kept')}**",
        "- " + _("Who asked: no name, no number of a user or of a message, and no channel that anybody asked in."),
        "- " + _("What you paste to be verified, and messages that others wrote, are not kept at all."),
        "- "
        + _(
            "What is written in the server. The bot is given commands, messages that mention it or are sent to it, and "
            "those that you hand to it from a menu."
        ),
    ]
    return Page((Text("\n".join(lines)),))


def _kept(tables: Tables) -> Iterator[tuple[str, list[str]]]:
    """For each table what its columns keep, each thing once."""
    told: set[str] = set()
    for name in sorted(tables, key=list(KEPT_FOR).index):
        new = [keeps for keeps in dict.fromkeys(keeps for _column, keeps in tables[name]) if keeps not in told]
        told.update(new)
        yield _(KEPT_FOR[name]), [_(keeps) for keeps in new]
