"""Classifiers of another package, each bad in its own way; found through entry points, as any is."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.domain.labels import Classification
from bot.ports import Classifier, Text

let_go = threading.Event()


class NoOptions(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(extra="forbid")


class Odd:
    """Both the plug-in and its classifier."""

    Options = NoOptions
    name = "odd"

    def build(self, options: NoOptions) -> Classifier:
        return self

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        raise ValueError("the weights are of cheese")


class Hanging(Odd):
    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        let_go.wait()
        return []


class Nonsensical(Odd):
    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        return ["praise"]  # type: ignore[list-item]


raising, hanging, nonsensical = Odd(), Hanging(), Nonsensical()
