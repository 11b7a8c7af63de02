"""Opening the ledger file: lock, settings of SQLite, migrations, and a sentence for whatever is wrong."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool, StaticPool

from bot.errors import LedgerError, LedgerForeign, LedgerInUse, LedgerTooNew, LedgerUnwritable

MIGRATIONS = Path(__file__).parent / "migrations"
APPLICATION_ID = 0x416E7377  # "Answ", in the file's header: tells our ledgers from other programs' files
BUSY_TIMEOUT_MS = 5_000


def lock(path: Path) -> FileLock:
    """Own the ledger file until the returned lock is released.

    Raises LedgerInUse when another process owns it, LedgerUnwritable when its folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = FileLock(path.with_name(path.name + ".lock"), blocking=False)
        held.acquire()
    except Timeout:
        raise LedgerInUse(
            f"Another process is using the ledger {path}.",
            "Stop it first, or talk to it through its inbox and its command line.",
        ) from None
    except OSError as error:
        raise LedgerUnwritable(
            f"The folder {path.parent} cannot be written: {error.strerror or error}.",
            "Give this user the right to write there, or choose another --data-dir.",
        ) from None
    return held


def writing_engine(path: Path) -> Engine:
    """The one connection that writes: WAL, every commit on disk, transactions that take the lock at once."""
    engine = _engine(path, StaticPool)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is deferred and would lose updates
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "wal_autocheckpoint=4000",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading_engine(path: Path) -> Engine:
    """Connections that cannot write. Only the writer checkpoints (SQLite before 3.51.3 needs that)."""
    engine = _engine(path, None)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: object) -> None:
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "query_only=ON", "wal_autocheckpoint=0"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _engine(path: Path, pool: type[StaticPool | NullPool] | None) -> Engine:
    arguments: dict[str, Any] = {"connect_args": {"check_same_thread": False}}
    if pool is not None:
        arguments["poolclass"] = pool
    return create_engine(f"sqlite:///{path}", **arguments)


def migrate(engine: Engine, path: Path) -> None:
    """Bring the file to this version's schema.

    Raises LedgerTooNew, LedgerForeign or LedgerUnwritable, each with the mend.
    """
    try:
        with engine.connect() as connection:
            _refuse_strangers(connection, path)
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            _refuse_newer(connection, config, path)
            command.upgrade(config, "head")
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.commit()
    except CommandError as error:
        raise LedgerError(f"The ledger {path} could not be migrated: {error}.") from None
    except DatabaseError as error:
        raise readable(error, path) from None


def require_readable(connection: Connection, path: Path) -> None:
    """Change nothing, and raise LedgerError unless this version of the program can read the file as it is."""
    _refuse_strangers(connection, path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    found = _refuse_newer(connection, config, path)
    if found != newest_revision():
        raise LedgerError(
            f"The ledger {path} was written by an older version.",
            "Bring it to this one with `answerable migrate`; `answerable run` does the same.",
        )


def newest_revision() -> str:
    """The schema that this version of the program knows."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def _refuse_strangers(connection: Connection, path: Path) -> None:
    owner = connection.exec_driver_sql("PRAGMA application_id").scalar()
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    if owner != APPLICATION_ID and tables:
        raise LedgerForeign(
            f"{path} is a database of another program.", "Choose another --data-dir, or move that file away."
        )


def _refuse_newer(connection: Connection, config: Config, path: Path) -> str | None:
    """The schema that the file has. Raises LedgerTooNew when this version does not know it."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise LedgerTooNew(
            f"The ledger {path} was written by a newer version (its schema is {found}).",
            "Upgrade answerable, or restore the backup made before the upgrade.",
        )
    return found


def readable(error: DatabaseError, path: Path) -> LedgerError:
    """The sentence a person needs for what the database said."""
    said = str(error.orig).lower()
    if "not a database" in said or "malformed" in said:
        return LedgerForeign(f"{path} is not a ledger, or it is damaged: {said}.", "Restore a backup.")
    if "disk is full" in said:
        return LedgerUnwritable(
            f"The disk that holds {path} is full.", "Make room; nothing acknowledged is lost."
        )
    if "readonly" in said or "unable to open" in said:
        return LedgerUnwritable(
            f"The ledger {path} cannot be written.",
            "Give this user the right to write the file and its folder, or choose another --data-dir.",
        )
    if isinstance(error, OperationalError) and "locked" in said:
        return LedgerInUse(f"Another program holds the ledger {path} locked.", "Close it and try again.")
    return LedgerUnwritable(
        f"The ledger {path} failed: {said}.", "Check the disk; nothing acknowledged is lost."
    )
