"""The names and descriptions of the commands in the languages of members: Discord's command localisations."""

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.translation import NP_, SOURCE, catalogue, language_of

NAMES = (
    NP_("command", "brief"),
    NP_("command", "quote"),
    NP_("command", "search"),
    NP_("command", "verify"),
    NP_("command", "compare"),
    NP_("command", "timeline"),
    NP_("command", "glossary"),
    NP_("command", "topics"),
    NP_("command", "sources"),
    NP_("command", "about"),
    NP_("command", "privacy"),
    NP_("command", "settings"),
    NP_("command", "stats"),
    NP_("command", "period"),
    NP_("command", "scope"),
    NP_("command", "topic"),
    NP_("command", "share"),
    NP_("command", "source"),
    NP_("command", "text"),
    NP_("command", "term"),
    NP_("command", "category"),
    NP_("command", "Brief this"),
    NP_("command", "Check quote"),
)
"""Names of commands, options and menus: small letters and no blanks, but for the menus."""

_NAMED = {Location.command_name, Location.parameter_name}


class CommandTranslator(app_commands.Translator):
    """Looks names and descriptions up in the catalogues."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        language = language_of(locale.value)
        if language in (None, SOURCE):
            return None
        words = catalogue(str(language))
        found = (
            words.pgettext("command", string.message) if context.location in _NAMED else words.gettext(string.message)
        )
        return found if found != string.message else None
