"""``inbox`` and ``show``: the desk of whoever prefers a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.common import ConfigOption, DataDirOption, JsonOption, load_settings, out, print_json, say
from bot.cli.ledger import mention_ending, opened
from bot.cli.showing import as_json as item_as_json
from bot.cli.showing import footer, lines, mention_as_json, table
from bot.errors import InputError
from bot.ledger.queries.inbox import Tab, page, tab_counts

MentionArgument = Annotated[
    str, typer.Argument(metavar="MENTION", help="The mention's id, or its last characters.")
]
TABS = ", ".join(Tab)


def inbox(
    tab: Annotated[str, typer.Option(help=f"Which mentions: {TABS}.")] = Tab.WAITING,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits, the most urgent first.

    Example: answerable inbox
    Example: answerable inbox --tab escalated --json
    """
    place = _tab(tab)
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        items = page(connection, place, most).items
        counts = tab_counts(connection)
    if as_json:
        print_json([item_as_json(item) for item in items])
        return
    out.print(table(items, datetime.now(UTC), out.width) if items else "Nothing there.")
    out.print()
    say(footer(counts, place, len(items)))


def show(
    mention: MentionArgument,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one mention: what was said, what the classifier thinks, the suggested reply, its history.

    Example: answerable show 4f7k2m
    """
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        found = mention_ending(connection, mention)
    if as_json:
        print_json(mention_as_json(found))
        return
    for line in lines(found, datetime.now(UTC)):
        out.print(line)


def _tab(written: str) -> Tab:
    """Raises InputError."""
    try:
        return Tab(written.replace("-", "_"))
    except ValueError:
        raise InputError(f'There is no tab "{written}".', f"Choose one of: {TABS}.") from None
