"""What came of it, told from the platform's own journal and the ledger file, from outside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from adapters.loopback.journal import Said, read
from adapters.loopback.script import read as read_script
from bot.demo.verdict import comments
from bot.domain.events import EventKind
from bot.domain.lifecycle import LIFE, State, advance
from bot.domain.people import ActorKind
from bot.domain.replies import DeliveryState
from bot.ledger.schema import deliveries, events, mentions
from bot.ledger.store import reading
from tests.crash.victim import JOURNAL, SCRIPT

MOVES = frozenset(happened for _, happened, _ in LIFE)


def complaints(folder: Path) -> list[str]:
    """A line for each broken promise; none when all were kept."""
    journal = folder / JOURNAL
    said = read(journal) if journal.exists() else []
    with reading(folder / "answerable.db") as connection:
        return [
            *_lost(connection),
            *_answered_twice(said),
            *_left_alone(connection),
            *_misremembered(connection, said),
            *_history_that_leads_elsewhere(connection),
        ]


def _lost(connection: Connection) -> Iterator[str]:
    held = Counter((row.space, row.message_id) for row in connection.execute(select(mentions)))
    for place in sorted(comments(read_script(SCRIPT)) - set(held)):
        yield f"lost: {place}"
    for place, count in held.items():
        if count > 1:
            yield f"kept {count} times: {place}"


def _answered_twice(said: list[Said]) -> Iterator[str]:
    visible: defaultdict[str, set[str]] = defaultdict(set)
    for one in said:
        visible[one.place.message_id].add(one.message_id)
    for message_id, answers in visible.items():
        if len(answers) > 1:
            yield f"answered {len(answers)} times: {message_id}"


def _left_alone(connection: Connection) -> Iterator[str]:
    """An approved answer may wait for its next attempt: it has a deadline like what waits for a person."""
    for row in connection.execute(select(mentions)):
        state = State(row.state)
        waits = state.waits_for_a_person or state is State.APPROVED
        if not (state.ended or (waits and row.due_at)):
            yield f"left alone: {row.message_id} is {state}"


def _misremembered(connection: Connection, said: list[Said]) -> Iterator[str]:
    """What the ledger calls sent is there, and what is there it calls sent, once everything is settled."""
    query = select(deliveries.c.id).where(deliveries.c.state == DeliveryState.SENT)
    remembered = set(connection.execute(query).scalars())
    for delivery_id in remembered ^ {one.delivery_id for one in said}:
        yield f"ledger and platform disagree about {delivery_id}"


def _history_that_leads_elsewhere(connection: Connection) -> Iterator[str]:
    stands: defaultdict[str, State] = defaultdict(lambda: State.RECEIVED)
    for row in connection.execute(select(events).order_by(events.c.seq)):
        if row.kind in MOVES:
            before = stands[row.mention_id]
            stands[row.mention_id] = advance(before, EventKind(row.kind), ActorKind(row.actor_kind))
    for row in connection.execute(select(mentions)):
        if stands[row.id] != row.state:
            yield f"history says {stands[row.id]}, the mention {row.state}: {row.message_id}"
