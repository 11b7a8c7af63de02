"""Station 2: what was committed rings the bus; what nobody answered is rung again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.domain.events import Envelope, EventKind
from bot.domain.lifecycle import State
from bot.ledger.operations.relay import PAGE, mark_published, standing_still, unpublished
from bot.ledger.schema import AnyRow
from bot.ledger.store import Ledger
from bot.ports import Bus

MARK_EVERY_S = 1.0
SWEEP_EVERY = 5  # marks
UNANSWERED_AFTER = timedelta(seconds=5)

# Which bell a mention that stands still in a machine's hands is waiting for.
BELL = {
    State.RECEIVED: EventKind.MENTION_RECEIVED,
    State.TRIAGED: EventKind.MENTION_TRIAGED,
    State.IN_REVIEW: EventKind.SUGGESTION_ASKED,
    State.APPROVED: EventKind.REPLY_APPROVED,
    State.DELIVERING: EventKind.DELIVERY_POSTPONED,
}


class Relay:
    """Rings after each commit, at once; marks what was rung, and sweeps, in the background."""

    def __init__(self, ledger: Ledger, bus: Bus, clock: Clock) -> None:
        self._ledger = ledger
        self._bus = bus
        self._clock = clock
        self._rung = 0
        self._marked = 0

    def ring(self, envelopes: Sequence[Envelope]) -> None:
        """Called with the events of each commit, in their order, and by the sweep with what nobody rang."""
        self._bus.publish(envelopes)
        self._rung = max(self._rung, envelopes[-1].seq)

    async def run(self) -> None:
        """Mark and sweep until cancelled."""
        beat = 0
        while True:
            await self.mark()
            if beat % SWEEP_EVERY == 0:
                await self.sweep(self._clock.now() - UNANSWERED_AFTER)
            beat += 1
            await self._clock.sleep(MARK_EVERY_S)

    async def mark(self) -> None:
        """Note how far it rang; later than the ring, so that a crash repeats, never forgets.

        Not before the first sweep, which rings what a dead process left.
        """
        if self._rung > self._marked:
            rung = self._rung
            await self._ledger.write_one(mark_published, rung)
            self._marked = rung

    async def sweep(self, unchanged_since: datetime) -> None:
        """Ring again: events never published, then mentions that a machine should have moved on."""
        await self._ring_unpublished(unchanged_since)
        last: AnyRow | None = None
        while True:
            page = await self._ledger.read(partial(standing_still, since=unchanged_since, after=last))
            self._bus.publish([_bell(row) for row in page])
            if len(page) < PAGE:
                return
            last = page[-1]

    async def _ring_unpublished(self, since: datetime) -> None:
        after = 0
        while page := await self._ledger.read(partial(unpublished, since=since, after=after)):
            self.ring(page)
            after = page[-1].seq


def _bell(row: AnyRow) -> Envelope:
    return Envelope(0, BELL[State(row.state)], row.id, row.conversation_id)
