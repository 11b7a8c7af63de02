"""Order, independence, leases and crashes: what the send protocol promises when things go wrong around it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.loopback.adapter import Certainty
from adapters.loopback.world import Fault, in_turn
from bot.domain.lifecycle import State
from bot.domain.mention import Place
from bot.domain.replies import DeliveryState, Rejected, Sent
from bot.errors import LedgerUnwritable
from bot.ledger.operations.delivery import Claim, claim
from bot.ledger.operations.settling import Settlement, settle
from bot.pipeline.delivery import Pace
from tests.unit.pipeline.conftest import Assemble
from tests.unit.pipeline.parts import Parts, disk_full_at

SECOND = timedelta(seconds=1)


# --- order and independence ------------------------------------------------------------------------


async def test_answers_of_one_conversation_leave_in_the_order_of_approval(parts: Parts) -> None:
    first = await parts.say("One")
    second = await parts.say("Two")
    await parts.approve(second)
    parts.pass_time(SECOND)
    await parts.approve(first)
    parts.here.world.faults = in_turn(Fault.REFUSED)
    parts.pass_time(20 * SECOND)
    await parts.send()
    assert parts.here.world.journal.said == []

    parts.pass_time(timedelta(minutes=1))
    await parts.send()
    assert [said.place for said in parts.here.world.journal.said] == [second, first]


async def test_an_answer_of_unknown_fate_keeps_its_place_in_the_order(parts: Parts) -> None:
    first, second = await parts.say("One"), await parts.say("Two")
    await parts.approve(first)
    await parts.approve(second)
    parts.here.world.faults = in_turn(Fault.DROPPED)
    parts.pass_time(15 * SECOND)
    await parts.send()
    parts.pass_time(SECOND)
    await parts.send()

    assert [said.place for said in parts.here.world.journal.said] == [first, second]


async def test_an_answer_that_is_held_lets_the_later_ones_pass(assemble: Assemble) -> None:
    parts = await assemble(certainty=Certainty.HOLD)
    first, second = await parts.say("One"), await parts.say("Two")
    await parts.approve(first)
    await parts.approve(second)
    parts.here.world.faults = in_turn(Fault.DROPPED)
    parts.pass_time(15 * SECOND)
    await parts.send()
    parts.pass_time(SECOND)
    await parts.send()

    assert [said.place for said in parts.here.world.journal.said] == [second]


async def test_a_send_that_hangs_holds_up_no_other_conversation(parts: Parts) -> None:
    parts.here.world.faults = in_turn(Fault.SLOW)
    hanging = await parts.approved("One", "nadia")
    other = await parts.approved("Two", "oscar")
    async with parts.sending():
        await parts.until(lambda: _stands(parts, other, State.ANSWERED))
        assert await parts.state(hanging) is State.DELIVERING


async def test_when_one_platform_is_down_the_other_goes_on(assemble: Assemble) -> None:
    parts = await assemble(accounts=("here", "there"))
    parts.platforms["here"].world.reachable = False
    down = await parts.approved("One", account="here")
    up = await parts.approved("Two", account="there")
    async with parts.sending("here"), parts.sending("there"):
        await parts.until(lambda: _stands(parts, up, State.ANSWERED))
        await parts.until(lambda: _stands(parts, down, State.APPROVED))

    assert len(parts.visible(up, "there")) == 1


# --- tokens, leases, crashes -----------------------------------------------------------------------


async def test_only_the_token_of_the_present_attempt_settles_anything(parts: Parts) -> None:
    place = await parts.approved()
    asked = _asked(parts)
    ((old,),) = await parts.ledger.write(claim, [asked])
    parts.pass_time(61 * SECOND)
    ((new,),) = await parts.ledger.write(claim, [asked])
    late = Settlement(old.outgoing.delivery_id, old.token, Rejected("too late"), 5, SECOND)
    await parts.ledger.write_one(settle, late)
    assert (await parts.delivery(place)).state == DeliveryState.SENDING
    assert await parts.state(place) is State.DELIVERING

    present = Settlement(new.outgoing.delivery_id, new.token, Sent("m1"), 5, SECOND)
    await parts.ledger.write_one(settle, present)
    await parts.ledger.write_one(settle, late)
    assert await parts.state(place) is State.ANSWERED
    assert not new.fresh


async def test_while_the_lease_lasts_nobody_else_takes_the_delivery(parts: Parts) -> None:
    await parts.approved()
    asked = _asked(parts)
    await parts.ledger.write(claim, [asked])
    parts.pass_time(59 * SECOND)

    assert await parts.ledger.write(claim, [asked]) == [[]]


async def test_a_sender_cut_off_in_the_middle_is_taken_over_after_its_lease(parts: Parts) -> None:
    place = await parts.approved()
    parts.here.world.faults = in_turn(Fault.SLOW)
    said = parts.next_said()
    async with parts.sending():
        await said.wait()
    parts.pass_time(61 * SECOND)
    await parts.send()

    assert await parts.state(place) is State.ANSWERED
    assert len(parts.visible(place)) == 1


async def test_a_full_disk_stops_the_sender_and_the_next_start_finishes_its_work(parts: Parts) -> None:
    place = await parts.approved()
    parts.trouble = disk_full_at("settling.settle")
    parts.here.sender.ring()
    with pytest.raises(ExceptionGroup) as failure:
        await parts.here.sender.run()
    assert failure.group_contains(LedgerUnwritable)

    parts.trouble = None
    parts.pass_time(61 * SECOND)
    await parts.send()
    assert await parts.state(place) is State.ANSWERED
    assert len(parts.visible(place)) == 1


@pytest.mark.parametrize("certainty", Certainty)
async def test_what_a_dead_process_was_sending_is_resolved_after_a_long_downtime_too(
    assemble: Assemble, certainty: Certainty
) -> None:
    parts = await assemble(certainty=certainty)
    place = await parts.approved()
    parts.here.world.faults = in_turn(Fault.SLOW)
    said = parts.next_said()
    async with parts.sending():
        await said.wait()
    await parts.close()
    parts.pass_time(timedelta(minutes=9))
    await parts.open()
    await parts.here.sender.recover()
    await parts.deadlines.tick()
    await parts.send()

    expected = State.ESCALATED if certainty is Certainty.HOLD else State.ANSWERED
    assert await parts.state(place) is expected
    assert len(parts.visible(place)) == 1


async def test_draining_finishes_what_is_being_sent_and_starts_nothing_new(assemble: Assemble) -> None:
    parts = await assemble(pace=Pace(at_once=1))
    first, second = await parts.approved("One", "nadia"), await parts.approved("Two", "oscar")
    parts.here.world.faults = in_turn(Fault.SLOW)
    said = parts.next_said()
    async with parts.sending() as sender:
        await said.wait()
        draining = asyncio.create_task(sender.drain())
        await asyncio.sleep(0)
        parts.pass_time(timedelta(seconds=60))
        await draining
        await sender.idle.wait()

    assert await parts.state(first) is State.ANSWERED
    assert await parts.state(second) is State.APPROVED


def _asked(parts: Parts) -> Claim:
    return Claim(parts.here.id, 10, timedelta(seconds=60), 4000)


async def _stands(parts: Parts, place: Place, state: State) -> bool:
    return await parts.state(place) is state
