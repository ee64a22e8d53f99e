"""What is said where there is no card to show, and the short words: thanks, too fast, gone, failed."""

from collections.abc import Sequence

from bot import limits
from bot.interactions.components import Button, Page, Row, Style, Text, clip, marked, plain
from bot.interactions.pages.passages import quoted
from bot.interactions.presses import Pick, Reasons, Request, Show, Want, wanted
from bot.model import BriefingCard, Match, Passage
from bot.translation import command_name, in_source, ngettext
from bot.translation import gettext as _

NEAREST_CARDS, NEAREST_PASSAGES = 3, 2


def command(name: str) -> str:
    """A command as a member types it."""
    return f"`/{command_name(name)}`"


def suggestions(matches: Sequence[Match[BriefingCard]], ask: str, want: Want = Want.BRIEF) -> Page:
    """What is near, a row each: titles are long, and a phone shows a wide row badly."""
    near = matches[: limits.ROW_BUTTONS]
    rows = tuple(
        Row((Button(label=match.card.title, press=Pick(card=match.card.id, ask=ask, want=want), style=Style.FIRST),))
        for match in near
    )
    several = _("Nothing is clearly what you asked for. Did you mean one of these?")
    text = several if len(near) > 1 else _("Nothing is clearly what you asked for. Did you mean this?")
    return Page((Text(text), *rows, Row((cover_button(ask, _("None of these: please cover this")),))))


def nothing(ask: str, cards: Sequence[BriefingCard], passages: Sequence[Passage], want: Want = Want.BRIEF) -> Page:
    """An honest miss, with what is nearest said to be no answer."""
    lines = [
        _("There is no briefing on that here."),
        _("{topics} lists what there is.").format(topics=command("topics")),
    ]
    if not in_source():
        lines.append(_("Cards and documents are in English: their English names find them."))
    blocks: list[Text | Row] = [Text(f"## {_('Nothing here')}\n{' '.join(lines)}")]
    if passages:
        found = "\n".join(quoted(passage) for passage in passages[:NEAREST_PASSAGES])
        blocks.append(Text(clip(f"**{_('Nearest passages, not an answer')}**\n{found}", 2_400)))
    if cards:
        blocks.append(Text(f"**{_('Nearest topics, not an answer')}**"))
        blocks += [
            Row((Button(label=card.title, press=Show(subject=wanted(want, card.id))),))
            for card in cards[:NEAREST_CARDS]
        ]
    return Page((*blocks, Row((cover_button(ask, _("Please cover this"), Style.FIRST),))))


def cover_button(ask: str, label: str, style: Style = Style.PLAIN) -> Button:
    return Button(label=label, press=Request(ask=ask), style=style)


def why(found: Reasons) -> Page:
    """Which words counted and what was read as what; names that are only for matching are not in it."""
    lines = [f"## {_('Why this card?')}"]
    if found.exact:
        lines.append(_("The question is one of the names that this card is known by."))
    words = [*found.words, *(meant for _typed, meant in found.corrected)]
    if words:
        listed = ", ".join(marked(plain(word)) for word in dict.fromkeys(words))
        lines.append("- " + _("Words that counted: {words}").format(words=listed))
    if found.corrected:
        pairs = ", ".join(f"{marked(plain(typed))} → {marked(plain(meant))}" for typed, meant in found.corrected)
        lines.append("- " + _("Read as: {pairs}").format(pairs=pairs))
    if not found.exact:
        lines.append("- " + _("The next card came {share} behind.").format(share=f"{found.lead} %"))
    lines.append(
        f"-# {_('Words are compared with the names and texts of the cards. No language model, and nothing about you.')}"
    )
    return said("\n".join(lines))


def said(text: str) -> Page:
    """A few words and nothing else."""
    return Page((Text(text),))


def gone() -> Page:
    return said(
        _("That card is no longer in the deck: it was withdrawn.")
        + " "
        + _("{topics} lists what there is.").format(topics=command("topics"))
    )


def changed_text() -> Page:
    return said(_("The document was changed since the message was sent, and this passage is no longer where it was."))


def no_longer() -> Page:
    return said(_("That is no longer here."))


def unknown_press() -> Page:
    return said(
        _(
            "This button is not one that I know: it may be from another version of me. Please ask again with {brief}."
        ).format(brief=command("brief"))
    )


def counted() -> Page:
    return said(_("Thank you. The topic was counted, and who asked for it was not."))


def counted_before() -> Page:
    return said(_("You have asked for this already, and it is counted."))


def voice_taken() -> Page:
    return said(_("Thank you. It counts for this card, and nothing about you is kept."))


def voice_had() -> Page:
    return said(_("You have rated this card already. One voice each."))


def reported_before() -> Page:
    return said(_("You have reported on this card already, and the editors will see it."))


def reported() -> Page:
    return said(_("Thank you. The report goes to the editors of the cards, without your name."))


def shared_before(link: str | None) -> Page:
    if link is None:
        return said(_("This is being shared here just now."))
    return said(_("This was shared here less than a minute ago: {link}").format(link=link))


def not_shared() -> Page:
    return said(
        _(
            "Discord showed this to you alone: this place does not let apps that you installed yourself "
            "write to everybody."
        )
    )


def not_yours() -> Page:
    return said(_("Only whoever asked for it, or a moderator who may delete messages, can remove this."))


def too_fast(seconds: int) -> Page:
    return said(
        ngettext(
            "That was a lot in a short time. Please ask again in {n} second.",
            "That was a lot in a short time. Please ask again in {n} seconds.",
            seconds,
        ).format(n=seconds)
    )


def ask_something() -> Page:
    return said(_("Name one of them: a topic, a source, or words of a quote."))


def managers_only() -> Page:
    return said(_("This is for those who manage the server."))


def owner_only() -> Page:
    return said(_("What was asked everywhere is for whoever runs this bot."))


def not_kept() -> Page:
    return said(_("That could not be kept just now: the database is away. Please try again in a minute."))


def not_read() -> Page:
    return said(_("That cannot be read just now: the database is away. Please try again in a minute."))


def no_words() -> Page:
    return said(_("There are no words in that message to go by."))


def failed() -> Page:
    return said(_("Something went wrong on our side, and it has been noted. Please try again in a minute."))
