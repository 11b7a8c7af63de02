"""Dates as exports write them: ISO, seconds since 1970, day or month first, months in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier",
            "feb february fev fevr fevrier",
            "mar march mars",
            "apr april avr avril",
            "may mai",
            "jun june juin",
            "jul july juil juillet",
            "aug august aou aout",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december decembre",
        ),
        start=1,
    )
    for name in names.split()
}

_TIME = (
    r"(?:[\s,t]*(?:\ba\b|\bat\b|-)?\s*(?P<hour>\d{1,2})\s*(?::|h)\s*(?P<minute>\d{2})?"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = r"(?:\s*\(?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})\)?)?"
_WEEKDAY = r"(?:(?:[a-z]{3,8})\.?,?\s+)?"
_MONTH = rf"(?P<word>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"

_NUMERIC = re.compile(rf"(?P<a>\d{{1,4}})([/.\-])(?P<b>\d{{1,2}})\2(?P<c>\d{{4}}|\d{{1,2}}){_TIME}{_ZONE}")
_WORDED = (
    re.compile(
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}}){_TIME}{_ZONE}"
    ),
    re.compile(
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}{_ZONE}"
    ),
    re.compile(rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}}){_TIME}{_ZONE}\s+(?P<year>\d{{4}})"),
)
_SECONDS = re.compile(r"-?\d{9,10}(?:\.\d+)?")
_MILLISECONDS = re.compile(r"\d{13}")


class Order(StrEnum):
    """How a file writes 03/04. EITHER: nothing in it tells. NEITHER: it has no such dates."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    EITHER = "either"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Dates:
    """Reads the dates of one file: ``day_first`` settles 03/04, ``zone`` is for those that name none."""

    day_first: bool
    zone: tzinfo = UTC

    def read(self, text: str) -> datetime:
        """The moment, in UTC. Raises ValueError when it cannot be told."""
        try:
            moment = self._moment(_plain(text))
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError, OSError) as reason:
            raise ValueError(f"not a date: {text!r}") from reason

    def _moment(self, text: str) -> datetime:
        if _SECONDS.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        if _MILLISECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        if found := _NUMERIC.fullmatch(text):
            return self._numeric(found)
        for pattern in _WORDED:
            if found := pattern.fullmatch(text):
                day, year = int(found["day"]), int(found["year"])
                return _with_time(year, MONTHS[found["word"]], day, found)
        return datetime.fromisoformat(text.upper())

    def _numeric(self, found: re.Match[str]) -> datetime:
        first, second, third = (found[part] for part in "abc")
        if len(first) == 4:
            return _with_time(int(first), int(second), int(third), found)
        if len(first) > 2:
            raise ValueError
        year = int(third) + (2000 if len(third) <= 2 else 0)
        day, month = (first, second) if self.day_first else (second, first)
        return _with_time(year, int(month), int(day), found)


def order(dates: Iterable[str]) -> Order:
    """What the dates of a file say together: one day above 12 settles it."""
    found = Order.NEITHER
    for text in dates:
        numeric = _NUMERIC.fullmatch(_plain(text))
        if numeric and len(numeric["a"]) <= 2:
            if int(numeric["a"]) > 12:
                return Order.DAY_FIRST
            if int(numeric["b"]) > 12:
                return Order.MONTH_FIRST
            found = Order.EITHER
    return found


def _plain(text: str) -> str:
    """Without accents, case, odd spaces: the patterns only know plain letters."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(folded.casefold().split())


def _with_time(year: int, month: int, day: int, found: re.Match[str]) -> datetime:
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    minute, second = int(found["minute"] or 0), int(found["second"] or 0)
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found["zone"]))


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    if name in ("z", "utc", "gmt"):
        return UTC
    offset = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
    return timezone(-offset if name[0] == "-" else offset)
