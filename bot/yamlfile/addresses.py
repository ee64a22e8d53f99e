"""Addresses on the web, as files name them: http and https, and nothing that says one thing and does another."""

import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

LONGEST = 2_048
"""Characters: what browsers agree on."""


def _whole(address: str) -> str:
    """The address as it is. Raises ValueError for one that a reader or a browser could take for another."""
    if any(unicodedata.category(c)[0] in "CZ" for c in address) or re.search(r"[\"\\^`{|}]", address):
        raise ValueError("it has a character that no address has")
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole:
        raise ValueError("it names no host that can be reached")
    if "@" in parts.netloc:
        raise ValueError("it has a name or a password before the host")
    return address


Address = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s<>()]+$", max_length=LONGEST), AfterValidator(_whole)
]
