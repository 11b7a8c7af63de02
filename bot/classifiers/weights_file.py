"""The trained weights as one file, with its SHA-256 beside it in the format of ``sha256sum``."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.classifiers import features
from bot.errors import ClassifierUnusable

SHIPPED = Path(__file__).parent / "weights" / "model.npz"
MEND = "Install Answerable again, or name a complete weights file under classifier: weights."


@dataclass(frozen=True, slots=True)
class Weights:
    """One column for each intent in the order of ``INTENTS``, then French against English.

    ``platt`` has slope and offset of each calibration, ``bands`` where each intent is unsure;
    ``characters`` are the code points that training saw often enough to learn something.
    """

    table: NDArray[np.float32]
    platt: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    bands: NDArray[np.float64]
    characters: NDArray[np.uint32]
    version: int = features.VERSION
    digest: str = ""


def save(weights: Weights, path: Path) -> None:
    """Write the file and its checksum; the table in half precision, which costs no accuracy."""
    arrays: dict[str, Any] = {field.name: getattr(weights, field.name) for field in fields(weights)}
    del arrays["digest"]
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{**arrays, "table": weights.table.astype(np.float16)})
    path.write_bytes(buffer.getvalue())
    _checksum_of(path).write_text(f"{digest_of(buffer.getvalue())}  {path.name}\n", encoding="ascii")


def load(path: Path = SHIPPED) -> Weights:
    """Read and verify. Raises ClassifierUnusable when the file is missing, damaged or of another version."""
    try:
        content = path.read_bytes()
        expected = _checksum_of(path).read_text(encoding="ascii").split()[:1]
    except (OSError, UnicodeDecodeError) as error:
        raise ClassifierUnusable(f"The classifier's weights cannot be read: {error}.", MEND) from error
    digest = digest_of(content)
    if [digest] != expected:
        raise ClassifierUnusable(f"The classifier's weights in {path} are damaged or were altered.", MEND)
    weights = _parse(content, digest, path)
    if weights.version != features.VERSION:
        raise ClassifierUnusable(f"The classifier's weights in {path} belong to another version.", MEND)
    return weights


def _parse(content: bytes, digest: str, path: Path) -> Weights:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return Weights(
                table=arrays["table"].astype(np.float32),
                platt=arrays["platt"],
                thresholds=arrays["thresholds"],
                bands=arrays["bands"],
                characters=arrays["characters"],
                version=int(arrays["version"]),
                digest=digest,
            )
    except (ValueError, KeyError, BadZipFile, EOFError) as error:
        raise ClassifierUnusable(f"{path} is not a file of classifier weights.", MEND) from error


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _checksum_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
