"""Station 3: what a mention is, and where it goes. Classified outside any transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.events import Envelope, EventKind
from bot.domain.labels import Classification
from bot.domain.lifecycle import State
from bot.domain.policy import Policy
from bot.ledger.operations.triage import Reading, load, settle
from bot.ledger.schema import AnyRow
from bot.ledger.store import Ledger
from bot.ports import Text

STATION = "triage"
KINDS = (EventKind.MENTION_RECEIVED, EventKind.MENTION_EDITED)
READ_AGAIN = frozenset({State.TRIAGED, State.IN_REVIEW, State.ESCALATED, State.ASSIGNED})


class Reader(Protocol):
    """Reads texts off the event loop; never raises, and gives one classification for each."""

    async def read(self, texts: Sequence[Text]) -> list[Classification]: ...


class Triage:
    """Classifies received mentions, and again those whose author edited them."""

    def __init__(self, ledger: Ledger, reader: Reader, policy: Policy) -> None:
        self._ledger = ledger
        self._reader = reader
        self._policy = policy

    async def handle(self, envelopes: Sequence[Envelope]) -> None:
        """Read what rang, unless the ledger says that it has been read."""
        edited = {envelope.mention_id for envelope in envelopes if envelope.kind is EventKind.MENTION_EDITED}
        ids = list({envelope.mention_id: None for envelope in envelopes})
        rows = [row for row in await self._ledger.read(lambda c: load(c, ids)) if _wants_reading(row, edited)]
        if not rows:
            return
        texts = [Text(row.text, _context(row)) for row in rows]
        read = await self._reader.read(texts)
        await self._ledger.write(
            settle, [self._reading(row, classified) for row, classified in zip(rows, read, strict=True)]
        )

    def _reading(self, row: AnyRow, classification: Classification) -> Reading:
        return Reading(
            row.id,
            row.conversation_id,
            State(row.state),
            row.classification_revision,
            row.last_edit,
            classification,
            self._policy.route(classification),
        )


def _wants_reading(row: AnyRow, edited: set[str]) -> bool:
    if row.state == State.RECEIVED:
        return True
    return (
        row.id in edited
        and row.state in READ_AGAIN
        and row.last_edit is not None
        and (row.made_at is None or row.made_at <= row.last_edit)
    )


def _context(row: AnyRow) -> str:
    return str(row.language or row.conversation_language)
