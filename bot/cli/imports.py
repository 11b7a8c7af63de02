"""``answerable import``: comments of any other network, out of a file, into the ledger."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from adapters.exports.reading import Batch, Export, Hints, Preview, Reject, open_export
from adapters.exports.rejects import RejectsFile
from bot import wiring
from bot.cli.common import (
    ConfigOption,
    DataDirOption,
    JsonOption,
    YesOption,
    err,
    load_settings,
    out,
    print_json,
)
from bot.cli.instance import Instance, running
from bot.domain.mention import Post
from bot.errors import InputError
from bot.ledger.operations.relay import left_to_machines
from bot.ledger.queries.exported import count_mentions
from bot.ledger.store import reading
from bot.settings import Settings
from bot.wiring import EXPORTS, App

FileArgument = Annotated[
    Path, typer.Argument(help="CSV, TSV, JSON or JSONL; dialect and encoding are found.")
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
LOOK_AGAIN_S = 0.5


def import_(
    file: FileArgument,
    mapping: MapOption = None,
    us: UsOption = None,
    encoding: EncodingOption = "",
    yes: YesOption = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until each comment has its draft.")
    ] = True,
    rejects: Annotated[
        Path | None, typer.Option(help="Where rows that do not go in are kept. Default: FILE.rejects.csv")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read comments from a file into the ledger. Without --yes it only shows what it would do.

    The same file twice adds nothing; an import that was cut short goes on where it stopped.

    Example: answerable import comments.csv --us "Maison Lumen" --yes
    """
    export = open_export(file, hints(mapping, us, encoding))
    preview = export.preview()
    if not yes:
        _show(preview)
        return
    settings = load_settings(config, data_dir)
    refused = rejects or file.with_name(file.name + ".rejects.csv")
    figures = asyncio.run(_import(settings, export, preview, refused, wait=wait))
    if as_json:
        print_json(figures)
        return
    out.print(
        f"{figures['new']} new comments, {figures['known']} known already, {figures['ours']} posts of ours,"
        f" {figures['rejected']} rejected."
    )
    if figures["rejected"]:
        out.print(f"The rejected rows, each with its reason: {refused}", markup=False)


def hints(mapping: list[str] | None, us: list[str] | None, encoding: str) -> Hints:
    """What the command line says about a file. Raises InputError."""
    pairs = [pair.partition("=") for pair in mapping or []]
    if wrong := next((name for name, sign, _ in pairs if not sign), None):
        raise InputError(f"--map {wrong} names no column.", "Write it as --map comment=Commentaire.")
    columns = {name: column for name, _, column in pairs}
    return Hints(undated=datetime.now(UTC), mapping=columns, us=us or [], encoding=encoding)


def _show(preview: Preview) -> None:
    delimiter = f", columns apart by {preview.delimiter!r}" if preview.delimiter else ""
    out.print(Text(f"{preview.path.name}: {preview.format}, {preview.encoding}{delimiter}"))
    for column in preview.columns:
        out.print(Text(f"  {column.name} → {column.field or 'not used'}"))
    table = Table("Date", "Author", "Comment")
    for entry in preview.first:
        if isinstance(entry, Reject):
            table.add_row("", f"line {entry.line}", Text(f"rejected: {entry.reason}"))
        else:
            table.add_row(f"{entry.sent_at:%Y-%m-%d %H:%M}", Text(entry.author.name), Text(entry.text[:120]))
    out.print(table)
    out.print(
        f"{preview.comments} comments, {preview.ours} of our own posts, {preview.rejected} to be rejected.\n"
        "Nothing was imported yet: add --yes to do it."
    )


async def _import(
    settings: Settings, export: Export, preview: Preview, rejects: Path, *, wait: bool
) -> dict[str, int]:
    door = await _door(settings)
    try:
        before = await door.count()
        with RejectsFile(rejects) as refused, Progress(console=err, transient=True) as progress:
            task = progress.add_task("Importing", total=preview.rows)
            for batch in export.batches(await door.cursor()):
                await door.take(batch)
                refused.add(batch.rejects)
                progress.advance(task, len(batch.posts) + len(batch.rejects))
            if wait:
                progress.update(task, description="Writing drafts")
                await door.quiet()
        new = await door.count() - before
    finally:
        await door.close()
    return {"new": new, "known": preview.comments - new, "ours": preview.ours, "rejected": refused.count}


class Door(Protocol):
    """The way into the ledger: our own, or through the process that owns it."""

    async def cursor(self) -> str: ...

    async def take(self, batch: Batch) -> None: ...

    async def count(self) -> int: ...

    async def quiet(self) -> None: ...

    async def close(self) -> None: ...


async def _door(settings: Settings) -> Door:
    if instance := running(settings.data_dir):
        return _InstanceDoor(instance, settings)
    app = await wiring.build(settings)
    await app.service.start(receive=False)
    return _OwnDoor(app)


@dataclass(frozen=True, slots=True)
class _OwnDoor:
    """Nobody else has the ledger."""

    app: App

    async def cursor(self) -> str:
        return await self.app.account(EXPORTS).intake.cursor()

    async def take(self, batch: Batch) -> None:
        await self.app.account(EXPORTS).intake(batch.posts, batch.cursor)

    async def count(self) -> int:
        name = self.app.account(EXPORTS).name
        return await self.app.ledger.read(lambda connection: count_mentions(connection, name))

    async def quiet(self) -> None:
        await self.app.service.quiet()

    async def close(self) -> None:
        await self.app.stop()


@dataclass(frozen=True, slots=True)
class _InstanceDoor:
    """A running instance has the ledger: it is handed the posts, and what comes of them is read."""

    instance: Instance
    settings: Settings

    async def cursor(self) -> str:
        return ""  # the instance recognises what it has

    async def take(self, batch: Batch) -> None:
        if batch.posts:
            body = {"account": EXPORTS, "posts": [_as_json(post) for post in batch.posts]}
            await asyncio.to_thread(self.instance.post, "/api/intake", body)

    async def count(self) -> int:
        with reading(self.settings.ledger_file) as connection:
            return count_mentions(connection, EXPORTS)

    async def quiet(self) -> None:
        with reading(self.settings.ledger_file) as connection:
            while left_to_machines(connection, datetime.now(UTC)):
                connection.rollback()  # the next look is at what is there then
                await asyncio.sleep(LOOK_AGAIN_S)

    async def close(self) -> None:
        """Nothing is held."""


def _as_json(post: Post) -> dict[str, object]:
    fields: dict[str, object] = asdict(post)
    del fields["place"]
    return fields | asdict(post.place) | {"sent_at": post.sent_at.isoformat()}
