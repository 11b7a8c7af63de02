"""Platforms. Each is a module or folder here, or an entry point in the group ``answerable.adapters``."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, cast

from pydantic import BaseModel

from bot.errors import ConfigError
from bot.ports import Adapter, AdapterContext

ENTRY_POINTS = "answerable.adapters"


class AdapterKind(Protocol):
    """What the module of a platform holds: the model of its own section, and how to build from it."""

    Options: type[BaseModel]

    def build(self, account: str, options: BaseModel, context: AdapterContext) -> Adapter:
        """The adapter of one account; ``options`` is an instance of this module's ``Options``."""


def kinds() -> list[str]:
    """Every platform that can be loaded by name."""
    return sorted(_shipped() | _installed().keys())


def load(kind: str) -> AdapterKind:
    """The module of a platform.

    Raises ConfigError with the nearest name when there is none of this kind.
    """
    if kind in _shipped():
        return cast("AdapterKind", importlib.import_module(f"{__name__}.{kind}"))
    if kind in (installed := _installed()):
        return cast("AdapterKind", installed[kind].load())
    near = difflib.get_close_matches(kind, kinds(), n=1)
    mend = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(kinds())}."
    raise ConfigError(f"There is no platform “{kind}”.", mend)


def _shipped() -> set[str]:
    return {module.name for module in pkgutil.iter_modules(__path__)}


def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}
