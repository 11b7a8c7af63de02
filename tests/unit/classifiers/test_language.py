"""The language of short texts, as people type them."""

from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from pydantic import ValidationError

from bot.classifiers import model
from bot.classifiers.language import KNOWN
from bot.ports import Classifier, Text
from training import data


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return model.build(model.Options())


def language(classifier: Classifier, text: str, context: str = "") -> str:
    return classifier.classify([Text(text, context)])[0].language


@pytest.mark.parametrize(
    "text", ["merci !", "génial", "c nul", "bjr", "prix ?", "slt ça va", "jsp", "trop cool"]
)
def test_short_french_is_french(classifier: Classifier, text: str) -> None:
    assert language(classifier, text) == "fr"


@pytest.mark.parametrize("text", ["thank you", "ok cool", "how much", "nice one", "hello", "still waiting"])
def test_short_english_is_english(classifier: Classifier, text: str) -> None:
    assert language(classifier, text) == "en"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿A qué hora abren mañana la tienda?", "es"),
        ("Wann habt ihr am Samstag geöffnet?", "de"),
        ("Grazie mille, è stato tutto perfetto", "it"),
        ("Muito obrigado, vocês são incríveis", "pt"),
        ("Mijn bestelling is nog steeds niet aangekomen", "nl"),
    ],
)
def test_other_languages_are_recognised_as_themselves(
    classifier: Classifier, text: str, expected: str
) -> None:
    assert language(classifier, text) == expected


@pytest.mark.parametrize("text", ["👍", "...", "1234", "", "ok"])
@pytest.mark.parametrize("context", ["fr", "en", "es"])
def test_what_says_nothing_is_in_the_language_of_what_came_before(
    classifier: Classifier, text: str, context: str
) -> None:
    assert language(classifier, text, context) == context


@pytest.mark.parametrize("text", ["👍", "...", "1234", "", "😡😡"])
def test_what_says_nothing_alone_is_undetermined(classifier: Classifier, text: str) -> None:
    assert language(classifier, text) == "und"


@pytest.mark.parametrize("text", ["Спасибо большое", "ありがとう", "مرحبا", "תודה רבה"])
def test_another_script_is_undetermined_whatever_came_before(classifier: Classifier, text: str) -> None:
    assert language(classifier, text, "fr") == "und"


def test_a_plain_sentence_overrules_its_context(classifier: Classifier) -> None:
    assert language(classifier, "Bonjour, je voudrais savoir si vous livrez", "en") == "fr"


def test_our_own_test_part_is_told_apart(classifier: Classifier) -> None:
    comments = [c for c in data.own_corpus("-test") if any(character.isalpha() for character in c.text)]
    right = sum(language(classifier, c.text, c.language) == c.language for c in comments)
    assert right / len(comments) >= 0.97


def test_every_language_that_may_be_asked_for_is_known() -> None:
    assert set(KNOWN) <= set(LanguageIdentifier.from_model_file(MODEL_FILE).labels)


@pytest.mark.parametrize("languages", [("fr", "klingon"), ()])
def test_a_language_nobody_knows_is_refused_before_anything_is_read(languages: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="must be some of"):
        model.Options(languages=languages)
