"""The send protocol: intent first, one token for each attempt, and nothing repeated blindly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.loopback.adapter import Certainty
from adapters.loopback.world import Fault, in_turn
from bot.domain.lifecycle import State
from bot.domain.mention import Place
from bot.domain.replies import DeliveryState, NotSent, Outgoing
from bot.domain.reviews import Verdict
from bot.errors import AlreadyDecided
from bot.ledger.operations.delivery import Claim, claim
from bot.ledger.operations.settling import Settlement, settle
from bot.ledger.schema import deliveries
from bot.ledger.store import reading
from bot.pipeline.delivery import Pace
from tests.unit.pipeline.conftest import Assemble
from tests.unit.pipeline.parts import Parts

SECOND = timedelta(seconds=1)


async def test_the_intent_is_on_disk_before_a_byte_leaves(parts: Parts) -> None:
    seen: list[tuple[str, str]] = []

    def look(outgoing: Outgoing) -> None:
        with reading(parts.ledger.path) as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.id == outgoing.delivery_id)).one()
        seen.append((row.state, row.token))

    parts.here.world.faults = look
    await parts.approved()
    await parts.send()

    ((state, token),) = seen
    assert state == DeliveryState.SENDING
    assert token


async def test_a_sent_answer_ends_the_mention_with_the_message_it_became(parts: Parts) -> None:
    place = await parts.approved()
    await parts.send()

    delivery = await parts.delivery(place)
    assert await parts.state(place) is State.ANSWERED
    assert delivery.state == DeliveryState.SENT
    assert delivery.external_id == parts.here.world.journal.said[0].message_id
    assert (await parts.mention(place)).due_at is None


# --- the undo window -------------------------------------------------------------------------------


async def test_nothing_leaves_inside_the_undo_window_and_everything_after_it(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.approve(place)
    parts.pass_time(14 * SECOND)
    await parts.send()
    assert parts.visible(place) == []

    parts.pass_time(SECOND)
    await parts.send()
    assert parts.visible(place) == ["Reply 1 to: A lamp that shines"]


async def test_undoing_inside_the_window_takes_the_reply_back(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.approve(place)
    parts.pass_time(14 * SECOND)
    await parts.decide(place, Verdict.UNDO)
    parts.pass_time(60 * SECOND)
    await parts.send()

    assert parts.visible(place) == []
    assert await parts.state(place) is State.IN_REVIEW
    assert (await parts.delivery(place)).state == DeliveryState.WITHDRAWN


async def test_undoing_after_it_left_is_refused_with_a_sentence(parts: Parts) -> None:
    place = await parts.approved()
    await parts.send()

    with pytest.raises(AlreadyDecided, match="This mention is answered: Camille said “approve” at 09:00 UTC"):
        await parts.decide(place, Verdict.UNDO, "Sacha")


# --- definite failures -----------------------------------------------------------------------------


async def test_what_surely_did_not_go_out_is_tried_again_after_growing_pauses_then_a_person_is_asked(
    assemble: Assemble,
) -> None:
    parts = await assemble(pace=Pace(attempts=4))
    parts.here.world.reachable = False
    place = await parts.approved()
    pauses = []
    for _ in range(3):
        await parts.send()
        delivery = await parts.delivery(place)
        assert (delivery.state, await parts.state(place)) == (DeliveryState.QUEUED, State.APPROVED)
        pauses.append(delivery.not_before - parts.clock.now())
        parts.pass_time(pauses[-1])
    await parts.send()

    assert pauses == [SECOND, 2 * SECOND, 4 * SECOND]
    assert await parts.state(place) is State.ESCALATED
    assert (await parts.escalation(place)).reason == "gave_up:the platform cannot be reached"


async def test_the_platforms_own_pause_is_kept(parts: Parts) -> None:
    parts.here.world.retry_after = timedelta(seconds=90)
    parts.here.world.faults = in_turn(Fault.REFUSED)
    place = await parts.approved()
    await parts.send()
    parts.pass_time(89 * SECOND)
    await parts.send()
    assert parts.visible(place) == []

    parts.pass_time(SECOND)
    await parts.send()
    assert await parts.state(place) is State.ANSWERED


async def test_a_rejected_reply_is_shown_to_a_person_with_the_reason_and_never_repeated(parts: Parts) -> None:
    parts.here.world.faults = in_turn(Fault.REJECTED)
    place = await parts.approved()
    await parts.send()
    parts.pass_time(timedelta(minutes=30))
    await parts.send()

    assert parts.visible(place) == []
    assert await parts.state(place) is State.ESCALATED
    assert (await parts.escalation(place)).reason == "the bot may not write here"
    assert (await parts.delivery(place)).state == DeliveryState.REJECTED


# --- unknown fates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DROPPED])
async def test_an_idempotent_platform_is_asked_again_with_the_same_key(parts: Parts, fault: Fault) -> None:
    parts.here.world.faults = in_turn(fault)
    place = await parts.approved()
    await parts.send()
    assert (await parts.delivery(place)).state == DeliveryState.UNKNOWN
    parts.pass_time(SECOND)
    await parts.send()

    assert len(parts.visible(place)) == 1
    assert {said.delivery_id for said in parts.here.world.journal.said} == {(await parts.delivery(place)).id}
    assert await parts.state(place) is State.ANSWERED


@pytest.mark.parametrize("second", [Fault.REFUSED, Fault.REJECTED])
async def test_a_repeat_that_fails_says_nothing_about_the_first_attempt(parts: Parts, second: Fault) -> None:
    """The first may be there: as long as nobody knows, no other words may take its place."""
    parts.here.world.faults = in_turn(Fault.LOST, second)
    place = await parts.approved()
    await parts.send()
    parts.pass_time(SECOND)
    await parts.send()
    assert (await parts.delivery(place)).state == DeliveryState.UNKNOWN

    await parts.edit(place, "A lamp that flickers!!")
    parts.pass_time(timedelta(minutes=1))
    await parts.send()
    assert len(parts.visible(place)) == 1
    assert await parts.state(place) is State.ESCALATED
    assert (await parts.escalation(place)).reason == "fate_unknown"


async def test_a_platform_that_can_be_asked_is_asked_and_the_reply_found(assemble: Assemble) -> None:
    parts = await assemble(certainty=Certainty.LOOK_UP)
    parts.here.world.faults = in_turn(Fault.LOST)
    place = await parts.approved()
    await parts.send()
    parts.pass_time(SECOND)
    await parts.send()

    assert len(parts.here.world.journal.said) == 1
    assert await parts.state(place) is State.ANSWERED


async def test_a_reply_that_is_surely_absent_is_sent_again(assemble: Assemble) -> None:
    parts = await assemble(certainty=Certainty.LOOK_UP)
    parts.here.world.faults = in_turn(Fault.DROPPED)
    place = await parts.approved()
    for _ in range(4):
        await parts.send()
        parts.pass_time(2 * SECOND)

    assert len(parts.here.world.journal.said) == 1
    assert await parts.state(place) is State.ANSWERED


async def test_a_platform_that_cannot_be_asked_now_is_asked_until_it_can(assemble: Assemble) -> None:
    parts = await assemble(certainty=Certainty.LOOK_UP)
    parts.here.world.faults = in_turn(Fault.LOST)
    place = await parts.approved()
    await parts.send()
    parts.here.world.reachable = False
    parts.pass_time(SECOND)
    await parts.send()
    assert (await parts.delivery(place)).state == DeliveryState.UNKNOWN

    parts.here.world.reachable = True
    parts.pass_time(10 * SECOND)
    await parts.send()
    assert await parts.state(place) is State.ANSWERED
    assert len(parts.here.world.journal.said) == 1


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DROPPED])
async def test_where_nobody_can_know_a_person_is_asked_and_nothing_is_repeated(
    assemble: Assemble, fault: Fault
) -> None:
    parts = await assemble(certainty=Certainty.HOLD)
    parts.here.world.faults = in_turn(fault)
    place = await parts.approved()
    for _ in range(5):
        await parts.send()
        parts.pass_time(timedelta(minutes=10))

    assert len(parts.here.world.journal.said) == (1 if fault is Fault.LOST else 0)
    assert await parts.state(place) is State.ESCALATED
    assert (await parts.escalation(place)).reason == "fate_unknown"


async def test_a_person_says_that_it_went_out(assemble: Assemble) -> None:
    parts = await assemble(certainty=Certainty.HOLD)
    place = await _held(parts, Fault.LOST)

    assert await parts.decide(place, Verdict.WENT_OUT) is State.ANSWERED
    assert (await parts.delivery(place)).state == DeliveryState.SENT
    assert (await parts.escalation(place)).closed_at is not None


async def test_a_person_says_that_it_did_not_go_out_and_it_can_be_answered_anew(assemble: Assemble) -> None:
    parts = await assemble(certainty=Certainty.HOLD)
    place = await _held(parts, Fault.DROPPED)

    assert await parts.decide(place, Verdict.DID_NOT_GO_OUT) is State.IN_REVIEW
    await parts.approve(place)
    parts.pass_time(15 * SECOND)
    await parts.send()
    assert await parts.state(place) is State.ANSWERED
    assert len(parts.visible(place)) == 1


async def test_while_its_fate_is_unknown_no_other_answer_can_be_approved(assemble: Assemble) -> None:
    parts = await assemble(certainty=Certainty.HOLD)
    place = await _held(parts, Fault.LOST)
    await parts.decide(place, Verdict.RETURN)

    with pytest.raises(AlreadyDecided, match="may have gone out already"):
        await parts.approve(place)


async def _held(parts: Parts, fault: Fault) -> Place:
    parts.here.world.faults = in_turn(fault)
    place = await parts.approved()
    await parts.send()
    parts.pass_time(SECOND)
    await parts.send()
    return place


# --- the guard -------------------------------------------------------------------------------------


async def test_an_approval_does_not_count_once_the_author_wrote_again(parts: Parts) -> None:
    place = await parts.approved()
    await parts.say("And one more thing", "nadia")
    await parts.send()

    assert parts.visible(place) == []
    assert await parts.state(place) is State.IN_REVIEW
    assert (await parts.history(place))[-1].reason == "conversation_moved"


async def test_other_peoples_posts_void_nothing(parts: Parts) -> None:
    place = await parts.approved()
    await parts.say("Me too", "oscar", reply_to=place.message_id)
    await parts.send()

    assert await parts.state(place) is State.ANSWERED


async def test_what_moved_while_its_fate_was_unknown_is_not_repeated(parts: Parts) -> None:
    """A repeat could be the first time that it is read, and it answers words that are gone."""
    parts.here.world.faults = in_turn(Fault.DROPPED)
    place = await parts.approved()
    await parts.send()
    await parts.edit(place, "A lamp that burnt my hand!!")
    parts.pass_time(SECOND)
    await parts.send()

    assert parts.visible(place) == []
    assert (await parts.escalation(place)).reason == "fate_unknown"


async def test_nobody_answers_a_comment_that_was_deleted_while_its_answer_was_being_tried(
    parts: Parts,
) -> None:
    place = await parts.approved()
    ((attempt,),) = await parts.ledger.write(claim, [_asked(parts)])
    await parts.delete(place)
    refused = Settlement(attempt.outgoing.delivery_id, attempt.token, NotSent("busy"), 5, SECOND)
    await parts.ledger.write_one(settle, refused)
    parts.pass_time(SECOND)
    await parts.send()

    assert parts.visible(place) == []
    assert await parts.state(place) is State.DISMISSED
    assert (await parts.history(place))[-1].reason == "deleted_by_author"


def _asked(parts: Parts) -> Claim:
    return Claim(parts.here.id, 10, timedelta(seconds=60), 4000)
