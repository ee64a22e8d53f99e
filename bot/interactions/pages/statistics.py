"""What was asked about, for those who may see it: counts, never who asked. Small counts are not told."""

from bot.charts import FEWEST_VALUES, MOST_VALUES, Bar, BarChart, BarGroup, Columns, highest, values_a_column
from bot.desk import told, told_topics
from bot.interactions.components import PICTURE, Button, Page, Picture, Row, Style, Text, labelled, plain
from bot.interactions.pages.outcomes import command
from bot.interactions.presses import Count
from bot.model import Fate, Period, Statistics, Surface, TopicCount
from bot.translation import gettext as _
from bot.translation import ngettext, pgettext

PERIODS = (7, 30, 90, 365)
"""Days that one may look back on."""
TOP = 10


def statistics(found: Statistics, *, picture: bool = False) -> Page:
    """The counts of a period, with buttons to other periods; `picture`: that of `chart` is sent with it."""
    head = f"## {heading(found)}\n-# {_scope(found)} · {dates(found.period)}"
    turns = Row(tuple(_period_button(days, found) for days in PERIODS))
    if not found.asks:
        return Page((Text(f"{head}\n{_('Nothing was asked.')}"), turns))
    drawn = (Picture(filename=PICTURE, alt=_alt(found)),) if picture else ()
    parts = [
        _total(found),
        _listed(_("Most asked about"), [_topic(topic, found) for topic in _top(found)], _rest(found)),
        _listed(_("Rising"), [_risen(topic, found) for topic in found.rising]),
        _listed(
            _("What became of the questions"),
            [_share(_fate(f), n, found.fates[f], found) for f, n in _fates(found).items()],
        ),
        _listed(
            _("Where they came in"),
            [_share(surface(s), n, found.surfaces[s], found) for s, n in _surfaces(found).items()],
        ),
        f"-# {note(found)}",
    ]
    return Page((Text(head), *drawn, Text("\n".join(filter(None, parts))), turns))


def chart(found: Statistics) -> BarChart | None:
    """The same as a picture; None where there is too little to see."""
    if found.asks < found.fewest:
        return None
    topics = tuple(
        Bar(label=topic.title, value=topic.asks, shown=counted(topic.asks, found.fewest), before=_seen(topic, found))
        for topic in _top(found)
    )
    fates = tuple(_bar(_fate(fate), asks, found.fates[fate], found) for fate, asks in _fates(found).items())
    groups = (
        BarGroup(title=_("Most asked about"), bars=topics),
        BarGroup(title=_("What became of the questions"), bars=fates),
    )
    earlier = ngettext("Thin bars: the day before.", "Thin bars: the {n} days before.", found.period.days)
    below = f"{earlier.format(n=found.period.days)} {note(found)}" if found.before else note(found)
    title = f"{heading(found)} · {_scope(found)}"
    return BarChart(title=title, groups=groups, columns=_columns(found), note=below)


def _columns(found: Statistics) -> Columns | None:
    """The questions of each day, where there are neither too few days nor too many to draw."""
    days = tuple(told(dict(enumerate(found.days)), found.fewest).values())
    if not FEWEST_VALUES <= len(days) <= MOST_VALUES:
        return None
    return Columns(
        title=_per_column(values_a_column(len(days))),
        values=days,
        first=found.period.first.isoformat(),
        last=found.period.last.isoformat(),
        top=str(highest(days)),
    )


def counted(asks: int, fewest: int) -> str:
    """A count as it may be told."""
    return untold(asks, fewest) if 0 < asks < fewest else str(asks)


def untold(asks: int, fewest: int) -> str:
    """What is said in place of a count: that it is small, or, where only another one is, nothing."""
    if asks >= fewest:
        return pgettext("count", "not told")
    return ngettext("fewer than {n}", "fewer than {n}", fewest).format(n=fewest)


def heading(found: Statistics) -> str:
    """How long a time it is."""
    days = found.period.days
    return ngettext("Questions of {n} day", "Questions of {n} days", days).format(n=days)


def dates(period: Period) -> str:
    """Its first and last day."""
    return _("{first} to {last} (UTC)").format(first=period.first.isoformat(), last=period.last.isoformat())


def note(found: Statistics) -> str:
    """That small counts are not told."""
    return _("Counts below {n} are not told, so that nobody’s question shows in them.").format(n=found.fewest)


def surface(where: Surface) -> str:
    """Where questions come in, as a member knows it."""
    match where:
        case Surface.MENTION:
            return pgettext("where", "mentions")
        case Surface.MENU:
            return pgettext("where", "menus of messages")
        case _:
            return command(where.value)


def _scope(found: Statistics) -> str:
    return _("Everywhere") if found.guild is None else _("This server")


def _period_button(days: int, found: Statistics) -> Button:
    label = ngettext("{n} day", "{n} days", days).format(n=days)
    shown = days == found.period.days
    press = Count(days=days, everything=found.guild is None)
    return Button(label=label, press=press, style=Style.FIRST if shown else Style.PLAIN, enabled=not shown)


def _total(found: Statistics) -> str:
    asked = labelled(f"**{_('Questions')}**", counted(found.asks, found.fewest))
    before = counted(found.before, found.fewest)
    return f"{asked} ({_('{count} in the time before').format(count=before)})"


def _listed(title: str, lines: list[str], after: str = "") -> str:
    return "\n".join(filter(None, (f"**{title}**", *(f"- {line}" for line in lines), after))) if lines or after else ""


def _top(found: Statistics) -> list[TopicCount]:
    return list(told_topics(found))[:TOP]


def _rest(found: Statistics) -> str:
    rest = len(told_topics(found)) - len(_top(found))
    return f"-# {ngettext('{n} more topic', '{n} more topics', rest).format(n=rest)}" if rest else ""


def _topic(topic: TopicCount, found: Statistics) -> str:
    return labelled(plain(topic.title), counted(topic.asks, found.fewest))


def _risen(topic: TopicCount, found: Statistics) -> str:
    before, now = counted(topic.before, found.fewest), counted(topic.asks, found.fewest)
    return labelled(plain(topic.title), _("from {before} to {now}").format(before=before, now=now))


def _fates(found: Statistics) -> dict[Fate, int | None]:
    return told(found.fates, found.fewest)


def _surfaces(found: Statistics) -> dict[Surface, int | None]:
    return told(found.surfaces, found.fewest)


def _share(label: str, asks: int | None, all_asks: int, found: Statistics) -> str:
    if asks is None or found.asks < found.fewest:
        return labelled(label, untold(all_asks, found.fewest))
    return labelled(label, f"{asks} ({round(100 * asks / found.asks)} %)")


def _bar(label: str, asks: int | None, all_asks: int, found: Statistics) -> Bar:
    shown = untold(all_asks, found.fewest) if asks is None else str(asks)
    return Bar(label=label, value=asks or 0, shown=shown, faint=asks is None)


def _seen(topic: TopicCount, found: Statistics) -> int | None:
    return topic.before if topic.before >= found.fewest else None


def _fate(fate: Fate) -> str:
    return {
        Fate.ANSWERED: pgettext("fate", "answered"),
        Fate.CHOSEN: pgettext("fate", "chosen from several"),
        Fate.NOT_CHOSEN: pgettext("fate", "several offered, none chosen"),
        Fate.MISSED: pgettext("fate", "nothing found"),
    }[fate]


def _per_column(days: int) -> str:
    return ngettext("Questions a day", "Questions of {n} days each", days).format(n=days)


def _alt(found: Statistics) -> str:
    most = ", ".join(topic.title for topic in _top(found)[:3])
    if not most:
        return _("The questions of each day as columns. Their sum stands in the text.")
    return _("Bars of the topics most asked about, first {topics}; the questions of each day as columns.").format(
        topics=most
    )
