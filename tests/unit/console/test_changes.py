"""What moved is shown word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.console.changes import MOST_WORDS, Piece, compared


def test_whole_phrases_are_marked() -> None:
    found = compared("Is it safe to leave on all night?", "Is it safe to put in the dishwasher?")
    assert found == (
        (Piece.SAME, "Is it safe to "),
        (Piece.GONE, "leave on all night"),
        (Piece.NEW, "put in the dishwasher"),
        (Piece.SAME, "?"),
    )


@given(st.text("ab \n.é", max_size=60), st.text("ab \n.é", max_size=60))
def test_both_texts_can_be_read_out_of_the_comparison(old: str, new: str) -> None:
    pieces = compared(old, new)
    assert "".join(text for kind, text in pieces if kind is not Piece.NEW) == old
    assert "".join(text for kind, text in pieces if kind is not Piece.GONE) == new


def test_very_long_texts_are_shown_whole() -> None:
    old = "a " * MOST_WORDS
    assert compared(old, "b") == ((Piece.GONE, old), (Piece.NEW, "b"))
