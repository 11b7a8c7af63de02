"""Statements that run for many rows at once, where the ledger is busiest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, object]


class Bulk:
    """An INSERT or UPDATE that SQLAlchemy compiles once, and the driver runs for each row.

    SQLAlchemy's own executemany prepares each row anew, which takes longer than SQLite needs to store it.
    """

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._prepared: dict[tuple[str, ...], _Prepared] = {}

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Run for each row; all of them name the same columns."""
        if not rows:
            return
        dialect, names = connection.dialect, tuple(rows[0])
        key = (dialect.driver, *names)
        if key not in self._prepared:
            self._prepared[key] = _prepare(self._statement, dialect, names)
        prepared = self._prepared[key]
        connection.exec_driver_sql(prepared.sql, [prepared.parameters(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Prepared:
    """``fixed``: what the statement itself sets. ``converters``: for values that the driver does not take."""

    sql: str
    fixed: dict[str, Any]
    converters: tuple[tuple[str, Callable[[Any], Any]], ...]
    in_order: Callable[[Mapping[str, Any]], tuple[Any, ...]]

    def parameters(self, row: Values) -> tuple[Any, ...]:
        values = {**self.fixed, **row}
        for name, convert in self.converters:
            values[name] = convert(values[name])
        return self.in_order(values)


def _prepare(statement: Insert | Update, dialect: Dialect, names: Sequence[str]) -> _Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    converters = {name: each.bind_processor(dialect) for name, each in types.items()}
    return _Prepared(
        str(compiled),
        {name: bind.value for name, bind in compiled.binds.items() if name not in names},
        tuple((name, convert) for name, convert in converters.items() if convert is not None),
        itemgetter(*compiled.positiontup),
    )
