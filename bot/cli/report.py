"""``answerable report``: what came in, what became of it, and how fast."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.cli.common import ConfigOption, DataDirOption, JsonOption, load_settings, out, print_json
from bot.cli.ledger import opened
from bot.cli.showing import spelled, words
from bot.ledger.queries.report import DEFINITIONS, figures


def report(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Print the figures of everything in the ledger, each with what it counts.

    Example: answerable report
    Example: answerable report --json
    """
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        found = asdict(figures(connection))
    if as_json:
        print_json(found)
        return
    table = Table("Figure", "", "What it counts", box=None, pad_edge=False, header_style="dim")
    for name, value in found.items():
        table.add_row(words(name.removesuffix("_s")), _shown(name, value), Text(DEFINITIONS[name], "dim"))
    out.print(table)


def _shown(name: str, value: Any) -> str:  # noqa: ANN401 - a figure is a number, or several by name
    if name.endswith("_s"):
        return spelled(value)
    if isinstance(value, dict):
        return "\n".join(f"{words(key)} {count}" for key, count in value.items() if count) or "–"
    return str(value)
