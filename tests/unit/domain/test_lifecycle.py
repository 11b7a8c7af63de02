"""The life of a mention, explored: nothing is stuck, out of reach, or ended without somebody."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.events import EventKind
from bot.domain.lifecycle import ENDS, INTERRUPTIBLE, LIFE, OPEN, State, advance
from bot.domain.people import ActorKind
from bot.domain.sla import Patience
from bot.errors import IllegalMove

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STEPS = sorted(LIFE, key=str)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, frontier = {State.RECEIVED}, [State.RECEIVED]
    while frontier:
        here = frontier.pop()
        for (origin, _, _), target in LIFE.items():
            if origin is here and target not in reached:
                reached.add(target)
                frontier.append(target)

    assert reached == set(State)


def test_from_every_open_state_each_way_to_an_end_is_left() -> None:
    leads_to: defaultdict[State, set[State]] = defaultdict(set)
    for (origin, _, _), target in LIFE.items():
        leads_to[target].add(origin)
    can_end, frontier = set(ENDS), list(ENDS)
    while frontier:
        for origin in leads_to[frontier.pop()] - can_end:
            can_end.add(origin)
            frontier.append(origin)

    assert can_end == set(State)


def test_the_clock_alone_brings_every_open_state_to_a_person() -> None:
    """Promise 3: when nobody does anything, the deadline does. A send under way ends with its lease."""
    for state in OPEN - {State.DELIVERING}:
        assert any(
            origin is state and actor is ActorKind.CLOCK and target.waits_for_a_person
            for (origin, _, actor), target in LIFE.items()
        ), state


@pytest.mark.parametrize("state", State)
def test_open_means_that_there_is_a_deadline_and_ended_that_there_is_none(state: State) -> None:
    assert (Patience().due(state, NOW) is None) == state.ended


def test_only_a_dismissal_can_be_taken_back_and_only_by_a_person() -> None:
    out_of_an_end = {key for key in LIFE if key[0] in ENDS}

    assert out_of_an_end == {(State.DISMISSED, EventKind.DISMISSAL_UNDONE, ActorKind.PERSON)}


def test_a_machine_never_ends_a_mention_but_by_a_named_rule_or_a_sent_answer() -> None:
    """Promises 4 and 6: the clock and the system may call people, never give up on somebody."""
    by_machines = {
        (happened, actor)
        for (_, happened, actor), target in LIFE.items()
        if target in ENDS and actor not in (ActorKind.PERSON, ActorKind.AUTHOR)
    }

    assert by_machines == {
        (EventKind.REPLY_SENT, ActorKind.SYSTEM),
        (EventKind.MENTION_DISMISSED, ActorKind.RULE),
    }


def test_staff_and_author_can_end_everything_that_is_not_being_sent() -> None:
    for state in INTERRUPTIBLE:
        assert advance(state, EventKind.STAFF_ANSWERED, ActorKind.PERSON) is State.ANSWERED
        assert advance(state, EventKind.MENTION_DISMISSED, ActorKind.AUTHOR) is State.DISMISSED
    with pytest.raises(IllegalMove):
        advance(State.DELIVERING, EventKind.STAFF_ANSWERED, ActorKind.PERSON)


class OneMention(RuleBasedStateMachine):
    """A mention to which anything may happen, by anybody, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.RECEIVED
        self.answers_sent = 0
        self.history: list[tuple[EventKind, ActorKind]] = []

    @rule(happened=st.sampled_from(EventKind), actor=st.sampled_from(ActorKind))
    def anything_happens(self, happened: EventKind, actor: ActorKind) -> None:
        before = self.state
        try:
            self.state = advance(before, happened, actor)
        except IllegalMove:
            assert (before, happened, actor) not in LIFE
            return
        self.history.append((happened, actor))
        self.answers_sent += happened is EventKind.REPLY_SENT

    @precondition(lambda self: not self.state.ended)
    @rule(step=st.sampled_from(STEPS))
    def a_step_of_the_table_happens(self, step: tuple[State, EventKind, ActorKind]) -> None:
        if step[0] is self.state:
            self.anything_happens(step[1], step[2])

    @invariant()
    def at_most_one_answer_was_sent(self) -> None:
        assert self.answers_sent <= 1

    @invariant()
    def an_end_has_an_actor(self) -> None:
        assert not self.state.ended or self.history[-1][1] in ActorKind


TestOneMention = OneMention.TestCase
