"""The web inbox over an app that was wired."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.console.app import build as build_console
from bot.console.live import Live
from bot.console.logins import Logins
from bot.console.server import serve
from bot.domain.mention import Incoming
from bot.domain.people import Person
from bot.errors import Refused
from bot.wiring.app import App


@dataclass(frozen=True, slots=True)
class Inbox:
    """The web inbox on its listener: ``serve`` runs until cancelled.

    ``url`` is what people's browsers open, ``local_url`` what programs of this machine talk to.
    """

    url: str
    local_url: str
    token: str
    logins: Logins
    serve: Callable[[], Awaitable[None]]

    def link(self, person: Person) -> str:
        """A personal login link: opens once, within a day."""
        return self.url + self.logins.path(person)


def inbox(app: App, listener: socket.socket) -> Inbox:
    """The inbox over what runs. Sessions end with the process: their key is made here and kept nowhere."""
    token = secrets.token_urlsafe(32)
    logins, live = Logins(app.clock), Live(app.clock)
    app.ledger.when_committed(live.heard)
    accounts = {account.name: account for account in app.service.accounts}

    async def take_in(name: str, incoming: Sequence[Incoming]) -> None:
        if name not in accounts:
            raise Refused(f"There is no account {name}.", f"There are: {', '.join(accounts)}.")
        await accounts[name].intake(incoming)

    asgi = build_console(
        ledger=app.ledger,
        review=app.review,
        clock=app.clock,
        people=app.people.values(),
        owner=app.owner,
        brand=app.settings.brand.name,
        language=app.settings.brand.language,
        max_lengths={account.id: account.adapter.capabilities.max_length for account in accounts.values()},
        secret=secrets.token_bytes(32),
        logins=logins,
        live=live,
        ready=app.service.ready,
        take_in=take_in,
        api_token=token,
    )
    local_url = _address(listener)
    url = app.settings.console.public_url or local_url
    return Inbox(url, local_url, token, logins, partial(serve, asgi, listener, live.close))


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
