"""Deadlines: what is due is shown to the next person. Fired by compare-and-set, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from bot.domain.events import EventKind
from bot.domain.lifecycle import State
from bot.domain.people import CLOCK, SYSTEM
from bot.domain.replies import DeliveryState
from bot.ledger.bulk import each_of
from bot.ledger.operations.escalation import escalate, escalation
from bot.ledger.schema import AnyRow, deliveries, mentions
from bot.ledger.transaction import Move, Tx

PAGE = 500


def due(connection: Connection, now: datetime) -> list[str]:
    """The mentions whose deadline has passed, the earliest first."""
    return list(connection.execute(_DUE, {"now": now}).scalars())


def fire(tx: Tx, mention_ids: Sequence[str]) -> list[None]:
    """Move on each of these that is still overdue."""
    rows = tx.connection.execute(_OVERDUE, {"ids": list(mention_ids), "now": tx.now}).all()
    _wake(tx, [row for row in rows if _snoozed(row)])
    _wait_for_the_send(tx, [row for row in rows if row.state == State.DELIVERING and row.being_sent])
    escalate(
        tx,
        [
            escalation(
                row.id,
                State(row.state),
                SYSTEM if row.state == State.DELIVERING else CLOCK,
                REASON[row.state],
            )
            for row in rows
            if not _snoozed(row) and not (row.state == State.DELIVERING and row.being_sent)
        ],
    )
    return [None] * len(mention_ids)


REASON = {
    State.RECEIVED: "not_read_in_time",
    State.TRIAGED: "not_drafted_in_time",
    State.IN_REVIEW: "not_decided_in_time",
    State.APPROVED: "not_sent_in_time",
    State.DELIVERING: "fate_unknown",
    State.ESCALATED: "not_claimed_in_time",
    State.ASSIGNED: "silent_too_long",
}


def _snoozed(row: AnyRow) -> bool:
    return row.state == State.IN_REVIEW and row.snoozed_until is not None


def _wake(tx: Tx, rows: Sequence[AnyRow]) -> None:
    tx.advance(Move(row.id, State.IN_REVIEW, EventKind.SNOOZE_ENDED, CLOCK) for row in rows)


def _wait_for_the_send(tx: Tx, rows: Sequence[AnyRow]) -> None:
    """An attempt under way ends with its lease; its outcome moves the mention, not the clock."""
    if rows:
        later = tx.patience.due(State.DELIVERING, tx.now)
        tx.connection.execute(_LATER, {"ids": [row.id for row in rows], "later": later})


_DUE = (
    select(mentions.c.id)
    .where(mentions.c.due_at.is_not(None), mentions.c.due_at <= bindparam("now"))
    .order_by(mentions.c.due_at)
    .limit(PAGE)
)
_OVERDUE = select(
    mentions.c.id,
    mentions.c.state,
    mentions.c.snoozed_until,
    exists()
    .where(deliveries.c.mention_id == mentions.c.id, deliveries.c.state == DeliveryState.SENDING)
    .label("being_sent"),
).where(
    mentions.c.id.in_(each_of("ids")),
    mentions.c.due_at.is_not(None),
    mentions.c.due_at <= bindparam("now"),
)
_LATER = update(mentions).where(mentions.c.id.in_(each_of("ids"))).values(due_at=bindparam("later"))
