"""Discord's limits, in numbers, and the ones we set for ourselves.

Source: Discord's developer documentation, August 2026, and discord.py 2.7.1. The library enforces only
some of them, so cards are held to them when they load and messages when they are built.
"""

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

CARD_TITLE = BUTTON_LABEL
"""A card's title is a button label wherever a card is offered."""
CARD_ID = 60
"""A card's id stands inside a custom_id."""
BOTTOM_LINE = 280
CARD_TEXT = 2_900
"""What a card says without its references; the rest of a message is for labels, titles of documents and their dates."""
QUESTION = 500
"""Characters of a question that are looked at: no topic needs more, and matching has a bound."""
PASTED = 6_000
"""The same for a text that is pasted to be held against the documents: what Discord lets a member give as an option."""
