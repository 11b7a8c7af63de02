"""Nothing waits for ever: what is due is shown to the next person, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.loopback.world import Fault, in_turn
from bot.domain.lifecycle import State
from bot.domain.reviews import Verdict
from bot.domain.sla import Patience
from tests.unit.pipeline.parts import UNDO, Parts
from tests.unit.pipeline.test_review import reach

MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("state", "after", "reason"),
    [
        (State.RECEIVED, Patience().machine, "not_read_in_time"),
        (State.TRIAGED, Patience().machine, "not_drafted_in_time"),
        (State.IN_REVIEW, Patience().review, "not_decided_in_time"),
        (State.APPROVED, Patience().machine + UNDO, "not_sent_in_time"),
        (State.ESCALATED, Patience().escalation, "not_claimed_in_time"),
        (State.ASSIGNED, Patience().assignment, "silent_too_long"),
    ],
)
async def test_each_open_state_fires_once_and_somebody_is_called(
    parts: Parts, state: State, after: timedelta, reason: str
) -> None:
    place = await reach(parts, state)
    parts.pass_time(after - MILLISECOND)
    await parts.deadlines.tick()
    assert await parts.state(place) is state

    parts.pass_time(MILLISECOND)
    await parts.deadlines.tick()
    await parts.deadlines.tick()
    fired = [row for row in await parts.history(place) if row.reason == reason]
    assert await parts.state(place) is State.ESCALATED
    assert [(row.kind, row.actor_kind) for row in fired] == [("mention_escalated", "clock")]
    assert (await parts.mention(place)).due_at == parts.clock.now() + Patience().escalation


async def test_an_escalation_that_nobody_claims_climbs_and_climbs(parts: Parts) -> None:
    place = await reach(parts, State.ESCALATED)
    for level in (2, 3, 4):
        parts.pass_time(Patience().escalation)
        await parts.deadlines.tick()
        assert (await parts.escalation(place)).level == level


async def test_whoever_claimed_and_fell_silent_is_relieved(parts: Parts) -> None:
    place = await reach(parts, State.ASSIGNED)
    parts.pass_time(Patience().assignment)
    await parts.deadlines.tick()

    climbed = await parts.escalation(place)
    assert (climbed.level, climbed.claimed_by, climbed.claimed_at) == (2, None, None)
    assert await parts.decide(place, Verdict.CLAIM, "Sacha") is State.ASSIGNED


async def test_a_reply_that_could_not_leave_in_time_does_not_leave_late(parts: Parts) -> None:
    place = await reach(parts, State.APPROVED)
    parts.pass_time(timedelta(hours=1))
    await parts.deadlines.tick()
    await parts.send()

    assert parts.visible(place) == []
    assert await parts.state(place) is State.ESCALATED


async def test_an_attempt_under_way_is_left_to_finish(parts: Parts) -> None:
    place = await reach(parts, State.DELIVERING)
    parts.pass_time(Patience().machine)
    await parts.deadlines.tick()

    assert await parts.state(place) is State.DELIVERING
    assert (await parts.mention(place)).due_at == parts.clock.now() + Patience().machine


async def test_an_unknown_fate_that_stays_unknown_is_shown_to_a_person(parts: Parts) -> None:
    parts.here.world.faults = in_turn(Fault.LOST)
    place = await parts.approved()
    await parts.send()
    parts.pass_time(Patience().machine)
    await parts.deadlines.tick()

    assert (await parts.escalation(place)).reason == "fate_unknown"
    assert await parts.decide(place, Verdict.WENT_OUT) is State.ANSWERED


async def test_after_downtime_everything_overdue_fires_the_earliest_first(parts: Parts) -> None:
    places = []
    for text in ("One", "Two", "Three"):
        places.append(await parts.say(text, by=text))
        parts.pass_time(timedelta(minutes=1))
    places.sort(key=lambda place: place.message_id, reverse=True)  # as good an order as any
    await parts.close()
    parts.pass_time(timedelta(days=2))
    await parts.open()
    await parts.deadlines.tick()

    fired = [(await parts.history(place))[-1] for place in places]
    assert {row.kind for row in fired} == {"mention_escalated"}
    said_at = [(await parts.mention(place)).sent_at for place in places]
    by_seq = sorted(zip((row.seq for row in fired), said_at, strict=True))
    assert [at for _, at in by_seq] == sorted(said_at)


async def test_a_snooze_ends_and_the_card_comes_back_with_its_full_time(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.decide(place, Verdict.SNOOZE, until=timedelta(days=1))
    parts.pass_time(timedelta(hours=23))
    await parts.deadlines.tick()
    assert (await parts.happened(place))[-1] == "review_snoozed"

    parts.pass_time(timedelta(hours=1))
    await parts.deadlines.tick()
    back = await parts.mention(place)
    assert (await parts.happened(place))[-1] == "snooze_ended"
    assert (back.snoozed_until, back.due_at) == (None, parts.clock.now() + Patience().review)


async def test_a_snooze_that_was_overtaken_wakes_nobody(parts: Parts) -> None:
    """Decided meanwhile, then taken back: the review has its own deadline, and nothing to wake from."""
    place = await parts.say("A lamp that shines")
    await parts.decide(place, Verdict.SNOOZE, until=timedelta(days=1))
    await parts.approve(place)
    await parts.decide(place, Verdict.UNDO)
    assert (await parts.mention(place)).snoozed_until is None

    parts.pass_time(Patience().review)
    await parts.deadlines.tick()
    assert await parts.state(place) is State.ESCALATED


async def test_an_edit_of_a_snoozed_comment_brings_it_back(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.decide(place, Verdict.SNOOZE, until=timedelta(days=7))
    await parts.edit(place, "A lamp that burns!!")

    row = await parts.mention(place)
    assert (row.snoozed_until, row.due_at) == (None, parts.clock.now() + Patience().review)
