"""Rows of cells out of a file, one at a time, whatever the rows are written in."""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from typing import Protocol, TextIO

from adapters.exports.fields import recognised
from adapters.exports.source import Format, Source
from bot.errors import InputError

DELIMITERS = (";", ",", "\t", "|")
ONE_COLUMN = "\x1f"  # nobody's delimiter: a lone column may hold commas outside quotes
CELL_LIMIT = 16 << 20  # characters; a comment of a megabyte is cut later, where all comments are
Json = str | bool | None | list["Json"] | dict[str, "Json"]  # as ``_loads`` gives it
RECORD_LINES = 20_000  # a cell that goes on for longer is a quotation mark that was never closed


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells by column name, or the reason why it has none that make sense."""

    line: int
    cells: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""
    problem: str = ""


class Table(Protocol):
    """A file that holds rows. ``rows`` can be asked for again, and begins again."""

    @property
    def header(self) -> Sequence[str]: ...

    @property
    def delimiter(self) -> str:
        """The delimiter of the cells; empty where there is none."""

    def rows(self) -> Iterator[Row]: ...


def table(source: Source) -> Table:
    """The table that the file holds. Raises InputError when it holds none."""
    if source.format is Format.CSV:
        return Delimited(source)
    if source.format is Format.JSONL:
        return JsonLines(source)
    return JsonArray(source)


class Delimited:
    """CSV, TSV and their cousins; streamed."""

    def __init__(self, source: Source) -> None:
        # The module has one limit for the whole process; ours only ever allows more than its default.
        csv.field_size_limit(max(csv.field_size_limit(), CELL_LIMIT))
        self._source = source
        with source.open() as stream:
            sample = stream.read(65_536).removeprefix("\ufeff")
        self.delimiter = sniff(sample)
        with source.open() as stream:
            cells = next((cells for _, cells, _ in self._records(stream) if cells), None) or []
        self.header: Sequence[str] = _distinct([cell.removeprefix("\ufeff").strip() for cell in cells])

    def rows(self) -> Iterator[Row]:
        with self._source.open() as stream:
            records = self._records(stream)
            next((cells for _, cells, _ in records if cells), None)  # the header
            for line, cells, raw in records:
                if cells is None:
                    yield Row(line, raw=raw, problem="a quotation mark is opened and not closed")
                elif any(cells):
                    yield self._row(line, cells, raw)

    def _records(self, stream: TextIO) -> Iterator[tuple[int, list[str] | None, str]]:
        records = _records(stream, self.delimiter)
        for number, record in enumerate(records):
            if number or not re.fullmatch(r"\ufeff?sep=.?\s*", record[2]):  # Excel's own first line
                yield record

    def _row(self, line: int, cells: list[str], raw: str) -> Row:
        width = len(self.header)
        if len(cells) < width or any(cells[width:]):
            problem = f"it has {len(cells)} cells where the header has {width}"
            return Row(line, raw=raw, problem=problem)
        return Row(line, dict(zip(self.header, cells, strict=False)), raw)


class _Lines:
    """The physical lines of a file, with a memory of those of the record being read."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()
        self.number = 0
        self.current: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.current) >= RECORD_LINES:
            raise csv.Error
        line = self._returned.popleft() if self._returned else next(self._stream)
        self.number += 1
        self.current.append(line)
        return line

    def give_back_all_but_the_first(self) -> str:
        """So that one quotation mark that is never closed does not swallow the rest of the file."""
        first, rest = self.current[0], self.current[1:]
        self._returned.extendleft(reversed(rest))
        self.number -= len(rest)
        return first


def _records(stream: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | None, str]]:
    """Line number, cells (None: broken quoting), and raw text of each record."""
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.current = []
        first = lines.number + 1
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raw = lines.give_back_all_but_the_first()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield first, _literal(raw, delimiter), raw
        else:
            yield first, cells, "".join(lines.current)


def _literal(line: str, delimiter: str) -> list[str] | None:
    """Some exports do not quote at all: a line whose quotation marks are paired is taken as it stands."""
    if line.count('"') % 2:
        return None
    return next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE))


def sniff(sample: str) -> str:
    """The delimiter: the one that makes most cells of the header known, and most rows as wide as it."""
    if declared := re.match(r"sep=(.)\r?\n?", sample):
        return declared[1]

    def merit(delimiter: str) -> tuple[int, float, int]:
        widths = [cells for cells in csv.reader(_sample_lines(sample), delimiter=delimiter) if cells]
        header = widths[0] if widths else []
        alike = sum(len(cells) == len(header) for cells in widths) / max(1, len(widths))
        return (recognised(header) if len(header) > 1 else 0, alike if len(header) > 1 else 0, len(header))

    best = max(DELIMITERS, key=merit)
    return best if merit(best)[2] > 1 else ONE_COLUMN


def _sample_lines(sample: str) -> list[str]:
    lines = list(StringIO(sample, newline=""))
    return lines[:-1] or lines  # the last one may have been cut


class JsonLines:
    """One JSON object on each line; streamed."""

    delimiter = ""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.header = _columns(self.rows())

    def rows(self) -> Iterator[Row]:
        with self._source.open() as stream:
            for line, raw in enumerate(stream, start=1):
                text = raw.removeprefix("\ufeff").strip()
                if text:
                    yield _parsed(line, text)


class JsonArray:
    """An array of objects, alone or somewhere in an object; held in memory. Lines are positions in it."""

    delimiter = ""

    def __init__(self, source: Source) -> None:
        with source.open() as stream:
            items = _array(_whole(source, stream.read().removeprefix("\ufeff")))
        if items is None:
            mend = 'Give a file with a list of comments, each an object such as {"comment": "..."}.'
            raise InputError(f"{source.path} holds JSON, but no list of comments.", mend)
        self._items = items
        self.header = _columns(self.rows())

    def rows(self) -> Iterator[Row]:
        for position, item in enumerate(self._items, start=1):
            yield _object(position, item, json.dumps(item, ensure_ascii=False))


def _whole(source: Source, text: str) -> Json:
    try:
        return _loads(text)
    except json.JSONDecodeError as reason:
        where = f"{reason.msg} at line {reason.lineno}, column {reason.colno}"
        raise InputError(f"{source.path} is not valid JSON: {where}.", "Export it again.") from None
    except (ValueError, RecursionError):
        raise InputError(f"{source.path} is JSON that is nested too deeply.", "Export it as CSV.") from None


def _loads(text: str) -> Json:
    # numbers stay as they are written: an id of twenty digits is no float
    loaded: Json = json.loads(text, parse_int=str, parse_float=str)
    return loaded


def _parsed(line: int, text: str) -> Row:
    try:
        return _object(line, _loads(text), text)
    except (ValueError, RecursionError):
        return Row(line, raw=text, problem="it is not valid JSON")


def _object(line: int, item: Json, raw: str) -> Row:
    if not isinstance(item, dict):
        return Row(line, raw=raw, problem="it is not a JSON object")
    return Row(line, dict(_flat(item)), raw)


def _flat(item: dict[str, Json], before: str = "") -> Iterator[tuple[str, str]]:
    """``{"author": {"name": "Ana"}}`` has one column, ``author.name``."""
    for key, value in item.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, bool):
            yield before + key, str(value).lower()
        elif isinstance(value, str):
            yield before + key, value


def _array(value: Json) -> list[Json] | None:
    """The list itself, or the longest list of objects in an object, at any depth."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    inside = [found for found in map(_array, value.values()) if found and isinstance(found[0], dict)]
    return max(inside, key=len, default=None)


def _columns(rows: Iterator[Row]) -> Sequence[str]:
    """The names in the first thousand rows, in the order in which they turn up."""
    return tuple(dict.fromkeys(name for row in islice(rows, 1000) for name in row.cells))


def _distinct(names: Sequence[str]) -> Sequence[str]:
    """The second « Nom » becomes « Nom (2) », so that no cell hides another."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(out)
