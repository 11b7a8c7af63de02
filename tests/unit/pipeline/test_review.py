"""People decide: for what was shown, once, and everybody else is told who was first."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.lifecycle import LIFE, State
from bot.domain.mention import Place
from bot.domain.people import ActorKind
from bot.domain.replies import DeliveryState
from bot.domain.reviews import Decision, Shown, Verdict
from bot.errors import AlreadyDecided, Moved, NotAllowed, Refused, UnknownMention, Unsendable
from bot.ledger.operations.delivery import Claim, claim
from bot.ledger.schema import decisions, deliveries
from tests.unit.pipeline.parts import UNDO, Parts

ALLOWED = {
    (State.IN_REVIEW, Verdict.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Verdict.ANOTHER): State.IN_REVIEW,
    (State.IN_REVIEW, Verdict.DISMISS): State.DISMISSED,
    (State.IN_REVIEW, Verdict.SNOOZE): State.IN_REVIEW,
    (State.IN_REVIEW, Verdict.ESCALATE): State.ESCALATED,
    (State.APPROVED, Verdict.UNDO): State.IN_REVIEW,
    (State.ESCALATED, Verdict.CLAIM): State.ASSIGNED,
    (State.ESCALATED, Verdict.RETURN): State.IN_REVIEW,
    (State.ASSIGNED, Verdict.APPROVE): State.APPROVED,
    (State.ASSIGNED, Verdict.RESOLVE): State.RESOLVED,
    (State.ASSIGNED, Verdict.ESCALATE): State.ESCALATED,
    (State.DISMISSED, Verdict.UNDO): State.IN_REVIEW,
}


async def reach(parts: Parts, state: State) -> Place:
    """A comment that stands in this state, by the way that leads there."""
    if state in (State.RECEIVED, State.TRIAGED):
        await parts.stop_stations()
        post = parts.post("A lamp that shines")
        await parts.hand_in(post)
        if state is State.TRIAGED:
            await parts.triage.handle(parts.rung)
        return post.place
    place = await parts.say("A lamp that shines")
    for verdict in WAY[state]:
        await parts.decide(place, verdict, reason="because")
    if state is State.DELIVERING:
        parts.pass_time(UNDO)
        await parts.ledger.write_one(claim, Claim(parts.here.id, 10, timedelta(seconds=60), 4000))
    if state is State.ANSWERED:
        parts.pass_time(UNDO)
        await parts.send()
    return place


WAY: dict[State, tuple[Verdict, ...]] = {
    State.IN_REVIEW: (),
    State.APPROVED: (Verdict.APPROVE,),
    State.DELIVERING: (Verdict.APPROVE,),
    State.ANSWERED: (Verdict.APPROVE,),
    State.ESCALATED: (Verdict.ESCALATE,),
    State.ASSIGNED: (Verdict.ESCALATE, Verdict.CLAIM),
    State.RESOLVED: (Verdict.ESCALATE, Verdict.CLAIM, Verdict.RESOLVE),
    State.DISMISSED: (Verdict.DISMISS,),
}


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("state", State)
async def test_each_verdict_does_what_the_life_of_a_mention_says_or_is_refused_with_a_sentence(
    parts: Parts, state: State, verdict: Verdict
) -> None:
    place = await reach(parts, state)
    assert await parts.state(place) is state
    before = await parts.happened(place)
    deciding = parts.decide(place, verdict, text="By hand", reason="because", until=timedelta(days=1))
    if (state, verdict) in ALLOWED:
        assert await deciding is ALLOWED[state, verdict]
        return
    with pytest.raises(Refused) as refusal:
        await deciding

    assert str(refusal.value).endswith(".")
    assert await parts.state(place) is state
    assert await parts.happened(place) == before


def test_what_people_may_do_is_what_the_life_of_a_mention_lets_people_do() -> None:
    by_people = {(origin, target) for (origin, _, actor), target in LIFE.items() if actor is ActorKind.PERSON}

    assert {(origin, target) for (origin, _), target in ALLOWED.items()} <= by_people


async def test_fifty_approvals_at_once_make_one_answer_and_all_others_are_told_who_was_first(
    parts: Parts,
) -> None:
    place = await parts.say("A lamp that shines")
    outcomes = await asyncio.gather(
        *(parts.decide(place, Verdict.APPROVE, ("Camille", "Sacha")[n % 2]) for n in range(50)),
        return_exceptions=True,
    )
    parts.pass_time(UNDO)
    await parts.send()

    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refusals) == 49
    first = (await parts.rows(select(decisions)))[0]
    name = next(person.name for person in parts.people.values() if person.id == first.person_id)
    assert {str(each) for each in refusals} == {
        f"This mention is approved: {name} said “approve” at 09:00 UTC."
    }
    assert len(await parts.rows(select(deliveries))) == 1
    assert len(parts.visible(place)) == 1


async def test_an_approval_of_an_older_draft_is_refused(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    seen = await parts.mention(place)
    await parts.decide(place, Verdict.ANOTHER)

    with pytest.raises(Moved, match="newer draft"):
        await parts.decide(place, Verdict.APPROVE, shown=Shown(seen.draft_revision, seen.version))
    assert (await parts.mention(place)).draft_revision == seen.draft_revision + 1


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.DISMISS, Verdict.ANOTHER])
async def test_a_decision_about_what_the_author_has_changed_is_refused(
    parts: Parts, verdict: Verdict
) -> None:
    place = await parts.say("A lamp that shines")
    seen = await parts.mention(place)
    await parts.edit(place, "A lamp that burns!!")

    with pytest.raises(Moved, match="the author wrote, edited or deleted"):
        await parts.decide(place, verdict, shown=Shown(seen.draft_revision + 1, seen.version), reason="no")
    assert await parts.state(place) is State.IN_REVIEW


async def test_another_suggestion_is_another(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.decide(place, Verdict.ANOTHER)
    await parts.approve(place)
    parts.pass_time(UNDO)
    await parts.send()

    assert parts.visible(place) == ["Reply 2 to: A lamp that shines"]


async def test_what_a_person_wrote_is_what_is_said(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.decide(place, Verdict.APPROVE, text="Oh, thank you!")
    parts.pass_time(UNDO)
    await parts.send()

    assert parts.visible(place) == ["Oh, thank you!"]
    assert (await parts.delivery(place)).approved_by == parts.people["Camille"].id


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", "There is no text to send."),
        ("Dear [Name], thanks", "still holds a placeholder"),
        ("a" * 4001, "longer than the platform allows"),
    ],
)
async def test_words_that_must_not_leave_do_not(parts: Parts, text: str, sentence: str) -> None:
    place = await parts.say("A lamp that shines")

    with pytest.raises(Unsendable, match=sentence):
        await parts.decide(place, Verdict.APPROVE, text=text)
    assert await parts.state(place) is State.IN_REVIEW


async def test_words_that_no_platform_can_carry_are_mended(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.decide(place, Verdict.APPROVE, text="Thank\x00 you \ud83d!", reason="\ud83d")
    parts.pass_time(UNDO)
    await parts.send()

    assert parts.visible(place) == ["Thank you ?!"]


async def test_a_reader_may_read_and_not_decide(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")

    with pytest.raises(NotAllowed, match="Rita may read but not decide"):
        await parts.decide(place, Verdict.APPROVE, "Rita")
    assert await parts.rows(select(decisions)) == []


@pytest.mark.parametrize("verdict", [Verdict.DISMISS, Verdict.RESOLVE])
async def test_nothing_is_ended_without_a_reason(parts: Parts, verdict: Verdict) -> None:
    place = await reach(parts, State.IN_REVIEW if verdict is Verdict.DISMISS else State.ASSIGNED)

    with pytest.raises(Refused, match="reason is missing"):
        await parts.decide(place, verdict, reason=" ")


async def test_a_dismissal_can_be_undone_for_a_day(parts: Parts) -> None:
    place = await reach(parts, State.DISMISSED)
    parts.pass_time(timedelta(hours=23, minutes=59))

    assert await parts.decide(place, Verdict.UNDO) is State.IN_REVIEW


async def test_and_not_longer(parts: Parts) -> None:
    place = await reach(parts, State.DISMISSED)
    parts.pass_time(timedelta(days=1, seconds=1))

    with pytest.raises(AlreadyDecided, match="set aside for good"):
        await parts.decide(place, Verdict.UNDO)


async def test_what_its_author_deleted_does_not_come_back(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.delete(place)

    with pytest.raises(AlreadyDecided):
        await parts.decide(place, Verdict.UNDO)


async def test_nobody_can_answer_what_was_deleted_while_its_answer_was_being_sent(parts: Parts) -> None:
    place = await reach(parts, State.DELIVERING)
    await parts.delete(place)
    parts.pass_time(timedelta(minutes=2))
    await parts.send()  # the lease is over: the platform cannot be asked again for words that are gone
    assert await parts.state(place) is State.ESCALATED
    await parts.decide(place, Verdict.DID_NOT_GO_OUT)

    with pytest.raises(Unsendable, match="The author deleted this comment"):
        await parts.decide(place, Verdict.APPROVE, text="Too late")


async def test_a_snooze_needs_a_moment_to_come(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")

    with pytest.raises(Refused, match="moment in the future"):
        await parts.decide(place, Verdict.SNOOZE, until=timedelta(0))


async def test_a_mention_that_is_not_there_is_said_not_to_be(parts: Parts) -> None:
    with pytest.raises(UnknownMention, match="There is no mention 42"):
        await parts.review.decide(Decision("42", Verdict.CLAIM, parts.people["Camille"], Shown(1, 1)))


async def test_each_decision_is_kept_with_who_took_it_on_what_they_saw(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.decide(place, Verdict.DISMISS, "Sacha", reason="spam")

    (kept,) = await parts.rows(select(decisions))
    assert (kept.verdict, kept.reason, kept.person_id) == ("dismiss", "spam", parts.people["Sacha"].id)
    assert (kept.draft_revision, kept.conversation_version) == (1, 1)
    ended = (await parts.history(place))[-1]
    assert (ended.actor_kind, ended.actor_id, ended.reason) == ("person", parts.people["Sacha"].id, "spam")


async def test_taking_a_reply_back_and_approving_again_leaves_one_live_answer(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    for _ in range(3):
        await parts.approve(place)
        await parts.decide(place, Verdict.UNDO)
    await parts.approve(place)
    parts.pass_time(UNDO)
    await parts.send()

    live = select(func.count()).where(deliveries.c.state != DeliveryState.WITHDRAWN)
    assert (await parts.rows(live))[0][0] == 1
    assert len(parts.visible(place)) == 1
