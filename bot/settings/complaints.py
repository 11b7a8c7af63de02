"""From what pydantic found to sentences for a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import UnionType
from typing import Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.settings.source import Complaint, KeyPath, Source, did_you_mean, dotted, nearest

# What a value must be, by the beginning of pydantic's name for the error, and how to write it.
_MUST_BE = (
    ("int", "must be a whole number", "Write digits only."),
    ("float", "must be a number", "Write digits, with a point for decimals."),
    ("bool", "must be true or false", ""),
    ("string_type", "must be text", "Put it between quotes."),
    ("string_too_short", "must not be empty", ""),
    ("model", "must be a section", 'Write its keys on lines below it, indented, as "key: value".'),
    ("mapping", "must be a section", 'Write its keys on lines below it, indented, as "key: value".'),
    ("dict", "must be a section", 'Write its keys on lines below it, indented, as "key: value".'),
    ("is_instance", "must be a section", 'Write its keys on lines below it, indented, as "kind: loopback".'),
    ("tuple", "must be a list", "Write it as [a, b]."),
    ("list", "must be a list", "Write it as [a, b]."),
    ("path", "must be a path", ""),
)

_LIMITS = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "must have at most {max_length} characters",
}


def complaints_of(
    error: ValidationError, model: type[BaseModel], source: Source, under: KeyPath = (), *, show_values: bool
) -> list[Complaint]:
    """Every error of a validation, with its origin. ``under``: where in the file ``model`` stands."""
    return [_complaint(details, model, source, under, show_values) for details in error.errors()]


def _complaint(
    details: ErrorDetails, model: type[BaseModel], source: Source, under: KeyPath, show_values: bool
) -> Complaint:
    inside: KeyPath = tuple(part for part in details["loc"] if part != "[key]")
    path = (*under, *inside)
    origin = source.origin(path)
    if details["type"] == "extra_forbidden":
        problem = f'unknown key "{inside[-1]}"{_in_section(path[:-1])}.'
        return Complaint(origin, problem, did_you_mean(str(inside[-1]), fields_at(model, inside[:-1])))
    if details["type"] == "missing":
        return Complaint(origin, f"{dotted(path)} is missing.", f'Add a line "{inside[-1]}: …".')
    key = _key_in_words(details, path, source)
    public = show_values and path not in source.concealed and not _is_private(model, inside)
    shown = public and isinstance(details["input"], str | int | float)
    written = str(details["input"])[:60] if shown else ""
    must_be, mend = _requirement(details, written)
    but = f', not "{written}"' if written else ""
    return Complaint(origin, f"{key} {must_be}{but}.", mend)


def _key_in_words(details: ErrorDetails, path: KeyPath, source: Source) -> str:
    if details["loc"][-1:] == ("[key]",):
        return f"a name in {dotted(path[:-1])}"
    # Unions add steps to the location that nobody wrote.
    return dotted(source.known(path) if source.origins else path)


def _in_section(path: KeyPath) -> str:
    return f" in {dotted(path)}" if path else ""


def _requirement(details: ErrorDetails, written: str) -> tuple[str, str]:
    """What the value must be, and the mend."""
    kind, context = details["type"], details.get("ctx", {})
    if kind in ("enum", "literal_error"):
        allowed = re.findall(r"'([^']*)'", context["expected"])
        return f"must be one of {', '.join(allowed)}", nearest(written, allowed)
    if kind == "value_error":
        return str(context["error"]), ""
    if kind in _LIMITS:
        return _LIMITS[kind].format(**context), ""
    for beginning, must_be, mend in _MUST_BE:
        if kind.startswith(beginning):
            return must_be, mend
    message = details["msg"]
    return f"is not right: {message[:1].lower()}{message[1:]}", ""


def _is_private(model: type[BaseModel], inside: KeyPath) -> bool:
    """Whether the model keeps this value out of its own repr."""
    info = fields_at(model, inside[:-1]).get(str(inside[-1])) if inside else None
    return info is not None and not info.repr


def fields_at(model: type[BaseModel], inside: KeyPath) -> Mapping[str, FieldInfo]:
    """The keys that the model knows at a place in it."""
    current: object = model
    for part in inside:
        fields = _fields(current)
        current = fields[str(part)].annotation if str(part) in fields else _inner(current)
    return _fields(current)


def _fields(annotation: object) -> Mapping[str, FieldInfo]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.model_fields
    if get_origin(annotation) in (Union, UnionType):
        return next((fields for arg in get_args(annotation) if (fields := _fields(arg))), {})
    return {}


def _inner(annotation: object) -> object:
    """What a list or a mapping holds."""
    return next((arg for arg in reversed(get_args(annotation)) if arg is not Ellipsis), None)
