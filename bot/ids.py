"""Identifiers: made by us before anything is stored, sortable by time, short enough to be read out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
LENGTH = 18  # characters: 45 bits of milliseconds last until the year 3084; 45 bits of chance
CHANCE_BITS = 45
SHIFTS = range(5 * LENGTH - 10, -1, -10)

Ids = Callable[[], str]


def new_id() -> str:
    """Eighteen characters: the millisecond, then chance."""
    return _spelled(_fresh())


def ascending() -> Ids:
    """A maker of ids that also sort in the order in which this one maker made them."""
    last = 0

    def following() -> str:
        nonlocal last
        same_millisecond = _millis() <= last >> CHANCE_BITS
        last = last + 1 if same_millisecond else _fresh()
        return _spelled(last)

    return following


def _fresh() -> int:
    return _millis() << CHANCE_BITS | secrets.randbits(CHANCE_BITS - 1)  # a bit of room to count on from


def _millis() -> int:
    return time.time_ns() // 1_000_000


def _spelled(number: int) -> str:
    return "".join([PAIRS[number >> shift & 1023] for shift in SHIFTS])
