"""``answerable demo``: a community talks, replies are suggested, you decide. No account, no network."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import webbrowser
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from adapters.loopback import LoopbackAdapter
from bot import wiring
from bot.cli.common import DataDirOption, Exit, JsonOption, out, print_json
from bot.cli.instance import Instance, announce
from bot.cli.run import stop_signal
from bot.console.server import listen
from bot.demo.stage import ACCOUNT, demo_settings
from bot.demo.terminal import typing_into
from bot.demo.ticker import Ticker
from bot.demo.verdict import Verdict, comments, judge
from bot.settings import LogLevel, Settings
from bot.telemetry import configure_logs
from bot.wiring import App

MAIN_ROOM = "salon"


def demo(
    until_done: Annotated[
        bool, typer.Option("--until-done", help="Play the whole community at full speed, judge, and end.")
    ] = False,
    language: Annotated[str, typer.Option(help="The language of the inbox: en or fr.")] = "en",
    port: Annotated[int, typer.Option(help="The inbox's port; 0 takes any that is free.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the inbox in the browser.")] = True,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the main job on an invented community, French and English, on this machine alone.

    With --until-done it exits 0 only if nothing was lost, nobody was answered twice, and each comment
    has ended or waits for a person with a deadline.

    Example: answerable demo
    Example: answerable demo --until-done --json
    """
    configure_logs(LogLevel.WARNING, as_json=False)
    with (
        nullcontext(data_dir)
        if data_dir
        else tempfile.TemporaryDirectory(prefix="answerable-demo-") as folder
    ):
        settings = demo_settings(
            Path(folder).resolve(), language=language, port=port, played_at_once=until_done
        )
        if not until_done:
            asyncio.run(_show(settings, browser=browser))
            return
        verdict = asyncio.run(_play(settings))
    _tell(verdict, as_json=as_json)
    if not verdict.good:
        raise typer.Exit(Exit.NOT_AS_WISHED)


async def _play(settings: Settings) -> Verdict:
    app = await wiring.build(settings)
    await app.service.start()
    await app.service.received_all()
    await app.service.quiet()
    adapter = _loopback(app)
    said, twice = comments(adapter.script), adapter.world.journal.answered_twice()
    verdict = await app.ledger.read(lambda connection: judge(connection, ACCOUNT, said, twice))
    await app.stop()
    return verdict


def _tell(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print_json(verdict.figures())
        return
    for name, count in verdict.figures().items():
        out.print(f"{count:5}  {name.replace('_', ' ')}")


async def _show(settings: Settings, *, browser: bool) -> None:
    listener = listen(settings.console.host, settings.console.port)
    app = await wiring.build(settings)
    inbox = wiring.inbox(app, listener)
    stop = stop_signal()
    ticker = Ticker(app.ledger, out.print)
    (person,) = app.people.values()
    await app.service.start()
    app.service.supervisor.start("console", inbox.serve)
    app.service.supervisor.start("ticker", ticker.run)
    announced = announce(settings.data_dir, Instance(os.getpid(), inbox.url, inbox.token))
    link = inbox.link(person)
    out.print(
        f"{settings.brand.name}: the community is talking. You are {person.name}; your inbox is here:\n"
    )
    out.print(f"  {link}\n", soft_wrap=True)
    out.print("Type a comment here and press Enter to join in. Ctrl-C ends the demo.\n")
    if browser and sys.stdout.isatty():
        webbrowser.open(link)
    keyboard = (
        typing_into(_loopback(app).world, MAIN_ROOM, sys.stdin) if sys.stdin.isatty() else nullcontext()
    )
    try:
        with keyboard:
            await stop.wait()
    finally:
        announced.unlink(missing_ok=True)
        await app.stop()


def _loopback(app: App) -> LoopbackAdapter:
    adapter = app.account("loopback").adapter
    assert isinstance(adapter, LoopbackAdapter)
    return adapter
