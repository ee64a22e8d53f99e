"""The stamp in the last line of what is quoted, and what `/verify` says of it: a quotation cannot be forged unnoticed."""

from datetime import date
from pathlib import Path

import pytest

from bot.asklog import MemoryAskLog
from bot.desk import BriefingDesk, Deck, load_deck
from bot.interactions.components import Page, Text
from bot.interactions.pages.stamps import stamped, taken_apart
from bot.interactions.showing import page_of
from bot.interactions.subjects import CardTab, Chronology, Comparison, Context, SourceQuotes, Subject, Tab
from bot.model import Origin, Problem
from bot.sandbox import Interaction
from bot.translation import LANGUAGES, speaking
from tests.conftest import CARD, DOCUMENT, Running, Shelf

FORGED = "Briefbot says: “The bridge was sold to a foreign power in 1999 and never paid for.”"


async def test_everything_that_is_quoted_says_which_deck_it_is_from(bot: Running, deck: Deck) -> None:
    for command, options in (
        ("brief", {"topic": "new start"}),
        ("quote", {"topic": "new start"}),
        ("quote", {"text": "hand of friendship to the united states"}),
        ("search", {"text": "missile defense"}),
        ("verify", {"text": "hand of freindship to the united states"}),
        ("compare", {"topic": "new start"}),
        ("timeline", {}),
        ("brief", {"topic": "minsk agreements"}),
    ):
        reply = await bot.ada.slash(command, **options)
        assert f"Deck {deck.stamp} · `/verify` tells whether a quotation is real" in reply.text, command


def test_every_tab_and_every_context_has_it_below_what_is_said(deck: Deck) -> None:
    desk = BriefingDesk(deck, MemoryAskLog())
    for found in deck.cards.values():
        passage = found.quotes[0]
        context = Context(
            document=passage.document.id, version=passage.document.version,
            start=passage.position.start, end=passage.position.end,
        )  # fmt: skip
        subjects: list[Subject] = [CardTab(card=found.id, tab=tab) for tab in Tab]
        for subject in (*subjects, context, Comparison(card=found.id), Chronology(card=found.id)):
            below = [text for text in page_of(subject, desk, date(2026, 1, 1)).texts if "Cards that quote" not in text]
            assert deck.stamp in below[-1].split("\n")[-1], subject
    assert deck.stamp in page_of(SourceQuotes(document="blueprint-2008"), desk, date(2026, 1, 1)).texts[-1]
    assert deck.stamp not in page_of(CardTab(card="no-such-card"), desk, date(2026, 1, 1)).text


async def test_it_stands_above_what_leads_to_a_menu(bot: Running, deck: Deck) -> None:
    reply = await bot.ada.slash("verify", text="hand of freindship to the united states")
    lines = reply.text.split("\n")
    (stamp,) = [number for number, line in enumerate(lines) if deck.stamp in line]
    (leading,) = [number for number, line in enumerate(lines) if line.startswith("-# Cards that quote these words")]
    assert stamp < leading == len(lines) - 1


@pytest.mark.parametrize(
    ("shown", "instead"),
    [
        ("publisher: The Office", "publisher: The Pentagon"), ("shown: May 2020", "shown: May 2021"),
        ("basis: stated", "basis: stated by nobody"), ("standing: memo by a clerk", "standing: neutral report"),
        ("kind: memo", "kind: memo\nleans: the bridge\nside: bridges/against"),
    ],
)  # fmt: skip
def test_the_stamp_changes_with_what_is_said_of_a_document(shelf: Shelf, shown: str, instead: str) -> None:
    before = load_deck(shelf.config).stamp
    shelf.document(DOCUMENT.replace(shown, instead))
    assert load_deck(shelf.config).stamp != before


def test_the_stamp_changes_with_every_word_that_is_shown(shelf: Shelf) -> None:
    before = load_deck(shelf.config).stamp
    assert before.startswith("2026-01-01 · ")
    shelf.card(CARD.replace("The memo dates the bridge", "The memo dates this bridge"))
    after = load_deck(shelf.config).stamp
    assert before != after
    shelf.card(CARD)
    assert load_deck(shelf.config).stamp == before


async def test_a_shared_answer_that_is_pasted_is_found_real_with_its_stamp(bot: Running, deck: Deck) -> None:
    quote = deck.cards["new-start"].quotes[0]
    pasted = f"“{quote.text}”\nDeck {deck.stamp} · /verify tells whether a quotation is real"
    told = await verified(bot, pasted)
    assert f"Deck {deck.stamp} is the edition of the cards that answers now. Anybody can copy that line" in told.text
    assert "## Verbatim" in told.text


async def test_a_forged_quotation_is_not_saved_by_a_stamp_that_was_copied(bot: Running, deck: Deck) -> None:
    told = await verified(bot, f"{FORGED}\nDeck {deck.stamp} · /verify tells whether a quotation is real")
    assert "## Not in these documents" in told.text
    assert "Verbatim" not in told.text


async def test_a_quotation_of_which_a_word_was_changed_is_found_altered_under_a_right_stamp(
    bot: Running, deck: Deck
) -> None:
    words = deck.cards["new-start"].quotes[0].text.split()
    told = await verified(bot, f"{' '.join([*words[:4], 'never', *words[4:]])}\nDeck {deck.stamp}")
    assert "## Altered" in told.text


@pytest.mark.parametrize("stamp", ["2019-05-04 · 0123abcd", "2019-05-04 - 0123ABCD", "2019-05-04 • 0123abcd"])
async def test_a_stamp_of_no_deck_that_answers_is_said_to_be_that(bot: Running, deck: Deck, stamp: str) -> None:
    told = await verified(bot, f"{FORGED}\n-# Deck {stamp} · `/verify` tells whether a quotation is real")
    assert (
        f"Deck 2019-05-04 · 0123abcd is not the edition of the cards that answers now, which is {deck.stamp}"
        in told.text
    )
    assert "## Not in these documents" in told.text


async def test_a_card_of_ours_that_is_pasted_with_its_numbers_is_verbatim(bot: Running, deck: Deck) -> None:
    first, second = deck.cards["new-start"].quotes[:2]
    for pasted in (f"> “{first.text}” ¹", f"“{first.text}”²", f"“{first.text}” [1]"):
        assert "## Verbatim" in (await verified(bot, pasted)).text, pasted
    both = await verified(bot, f"> “{first.text}” ¹\n> “{second.text}” ²")
    assert both.text.count("## Verbatim") == 2
    assert "Altered" not in both.text


async def test_each_of_two_quotations_is_judged_by_itself(bot: Running, deck: Deck) -> None:
    real = deck.cards["new-start"].quotes[0].text
    for between in ("\n", " ", " and "):
        told = await verified(bot, f"“{real}”{between}“The bridge was sold to a foreign power and never paid for.”")
        assert told.text.count("## Verbatim") == 1, between
        assert told.text.count("## Not in these documents") == 1, between


async def test_what_is_said_around_a_real_quotation_is_said_to_be_unchecked(bot: Running, deck: Deck) -> None:
    words = " ".join(deck.cards["new-start"].quotes[0].text.split()[:9])
    told = await verified(bot, f"Igor Aunapu proves that Ukraine started the war: «{words}».")
    assert "## Verbatim" in told.text
    assert f"Of “{words[:20]}" in told.text, "which words they were"
    assert "nothing of what is said around it" in told.text


async def test_a_stamp_alone_is_judged_alone(bot: Running, deck: Deck) -> None:
    told = await verified(bot, f"Deck {deck.stamp}")
    assert "is the edition of the cards that answers now" in told.text
    assert "No words were checked" in told.text
    assert "Not in these documents" not in told.text
    assert bot.log.asks == [], "nothing was asked of the documents"


async def test_a_message_with_a_stamp_is_judged_by_its_menu_too(bot: Running, deck: Deck) -> None:
    message = bot.sandbox.world.person("Ben").say(f"{FORGED}\nDeck {deck.stamp}")
    told = await bot.ada.menu("Check quote", message)
    assert "is the edition of the cards that answers now" in told.text
    assert "## Not in these documents" in told.text


@pytest.mark.parametrize(
    "beside", ["{quoted} (Briefbot, deck {stamp})", "{quoted} Deck {stamp}", "Deck {stamp} {quoted}"]
)
async def test_a_forged_quotation_on_the_line_of_its_stamp_is_judged(bot: Running, deck: Deck, beside: str) -> None:
    """A command's option has one line only."""
    told = await verified(bot, beside.format(quoted=FORGED, stamp=deck.stamp))
    assert "is the edition of the cards that answers now" in told.text
    assert "## Not in these documents" in told.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_answer_in_one_line_is_verbatim_in_every_language(
    bot: Running, deck: Deck, language: str
) -> None:
    quote = deck.cards["new-start"].quotes[0]
    with speaking(language):
        (footer,) = stamped(Page((Text("x"),)), deck.stamp).text.split("\n")[1:]
    for pasted in (f"{quote.text} {footer}", f"{quote.text} {footer.removeprefix('-# ').replace('`', '')}"):
        told = await verified(bot, pasted)
        assert "## Verbatim" in told.text


def test_words_beside_a_stamp_are_kept_and_dates_are_no_stamps() -> None:
    assert taken_apart("one\ntwo 2026-01-01 · 0123abcd three\nfour").text == "one\ntwo   three\nfour"
    for text in (
        "2026-01-01 12345678",
        "On 2026-01-01 the bridge fell.",
        "2026-01-01 · 0123abcz",
        "12026-01-01 · 0123abcd",
        "0123abcd",
    ):
        assert taken_apart(text).stamps == ()
        assert taken_apart(text).text == text


async def verified(bot: Running, pasted: str) -> Interaction:
    return await bot.ada.slash("verify", text=pasted)


# ---------------------------------------------------------------- an edit that is not live


async def test_only_the_owner_reads_in_about_what_is_wrong_with_an_edit(bot: Running) -> None:
    wrong = Problem(
        code="x", message="this quote is not in the document", hint="copy it again",
        origin=Origin(path=Path("briefs/works/bridge.yaml"), line=14, column=12),
    )  # fmt: skip
    bot.client.desk.not_live = (wrong,) * 5
    bot.sandbox.world.owner = bot.ada.user
    told = await bot.ada.slash("about")
    assert "The last edit of the deck is not live" in told.text
    assert r"briefs/works/bridge.yaml:14:12: this quote is not in the document — copy it again" in told.text
    assert told.private
    ben = await bot.sandbox.world.person("Ben").slash("about")
    assert "not live" not in ben.text
    assert "bridge.yaml" not in ben.text
    bot.client.desk.not_live = ()
    assert "not live" not in (await bot.ada.slash("about")).text
