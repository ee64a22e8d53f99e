"""Plain data → a validated model, with every problem in a curator's words at its place."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.model import Problem
from bot.yamlfile.reading import Data, Place, YamlFile


class FileModel(BaseModel):
    """Base of every file format: unknown keys are errors, values are frozen, blanks at the ends go."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=True)


M = TypeVar("M", bound=BaseModel)


def parse_model(file: YamlFile, model: type[M], noun: str) -> tuple[M | None, list[Problem]]:
    """Validate a file against its format. All problems come back, each where it stands."""
    if not isinstance(file.data, dict):
        what = "is empty" if file.data is None else "does not hold «key: value» lines"
        return None, [
            Problem(code="not-a-mapping", message=what, hint=f"fill in the keys of a {noun}", origin=file.origin(()))
        ]
    try:
        return model.model_validate(file.data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        places = [detail["loc"] for detail in details]
        # A list with a broken entry is also reported as too short, though nothing is missing from it.
        echoes = {place for place in places if any(other != place and other[: len(place)] == place for other in places)}
        return None, [_model_problem(file, model, detail) for detail in details if detail["loc"] not in echoes]


def salvage(data: Data, model: type[M]) -> M:
    """What can be read of data that is not a valid `model`, so that it can be checked for further problems.

    Lists keep their length, so places stay right; what is missing or not text is left empty. Never for use as a value.
    """
    given = data if isinstance(data, dict) else {}
    found: dict[str, Any] = {
        name: _salvaged(info.annotation, given.get(name)) for name, info in model.model_fields.items()
    }
    return model.model_construct(**found)


def _salvaged(annotation: Any, given: Data) -> object:
    inner = _inner_model(annotation)
    if inner:
        return tuple(salvage(item, inner) for item in given) if isinstance(given, list) else ()
    shape = getattr(annotation, "__origin__", annotation)
    if shape is tuple and isinstance(given, list):
        return tuple(item if isinstance(item, str) else "" for item in given)
    try:
        return TypeAdapter(annotation).validate_python(given)
    except ValidationError:
        return {str: "", tuple: (), dict: {}}.get(shape)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; none where no word is much like it."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=70)
    return found[0] if found else None


def _model_problem(file: YamlFile, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    place: Place = detail["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the file"
    context = detail.get("ctx", {})
    origin = file.origin(place)
    match detail["type"]:
        case "extra_forbidden":
            known = _known_keys(model, place[:-1])
            guess = nearest(str(place[-1]), known)
            hint = f"did you mean «{guess}»?" if guess else f"known keys: {', '.join(known)}"
            return Problem(
                code="unknown-key", message=f"unknown key «{place[-1]}»", hint=hint, origin=file.keys.get(place, origin)
            )
        case "missing":
            return Problem(
                code="missing-key", message=f"«{name}» is missing", hint=_meaning(model, place), origin=origin
            )
        case "string_too_long":
            given = len(str(detail["input"]))
            message, hint = f"«{name}» has {given} characters", f"shorten it to at most {context['max_length']}"
            return Problem(code="too-long", message=message, hint=hint, origin=origin)
        case "string_too_short":
            return Problem(
                code="empty", message=f"«{name}» is empty or too short", hint=_meaning(model, place), origin=origin
            )
        case "too_short":
            given = len(detail["input"])
            message = f"«{name}» has {given} of at least {context['min_length']} entries"
            return Problem(code="empty", message=message, hint=_meaning(model, place), origin=origin)
        case "string_type":
            return Problem(
                code="not-text",
                message=f"«{name}» {_shape(detail['input'])}",
                hint="write it as text, in quotation marks if it holds «: »",
                origin=origin,
            )
        case "tuple_type":
            return Problem(
                code="not-a-list",
                message=f"«{name}» {_shape(detail['input'])}",
                hint="write a list: [one, two], or a line with «- » for each",
                origin=origin,
            )
        case "model_type" | "dict_type":
            keys = ", ".join(_known_keys(model, place))
            return Problem(
                code="not-keys",
                message=f"«{name}» {_shape(detail['input'])}",
                hint=f"write «key: value» lines{': ' + keys if keys else ''}",
                origin=origin,
            )
        case "string_pattern_mismatch":
            return Problem(
                code="bad-value",
                message=f"«{name}» is «{_clip(detail['input'])}»",
                hint=_pattern_hint(context["pattern"]) or _meaning(model, place),
                origin=origin,
            )
        case "too_long":
            message, hint = f"«{name}» has {context['actual_length']} entries", f"keep at most {context['max_length']}"
            return Problem(code="too-many", message=message, hint=hint, origin=origin)
        case "enum" | "literal_error":
            return Problem(
                code="unknown-value",
                message=f"«{name}» is «{detail['input']}»",
                hint=f"use {context['expected']}",
                origin=origin,
            )
        case "date_from_datetime_parsing" | "date_from_datetime_inexact" | "date_parsing" | "date_type":
            return Problem(
                code="bad-date", message=f"«{name}» is not a date", hint="write it as YYYY-MM-DD", origin=origin
            )
        case _:
            reason = detail["msg"].removeprefix("Value error, ")
            return Problem(
                code="bad-value",
                message=f"«{name}»: {reason[:1].lower()}{reason[1:]}",
                hint=_meaning(model, place),
                origin=origin,
            )


def _shape(given: object) -> str:
    match given:
        case None:
            return "is empty"
        case list():
            return "is a list"
        case dict():
            return "holds «key: value» lines"
        case _:
            return f"is the text «{_clip(str(given))}»"


def _clip(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _pattern_hint(pattern: str) -> str | None:
    if pattern.startswith("^https?"):
        return "write the whole address, beginning with https://, without blanks or parentheses"
    if "[a-z0-9]+(-" in pattern:
        return "use small letters, digits and single hyphens"
    if pattern.startswith(r"^\d{4}"):
        return "write it as ISO 8601: 2021, 2021-03 or 2021-03-18"
    return None


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model of the mapping at a place, through lists and unions."""
    here: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, int) or here is None:
            continue
        info = here.model_fields.get(part)
        here = _inner_model(info.annotation) if info else None
    return here


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner_model, getattr(annotation, "__args__", ()))), None)


def _known_keys(model: type[BaseModel], place: Place) -> list[str]:
    here = _model_at(model, place)
    return list(here.model_fields) if here else []


def _meaning(model: type[BaseModel], place: Place) -> str:
    """What the format says a key is for."""
    names = [part for part in place if isinstance(part, str)]
    here = _model_at(model, tuple(names[:-1]))
    info = here.model_fields.get(names[-1]) if here and names else None
    return (info.description if info else None) or "see CONTRIBUTING.md for the format"
