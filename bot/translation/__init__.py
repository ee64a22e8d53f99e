"""Words of ours in the reader's language: gettext, with one catalogue a language.

Cards, documents and what they say stay in the language they are written in. A catalogue is read from its .po file
once, when it is first needed, so there is nothing to compile beforehand.
"""

import gettext as gnu
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parent / "catalogues"
SOURCE = "en"
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "uk": "Українська",
}
"""Codes (ISO 639-1) with the name that each language has for itself."""

_speaking: ContextVar[gnu.NullTranslations] = ContextVar("speaking", default=gnu.NullTranslations())  # noqa: B039
_naming: ContextVar[gnu.NullTranslations | None] = ContextVar("naming", default=None)

_compiled: dict[str, bytes] = {}
"""What was taken over from another process, by language."""


def gettext(message: str) -> str:
    """A text of ours in the language of the task at hand."""
    return _speaking.get().gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """A text in the form that its number asks for."""
    return _speaking.get().ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """A text that would be ambiguous without its context."""
    return _speaking.get().pgettext(context, message)


def in_source() -> bool:
    """Whether the language of the task at hand is the one that our texts, and the cards, are written in."""
    return type(_speaking.get()) is gnu.NullTranslations


def N_(message: str) -> str:
    """A text that is only marked here; it is translated where it is shown."""
    return message


def NP_(context: str, message: str) -> str:
    """The same for a text with a context."""
    return message


def command_name(name: str) -> str:
    """A command's name as the reader's own Discord shows it, whatever language is spoken otherwise."""
    return (_naming.get() or _speaking.get()).pgettext("command", name)


def speak(language: str, commands: str | None = None) -> None:
    """Use a language from here on, in this task and those it starts, and another for the names of `commands`.

    Raises KeyError for one that is not there.
    """
    _speaking.set(catalogue(language))
    _naming.set(catalogue(commands) if commands else None)


@contextmanager
def speaking(language: str | gnu.NullTranslations) -> Iterator[None]:
    """Use a language, or a catalogue of one's own, within the block."""
    found = catalogue(language) if isinstance(language, str) else language
    token = _speaking.set(found)
    try:
        yield
    finally:
        _speaking.reset(token)


def spoken() -> tuple[gnu.NullTranslations, gnu.NullTranslations | None]:
    """What tells the language of the task at hand from others, that of the names of commands too."""
    return _speaking.get(), _naming.get()


@cache
def catalogue(language: str) -> gnu.NullTranslations:
    """The catalogue of one of `LANGUAGES`. Raises KeyError for any other."""
    LANGUAGES[language]
    if language == SOURCE:
        return gnu.NullTranslations()
    return gnu.GNUTranslations(io.BytesIO(_compiled.get(language) or _compile(language)))


def compiled() -> dict[str, bytes]:
    """Every catalogue in gettext's compiled form, for another process to `take_over`."""
    return {language: _compile(language) for language in LANGUAGES if language != SOURCE}


def take_over(catalogues: Mapping[str, bytes]) -> None:
    """Use what another process has compiled."""
    _compiled.update(catalogues)


def _compile(language: str) -> bytes:
    # Here, not above: a process that takes over what another one has compiled does without the library.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        made = io.BytesIO()
        write_mo(made, read_po(file, locale=language))
    return made.getvalue()


def language_of(locale: str | None) -> str | None:
    """The language of ours for a locale of Discord's («es-419», «de»); None where there is none."""
    code = (locale or "").split("-")[0]
    return code if code in LANGUAGES else None
