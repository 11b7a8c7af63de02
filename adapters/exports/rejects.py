"""The rows that did not go in, in a file that a person can mend and import again."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from adapters.exports.cells import harmless
from adapters.exports.reading import Reject
from bot.errors import InputError


class RejectsFile:
    """``line, reason, row`` of every reject. There is no file as long as there is no reject."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._stream: TextIO | None = None

    def __enter__(self) -> RejectsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write them down. Raises InputError when that cannot be done."""
        for reject in rejects:
            try:
                self._write(reject.line, reject.reason, reject.raw)
            except OSError as reason:
                problem = f"The rejected rows cannot be written to {self.path}: {reason.strerror}."
                raise InputError(problem, "Name another file for them.") from None
            self.count += 1

    def _write(self, line: int, reason: str, raw: str) -> None:
        if self._stream is None:
            self._stream = self.path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
            csv.writer(self._stream).writerow(("line", "reason", "row"))
        csv.writer(self._stream).writerow((line, reason, harmless(raw.rstrip("\r\n"))))
