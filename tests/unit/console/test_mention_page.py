"""Deciding on one mention in the web inbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.lifecycle import State
from bot.domain.replies import Unknown
from bot.domain.reviews import Verdict
from tests.unit.console.community import Community
from tests.unit.console.conftest import Browser


async def test_approving_sends_the_suggestion_and_shows_who_waits_next(
    community: Community, camille: Browser
) -> None:
    first = await community.say("This lamp is lovely", "Nadia B.")
    await community.say("Where is my parcel?", "Tom", draft="We look into it.")
    page = await camille.decide(first, "approve", text="Thank you, that makes our day!")
    mention = await community.look(first)
    assert mention.item.state is State.APPROVED
    assert mention.live_delivery is not None
    assert mention.live_delivery.text == "Thank you, that makes our day!"
    assert mention.decisions[0].person == "Camille"
    assert "Where is my parcel?" in page.text
    assert "Approved, about to leave" in page.text


async def test_edited_words_are_what_is_sent(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely")
    await camille.decide(mention_id, "approve", text="My own words,\r\non two lines.")
    live = (await community.look(mention_id)).live_delivery
    assert live is not None and live.text == "My own words,\non two lines."


async def test_undo_while_it_lasts(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely")
    await camille.decide(mention_id, "approve", text="Thank you, that makes our day!")
    page = await camille.decide(mention_id, "undo")
    assert (await community.look(mention_id)).item.state is State.IN_REVIEW
    assert 'id="approve"' in page.text


async def test_another_suggestion_is_asked_for_and_announced(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely")
    page = await camille.decide(mention_id, "another")
    assert "A suggestion is being written" in page.text
    await community.suggest(mention_id, "A second idea")
    page = await camille.get(f"/mentions/{mention_id}")
    assert "A second idea" in page.text
    assert "Suggestion 2" in page.text


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"reason": "spam"}, "spam"),
        ({"reason": "spam", "own_reason": "seen it at the fair"}, "seen it at the fair"),
    ],
)
async def test_dismissing_keeps_the_reason(
    community: Community, camille: Browser, values: dict[str, str], reason: str
) -> None:
    mention_id = await community.say("BUY NOW")
    page = await camille.decide(mention_id, "dismiss", **values)
    mention = await community.look(mention_id)
    assert mention.item.state is State.DISMISSED
    assert mention.decisions[0].reason == reason
    assert "Dismissed" in page.text


async def test_dismissing_without_a_reason_says_that_one_is_missing(
    community: Community, camille: Browser
) -> None:
    mention_id = await community.say("Hm")
    page = await camille.decide(mention_id, "dismiss")
    assert page.status_code == 409
    assert "A reason is missing" in page.text
    assert (await community.look(mention_id)).item.state is State.IN_REVIEW


async def test_snoozing_until_tomorrow_morning(community: Community, camille: Browser) -> None:
    camille.http.cookies.set("answerable_zone", "Europe%2FParis")
    mention_id = await community.say("Lovely")
    await camille.decide(mention_id, "snooze", later="morning")
    until = (await community.look(mention_id)).item.snoozed_until
    assert until is not None and until.isoformat() == "2026-03-03T08:00:00+00:00"


async def test_escalated_claimed_and_settled_with_a_reason(community: Community, camille: Browser) -> None:
    mention_id = await community.say("It sparks!")
    await camille.decide(mention_id, "escalate", own_reason="safety")
    page = await camille.decide(mention_id, "claim")
    assert "with Camille" in page.text
    await camille.decide(mention_id, "resolve", own_reason="called her")
    mention = await community.look(mention_id)
    assert mention.item.state is State.RESOLVED
    assert mention.decisions[0].reason == "called her"


async def test_an_escalation_can_be_given_back(community: Community, camille: Browser) -> None:
    mention_id = await community.say("It sparks!")
    await camille.decide(mention_id, "escalate")
    await camille.decide(mention_id, "return")
    assert (await community.look(mention_id)).item.state is State.IN_REVIEW


@pytest.mark.parametrize(
    ("verdict", "state"), [("went_out", State.ANSWERED), ("did_not_go_out", State.IN_REVIEW)]
)
async def test_a_person_says_whether_a_lost_reply_went_out(
    community: Community, camille: Browser, clock: ManualClock, verdict: str, state: State
) -> None:
    mention_id = await community.say("Lovely")
    await community.decide(mention_id, Verdict.APPROVE)
    clock.advance(timedelta(seconds=20))
    await community.send(mention_id, Unknown("timeout"))
    page = await camille.get(f"/mentions/{mention_id}")
    assert "Did this go out?" in page.text
    assert "Thank you, that makes our day!" in page.text
    await camille.decide(mention_id, verdict)
    assert (await community.look(mention_id)).item.state is state


# --- what moved meanwhile ---


async def test_an_edit_meanwhile_voids_the_approval_and_shows_old_and_new(
    community: Community, camille: Browser, clock: ManualClock
) -> None:
    mention_id = await community.say("Is the night light safe to leave on?")
    shown = await camille.fields(mention_id)
    clock.advance(timedelta(seconds=5))
    await community.edit(mention_id, "Is the night light safe to wash?")
    page = await camille.press(mention_id, shown, "approve", text="Words of my own")
    assert page.status_code == 409
    assert (await community.look(mention_id)).item.state is State.IN_REVIEW
    assert "<del>leave on</del><ins>wash</ins>" in page.text
    assert "Words of my own</textarea>" in page.text
    assert "What you wrote is kept" in page.text


async def test_a_second_comment_of_the_author_is_shown_before_an_answer_leaves(
    community: Community, camille: Browser, clock: ManualClock
) -> None:
    mention_id = await community.say("ordered two lamps")
    shown = await camille.fields(mention_id)
    clock.advance(timedelta(seconds=5))
    await community.say("got one lamp and one empty box")
    page = await camille.press(mention_id, shown, "approve", text="Thank you, that makes our day!")
    assert page.status_code == 409
    assert "<ins>got one lamp and one empty box</ins>" in page.text


async def test_a_newer_draft_replaces_the_one_that_was_only_read(
    community: Community, camille: Browser, clock: ManualClock
) -> None:
    mention_id = await community.say("Lovely")
    shown = await camille.fields(mention_id)
    await camille.decide(mention_id, "another")
    await community.suggest(mention_id, "Thank you, that makes our week!")
    page = await camille.press(mention_id, shown, "approve", text="Thank you, that makes our day!")
    assert page.status_code == 409
    assert "our <del>day</del><ins>week</ins>" in page.text
    assert "Thank you, that makes our week!</textarea>" in page.text


async def test_other_peoples_posts_void_nothing(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely", "Nadia B.", thread="t")
    shown = await camille.fields(mention_id)
    await community.say("I agree", "Tom", thread="t")
    await camille.press(mention_id, shown, "approve", text="Thank you, that makes our day!")
    assert (await community.look(mention_id)).item.state is State.APPROVED


async def test_who_comes_second_is_told_who_was_first(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely")
    shown = await camille.fields(mention_id)
    await community.decide(mention_id, Verdict.DISMISS, by="Noé", reason="spam")
    page = await camille.press(mention_id, shown, "approve", text="Thank you")
    assert page.status_code == 409
    assert "Noé said “dismiss” at" in page.text


async def test_undoing_too_late_says_so(community: Community, camille: Browser, clock: ManualClock) -> None:
    mention_id = await community.say("Lovely")
    await camille.decide(mention_id, "approve", text="Thank you")
    fields = await camille.fields(mention_id)
    clock.advance(timedelta(seconds=20))
    await community.send(mention_id)
    page = await camille.press(mention_id, fields, "undo")
    assert "Too late to undo" in page.text
    dismissed = await community.say("Spam")
    await camille.decide(dismissed, "dismiss", reason="spam")
    clock.advance(timedelta(days=2))
    page = await camille.decide(dismissed, "undo")
    assert "dismissed for good" in page.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no text to send yet"),
        ("x" * 501, "The reply has 501 characters; this platform takes 500"),
        ("Dear [prénom], thanks", "still holds a placeholder"),
    ],
)
async def test_words_that_must_not_leave_are_kept_on_the_page(
    community: Community, camille: Browser, text: str, sentence: str
) -> None:
    mention_id = await community.say("Lovely")
    page = await camille.decide(mention_id, "approve", text=text)
    assert sentence in page.text
    assert f"{text}</textarea>" in page.text
