"""Settings: environment before file before default. The token is not a setting: it is read where it is used.

Knows nothing of what the settings are for.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.model import Origin, Problem, shard_ids
from bot.text import printable
from bot.yamlfile import FileModel, nearest, parse_model, read_yaml

TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105  # the name of a variable
FILE_VARIABLE = "BRIEFBOT_CONFIG"
OTHER_VARIABLES = {FILE_VARIABLE, "BRIEFBOT_DISCORD_OPENAPI"}
"""Of ours, those that are no settings."""
DEFAULT_FILE = Path("config.yaml")


def _database_url(given: str) -> str:
    """The address of a database. Raises ValueError, without the address: there may be a password in it."""
    try:
        parts = urlsplit(given)
        whole = parts.port is None or parts.port > 0
    except ValueError:
        whole = False
    if not whole or not re.match(r"sqlite\+aiosqlite:///(?!:memory:|$)|postgresql\+asyncpg://", given):
        raise ValueError("not an address such as sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME")
    return given


def _shards(given: str) -> str:
    """The numbers of shards, or nothing. Raises ValueError."""
    if given.strip():
        shard_ids(given)
    return given.strip()


class Settings(FileModel):
    """Each setting is also the environment variable BRIEFBOT_<NAME>."""

    briefs: Path = Path("briefs")
    """Folder of the cards."""
    corpus: Path = Path("corpus")
    """Folder of the documents."""
    asklog_url: Annotated[str, AfterValidator(_database_url)] = "sqlite+aiosqlite:///asklog.sqlite3"
    """Database of the ask log: sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME."""
    spool: Path = Path("asklog.spool")
    """Folder for asks that the database does not take just now; one for each machine."""
    retention_days: Annotated[int, Field(ge=0, le=3650)] = 90
    """Days for which the words of missed questions are kept; the counts stay."""
    fewest_shown: Annotated[int, Field(ge=1, le=1000)] = 3
    """Counts below it are shown as «fewer than 3» in statistics: one ask shows nobody what somebody asked."""
    mentions: bool = True
    """Whether messages that mention the bot are answered. Without it Discord sends the bot no messages at all."""
    asks_per_minute: Annotated[int, Field(ge=0, le=1000)] = 20
    """Questions that one member may ask in a minute; 0 for no limit."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much the bot says about itself on standard error."""
    log_format: Literal["text", "json"] = "text"
    """How it says it: lines to read, or a JSON object a line for programs that collect logs."""
    health_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Port of 127.0.0.1 for /healthz, /readyz and /metrics (Prometheus); 0 for none."""
    shards: Annotated[str, AfterValidator(_shards)] = ""
    """The shards that this process runs, such as 0-3, where several processes share the bot; nothing for all."""
    shard_count: Annotated[int, Field(ge=0, le=100_000)] = 0
    """How many shards the bot has in all its processes; 0 for as many as Discord recommends."""


class Config(Settings, BaseSettings):
    """The settings in force. Frozen."""

    model_config = SettingsConfigDict(env_prefix="BRIEFBOT_", extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def config_file(path: Path | None = None) -> Path | None:
    """The configuration file: the one named, or by BRIEFBOT_CONFIG, or ./config.yaml where there is one."""
    if path or os.environ.get(FILE_VARIABLE):
        return path or Path(os.environ[FILE_VARIABLE])
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def sources(path: Path | None = None) -> dict[str, str]:
    """Where the value of each setting comes from: an environment variable, a line of the file, or «default»."""
    named = config_file(path)
    file = read_yaml(named)[0] if named else None
    lines = {str(place[0]): str(origin) for place, origin in (file.keys if file else {}).items() if len(place) == 1}
    variables = {variable.lower(): variable for variable in os.environ}
    return {
        name: variables.get(f"{Config.model_config.get('env_prefix')}{name}".lower()) or lines.get(name, "default")
        for name in Config.model_fields
    }


def with_options(config: Config, given: Mapping[str, object]) -> Config:
    """A configuration with options of a command line, which come before everything else. Raises ValueError in words."""
    try:
        checked = Settings.model_validate(given)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ValueError(f"{said[:1].lower()}{said[1:]}") from None
    return config.model_copy(update=checked.model_dump(exclude_unset=True))


def unread_variables() -> dict[str, str | None]:
    """Variables of the environment that look like ours and are read by nobody, each with the one that may be meant."""
    prefix = str(Config.model_config.get("env_prefix"))
    known = {f"{prefix}{name}".upper() for name in Config.model_fields} | OTHER_VARIABLES
    strange = [name for name in sorted(os.environ) if name.upper().startswith(prefix) and name.upper() not in known]
    return {name: nearest(name.upper(), known) for name in strange}


def load_config(path: Path | None = None) -> tuple[Config | None, list[Problem]]:
    """Read the file named, or by BRIEFBOT_CONFIG, or ./config.yaml where there is one; then the environment."""
    named = config_file(path)
    given: dict[str, object] = {}
    if named:
        file, problems = read_yaml(named)
        if file is None:
            return None, problems
        if file.data is not None:
            parsed, found = parse_model(file, Settings, "configuration")
            if problems + found:
                return None, problems + found
            given = parsed.model_dump(exclude_unset=True) if parsed else {}
    try:
        return Config(**given), []  # type: ignore[arg-type]  # values come from a parsed Config
    except ValidationError as error:
        return None, [_environment_problem(str((*detail["loc"], "")[0]), detail["msg"]) for detail in error.errors()]


def _environment_problem(name: str, reason: str) -> Problem:
    variable = f"{Config.model_config.get('env_prefix')}{name}".upper()
    meaning = Config.model_fields[name].description if name in Config.model_fields else None
    return Problem(
        code="bad-environment",
        message=f"the environment variable is not usable: {printable(reason[:1].lower() + reason[1:])}",
        hint=meaning or "see config.example.yaml",
        origin=Origin(path=Path(variable), line=0),
    )
