"""The running program: started in order, supervised, drained in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from bot.bus.memory import MemoryBus
from bot.clock import Clock
from bot.ledger.operations.relay import left_to_machines, oldest_unpublished
from bot.ledger.store import Ledger
from bot.pipeline.deadlines import Deadlines
from bot.pipeline.delivery import Sender
from bot.pipeline.relay import Relay
from bot.ports import Adapter, Intake
from bot.supervision import Standing, Supervisor

log = structlog.get_logger(__name__)

PULSE_S = 1.0
HANDLE_S = 4.0  # these two together stay below the ten seconds that process managers allow
SETTLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Account:
    """One bot identity on one platform, with what serves it."""

    name: str
    id: str
    kind: str
    adapter: Adapter
    intake: Intake
    sender: Sender


class Service:
    """Everything that runs. One account that fails is down by itself; the others go on."""

    def __init__(
        self,
        ledger: Ledger,
        bus: MemoryBus,
        relay: Relay,
        deadlines: Deadlines,
        accounts: Sequence[Account],
        clock: Clock,
    ) -> None:
        self.ledger = ledger
        self.accounts = accounts
        self.supervisor = Supervisor(clock)
        self._bus = bus
        self._relay = relay
        self._deadlines = deadlines
        self._clock = clock
        self._committed = asyncio.Event()
        ledger.when_committed(lambda _: self._committed.set())

    async def start(self, *, receive: bool = True) -> None:
        """Recover what a dead process left behind, then start every part; ``receive``: the adapters too."""
        for account in self.accounts:
            await account.sender.recover()
        await self._relay.sweep(self._clock.now())
        core: dict[str, Callable[[], Awaitable[None]]] = {
            "bus": self._bus.run,
            "relay": self._relay.run,
            "deadlines": self._deadlines.run,
            "pulse": self._pulse,
        }
        core |= {f"sender {account.name}": account.sender.run for account in self.accounts}
        for name, part in core.items():
            self.supervisor.start(name, part)
        if receive:
            for account in self.accounts:
                self.supervisor.start(_receiving(account), partial(account.adapter.run, account.intake))

    async def stop(self) -> None:
        """Nothing more comes in; what came in is handled; what is being sent is settled; then all closes.

        What cannot be done in time is left to the next start, which loses nothing.
        """
        running = set(self.supervisor.conditions)
        receiving = {_receiving(account) for account in self.accounts} & running
        await self.supervisor.end(receiving)
        if running:
            await self._drain()
        await self.supervisor.end(running - receiving)
        for account in self.accounts:
            await account.adapter.close()
        await self.ledger.close()

    async def _drain(self) -> None:
        await _at_most(HANDLE_S, self._bus.join())
        await _at_most(SETTLE_S, *(account.sender.drain() for account in self.accounts))

    async def quiet(self) -> None:
        """Wait until a machine can do nothing now: what is open waits for people, or for its time."""
        while True:
            self._committed.clear()
            await self._bus.join()
            if not await self.ledger.read(lambda connection: left_to_machines(connection, self._clock.now())):
                return
            for account in self.accounts:
                account.sender.ring()
            await self._committed.wait()

    async def received_all(self) -> None:
        """Wait until every adapter has finished by itself (a script that was played to its end)."""
        await self.supervisor.finished({_receiving(account) for account in self.accounts})

    async def ready(self) -> dict[str, object]:
        """What /readyz says: every part, and how long the oldest event has waited to be rung."""
        oldest = await self.ledger.read(oldest_unpublished)
        waited = (self._clock.now() - oldest).total_seconds() if oldest else 0.0
        parts = {
            name: {
                "standing": condition.standing,
                "since": condition.since.isoformat(),
                "problem": condition.problem,
            }
            for name, condition in self.supervisor.conditions.items()
        }
        down = any(condition.standing is Standing.DOWN for condition in self.supervisor.conditions.values())
        return {"ok": not down, "oldest_unpublished_event_s": round(waited, 3), "parts": parts}

    async def _pulse(self) -> None:
        """Senders look again every second: an undo window ended, a pause was over."""
        while True:
            for account in self.accounts:
                account.sender.ring()
            await self._clock.sleep(PULSE_S)


def _receiving(account: Account) -> str:
    return f"account {account.name}"


async def _at_most(seconds: float, *work: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*work)
    except TimeoutError:
        log.warning("drain_timed_out", seconds=seconds)
