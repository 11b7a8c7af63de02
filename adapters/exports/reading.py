"""Comments of any other network, out of a file, one by one.

    with what the person says about it (Hints)
    file -> Source -> Table -> Row -> Post | Reject

The file is read as often as needed and never held as a whole (an array of JSON is).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import chain, islice
from pathlib import Path

from adapters.exports import dates, fields
from adapters.exports.dates import Order
from adapters.exports.fields import Field
from adapters.exports.source import Source, examine
from adapters.exports.tables import ONE_COLUMN, Row, Table, table
from bot.domain.mention import Author, Place, Post
from bot.errors import InputError

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a person says about a file; everything else is found in it.

    ``undated``: the date of comments that have none. ``mapping``: field name to column name.
    ``us``: the brand's own names; what they wrote are staff answers. ``network``: for files that
    have no such column (their name is taken otherwise). ``zone``: of dates that name none.
    """

    undated: datetime
    mapping: Mapping[str, str] = field(default_factory=dict)
    us: Collection[str] = ()
    network: str = ""
    zone: tzinfo = UTC
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that does not go in, and why, for a person to mend."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows in their order. Commit ``posts`` together with ``cursor``, and nothing is done twice."""

    posts: tuple[Post, ...]
    rejects: tuple[Reject, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and what it is taken for."""

    name: str
    field: Field | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: shown before anything does."""

    path: Path
    format: str
    encoding: str
    delimiter: str
    columns: tuple[Column, ...]
    date_order: Order  # what the dates themselves say
    day_first: bool  # how they are read: a guess where they say EITHER
    first: tuple[Post | Reject, ...]
    comments: int
    ours: int
    rejected: int

    @property
    def rows(self) -> int:
        return self.comments + self.ours + self.rejected


def open_export(path: Path, hints: Hints) -> Export:
    """Find out how the file is written. Raises InputError: one sentence, and the mend."""
    source = examine(path, hints.encoding)
    found = table(source)
    columns = fields.match(found.header, hints.mapping)
    if Field.COMMENT not in columns:
        raise _no_comments(path, found)
    return Export(source, found, columns, hints)


class Export:
    """A file of comments that can be read."""

    def __init__(self, source: Source, found: Table, columns: Mapping[Field, str], hints: Hints) -> None:
        self._source = source
        self._table = found
        self._columns = columns
        self._hints = hints
        self._order = dates.order(self._dates())
        self._reading = _Reading(columns, hints, self._day_first(), hints.network or source.path.stem)

    def preview(self, first: int = 5) -> Preview:
        """Read it all and keep nothing but the counts and the ``first`` rows."""
        entries = self.read()
        shown = tuple(islice(entries, first))
        counts = Counter(map(_kind, chain(shown, entries)))
        return Preview(
            path=self._source.path,
            format=self._source.format,
            encoding=self._source.encoding,
            delimiter=self._table.delimiter.replace(ONE_COLUMN, ""),
            columns=tuple(Column(name, self._taken_for(name)) for name in self._table.header),
            date_order=self._order,
            day_first=self._day_first(),
            first=shown,
            comments=counts["comments"],
            ours=counts["ours"],
            rejected=counts["rejected"],
        )

    def read(self) -> Iterator[Post | Reject]:
        """Every row in its order: the same file always gives the same posts, with the same ids."""
        return (entry for _, entry in self._entries())

    def batches(self, after: str = "", size: int = 500) -> Iterator[Batch]:
        """The rows in batches, without the posts up to the cursor ``after`` of an import that was cut short.

        Rejects come every time, so that the file of rejects is whole. The cursor of another file,
        or of the same one read with other hints, is as good as none.
        """
        mark = self._fingerprint()
        origin, _, line = after.rpartition(":")
        done = int(line) if origin == mark else 0
        entries = self._entries()
        while rows := list(islice(entries, size)):
            posts = tuple(entry for line, entry in rows if isinstance(entry, Post) and line > done)
            rejects = tuple(entry for _, entry in rows if isinstance(entry, Reject))
            if posts or rejects:
                yield Batch(posts, rejects, f"{mark}:{max(done, rows[-1][0])}")

    def _entries(self) -> Iterator[tuple[int, Post | Reject]]:
        ids = _Ids()
        for row in self._table.rows():
            yield row.line, self._reading.entry(row, ids)

    def _dates(self) -> Iterator[str]:
        column = self._columns.get(Field.DATE)
        return (row.cells.get(column, "") for row in self._table.rows()) if column else iter(())

    def _day_first(self) -> bool:
        """Where no date of the file tells: the French write the day first, and use semicolons."""
        if self._order in (Order.DAY_FIRST, Order.MONTH_FIRST):
            return self._order is Order.DAY_FIRST
        return self._table.delimiter == ";" or fields.looks_french(self._table.header)

    def _taken_for(self, column: str) -> Field | None:
        return next((field for field, name in self._columns.items() if name == column), None)

    def _fingerprint(self) -> str:
        """Of the file and of how it is read."""
        hints = self._hints
        parts = [self._source.digest, sorted(hints.mapping.items()), sorted(hints.us), hints.network,
                 str(hints.zone), hints.encoding, self._source.path.stem]  # fmt: skip
        return hashlib.blake2b(json.dumps(parts).encode(), digest_size=9).hexdigest()


class _Ids:
    """The ids of one pass over a file: made where there are none, and never given twice.

    Kept as numbers: a million of them have to fit.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def is_new(self, *parts: str) -> bool:
        number = int.from_bytes(_digest(*parts))
        if number in self._seen:
            return False
        self._seen.add(number)
        return True

    def made_of(self, *parts: str) -> str:
        """The same for the same words at every reading; the second who says the same gets another."""
        occurrence = 1
        while not self.is_new(*parts, str(occurrence)):
            occurrence += 1
        return _digest(*parts, str(occurrence)).hex()


class _Reading:
    """Turns a row into a post, or says why not."""

    def __init__(self, columns: Mapping[Field, str], hints: Hints, day_first: bool, network: str) -> None:
        self._columns = columns
        self._us = frozenset(name.strip().casefold() for name in hints.us)
        self._dates = dates.Dates(day_first, hints.zone)
        self._undated = hints.undated
        self._network = network

    def entry(self, row: Row, ids: _Ids) -> Post | Reject:
        try:
            return self._post(row, ids)
        except ValueError as reason:
            return Reject(row.line, str(reason), row.raw)

    def _post(self, row: Row, ids: _Ids) -> Post:
        if row.problem:
            raise ValueError(row.problem)
        cells = {field: row.cells.get(column, "") for field, column in self._columns.items()}
        _require_text(cells)
        network = cells.get(Field.NETWORK, "").strip() or self._network
        place = _place(cells, network, ids)
        written = cells.get(Field.DATE, "").strip()
        return Post(
            place=place,
            author=self._author(cells.get(Field.AUTHOR, "").strip(), place),
            text=cells[Field.COMMENT],
            sent_at=self._dates.read(written) if written else self._undated,
            reply_to=_parent(cells),
            space_name=network,
            link=cells.get(Field.LINK, "").strip(),
            language=cells.get(Field.LANGUAGE, "").strip(),
        )

    def _author(self, name: str, place: Place) -> Author:
        if not name:
            return Author(id=f"anonymous {place.message_id}", name="")
        return Author(id=f"{place.space}/{name}", name=name, is_staff=name.casefold() in self._us)


def _place(cells: Mapping[Field, str], network: str, ids: _Ids) -> Place:
    own = cells.get(Field.ID, "").strip()
    if own and not ids.is_new(network, own):
        raise ValueError(f"the id {own} is already that of an earlier row")
    if not own:
        said = (cells.get(field, "").strip() for field in (Field.AUTHOR, Field.DATE))
        own = ids.made_of(network, *said, cells[Field.COMMENT])
    return Place(space=network, message_id=own, thread=_parent(cells) or own)


def _parent(cells: Mapping[Field, str]) -> str:
    return cells.get(Field.PARENT, "").strip()


def _require_text(cells: Mapping[Field, str]) -> None:
    if not cells[Field.COMMENT].strip():
        raise ValueError("the comment is empty")
    whole = "".join(cells.values())
    if "\x00" in whole:
        raise ValueError("it holds a NUL character")
    if _SURROGATE.search(whole):
        raise ValueError("it holds broken characters (bytes of another encoding, or half an emoji)")


def _kind(entry: Post | Reject) -> str:
    if isinstance(entry, Reject):
        return "rejected"
    return "ours" if entry.author.is_staff else "comments"


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _no_comments(path: Path, found: Table) -> InputError:
    names = [name for name in found.header if name]
    if not names:
        return InputError(f"{path} has no columns.", "Give a table whose first row names its columns.")
    lengths = dict.fromkeys(names, 0)
    for row in islice(found.rows(), 100):
        for name in names:
            lengths[name] += len(row.cells.get(name, ""))
    shown = ", ".join(name[:40] for name in names[:30])
    likely = max(names, key=lambda name: lengths[name])
    return InputError(
        f"{path} has no column that is called comment; its columns are: {shown}.",
        f"Say which one holds the comments, for example: {fields.suggestion(likely)}",
    )
