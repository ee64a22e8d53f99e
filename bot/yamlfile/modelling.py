"""Plain data → a validated model, with every problem in a curator's words at its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.model import Problem
from bot.yamlfile.reading import Data, Place, YamlFile


class FileModel(BaseModel):
    """Base of every file format: unknown keys are errors, values are frozen, blanks at the ends go."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        use_attribute_docstrings=True,
        # A format is built by whoever reads a file of it: most processes read few kinds, or have another one read.
        defer_build=True,
    )


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
        misspelt = {
            (*detail["loc"][:-1], nearest(str(detail["loc"][-1]), _known_keys(model, detail["loc"][:-1])))
            for detail in details
            if detail["type"] == "extra_forbidden"
        }
        # A list with a broken entry is also reported as too short, though nothing is missing from it.
        echoes = {place[:length] for place in places for length in range(len(place))}
        return None, [
            _model_problem(file, model, detail)
            for detail in details
            if detail["loc"] not in echoes and not (detail["type"] == "missing" and detail["loc"] in misspelt)
        ]


def salvage(data: Data, model: type[M]) -> M:
    """What can be read of data that is not a valid `model`, so that it can be checked for further problems.

    Lists keep their length, so places stay right; what is missing or not text is left empty. Never for use as a value.
    """
    given = data if isinstance(data, dict) else {}
    found: dict[str, Any] = {name: field.salvaged(given.get(name)) for name, field in _fields(model).items()}
    return model.model_construct(**found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """How one value of a model is read by itself. `inner` is the model of a list's entries, where they have one."""

    inner: type[BaseModel] | None
    shape: Any
    adapter: TypeAdapter[Any]

    def salvaged(self, given: Data) -> object:
        if self.inner:
            return tuple(salvage(item, self.inner) for item in given) if isinstance(given, list) else ()
        if self.shape is tuple and isinstance(given, list):
            return tuple(item if isinstance(item, str) else "" for item in given)
        try:
            return self.adapter.validate_python(given)
        except ValidationError:
            return {str: "", tuple: (), dict: {}}.get(self.shape)


@cache
def _fields(model: type[BaseModel]) -> dict[str, _Field]:
    """Made once for each format: a list may have thousands of broken entries."""
    annotations: dict[str, Any] = {name: info.annotation for name, info in model.model_fields.items()}
    return {
        name: _Field(
            inner=_inner_model(annotation),
            shape=getattr(annotation, "__origin__", annotation),
            adapter=TypeAdapter(annotation),
        )
        for name, annotation in annotations.items()
    }


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; none where no word is much like it."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=70)
    return found[0] if found else None


def _model_problem(file: YamlFile, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    place: Place = detail["loc"]
    if detail["type"] == "extra_forbidden":
        known = _known_keys(model, place[:-1])
        guess = nearest(str(place[-1]), known)
        hint = f"did you mean «{guess}»?" if guess else f"known keys: {', '.join(known)}"
        origin = file.keys.get(place, file.origin(place))
        return Problem(code="unknown-key", message=f"unknown key «{_clip(str(place[-1]))}»", hint=hint, origin=origin)
    name = ".".join(str(part + 1) if isinstance(part, int) else _clip(part) for part in place) or "the file"
    code, what, hint = _in_words(detail, _meaning(model, place), _known_keys(model, place))
    return Problem(code=code, message=f"«{name}» {what}", hint=hint, origin=file.origin(place))


def _in_words(detail: ErrorDetails, meaning: str, keys: list[str]) -> tuple[str, str, str]:
    """Code, what is wrong, and what to do, in a curator's words."""
    given, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "missing-key", "is missing", meaning
        case "string_too_long":
            return "too-long", f"has {len(given)} characters", f"shorten it to at most {context['max_length']}"
        case "string_too_short":
            return "empty", "is empty or too short", meaning
        case "too_short":
            return "empty", f"has {len(given)} of at least {context['min_length']} entries", meaning
        case "too_long":
            return "too-many", f"has {context['actual_length']} entries", f"keep at most {context['max_length']}"
        case "string_type":
            return "not-text", _shape(given), "write it as text, in quotation marks if it holds «: »"
        case "tuple_type":
            return "not-a-list", _shape(given), "write a list: [one, two], or a line with «- » for each"
        case "model_type" | "dict_type":
            return "not-keys", _shape(given), f"write «key: value» lines: {', '.join(keys)}" if keys else meaning
        case "string_pattern_mismatch":
            return "bad-value", f"is «{_clip(given)}»", _pattern_hint(context["pattern"]) or meaning
        case "enum" | "literal_error":
            return "unknown-value", f"is «{_clip(str(given or ''))}»", f"use {context['expected']}"
        case kind if kind.startswith("date_"):
            return "bad-date", f"is «{_clip(str(given or ''))}», not a date", "write it as YYYY-MM-DD"
        case _:
            reason = detail["msg"].removeprefix("Value error, ")
            return "bad-value", f"is not right: {reason[:1].lower()}{reason[1:]}", meaning


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
    """The beginning of a text, on one line."""
    text = " ".join(text.split())
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
