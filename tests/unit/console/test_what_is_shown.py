"""What the page of one mention tells, whatever was written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.labels import Classification, Label
from bot.domain.lifecycle import State
from bot.domain.reviews import Verdict
from tests.unit.console.community import Community
from tests.unit.console.conftest import Browser, hidden


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (Classification((Label.COMPLAINT,), {Label.COMPLAINT: 0.98}, "en"), "Complaint, sure"),
        (
            Classification((Label.PRAISE,), {Label.PRAISE: 0.55, Label.QUESTION: 0.45}, "en", unsure=True),
            "Hesitates between praise and question",
        ),
        (
            Classification((Label.PRAISE,), {Label.PRAISE: 0.52, Label.QUESTION: 0.05}, "en", unsure=True),
            "Hesitates between praise and something else",
        ),
        (
            Classification((Label.OTHER,), {Label.PRAISE: 0.1, Label.COMPLAINT: 0.4}, "en", unsure=True),
            "Hesitates between something else and complaint",
        ),
        (Classification((Label.OTHER,), {}, "und", unsure=True), "Could not be read by a machine"),
    ],
)
async def test_what_the_classifier_thinks_is_said_in_words(
    community: Community, camille: Browser, read: Classification, words: str
) -> None:
    mention_id = await community.say("Hm", read=read)
    assert words in (await camille.get(f"/mentions/{mention_id}")).text


async def test_the_conversation_and_earlier_exchanges_stand_beside_the_comment(
    community: Community, camille: Browser, clock: ManualClock
) -> None:
    before = await community.say("Earlier praise", space="#elsewhere")
    await community.decide(before, Verdict.APPROVE, text="An earlier answer")
    clock.advance(timedelta(minutes=1))
    await community.send(before)
    mention_id = await community.say("Opening", "Nadia B.", thread="t")
    await community.say("Me too", "Tom", thread="t")
    await community.post("Staff steps in", "Camille", thread="t", reply_to="m99", staff=True)
    page = (await camille.get(f"/mentions/{mention_id}")).text
    for words in ("Me too", "Staff steps in", "Earlier praise", "An earlier answer", "by hand"):
        assert words in page


async def test_history_names_who_did_what(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely")
    await community.decide(mention_id, Verdict.DISMISS, reason="spam")
    page = (await camille.get(f"/mentions/{mention_id}")).text
    assert '<bdi class="name">Nadia B.</bdi> wrote this comment' in page
    assert '<bdi class="name">Camille</bdi> dismissed it' in page


async def test_a_reader_sees_everything_and_no_button(community: Community, browser: Browser) -> None:
    await browser.sign_in("Rita")
    mention_id = await community.say("Lovely")
    page = await browser.get(f"/mentions/{mention_id}")
    assert "Thank you, that makes our day!" in page.text
    assert "/decisions" not in page.text
    fields = {
        "form_token": hidden(page.text)["form_token"],
        "draft_revision": "1",
        "conversation_version": "1",
        "shown_at": "0",
    }
    page = await browser.press(mention_id, fields, "dismiss", reason="spam")
    assert "You can read this inbox, but not decide in it" in page.text
    assert (await community.look(mention_id)).item.state is State.IN_REVIEW


HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eevil\u2066",
    "\u200b\u200d",
    "a\u0300\u0301\u0302\u0303" * 50,
    "x" * 20_000,
    "\n" * 10_000 + "end",
    "</textarea><img src=x onerror=alert(1)>",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_shown_as_text(community: Community, camille: Browser, text: str) -> None:
    mention_id = await community.say(text, by=text[:200], draft=text[:400])
    for path in ("/", f"/mentions/{mention_id}"):
        page = await camille.get(path)
        assert page.status_code == 200
        for markup in ("<script>alert", "<img src=x", "49 "):
            assert markup not in page.text


async def test_a_comment_without_anything_to_see_says_so(community: Community, camille: Browser) -> None:
    mention_id = await community.say("\u200b \u2060")
    assert "There is nothing to see" in (await camille.get(f"/mentions/{mention_id}")).text


async def test_a_deleted_comment_is_gone_and_says_so(community: Community, camille: Browser) -> None:
    mention_id = await community.say("My address is 3, rue des Lilas")
    await community.delete(mention_id)
    page = (await camille.get(f"/mentions/{mention_id}")).text
    assert "The author deleted this comment" in page
    assert "Lilas" not in page
