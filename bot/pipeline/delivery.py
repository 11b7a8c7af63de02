"""Station 6: the send protocol that all adapters share.

Intent first: a delivery is committed as *sending*, with a token for the attempt and a lease, before
a byte leaves. What came of it is settled by that token only. A delivery whose fate is *unknown* is
resolved as the platform's capabilities allow: repeated with the same key, looked up, or held for a
person. It is never repeated blindly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.domain.replies import (
    NotSent,
    Outcome,
    Resolution,
    Sent,
    Unknown,
    resolution,
)
from bot.ledger.operations.delivery import Claim, Claimed, claim
from bot.ledger.operations.settling import Hold, Settlement, hold, orphan, settle
from bot.ledger.store import Ledger
from bot.ports import Adapter

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of the send protocol. ``lease`` outlasts ``timeout``, so that no attempt outlives its lease."""

    timeout: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(seconds=60)
    attempts: int = 5
    look_up_for: timedelta = timedelta(minutes=10)
    at_once: int = 100


class Sender:
    """Sends what one account has to say. Accounts do not wait for each other."""

    def __init__(self, ledger: Ledger, account_id: str, adapter: Adapter, clock: Clock, pace: Pace) -> None:
        self._ledger = ledger
        self._account_id = account_id
        self._adapter = adapter
        self._clock = clock
        self._pace = pace
        self._rung = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._draining = False
        self.idle = asyncio.Event()

    def ring(self) -> None:
        """There may be something to send."""
        self._rung.set()
        self.idle.clear()

    async def recover(self) -> None:
        """What a dead process left as *sending* is of unknown fate. Called before anything is sent."""
        await self._ledger.write_one(orphan, self._account_id)

    async def run(self) -> None:
        """Send until cancelled; what is being sent then is given up to the next start's recovery."""
        self.ring()
        try:
            async with asyncio.TaskGroup() as sends:
                while True:
                    await self._rung.wait()
                    self._rung.clear()
                    async with self._claiming:
                        await self._start_due(sends)
                    if not self._under_way and not self._rung.is_set():
                        self.idle.set()
        finally:
            self.idle.set()

    async def drain(self) -> None:
        """Start nothing new, and wait until what is being sent has been settled."""
        self._draining = True
        async with self._claiming:
            pass  # what a claim under way has taken is sent too
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _start_due(self, sends: asyncio.TaskGroup) -> None:
        free = self._pace.at_once - len(self._under_way)
        if 2 * free < self._pace.at_once or self._draining:  # a claim costs the same for one as for many
            return
        due = Claim(self._account_id, free, self._pace.lease, self._adapter.capabilities.max_length)
        claimed = await self._ledger.write_one(claim, due)
        for delivery in claimed:
            work = self._send(delivery) if delivery.fresh else self._resolve(delivery)
            task = sends.create_task(work, name=f"send-{delivery.outgoing.delivery_id}")
            self._under_way.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._rung.set()

    async def _send(self, claimed: Claimed) -> None:
        outcome = await self._attempt(self._adapter.send(claimed.outgoing))
        await self._settle(claimed, outcome)

    async def _resolve(self, claimed: Claimed) -> None:
        """Do the one safe thing with a delivery of unknown fate."""
        age = self._clock.now() - claimed.first_attempt_at
        match resolution(self._adapter.capabilities, age, conversation_moved=claimed.moved):
            case Resolution.REPEAT:
                await self._repeat(claimed)
            case Resolution.LOOK_UP if age < self._pace.look_up_for:
                await self._settle(claimed, await self._attempt(self._adapter.look_up(claimed.outgoing)))
            case _:
                await self._ledger.write_one(hold, Hold(claimed.outgoing.delivery_id, claimed.token))

    async def _repeat(self, claimed: Claimed) -> None:
        """Only success tells something: a repeat that fails leaves the fate of the first attempt unknown."""
        outcome = await self._attempt(self._adapter.send(claimed.outgoing))
        pause = _backoff(claimed.attempt)
        if isinstance(outcome, NotSent):
            pause = max(pause, outcome.retry_after or pause)
        if not isinstance(outcome, Sent):
            outcome = Unknown(outcome.reason)
        await self._settle(claimed, outcome, pause)

    async def _attempt(self, attempt: Awaitable[Outcome]) -> Outcome:
        """The outcome, whatever the adapter does: raising or hanging means that nobody knows."""
        try:
            async with asyncio.timeout(self._pace.timeout.total_seconds()):
                return await attempt
        except TimeoutError:
            return Unknown("timeout")
        except Exception as error:  # noqa: BLE001 - after the intent, whatever is raised may hide a sent message
            return Unknown(type(error).__name__)

    async def _settle(self, claimed: Claimed, outcome: Outcome, pause: timedelta | None = None) -> None:
        settlement = Settlement(
            claimed.outgoing.delivery_id,
            claimed.token,
            outcome,
            self._pace.attempts,
            pause or _backoff(claimed.attempt),
        )
        await self._ledger.write_one(settle, settlement)
        if isinstance(outcome, NotSent):
            log.info("delivery_postponed", mention=claimed.mention_id, reason=outcome.reason)


def _backoff(attempt: int) -> timedelta:
    """1, 2, 4 ... seconds, at most a minute."""
    return timedelta(seconds=min(2 ** (attempt - 1), 60))
