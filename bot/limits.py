"""Discord's limits, in numbers, and the ones we set for ourselves.

Source: Discord's developer documentation, August 2026, and discord.py 2.7.1. The library enforces only
some of them, so cards are held to them when they load and messages when they are built.
"""

UPLOAD = 10 << 20
"""Bytes of a file."""
MESSAGE_TEXT = 4_000
"""Characters over all text displays of one Components V2 message."""
MESSAGE_COMPONENTS = 40
"""Components of one message, counted through all nesting."""
ROW_BUTTONS = 5
BUTTON_LABEL = 80
CUSTOM_ID = 100
CHOICES = 25
"""Autocomplete choices of one answer."""
CHOICE = 100
"""Characters of a choice's name, and of its value."""

MESSAGE_CONTENT = 2_000
"""Characters of a message's content, where it has no Components V2."""
MESSAGE_FILES = 10
STICKERS = 3
MENTIONS = 100
"""Users, and roles, that a message's allowed mentions may name."""
LEGACY_ROWS = 5
"""Action rows of a message without Components V2."""
COMPONENT_NUMBER = 2**31 - 1
"""The highest integer id that a component may ask for."""
COLOR = 0xFFFFFF

LINK = 512
"""Characters of a link button's address."""
SELECT_OPTIONS = 25
SELECT_OPTION = 100
"""Characters of an option's label, of its value and of its description."""
SELECT_PLACEHOLDER = 150
EMOJI_NAME = 32
SECTION_TEXTS = 3
GALLERY_ITEMS = 10
MEDIA_LINK = 2_048
MEDIA_DESCRIPTION = 1_024

EMBEDS = 10
EMBEDS_TEXT = 6_000
"""Characters of all embeds of a message."""
EMBED_TITLE = 256
"""The same for the name of an author, of a provider and of a field."""
EMBED_DESCRIPTION = 4_096
EMBED_FIELDS = 25
EMBED_FIELD = 1_024
EMBED_FOOTER = 2_048

POLL_TEXT = 300
POLL_ANSWERS = 10
POLL_HOURS = 768

MODAL_ITEMS = 5
MODAL_TITLE = 45
INPUT_LABEL = 45
INPUT_DESCRIPTION = 100
INPUT_PLACEHOLDER = 100
INPUT_TEXT = 4_000
GROUP_OPTIONS = 10
"""Options of a radio group or a checkbox group, and files of a file upload."""

COMMAND_NAME = 32
"""Characters of a command's or an option's name."""
COMMAND_DESCRIPTION = 100
COMMAND_OPTIONS = 25
COMMAND_TEXT = 8_000
"""Characters of one command's names, descriptions and values."""
OPTION_TEXT = 6_000
"""Characters that a member may give as an option."""
SLASH_COMMANDS = 100
CONTEXT_MENU_COMMANDS = 15
"""Of each kind, for users and for messages, as for slash commands in each scope."""

CARD_TITLE = BUTTON_LABEL
"""A card's title is a button label wherever a card is offered."""
CARD_ID = 60
"""A card's id stands inside a custom_id."""
BOTTOM_LINE = 280
CARD_TEXT = 2_900
"""What a card says without its references; the rest of a message is for labels, titles of documents and their dates."""
QUESTION = 300
"""Characters of a question that are looked at: no topic needs more, and matching has a bound."""
PASTED = 6_000
"""The same for a text that is pasted to be held against the documents: what Discord lets a member give as an option."""
