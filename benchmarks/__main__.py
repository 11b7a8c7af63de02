"""``python -m benchmarks``: one table, in one run with its anchor."""

from __future__ import annotations

import asyncio
import json
import math
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.suite import QUICK, Row, Size, run
from bot.telemetry import configure_logs

BELOW_A_FLOOR = 1
MARK = {True: "yes", False: "NO", None: ""}


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Seconds instead of minutes, and rough.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="A folder on the disk to measure. Default: the temporary one."),
    ] = None,
) -> None:
    """Measure what one process carries, beside the raw speed of the same disk in the same minutes.

    Exits with 1 when a figure is worse than what is wanted of it. Best on a machine that does nothing else.

    Example: python -m benchmarks --dir /var/lib/answerable
    """
    errors = Console(stderr=True)
    configure_logs("error", as_json=False)
    with errors.status("starting") as status:
        measured = run(folder or Path(tempfile.gettempdir()), QUICK if quick else Size(), status.update)
        rows = asyncio.run(measured)
    if as_json:
        typer.echo(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        Console().print(_table(rows))
    if any(row.met is False for row in rows):
        raise typer.Exit(BELOW_A_FLOOR)


def _table(rows: list[Row]) -> Table:
    table = Table(title="One process, beside the raw speed of its disk")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_column("unit")
    table.add_column("of raw", justify="right")
    table.add_column("wanted")
    table.add_column("met")
    for row in rows:
        of_raw = "" if row.of_raw is None else f"{row.of_raw:.4f}"
        table.add_row(row.what, _figure(row.figure), row.unit, of_raw, row.wanted, MARK[row.met])
    return table


def _figure(figure: float) -> str:
    if math.isnan(figure):
        return "not told here"
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"


def _plain(row: Row) -> dict[str, object]:
    """As JSON knows no nan, what could not be measured is null."""
    figure = None if math.isnan(row.figure) else row.figure
    return asdict(row) | {"figure": figure}


command = typer.Typer(add_completion=False)
command.command()(main)

if __name__ == "__main__":
    command()
