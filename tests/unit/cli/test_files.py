"""What the command line says about a file of comments."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.cli.files import HereZone, hints
from bot.errors import InputError


@pytest.fixture
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("paris")
def test_a_date_that_names_no_zone_is_taken_in_this_machines_in_winter_and_in_summer() -> None:
    zone = hints(None, None, "").zone
    winter = datetime(2026, 1, 15, 9, tzinfo=zone)
    summer = datetime(2026, 7, 15, 9, tzinfo=zone)

    assert isinstance(zone, HereZone)
    assert winter.astimezone(UTC).hour == 8
    assert summer.astimezone(UTC).hour == 7


def test_columns_are_mapped_by_name_and_a_mapping_without_one_is_explained() -> None:
    assert hints(["comment=Propos = tenus"], ["Maison Lumen"], "").mapping == {"comment": "Propos = tenus"}
    with pytest.raises(
        InputError, match=r"--map comment names no column\. Write it as --map comment=Commentaire\."
    ):
        hints(["comment"], None, "")
