from pathlib import Path

import pytest

from bot.config import Config, load_config
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BRIEFBOT_CONFIG", *(f"BRIEFBOT_{field.upper()}" for field in Config.model_fields)):
        monkeypatch.delenv(name, raising=False)


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text("retention_days: 7\nlog_level: DEBUG\n")
    monkeypatch.setenv("BRIEFBOT_LOG_LEVEL", "ERROR")
    config, problems = load_config()
    assert problems == []
    assert config is not None
    assert (config.log_level, config.retention_days, config.briefs) == ("ERROR", 7, Path("briefs"))


def test_a_file_named_in_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("retention_days: 3\n")
    monkeypatch.setenv("BRIEFBOT_CONFIG", str(tmp_path / "other.yaml"))
    config, _ = load_config()
    assert config is not None
    assert config.retention_days == 3


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ("retention: 7\n", "unknown-key", "1:1", "did you mean «retention_days»?"),
        ("log_level: INFO\nretention_days: many\n", "bad-value", "2:17", "Days for which"),
        ("log_level: loud\n", "unknown-value", "1:12", "'INFO'"),
        ("asklog_url: mysql://x\n", "bad-value", "1:13", "sqlite+aiosqlite"),
        ("briefs: [a\n", "yaml-syntax", "2:1", "indentation"),
        ("- briefs\n", "not-a-mapping", "1:1", "fill in the keys"),
    ],
)
def test_a_broken_file_is_reported_at_its_place(tmp_path: Path, text: str, code: str, place: str, hint: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    config, problems = load_config()
    assert config is None
    assert [(problem.code, f"{problem.origin.line}:{problem.origin.column}") for problem in problems] == [(code, place)]
    assert hint in problems[0].hint


def test_a_file_that_was_named_must_be_there() -> None:
    config, problems = load_config(Path("nowhere.yaml"))
    assert config is None
    assert [problem.code for problem in problems] == ["unreadable"]


def test_a_broken_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFBOT_RETENTION_DAYS", "-1")
    config, problems = load_config()
    assert config is None
    assert str(problems[0]).startswith("BRIEFBOT_RETENTION_DAYS: ")


def test_a_broken_file_and_a_good_variable_are_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("retention_days: many\n")
    monkeypatch.setenv("BRIEFBOT_RETENTION_DAYS", "5")
    assert [problem.origin.line for problem in load_config()[1]] == [1]
    (tmp_path / "config.yaml").write_text("log_level: INFO\n")
    monkeypatch.setenv("BRIEFBOT_LOG_LEVEL", "loud")
    assert [str(problem.origin.path) for problem in load_config()[1]] == ["BRIEFBOT_LOG_LEVEL"]


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("# nothing\n")
    assert load_config()[0] == Config()


def test_the_example_holds_every_setting_at_its_default() -> None:
    config, problems = load_config(ROOT / "config.example.yaml")
    assert problems == []
    assert config == Config()
    assert config is not None
    assert config.model_fields_set == set(Config.model_fields)


def test_the_token_is_no_setting(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("discord_token: secret\n")
    assert [problem.code for problem in load_config()[1]] == ["unknown-key"]
