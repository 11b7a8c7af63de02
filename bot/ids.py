"""Identifiers: made by us before anything is stored, sortable by time, short enough to be read out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
TIME_CHARS, RANDOM_CHARS = 9, 9  # 45 bits of milliseconds last until the year 3084; 45 random bits

Ids = Callable[[], str]


def new_id() -> str:
    """Eighteen characters: the millisecond, then chance."""
    millis = int(datetime.now(UTC).timestamp() * 1000)
    return _base32(millis, TIME_CHARS) + _base32(secrets.randbits(5 * RANDOM_CHARS), RANDOM_CHARS)


def _base32(number: int, length: int) -> str:
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(length)))
