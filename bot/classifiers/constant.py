"""Gives every text the same label: what benchmarks and tests put where the model would be."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.labels import INTENTS, Classification, Label
from bot.ports import Classifier, Text


class Options(BaseModel):
    """What every text is said to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Label = Field(default=Label.OTHER, description="The label that every text gets.")
    probability: float = Field(default=0.99, gt=0.5, le=1.0, description="How probable that label is.")
    language: str = Field(
        default="en", description="The language of every text whose conversation has none yet."
    )
    unsure: bool = Field(default=False, description="Whether to say that a person should look at every text.")


def build(options: Options) -> Classifier:
    return ConstantClassifier(options)


class ConstantClassifier:
    """Reads nothing."""

    def __init__(self, options: Options) -> None:
        self._options = options
        rest = 1.0 - options.probability
        self._scores = {label: options.probability if label is options.label else rest for label in INTENTS}

    @property
    def name(self) -> str:
        return f"constant-{self._options.label}"

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        """The same classification for each text, in its context's language."""
        return [self._of(text.context_language or self._options.language) for text in texts]

    def _of(self, language: str) -> Classification:
        options = self._options
        return Classification((options.label,), self._scores, language, options.unsure, self.name)
