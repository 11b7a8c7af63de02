"""Station 8: the clock. What came due while nobody looked fires once, the earliest first."""

from __future__ import annotations

from bot.clock import Clock
from bot.ledger.operations.deadlines import due, fire
from bot.ledger.store import Ledger

TICK_S = 1.0


class Deadlines:
    """Looks for what is due, every second. Deadlines are rows, so a restart forgets none."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await self.tick()
            await self._clock.sleep(TICK_S)

    async def tick(self) -> None:
        """Fire everything that is due now."""
        now = self._clock.now()
        while ids := await self._ledger.read(lambda connection: due(connection, now)):
            await self._ledger.write(fire, ids)
