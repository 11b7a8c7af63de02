"""``answerable import``: comments of any other network, out of a file, into the ledger."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.markup import escape
from rich.progress import Progress

from adapters.exports.reading import Batch, Export, Preview, open_export
from adapters.exports.rejects import RejectsFile
from bot import wiring
from bot.cli.common import (
    ConfigOption,
    DataDirOption,
    JsonOption,
    err,
    load_settings,
    print_json,
    say,
)
from bot.cli.files import EncodingOption, FileArgument, MapOption, UsOption, hints
from bot.cli.instance import Instance, running
from bot.cli.ledger import imports_account
from bot.cli.preview import as_json as preview_as_json
from bot.cli.preview import show
from bot.domain.mention import Post, tidy
from bot.ledger.operations.relay import left_to_machines
from bot.ledger.queries.exported import count_mentions
from bot.ledger.store import reading
from bot.settings import Settings
from bot.wiring import EXPORTS, App

LOOK_AGAIN_S = 0.5
POSTS_PER_CALL = 100  # the longest comments there are still make a call that the running instance takes


def import_(
    file: FileArgument,
    mapping: MapOption = None,
    us: UsOption = None,
    encoding: EncodingOption = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Import. Without it, only show.")] = False,
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

    Example: answerable import comments.csv
    Example: answerable import comments.csv --us "Maison Lumen" --yes
    """
    with err.status(f"Reading {escape(file.name)}"):
        export = open_export(file, hints(mapping, us, encoding))
        preview = export.preview()
    if not yes:
        print_json(preview_as_json(preview)) if as_json else show(preview)
        return
    settings = load_settings(config, data_dir)
    refused = rejects or file.with_name(file.name + ".rejects.csv")
    try:
        figures = asyncio.run(_import(settings, export, preview, refused, wait=wait))
    except KeyboardInterrupt:
        say("Stopped. The same command goes on where it stopped.", err)
        raise
    if as_json:
        print_json(figures)
        return
    say(
        f"{figures['new']} new comments, {figures['known']} known already, {figures['ours']} posts of ours,"
        f" {figures['rejected']} rejected."
    )
    if figures["rejected"]:
        say(f"The rejected rows, each with its reason: {refused}")


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
        posts = [_as_json(post) for post in batch.posts]
        for start in range(0, len(posts), POSTS_PER_CALL):
            some = posts[start : start + POSTS_PER_CALL]
            body = {"account": imports_account(self.settings), "posts": some}
            await asyncio.to_thread(self.instance.post, "/api/intake", body)

    async def count(self) -> int:
        with reading(self.settings.ledger_file) as connection:
            return count_mentions(connection, imports_account(self.settings))

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
    return fields | asdict(post.place) | {"text": tidy(post.text), "sent_at": post.sent_at.isoformat()}
