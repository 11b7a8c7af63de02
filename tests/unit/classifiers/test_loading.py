"""Classifiers are found by name, and the one without a model says what it was told."""

from __future__ import annotations

import pytest

from bot import classifiers
from bot.classifiers import constant
from bot.domain.labels import Label
from bot.errors import ConfigError
from bot.ports import Text


def test_constant_gives_every_text_the_label_it_was_told() -> None:
    classifier = constant.build(constant.Options(label=Label.COMPLAINT, language="fr"))
    first, second = classifier.classify([Text("a"), Text("b", "en")])
    assert first.labels == second.labels == (Label.COMPLAINT,)
    assert (first.language, second.language) == ("fr", "en")
    assert first.confidence == pytest.approx(0.99)


@pytest.mark.parametrize(
    "kind", ["worker", "language", "features", "weights_file", "", "..model", "model.npz"]
)
def test_what_is_no_classifier_cannot_be_loaded_as_one(kind: str) -> None:
    with pytest.raises(ConfigError, match="no classifier"):
        classifiers.load(kind)


def test_constant_is_as_certain_of_other_as_of_any_label() -> None:
    (found,) = constant.build(constant.Options(label=Label.OTHER)).classify([Text("a")])
    assert found.labels == (Label.OTHER,)
    assert found.confidence == pytest.approx(0.99)
