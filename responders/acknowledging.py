"""The line that tells a complaint that it was heard. It answers nothing and promises nothing."""

from __future__ import annotations

from bot.domain.labels import Label
from bot.domain.replies import Draft
from bot.ports import Occasion
from responders.library import ACKNOWLEDGEMENT, Library, load_library
from responders.templated import Options

__all__ = ["Acknowledging", "Options", "build"]


class Acknowledging:
    """A Responder for complaints only: we have read you, we take note."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def draft(self, occasion: Occasion) -> Draft | None:
        if Label.COMPLAINT not in occasion.classification.labels:
            return None
        return self._library.draft(occasion, ACKNOWLEDGEMENT, "acknowledging")


def build(options: Options) -> Acknowledging:
    """Read and check the acknowledgement templates once; ConfigError names what is wrong and where."""
    return Acknowledging(
        load_library(
            (ACKNOWLEDGEMENT,), address=options.address, signature=options.signature, folder=options.folder
        )
    )
