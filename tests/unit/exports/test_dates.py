"""Dates mean what the person who exported them meant."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.exports.dates import Dates, Order, order
from tests.unit.exports.files import opened, posts, written

MOMENT = datetime(2026, 2, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-03T14:05:00",
        "2026-02-03 14:05",
        "2026-02-03T14:05:00Z",
        "2026-02-03T15:05:00.000+01:00",
        "2026-02-03 14:05:00 UTC",
        "2026/02/03 14:05",
        "20260203T140500",
        "03/02/2026 14:05",
        "3/2/2026 14:05:00",
        "03.02.2026 14h05",
        "03-02-26 14:05",
        "03/02/2026, 2:05 PM",
        "03/02/2026 à 14:05",
        "03/02/2026 à 14 h 05",
        "3 février 2026 à 14:05",
        "3 févr. 2026, 14:05",
        "mardi 3 février 2026 14:05",
        "February 3, 2026 2:05 PM",
        "Feb 3, 2026 at 2:05 p.m.",
        "3rd February 2026 14:05",
        "Tue, 03 Feb 2026 14:05:00 +0000",
        "Tue Feb 03 14:05:00 +0000 2026",
        "1770127500",
        "1770127500.0",
        "1770127500000",
        "  2026-02-03\u00a014:05 ",
    ],
)
def test_the_same_moment_in_many_hands(text: str) -> None:
    assert Dates(day_first=True).read(text) == MOMENT


@pytest.mark.parametrize(
    "text", ["yesterday", "32/01/2026", "01/13/2026", "2026", "123/1/2026", "03/02/2026 25:00", "13:05 pm",
             "0001-01-01T00:00:00+14:00", "03/02/2026 13:05 PM", "१२/०३/२०२६ x"],
)  # fmt: skip
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        Dates(day_first=True).read(text)


def test_a_date_without_a_zone_is_taken_where_the_brand_is() -> None:
    paris = timezone(timedelta(hours=2))
    assert Dates(day_first=True, zone=paris).read("03/02/2026 16:05") == MOMENT
    assert Dates(day_first=True, zone=paris).read("2026-02-03T14:05:00Z") == MOMENT


@pytest.mark.parametrize(
    ("dates", "answer"),
    [
        (["01/02/2026", "", "13/02/2026"], Order.DAY_FIRST),
        (["01/02/2026", "02/13/2026 10:00"], Order.MONTH_FIRST),
        (["01/02/2026", "2026-02-13", "1769904000"], Order.EITHER),
        (["2026-02-03", "1769904000", ""], Order.NEITHER),
        ([], Order.NEITHER),
    ],
)
def test_one_day_above_twelve_settles_the_whole_file(dates: list[str], answer: Order) -> None:
    assert order(dates) is answer


@pytest.mark.parametrize(
    ("content", "month"),
    [
        ("date,comment\n03/02/2026,a\n", 3),  # nothing tells: as the English write
        ("date;comment\n03/02/2026;a\n", 2),  # semicolons are French
        ("date,commentaire\n03/02/2026,a\n", 2),  # so is this header
        ("date,comment\n03/02/2026,a\n25/02/2026,b\n", 2),
        ("date;commentaire\n03/02/2026;a\n02/25/2026;b\n", 3),  # what the dates say comes first
    ],
)
def test_what_decides_between_the_third_of_february_and_the_second_of_march(
    tmp_path: Path, content: str, month: int
) -> None:
    assert posts(opened(written(tmp_path, content)))[0].sent_at.month == month


SECONDS = st.integers(min_value=631_152_000, max_value=3_786_912_000)  # 1990 to 2090


@given(
    SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(
        [("%d/%m/%Y %H:%M:%S", True), ("%m/%d/%Y %I:%M:%S %p", False), ("%Y-%m-%dT%H:%M:%S", True)]
    ),
)
def test_what_is_written_is_what_is_read(moment: datetime, form: tuple[str, bool]) -> None:
    pattern, day_first = form
    assert Dates(day_first).read(moment.strftime(pattern)) == moment


@given(st.text(max_size=40))
def test_any_other_text_is_refused_not_a_crash(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert Dates(day_first=True).read(text).tzinfo is UTC
