"""The classifier that ships with Answerable: trained n-gram weights, a calibrated probability per intent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.classifiers import features, weights_file
from bot.classifiers.language import KNOWN, RECOGNISED, LanguageReader
from bot.classifiers.weights_file import Weights
from bot.domain.labels import INTENTS, UNDETERMINED, Classification, Label
from bot.ports import Classifier, Text

LEARNED = ("fr", "en")  # the languages of the training texts
FAMILIAR = 0.5  # share of a text's characters that training must have seen for the text to be readable


class Options(BaseModel):
    """What to read with, and in which languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: Path | None = Field(
        default=None,
        description="A file of weights that you trained, read from data_dir; empty: those that come with us.",
    )
    languages: tuple[str, ...] = Field(
        default=RECOGNISED,
        description="The languages that are told apart; intents are known in French and English.",
    )

    @field_validator("languages")
    @classmethod
    def _are_known(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if not languages or not set(languages) <= set(KNOWN):
            raise ValueError(f"must be some of {', '.join(KNOWN)}")
        return languages


def build(options: Options) -> Classifier:
    """Raises ClassifierUnusable when the weights are missing, damaged or of another version."""
    weights = weights_file.load(options.weights or weights_file.SHIPPED)
    return ModelClassifier(weights, LanguageReader(options.languages))


class ModelClassifier:
    """Logistic regressions over hashed n-grams; unsure near a threshold and about what it never learned."""

    def __init__(self, weights: Weights, language: LanguageReader) -> None:
        self._weights = weights
        self._language = language
        self._characters = frozenset(map(chr, weights.characters.tolist()))
        self._name = f"model-{weights.digest[:8]}"

    @property
    def name(self) -> str:
        return self._name

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        """One classification for each text, in order; never raises for what a text contains."""
        scores = score(self._weights.table, [text.text for text in texts])
        probabilities = calibrated(scores[:, : len(INTENTS)], self._weights.platt)
        french = scores[:, len(INTENTS)]
        return [
            self._read(text, row, lean)
            for text, row, lean in zip(texts, probabilities, french.tolist(), strict=True)
        ]

    def _read(self, text: Text, probabilities: NDArray[np.float64], french: float) -> Classification:
        language = self._language.read(text.text, french, text.context_language)
        low, high = self._weights.bands.T
        hesitates = bool(np.any((probabilities > low) & (probabilities < high)))
        return Classification(
            labels=chosen(probabilities, self._weights.thresholds),
            scores=dict(zip(INTENTS, probabilities.tolist(), strict=True)),
            language=language,
            unsure=hesitates or not self._can_read(text.text, language),
            classifier=self._name,
        )

    def _can_read(self, text: str, language: str) -> bool:
        if language not in (*LEARNED, UNDETERMINED) or len(text) > features.HEAD + features.TAIL:
            return False
        characters = "".join(features.tokens(text))
        familiar = sum(character in self._characters for character in characters)
        return familiar > FAMILIAR * len(characters)


def score(table: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float64]:
    """The linear score of each text for each column of ``table``."""
    scores = np.zeros((len(texts), table.shape[1]))
    for start, stop, found in features.extract(texts):
        parts = table[found.buckets] * found.values[:, np.newaxis]
        for column in range(table.shape[1]):
            scores[start:stop, column] = np.bincount(found.rows, parts[:, column], minlength=stop - start)
    return scores


def calibrated(scores: NDArray[np.float64], platt: NDArray[np.float64]) -> NDArray[np.float64]:
    """Platt's scaling: from scores to probabilities."""
    slope, offset = platt.T
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(slope * scores + offset, -30.0, 30.0))))


def chosen(probabilities: NDArray[np.float64], thresholds: NDArray[np.float64]) -> tuple[Label, ...]:
    """The intents over their thresholds, the most likely first; other when there is none."""
    order = np.argsort(-probabilities, kind="stable")
    return tuple(INTENTS[i] for i in order if probabilities[i] >= thresholds[i]) or (Label.OTHER,)
