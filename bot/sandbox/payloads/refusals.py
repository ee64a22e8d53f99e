"""What Discord says of a body it does not take: an error on a field, and the answer that carries all of them.

Source: Discord's documentation, «Opcodes and Status Codes», JSON error 50035.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One error: where in the body, Discord's code, Discord's words."""

    path: Path
    code: str
    message: str

    def under(self, *prefix: str | int) -> "Refusal":
        """The same where the body stands inside another."""
        return Refusal((*prefix, *self.path), self.code, self.message)


def form_errors(refusals: Iterable[Refusal]) -> Json:
    """Discord's answer, `{"message", "code": 50035, "errors"}`: `errors` nests as the body does, indexes as words."""
    errors: Json = {}
    for refusal in refusals:
        place = errors
        for step in refusal.path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": refusal.code, "message": refusal.message})
    return {"message": "Invalid Form Body", "code": 50035, "errors": errors}


def required(path: Path) -> Refusal:
    return Refusal(path, "BASE_TYPE_REQUIRED", "This field is required")


def bad_length(path: Path, least: int, most: int | None) -> Refusal:
    """The length is outside its bounds; Discord names only those that a field has."""
    if most is None:
        return Refusal(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
    if least == 0:
        return Refusal(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    return Refusal(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def too_great(path: Path, most: float) -> Refusal:
    return Refusal(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")


def too_small(path: Path, least: float) -> Refusal:
    return Refusal(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")


def not_among(path: Path, choices: Iterable[object]) -> Refusal:
    return Refusal(path, "BASE_TYPE_CHOICES", f"Value must be one of {tuple(choices)}.")


def wrong_type(path: Path, types: Iterable[int]) -> Refusal:
    return Refusal(path, "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {tuple(types)}.')


def not_an_object(path: Path) -> Refusal:
    return Refusal(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")


def not_a_list(path: Path) -> Refusal:
    return Refusal(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")


def not_a(kind: str, path: Path, value: object) -> Refusal:
    return Refusal(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not {kind}.')
