"""``answerable run``: the service, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Annotated

import typer

from bot import wiring
from bot.cli.common import ConfigOption, DataDirOption, err, load_settings, out
from bot.cli.instance import Instance, announce, running
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
    asyncio.run(serve(settings))


def link(
    person: Annotated[str, typer.Argument(help="Whose. Default: the first owner.")] = "",
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
    out.print(f"{settings.console.public_url or instance.url}{path}", soft_wrap=True)


async def serve(settings: Settings) -> None:
    """Run until a signal says stop. Raises ListenError or LedgerError when it cannot begin."""
    listener = listen(settings.console.host, settings.console.port)
    app = await wiring.build(settings)
    inbox = wiring.inbox(app, listener)
    stop = stop_signal()
    await app.service.start()
    app.service.supervisor.start("console", inbox.serve)
    announced = announce(settings.data_dir, Instance(os.getpid(), inbox.url, inbox.token))
    try:
        welcome(app, inbox)
        await stop.wait()
    finally:
        announced.unlink(missing_ok=True)
        err.print("Stopping: finishing what is under way.")
        await app.stop()


def stop_signal() -> asyncio.Event:
    """Set when the process is told to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def welcome(app: App, inbox: Inbox) -> None:
    """Who may come in, by which personal link."""
    out.print(f"Answerable is running for {app.settings.brand.name}.")
    for person in app.people.values():
        out.print(
            f"  Inbox of {person.name}: [link={inbox.link(person)}]{inbox.link(person)}[/link]",
            soft_wrap=True,
        )
