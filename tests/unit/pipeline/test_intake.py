"""What the community says is kept once and in order, and so is what its authors do to it afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.loopback.world import Fault, in_turn
from bot.domain.lifecycle import INTERRUPTIBLE, State
from bot.domain.mention import Deletion, Edit, Place
from bot.domain.replies import DeliveryState
from bot.domain.reviews import Verdict
from bot.errors import LedgerUnwritable, Refused
from bot.ledger.schema import accounts, authors, edits, mentions, staff_posts
from tests.unit.pipeline.parts import UNDO, Parts, disk_full_at
from tests.unit.pipeline.test_review import reach

HOSTILE = [
    "",
    "\x00",
    "\ud800",
    "a" * 1_000_000,
    "\u202egnihtemos",
    "\u200b\u200b",
    "🦔" * 500,
    "\n" * 10_000,
]


async def test_the_same_post_handed_in_four_times_is_one_mention(parts: Parts) -> None:
    post = parts.post("A lamp that shines")
    await parts.hand_in(post, post)
    await parts.hand_in(post)
    await parts.say(post.text, id=post.place.message_id)

    (row,) = await parts.rows(select(mentions.c.id))
    assert (await parts.happened(post.place)).count("mention_received") == 1
    assert (await parts.mention(post.place)).version == 1
    assert row.id


async def test_the_same_message_id_in_another_room_or_account_is_another_mention(parts: Parts) -> None:
    await parts.hand_in(parts.post("One", id="7", space="salon"), parts.post("Two", id="7", space="aide"))

    assert len(await parts.rows(select(mentions.c.id))) == 2


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:4]))
async def test_any_text_becomes_a_card(parts: Parts, text: str) -> None:
    place = await parts.say(text)

    assert await parts.state(place) is State.IN_REVIEW


async def test_the_cursor_is_committed_with_what_it_stands_for(parts: Parts) -> None:
    await parts.hand_in(parts.post("One"), cursor="1")
    await parts.hand_in(parts.post("Two"))
    assert await parts.here.intake.cursor() == "1"
    parts.trouble = disk_full_at("intake.receive")
    with pytest.raises(LedgerUnwritable):
        await parts.hand_in(parts.post("Three"), cursor="3")

    assert await parts.here.intake.cursor() == "1"
    assert len(await parts.rows(select(mentions.c.id))) == 2


async def test_what_bots_say_is_no_mention(parts: Parts) -> None:
    await parts.hand_in(parts.post("4 °C, brouillard", "meteo"), parts.post("Bonjour ?"))

    assert [row.text for row in await parts.rows(select(mentions.c.text))] == ["Bonjour ?"]


async def test_an_author_who_changed_their_name_stays_one_author(parts: Parts) -> None:
    await parts.say("One", "nadia")
    await parts.say("Two", "nadia")

    assert len(await parts.rows(select(authors.c.id))) == 1


# --- conversations ---------------------------------------------------------------------------------


async def test_a_conversation_moves_with_its_author_and_not_with_others(parts: Parts) -> None:
    first = await parts.say("One", "nadia")
    await parts.say("Two", "oscar")
    assert (await parts.mention(first)).version == 1
    await parts.say("Three", "nadia")
    assert (await parts.mention(first)).version == 2
    await parts.edit(first, "One and a half")
    assert (await parts.mention(first)).version == 3


async def test_threads_and_rooms_are_conversations_of_their_own(parts: Parts) -> None:
    here = await parts.say("One", "nadia", space="salon")
    await parts.say("Two", "nadia", space="aide")
    await parts.say("Three", "nadia", space="salon", thread="t1")

    assert (await parts.mention(here)).version == 1


# --- edits -----------------------------------------------------------------------------------------


async def test_an_edit_is_kept_beside_what_was_said_before_and_read_again(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.edit(place, "A lamp that burns!!")

    row = await parts.mention(place)
    assert row.text == "A lamp that burns!!"
    assert [old.text for old in await parts.rows(select(edits))] == ["A lamp that shines"]
    assert parts.reader.read_texts == ["A lamp that shines", "A lamp that burns!!"]
    assert row.draft_revision == 2


async def test_a_link_preview_that_changes_no_word_is_no_edit(parts: Parts) -> None:
    place = await parts.approved()
    await parts.edit(place, "A lamp that shines")
    await parts.send()

    assert "mention_edited" not in await parts.happened(place)
    assert await parts.state(place) is State.ANSWERED


async def test_an_edit_voids_an_approval(parts: Parts) -> None:
    place = await parts.approved()
    await parts.edit(place, "A lamp that burns!!")
    await parts.send()

    assert parts.visible(place) == []
    assert await parts.state(place) is State.IN_REVIEW
    assert (await parts.delivery(place)).state == DeliveryState.WITHDRAWN
    withdrawn = next(row for row in await parts.history(place) if row.kind == "reply_withdrawn")
    assert (withdrawn.actor_kind, withdrawn.reason) == ("system", "edited_by_author")


async def test_several_edits_that_came_in_together_are_all_kept(parts: Parts) -> None:
    post = parts.post("One")
    now = parts.clock.now()
    await parts.hand_in(post, Edit(post.place, "Two", now), Edit(post.place, "Three", now))

    assert (await parts.mention(post.place)).text == "Three"
    kept = await parts.rows(select(edits).order_by(edits.c.replaced_at))
    assert [old.text for old in kept] == ["One", "Two"]


async def test_an_edit_or_deletion_of_what_was_never_seen_changes_nothing(parts: Parts) -> None:
    nowhere = Place("salon", "before-our-time")
    await parts.hand_in(Edit(nowhere, "?", parts.clock.now()), Deletion(nowhere, parts.clock.now()))

    assert await parts.rows(select(mentions.c.id)) == []


async def test_an_edit_during_the_reading_is_read_before_anything_is_said(parts: Parts) -> None:
    post = parts.post("A lamp that shines")
    changed = Edit(post.place, "A lamp that burns!!", parts.clock.now())

    async def meanwhile() -> None:
        await parts.hand_in(changed)
        parts.pass_time(timedelta(seconds=1))

    parts.reader.meanwhile = meanwhile
    await parts.hand_in(post)
    await parts.stations_idle()

    draft = await parts.draft(post.place)
    assert draft.template == "plain/complaint"


async def test_an_edit_that_the_platform_reports_late_is_read_all_the_same(parts: Parts) -> None:
    """It was made before we had read the first words, by the platform's clock, and told us after."""
    place = await parts.say("A lamp that shines")
    await parts.hand_in(Edit(place, "A lamp that burns!!", parts.clock.now() - timedelta(seconds=2)))
    await parts.stations_idle()

    assert (await parts.draft(place)).template == "plain/complaint"


# --- deletions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(INTERRUPTIBLE))
async def test_a_deletion_ends_the_mention_wherever_it_stands_and_the_words_go(
    parts: Parts, state: State
) -> None:
    place = await reach(parts, state)
    await parts.delete(place)

    row = await parts.mention(place)
    ended = (await parts.history(place))[-1]
    assert (row.state, row.text, row.due_at) == (State.DISMISSED, "", None)
    assert (ended.actor_kind, ended.reason) == ("author", "deleted_by_author")


async def test_earlier_versions_of_deleted_words_go_too(parts: Parts) -> None:
    place = await parts.say("A lamp that shines")
    await parts.edit(place, "A lamp that burns!!")
    await parts.delete(place)

    assert [old.text for old in await parts.rows(select(edits))] == [""]


async def test_a_deletion_takes_back_a_reply_that_has_not_left(parts: Parts) -> None:
    place = await parts.approved()
    await parts.delete(place)
    await parts.send()

    assert parts.visible(place) == []
    assert (await parts.delivery(place)).state == DeliveryState.WITHDRAWN


@pytest.mark.parametrize("state", [State.ANSWERED, State.RESOLVED, State.DISMISSED, State.DELIVERING])
async def test_a_deletion_after_the_end_or_during_the_send_removes_the_words_alone(
    parts: Parts, state: State
) -> None:
    place = await reach(parts, state)
    await parts.delete(place)
    await parts.delete(place)

    assert await parts.state(place) is state
    assert (await parts.mention(place)).text == ""


# --- staff answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(INTERRUPTIBLE))
async def test_a_staff_reply_ends_what_it_replies_to(parts: Parts, state: State) -> None:
    place = await reach(parts, state)
    await parts.hand_in(parts.post("On s'en occupe", "camille", reply_to=place.message_id))

    ended = (await parts.history(place))[-1]
    assert await parts.state(place) is State.ANSWERED
    assert (ended.kind, ended.actor_id) == ("staff_answered", parts.people["Camille"].id)


async def test_a_staff_post_in_a_thread_answers_what_is_open_there(parts: Parts) -> None:
    asked = await parts.say("One ?", "nadia", space="aide", thread="t1")
    beside = await parts.say("Two ?", "oscar", space="aide", thread="t2")
    await parts.say("Voilà", "camille", space="aide", thread="t1")

    assert await parts.state(asked) is State.ANSWERED
    assert await parts.state(beside) is State.IN_REVIEW


async def test_a_staff_post_into_a_room_answers_nobody_in_particular(parts: Parts) -> None:
    place = await parts.say("One ?")
    await parts.say("Bonjour à tous", "camille")

    assert await parts.state(place) is State.IN_REVIEW
    assert len(await parts.rows(select(staff_posts.c.id))) == 1


async def test_a_staff_answer_takes_back_the_bots(parts: Parts) -> None:
    place = await parts.approved()
    await parts.say("Merci Nadia", "camille", reply_to=place.message_id)
    await parts.send()

    assert parts.visible(place) == []


async def test_a_staff_answer_that_came_in_before_its_question_ends_it(parts: Parts) -> None:
    await parts.say("Oui", "the brand", reply_to="q1")
    place = await parts.say("Ouvert lundi ?", id="q1")

    assert await parts.state(place) is State.ANSWERED
    assert (await parts.history(place))[-1].actor_id == "staff"


async def test_an_answer_and_its_question_in_one_batch_in_either_order(parts: Parts) -> None:
    await parts.hand_in(
        parts.post("Oui", "the brand", reply_to="q1"),
        parts.post("Ouvert lundi ?", id="q1"),
        parts.post("Et mardi ?", "oscar", id="q2"),
        parts.post("Aussi", "the brand", reply_to="q2"),
    )

    assert [await parts.state(Place("salon", q)) for q in ("q1", "q2")] == [State.ANSWERED] * 2


async def test_a_staff_answer_during_the_send_leaves_the_send_to_finish_and_no_second_one(
    parts: Parts,
) -> None:
    place = await reach(parts, State.DELIVERING)
    await parts.say("Merci Nadia", "camille", reply_to=place.message_id)
    assert await parts.state(place) is State.DELIVERING
    parts.here.world.faults = in_turn(Fault.REFUSED)
    parts.pass_time(timedelta(seconds=61))
    await parts.send()

    assert parts.visible(place) == []


async def test_the_same_staff_answer_twice_moves_the_conversation_once(parts: Parts) -> None:
    place = await parts.say("One ?")
    answer = parts.post("Voilà", "camille", reply_to=place.message_id)
    await parts.hand_in(answer)
    version = (await parts.mention(place)).version
    await parts.hand_in(answer)

    assert (await parts.mention(place)).version == version


async def test_a_deleted_comment_is_never_answered_whatever_people_click(parts: Parts) -> None:
    place = await parts.approved()
    await parts.delete(place)
    for verdict in Verdict:
        with pytest.raises(Refused):
            await parts.decide(place, verdict, text="Hello?", reason="because", until=timedelta(days=1))
    parts.pass_time(UNDO)
    await parts.send()

    assert parts.visible(place) == []


async def test_accounts_keep_cursors_of_their_own(parts: Parts) -> None:
    await parts.hand_in(cursor="9")

    (row,) = await parts.rows(select(accounts.c.cursor))
    assert row.cursor == "9"
