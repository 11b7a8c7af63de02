"""Spans of time as people write them: ``15s``, ``5m``, ``4h``, ``2d``, or a number of seconds."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
LONGEST = timedelta(days=3650)  # far past any sensible wait, and safe to add to any date
MICROSECOND = timedelta(microseconds=1)

_SPELLED = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?) ?([smhd]?)")


def parse_duration(written: object) -> timedelta:
    """The span that was written, never negative.

    Raises ValueError with words that read on from the name of what was set.
    """
    if isinstance(written, timedelta):
        return _bounded(written)
    text = "" if isinstance(written, bool) else str(written).strip()
    match = _SPELLED.fullmatch(text)
    if match is None:
        raise ValueError("must be a duration such as 15s, 5m, 4h or 2d, or a number of seconds")
    number, unit = match.groups()
    micros = Decimal(number) * (UNITS[unit or "s"] // MICROSECOND)
    if micros > LONGEST // MICROSECOND:
        raise ValueError(f"must be at most {spell_duration(LONGEST)}")
    return timedelta(microseconds=int(micros))


def spell_duration(span: timedelta) -> str:
    """The shortest spelling that ``parse_duration`` reads back as exactly this span."""
    for unit, length in UNITS.items():
        if span and not span % length:
            return f"{span // length}{unit}"
    seconds, micros = divmod(span // MICROSECOND, 1_000_000)
    return f"{seconds}.{micros:06d}".rstrip("0").rstrip(".") + "s"


def _bounded(span: timedelta) -> timedelta:
    if not timedelta(0) <= span <= LONGEST:
        raise ValueError(f"must be a duration between 0s and {spell_duration(LONGEST)}")
    return span
