"""``answerable report``: what came in, what became of it, and how fast."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from bot.cli.common import ConfigOption, DataDirOption, JsonOption, load_settings, out, print_json
from bot.cli.desk import opened
from bot.ledger.queries.report import DEFINITIONS, figures


def report(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Print the figures of everything in the ledger, each with what it counts.

    Example: answerable report --json
    """
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        found = asdict(figures(connection))
    if as_json:
        print_json(found)
        return
    table = Table("Figure", "", "What it counts")
    for name, value in found.items():
        table.add_row(name.replace("_", " "), _shown(value), DEFINITIONS[name])
    out.print(table)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key} {count}" for key, count in value.items() if count) or "–"
    return "–" if value is None else str(value)
