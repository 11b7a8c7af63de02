"""Escalation: a team is called, and called again one level higher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select, update

from bot.domain.events import EventKind
from bot.domain.lifecycle import State
from bot.domain.people import SYSTEM, Actor
from bot.ledger.bulk import each_of
from bot.ledger.operations.closing import withdraw_queued
from bot.ledger.schema import escalations, mentions
from bot.ledger.transaction import Move, Tx


def escalation(mention_id: str, expected: State, actor: Actor, reason: str) -> Move:
    """The move that calls a team."""
    return Move(mention_id, expected, EventKind.MENTION_ESCALATED, actor, reason)


def escalate(tx: Tx, moves: Iterable[Move]) -> set[str]:
    """Call a team for each: a new escalation, or the next level of the open one. Returns who moved."""
    by_id = {move.mention_id: move for move in moves}
    moved = tx.advance(by_id.values())
    if not moved:
        return moved
    withdraw_queued(tx, moved)
    known = set(tx.connection.execute(_OPEN, {"ids": list(moved)}).scalars())
    if known:
        tx.connection.execute(_CLIMB, {"ids": list(known)})
    if new := sorted(moved - known):
        rows = [
            {
                "id": tx.new_id(),
                "mention_id": mention_id,
                "reason": by_id[mention_id].reason,
                "opened_at": tx.now,
            }
            for mention_id in new
        ]
        tx.connection.execute(insert(escalations), rows)
    return moved


_OPEN = select(escalations.c.mention_id).where(
    escalations.c.mention_id.in_(each_of("ids")), escalations.c.closed_at.is_(None)
)
_CLIMB = (
    update(escalations)
    .where(escalations.c.mention_id.in_(each_of("ids")), escalations.c.closed_at.is_(None))
    .values(level=escalations.c.level + 1, claimed_by=None, claimed_at=None)
)


def fault(tx: Tx, failures: Sequence[tuple[str, str]]) -> list[None]:
    """A station failed for these (mention, station): a person takes over what no machine can read.

    One who already has the card, and asked for another suggestion, waits for it no longer.
    """
    stations = dict(failures)
    rows = tx.connection.execute(_IN_MACHINES_HANDS, {"ids": list(stations)}).all()
    escalate(tx, [escalation(row.id, State(row.state), SYSTEM, f"fault:{stations[row.id]}") for row in rows])
    tx.connection.execute(_NO_MORE_DRAFT, {"ids": list(stations)})
    return [None] * len(failures)


_IN_MACHINES_HANDS = select(mentions.c.id, mentions.c.state).where(
    mentions.c.id.in_(each_of("ids")),
    mentions.c.state.in_([State.RECEIVED, State.TRIAGED]),
)
_NO_MORE_DRAFT = (
    update(mentions)
    .where(mentions.c.id.in_(each_of("ids")), mentions.c.state == State.IN_REVIEW)
    .values(draft_wanted=mentions.c.draft_revision)
)
