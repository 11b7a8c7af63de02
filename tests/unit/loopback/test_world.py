"""The world is the judge: it remembers what arrived, does wrong when told to, and outlives the bot."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.loopback.journal import Journal, Said, read
from adapters.loopback.world import Fault, ForbiddenError, RateLimitError, Room, World, in_turn
from bot.clock import ManualClock
from bot.domain.mention import Author, Deletion, Edit, Place, Post
from bot.domain.replies import DeliveryKind, Outgoing
from tests.unit.loopback.conftest import settle

HERE = Place("salon", "s1")
NADIA = Author("nadia", "Nadia")


def merci(delivery_id: str = "d1", *, to: Place = HERE, kind: DeliveryKind = DeliveryKind.ANSWER) -> Outgoing:
    return Outgoing(delivery_id, to, "Merci « Nadia » {{ x }} \ud83d", kind)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_what_arrived_is_in_the_file_before_the_answer(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "deep" / "journal.jsonl"
    world = World(clock, journal=Journal(path))
    message_id = await world.post(merci())
    assert read(path) == [
        Said("d1", DeliveryKind.ANSWER, HERE, "Merci « Nadia » {{ x }} \ud83d", message_id, clock.now())
    ]
    world.journal.close()


async def test_the_platform_remembers_what_a_dead_bot_said(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "journal.jsonl"
    before = World(clock, journal=Journal(path), idempotent=True)
    first = await before.post(merci())
    before.journal.close()
    after = World(clock, journal=Journal(path), idempotent=True)
    assert await after.post(merci()) == first
    assert after.find("d1") == first
    after.journal.close()


async def test_a_torn_last_line_never_arrived(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "journal.jsonl"
    world = World(clock, journal=Journal(path))
    await world.post(merci("d1"))
    await world.post(merci("d2"))
    world.journal.close()
    path.write_bytes(path.read_bytes()[:-9])
    again = World(clock, journal=Journal(path))
    await again.post(merci("d3"))
    again.journal.close()
    assert [said.delivery_id for said in read(path)] == ["d1", "d3"]


async def test_an_idempotent_platform_says_a_repeat_once(clock: ManualClock) -> None:
    world, heard = World(clock, idempotent=True), list[Said]()
    world.on_said(heard.append)
    assert await world.post(merci()) == await world.post(merci())
    assert len(world.journal.said) == 2
    assert len(heard) == 1
    assert world.journal.answered_twice() == []


async def test_a_platform_without_keys_says_a_repeat_twice_and_the_judge_sees_it(clock: ManualClock) -> None:
    world, heard = World(clock), list[Said]()
    world.on_said(heard.append)
    await world.post(merci())
    await world.post(merci())
    assert len(heard) == 2
    assert world.journal.answered_twice() == [HERE]


async def test_an_acknowledgement_beside_an_answer_is_not_answering_twice(clock: ManualClock) -> None:
    world = World(clock)
    await world.post(merci("d1", kind=DeliveryKind.ACKNOWLEDGEMENT))
    await world.post(merci("d2"))
    await world.post(merci("d3", to=Place("salon", "s2")))
    assert world.journal.answered_twice() == []


@pytest.mark.parametrize(
    ("fault", "raised", "arrived"),
    [
        (Fault.LOST, ConnectionResetError, 1),
        (Fault.DROPPED, ConnectionResetError, 0),
        (Fault.REFUSED, RateLimitError, 0),
        (Fault.REJECTED, ForbiddenError, 0),
    ],
)
async def test_each_fault_does_its_wrong_once(
    clock: ManualClock, fault: Fault, raised: type[Exception], arrived: int
) -> None:
    world = World(clock)
    world.faults = in_turn(None, fault)
    await world.post(merci("d1"))
    with pytest.raises(raised):
        await world.post(merci("d2"))
    await world.post(merci("d3"))
    assert len(world.journal.said) == 2 + arrived


async def test_a_fault_can_be_chosen_by_what_is_sent(clock: ManualClock) -> None:
    world = World(clock)
    world.faults = lambda outgoing: Fault.REJECTED if outgoing.kind is DeliveryKind.CLOSING else None
    await world.post(merci())
    with pytest.raises(ForbiddenError):
        await world.post(merci("d2", kind=DeliveryKind.CLOSING))


async def test_a_slow_platform_says_it_at_once_and_answers_late(clock: ManualClock) -> None:
    world = World(clock)
    world.faults = in_turn(Fault.SLOW)
    sending = asyncio.create_task(world.post(merci()))
    await settle()
    assert len(world.journal.said) == 1
    assert not sending.done()
    clock.advance(world.slowness)
    assert await sending == world.journal.said[0].message_id


async def test_without_the_cable_nothing_arrives_and_nothing_can_be_asked(clock: ManualClock) -> None:
    world = World(clock)
    world.reachable = False
    with pytest.raises(ConnectionRefusedError):
        await world.post(merci())
    with pytest.raises(ConnectionRefusedError):
        world.find("d1")
    assert world.journal.said == []


async def test_what_people_do_waits_until_it_is_acknowledged(clock: ManualClock) -> None:
    world = World(clock, rooms=[Room("aide", "#aide", threaded=True)])
    place = world.say("aide", NADIA, "Ça clignote ?")
    clock.advance(timedelta(seconds=5))
    world.edit(place, "Ça ne clignote plus")
    world.delete(place)
    seen = await world.updates(2)
    assert await world.updates(2) == seen
    post, edit = seen
    assert isinstance(post, Post)
    assert (post.space_name, post.place.thread) == ("#aide", post.place.message_id)
    assert edit == Edit(place, "Ça ne clignote plus", clock.now())
    world.acknowledge(2)
    assert await world.updates(2) == [Deletion(place, clock.now())]


async def test_two_posts_never_share_an_id_even_across_restarts(clock: ManualClock) -> None:
    ids = {World(clock).say("salon", NADIA, "encore").message_id for _ in range(100)}
    assert len(ids) == 100
