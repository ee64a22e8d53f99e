"""The configuration: every setting, its value and where that came from; misspelt variables; shards that disagree."""

from collections.abc import Iterator
from pathlib import Path

from bot.asklog.inspection import without_password
from bot.config import Config, config_file, sources, unread_variables
from bot.hosting.doctor.findings import Case, Finding, Findings, right, sentence, warning, wrong
from bot.hosting.process import shards_of

CONFIGURATION = "configuration"


async def configuration(case: Case) -> Findings:
    for finding in _problems(case):
        yield finding
    if case.config is not None:
        named = config_file(case.file)
        read = f"read from {named} and the environment"
        yield right(CONFIGURATION, read if named else f"no config.yaml in {Path.cwd()}: the environment and defaults")
        for finding in _values(case, case.config):
            yield finding
        if found := _shards(case.config):
            yield found
    for finding in _strangers():
        yield finding


def _problems(case: Case) -> Iterator[Finding]:
    for problem in sorted(case.problems, key=lambda problem: problem.origin):
        # Of a value that does not fit, the hint is what the setting is for.
        meaning = problem.hint[:1].isupper()
        fix = f"Mend the value; it is for: {problem.hint}" if meaning else sentence(problem.hint)
        yield wrong(CONFIGURATION, f"{problem.origin}: {problem.message}", fix)


def _values(case: Case, config: Config) -> Iterator[Finding]:
    where = sources(case.file)
    defaults: list[str] = []
    for name, source in where.items():
        value = getattr(config, name)
        shown = without_password(value) if name == "asklog_url" else _shown(value)
        if source == "default":
            defaults.append(f"{name} = {shown}")
        else:
            yield right(CONFIGURATION, f"{name} = {shown} ({source})")
    if defaults:
        yield right(CONFIGURATION, f"by default: {'; '.join(defaults)}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if str(value) else "nothing"


def _shards(config: Config) -> Finding | None:
    try:
        shards_of(config)
    except ValueError as error:
        said, _, fix = str(error).partition(" Give ")
        if fix:
            return wrong(CONFIGURATION, said, f"Give {fix}")
        return wrong(
            CONFIGURATION, str(error), "Mend BRIEFBOT_SHARDS and BRIEFBOT_SHARD_COUNT (or the options of run)."
        )
    return None


def _strangers() -> Iterator[Finding]:
    for variable, meant in unread_variables().items():
        fix = f"Did you mean {meant}? Rename it." if meant else "Remove it; the names are in config.example.yaml."
        yield warning(CONFIGURATION, f"the environment variable {variable} is read by nobody", fix)
