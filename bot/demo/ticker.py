"""What goes on, as lines in the terminal: who said what, what the bot did about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from rich.text import Text
from sqlalchemy import Connection, bindparam, select

from bot.domain.events import Envelope, EventKind
from bot.domain.mention import printable
from bot.domain.replies import DeliveryState
from bot.ledger.latest import LATEST_READING
from bot.ledger.schema import AnyRow, authors, classifications, deliveries, mentions
from bot.ledger.store import Ledger

WORDS: Mapping[EventKind, tuple[str, str]] = {
    EventKind.MENTION_RECEIVED: ("", "bold"),
    EventKind.REVIEW_OPENED: ("waits for you in the inbox", "yellow"),
    EventKind.MENTION_DISMISSED: ("is set aside", "dim"),
    EventKind.REPLY_SENT: ("is answered", "green"),
    EventKind.STAFF_ANSWERED: ("was answered by hand", "green"),
    EventKind.MENTION_ESCALATED: ("calls for help", "red"),
    EventKind.REPLY_WITHDRAWN: ("comes back to the inbox", "yellow"),
    EventKind.MENTION_EDITED: ("was edited by its author", "dim"),
}
WIDTH = 72


class Ticker:
    """Prints a line for each commit worth one. Started on the event loop, ended by cancelling ``run``."""

    def __init__(self, ledger: Ledger, show: Callable[[Text], None]) -> None:
        self._ledger = ledger
        self._show = show
        self._heard: asyncio.Queue[Envelope] = asyncio.Queue()
        ledger.when_committed(self._hear)

    def _hear(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            if envelope.kind in WORDS:
                self._heard.put_nowait(envelope)

    async def run(self) -> None:
        """Print until cancelled."""
        while True:
            envelope = await self._heard.get()
            row = await self._ledger.read(partial(_look_up, mention_id=envelope.mention_id))
            if row is not None:
                self._show(_line(envelope.kind, row))


def _line(kind: EventKind, row: AnyRow) -> Text:
    words, style = WORDS[kind]
    name, where = _cut(row.name), (f"{_cut(row.space_name)}  ", "dim")
    if kind is EventKind.MENTION_RECEIVED:
        said = _cut(row.text) if row.text else "(deleted)"
        return Text.assemble(where, (f"{name}: ", style), said)
    if kind is EventKind.REPLY_SENT:
        return Text.assemble(where, ("you → ", style), f"{name}: ", _cut(row.reply or ""))
    labels = f" ({row.labels})" if row.labels and kind is EventKind.REVIEW_OPENED else ""
    return Text.assemble("    ", (f"{name} {words}{labels}", style))


def _look_up(connection: Connection, mention_id: str) -> AnyRow | None:
    return connection.execute(_LINE, {"id": mention_id}).first()


def _cut(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


_LINE = (
    select(
        mentions.c.space_name,
        mentions.c.text,
        authors.c.name,
        classifications.c.labels,
        deliveries.c.text.label("reply"),
    )
    .select_from(
        mentions.join(authors, authors.c.id == mentions.c.author_id)
        .outerjoin(classifications, LATEST_READING)
        .outerjoin(
            deliveries,
            (deliveries.c.mention_id == mentions.c.id) & (deliveries.c.state == DeliveryState.SENT),
        )
    )
    .where(mentions.c.id == bindparam("id"))
)
