"""Train the shipped classifier: ``python -m training.train --data FOLDER``.

One logistic regression per intent over hashed n-grams, calibrated on predictions for comments that
the predicting model did not see; seeded, so that the same data give the same weights.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from bot.classifiers import features, weights_file
from bot.classifiers.model import calibrated
from bot.classifiers.weights_file import Weights
from bot.domain.labels import INTENTS, Label
from training import card, data
from training.data import OWN, Comment

SEED = 20260302
FOLDS = 5
STRENGTH = 10.0  # inverse of the regularisation; 3 to 30 score alike
# How much one comment of a source counts beside one of ours, which are of the product's own domain.
COUNTS_FOR = {OWN: 1.0, "goemotions-en": 0.15, "fqb-fr": 0.02}
COUNTS_ELSE = 0.3
GOEMOTIONS_KEPT = 3  # one in so many: more of them only takes time
SURE = 0.94  # wanted accuracy of what is not called unsure
WIDEST = 0.35  # how far a band may reach from the threshold towards 0 and 1
SEEN_OFTEN = 2  # from here on a character is one that training learned something about

Floats = NDArray[np.float64]
Matrix = Any  # a sparse matrix; scipy has no types
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Intent:
    """What training found for one label."""

    column: Floats
    platt: tuple[float, float]
    threshold: float
    band: tuple[float, float]


def main() -> None:
    """Train, write weights and model card, print the scores."""
    parser = argparse.ArgumentParser(description="Train the classifier that ships with Answerable.")
    parser.add_argument("--data", type=Path, help=f"folder with {data.PUBLIC}; without it, our corpus alone")
    parser.add_argument("--out", type=Path, default=weights_file.SHIPPED, help="weights file to write")
    arguments = parser.parse_args()
    comments = data.own_corpus() + _thinned(data.public(arguments.data, "train"))
    weights_file.save(train(comments), arguments.out)
    parts = {"own test part": data.own_corpus("-test"), "held out": data.public(arguments.data, "heldout")}
    text = card.write(weights_file.load(arguments.out), comments, parts)
    arguments.out.with_name("MODEL_CARD.md").write_text(text, encoding="utf-8")
    print(text)


def train(comments: Sequence[Comment]) -> Weights:
    """The weights for these comments."""
    matrix = matrix_of(comments)
    intents = [_intent(label, comments, matrix) for label in INTENTS]
    table = np.column_stack([*(intent.column for intent in intents), _french(comments, matrix)])
    return Weights(
        table=table.astype(np.float32),
        platt=np.array([intent.platt for intent in intents]),
        thresholds=np.array([intent.threshold for intent in intents]),
        bands=np.array([intent.band for intent in intents]),
        characters=_characters(comments),
    )


def matrix_of(comments: Sequence[Comment]) -> Matrix:
    """The features of the comments as a sparse matrix, one row each."""
    size = 2**features.BITS
    blocks = [
        sparse.csr_matrix((found.values, (found.rows, found.buckets)), shape=(stop - start, size))
        for start, stop, found in features.extract([comment.text for comment in comments])
    ]
    return sparse.vstack(blocks).tocsr()


def _intent(label: Label, comments: Sequence[Comment], matrix: Matrix) -> Intent:
    judged = np.array([label in comment.judged for comment in comments])
    rows = [comment for comment, counts in zip(comments, judged, strict=True) if counts]
    inputs, truth = matrix[judged], np.array([label in comment.labels for comment in rows])
    counts = np.array([COUNTS_FOR.get(comment.source, COUNTS_ELSE) for comment in rows])
    unseen = _unseen_scores(inputs, truth, counts)
    calibrator = LogisticRegression(C=1e6).fit(unseen[:, np.newaxis], truth, sample_weight=counts)
    platt = (float(calibrator.coef_[0, 0]), float(calibrator.intercept_[0]))
    ours = np.array([comment.source == OWN for comment in rows])
    probabilities = calibrated(unseen[ours, np.newaxis], np.array([platt]))[:, 0]
    threshold = _threshold(probabilities, truth[ours])
    return Intent(
        column=_fitted(inputs, truth, counts).coef_[0],
        platt=platt,
        threshold=threshold,
        band=_band(probabilities, truth[ours], threshold),
    )


def _unseen_scores(inputs: Matrix, truth: Bools, counts: Floats) -> Floats:
    """For each comment, the score of a model that was trained without it."""
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(truth))
    scores = np.zeros(len(truth))
    for fold in range(FOLDS):
        seen = folds != fold
        scores[~seen] = inputs[~seen] @ _fitted(inputs[seen], truth[seen], counts[seen]).coef_[0]
    return scores


def _fitted(inputs: Matrix, truth: Bools, counts: Floats) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED)
    return model.fit(inputs, truth, sample_weight=counts)


def _threshold(probabilities: Floats, truth: Bools) -> float:
    """Where F1 is best."""
    steps = np.arange(0.2, 0.7, 0.01)
    return float(max(steps, key=lambda step: f1_score(truth, probabilities >= step)))


def _band(probabilities: Floats, truth: Bools, threshold: float) -> tuple[float, float]:
    """The narrowest interval around the threshold outside which decisions are as good as wanted."""
    right = (probabilities >= threshold) == truth
    low, high = threshold, threshold
    for reach in np.arange(0.0, WIDEST, 0.02):
        low, high = threshold * (1 - reach), threshold + (1 - threshold) * reach
        outside = (probabilities <= low) | (probabilities >= high)
        if right[outside].mean() >= SURE:
            break
    return float(low), float(high)


def _french(comments: Sequence[Comment], matrix: Matrix) -> Floats:
    """French against English, without an offset: a text of unknown n-grams leans neither way."""
    french = np.array([comment.language == "fr" for comment in comments])
    model = LogisticRegression(C=STRENGTH, solver="liblinear", fit_intercept=False, class_weight="balanced")
    counts = np.array([1.0 if comment.source == OWN else COUNTS_ELSE / 2 for comment in comments])
    return np.asarray(model.fit(matrix, french, sample_weight=counts).coef_[0])


def _characters(comments: Sequence[Comment]) -> NDArray[np.uint32]:
    text = "".join("".join(features.tokens(comment.text)) for comment in comments)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    found, times = np.unique(codes, return_counts=True)
    return np.array([code for code in found[times >= SEEN_OFTEN] if _is_learned(chr(code))], dtype=np.uint32)


def _is_learned(character: str) -> bool:
    """A stray word in another script teaches nothing."""
    return not character.isalpha() or unicodedata.name(character, "").startswith("LATIN")


def _thinned(comments: Sequence[Comment]) -> list[Comment]:
    chance = np.random.default_rng(SEED).integers(0, GOEMOTIONS_KEPT, len(comments))
    return [
        comment
        for comment, number in zip(comments, chance, strict=True)
        if comment.source != "goemotions-en" or number == 0
    ]


if __name__ == "__main__":
    main()
