"""How close a body is to each limit, for people to see."""

from typing import Any

import pytest

from bot.sandbox.payloads import Measure, measures
from tests.bodies import (
    box,
    button,
    choices,
    command,
    entry,
    field_of,
    layout,
    modal,
    options,
    row,
    section,
    select,
    text,
)


def test_a_layout_is_measured_with_all_that_is_nested() -> None:
    body = layout(
        text("a" * 10),
        box(section(text("b" * 5), accessory=button("c" * 20)), row(button(label="d" * 30), button("e"))),
        row(select(options=options(7))),
        attachments=[{"id": 0}],
    )
    assert set(measures(body)) == {
        Measure("Text of all displays", 15, 4_000),
        Measure("Components", 10, 40),
        Measure("Longest custom_id", 20, 100),
        Measure("Longest label of a button", 30, 80),
        Measure("Buttons in the fullest row", 2, 5),
        Measure("Options of the fullest menu", 7, 25),
        Measure("Longest label of an option", 1, 100),
        Measure("Longest value of an option", 1, 100),
        Measure("Files", 1, 10),
    }


def test_a_message_of_words_is_measured_by_its_content_and_its_embeds() -> None:
    body = {"content": "a" * 9, "embeds": [{"title": "b" * 4, "footer": {"text": "c"}}], "components": [row(button())]}
    assert set(measures(body)) == {
        Measure("Content", 9, 2_000),
        Measure("Embeds", 1, 10),
        Measure("Text of all embeds", 5, 6_000),
        Measure("Action rows", 1, 5),
        Measure("Longest custom_id", 1, 100),
        Measure("Longest label of a button", 1, 80),
        Measure("Buttons in the fullest row", 1, 5),
    }


def test_a_modal_and_choices_are_measured_inside_their_callback() -> None:
    asked = {"type": 9, "data": modal(field_of(entry("b" * 8), label="c" * 6), title="d" * 3)}
    assert set(measures(asked)) == {
        Measure("Items of the modal", 1, 5),
        Measure("Title of the modal", 3, 45),
        Measure("Longest label", 6, 45),
        Measure("Longest custom_id", 8, 100),
    }
    assert set(measures({"type": 8, "data": choices(3, "a" * 4, "b" * 5)})) == {
        Measure("Choices", 3, 25),
        Measure("Longest name of a choice", 4, 100),
        Measure("Longest value of a choice", 5, 100),
    }


@pytest.mark.parametrize(
    "body",
    [None, [], [command()], {}, {"components": "a"}, {"components": [5, {"type": 1, "components": [None]}]}, {"embeds": [5]},
     {"data": 5}, {"choices": [5]}, {"content": 5}, {"components": [{"type": 10, "content": 5, "options": 5}]}],
)  # fmt: skip
def test_a_broken_body_is_measured_too(body: Any) -> None:
    assert all(measure.used <= 2 for measure in measures(body))
