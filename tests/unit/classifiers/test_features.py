"""N-grams: the same text gives the same features wherever it stands in a batch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.classifiers import features

TEXTS = st.lists(st.text(alphabet=st.characters(codec=None), max_size=40), max_size=8)


def buckets(texts: list[str]) -> list[list[int]]:
    found: list[list[int]] = []
    for start, stop, part in features.extract(texts):
        found += [sorted(part.buckets[part.rows == row].tolist()) for row in range(stop - start)]
    return found


@given(TEXTS)
def test_neighbours_change_nothing(texts: list[str]) -> None:
    assert buckets(texts) == [buckets([text])[0] for text in texts]


@given(st.text(max_size=200))
def test_each_family_of_ngrams_weighs_the_same_in_any_text(text: str) -> None:
    ((_, _, found),) = features.extract([text])
    assert abs((found.values**2).sum() - (features.WORDS_COUNT**2 + 1.0)) < 1e-3


def test_the_hash_is_stable() -> None:
    """Weights trained on another machine, or last year, must find their buckets again."""
    assert buckets(["merci"])[0][:6] == [158, 14513, 34380, 39682, 47584, 53434]


def test_case_accents_numbers_links_and_handles_are_levelled() -> None:
    assert features.tokens("J'ADORE ça !!!! @léa 42 https://a.example/b") == [
        *("j", "'", "adore", "ca", "!", "!", "@", "0", "url"),
    ]


def test_a_huge_text_is_read_at_both_ends() -> None:
    words = features.tokens("début " + "x " * 100_000 + "fin")
    assert words[0] == "debut"
    assert words[-1] == "fin"
    assert len(words) < 2_000
