"""The in-process bus: each station has lanes, and a conversation always rings in the same lane."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from zlib import crc32

import structlog

from bot.domain.events import Envelope, EventKind
from bot.ports import Handler

LANES = 4
BATCH = 256
LANE_CAPACITY = 10_000

OnPoison = Callable[[str, Envelope, Exception], Awaitable[None]]
log = structlog.get_logger(__name__)


class MemoryBus:
    """Lanes of ids in memory. What is lost in a crash, or dropped when a lane is full, the sweep rings again.

    ``on_poison`` is told of an envelope whose handling failed by itself, after its batch had failed.
    """

    def __init__(self, on_poison: OnPoison) -> None:
        self._on_poison = on_poison
        self._stations: list[_Station] = []

    def subscribe(self, station: str, kinds: Collection[EventKind], handler: Handler) -> None:
        self._stations.append(_Station(station, frozenset(kinds), handler, self._on_poison))

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        for station in self._stations:
            station.offer(envelopes)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as lanes:
            for station in self._stations:
                for lane in station.lanes:
                    lanes.create_task(lane.run(), name=f"bus-{station.name}")

    async def join(self) -> None:
        while not all(lane.idle.is_set() for station in self._stations for lane in station.lanes):
            for station in self._stations:
                for lane in station.lanes:
                    await lane.idle.wait()


class _Station:
    def __init__(self, name: str, kinds: frozenset[EventKind], handler: Handler, on_poison: OnPoison) -> None:
        self.name = name
        self._kinds = kinds
        self.lanes = [_Lane(name, handler, on_poison) for _ in range(LANES)]

    def offer(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            if envelope.kind in self._kinds:
                self.lanes[crc32(envelope.conversation_id.encode()) % LANES].offer(envelope)


class _Lane:
    """Envelopes in order, each (kind, mention) once while it waits; one worker."""

    def __init__(self, station: str, handler: Handler, on_poison: OnPoison) -> None:
        self._station = station
        self._handler = handler
        self._on_poison = on_poison
        self._waiting: dict[tuple[EventKind, str], Envelope] = {}
        self._rung = asyncio.Event()
        self.idle = asyncio.Event()
        self.idle.set()

    def offer(self, envelope: Envelope) -> None:
        if len(self._waiting) >= LANE_CAPACITY:
            return
        self._waiting.setdefault((envelope.kind, envelope.mention_id), envelope)
        self._rung.set()
        self.idle.clear()

    async def run(self) -> None:
        """Starts with what waits already: it may have broken down before, with bells in hand."""
        while True:
            self._rung.clear()
            while self._waiting:
                await self._handle(self._take())
            self.idle.set()
            await self._rung.wait()

    def _take(self) -> list[Envelope]:
        keys = [key for key, _ in zip(self._waiting, range(BATCH), strict=False)]
        return [self._waiting.pop(key) for key in keys]

    async def _handle(self, batch: Sequence[Envelope]) -> None:
        """Handle together; if that fails, one by one, so that one bad mention stops no other."""
        try:
            await self._handler(batch)
        except Exception as error:  # noqa: BLE001 - a station must outlive whatever one mention does to it
            if len(batch) > 1:
                for envelope in batch:
                    await self._handle([envelope])
            else:
                log.error(
                    "station_failed", station=self._station, mention=batch[0].mention_id, error=repr(error)
                )
                await self._on_poison(self._station, batch[0], error)
