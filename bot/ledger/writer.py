"""The one thread that writes: it commits together whatever queued up while the last commit ran."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from bot.domain.events import Envelope
from bot.ledger.transaction import Tx

A = TypeVar("A")
R = TypeVar("R")
Operation = Callable[[Tx, Sequence[A]], list[R]]
"""A change of the ledger, for many at once: one result for each argument.

It may be run twice (a batch that fails is rolled back and repeated one by one), so it does nothing
but read and write through its Tx.
"""

MOST_JOBS_PER_COMMIT = 1_000


class Observer(Protocol):
    """Told what the writer is about to commit and has committed; tests kill the process there."""

    def __call__(self, stage: str, operations: Sequence[str]) -> None: ...


@dataclass(slots=True)
class Job:
    """One caller's arguments for one operation, and where its results are awaited."""

    operation: Operation[Any, Any]
    arguments: Sequence[Any]
    done: asyncio.Future[list[Any]]


@dataclass(slots=True)
class _Settled:
    """What became of one job."""

    job: Job
    results: list[Any] | None = None
    error: BaseException | None = None

    def tell(self) -> None:
        if self.job.done.done():  # the caller was cancelled; what was committed stays committed
            return
        if self.error is not None:
            self.job.done.set_exception(self.error)
        else:
            self.job.done.set_result(self.results or [])


class Writer:
    """Owns the writing connection. ``submit`` from the event loop; results come back to it."""

    def __init__(
        self,
        engine: Engine,
        begin: Callable[[Any, datetime], Tx],
        now: Callable[[], datetime],
        readable: Callable[[DatabaseError], Exception],
        on_commit: Callable[[Sequence[Envelope]], None],
        observe: Observer,
    ) -> None:
        self._engine = engine
        self._begin = begin
        self._now = now
        self._readable = readable
        self._on_commit = on_commit
        self._observe = observe
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    async def submit(self, operation: Operation[A, R], arguments: Sequence[A]) -> list[R]:
        """Run ``operation`` in the next transaction; returns once that is on disk.

        Raises what the operation raised, or the LedgerError that kept the commit from happening.
        """
        done: asyncio.Future[list[R]] = self._loop.create_future()
        self._queue.put(Job(operation, arguments, done))
        return await done

    async def close(self) -> None:
        """Commit what is queued, then end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        more = True
        while more:
            jobs, more = self._next_batch()
            if jobs:
                self._commit_together(jobs)

    def _next_batch(self) -> tuple[list[Job], bool]:
        """Wait for a job, then take whatever else is there already: no timer."""
        jobs: list[Job] = []
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == MOST_JOBS_PER_COMMIT:
                break
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
        return jobs, job is not None

    def _commit_together(self, jobs: Sequence[Job]) -> None:
        try:
            settled, envelopes = self._transact(jobs)
        except Exception as error:  # noqa: BLE001 - whatever an operation raises belongs to its caller
            if len(jobs) > 1:  # one poison job must fail alone
                for job in jobs:
                    self._commit_together([job])
                return
            told = self._readable(error) if isinstance(error, DatabaseError) else error
            settled, envelopes = [_Settled(jobs[0], error=told)], []
        self._loop.call_soon_threadsafe(self._tell, settled, envelopes)

    def _transact(self, jobs: Sequence[Job]) -> tuple[list[_Settled], list[Envelope]]:
        names = sorted({_name(job.operation) for job in jobs})
        with self._engine.connect() as connection, connection.begin():
            tx = self._begin(connection, self._now())
            settled = [
                outcome
                for operation, group in _by_operation(jobs)
                for outcome in _run_group(tx, operation, group)
            ]
            tx.flush()
            self._observe("before_commit", names)
        self._observe("after_commit", names)
        return settled, tx.envelopes

    def _tell(self, settled: Sequence[_Settled], envelopes: Sequence[Envelope]) -> None:
        for outcome in settled:
            outcome.tell()
        if envelopes:
            self._on_commit(envelopes)


def _name(operation: Operation[Any, Any]) -> str:
    """Its module and its name: several stations have an operation that is called settle."""
    return f"{operation.__module__.rpartition('.')[2]}.{operation.__name__}"


def _by_operation(jobs: Sequence[Job]) -> Iterator[tuple[Operation[Any, Any], list[Job]]]:
    """Jobs of one kind run as one: callers that wait at the same time have no order among them."""
    groups: dict[Operation[Any, Any], list[Job]] = {}
    for job in jobs:
        groups.setdefault(job.operation, []).append(job)
    yield from groups.items()


def _run_group(tx: Tx, operation: Operation[Any, Any], jobs: Sequence[Job]) -> Iterator[_Settled]:
    results = operation(tx, [argument for job in jobs for argument in job.arguments])
    at = 0
    for job in jobs:
        yield _Settled(job, results[at : at + len(job.arguments)])
        at += len(job.arguments)
