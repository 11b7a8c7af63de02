"""Comments with their replies, out again, for any spreadsheet or program."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import TextIO

from adapters.exports.cells import harmless
from bot.domain.exports import ExportRow

FIELDS = tuple(ExportRow.__dataclass_fields__)


def write_jsonl(rows: Iterable[ExportRow], stream: TextIO) -> int:
    """One JSON object on each line; how many there were."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  # the last one is the count
        stream.write(json.dumps(_values(row), ensure_ascii=False) + "\n")
    return count


def write_csv(rows: Iterable[ExportRow], stream: TextIO, *, for_excel: bool = False) -> int:
    """RFC 4180, formulas made harmless; how many rows there were.

    ``for_excel`` begins with the mark without which Excel mistakes the accents. The stream must
    not translate line ends (``newline=""``).
    """
    if for_excel:
        stream.write("\ufeff")
    writer = csv.DictWriter(stream, FIELDS)
    writer.writeheader()
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007
        values = _values(row) | {"labels": "+".join(row.labels)}
        writer.writerow({name: harmless(_cell(value)) for name, value in values.items()})
    return count


def _values(row: ExportRow) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(row, name) for name in FIELDS}
    return values | {"labels": list(row.labels), "date": row.date.isoformat() if row.date else ""}


def _cell(value: object) -> str:
    return "" if value is None else str(value)
