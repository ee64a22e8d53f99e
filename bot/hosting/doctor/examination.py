"""The whole page: every check at once, what they find in their order, none of them for longer than its time."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.config import TOKEN_VARIABLE
from bot.hosting.doctor.clock import clock
from bot.hosting.doctor.content import deck
from bot.hosting.doctor.discord_side import discord_side
from bot.hosting.doctor.disks import disks
from bot.hosting.doctor.drawing import charts
from bot.hosting.doctor.files import files
from bot.hosting.doctor.findings import Case, Check, Finding, warning, wrong
from bot.hosting.doctor.port import health_port
from bot.hosting.doctor.runtime import runtime
from bot.hosting.doctor.settings import configuration
from bot.hosting.doctor.storing import store
from bot.hosting.doctor.token import token

SECONDS = 13.0
"""For each check; they run beside each other, so it is for the whole page."""

SECRET_LENGTH = 8
"""Characters from which on a token is looked for in what is said: less would be found in plain words."""

CHECKS: tuple[tuple[str, Check], ...] = (
    ("Python", runtime),
    ("configuration", configuration),
    ("deck", deck),
    ("store", store),
    ("disk", disks),
    ("files", files),
    ("token", token),
    ("Discord", discord_side),
    ("clock", clock),
    ("charts", charts),
    ("health port", health_port),
)


async def examine(
    case: Case,
    *,
    checks: Sequence[tuple[str, Check]] = CHECKS,
    doing: Callable[[str], None] = lambda _area: None,
    seconds: float = SECONDS,
) -> AsyncIterator[Finding]:
    """Everything that was found, area by area; `doing` is told which one is waited for.

    Nothing is written but the temporary folder of a picture, which is taken away again.

    A check that fails or takes longer than `seconds` is itself a finding, behind what it had found until then.
    """
    begun = [_Begun(area, check(case), seconds) for area, check in checks]
    try:
        for one in begun:
            doing(one.area)
            for finding in await one.ended():
                yield _fit_to_be_shown(finding)
    finally:
        for one in begun:
            one.task.cancel()
        await asyncio.gather(*(one.task for one in begun), return_exceptions=True)


class _Begun:
    """A check under way."""

    def __init__(self, area: str, findings: AsyncIterator[Finding], seconds: float) -> None:
        self.area = area
        self._seconds = seconds
        self._found: list[Finding] = []
        self.task = asyncio.create_task(self._collect(findings), name=f"doctor: {area}")

    async def ended(self) -> list[Finding]:
        await asyncio.wait({self.task})
        error = self.task.exception()
        if isinstance(error, TimeoutError):
            late = f"took longer than {self._seconds:g} s, and the rest was not looked at"
            return [*self._found, warning(self.area, late, "Run it again; if it stays so, look for what is slow here.")]
        if error:
            said = f"could not be looked at: {type(error).__name__}: {error}".split("\n")[0]
            return [*self._found, wrong(self.area, said, "Please report this line: the doctor did not expect it.")]
        return self._found

    async def _collect(self, findings: AsyncIterator[Finding]) -> None:
        async with asyncio.timeout(self._seconds):
            async for finding in findings:
                self._found.append(finding)


def _fit_to_be_shown(finding: Finding) -> Finding:
    """Without the token, whoever said it, and without the name of whoever runs the bot."""
    return replace(finding, said=_public(finding.said), fix=_public(finding.fix))


def _public(text: str) -> str:
    secret = os.environ.get(TOKEN_VARIABLE, "").strip()
    if len(secret) >= SECRET_LENGTH:
        text = text.replace(secret, "[token]")
    home = os.path.expanduser("~")  # noqa: PTH111  # Path.home() raises where there is none
    # Only where a path begins: elsewhere the same letters are another folder.
    return re.sub(rf"(?<![\w/.~-]){re.escape(home)}(?=/)", "~", text) if Path(home) != Path("/") else text
