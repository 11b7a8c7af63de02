"""What to say: one module for each kind of responder, found by name or by entry point.

A kind is a module with ``Options`` (a pydantic model that forbids unknown keys) and
``build(options) -> Responder``: here as ``responders.<kind>``, or anywhere under the entry point
group ``answerable.responders``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from bot.errors import ConfigError
from bot.ports import Responder

GROUP = "answerable.responders"


class Kind(Protocol):
    """What a responder module has."""

    Options: type[BaseModel]
    build: Callable[..., Responder]


def load(kind: str, options: Mapping[str, object]) -> Responder:
    """The responder of this kind, built from its section of the configuration.

    ConfigError when there is no such kind, when an option is unknown or wrong, or when its templates
    cannot be used.
    """
    module = _find(kind)
    try:
        parsed = module.Options.model_validate(dict(options))
    except ValidationError as error:
        raise _bad_option(kind, module.Options, error) from None
    return module.build(parsed)


def kinds() -> list[str]:
    """The names that ``load`` knows, sorted."""
    ours = [name for name in _modules() if _module(name) is not None]
    return sorted({*ours, *_entry_points()})


def _find(kind: str) -> Kind:
    found = _module(kind) if kind in _modules() else None
    if found is None and (point := _entry_points().get(kind)):
        found = _foreign(point)
    if found is None:
        known = kinds()
        mend = _did_you_mean(kind, known) or f"Known kinds: {', '.join(known)}."
        raise ConfigError(f"There is no responder of kind {kind!r}.", mend)
    return found


def _foreign(point: EntryPoint) -> Kind:
    try:
        module: Any = point.load()
    except Exception as error:  # noqa: BLE001  a package may break in any way; a person has to hear its name
        raise ConfigError(
            f"The responder {point.name!r} ({point.value}) cannot be loaded: {error!r}.",
            "Reinstall or remove the package that brings it.",
        ) from None
    if not _is_kind(module):
        raise ConfigError(f"The responder {point.name!r} ({point.value}) has no Options and build.")
    return module  # type: ignore[no-any-return]


def _modules() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(__path__)]


def _module(name: str) -> Kind | None:
    module: Any = importlib.import_module(f"{__name__}.{name}")
    return module if _is_kind(module) else None


def _is_kind(module: object) -> bool:
    return hasattr(module, "Options") and hasattr(module, "build")


def _entry_points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _bad_option(kind: str, options: type[BaseModel], error: ValidationError) -> ConfigError:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"]) or "options"
    if first["type"] == "extra_forbidden":
        known = list(options.model_fields)
        mend = _did_you_mean(key, known) or f"It knows: {', '.join(known)}."
        return ConfigError(f"The responder {kind!r} has no option {key!r}.", mend)
    return ConfigError(f"The option {key!r} of the responder {kind!r} is wrong: {first['msg']}.")


def _did_you_mean(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else ""
