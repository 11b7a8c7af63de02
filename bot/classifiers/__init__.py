"""What reads comments: each a module here, or an entry point in the group ``answerable.classifiers``."""

from __future__ import annotations

from typing import Any, Protocol

from bot.plugins import PlugIn, PlugIns
from bot.ports import Classifier


class ClassifierPlugIn(PlugIn, Protocol):
    """The module of a classifier."""

    def build(self, options: Any, /) -> Classifier:  # noqa: ANN401
        """Ready to read; ``options`` is an instance of this module's ``Options``.

        Raises ClassifierUnusable when its files are missing, damaged or of another version.
        """


_PLUG_INS: PlugIns[ClassifierPlugIn] = PlugIns(
    "classifier",
    __name__,
    "answerable.classifiers",
    helpers=("features", "language", "weights_file", "worker"),
)


def kinds() -> list[str]:
    """Every classifier that can be asked for by name."""
    return _PLUG_INS.kinds()


def load(kind: str) -> ClassifierPlugIn:
    """The module of a classifier. Raises ConfigError when there is none, or when it cannot be imported."""
    return _PLUG_INS.load(kind)
