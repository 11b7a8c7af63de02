"""Spans of time, as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import LONGEST, parse_duration, spell_duration

SPANS = st.timedeltas(min_value=timedelta(0), max_value=LONGEST)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("15s", timedelta(seconds=15)),
        ("5m", timedelta(minutes=5)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1.5h", timedelta(minutes=90)),
        (" 10 s ", timedelta(seconds=10)),
        ("90", timedelta(seconds=90)),
        (90, timedelta(seconds=90)),
        (0.5, timedelta(milliseconds=500)),
        (0, timedelta(0)),
    ],
)
def test_people_write_durations_like_this(written: object, span: timedelta) -> None:
    assert parse_duration(written) == span


@pytest.mark.parametrize(
    "written",
    ["", "s", "-5s", "5 parsecs", "5M", "1h30m", "1e3", "٣s", True, None, float("nan"), float("inf")],
)
def test_anything_else_is_refused_in_words(written: object) -> None:
    with pytest.raises(ValueError, match="must be a duration such as 15s, 5m, 4h or 2d"):
        parse_duration(written)


@pytest.mark.parametrize("written", ["3651d", "999999999999d", timedelta(days=4000), timedelta(seconds=-1)])
def test_nobody_waits_ten_years(written: object) -> None:
    with pytest.raises(ValueError, match="3650d"):
        parse_duration(written)


@pytest.mark.parametrize("spelled", ["0s", "0.5s", "15s", "90s", "5m", "36h", "2d"])
def test_the_spelling_is_the_one_people_use(spelled: str) -> None:
    assert spell_duration(parse_duration(spelled)) == spelled


@given(SPANS)
def test_what_is_spelled_reads_back_as_the_same_span(span: timedelta) -> None:
    assert parse_duration(spell_duration(span)) == span


@given(st.text(max_size=20))
def test_any_text_is_a_span_or_refused(text: str) -> None:
    try:
        assert timedelta(0) <= parse_duration(text) <= LONGEST
    except ValueError as error:
        assert str(error).startswith("must be")
