"""What every classifier promises. A new one is found by itself, and passes with its default options."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot import classifiers
from bot.domain.labels import INTENTS, Classification, Label
from bot.ports import Classifier, Text

HOSTILE = {
    "nothing": "",
    "blanks": " \n\t\u00a0\u3000 ",
    "a megabyte": "encore en panne " * 65_536,
    "a megabyte in one word": "a" * 1_048_576,
    "NUL": "merci\x00beaucoup\x00",
    "lone surrogates": "\ud800 super \udfff",
    "right to left": "שלום \u202egnirts siht\u202c مرحبا",
    "zero width": "m\u200be\u200br\u200bc\u200bi\ufeff",
    "emoji only": "👩‍👩‍👧‍👦🏳️‍🌈😡😡",
    "combining marks": "e" + "\u0301" * 5_000,
    "characters that grow when levelled": "\ufdfa" * 2_000,
    "ten thousand lines": "ligne\n" * 10_000,
    "marks only": "?!…—" * 500,
    "a template": "{{ brand }} {% raw %} {0} %s",
}


@pytest.fixture(scope="module", params=classifiers.kinds())
def classifier(request: pytest.FixtureRequest) -> Classifier:
    plug_in = classifiers.load(request.param)
    return plug_in.build(plug_in.Options())


def test_each_text_gets_one_classification_in_order(classifier: Classifier) -> None:
    texts = [Text("Merci beaucoup !"), Text("my parcel never arrived"), Text("Vous ouvrez quand"), Text("")]
    together = classifier.classify(texts)
    assert together == [classifier.classify([text])[0] for text in texts]


def test_nothing_to_read_gives_nothing(classifier: Classifier) -> None:
    assert classifier.classify([]) == []


def test_the_same_text_is_always_read_the_same(classifier: Classifier) -> None:
    text = Text("super, encore en panne", "fr")
    assert classifier.classify([text]) == classifier.classify([text])


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_like_any_other(classifier: Classifier, text: str) -> None:
    (found,) = classifier.classify([Text(text)])
    assert_sound(found, classifier.name)


def test_hostile_texts_do_not_change_how_their_neighbours_are_read(classifier: Classifier) -> None:
    neighbour = Text("Vous êtes ouverts dimanche ?")
    (alone,) = classifier.classify([neighbour])
    crowd = [Text(text) for text in HOSTILE.values()]
    assert classifier.classify([*crowd, neighbour])[-1] == alone


def test_a_thousand_texts_at_once_are_read(classifier: Classifier) -> None:
    assert len(classifier.classify([Text(f"Livrez-vous au {number} ?") for number in range(1_000)])) == 1_000


def test_it_says_its_name(classifier: Classifier) -> None:
    assert classifier.name


@pytest.mark.parametrize("kind", classifiers.kinds())
def test_an_option_that_does_not_exist_is_refused_by_name(kind: str) -> None:
    with pytest.raises(ValidationError, match="treshold"):
        classifiers.load(kind).Options.model_validate({"treshold": 1})


def assert_sound(found: Classification, name: str) -> None:
    assert found.classifier == name
    assert found.labels
    assert set(found.labels) <= set(INTENTS) or found.labels == (Label.OTHER,)
    assert set(found.scores) == set(INTENTS)
    assert all(0.0 <= score <= 1.0 for score in found.scores.values())
    assert 0.0 <= found.confidence <= 1.0
    assert found.language
