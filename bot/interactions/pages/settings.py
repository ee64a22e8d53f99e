"""What those who manage a server choose for it, take along, and erase."""

from collections.abc import Iterator

from bot.interactions.components import Attached, Block, Button, ChannelMenu, Menu, Option, Page, Row, Text
from bot.interactions.pages.outcomes import said
from bot.interactions.presses import Change, Plain, Setting
from bot.model import DigestTime, ServerSettings, Visibility
from bot.translation import LANGUAGES, ngettext, pgettext
from bot.translation import gettext as _

AUTOMATIC = "auto"
HOURS = (9, 18)
"""At which a digest can come."""
ZONES = """
    UTC Europe/London Europe/Lisbon Europe/Paris Europe/Berlin Europe/Warsaw Europe/Athens Europe/Kyiv Europe/Istanbul
    Europe/Moscow Asia/Tbilisi Asia/Dubai Asia/Almaty Asia/Kolkata Asia/Bangkok Asia/Shanghai Asia/Tokyo
    Australia/Sydney Pacific/Auckland Africa/Lagos America/Sao_Paulo America/New_York America/Chicago America/Denver
    America/Los_Angeles
""".split()
"""Time zones to choose from, by their names in the IANA database: as many as a menu holds."""
ARCHIVE = "briefbot-export.zip"


def settings(current: ServerSettings, *, told: str = "") -> Page:
    """What is decided now, each thing in a menu, and what is `told` of the last change."""
    done = f"\n**{told}**" if told else ""
    hint = _("Who may use which command, and where, is set by Discord itself: Server Settings → Integrations.")
    return Page(
        (
            Text(f"## {_('Settings of this server')}\n-# {hint}{done}"),
            *_answers(current),
            *_digest(current),
            Text(f"**{_('What is kept of this server')}**"),
            Row(
                (
                    Button(label=_("Take it along"), press=Plain.EXPORT),
                    Button(label=_("Erase it"), press=Plain.ERASE),
                )
            ),
        )
    )


def _answers(current: ServerSettings) -> Iterator[Block]:
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
    yield Text(f"**{_('Who sees answers')}**")
    yield Menu(placeholder=_("Who sees answers"), press=Change(setting=Setting.VISIBILITY), options=shown)
    yield Text(f"**{_('Language')}**\n-# {_('Of everything but cards and documents.')}")
    yield Menu(placeholder=_("Language"), press=Change(setting=Setting.LANGUAGE), options=spoken)


def _digest(current: ServerSettings) -> Iterator[Block]:
    told = _(
        "What was asked about in this server, once a week, to everybody in a channel. Without a channel it is off."
    )
    yield Text(f"**{_('Weekly digest')}**\n-# {told}")
    press = Change(setting=Setting.DIGEST_CHANNEL)
    yield ChannelMenu(placeholder=_("No channel: no digest"), press=press, chosen=current.digest_channel)
    if current.digest_channel is None:
        return
    times = dict.fromkeys(
        [current.digest_time, *(DigestTime(weekday=day, hour=at) for day in range(7) for at in HOURS)]
    )
    ordered = sorted(times, key=lambda time: (time.weekday, time.hour))
    moments = tuple(Option(label=moment(time), value=time.code, chosen=time == current.digest_time) for time in ordered)
    yield Menu(placeholder=_("Day and hour"), press=Change(setting=Setting.DIGEST_TIME), options=moments)
    known = ZONES if current.time_zone in ZONES else [current.time_zone, *ZONES[:-1]]
    zones = tuple(Option(label=zone, value=zone, chosen=zone == current.time_zone) for zone in known)
    yield Menu(placeholder=_("Time zone"), press=Change(setting=Setting.TIME_ZONE), options=zones)


def saved() -> str:
    return _("Saved.")


def not_there() -> str:
    return _("I may not write in that channel. Give me “View Channel” and “Send Messages” there, then choose it again.")


def moment(time: DigestTime) -> str:
    """A day of the week and an hour of it."""
    return _("{day}, {hour} o’clock").format(day=_weekdays()[time.weekday], hour=time.hour)


def _weekdays() -> tuple[str, ...]:
    return (
        pgettext("weekday", "Monday"),
        pgettext("weekday", "Tuesday"),
        pgettext("weekday", "Wednesday"),
        pgettext("weekday", "Thursday"),
        pgettext("weekday", "Friday"),
        pgettext("weekday", "Saturday"),
        pgettext("weekday", "Sunday"),
    )


# ---------------------------------------------------------------- what is kept


def exported() -> Page:
    """Goes with the file."""
    told = _(
        "This is all that is kept of this server. Times are cut to the day, so that nobody is found out by the clock."
    )
    return Page((Text(told), Attached(filename=ARCHIVE)))


def too_large(megabytes: int) -> Page:
    return said(
        ngettext(
            "That is {n} MB, more than Discord takes. Whoever runs this bot can send it to you.",
            "That is {n} MB, more than Discord takes. Whoever runs this bot can send it to you.",
            megabytes,
        ).format(n=megabytes)
    )


def sure() -> Page:
    """Asks once more before everything is erased."""
    warning = _(
        "This erases everything that is kept of this server, for good: what was asked about, what was said of the "
        "answers, and these settings. It is only left in backups that whoever runs this bot may have."
    )
    return Page((Text(warning), Row((Button(label=_("Erase everything of this server"), press=Plain.ERASE_ALL),))))


def erased(rows: int) -> Page:
    told = ngettext("{n} row was erased, and the settings.", "{n} rows were erased, and the settings.", rows)
    return said(told.format(n=rows))
