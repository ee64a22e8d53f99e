"""The catalogues hold every text of ours, in the form that Discord takes, and no text of ours goes around them."""

import gettext as gnu
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from string import Formatter, ascii_letters
from typing import Any

import discord
import pytest
from babel.messages.catalog import Catalog, Message
from discord.app_commands import Command, ContextMenu, TranslationContext, TranslationContextTypes, locale_str
from discord.app_commands import TranslationContextLocation as Location

from bot import __version__, limits
from bot.asklog import MemoryAskLog
from bot.asklog.tables import stored as stored_columns
from bot.charts import BarChart, Chart
from bot.desk import BriefingDesk, Deck
from bot.interactions import commands
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import PICTURE, Attached, ChannelMenu, Menu, Page, Picture
from bot.interactions.forms import report_form
from bot.interactions.localisation import CommandTranslator
from bot.interactions.pages import (
    about,
    browsing,
    comparing,
    digest,
    outcomes,
    passages,
    privacy,
    settings,
    stamps,
    statistics,
)
from bot.interactions.pages.card import card as card_page
from bot.interactions.presses import Reasons, Want
from bot.interactions.showing import chart_of, page_of
from bot.interactions.subjects import (
    CardTab,
    Chronology,
    Comparison,
    Context,
    Source,
    SourceList,
    SourceQuotes,
    Subject,
    Tab,
    Term,
    TopicList,
    slug,
)
from bot.interactions.views import view
from bot.model import (
    Balance,
    Checked,
    Difference,
    Digest,
    DigestTime,
    Fate,
    Match,
    Origin,
    PassageMatch,
    Period,
    Problem,
    ServerSettings,
    Statistics,
    Surface,
    TopicCount,
    Verdict,
    Visibility,
    Why,
)
from bot.sandbox.messages import Flag
from bot.sandbox.payloads import Callback, Kind, callback_refusals, message_refusals
from bot.translation import LANGUAGES, SOURCE, catalogue, gettext, language_of, ngettext, speak, speaking
from tests.conftest import Running
from tools.translations import extracted, stored, untranslated

OURS = [language for language in LANGUAGES if language != SOURCE]
LOCALES = [locale for locale in discord.Locale if language_of(locale.value) not in (None, SOURCE)]
TODAY = date(2026, 11, 23)
NAME = re.compile(r"[-_\w]{1,32}")
EVERY = pytest.mark.parametrize("language", OURS)


# ---------------------------------------------------------------- the catalogues


def texts(catalogue: Catalog) -> dict[tuple[Any, str | None], Message]:
    return {(message.id, message.context): message for message in catalogue if message.id}


@EVERY
def test_a_catalogue_has_every_text_of_the_code_and_no_other(language: str) -> None:
    assert set(texts(stored(language))) == set(texts(extracted()))


@EVERY
def test_every_text_is_translated_in_all_its_forms(language: str) -> None:
    catalogue = stored(language)
    assert untranslated(catalogue) == []
    for message in texts(catalogue).values():
        assert not message.fuzzy, message.id
        if message.pluralizable:
            assert len(message.string or ()) == catalogue.num_plurals, message.id


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}


def forms(message: Message) -> Iterator[tuple[str, set[str], set[str]]]:
    """Each form of a translation with the placeholders that it must have, and those that it may have."""
    if isinstance(message.string, str) or not message.string:
        yield str(message.string), placeholders(str(message.id)), placeholders(str(message.id))
        return
    one, many = map(placeholders, message.id)
    first, *others = message.string
    # Where there are more than two, the first stands for 21 as well and cannot leave the number out.
    number = many & {"n"} if len(others) > 1 else set()
    yield first, (one - {"n"}) | number, one | many
    yield from ((said, many, many) for said in others)


@EVERY
def test_a_translation_has_the_placeholders_of_its_source(language: str) -> None:
    for message in texts(stored(language)).values():
        for said, needed, allowed in forms(message):
            assert needed <= placeholders(said) <= allowed, (message.id, said)
            assert not set("{}") & set(said.format(**dict.fromkeys(allowed, "7"))), said


# ---------------------------------------------------------------- languages


def test_a_locale_of_discord_has_its_language() -> None:
    assert [language_of(locale) for locale in ("es-419", "es-ES", "de", "en-GB")] == ["es", "es", "de", "en"]
    assert [language_of(locale) for locale in ("pt-BR", "zh-CN", "", None)] == [None] * 4


def test_a_language_is_spoken_within_its_block_and_not_after_it() -> None:
    with speaking("de"):
        with speaking("ru"):
            assert gettext("Sources") == "Источники"
            forms = [ngettext("{n} card", "{n} cards", n) for n in (21, 3, 5)]
            assert forms == ["{n} карточка", "{n} карточки", "{n} карточек"]
        assert gettext("Sources") == catalogue("de").gettext("Sources")
        with pytest.raises(KeyError), speaking("uk"):
            raise KeyError
        assert gettext("Sources") == catalogue("de").gettext("Sources")
    assert gettext("Sources") == "Sources"


def test_a_language_that_is_not_there_cannot_be_spoken() -> None:
    with pytest.raises(KeyError):
        speak("tlh")


# ---------------------------------------------------------------- commands


def named(command: Command[Any, ..., Any] | ContextMenu) -> Iterator[tuple[str, TranslationContextTypes]]:
    """The words of a command that a member sees, and where they stand."""
    yield command.name, TranslationContext(location=Location.command_name, data=command)
    if isinstance(command, Command):
        yield command.description, TranslationContext(location=Location.command_description, data=command)
        for option in command.parameters:
            yield option.display_name, TranslationContext(location=Location.parameter_name, data=option)
            yield str(option.description), TranslationContext(location=Location.parameter_description, data=option)
            for choice in option.choices:
                yield choice.name, TranslationContext(location=Location.choice_name, data=choice)


@EVERY
async def test_discord_is_given_the_translation_of_each_name_and_description(language: str) -> None:
    known = texts(stored(language))
    for words, where in [each for command in commands.ALL for each in named(command)]:
        name = where.location in (Location.command_name, Location.parameter_name)
        translation = known[words, "command" if name else None].string
        for locale in LOCALES:
            if language_of(locale.value) == language:
                given = await CommandTranslator().translate(locale_str(words), locale, where)
                assert (given or words) == translation


async def test_names_stay_english_where_there_is_no_catalogue() -> None:
    for locale in set(discord.Locale) - set(LOCALES):
        for words, where in named(commands.brief):
            assert await CommandTranslator().translate(locale_str(words), locale, where) is None


def in_locale(made: list[dict[str, Any]], locale: discord.Locale) -> list[str]:
    return [(each.get("name_localizations") or {}).get(locale.value, each["name"]) for each in made]


async def test_translated_commands_are_registered_by_the_rules_of_discord(bot: Running) -> None:
    registered = bot.sandbox.world.commands.all()
    slash = [command for command in registered if command["type"] == 1]
    menus = [command for command in registered if command["type"] == 3]
    assert len(slash) + len(menus) == len(commands.ALL)
    options = [command["options"] for command in slash]
    for locale in LOCALES:
        for names in (in_locale(slash, locale), *(in_locale(given, locale) for given in options)):
            assert len(names) == len(set(names))
            assert [name for name in names if not NAME.fullmatch(name) or name != name.lower()] == []
        titles = in_locale(menus, locale)
        assert len(set(titles)) == len(menus)
        assert all(0 < len(title) <= limits.COMMAND_NAME for title in titles)
        for described in (*slash, *(option for given in options for option in given)):
            words = described["description_localizations"][locale.value]
            assert 0 < len(words) <= limits.COMMAND_DESCRIPTION


# ---------------------------------------------------------------- everything that a reader can be shown


def subjects(desk: BriefingDesk) -> Iterator[Subject]:
    """Everything that a custom_id can name, and of each kind what is not there."""
    deck = desk.deck
    for card in deck.cards.values():
        yield from (CardTab(card=card.id, tab=tab) for tab in Tab)
        yield CardTab(card=card.id, version="0" * 8, tab=Tab.NOTES, page=1)
        yield from (Comparison(card=card.id, page=page) for page in (0, 1))
        yield Chronology(card=card.id)
        yield from map(passages.context_of, card.quotes)
    for document in deck.corpus.values():
        yield from (Source(document=document.id), SourceQuotes(document=document.id))
        for paragraph in document.paragraphs:
            yield Context(document=document.id, version=document.version, start=paragraph.start, end=paragraph.end)
    yield from (Term(slug=slug(term.term)) for term in deck.glossary)
    yield from (TopicList(category=slug(category)) for category in desk.topics())
    yield from (Chronology(page=page) for page in range(3))
    yield from (SourceList(), TopicList(), CardTab(card="x"), Comparison(card="x"), Chronology(card="x"))
    yield from (Source(document="x"), SourceQuotes(document="x"), Term(slug="x"))
    yield Context(document="x", version="f" * 6, start=0, end=9)


def answers(deck: Deck) -> Iterator[Page]:
    """What is answered without a subject. Words that somebody typed are «нато»."""
    cards, documents, ask = tuple(deck.cards.values()), tuple(deck.corpus.values()), "0" * 16
    quote = cards[0].quotes[0]
    why = Why(words=(), corrected=(), lead=0, exact=False)
    yield outcomes.suggestions([Match(card=card, name="нато", score=0.5, why=why) for card in cards], ask)
    yield outcomes.suggestions([Match(card=cards[0], name="нато", score=0.5, why=why)], ask)
    yield from (outcomes.nothing(ask, near, [quote] if near else [], want) for near in (cards, ()) for want in Want)
    yield outcomes.why(Reasons(exact=False, lead=7, words=("нато",), corrected=(("нато", "нато"),)))
    yield outcomes.why(Reasons(exact=True, lead=0, words=(), corrected=()))
    verbatim = PassageMatch(passage=quote, score=1, verdict=Verdict.VERBATIM)
    differing = tuple(Difference(typed=typed, stands=stands) for typed in ("", "нато") for stands in ("", "нато"))
    altered = replace(verbatim, verdict=Verdict.ALTERED, differences=differing[1:] * 4)
    left_out = replace(verbatim, differences=(Difference(typed="", stands="нато", marked=True),))
    letters = " ".join(quote.text.split())
    checked = [("нато " * 9, verbatim), ("нато " * 9, altered), ("нато " * 9, None), ("и", None), (letters, verbatim)]
    checked.append(("нато", left_out))
    yield passages.verified([Checked(quotation=said, match=match) for said, match in checked])
    every = [replace(altered, passage=passage) for card in cards for passage in card.quotes]
    for quoting in ((), cards, tuple(card for card in cards if not card.editors_notes)):
        yield from (passages.verified([Checked(quotation=said, match=match)], quoting) for said, match in checked)
        yield from (passages.found(found, quoting) for found in ([verbatim], [altered], every))
    yield from (browsing.terms(deck.glossary[:count]) for count in (2, 99))
    yield browsing.topics({str(number): cards for number in range(60)}, TopicList(page=1))
    unleaning = replace(quote.document, leans=None, side=None, url="https://example.org")
    yield browsing.source(unleaning, (), Source(document="x"))
    yield browsing.sources([unleaning], SourceList())
    yield passages.of_source(unleaning, (), SourceQuotes(document="x"))
    yield passages.in_context(replace(quote, document=unleaning), "", "", section=None)
    bare = replace(cards[0], timeline=(), editors_notes=())
    yield from (card_page(bare, CardTab(card="x", tab=tab), TODAY) for tab in Tab)
    for leaning, neutral in ((1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (1, 2), (2, 2)):
        found = Balance(leaning=leaning, neutral=neutral, causes=("нато", "мир"), one_sided=neutral > 0)
        yield card_page(replace(bare, balance=found), CardTab(card="x"), TODAY)
    yield comparing.chronology((), Chronology(), title=None, picture=False)
    yield comparing.chronology(deck.timeline[:1], Chronology(), title="нато", picture=True)
    wrong = Problem(code="x", message="нато", hint="нато", origin=Origin(path=Path("нато")))
    for problems in ((), (wrong,), (wrong,) * 9):
        yield about.about(about.Edition(bot=__version__, deck=deck.stamp, cards=len(cards)), documents, problems)
    yield from (
        outcomes.said(told((stamp,), "мир")) for stamp in ("мир", "нато") for told in (stamps.judged, stamps.alone)
    )
    yield from (about.hello(), privacy.privacy(stored_columns(), 1, 30), settings.settings(ServerSettings()))
    yield from (settings.settings(ServerSettings(), told=told()) for told in (settings.saved, settings.not_there))
    yield digest.coming()
    yield from (settings.exported(), settings.sure(), settings.too_large(1), settings.too_large(12))
    yield from map(settings.erased, (0, 1, 12))
    yield from (browsing.no_source(several=True), browsing.no_source(several=False), browsing.no_category())
    for visibility in Visibility:
        yield from (settings.settings(ServerSettings(visibility=visibility, language=code)) for code in (None, "ru"))
    for channel, zone in ((1, "UTC"), (2, "Asia/Tashkent"), (2**63 - 1, "Europe/Kyiv")):
        for weekday in range(7):
            decided = ServerSettings(
                digest_channel=channel, digest_time=DigestTime(weekday=weekday, hour=3), time_zone=zone
            )
            yield settings.settings(decided)
    yield from map(outcomes.said, (browsing.no_term(), passages.no_passage()))
    for figures in counted(deck):
        yield from (statistics.statistics(figures, picture=picture) for picture in (False, True))
        for wanted, due in ((0, ()), (1, cards[:5]), (9, cards[:5])):
            yield digest.digest(Digest(statistics=figures, nearest=cards[:5] if wanted else (), wanted=wanted, due=due))
    yield from (outcomes.shared_before(link) for link in (None, "://1/2/3"))
    yield from map(outcomes.too_fast, (1, 50))
    for short in ("gone changed_text no_longer unknown_press counted counted_before voice_taken voice_had reported "
                  "reported_before "
                  "managers_only owner_only not_kept not_read not_shared not_yours ask_something no_words failed").split():  # fmt: skip
        yield getattr(outcomes, short)()


def counted(deck: Deck) -> Iterator[Statistics]:
    """Figures of every kind: many, few, and none."""
    topics = tuple(
        TopicCount(card=card.id, title=card.title, asks=40 - number, before=number % 4)
        for number, card in enumerate(deck.cards.values())
    )
    for days, guild, of, few in (
        (14, 7, (), 5),
        (7, 7, topics, 1),
        (30, None, topics[:1], 9),
        (90, 7, (), 0),
        (365, 7, topics, 1),
    ):
        yield Statistics(
            period=Period.ending(TODAY, days),
            guild=guild,
            fewest=3,
            asks=400 if of else few,
            before=days % 4,
            topics=of,
            rising=of[:5],
            fates={fate: 2 * number for number, fate in enumerate(Fate, few)} if of else dict.fromkeys(Fate, few),
            surfaces={surface: number for number, surface in enumerate(Surface, few)},
            days=tuple(range(days)),
        )
    yield replace(Statistics(
        period=Period.ending(TODAY, 1), guild=7, fewest=1, asks=9, before=9, topics=topics, rising=(),
        fates=dict.fromkeys(Fate, 2), surfaces=dict.fromkeys(Surface, 1), days=(9,),
    ))  # fmt: skip


def pages(desk: BriefingDesk) -> Iterator[Page]:
    """Every page that the bot can make of a deck, as each audience sees it."""
    why = Reasons(exact=True, lead=0, words=(), corrected=())
    for subject in subjects(desk):
        days = (TODAY, date.max) if isinstance(subject, CardTab) and subject.tab is Tab.OVERVIEW else (TODAY,)
        for page in (page_of(subject, desk, day, picture=True) for day in days):
            yield dressed(page, Audience.CHANNEL, subject=subject, reasons=why, sharer=10**18)
            yield dressed(page, Audience.ASKER, subject=subject, reasons=why)
    yield from (dressed(page, audience) for page in answers(desk.deck) for audience in Audience)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_language_fits_a_message(language: str, deck: Deck) -> None:
    with speaking(language):
        for page in pages(BriefingDesk(deck, MemoryAskLog())):
            assert [button.label for button in page.buttons if len(button.label) > limits.BUTTON_LABEL] == []
            made = view(page).to_components()  # type: ignore[no-untyped-call]
            body = {"components": made, "flags": int(Flag.COMPONENTS_V2)}
            files = [block.filename for block in page.blocks if isinstance(block, Attached)] or [PICTURE]
            assert message_refusals(body, files=files) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_of_every_card_in_every_language_is_taken(language: str, deck: Deck) -> None:
    with speaking(language):
        for card in deck.cards.values():
            body = {"type": int(Callback.MODAL), "data": report_form(card).to_dict()}
            assert callback_refusals(body, interaction_type=Kind.COMPONENT) == []


# ---------------------------------------------------------------- no text of ours goes around the catalogues


CYRILLIC = str.maketrans(ascii_letters, "абвгдежзийклмнопрстуфхцчшщ" + "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩ")
ALLOWED = re.compile(r"SHA-256|UTC|[A-Z][a-z]+/[A-Z][a-z]+|\]\(https?:[^)]*\)")
"""Names of a hash and of time zones, and addresses behind links."""


class Transliterated(gnu.NullTranslations):
    """A language in which every text of ours is in other letters, one for one, and which knows what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[tuple[Any, str | None]] = set()

    def gettext(self, message: str) -> str:
        self.asked.add((message, None))
        return self._written(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add(((msgid1, msgid2), None))
        return self._written(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        self.asked.add((message, context))
        return self._written(message)

    @staticmethod
    def _written(message: str) -> str:
        parts = re.split(r"(\{\w+\})", message)
        return "".join(part if part.startswith("{") else part.translate(CYRILLIC) for part in parts)


def in_cyrillic(deck: Deck) -> Deck:
    """The same deck with every word of it in these letters too: what is then left in Latin went around both."""
    made: dict[int, Any] = {}

    def written(value: Any) -> Any:
        if type(value) is str:
            return value.translate(CYRILLIC)
        if isinstance(value, tuple):
            return tuple(map(written, value))
        if isinstance(value, dict):
            return {written(key): written(held) for key, held in value.items()}
        if not is_dataclass(value) or isinstance(value, type):
            return value
        if id(value) not in made:
            changed = {each.name: written(getattr(value, each.name)) for each in fields(value) if each.name != "url"}
            made[id(value)] = replace(value, **changed)
        return made[id(value)]

    shown = "corpus cards glossary timeline version".split()
    return replace(deck, **{name: written(getattr(deck, name)) for name in shown})


def on(page: Page) -> Iterator[str]:
    """Every text that a reader is shown on a page or told of it."""
    yield from page.texts
    yield from (button.label for button in page.buttons)
    for block in page.blocks:
        match block:
            case Menu(placeholder=placeholder, options=options):
                yield placeholder
                yield from (text for option in options for text in (option.label, option.description))
            case Picture(alt=alt):
                yield alt
            case ChannelMenu(placeholder=placeholder):
                yield placeholder


def in_picture(chart: Chart) -> Iterator[str]:
    if isinstance(chart, BarChart):
        yield from (chart.title, chart.note)
        yield from (
            text for group in chart.groups for bar in group.bars for text in (bar.label, bar.shown, group.title)
        )
        if columns := chart.columns:
            yield from (columns.title, columns.first, columns.last, columns.top)
        return
    yield from (chart.title, chart.note, *chart.years.values())
    yield from (text for point in chart.points for text in (point.shown, point.text, point.source))


def on_form(part: Any) -> Iterator[str]:
    """Every text that a reader is shown on a form."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, str) and key in ("title", "content", "label", "description", "placeholder"):
            yield value
        elif isinstance(value, dict | list):
            yield from on_form(value)


def test_no_text_of_ours_goes_around_the_catalogues(deck: Deck) -> None:
    desk, language = BriefingDesk(in_cyrillic(deck), MemoryAskLog()), Transliterated()
    with speaking(language):
        shown = {text for page in pages(desk) for text in on(page)}
        shown |= {text for card in desk.deck.cards.values() for text in on_form(report_form(card).to_dict())}
        charts: list[Chart | None] = [chart_of(subject, desk) for subject in subjects(desk)]
        charts += map(statistics.chart, counted(desk.deck))
        shown |= {text for chart in charts if chart for text in in_picture(chart)}
    shown -= {*LANGUAGES.values(), *settings.ZONES}
    assert [text for text in shown if re.search("[A-Za-z]", ALLOWED.sub("", text))] == []
    known = set(texts(extracted()))
    assert language.asked <= known
    registered = {words for command in commands.ALL for words, _where in named(command)}
    never = {text for text in known - language.asked if text[0] not in registered}
    assert never == set(), "no page above shows these: add one that does"
