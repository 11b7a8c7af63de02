"""What to say: each responder a module here, or an entry point in the group ``answerable.responders``."""

from __future__ import annotations

from typing import Any, Protocol

from bot.plugins import PlugIn, PlugIns
from bot.ports import Responder


class ResponderPlugIn(PlugIn, Protocol):
    """The module of a responder. Its option ``address``, if any, is the brand's by default."""

    def build(self, options: Any, /) -> Responder:  # noqa: ANN401
        """Ready to draft; ``options`` is an instance of this module's ``Options``.

        Raises ConfigError when its templates cannot be used.
        """


_PLUG_INS: PlugIns[ResponderPlugIn] = PlugIns(
    "responder", __name__, "answerable.responders", helpers=("library", "names", "rendering")
)


def kinds() -> list[str]:
    """Every responder that can be asked for by name."""
    return _PLUG_INS.kinds()


def load(kind: str) -> ResponderPlugIn:
    """The module of a responder. Raises ConfigError when there is none, or when it cannot be imported."""
    return _PLUG_INS.load(kind)
