"""Reading and drafting: who speaks alone, what a fault leads to, what happens when bells are lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.domain.mention import Edit
from bot.domain.reviews import Verdict
from bot.ledger.operations.relay import oldest_unpublished
from bot.ledger.schema import classifications, drafts
from bot.pipeline.drafting import AUTOMATIC
from bot.pipeline.relay import UNANSWERED_AFTER
from tests.unit.pipeline.conftest import Assemble
from tests.unit.pipeline.parts import Parts

TRUSTED = ("plain/praise", "plain/question", "plain/complaint")


# --- who speaks alone ------------------------------------------------------------------------------


async def test_on_day_one_everything_is_shown_to_a_person(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.send()

    assert await parts.state(place) is State.IN_REVIEW
    assert parts.visible(place) == []


async def test_a_trusted_template_speaks_alone_and_says_that_it_is_automatic(assemble: Assemble) -> None:
    parts = await assemble(trusted=TRUSTED)
    place = await parts.say("A lamp that shines")
    await parts.send()

    assert parts.visible(place) == [f"Reply 1 to: A lamp that shines {AUTOMATIC['en']}"]
    queued = next(row for row in await parts.history(place) if row.kind == "draft_trusted")
    assert (queued.actor_kind, queued.actor_id) == ("rule", "trusted:plain/praise")


@pytest.mark.parametrize("text", ["It burnt my hand!!", "A lamp, hmm"])
async def test_a_complaint_or_a_doubt_is_never_answered_alone(assemble: Assemble, text: str) -> None:
    parts = await assemble(trusted=TRUSTED)
    place = await parts.say(text)
    await parts.send()

    assert await parts.state(place) is State.IN_REVIEW


async def test_a_trusted_reply_leaves_only_for_the_words_that_were_read(assemble: Assemble) -> None:
    """The author turns praise into a complaint between the reading and the writing."""
    parts = await assemble(trusted=TRUSTED)
    await parts.stop_stations()
    post = parts.post("A lamp that shines")
    await parts.hand_in(post)
    await parts.triage.handle(parts.rung)
    await parts.hand_in(Edit(post.place, "A lamp that burns!!", parts.clock.now()))
    await parts.drafting.handle(parts.rung)
    parts.start_stations()
    await parts.stations_idle()
    parts.pass_time(timedelta(seconds=1))
    await parts.send()

    assert parts.visible(post.place) == []
    assert await parts.state(post.place) is State.IN_REVIEW
    assert (await parts.draft(post.place)).template == "plain/complaint"


async def test_a_rule_sets_aside_under_its_name(assemble: Assemble) -> None:
    parts = await assemble(dismissed=[Label.OTHER])
    place = await parts.say("17 h 02...")

    ended = (await parts.history(place))[-1]
    assert await parts.state(place) is State.DISMISSED
    assert (ended.actor_kind, ended.actor_id, ended.reason) == (
        "rule",
        "policy.dismiss",
        "no_answer_needed:other",
    )


async def test_a_dismissal_by_rule_that_a_person_undoes_gets_its_draft(assemble: Assemble) -> None:
    parts = await assemble(dismissed=[Label.OTHER])
    place = await parts.say("17 h 02...")
    await parts.decide(place, Verdict.UNDO)

    assert await parts.state(place) is State.IN_REVIEW
    assert (await parts.draft(place)).template == "plain/other"


async def test_what_support_gave_back_is_drafted_for_if_it_never_was(parts: Parts) -> None:
    await parts.stop_stations()
    post = parts.post("A lamp that shines")
    await parts.hand_in(post)
    parts.pass_time(timedelta(minutes=6))
    await parts.deadlines.tick()
    parts.start_stations()
    await parts.decide(post.place, Verdict.RETURN)

    assert (await parts.draft(post.place)).revision == 1


# --- faults ----------------------------------------------------------------------------------------


async def test_a_comment_that_breaks_a_station_is_shown_to_a_person_and_its_neighbours_go_on(
    parts: Parts,
) -> None:
    posts = [parts.post(text, by=text) for text in ("One", "unspeakable", "Three")]
    await parts.hand_in(*posts)
    await parts.stations_idle()

    assert [await parts.state(post.place) for post in posts] == [
        State.IN_REVIEW,
        State.ESCALATED,
        State.IN_REVIEW,
    ]
    assert (await parts.escalation(posts[1].place)).reason == "fault:drafting"


async def test_another_suggestion_that_cannot_be_written_is_not_waited_for(parts: Parts) -> None:
    place = await parts.say("One")
    await parts.stop_stations()
    await parts.decide(place, Verdict.ANOTHER)
    await parts.hand_in(Edit(place, "unspeakable", parts.clock.now()))
    parts.start_stations()
    await parts.stations_idle()

    row = await parts.mention(place)
    assert await parts.state(place) is State.IN_REVIEW
    assert row.draft_wanted == row.draft_revision


# --- bells that nobody heard -----------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.RECEIVED, State.TRIAGED])
async def test_a_mention_that_stands_still_is_rung_for_again(parts: Parts, state: State) -> None:
    await parts.stop_stations()
    post = parts.post("A lamp that shines")
    await parts.hand_in(post)
    if state is State.TRIAGED:
        await parts.triage.handle(parts.rung)
    await parts.relay.mark()  # as if all had been carried
    await _restart_with_an_empty_bus(parts)
    parts.pass_time(UNANSWERED_AFTER)
    await parts.relay.sweep(parts.clock.now() - UNANSWERED_AFTER)
    await parts.stations_idle()

    assert await parts.state(post.place) is State.IN_REVIEW


async def test_a_wish_for_another_suggestion_survives_a_lost_bell(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.stop_stations()
    await parts.decide(place, Verdict.ANOTHER)
    await parts.relay.mark()
    await _restart_with_an_empty_bus(parts)
    await parts.relay.sweep(parts.clock.now())
    await parts.stations_idle()

    assert (await parts.draft(place)).revision == 2


async def test_an_event_that_was_never_rung_is_rung_after_a_restart(parts: Parts) -> None:
    """The process died between the commit and the bell."""
    place = await parts.say("A lamp that shines")
    await parts.stop_stations()
    await parts.hand_in(Edit(place, "A lamp that burns!!", parts.clock.now()))
    await _restart_with_an_empty_bus(parts)
    await parts.relay.sweep(parts.clock.now())
    await parts.stations_idle()

    assert (await parts.draft(place)).template == "plain/complaint"


async def test_what_was_rung_is_marked_and_the_oldest_that_was_not_is_known(parts: Parts) -> None:
    await parts.say("A lamp that shines")
    assert await parts.ledger.read(oldest_unpublished) == parts.clock.now()
    await parts.relay.mark()

    assert await parts.ledger.read(oldest_unpublished) is None


async def test_bells_rung_twice_and_in_any_order_change_nothing(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.edit(place, "A lamp that flickers?")
    parts.pass_time(timedelta(seconds=1))
    await parts.decide(place, Verdict.ANOTHER)
    before = await parts.happened(place), await _made(parts)
    for again in (parts.rung[::-1], parts.rung[:], parts.rung[::2]):
        parts.bus.publish(again)
        await parts.stations_idle()

    assert (await parts.happened(place), await _made(parts)) == before


async def _made(parts: Parts) -> tuple[int, int]:
    return len(await parts.rows(select(drafts))), len(await parts.rows(select(classifications)))


async def _restart_with_an_empty_bus(parts: Parts) -> None:
    await parts.close()
    await parts.open()
