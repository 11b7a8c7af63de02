"""What the disk itself can do: everything else is read as a share of this."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

ROWS_PER_COMMIT = 1_000
TABLE = """
CREATE TABLE rows (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, author TEXT, space TEXT, state TEXT, received INTEGER,
    due INTEGER, language TEXT, text TEXT, UNIQUE (source)
)
"""
TEXT = "x" * 700  # with the other eight columns, a row of about 0.8 KB


def raw_rows_per_s(folder: Path, seconds: float) -> float:
    """Plain sqlite3: WAL, synchronous=FULL, one transaction for every 1,000 rows."""
    file = folder / f"raw-{time.monotonic_ns()}.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(TABLE)
        rows, took = 0, 0.0
        while took < seconds:
            batch = [_row(number) for number in range(rows, rows + ROWS_PER_COMMIT)]
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
            connection.execute("COMMIT")
            took += time.perf_counter() - began
            rows += ROWS_PER_COMMIT
    return rows / took


def _row(number: int) -> tuple[str | int, ...]:
    return (f"{number:018}", f"s{number}", f"a{number % 97}", "room", "received", number, number, "en", TEXT)


class Flush:
    """One append of 1 KiB that is on disk when it returns: the least that a durable step costs."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "flush.bin", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.times: list[float] = []

    def probe(self) -> None:
        """Do it once, and note how long it took."""
        began = time.perf_counter()
        os.write(self._file, b"x" * 1024)
        os.fdatasync(self._file)
        self.times.append(time.perf_counter() - began)

    def close(self) -> None:
        os.close(self._file)
