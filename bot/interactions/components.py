"""Page: what one message shows, from top to bottom, within Discord's limits by construction. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from discord.utils import escape_markdown

from bot import limits
from bot.interactions.presses import Press, custom_id
from bot.text import printable
from bot.translation import gettext as _
from bot.translation import ngettext

PICTURE = "picture.png"
"""The name of the one picture that a message has."""
BODY = 3_600
"""Characters for what a page says; the rest of a message's 4,000 is for what is said about it: who shared it, say."""
PAGED_COMPONENTS = 22
"""Components of what is paged; the rest of a message's 40 is for rows and menus below."""


class Style(Enum):
    """How much a button stands out."""

    PLAIN = "plain"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    label: str
    press: Press
    style: Style = Style.PLAIN
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A button that leads out of Discord. Its address has at most 512 characters."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    label: str
    value: str
    description: str = ""
    chosen: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.value) <= limits.SELECT_OPTION:
            raise ValueError("a value of a menu has 1 to 100 characters")


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A text with a button at its side."""

    text: str
    button: Button


@dataclass(frozen=True, slots=True)
class Row:
    """One to five buttons."""

    buttons: tuple[Button | Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """One to 25 options, of which one is chosen."""

    placeholder: str
    press: Press
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMenu:
    """The text channels of the server, of which one or none is chosen, by its id."""

    placeholder: str
    press: Press
    chosen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that is sent with the message, to be saved."""

    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A file that is sent with the message; `alt` says what is to be seen for those who do not see it."""

    filename: str
    alt: str


Block: TypeAlias = Text | Beside | Row | Menu | ChannelMenu | Picture | Attached


@dataclass(frozen=True, slots=True)
class Page:
    """What one message shows. Raises ValueError for what no message can hold."""

    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        if not self.texts or not all(self.texts) or sum(map(len, self.texts)) > limits.MESSAGE_TEXT:
            raise ValueError(f"{sum(map(len, self.texts))} characters in {len(self.texts)} texts do not fit a message")
        if self.components > limits.MESSAGE_COMPONENTS:
            raise ValueError(f"{self.components} components do not fit a message")
        for block in self.blocks:
            match block:
                case Row(buttons=buttons) if not 0 < len(buttons) <= limits.ROW_BUTTONS:
                    raise ValueError("a row holds one to five buttons")
                case Menu(options=options) if not 0 < len(options) <= limits.SELECT_OPTIONS:
                    raise ValueError("a menu holds one to 25 options")
                case Menu(options=options) if len({option.value for option in options}) < len(options):
                    raise ValueError("a value of a menu stands twice")
        ids = [custom_id(press) for press in self.presses]
        if len(ids) != len(set(ids)) or any(len(each) > limits.CUSTOM_ID for each in ids):
            raise ValueError(f"of {len(ids)} custom ids some stand twice or are too long")

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if isinstance(block, Text | Beside))

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def buttons(self) -> tuple[Button | Link, ...]:
        return tuple(
            button
            for block in self.blocks
            for button in (
                block.buttons if isinstance(block, Row) else (block.button,) if isinstance(block, Beside) else ()
            )
        )

    @property
    def presses(self) -> tuple[Press, ...]:
        menus = (block.press for block in self.blocks if isinstance(block, Menu | ChannelMenu))
        return (*(button.press for button in self.buttons if isinstance(button, Button)), *menus)

    @property
    def components(self) -> int:
        """As Discord counts them, the container around them too."""
        return 1 + sum(map(weight, self.blocks))

    def under(self, *blocks: Block) -> "Page":
        """The same with more below."""
        return replace(self, blocks=(*self.blocks, *blocks))

    def topped(self, text: str) -> "Page":
        """The same with a text above all."""
        return replace(self, blocks=(Text(text), *self.blocks))

    def footed(self, text: str) -> "Page":
        """The same with a text below all that it says: above its rows and menus, and what leads to a menu."""
        says = [at for at, block in enumerate(self.blocks) if isinstance(block, Text | Beside | Picture | Attached)]
        last = next(
            (at for at in reversed(says) if not any(isinstance(below, Menu) for below in self.blocks[at + 1 : at + 2])),
            says[-1],
        )
        before, said, after = self.blocks[:last], self.blocks[last], self.blocks[last + 1 :]
        if isinstance(said, Text):
            return replace(self, blocks=(*before, Text(f"{said.text}\n{text}"), *after))
        return replace(self, blocks=(*before, said, Text(text), *after))


def weight(block: Block) -> int:
    """Components that a block counts for."""
    match block:
        case Text() | Picture() | Attached():
            return 1
        case Beside():
            return 3
        case Menu() | ChannelMenu():
            return 2
        case Row(buttons=buttons):
            return 1 + len(buttons)


# ---------------------------------------------------------------- texts


def plain(text: str) -> str:
    """A text of cards and documents: shown as it is, whatever mark-up it may look like."""
    return escape_markdown(text)


def clip(text: str, most: int) -> str:
    """At most so many characters, cut between words where there is a place."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    cut = head.rsplit(" ", 1)[0]
    return (cut if len(cut) > most // 2 else head).rstrip() + "…"


def defused(typed: str, most: int) -> str:
    """Words that a member typed: nobody is pinged by them, nothing is linked, formatted or embedded."""
    text = clip(" ".join(printable(typed).split()), most)
    apart = "\u200b"
    for mark, instead in (("<", "‹"), (">", "›"), ("@", f"@{apart}"), (":", f":{apart}"), (".", f".{apart}")):
        text = text.replace(mark, instead)
    return escape_markdown(text.replace("/", f"/{apart}").replace("#", f"#{apart}"))


def labelled(label: str, text: str) -> str:
    """A label and what it says, with a colon as the language sets it."""
    return _("{label}: {text}").format(label=label, text=text)


def marked(text: str) -> str:
    """A word in the quotation marks of the language."""
    return _("“{text}”").format(text=text)


# ---------------------------------------------------------------- fitting


def paged(head: str, blocks: Sequence[Block], page: int, *, room: int = BODY) -> tuple[tuple[Block, ...], int, int]:
    """The blocks that stand on a page below a heading, the number of that page, and how many there are.

    A page that is not there is the last one; a block that is too long for any page is cut.
    """
    room -= len(head)
    cut = [_cut(block, room) for block in blocks]
    pages = page_slices(cut, room)
    page = nearest_page(page, len(pages))
    return tuple(cut[pages[page]]), page, len(pages)


def nearest_page(page: int, pages: int) -> int:
    """A page that is there: the last one for what lies beyond it."""
    return max(0, min(page, pages - 1))


def page_slices(blocks: Sequence[Block], room: int = BODY) -> list[slice]:
    """Which blocks go on which page, so that each has at most `room` characters; one page, empty, for none."""
    pages: list[slice] = []
    start, left, free = 0, room, PAGED_COMPONENTS
    for number, block in enumerate(blocks):
        size, count = _length(block), weight(block)
        if number > start and (size > left or count > free):
            pages.append(slice(start, number))
            start, left, free = number, room, PAGED_COMPONENTS
        left, free = left - size, free - count
    return [*pages, slice(start, len(blocks))]


def numbered(head: str, page: int, pages: int) -> str:
    """A heading that says which page this is, where there are several."""
    return f"{head}\n-# {_('Page {page} of {pages}').format(page=page + 1, pages=pages)}" if pages > 1 else head


def each_button_once(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, without a button beside a text that stands beside another already: Discord takes no id twice."""
    seen: set[Press] = set()
    kept: list[Block] = []
    for block in blocks:
        twice = isinstance(block, Beside) and block.button.press in seen
        kept.append(Text(block.text) if isinstance(block, Beside) and twice else block)
        if isinstance(block, Beside):
            seen.add(block.button.press)
    return kept


def joined(blocks: Sequence[Block], between: str = "\n") -> tuple[Block, ...]:
    """Texts that follow each other as one."""
    return tuple(_joined(blocks, between))


def _joined(blocks: Sequence[Block], between: str) -> Iterator[Block]:
    held: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            held.append(block.text)
            continue
        if held:
            yield Text(between.join(held))
            held = []
        yield block
    if held:
        yield Text(between.join(held))


def more(count: int) -> str:
    """How many are left out."""
    return "-# " + ngettext(
        "{n} more would not fit into one message.", "{n} more would not fit into one message.", count
    ).format(n=count)


def _cut(block: Block, most: int) -> Block:
    match block:
        case Text(text=text):
            return Text(clip(text, most))
        case Beside(text=text):
            return replace(block, text=clip(text, most))
        case _:
            return block


def _length(block: Block) -> int:
    return len(block.text) + 2 if isinstance(block, Text | Beside) else 0
