"""What was said around a mention, by anybody, and by its author elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, bindparam, or_, select, union

from bot.domain.lifecycle import State
from bot.domain.replies import DeliveryState
from bot.ledger.schema import AnyRow, authors, deliveries, mentions, people, staff_posts

CONVERSATION = 60  # posts around a mention that are shown at most, the newest
EARLIER = 10  # of the author's earlier comments elsewhere


@dataclass(frozen=True, slots=True)
class Said:
    """Something in the conversation. ``mention_id`` and ``state`` are empty for what the brand said."""

    at: datetime
    who: str
    text: str
    ours: bool
    by_hand: bool = False
    mention_id: str = ""
    state: State | None = None
    same_author: bool = False
    deleted: bool = False


def around(connection: Connection, row: AnyRow) -> tuple[Said, ...]:
    """The thread, or in an unthreaded room this author's exchange; with what the brand said in it."""
    comments = connection.execute(_comments_around(row)).all()
    said = [_comment(one, row) for one in comments]
    said += _answers(connection, [one.id for one in comments])
    said += _staff(connection, row, [one.message_id for one in comments])
    return tuple(sorted(said, key=lambda one: one.at)[-CONVERSATION:])


def _comments_around(row: AnyRow) -> Select[*tuple[object, ...]]:
    """Comments of the conversation and, in a thread, of everybody else in it; and what was replied to."""
    base = select(mentions.c.id)
    parts = [base.where(mentions.c.conversation_id == row.conversation_id)]
    in_space = and_(mentions.c.account_id == row.account_id, mentions.c.space == row.space)
    if row.thread:
        parts.append(base.where(in_space, mentions.c.thread == row.thread, mentions.c.thread != ""))
    if origins := [one for one in (row.thread, row.reply_to) if one]:
        parts.append(base.where(in_space, mentions.c.message_id.in_(origins)))
    ids = union(*parts).subquery()
    return (
        _COMMENTS.where(mentions.c.id.in_(select(ids.c.id)))
        .order_by(mentions.c.sent_at.desc())
        .limit(CONVERSATION)
    )


def _comment(one: AnyRow, row: AnyRow) -> Said:
    return Said(
        one.sent_at,
        one.author,
        one.text,
        ours=False,
        mention_id=one.id,
        state=State(one.state),
        same_author=one.author_id == row.author_id,
        deleted=one.deleted_at is not None,
    )


def _answers(connection: Connection, mention_ids: Sequence[str]) -> list[Said]:
    found = connection.execute(_SENT, {"ids": list(mention_ids)})
    return [Said(one.sent_at, one.name or "", one.text, ours=True) for one in found]


def _staff(connection: Connection, row: AnyRow, message_ids: Sequence[str]) -> list[Said]:
    places = [staff_posts.c.reply_to.in_(message_ids)]
    if row.thread:
        places.append(staff_posts.c.thread == row.thread)
    if row.reply_to:
        places.append(staff_posts.c.message_id == row.reply_to)
    query = select(staff_posts).where(
        staff_posts.c.account_id == row.account_id, staff_posts.c.space == row.space, or_(*places)
    )
    latest = query.order_by(staff_posts.c.sent_at.desc()).limit(CONVERSATION)
    return [
        Said(one.sent_at, one.author_name, one.text, ours=True, by_hand=True)
        for one in connection.execute(latest)
    ]


def earlier(connection: Connection, row: AnyRow) -> tuple[Said, ...]:
    """What this author last said to the brand elsewhere, and what was answered, in order."""
    query = _COMMENTS.where(
        mentions.c.author_id == row.author_id, mentions.c.conversation_id != row.conversation_id
    )
    found = connection.execute(query.order_by(mentions.c.sent_at.desc()).limit(EARLIER)).all()
    said = [_comment(one, row) for one in found] + _answers(connection, [one.id for one in found])
    return tuple(sorted(said, key=lambda one: one.at))


_COMMENTS = select(
    mentions.c.id,
    mentions.c.message_id,
    mentions.c.text,
    mentions.c.sent_at,
    mentions.c.state,
    mentions.c.deleted_at,
    mentions.c.author_id,
    authors.c.name.label("author"),
).join(authors, authors.c.id == mentions.c.author_id)
_SENT = (
    select(deliveries.c.text, deliveries.c.sent_at, people.c.name)
    .select_from(deliveries.outerjoin(people, people.c.id == deliveries.c.approved_by))
    .where(
        deliveries.c.mention_id.in_(bindparam("ids", expanding=True)),
        deliveries.c.state == DeliveryState.SENT,
        deliveries.c.sent_at.is_not(None),
    )
)
