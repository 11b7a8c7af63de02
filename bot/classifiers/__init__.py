"""Classifiers, each found by name: a module of this package, or an entry point of another one.

A classifier module has a pydantic model ``Options`` and ``build(options)``. A package of its own
names such a module under the entry point group ``answerable.classifiers``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Protocol, cast

from pydantic import BaseModel, ValidationError

from bot.errors import ConfigError
from bot.ports import Classifier

GROUP = "answerable.classifiers"
DEFAULT = "model"


class ClassifierModule(Protocol):
    """What a classifier module has. Its ``Options`` should forbid extra keys."""

    Options: type[BaseModel]

    def build(self, options: BaseModel) -> Classifier: ...


def load(kind: str = DEFAULT, options: Mapping[str, object] | None = None) -> Classifier:
    """The classifier of this kind.

    Raises ConfigError for an unknown kind or option, ClassifierUnusable when its files are.
    """
    found = module(kind)
    return found.build(_validated(kind, found.Options, dict(options or {})))


def module(kind: str) -> ClassifierModule:
    """The module of this kind: ours, or another package's. Raises ConfigError when there is none."""
    if kind in _own():
        return cast("ClassifierModule", _sibling(kind))
    for entry in _foreign():
        if entry.name == kind:
            return _imported(entry)
    raise ConfigError(f'There is no classifier "{kind}".', _nearest(kind, kinds()))


def kinds() -> list[str]:
    """Every kind that can be loaded here."""
    return sorted({*_own(), *(entry.name for entry in _foreign())})


@cache
def _own() -> frozenset[str]:
    names = [found.name for found in pkgutil.iter_modules(__path__)]
    return frozenset(name for name in names if hasattr(_sibling(name), "build"))


def _sibling(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")


def _foreign() -> list[EntryPoint]:
    return list(entry_points(group=GROUP))


def _imported(entry: EntryPoint) -> ClassifierModule:
    try:
        return cast("ClassifierModule", entry.load())
    except Exception as error:  # whatever another package does at import must become a sentence
        problem = f'The classifier "{entry.name}" ({entry.value}) cannot be imported: {error}.'
        raise ConfigError(problem, "Install its package again, or choose another classifier.") from error


def _validated(kind: str, model: type[BaseModel], options: dict[str, object]) -> BaseModel:
    try:
        return model.model_validate(options)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        problem = f'The classifier "{kind}" cannot take its option {key}: {first["msg"]}.'
        mend = _nearest(key, model.model_fields) if first["type"] == "extra_forbidden" else ""
        raise ConfigError(problem, mend) from error


def _nearest(written: str, known: Iterable[str]) -> str:
    close = get_close_matches(written, list(known), n=1)
    return f'Did you mean "{close[0]}"?' if close else f"There are: {', '.join(sorted(known))}."
