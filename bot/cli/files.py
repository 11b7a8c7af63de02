"""A file of comments on the command line: which one, and what the person says about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from adapters.exports.reading import Hints
from bot.errors import InputError

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSON or JSONL; dialect and encoding are found.")
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help="Which column is what, where that is not found: comment=Commentaire."),
]
UsOption = Annotated[
    list[str] | None,
    typer.Option("--us", help="The brand's own name in the file: its posts are staff answers."),
]
EncodingOption = Annotated[
    str, typer.Option(help="The file's encoding, where it is not found: utf-8, cp1252, mac-roman ...")
]


def hints(mapping: list[str] | None, us: list[str] | None, encoding: str) -> Hints:
    """What the command line says about a file. Raises InputError."""
    pairs = [pair.partition("=") for pair in mapping or []]
    if wrong := next((name for name, sign, _ in pairs if not sign), None):
        raise InputError(f"--map {wrong} names no column.", "Write it as --map comment=Commentaire.")
    columns = {name: column for name, _, column in pairs}
    return Hints(undated=datetime.now(UTC), mapping=columns, us=us or [], encoding=encoding, zone=HereZone())


class HereZone(tzinfo):
    """The time zone of this machine, in summer and in winter."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return (moment or datetime.now(UTC)).replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str:
        return "here"

    def __str__(self) -> str:
        return f"{datetime.now(UTC).astimezone():%Z}"
