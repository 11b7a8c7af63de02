"""The writer: what waits is committed together, and one poison job fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.clock import ManualClock
from bot.domain.events import Envelope, EventKind, LedgerEvent
from bot.domain.people import SYSTEM
from bot.domain.sla import Patience
from bot.errors import LedgerUnwritable
from bot.ids import new_id
from bot.ledger.schema import brands, events
from bot.ledger.store import Ledger
from bot.ledger.transaction import Tx


def keep(tx: Tx, names: Sequence[str]) -> list[str]:
    for name in names:
        if name == "poison":
            raise ValueError("this one cannot be kept")
    tx.connection.execute(insert(brands), [{"id": name, "name": name} for name in names])
    for name in names:
        tx.record(LedgerEvent(EventKind.MENTION_EDITED, name, name, SYSTEM))
    return [name.upper() for name in names]


async def count(ledger: Ledger) -> int:
    return await ledger.read(lambda c: int(c.execute(select(func.count()).select_from(brands)).scalar_one()))


async def test_jobs_that_wait_together_are_committed_together_each_with_its_own_results(
    tmp_path: Path, clock: ManualClock
) -> None:
    commits: list[Sequence[str]] = []

    def watch(stage: str, operations: Sequence[str]) -> None:
        if stage == "after_commit":
            commits.append(operations)

    ledger = Ledger(tmp_path / "l.db", clock, new_id, Patience(), watch)
    results = await asyncio.gather(*(ledger.write(keep, [f"a{n}", f"b{n}"]) for n in range(200)))

    assert results == [[f"A{n}", f"B{n}"] for n in range(200)]
    assert len(commits) < 50
    await ledger.close()


async def test_one_poison_job_fails_alone(ledger: Ledger) -> None:
    names = ["one", "poison", "two"]
    results = await asyncio.gather(*(ledger.write_one(keep, name) for name in names), return_exceptions=True)

    assert results[0] == "ONE"
    assert isinstance(results[1], ValueError)
    assert results[2] == "TWO"
    assert await count(ledger) == 2


async def test_a_job_that_fails_leaves_nothing_behind(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        await ledger.write(keep, ["fine", "poison"])

    assert await count(ledger) == 0


async def test_listeners_hear_of_a_commit_after_it_with_numbers_that_have_no_gap(ledger: Ledger) -> None:
    heard: list[Envelope] = []
    ledger.when_committed(heard.extend)
    await asyncio.gather(*(ledger.write_one(keep, f"n{n}") for n in range(50)))

    stored = await ledger.read(
        lambda c: list(c.execute(select(events.c.seq).order_by(events.c.seq)).scalars())
    )
    assert [envelope.seq for envelope in heard] == stored == list(range(1, 51))


async def test_a_full_disk_is_said_and_the_next_commit_with_room_goes_on(ledger: Ledger) -> None:
    def limit(tx: Tx, pages: Sequence[int]) -> list[int]:
        return [int(tx.connection.exec_driver_sql(f"PRAGMA max_page_count={n}").scalar_one()) for n in pages]

    await ledger.write_one(keep, "before")
    await ledger.write_one(limit, 1)  # SQLite takes the present size: the disk is full now
    with pytest.raises(LedgerUnwritable, match="full"):
        await ledger.write(keep, [f"{n}" * 4_000 for n in range(40)])
    await ledger.write_one(limit, 1_000_000)

    assert await ledger.write_one(keep, "after") == "AFTER"
    assert await count(ledger) == 2


async def test_a_caller_who_gave_up_does_not_stop_the_others(ledger: Ledger) -> None:
    waiting = [asyncio.ensure_future(ledger.write_one(keep, f"n{n}")) for n in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()

    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert (results[0], results[2]) == ("N0", "N2")
