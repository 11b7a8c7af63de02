"""Anything may happen, in any order, with any fault: the promises hold after each step.

A real ledger, the real stations, a platform with faults, people who tell the truth, and a process
that may die at any moment while something is being sent.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from adapters.loopback.adapter import Certainty
from adapters.loopback.world import Fault, in_turn
from bot.clock import ManualClock
from bot.domain.events import EventKind
from bot.domain.labels import Label
from bot.domain.lifecycle import State, advance
from bot.domain.mention import Place
from bot.domain.people import ActorKind
from bot.domain.replies import DeliveryState, Outgoing
from bot.domain.reviews import Shown, Verdict
from bot.errors import Refused
from bot.ledger.schema import conversations, deliveries, events, mentions
from bot.ledger.store import reading
from tests.unit.pipeline.parts import UNDO, Parts

R = TypeVar("R")

TEXTS = st.sampled_from(
    ["A lamp that shines", "It burnt my hand!!", "Open on Monday?", "17 h 02...", "hmm?", "unspeakable", ""]
)
FAULTS = st.lists(st.sampled_from([None, *(fault for fault in Fault if fault is not Fault.SLOW)]), max_size=3)
SPANS = st.sampled_from([1, 15, 61, 301, 3_601, 5 * 3_600, 25 * 3_600])
MOVES = frozenset(EventKind) - {EventKind.MENTION_RECEIVED, EventKind.MENTION_EDITED}


class Anything(RuleBasedStateMachine):
    """One brand, one platform; ``certainty`` says what can be known of a send whose answer was cut."""

    certainty: Certainty
    places = Bundle("places")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.clock = ManualClock()
        self.said_too_late: list[str] = []

    @initialize(trusting=st.booleans(), dismissing=st.booleans())
    def open(self, trusting: bool, dismissing: bool) -> None:
        self.parts = Parts(
            Path(self.folder.name),
            self.clock,
            certainty=self.certainty,
            trusted=["plain/praise", "plain/question"] if trusting else [],
            dismissed=[Label.OTHER] if dismissing else [],
        )
        self.do(self.parts.open())

    def teardown(self) -> None:
        self.do(self.parts.close())
        self.runner.close()
        self.folder.cleanup()

    def do(self, work: Coroutine[Any, Any, R]) -> R:
        return self.runner.run(work)

    # --- the community -----------------------------------------------------------------------------

    @rule(target=places, text=TEXTS, by=st.sampled_from(["nadia", "oscar"]))
    def somebody_posts(self, text: str, by: str) -> Place:
        return self.do(self.parts.say(text, by))

    @rule(target=places, texts=st.lists(TEXTS, min_size=2, max_size=4))
    def several_post_at_once(self, texts: list[str]) -> MultipleResults[Place]:
        posts = [self.parts.post(text, by=f"author {n % 3}") for n, text in enumerate(texts)]
        self.do(self.parts.hand_in(*posts, *posts[:1]))
        self.do(self.parts.stations_idle())
        return multiple(*(post.place for post in posts))

    @rule(place=places, text=TEXTS)
    def its_author_edits(self, place: Place, text: str) -> None:
        self.do(self.parts.edit(place, text))

    @rule(place=places)
    def its_author_deletes(self, place: Place) -> None:
        self.do(self.parts.delete(place))

    @rule(place=places)
    def staff_answers_by_hand(self, place: Place) -> None:
        self.do(self.parts.say("Voilà", "camille", reply_to=place.message_id))

    # --- people, time, sending ---------------------------------------------------------------------

    @rule(
        place=places,
        verdict=st.sampled_from(sorted(set(Verdict) - {Verdict.WENT_OUT, Verdict.DID_NOT_GO_OUT})),
        by=st.sampled_from(["Camille", "Sacha", "Rita"]),
        stale=st.booleans(),
    )
    def somebody_decides(self, place: Place, verdict: Verdict, by: str, stale: bool) -> None:
        shown = Shown(0, 0) if stale and verdict is not Verdict.APPROVE else None
        self._decide(place, verdict, by, shown)

    @rule(place=places)
    def somebody_approves(self, place: Place) -> None:
        self._decide(place, Verdict.APPROVE, "Camille", None)

    @rule(place=places)
    def somebody_looks_whether_it_went_out(self, place: Place) -> None:
        there = self.parts.visible(place)
        self._decide(place, Verdict.WENT_OUT if there else Verdict.DID_NOT_GO_OUT, "Sacha", None)

    def _decide(self, place: Place, verdict: Verdict, by: str, shown: Shown | None) -> None:
        try:
            self.do(
                self.parts.decide(place, verdict, by, shown=shown, reason="because", until=timedelta(hours=2))
            )
        except Refused as refused:
            assert str(refused).endswith((".", "!"))

    @rule(seconds=SPANS)
    def time_passes(self, seconds: int) -> None:
        self.parts.pass_time(timedelta(seconds=seconds))

    @rule()
    def deadlines_are_looked_at(self) -> None:
        self.do(self.parts.deadlines.tick())

    @rule(faults=FAULTS)
    def what_is_due_is_sent(self, faults: list[Fault | None]) -> None:
        meet = in_turn(*faults)

        def watched(outgoing: Outgoing) -> Fault | None:
            self._look_at_the_version(outgoing)
            return meet(outgoing)

        self.parts.here.world.faults = watched
        self.do(self.parts.send())

    @rule(place=places, fault=st.sampled_from([Fault.LOST, Fault.DROPPED]))
    def the_answer_is_cut(self, place: Place, fault: Fault) -> None:
        self._decide(place, Verdict.APPROVE, "Camille", None)
        self.parts.pass_time(UNDO)
        self.what_is_due_is_sent([fault])

    @rule(faults=FAULTS)
    def a_minute_later_it_is_tried_again(self, faults: list[Fault | None]) -> None:
        self.parts.pass_time(timedelta(minutes=1))
        self.what_is_due_is_sent(faults)

    @rule(arrives=st.booleans(), downtime=SPANS)
    def the_process_dies_while_sending(self, arrives: bool, downtime: int) -> None:
        self.do(self._die_while_sending(arrives=arrives))
        self.do(self.parts.close())
        self.parts.pass_time(timedelta(seconds=downtime))
        self.do(self._start_again())

    async def _die_while_sending(self, *, arrives: bool) -> None:
        reached = asyncio.Event()

        def cut(outgoing: Outgoing) -> Fault | None:
            self._look_at_the_version(outgoing)
            reached.set()
            return Fault.SLOW if arrives else Fault.DROPPED

        self.parts.here.world.faults = cut
        async with self.parts.sending() as sender:
            hit, idle = asyncio.create_task(reached.wait()), asyncio.create_task(sender.idle.wait())
            await asyncio.wait([hit, idle], return_when=asyncio.FIRST_COMPLETED)
            hit.cancel()
            idle.cancel()

    async def _start_again(self) -> None:
        await self.parts.open()
        await self.parts.here.sender.recover()
        await self.parts.relay.sweep(self.clock.now())
        await self.parts.stations_idle()

    @rule()
    def everything_is_rung_for_again(self) -> None:
        self.do(self.parts.relay.sweep(self.clock.now()))
        self.do(self.parts.stations_idle())

    # --- what must hold ----------------------------------------------------------------------------

    def _look_at_the_version(self, outgoing: Outgoing) -> None:
        """From inside the platform, at the moment of the send."""
        query = (
            select(deliveries.c.conversation_version, conversations.c.version)
            .join(conversations, conversations.c.id == deliveries.c.conversation_id)
            .where(deliveries.c.id == outgoing.delivery_id)
        )
        with reading(self.parts.ledger.path) as connection:
            approved, present = connection.execute(query).one()
        if approved != present:
            self.said_too_late.append(outgoing.delivery_id)

    @invariant()
    def nothing_was_sent_for_a_conversation_that_had_moved(self) -> None:
        assert self.said_too_late == []

    @invariant()
    def nobody_was_answered_twice(self) -> None:
        if hasattr(self, "parts"):
            assert self.parts.here.world.journal.answered_twice() == []

    @invariant()
    def history_tells_exactly_where_each_mention_stands(self) -> None:
        if not hasattr(self, "parts"):
            return
        stands = dict.fromkeys((row.id for row in self._all_mentions()), State.RECEIVED)
        for event in self.do(self.parts.rows(select(events).order_by(events.c.seq))):
            kind = EventKind(event.kind)
            if kind in MOVES and kind is not EventKind.MENTION_RECLASSIFIED:
                before = stands[event.mention_id]
                stands[event.mention_id] = advance(before, kind, ActorKind(event.actor_kind))
        assert stands == {row.id: State(row.state) for row in self._all_mentions()}

    @invariant()
    def open_means_that_there_is_a_deadline(self) -> None:
        if hasattr(self, "parts"):
            assert all(State(row.state).ended == (row.due_at is None) for row in self._all_mentions())

    @invariant()
    def at_most_one_answer_is_alive(self) -> None:
        if not hasattr(self, "parts"):
            return
        alive = select(func.count().label("n")).group_by(deliveries.c.mention_id)
        alive = alive.where(deliveries.c.state.not_in([DeliveryState.REJECTED, DeliveryState.WITHDRAWN]))
        assert all(row.n == 1 for row in self.do(self.parts.rows(alive)))

    @invariant()
    def an_answered_mention_has_an_answer_that_people_can_read(self) -> None:
        if not hasattr(self, "parts"):
            return
        by_us = select(mentions.c.space, mentions.c.message_id).join(deliveries)
        by_us = by_us.where(deliveries.c.state == DeliveryState.SENT)
        for row in self.do(self.parts.rows(by_us)):
            assert len(self.parts.visible(Place(row.space, row.message_id))) == 1

    def _all_mentions(self) -> list[Any]:
        return self.do(self.parts.rows(select(mentions)))


@pytest.mark.parametrize("certainty", Certainty)
def test_the_promises_hold_whatever_happens_in_whatever_order(certainty: Certainty) -> None:
    machine = type("Anything", (Anything,), {"certainty": certainty})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("SOAK", "20")),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
