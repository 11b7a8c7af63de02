"""``answerable export``: comments with labels and replies, out again, for any spreadsheet or program."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from sqlalchemy import Connection, select

from adapters.exports.writing import write_csv, write_jsonl
from bot import wiring
from bot.cli.common import ConfigOption, DataDirOption, load_settings, speak_utf8
from bot.cli.ledger import imports_account, opened
from bot.errors import InputError, LedgerInUse
from bot.ledger.queries.exported import exported
from bot.ledger.schema import accounts
from bot.settings import Settings


class Format(StrEnum):
    """How the rows are written."""

    JSONL = "jsonl"
    CSV = "csv"


def export(
    form: Annotated[Format, typer.Option("--format", help="How the rows are written.")] = Format.JSONL,
    file: Annotated[
        Path | None, typer.Option("--out", help="The file to write. Default: standard output.")
    ] = None,
    account: Annotated[str, typer.Option(help="Whose comments. Default: the imported ones.")] = "",
    excel: Annotated[bool, typer.Option("--excel", help="Mark CSV so that Excel reads the accents.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Write comments out, in their original order, with labels and replies.

    Approved replies to imported comments count as handed out, and their comments as answered.

    Example: answerable export > comments.jsonl
    Example: answerable export --format csv --excel --out replies.csv
    """
    if excel and form is not Format.CSV:
        raise InputError("--excel marks CSV.", "Add --format csv.")
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        name = account or imports_account(settings)
        _require_account(connection, name)
        asyncio.run(_hand_out(settings))
        rows = exported(connection, name)
        with _stream(file) as stream:
            if form is Format.JSONL:
                write_jsonl(rows, stream)
            else:
                write_csv(rows, stream, for_excel=excel)


def _require_account(connection: Connection, name: str) -> None:
    names = list(connection.execute(select(accounts.c.name)).scalars())
    if name not in names:
        raise InputError(f"There is no account {name}.", f"There are: {', '.join(names)}.")


def _stream(file: Path | None) -> TextIO | nullcontext[TextIO]:
    if file is None:
        speak_utf8()
        return nullcontext(sys.stdout)
    try:
        return file.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.", "Name another file.") from None


async def _hand_out(settings: Settings) -> None:
    """Send what is due; a running instance does that by itself."""
    try:
        app = await wiring.build(settings)
    except LedgerInUse:
        return
    await app.service.start(receive=False)
    await app.service.quiet()
    await app.stop()
