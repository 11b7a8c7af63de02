"""The file into which approved replies are handed out: one JSON object on each line."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock


class HandOut:
    """Each reply once, whole, and on the disk before anybody is told that it is there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._there: set[str] = set()
        self._read_at: tuple[int, int] | None = None  # inode and size of the file that ``_there`` tells of

    def append(self, delivery_id: str, row: Mapping[str, str]) -> None:
        """Add it unless it is there. Raises OSError; the file is then as it was before.

        Raises LeftoverError when not even that could be had: the line may be there.
        """
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                whole = self._refresh(file)
                if whole < os.fstat(file).st_size:  # a crash tore the last line: nobody was told of it
                    os.ftruncate(file, whole)
                if delivery_id not in self._there:
                    self._write(file, _line(delivery_id, row))
                    self._there.add(delivery_id)
                    self._read_at = _identity(file)
            finally:
                os.close(file)

    def holds(self, delivery_id: str) -> bool:
        """Whether it is there, whole. Raises OSError when that cannot be told."""
        with self._lock:
            try:
                file = os.open(self._path, os.O_RDONLY)
            except FileNotFoundError:
                return False
            try:
                self._refresh(file)
            finally:
                os.close(file)
            return delivery_id in self._there

    def _refresh(self, file: int) -> int:
        """Read the file again when it is not the one that we left; the size of its whole lines."""
        inode, size = _identity(file)
        if self._read_at == (inode, size):
            return size
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        self._there = set(filter(None, map(_delivery_id, content[:whole].split(b"\n"))))
        self._read_at = (inode, whole)
        return whole

    def _write(self, file: int, line: bytes) -> None:
        before = os.fstat(file).st_size
        try:
            rest = line
            while rest:
                rest = rest[os.write(file, rest) :]
            os.fsync(file)
        except OSError as reason:
            self._read_at = None
            try:
                os.ftruncate(file, before)
            except OSError:
                raise LeftoverError(str(reason)) from reason
            raise


class LeftoverError(Exception):
    """A write failed, and what it left could not be taken back."""


def _line(delivery_id: str, row: Mapping[str, str]) -> bytes:
    return (
        json.dumps({"delivery_id": delivery_id, **row}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    )


def _delivery_id(line: bytes) -> str:
    """Empty for a line that somebody else wrote."""
    try:
        row = json.loads(line)
    except ValueError:
        return ""
    return str(row.get("delivery_id", "")) if isinstance(row, dict) else ""


def _identity(file: int) -> tuple[int, int]:
    status = os.fstat(file)
    return status.st_ino, status.st_size
