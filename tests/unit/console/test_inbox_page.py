"""What waits, for whom, and how long: the inbox and the report behind it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from bot.clock import ManualClock
from bot.domain.labels import Classification, Label
from bot.domain.lifecycle import State
from bot.domain.reviews import Verdict
from bot.ledger.queries import inbox, report
from bot.ledger.queries.inbox import Place, Tab
from tests.unit.console.community import Community
from tests.unit.console.conftest import Browser


async def test_what_is_due_first_stands_first(
    community: Community, camille: Browser, clock: ManualClock
) -> None:
    await community.say("the first", "Ann")
    clock.advance(timedelta(minutes=12))
    await community.say("the second", "Bob")
    page = (await camille.get("/")).text
    assert page.index("the first") < page.index("the second")
    assert "waits 12 min" in page
    assert "due in 3 h 48" in page
    assert 'title="Monday 2 March 2026' in page


async def test_every_open_mention_is_found_behind_one_tab(community: Community, camille: Browser) -> None:
    await community.say("to answer", "Ann")
    escalated = await community.say("to take", "Bob")
    await community.decide(escalated, Verdict.ESCALATE)
    approved = await community.say("to leave", "Cid")
    await community.decide(approved, Verdict.APPROVE)
    dismissed = await community.say("to forget", "Dan")
    await community.decide(dismissed, Verdict.DISMISS, reason="spam")
    await community.post("to be read", "Eve")
    where = {
        "to answer": "waiting",
        "to take": "escalated",
        "to leave": "under_way",
        "to be read": "under_way",
    }
    where["to forget"] = "ended"
    for tab in Tab:
        page = (await camille.get(f"/?tab={tab}")).text
        assert {text for text in where if text in page} == {text for text in where if where[text] == tab}


async def test_an_empty_inbox_is_a_good_thing(camille: Browser) -> None:
    assert "Everybody has been heard." in (await camille.get("/")).text


@pytest.mark.parametrize(
    "query", ["tab=nonsense", "after=x", "after=9999999999999999.x", "after=²²²²²²²²²²²²²²²²²².x", "done=x"]
)
async def test_an_address_that_was_meddled_with_shows_the_inbox(camille: Browser, query: str) -> None:
    assert (await camille.get(f"/?{query}")).status_code == 200


async def test_pages_go_through_everything_once(community: Community, clock: ManualClock) -> None:
    for number in range(7):
        await community.say(f"comment {number}", f"author {number}")
    for taken in (2, 5):
        page = await community.ledger.read(lambda connection: inbox.page(connection, Tab.WAITING))
        await community.decide(page.items[taken].id, Verdict.ESCALATE)
    for tab, number in ((Tab.WAITING, 5), (Tab.ESCALATED, 2)):
        assert len(await everything(community, tab)) == number
    for mention_id in await everything(community, Tab.WAITING):
        clock.advance(timedelta(seconds=1))
        await community.decide(mention_id, Verdict.DISMISS, reason="spam")
    ended = await everything(community, Tab.ENDED)
    assert ended == sorted(ended, reverse=True)


async def everything(community: Community, tab: Tab) -> list[str]:
    found: list[str] = []
    after: Place | None = None
    while True:
        page = await community.ledger.read(partial(inbox.page, tab=tab, limit=2, after=after))
        found += [item.id for item in page.items]
        after = page.after
        if after is None:
            assert len(found) == len(set(found))
            return found


async def test_the_next_one_is_due_next_and_not_asleep(community: Community, clock: ManualClock) -> None:
    ids = []
    for name in ("Ann", "Bob", "Cid"):
        ids.append(await community.say(f"from {name}", name))
        clock.advance(timedelta(minutes=1))
    page = await community.ledger.read(lambda connection: inbox.page(connection, Tab.WAITING))
    places = [Place(item.due_at, item.id) for item in page.items if item.due_at]

    async def following(after: Place | None) -> str | None:
        now = clock.now()
        return await community.ledger.read(lambda connection: inbox.next_waiting(connection, after, now))

    assert await following(None) == ids[0]
    assert await following(places[0]) == ids[1]
    assert await following(places[2]) == ids[0]


async def test_lists_are_found_through_indexes_and_never_sorted(community: Community) -> None:
    await community.say("Lovely")

    def plans(connection: Connection) -> list[str]:
        asked: list[tuple[str, tuple[object, ...]]] = []
        engine: Engine = connection.engine

        def remember(*call: object) -> None:
            asked.append((str(call[2]), call[3]))  # type: ignore[arg-type]

        event.listen(engine, "before_cursor_execute", remember)
        for tab in Tab:
            inbox.page(connection, tab)
        inbox.counts(connection)
        event.remove(engine, "before_cursor_execute", remember)
        return [
            str(line[-1])
            for statement, values in asked
            for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]

    found = await community.ledger.read(plans)
    assert not [plan for plan in found if "USE TEMP B-TREE FOR ORDER BY" in plan]
    assert not [plan for plan in found if plan == "SCAN mentions"]


async def test_the_report_counts_what_happened(community: Community, clock: ManualClock) -> None:
    both = Classification(
        (Label.PRAISE, Label.QUESTION), {Label.PRAISE: 0.9, Label.QUESTION: 0.8}, "fr", unsure=True
    )
    for minutes, name in ((1, "Ann"), (3, "Bob"), (10, "Cid")):
        answered = await community.say("Lovely", name)
        await community.decide(answered, Verdict.APPROVE)
        clock.advance(timedelta(minutes=minutes))
        await community.send(answered)
    escalated = await community.say("Merci ? Pourquoi ?", "Dan", read=both)
    await community.decide(escalated, Verdict.ESCALATE)
    figures = await community.ledger.read(report.figures)
    assert (figures.received, figures.answered, figures.waiting, figures.open) == (4, 3, 1, 1)
    assert figures.escalated == 1
    assert figures.labels == {Label.PRAISE: 4, Label.COMPLAINT: 0, Label.QUESTION: 1, Label.OTHER: 0}
    assert figures.languages == {"en": 3, "fr": 1}
    assert figures.unsure == 1
    assert (figures.median_s, figures.p90_s) == (180.0, 600.0)
    assert figures.states[State.ESCALATED] == 1


async def test_a_report_of_nothing_has_no_median(community: Community) -> None:
    figures = await community.ledger.read(report.figures)
    assert (figures.received, figures.median_s, figures.p90_s) == (0, None, None)
