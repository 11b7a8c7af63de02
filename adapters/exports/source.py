"""The file itself: can it be read, in which encoding, and what is it."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

from bot.errors import InputError

HEAD = 65_536  # bytes that are looked at closely
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARIES = (
    (b"PK\x03\x04", "a spreadsheet (.xlsx, .ods) or an archive"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
_SAVE_AS = "Open it in the program that made it, save it as CSV (UTF-8), and give that file."


class Format(StrEnum):
    """How the rows are written."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read as text. ``digest`` tells it from every other file."""

    path: Path
    format: Format
    encoding: str
    digest: str

    def open(self) -> TextIO:
        """The text; bytes that are not of the encoding come as lone surrogates, to be rejected by row."""
        wide = self.encoding.startswith(("utf-16", "utf-32"))  # these have no bytes that could escape alone
        errors = "replace" if wide else "surrogateescape"
        return self.path.open(encoding=self.encoding, errors=errors, newline="")


def examine(path: Path, encoding: str = "") -> Source:
    """Read the file through once. Raises InputError, with the mend, when it is not text that can be read."""
    try:
        head, digest, guessed = _read_through(path)
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder.", "Name one file in it.") from None
    except PermissionError:
        raise InputError(f"{path} may not be read by you.", "Ask its owner, or copy it.") from None
    except OSError as reason:
        mend = "Copy it elsewhere and try again."
        raise InputError(f"{path} cannot be read: {reason.strerror}.", mend) from None
    _refuse_binary(path, head, guessed)
    used = _known(encoding) or guessed
    text = head.decode(used, "ignore")
    if not text.strip("\ufeff \t\r\n\x00"):
        raise InputError(f"{path} is empty.", "Export the comments again.")
    return Source(path, _format(path, text), used, digest)


def _read_through(path: Path) -> tuple[bytes, str, str]:
    """The first bytes, the digest of all, and the encoding."""
    digest, survey = hashlib.blake2b(digest_size=12), _Survey()
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        chunk = head
        while chunk:
            digest.update(chunk)
            survey.add(chunk)
            chunk = stream.read(1 << 20)
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    return head, digest.hexdigest(), marked or survey.encoding()


class _Survey:
    """Counts what speaks for UTF-8 and what speaks against it."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._proper = self._broken = self._total = 0
        self._sample = b""

    def add(self, chunk: bytes) -> None:
        self._total += len(chunk)
        if chunk.isascii() and not self._decoder.getstate()[0]:
            return
        self._sample = self._sample or chunk
        decoded = self._decoder.decode(chunk)
        self._broken += len(re.findall("[\udc80-\udcff]", decoded))
        self._proper += len(re.findall("[^\x00-\x7f\udc80-\udcff]", decoded))

    def encoding(self) -> str:
        # Text in another encoding is almost never valid UTF-8 by chance, so where proper characters
        # prevail it is UTF-8 with some damage, and only the damaged rows are to suffer.
        if self._proper >= self._broken:
            return "utf-8"
        # What the West writes in Windows-1252 is mostly ASCII; other alphabets have to be guessed.
        if self._broken < 0.45 * self._total:
            return "cp1252"
        best = from_bytes(self._sample).best()
        return best.encoding if best else "cp1252"


def _known(encoding: str) -> str:
    try:
        "".encode(encoding or "utf-8")  # unlike codecs.lookup, it knows no "hex" or "zip"
        return encoding
    except LookupError:
        mend = "Try utf-8, utf-16, cp1252 or mac-roman, or leave it out."
        raise InputError(f"There is no encoding {encoding!r}.", mend) from None


def _refuse_binary(path: Path, head: bytes, encoding: str) -> None:
    for magic, kind in _BINARIES:
        if head.startswith(magic):
            raise InputError(f"{path} is {kind}, not a table of text.", _SAVE_AS)
    wide = encoding in ("utf-16", "utf-32")
    if not wide and head.count(0) > max(8, len(head) // 100):
        raise InputError(f"{path} is not a text file.", _SAVE_AS)


def _format(path: Path, text: str) -> Format:
    suffix, start = path.suffix.lower(), text.lstrip("\ufeff \t\r\n")
    if suffix in (".csv", ".tsv", ".tab") or start[0] not in "[{":
        return Format.CSV
    if suffix in (".jsonl", ".ndjson"):
        return Format.JSONL
    return Format.JSONL if start[0] == "{" and _stands_alone(start) else Format.JSON


def _stands_alone(text: str) -> bool:
    """Whether the first line is a whole object with another one after it: JSON lines."""
    first, _, rest = text.partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return rest.lstrip()[:1] == "{"
