"""Opening the ledger: every way it can go wrong gets a sentence, and nothing is harmed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.clock import SystemClock
from bot.domain.sla import Patience
from bot.errors import LedgerError, LedgerForeign, LedgerInUse, LedgerTooNew, LedgerUnwritable
from bot.ids import new_id
from bot.ledger.schema import metadata
from bot.ledger.store import Ledger, reading
from bot.ledger.transaction import Tx


def open_ledger(path: Path) -> Ledger:
    return Ledger(path, SystemClock(), new_id, Patience())


async def refusal(path: Path, kind: type[LedgerError]) -> str:
    with pytest.raises(kind) as caught:
        open_ledger(path)
    assert caught.value.mend
    return str(caught.value)


async def test_a_second_instance_on_the_same_file_is_told_so(tmp_path: Path) -> None:
    first = open_ledger(tmp_path / "answerable.db")
    try:
        said = await refusal(tmp_path / "answerable.db", LedgerInUse)
    finally:
        await first.close()

    assert "Another process is using the ledger" in said
    await open_ledger(tmp_path / "answerable.db").close()


async def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "answerable.db"
    with sqlite3.connect(path) as stranger:
        stranger.execute("CREATE TABLE recipes (name TEXT)")
    stranger.close()
    before = path.read_bytes()

    said = await refusal(path, LedgerForeign)

    assert "another program" in said
    assert path.read_bytes()[100:] == before[100:]  # but for the header's journal mode, nothing was touched


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "answerable.db"
    path.write_text("dear diary, today nobody answered me " * 200)

    assert "not a ledger" in await refusal(path, LedgerForeign)


async def test_a_ledger_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "answerable.db"
    await open_ledger(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()

    said = await refusal(path, LedgerTooNew)

    assert "newer version" in said
    assert "Upgrade answerable" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    assert str(closed) in await refusal(closed / "answerable.db", LedgerUnwritable)


async def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")

    assert str(tmp_path / "data") in await refusal(tmp_path / "data" / "answerable.db", LedgerUnwritable)


async def test_the_migrations_make_the_schema_that_the_code_uses(tmp_path: Path) -> None:
    path = tmp_path / "answerable.db"
    await open_ledger(path).close()

    with reading(path) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


async def test_every_commit_is_on_disk_and_readers_cannot_write(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "answerable.db")

    def pragmas(tx: Tx, names: Sequence[str]) -> list[object]:
        return [tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await ledger.write(pragmas, ["synchronous", "journal_mode"]) == [2, "wal"]  # 2 is FULL
    with pytest.raises(LedgerUnwritable):
        await ledger.read(lambda c: c.exec_driver_sql("CREATE TABLE t (a)"))
    await ledger.close()
