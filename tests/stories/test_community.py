"""What members of the community and the people at the desk live through."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.events import EventKind
from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.domain.mention import Author, Post
from bot.domain.reviews import Verdict
from bot.errors import AlreadyDecided, Moved
from bot.settings import PolicySettings, RawSection
from tests.stories.town import quick, town

UNDO = timedelta(seconds=15)
TEMPLATES = tuple(
    f"{path.parent.parent.name}/{path.parent.name}/{path.stem.split('.')[0]}"
    for path in (Path(__file__).parents[2] / "responders" / "templates").glob("*/*/*.j2")
)


async def test_a_comment_becomes_a_card_i_approve_and_it_is_answered_where_it_was_said(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, classifier=RawSection("model")) as here:
        spot = await here.says(
            "nadia", "Vous livrez en Belgique, ou je passe encore par ma cousine de Lille ?"
        )
        card = await here.card(spot)
        assert card.item.state is State.IN_REVIEW
        assert card.item.labels == (Label.QUESTION,)
        assert card.drafts[-1].language == "fr"

        await here.decides(card, Verdict.APPROVE)
        assert here.answers(spot) == []
        await here.passes(UNDO)
        assert here.answers(spot) == [card.drafts[-1].text]
        assert await here.state(spot) is State.ANSWERED
        assert (await here.card(spot)).deliveries[-1].approved_by == "Camille"


async def test_i_undo_within_the_window_and_nothing_was_said(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("nadia", "Open on Monday?")
        await here.decides(await here.card(spot), Verdict.APPROVE)
        await here.passes(timedelta(seconds=14))
        assert await here.decides(await here.card(spot), Verdict.UNDO) is State.IN_REVIEW

        await here.passes(timedelta(minutes=5))
        assert here.answers(spot) == []


async def test_the_author_edits_while_i_read_my_approval_is_refused_and_i_am_shown_what_changed(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("hannah", "Is the night light safe to leave on?")
        card = await here.card(spot)
        await here.edits(spot, "Is the night light safe to put in the dishwasher?")

        with pytest.raises(Moved, match="the author wrote, edited or deleted"):
            await here.decides(card, Verdict.APPROVE)
        now = await here.card(spot)
        assert now.text == "Is the night light safe to put in the dishwasher?"
        assert [earlier.text for earlier in now.earlier_texts] == ["Is the night light safe to leave on?"]
        assert now.item.draft_revision == 2
        assert await here.decides(now, Verdict.APPROVE) is State.APPROVED


async def test_another_members_post_voids_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("nadia", "Open on Monday?")
        card = await here.card(spot)
        await here.says("oscar", "I want to know that too", reply_to=spot.message_id)

        await here.decides(card, Verdict.APPROVE)
        await here.says("oscar", "Anybody?", reply_to=spot.message_id)
        await here.passes(UNDO)
        assert await here.state(spot) is State.ANSWERED


async def test_the_author_writes_again_before_my_answer_left_and_i_am_asked_again(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("bobby", "I ordered two lamps")
        await here.decides(await here.card(spot), Verdict.APPROVE)
        second = await here.says("bobby", "and got one very nice empty box")
        await here.passes(UNDO)

        assert here.answers(spot) == []
        assert [await here.state(each) for each in (spot, second)] == [State.IN_REVIEW] * 2


async def test_camille_answers_by_hand_and_the_card_closes(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("nadia", "Open on Monday?")
        card = await here.card(spot)
        await here.staff_replies(spot, "From nine!")

        closed = await here.card(spot)
        assert closed.item.state is State.ANSWERED
        assert closed.events[-1].name == "Camille"
        with pytest.raises(AlreadyDecided, match="This mention is answered"):
            await here.decides(card, Verdict.APPROVE, "Robin")
        assert here.answers(spot) == []


async def test_the_author_deletes_and_nobody_answers_a_ghost(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("nadia", "My address is 3, rue des Lilas")
        await here.decides(await here.card(spot), Verdict.APPROVE)
        await here.deletes(spot)
        await here.passes(timedelta(minutes=5))

        gone = await here.card(spot)
        assert here.answers(spot) == []
        assert (gone.item.state, gone.text) == (State.DISMISSED, "")


async def test_a_trusted_template_speaks_alone_and_says_that_it_is_automatic(tmp_path: Path) -> None:
    trusting = PolicySettings(trusted_templates=TEMPLATES)
    async with town(tmp_path, classifier=quick("praise"), policy=trusting) as here:
        spot = await here.says("aisling", "Whoever designed that hinge deserves a raise")
        await here.until_it_stands(spot, State.ANSWERED)

        (answer,) = here.answers(spot)
        assert answer.endswith("(automatic reply)")
        assert (await here.card(spot)).decisions == ()


async def test_but_never_to_a_complaint(tmp_path: Path) -> None:
    trusting = PolicySettings(trusted_templates=TEMPLATES)
    async with town(tmp_path, classifier=quick("complaint"), policy=trusting) as here:
        spot = await here.says("beatrice", "Third lamp in a year that crackles")
        await here.passes(timedelta(minutes=1))

        assert here.answers(spot) == []
        assert await here.state(spot) is State.IN_REVIEW


async def test_nobody_decides_for_four_hours_it_is_escalated_nobody_claims_it_it_climbs(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("fernand", "How does one turn the light off?")
        await here.passes(timedelta(hours=4))
        await here.until_it_stands(spot, State.ESCALATED)
        escalation = (await here.card(spot)).escalation
        assert escalation is not None
        assert (escalation.reason, escalation.level) == ("not_decided_in_time", 1)

        await here.passes(timedelta(hours=1))

        async def climbed() -> bool:
            now = (await here.card(spot)).escalation
            return now is not None and now.level == 2

        await here.until(climbed)
        assert await here.decides(await here.card(spot), Verdict.CLAIM, "Robin") is State.ASSIGNED
        card = await here.card(spot)
        assert await here.decides(card, Verdict.APPROVE, "Robin", text="The round button.") is State.APPROVED
        await here.passes(UNDO)
        assert here.answers(spot) == ["The round button."]


async def test_the_same_post_delivered_four_times_is_one_mention(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        spot = await here.says("nadia", "Open on Monday?")
        again = Post(spot, Author("nadia", "Nadia"), "Open on Monday?", here.clock.now())
        for _ in range(3):
            await here.account().intake([again])
        await here.app.service.quiet()

        card = await here.card(spot)
        assert here.kinds(card).count(EventKind.MENTION_RECEIVED) == 1
        assert len(card.conversation) == 1
        await here.decides(card, Verdict.APPROVE)
        await here.passes(UNDO)
        assert len(here.answers(spot)) == 1


HOSTILE = {
    "empty": "",
    "huge": "Bonjour ! " * 100_000,
    "NUL": "a\x00b",
    "half a character": "\ud83d",
    "right to left": "\u202eمرحبا\u202c",
    "invisible": "\u200b\u200d\ufeff",
    "emoji alone": "😡😡😡",
    "ten thousand lines": "a\n" * 10_000,
    "a template": "{{ config }} {% for x in y %} [Name]",
    "a page": "<script>alert(1)</script>",
}


async def test_whatever_people_write_comes_to_a_card(tmp_path: Path) -> None:
    async with town(tmp_path, classifier=RawSection("model")) as here:
        for name, text in HOSTILE.items():
            spot = await here.says(name, text)
            card = await here.card(spot)
            assert card.item.state is State.IN_REVIEW, name
            assert card.text == card.text.encode().decode(), name
            await here.decides(card, Verdict.APPROVE, text="We have read you.")
            await here.passes(UNDO)
            assert here.answers(spot) == ["We have read you."], name
