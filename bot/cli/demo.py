"""``answerable demo``: a community talks, replies are suggested, you decide. No account, no network."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import webbrowser
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from adapters.loopback import LoopbackAdapter
from bot import wiring
from bot.cli.common import DataDirOption, Exit, JsonOption, Language, err, out, print_json, say
from bot.cli.run import serving, show_link, stop_signal
from bot.demo.stage import ACCOUNT, demo_settings
from bot.demo.terminal import typing_into
from bot.demo.ticker import Ticker
from bot.demo.verdict import Verdict, comments, judge
from bot.errors import InputError
from bot.settings import LogLevel, Settings
from bot.telemetry import configure_logs
from bot.wiring import App

MAIN_ROOM = "salon"


def demo(
    until_done: Annotated[
        bool, typer.Option("--until-done", help="Play the whole community at full speed, judge, and end.")
    ] = False,
    language: Annotated[Language, typer.Option(help="The language of the inbox.")] = Language.EN,
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
    if as_json and not until_done:
        raise InputError("Only a demo that ends has figures to print.", "Add --until-done to --json.")
    configure_logs(LogLevel.WARNING, as_json=False)
    place = nullcontext(str(data_dir)) if data_dir else tempfile.TemporaryDirectory(prefix="answerable-demo-")
    with place as folder:
        settings = demo_settings(
            Path(folder).resolve(), language=language.value, port=port, played_at_once=until_done
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
        say(f"{count:5}  {name.replace('_', ' ')}")


async def _show(settings: Settings, *, browser: bool) -> None:
    stop = stop_signal()
    async with serving(settings) as (app, inbox):
        (person,) = app.people.values()
        link = inbox.link(person)
        say(f"{settings.brand.name}: the community is talking. You are {person.name}; your inbox is here:\n")
        show_link(link)
        say("\nType a comment here and press Enter to join in. Ctrl-C ends the demo.\n")
        show = partial(out.print, no_wrap=True, overflow="ellipsis")
        app.service.supervisor.start("ticker", Ticker(app.ledger, show).run)
        if browser and sys.stdout.isatty() and _has_screen():
            webbrowser.open(link)
        world = _loopback(app).world
        with typing_into(world, MAIN_ROOM, sys.stdin) if sys.stdin.isatty() else nullcontext():
            await stop.wait()
        say("Ending the demo.", err)


def _has_screen() -> bool:
    """Where there is none, a browser for terminals would take this one over."""
    here = {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)
    return bool(here) or sys.platform in ("darwin", "win32")


def _loopback(app: App) -> LoopbackAdapter:
    adapter = app.account("loopback").adapter
    assert isinstance(adapter, LoopbackAdapter)
    return adapter
