"""The ledger as the rest of the code sees it: async, one writer, many readers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from bot.clock import Clock
from bot.domain.events import Envelope
from bot.domain.sla import Patience
from bot.errors import LedgerError
from bot.ids import Ids
from bot.ledger import engine as engines
from bot.ledger.transaction import Tx
from bot.ledger.writer import Observer, Operation, Writer

A = TypeVar("A")
R = TypeVar("R")
READERS = 2


def unobserved(stage: str, operations: Sequence[str]) -> None:
    """Nobody is watching."""


class Ledger:
    """Durable truth. Open one in the process that owns the file, and close it."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        new_id: Ids,
        patience: Patience,
        observe: Observer = unobserved,
    ) -> None:
        """Lock, migrate and open the file. Raises LedgerError with the mend when that cannot be done."""
        self.path = path
        self._lock = engines.lock(path)
        try:
            self._write_engine = engines.writing_engine(path)
            engines.migrate(self._write_engine, path)
        except LedgerError:
            self._lock.release()
            raise
        self._read_engine = engines.reading_engine(path)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-reader")
        self._committed: list[Callable[[Sequence[Envelope]], None]] = []
        self._writer = Writer(
            self._write_engine,
            begin=lambda connection, now: Tx(connection, now, patience, new_id),
            now=clock.now,
            readable=lambda error: engines.readable(error, path),
            on_commit=self._tell_committed,
            observe=observe,
        )

    def when_committed(self, listener: Callable[[Sequence[Envelope]], None]) -> None:
        """Have ``listener`` called, on the event loop, with what each commit recorded."""
        self._committed.append(listener)

    def _tell_committed(self, envelopes: Sequence[Envelope]) -> None:
        for listener in self._committed:
            listener(envelopes)

    async def write(self, operation: Operation[A, R], arguments: Sequence[A]) -> list[R]:
        """Commit ``operation`` for all arguments; one result for each, once they are on disk."""
        if not arguments:
            return []
        return await self._writer.submit(operation, arguments)

    async def write_one(self, operation: Operation[A, R], argument: A) -> R:
        """Commit ``operation`` for one argument; its result, once it is on disk."""
        (result,) = await self._writer.submit(operation, [argument])
        return result

    async def read(self, query: Callable[[Connection], R]) -> R:
        """Run ``query`` on a reading connection, beside the writer. Raises LedgerError."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._query, query)

    def _query(self, query: Callable[[Connection], R]) -> R:
        try:
            with self._read_engine.connect() as connection:
                return query(connection)
        except DatabaseError as error:
            raise engines.readable(error, self.path) from error

    async def close(self) -> None:
        """Commit what is queued, let go of the file."""
        await self._writer.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._write_engine.dispose()
        self._lock.release()


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """A connection that only reads, for a process that does not own the ledger.

    Raises LedgerError when the file cannot be read, or not by this version.
    """
    engine = engines.reading_engine(path)
    try:
        with engine.connect() as connection:
            engines.require_readable(connection, path)
            yield connection
    except DatabaseError as error:
        raise engines.readable(error, path) from None
    finally:
        engine.dispose()
