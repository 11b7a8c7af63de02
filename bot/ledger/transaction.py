"""One transaction: moves along the life of a mention, and the events that go with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Executable, bindparam, func, insert, select, update

from bot.domain.events import Envelope, EventKind, LedgerEvent
from bot.domain.lifecycle import State, advance
from bot.domain.people import Actor
from bot.domain.sla import Patience
from bot.ids import Ids
from bot.ledger.bulk import Bulk, each_of
from bot.ledger.schema import events, mentions

GRAIN = timedelta(milliseconds=1)  # of moments in the ledger


@dataclass(frozen=True, slots=True)
class Move:
    """A step that somebody wants one mention to take from the state in which they read it.

    ``due`` replaces the deadline that the new state would have (a snooze).
    """

    mention_id: str
    expected: State
    happened: EventKind
    actor: Actor
    reason: str = ""
    data: Mapping[str, str | int] = field(default_factory=dict)
    due: datetime | None = None


_ADVANCE = (  # whatever happens to a mention ends its snooze
    update(mentions)
    .where(mentions.c.id.in_(each_of("ids")), mentions.c.state == bindparam("expected"))
    .values(
        state=bindparam("target"), due_at=bindparam("due"), changed_at=bindparam("now"), snoozed_until=None
    )
    .returning(mentions.c.id, mentions.c.conversation_id)
)
_ADVANCE_COUNTING = {
    revision: _ADVANCE.values({revision: revision + 1})
    for revision in (mentions.c.classification_revision, mentions.c.draft_revision)
}
_INSERT_EVENTS = Bulk(insert(events))
_LAST_SEQ = select(func.coalesce(func.max(events.c.seq), 0))


class Tx:
    """What an operation may do between BEGIN and COMMIT.

    Events are written together when the operation is done; ``envelopes`` then holds what the bus
    is rung with after the commit.
    """

    def __init__(self, connection: Connection, now: datetime, patience: Patience, new_id: Ids) -> None:
        self.connection = connection
        self.now = now
        self.patience = patience
        self.new_id = new_id
        self.envelopes: list[Envelope] = []
        self._events: list[LedgerEvent] = []

    def advance(self, moves: Iterable[Move], counting: Column[int] | None = None) -> set[str]:
        """Move each mention that still stands where it was expected; the ids of those that moved.

        ``counting``: a revision of the mention that goes up by one with the move.
        Compare-and-set: whoever comes second moves nothing and records nothing.
        Raises IllegalMove for a step that the life of a mention does not have.
        """
        statement = _ADVANCE if counting is None else _ADVANCE_COUNTING[counting]
        groups: defaultdict[tuple[State, State, datetime | None], dict[str, Move]] = defaultdict(dict)
        for move in moves:
            target = advance(move.expected, move.happened, move.actor.kind)
            groups[move.expected, target, move.due][move.mention_id] = move
        return {
            mention_id
            for (expected, target, due), group in groups.items()
            for mention_id in self._compare_and_set(statement, expected, target, due, group)
        }

    def _compare_and_set(
        self,
        statement: Executable,
        expected: State,
        target: State,
        due: datetime | None,
        group: Mapping[str, Move],
    ) -> list[str]:
        moved = self.connection.execute(
            statement,
            {
                "ids": list(group),
                "expected": expected,
                "target": target,
                "due": due or self.patience.due(target, self.now),
                "now": self.now,
            },
        ).all()
        for mention_id, conversation_id in moved:
            move = group[mention_id]
            self.record(
                LedgerEvent(move.happened, mention_id, conversation_id, move.actor, move.reason, move.data)
            )
        return [mention_id for mention_id, _ in moved]

    def later_than(self, moment: datetime | None) -> datetime:
        """Now, or just after ``moment`` where the clock has not moved on: what follows also sorts after."""
        return self.now if moment is None else max(self.now, moment + GRAIN)

    def record(self, event: LedgerEvent) -> None:
        """Append to the history, in this transaction."""
        self._events.append(event)

    def flush(self) -> None:
        """Write the events; called once, by the writer, before COMMIT."""
        if not self._events:
            return
        last: int = self.connection.execute(_LAST_SEQ).scalar_one()
        _INSERT_EVENTS.run(
            self.connection,
            [_row(seq, event) for seq, event in enumerate(self._events, last + 1)],
            at=self.now,
        )
        self.envelopes += [
            Envelope(seq, event.kind, event.mention_id, event.conversation_id)
            for seq, event in enumerate(self._events, last + 1)
        ]


def _row(seq: int, event: LedgerEvent) -> dict[str, object]:
    return {
        "seq": seq,
        "kind": event.kind,
        "mention_id": event.mention_id,
        "conversation_id": event.conversation_id,
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "reason": event.reason,
        "data": event.data or None,
    }
