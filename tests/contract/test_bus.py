"""What every bus promises: each conversation rings in order, whatever becomes of what it rings for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.bus.memory import LANE_CAPACITY, MemoryBus
from bot.domain.events import Envelope, EventKind
from bot.ports import Bus

PATIENCE_S = 20.0
RECEIVED, TRIAGED = EventKind.MENTION_RECEIVED, EventKind.MENTION_TRIAGED

OnPoison = Callable[[str, Envelope, Exception], Awaitable[None]]
BUSES: dict[str, Callable[[OnPoison], Bus]] = {"memory": MemoryBus}


class Harm:
    """What was reported as poison; while ``broken``, reporting fails too."""

    def __init__(self) -> None:
        self.reported: list[tuple[str, str]] = []
        self.broken = False

    async def __call__(self, station: str, envelope: Envelope, error: Exception) -> None:
        if self.broken:
            raise OSError("the disk is full")
        self.reported.append((station, envelope.mention_id))


class Station:
    """Remembers what it was rung for; fails on some mentions, waits at a gate for others."""

    def __init__(self, fails_on: Sequence[str] = (), waits_for: Sequence[str] = ()) -> None:
        self.heard: list[str] = []
        self.tried: list[tuple[str, ...]] = []
        self.gate = asyncio.Event()
        self._fails_on = set(fails_on)
        self._waits_for = set(waits_for)

    async def __call__(self, envelopes: Sequence[Envelope]) -> None:
        ids = tuple(envelope.mention_id for envelope in envelopes)
        self.tried.append(ids)
        if self._waits_for & set(ids):
            await self.gate.wait()
        if self._fails_on & set(ids):
            raise ValueError("this one cannot be handled")
        self.heard += ids


@pytest.fixture
def harm() -> Harm:
    return Harm()


@pytest.fixture(params=BUSES)
def bus(request: pytest.FixtureRequest, harm: Harm) -> Bus:
    return BUSES[request.param](harm)


@asynccontextmanager
async def carrying(bus: Bus) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(bus.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def joined(bus: Bus) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await bus.join()


def bell(number: int, conversation: str = "c", kind: EventKind = RECEIVED, mention: str = "") -> Envelope:
    return Envelope(number, kind, mention or f"m{number}", conversation)


async def test_one_conversation_rings_in_order(bus: Bus) -> None:
    station = Station()
    bus.subscribe("s", [RECEIVED], station)
    async with carrying(bus):
        for number in range(1_000):
            bus.publish([bell(number), bell(10_000 + number, f"other {number}")])
            if number % 100 == 0:
                await asyncio.sleep(0)
        await joined(bus)

    ours = [mention for mention in station.heard if int(mention[1:]) < 10_000]
    assert ours == [f"m{number}" for number in range(1_000)]
    assert len(station.heard) == 2_000


async def test_a_station_hears_only_what_it_asked_for(bus: Bus) -> None:
    reading, writing = Station(), Station()
    bus.subscribe("reading", [RECEIVED], reading)
    bus.subscribe("writing", [TRIAGED], writing)
    async with carrying(bus):
        bus.publish([bell(1), bell(2, kind=TRIAGED), bell(3, kind=EventKind.REPLY_SENT)])
        await joined(bus)

    assert (reading.heard, writing.heard) == (["m1"], ["m2"])


async def test_a_batch_that_fails_is_tried_one_by_one_and_the_poison_is_reported_once(
    bus: Bus, harm: Harm
) -> None:
    station = Station(fails_on=["m3"])
    bus.subscribe("s", [RECEIVED], station)
    bus.publish([bell(number) for number in range(6)])
    async with carrying(bus):
        await joined(bus)

    assert station.heard == ["m0", "m1", "m2", "m4", "m5"]
    assert station.tried.count(("m3",)) == 1
    assert harm.reported == [("s", "m3")]


async def test_what_one_station_cannot_handle_stops_no_other(bus: Bus, harm: Harm) -> None:
    sick, well = Station(fails_on=["m0", "m1"]), Station()
    bus.subscribe("sick", [RECEIVED], sick)
    bus.subscribe("well", [RECEIVED], well)
    async with carrying(bus):
        bus.publish([bell(0), bell(1), bell(2)])
        await joined(bus)

    assert well.heard == ["m0", "m1", "m2"]
    assert sick.heard == ["m2"]
    assert sorted(harm.reported) == [("sick", "m0"), ("sick", "m1")]


async def test_the_same_bell_again_does_no_harm(bus: Bus) -> None:
    station = Station()
    bus.subscribe("s", [RECEIVED], station)
    async with carrying(bus):
        for _ in range(3):
            bus.publish([bell(1), bell(2), bell(1)])
            await joined(bus)

    assert set(station.heard) == {"m1", "m2"}
    assert station.heard.index("m1") < station.heard.index("m2")


async def test_bells_before_anybody_carries_are_carried_later(bus: Bus) -> None:
    station = Station()
    bus.subscribe("s", [RECEIVED], station)
    bus.publish([bell(1)])
    assert station.heard == []
    async with carrying(bus):
        await joined(bus)

    assert station.heard == ["m1"]


async def test_a_full_lane_drops_and_never_holds_up_whoever_rings(bus: Bus) -> None:
    """The ledger's sweep rings again for what was dropped; intake must not wait for a slow station."""
    station = Station()
    bus.subscribe("s", [RECEIVED], station)
    bus.publish([bell(number) for number in range(LANE_CAPACITY + 5_000)])  # returns: nothing is carrying
    async with carrying(bus):
        await joined(bus)
        bus.publish([bell(99_999)])
        await joined(bus)

    assert 0 < len(station.heard) <= LANE_CAPACITY + 1
    assert station.heard == sorted(station.heard, key=lambda mention: int(mention[1:]))
    assert station.heard[-1] == "m99999"


async def test_join_waits_for_what_handling_rings_in_its_turn(bus: Bus) -> None:
    last = Station()

    async def pass_on(envelopes: Sequence[Envelope]) -> None:
        await asyncio.sleep(0)
        bus.publish([bell(envelope.seq, f"next {envelope.seq}", TRIAGED) for envelope in envelopes])

    bus.subscribe("first", [RECEIVED], pass_on)
    bus.subscribe("last", [TRIAGED], last)
    async with carrying(bus):
        bus.publish([bell(number, f"c{number}") for number in range(20)])
        await joined(bus)

    assert len(last.heard) == 20


async def test_join_waits_while_a_handler_is_busy(bus: Bus) -> None:
    station = Station(waits_for=["m1"])
    bus.subscribe("s", [RECEIVED], station)
    async with carrying(bus):
        bus.publish([bell(1)])
        joining = asyncio.create_task(bus.join())
        for _ in range(10):
            await asyncio.sleep(0)
        assert not joining.done()
        station.gate.set()
        async with asyncio.timeout(PATIENCE_S):
            await joining

    assert station.heard == ["m1"]


async def test_a_conversation_that_is_slow_does_not_hold_up_all_others(bus: Bus) -> None:
    station = Station(waits_for=["m0"])
    bus.subscribe("s", [RECEIVED], station)
    async with carrying(bus):
        bus.publish([bell(0, "slow")])
        await asyncio.sleep(0)
        bus.publish([bell(number, f"c{number}") for number in range(1, 40)])
        for _ in range(20):
            await asyncio.sleep(0)
        heard_meanwhile = list(station.heard)
        station.gate.set()
        await joined(bus)

    assert heard_meanwhile
    assert len(station.heard) == 40


async def test_a_bus_that_broke_down_goes_on_where_it_was_when_it_is_run_again(bus: Bus, harm: Harm) -> None:
    """The disk was full, so that not even the poison could be noted; the supervisor starts it again."""
    station = Station(fails_on=["m1"])
    bus.subscribe("s", [RECEIVED], station)
    harm.broken = True
    async with carrying(bus) as task:
        bus.publish([bell(1)])
        with pytest.raises(ExceptionGroup):
            await task
    harm.broken = False
    bus.publish([bell(2)])
    async with carrying(bus):
        await joined(bus)
        bus.publish([bell(3, "another")])
        await joined(bus)

    assert station.heard == ["m2", "m3"]


async def test_nothing_is_waited_for_after_a_break_down(bus: Bus, harm: Harm) -> None:
    station = Station(fails_on=["m1"])
    bus.subscribe("s", [RECEIVED], station)
    harm.broken = True
    async with carrying(bus) as task:
        bus.publish([bell(1)])
        with pytest.raises(ExceptionGroup):
            await task
    async with carrying(bus):
        await joined(bus)
