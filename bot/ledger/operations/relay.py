"""Relay: which events were rung, and which mentions stand still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, select, tuple_, update

from bot.domain.events import Envelope, EventKind
from bot.domain.lifecycle import State
from bot.domain.replies import DeliveryState
from bot.ledger.schema import BY_MACHINE, AnyRow, deliveries, events, mentions, offsets
from bot.ledger.transaction import Tx

PAGE = 1_000


def mark_published(tx: Tx, seqs: Sequence[int]) -> list[None]:
    """Every event up to the last of these was rung."""
    if not tx.connection.execute(_MARK, {"last": max(seqs)}).rowcount:
        tx.connection.execute(insert(offsets).values(reader=READER, seq=max(seqs)))
    return [None] * len(seqs)


READER = "bus"
_MARK = update(offsets).where(offsets.c.reader == READER).values(seq=bindparam("last"))
_PUBLISHED = func.coalesce(select(offsets.c.seq).where(offsets.c.reader == READER).scalar_subquery(), 0)


def unpublished(connection: Connection, since: datetime, after: int) -> list[Envelope]:
    """A page of events that were not rung, as far as anybody noted, by number; older than ``since``."""
    query = select(events.c.seq, events.c.kind, events.c.mention_id, events.c.conversation_id).where(
        events.c.seq > after, events.c.seq > _PUBLISHED, events.c.at <= since
    )
    found = connection.execute(query.order_by(events.c.seq).limit(PAGE))
    return [
        Envelope(seq, EventKind(kind), mention, conversation) for seq, kind, mention, conversation in found
    ]


def standing_still(connection: Connection, since: datetime, after: AnyRow | None) -> list[AnyRow]:
    """Mentions in a machine's hands that have not moved since then, the longest waiting first."""
    columns = mentions.c
    query = select(columns.id, columns.state, columns.conversation_id, columns.changed_at).where(
        BY_MACHINE, columns.changed_at <= since
    )
    if after is not None:
        query = query.where(tuple_(columns.changed_at, columns.id) > tuple_(after.changed_at, after.id))
    return list(connection.execute(query.order_by(columns.changed_at, columns.id).limit(PAGE)))


def oldest_unpublished(connection: Connection) -> datetime | None:
    """When the event was recorded that has waited longest to be rung; None when all were."""
    query = select(events.c.at).where(events.c.seq > _PUBLISHED).order_by(events.c.seq).limit(1)
    return connection.execute(query).scalar()


def left_to_machines(connection: Connection, now: datetime) -> bool:
    """Whether any mention could be moved on by a machine now: read, drafted for, or sent."""
    later = exists().where(
        deliveries.c.mention_id == mentions.c.id,
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.not_before > now,
    )
    query = select(mentions.c.id).where(BY_MACHINE, ~and_(mentions.c.state == State.APPROVED, later))
    return connection.execute(query.limit(1)).first() is not None
