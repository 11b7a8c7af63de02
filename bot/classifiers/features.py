"""From short texts to hashed word and character n-grams, a whole batch at a time.

Training and the running service share this file: change it and the weights must be trained again
(``VERSION`` makes sure that old weights are refused).

The hash is a polynomial over code points modulo 2**64. With prefix sums, the hash of any window of
the batch is one subtraction and one multiplication, so that numpy does the work and no n-gram is
ever made as a string.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Floats = NDArray[np.float32]

VERSION = 1
BITS = 18  # 2**18 buckets hold the n-grams of the training texts with few collisions
HEAD, TAIL = 1_500, 500  # what is read of a huge text: how it begins and how it ends
CHAR_ORDERS, WORD_ORDERS = (3, 4, 5), (1, 2, 3)
WORDS_COUNT = 1.5  # beside characters, whose n-grams are alike in words that mean different things
BATCH_CHARS = 65_536

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it has an inverse modulo 2**64
_INVERSE = np.uint64(pow(int(_BASE), -1, 2**64))
_MIX = np.uint64(0xFF51AFD7ED558CCD)  # MurmurHash3's finaliser
_SPACE = 32

_INVISIBLE = re.compile("[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"@\w+")
_NUMBER = re.compile(r"\d+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Features:
    """One line for each n-gram found: in which text, which bucket, and how much it counts there."""

    rows: Ints
    buckets: Ints
    values: Floats


def tokens(text: str) -> list[str]:
    """Words, marks and symbols; case, accents, stretched letters, numbers, links and names levelled."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    plain = text.casefold()
    if not plain.isascii():
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFKD", plain))
    plain = _NUMBER.sub("0", _HANDLE.sub("@", _LINK.sub("url", plain)))
    return _TOKEN.findall(_STRETCHED.sub(r"\1\1", plain))[: HEAD + TAIL]


def extract(texts: Sequence[str]) -> Iterator[tuple[int, int, Features]]:
    """Features of ``texts[start:stop]``, in slices small enough for the processor's cache."""
    lines: list[str] = []
    start = size = 0
    for text in texts:
        line = _line(text)
        if lines and size + len(line) > BATCH_CHARS:
            yield start, start + len(lines), _features(lines)
            start, lines, size = start + len(lines), [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield start, start + len(lines), _features(lines)


def _line(text: str) -> str:
    found = tokens(text)
    shouted = "A" if len(text) > 5 and text.isupper() else "a"
    length = min(len(found).bit_length(), 6)
    return f" {shouted}{length} ^ {' '.join(found)} $ " if found else f" {shouted}0 ^ $ "


def _features(lines: Sequence[str]) -> Features:
    codes = np.frombuffer("".join(lines).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    line_of = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    hashes = _Windows(codes.astype(np.uint64))
    spaces = codes == _SPACE
    parts = [
        _weighed(*_words(hashes, spaces, line_of), len(lines), WORDS_COUNT),
        _weighed(*_characters(hashes, spaces, line_of), len(lines), 1.0),
    ]
    rows, buckets, values = zip(*parts, strict=True)
    return Features(np.concatenate(rows), np.concatenate(buckets), np.concatenate(values))


class _Windows:
    """The hash of any stretch of the batch, wherever it stands."""

    def __init__(self, codes: Hashes) -> None:
        powers = np.cumprod(np.full(len(codes), _BASE))
        self._inverses = np.cumprod(np.full(len(codes), _INVERSE))
        self._sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * powers)])

    def buckets(self, starts: Ints, stops: Ints, salt: int) -> Ints:
        value = (self._sums[stops] - self._sums[starts]) * self._inverses[starts] + np.uint64(salt)
        value ^= value >> np.uint64(33)
        value *= _MIX
        return np.asarray(value >> np.uint64(64 - BITS), dtype=np.int64)


def _words(hashes: _Windows, spaces: NDArray[np.bool_], line_of: Ints) -> tuple[Ints, Ints]:
    edges = np.diff(spaces.astype(np.int8))
    starts, stops = np.flatnonzero(edges == -1) + 1, np.flatnonzero(edges == 1) + 1
    rows, buckets = [], []
    for order in WORD_ORDERS:
        first, last = starts[: len(starts) - order + 1], stops[order - 1 :]
        together = line_of[first] == line_of[last - 1]
        rows.append(line_of[first[together]])
        buckets.append(hashes.buckets(first[together], last[together], salt=100 + order))
    return np.concatenate(rows), np.concatenate(buckets)


def _characters(hashes: _Windows, spaces: NDArray[np.bool_], line_of: Ints) -> tuple[Ints, Ints]:
    """N-grams inside a word and its two edges, never across words."""
    before = np.concatenate([[0], np.cumsum(spaces)])
    rows, buckets = [], []
    for order in CHAR_ORDERS:
        starts = np.arange(max(0, len(spaces) - order + 1))
        inner = before[starts + order - 1] - before[starts + 1]
        kept = starts[(inner == 0) & ~(spaces[starts] & spaces[starts + 1])]
        rows.append(line_of[kept])
        buckets.append(hashes.buckets(kept, kept + order, salt=order))
    return np.concatenate(rows), np.concatenate(buckets)


def _weighed(rows: Ints, buckets: Ints, lines: int, length: float) -> tuple[Ints, Ints, Floats]:
    """Each text has the same length in a family of n-grams, so that long texts are not louder."""
    counts = np.bincount(rows, minlength=lines)
    return rows, buckets, (length / np.sqrt(counts[rows])).astype(np.float32)
