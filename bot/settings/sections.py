"""Sections that belong to plug-ins: kept as written until the plug-in's own model reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, InstanceOf, ValidationError

from bot.errors import ConfigError
from bot.settings.complaints import complaints_of
from bot.settings.source import Block, Complaint, KeyPath, Source, did_you_mean, dotted, raise_complaints

Options = TypeVar("Options", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RawSection:
    """What stands under an account, the classifier or the responder.

    Its options may hold secrets and are never in its repr.
    """

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    path: KeyPath = field(default=(), repr=False, compare=False)
    source: Source = field(default_factory=Source, repr=False, compare=False)


def options_for(section: RawSection, model: type[Options]) -> Options:
    """The section as the plug-in's own model, which should forbid extra keys.

    Raises ConfigError that names file, line, key and the nearest known key; never the value. A
    ValueError of the model's own validators reads on from the key: "must be …".
    """
    try:
        return model.model_validate(without_blanks(model, section.options))
    except ValidationError as error:
        complaints = complaints_of(error, model, section.source, section.path, show_values=False)
    raise_complaints(complaints)
    raise AssertionError("a validation error without errors")


def without_blanks(model: type[BaseModel], written: Mapping[str, Any]) -> dict[str, Any]:
    """What is written, less known keys with nothing after the colon: those mean the default."""
    return {
        key: value for key, value in written.items() if value is not None or key not in model.model_fields
    }


def unknown_kind(section: RawSection, known: Collection[str]) -> ConfigError:
    """What to raise when no plug-in answers to the section's kind."""
    origin = section.source.origin((*section.path, "kind"))
    key = dotted((*section.path, "kind"))
    problem = f'{key} is "{section.kind}", and there is no such kind.'
    return Complaint(origin, problem, did_you_mean(section.kind, sorted(known))).error


def _as_section(written: object) -> object:
    if not isinstance(written, Mapping):
        return written
    kind = written.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ValueError('must say its kind, as in "kind: loopback"')
    options = {key: value for key, value in written.items() if key != "kind"}
    if isinstance(written, Block):
        return RawSection(kind, options, written.path, written.source)
    return RawSection(kind, options)


Section = Annotated[InstanceOf[RawSection], BeforeValidator(_as_section)]
