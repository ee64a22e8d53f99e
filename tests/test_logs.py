"""What the bot says about itself: to read or as JSON, without secrets and people, and no flood of the same."""

import json
import logging

import pytest

from bot.hosting.logs import SPARING_LINES, SPARING_SECONDS, JsonLines, Redacted, Sparing, without_people

TOKEN = "the-bots-token"
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OnNlY3JldA"


def record(msg: str, *args: object, name: str = "bot.desk", error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.WARNING, __file__, 1, msg, args, info)


@pytest.mark.parametrize("form", [logging.Formatter("%(levelname)s %(message)s"), JsonLines()])
def test_no_token_gets_into_a_line_of_either_form_nor_into_its_traceback(form: logging.Formatter) -> None:
    lines = Redacted(TOKEN, form)
    try:
        raise ValueError(f"{TOKEN} at /webhooks/123/{INTERACTION}")
    except ValueError as error:
        said = lines.format(record("%s failed at /interactions/1/%s/callback", TOKEN, INTERACTION, error=error))
    assert TOKEN not in said
    assert INTERACTION not in said
    assert said.count("[token]") >= 4


def test_a_json_line_is_an_object_of_its_own_whatever_is_in_it() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        said = JsonLines().format(record("“%s”\n%s", "quoted", 7, error=error))
    assert "\n" not in said
    told = json.loads(said)
    assert (told["level"], told["logger"], told["message"]) == ("WARNING", "bot.desk", "“quoted”\n7")
    assert "ValueError: two\nlines" in told["traceback"]
    assert told["time"].endswith("+00:00")


def test_of_a_flood_of_the_same_the_first_lines_are_written_and_then_how_many_more() -> None:
    moment = 0.0
    sparing = Sparing(lambda: moment)
    written = [sparing.filter(record("an ask is not recorded: %s", number)) for number in range(500)]
    assert written == [True] * SPARING_LINES + [False] * (500 - SPARING_LINES)
    assert sparing.filter(record("something else")), "other lines are not held back by it"
    assert sparing.filter(record("an ask is not recorded: %s", 1, name="elsewhere")), "nor what others say"
    moment = SPARING_SECONDS
    after = record("an ask is not recorded: %s", 500)
    assert sparing.filter(after)
    assert after.getMessage() == f"an ask is not recorded: 500 (and {500 - SPARING_LINES} more like it before)"
    assert sparing.filter(record("an ask is not recorded: %s", 501))


def test_different_lines_of_one_form_are_no_flood() -> None:
    sparing = Sparing(lambda: 0.0)
    assert all(sparing.filter(record("%s", f"briefs/a.yaml:{number}:1: is wrong")) for number in range(50))


def test_a_failed_keystroke_is_logged_without_who_typed() -> None:
    said = record("Ignoring exception in autocomplete for %r (Guild: %s, User: %s)", "brief", 81384788, 99999)
    assert without_people(said)
    assert said.getMessage() == "an autocomplete of /brief failed"
