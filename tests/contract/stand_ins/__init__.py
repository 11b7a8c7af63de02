"""Stand-ins of the platforms, one module per adapter, by the same name.

A module here has ``VARIANTS``: a name for each way its adapter can be set up, and how to make the
stand-in with an adapter on it, given an empty folder.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Protocol, cast

from bot.ports import Adapter


class Trouble(StrEnum):
    """What can go wrong with the next send."""

    LOST = "it is said, but the answer is cut"
    DROPPED = "the connection breaks before it arrives"
    REFUSED = "the platform wants to be left alone for a while"
    REJECTED = "the platform will never say this"
    UNREACHABLE = "no connection can be made"


class StandIn(Protocol):
    """A platform that the kit can speak on, break, and look at with the eyes of its members."""

    listens: bool  # False: nothing can be said there while the adapter runs (a file, say)
    troubles: frozenset[Trouble]  # what this platform can do wrong

    @property
    def adapter(self) -> Adapter: ...

    def reconnect(self) -> Adapter:
        """Another adapter on the same platform, as after a restart."""

    def someone_says(self, text: str) -> None: ...

    def a_bot_says(self, text: str) -> None: ...

    def next_send_meets(self, trouble: Trouble) -> None: ...

    def visible(self, delivery_id: str) -> list[str]:
        """The texts that members can read because of this delivery."""


Make = Callable[[Path], StandIn]


def variants() -> dict[str, Make]:
    """Every stand-in there is, as ``kind-variant``."""
    return {
        f"{module.name}-{name}": make
        for module in pkgutil.iter_modules(__path__)
        for name, make in _variants(module.name).items()
    }


def _variants(kind: str) -> Mapping[str, Make]:
    return cast("Mapping[str, Make]", importlib.import_module(f"{__name__}.{kind}").VARIANTS)
