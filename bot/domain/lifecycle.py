"""The life of a mention: one table, one function.

Every state change of every mention, whoever makes it, is a row of ``LIFE``. What is not in the
table cannot happen.
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain.events import EventKind
from bot.domain.people import ActorKind
from bot.errors import IllegalMove


class State(StrEnum):
    """Where a mention can stand."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DELIVERING = "delivering"
    ESCALATED = "escalated"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"

    @property
    def ended(self) -> bool:
        return self in ENDS

    @property
    def waits_for_a_person(self) -> bool:
        return self in (State.IN_REVIEW, State.ESCALATED, State.ASSIGNED)


ENDS = frozenset({State.ANSWERED, State.RESOLVED, State.DISMISSED})
OPEN = frozenset(State) - ENDS
INTERRUPTIBLE = OPEN - {State.DELIVERING}

RULE, SYSTEM, CLOCK, PERSON, AUTHOR = ActorKind

_S, _E = State, EventKind

_NAMED: tuple[tuple[State, EventKind, State, tuple[ActorKind, ...]], ...] = (
    # from          what happened              to             by
    (_S.RECEIVED, _E.MENTION_TRIAGED, _S.TRIAGED, (SYSTEM,)),
    (_S.RECEIVED, _E.MENTION_ESCALATED, _S.ESCALATED, (CLOCK, SYSTEM)),
    (_S.TRIAGED, _E.REVIEW_OPENED, _S.IN_REVIEW, (SYSTEM,)),
    (_S.TRIAGED, _E.DRAFT_TRUSTED, _S.APPROVED, (RULE,)),
    (_S.TRIAGED, _E.MENTION_DISMISSED, _S.DISMISSED, (RULE,)),
    (_S.TRIAGED, _E.MENTION_ESCALATED, _S.ESCALATED, (RULE, CLOCK, SYSTEM)),
    (_S.IN_REVIEW, _E.REPLY_APPROVED, _S.APPROVED, (PERSON,)),
    (_S.IN_REVIEW, _E.SUGGESTION_ASKED, _S.IN_REVIEW, (PERSON,)),
    (_S.IN_REVIEW, _E.DRAFT_REPLACED, _S.IN_REVIEW, (SYSTEM, PERSON)),
    (_S.IN_REVIEW, _E.REVIEW_SNOOZED, _S.IN_REVIEW, (PERSON,)),
    (_S.IN_REVIEW, _E.SNOOZE_ENDED, _S.IN_REVIEW, (CLOCK,)),
    (_S.IN_REVIEW, _E.MENTION_DISMISSED, _S.DISMISSED, (PERSON,)),
    (_S.IN_REVIEW, _E.MENTION_ESCALATED, _S.ESCALATED, (PERSON, CLOCK)),
    (_S.APPROVED, _E.DELIVERY_STARTED, _S.DELIVERING, (SYSTEM,)),
    (_S.APPROVED, _E.REPLY_WITHDRAWN, _S.IN_REVIEW, (PERSON, SYSTEM)),
    (_S.APPROVED, _E.MENTION_ESCALATED, _S.ESCALATED, (CLOCK,)),
    (_S.DELIVERING, _E.REPLY_SENT, _S.ANSWERED, (SYSTEM,)),
    (_S.DELIVERING, _E.DELIVERY_POSTPONED, _S.APPROVED, (SYSTEM,)),
    (_S.DELIVERING, _E.MENTION_ESCALATED, _S.ESCALATED, (SYSTEM,)),
    (_S.ESCALATED, _E.ESCALATION_CLAIMED, _S.ASSIGNED, (PERSON,)),
    (_S.ESCALATED, _E.MENTION_RETURNED, _S.IN_REVIEW, (PERSON,)),
    (_S.ESCALATED, _E.MENTION_ESCALATED, _S.ESCALATED, (CLOCK,)),
    (_S.ESCALATED, _E.REPLY_SENT, _S.ANSWERED, (SYSTEM, PERSON)),
    (_S.ASSIGNED, _E.REPLY_APPROVED, _S.APPROVED, (PERSON,)),
    (_S.ASSIGNED, _E.MENTION_RESOLVED, _S.RESOLVED, (PERSON,)),
    (_S.ASSIGNED, _E.MENTION_ESCALATED, _S.ESCALATED, (PERSON, CLOCK)),
    (_S.DISMISSED, _E.DISMISSAL_UNDONE, _S.IN_REVIEW, (PERSON,)),
)

# Somebody on the brand's side answered by hand, or the author took it back or said that it is settled.
_ANYWHERE = tuple(
    row
    for state in State
    if state in INTERRUPTIBLE
    for row in (
        (state, _E.STAFF_ANSWERED, _S.ANSWERED, (PERSON,)),
        (state, _E.MENTION_DISMISSED, _S.DISMISSED, (AUTHOR,)),
    )
)

LIFE: dict[tuple[State, EventKind, ActorKind], State] = {
    (origin, happened, actor): target
    for origin, happened, target, actors in _NAMED + _ANYWHERE
    for actor in actors
}


def advance(state: State, happened: EventKind, actor: ActorKind) -> State:
    """Where a mention stands after ``happened``.

    Raises IllegalMove when the table has no such row.
    """
    try:
        return LIFE[state, happened, actor]
    except KeyError:
        raise IllegalMove(f"A mention that is {state} cannot see {happened} by {actor}.") from None
