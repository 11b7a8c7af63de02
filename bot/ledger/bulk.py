"""Statements that run for many rows at once, where the ledger is busiest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Insert, Select, Update, bindparam, func, select
from sqlalchemy.sql.compiler import SQLCompiler


def each_of(name: str) -> Select[tuple[Any]]:
    """The values of a list that is bound as one parameter: the same statement for a list of any length."""
    return select(func.json_each(bindparam(name, type_=JSON)).table_valued("value").c.value)


Values = Mapping[str, object]


class Bulk:
    """An INSERT or UPDATE that SQLAlchemy compiles once, and the driver runs for each row.

    SQLAlchemy's own executemany prepares each row anew, which takes longer than SQLite needs to store it.
    """

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._prepared: dict[tuple[str, ...], _Prepared] = {}

    def run(self, connection: Connection, rows: Sequence[Values], **same: object) -> None:
        """Run for each row; all of them name the same columns. ``same``: what they have in common."""
        if not rows:
            return
        dialect, names = connection.dialect, (*rows[0], *same)
        key = (dialect.driver, *names)
        if key not in self._prepared:
            self._prepared[key] = _prepare(self._statement, dialect, names)
        prepared = self._prepared[key]
        connection.exec_driver_sql(prepared.sql, prepared.parameters(rows, same))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """``fixed``: what the statement itself sets. ``converters``: for values that the driver does not take."""

    sql: str
    order: Sequence[str]
    fixed: Mapping[str, Any]
    converters: Mapping[str, Callable[[Any], Any]]

    def parameters(self, rows: Sequence[Values], same: Values) -> list[tuple[Any, ...]]:
        """One tuple for each row; column by column, which is the quickest way there."""
        common = {**self.fixed, **same}
        return list(zip(*(self._column(name, rows, common) for name in self.order), strict=True))

    def _column(self, name: str, rows: Sequence[Values], common: Values) -> list[Any]:
        convert = self.converters.get(name, _as_it_is)
        if name in common:
            return [convert(common[name])] * len(rows)
        if convert is _as_it_is:
            return [row[name] for row in rows]
        return [None if row[name] is None else convert(row[name]) for row in rows]


def _as_it_is(value: object) -> object:
    return value


def _prepare(statement: Insert | Update, dialect: Dialect, names: Sequence[str]) -> _Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    converters = {name: each.bind_processor(dialect) for name, each in types.items()}
    return _Prepared(
        str(compiled),
        compiled.positiontup,
        {name: bind.value for name, bind in compiled.binds.items() if name not in names},
        {name: convert for name, convert in converters.items() if convert is not None},
    )
