"""How long each open state may last before somebody is shown the mention next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.lifecycle import State


@dataclass(frozen=True, slots=True)
class Patience:
    """Time allowed in each open state.

    ``machine``: being read, routed, or sent; past it something is wrong and a person is asked.
    ``review``: waiting for a decision. ``escalation``: waiting to be claimed. ``assignment``: claimed
    and silent.
    """

    machine: timedelta = timedelta(minutes=5)
    review: timedelta = timedelta(hours=4)
    escalation: timedelta = timedelta(hours=1)
    assignment: timedelta = timedelta(hours=8)

    def due(self, state: State, now: datetime) -> datetime | None:
        """The deadline of a mention that enters ``state`` now; None once it has ended."""
        allowed = {
            State.IN_REVIEW: self.review,
            State.ESCALATED: self.escalation,
            State.ASSIGNED: self.assignment,
        }.get(state, self.machine)
        return None if state.ended else now + allowed
