"""``run``: the service, until it is told to stop; ``link``: the way into its inbox."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer
from rich.text import Text

from bot import wiring
from bot.cli.common import ConfigOption, DataDirOption, err, load_settings, out, say
from bot.cli.instance import Instance, announced, running
from bot.console.server import listen
from bot.errors import InputError
from bot.settings import LogFormat, Settings
from bot.telemetry import configure_logs
from bot.wiring import App, Inbox


def run(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Run the service: adapters, pipeline, deadlines and the inbox.

    Ctrl-C or SIGTERM ends it in order: nothing more is taken in, what was taken in is handled, what
    is being sent is settled.

    Example: answerable run --config answerable.yaml
    """
    settings = load_settings(config, data_dir)
    configure_logs(settings.logging.level, as_json=settings.logging.format is LogFormat.JSON)
    asyncio.run(_run(settings))


def link(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Whose. Default: the first owner.")] = "",
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print a new personal link to the inbox of the running instance. It opens once, within a day.

    Example: answerable link Camille
    """
    settings = load_settings(config, data_dir)
    instance = running(settings.data_dir)
    if instance is None:
        raise InputError(f"Nothing runs in {settings.data_dir}.", "Start it with `answerable run`.")
    path = instance.post("/api/logins", {"person": person})["path"]
    typer.echo(f"{settings.console.public_url or instance.url}{path}")


async def _run(settings: Settings) -> None:
    stop = stop_signal()
    async with serving(settings) as (app, inbox):
        _welcome(app, inbox)
        await stop.wait()
        say("Stopping: finishing what is under way.", err)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[App, Inbox]]:
    """The service and its inbox, running and announced; stopped in order at the end.

    Raises ListenError, ConfigError or LedgerError when it cannot begin.
    """
    app = await wiring.build(settings)
    try:
        inbox = wiring.inbox(app, listen(settings.console.host, settings.console.port))
        await app.service.start()
        app.service.supervisor.start("console", inbox.serve)
        with announced(settings.data_dir, Instance(os.getpid(), inbox.local_url, inbox.token)):
            yield app, inbox
    finally:
        await app.stop()


def stop_signal() -> asyncio.Event:
    """Set when the process is told to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def _welcome(app: App, inbox: Inbox) -> None:
    """Who may come in, by which personal link."""
    say(f"Answerable is running for {app.settings.brand.name}.")
    for person in app.people.values():
        say(f"  Inbox of {person.name}:")
        show_link(inbox.link(person))
    say("Each link opens once, within a day; `answerable link` prints another. Ctrl-C stops it.")


def show_link(link: str) -> None:
    """A link on a line of its own, never broken, that a terminal can follow."""
    out.print(Text(f"  {link}", style=f"link {link}"), soft_wrap=True)
