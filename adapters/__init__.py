"""Platforms, each a module or folder here, or an entry point in the group ``answerable.adapters``."""

from __future__ import annotations

from typing import Any, Protocol

from bot.plugins import PlugIn, PlugIns
from bot.ports import Adapter, AdapterContext


class AdapterPlugIn(PlugIn, Protocol):
    """The module of a platform."""

    def build(self, account: str, options: Any, context: AdapterContext, /) -> Adapter:  # noqa: ANN401
        """The adapter of one account; ``options`` is an instance of this module's ``Options``."""


_PLUG_INS: PlugIns[AdapterPlugIn] = PlugIns("platform", __name__, "answerable.adapters")


def kinds() -> list[str]:
    """Every platform that can be asked for by name."""
    return _PLUG_INS.kinds()


def load(kind: str) -> AdapterPlugIn:
    """The module of a platform. Raises ConfigError when there is none, or when it cannot be imported."""
    return _PLUG_INS.load(kind)
