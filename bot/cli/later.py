"""What shows answers in a terminal, loaded when it is first used: the bot shows none, and is two megabytes smaller."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.cli import counting_show, show, unmet_show
else:

    class _Later:
        """A module of this package."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module(f"bot.cli.{self._name}"), name)

    counting_show, show, unmet_show = map(_Later, ("counting_show", "show", "unmet_show"))

__all__ = ["counting_show", "show", "unmet_show"]
