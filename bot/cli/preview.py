"""What an import would do, shown before anything is done."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from adapters.exports.dates import Order
from adapters.exports.reading import Preview, Reject
from bot.cli.common import one_line, out, say
from bot.domain.mention import Post

LONGEST = 120  # characters of a comment


def show(preview: Preview) -> None:
    """How the file is read, its first rows, and what would go in."""
    delimiter = f", columns apart by {preview.delimiter!r}" if preview.delimiter else ""
    say(f"{preview.path.name}: {preview.format}, {preview.encoding}{delimiter}")
    for column in preview.columns:
        say(f"  {one_line(column.name, 60)} → {column.field or 'not used'}")
    say(_dates(preview))
    table = Table("Date", "Author", "Comment", box=None, pad_edge=False, header_style="dim")
    for entry in preview.first:
        table.add_row(*_cells(entry))
    out.print()
    out.print(table)
    out.print()
    say(
        f"{preview.comments} comments, {preview.ours} of our own posts, {preview.rejected} to be rejected.\n"
        "Nothing was imported yet: add --yes to do it."
    )


def as_json(preview: Preview) -> dict[str, object]:
    """The same for programs."""
    return {
        "imported": False,
        "format": preview.format,
        "encoding": preview.encoding,
        "delimiter": preview.delimiter,
        "columns": {column.name: column.field for column in preview.columns},
        "day_first": preview.day_first,
        "comments": preview.comments,
        "ours": preview.ours,
        "rejected": preview.rejected,
    }


def _cells(entry: Post | Reject) -> tuple[Text, ...]:
    if isinstance(entry, Reject):
        return Text(""), Text(f"line {entry.line}"), Text(f"rejected: {entry.reason}", "red")
    written = f"{entry.sent_at:%Y-%m-%d %H:%M}"
    return Text(written), Text(one_line(entry.author.name, 30)), Text(one_line(entry.text, LONGEST))


def _dates(preview: Preview) -> str:
    order = "the day comes first" if preview.day_first else "the month comes first"
    if preview.date_order is Order.EITHER:
        return f"Where dates are written as 03/04, {order}: a guess, as no date in the file tells."
    if preview.date_order in (Order.DAY_FIRST, Order.MONTH_FIRST):
        return f"In its dates {order}."
    return ""
