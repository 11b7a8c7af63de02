"""Delivery: answers are queued, and what is due is claimed before a byte leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, tuple_, update

from bot.domain.events import EventKind
from bot.domain.guard import objection
from bot.domain.lifecycle import State
from bot.domain.mention import Place
from bot.domain.people import SYSTEM, Actor, ActorKind
from bot.domain.replies import DeliveryKind, DeliveryState, Outgoing
from bot.ledger.bulk import Bulk, each_of
from bot.ledger.schema import MOVING, AnyRow, Instant, conversations, deliveries, mentions, one_of
from bot.ledger.transaction import Move, Tx

DELETED = "deleted_by_author"


@dataclass(frozen=True, slots=True)
class Answer:
    """An approved answer, for the conversation as it was shown."""

    mention_id: str
    account_id: str
    conversation_id: str
    conversation_version: int
    text: str
    not_before: datetime
    approved_by: str = ""


def queue_answers(tx: Tx, answers: Sequence[Answer]) -> None:
    """Put answers on their way; the unique key allows one live answer for a mention."""
    _INSERT.run(
        tx.connection,
        [_row(tx, answer) for answer in answers],
        kind=DeliveryKind.ANSWER,
        state=DeliveryState.QUEUED,
        queued_at=tx.now,
    )


def _row(tx: Tx, answer: Answer) -> dict[str, object]:
    return {
        "id": tx.new_id(),
        "mention_id": answer.mention_id,
        "account_id": answer.account_id,
        "conversation_id": answer.conversation_id,
        "text": answer.text,
        "approved_by": answer.approved_by,
        "conversation_version": answer.conversation_version,
        "not_before": answer.not_before,
    }


@dataclass(frozen=True, slots=True)
class Claim:
    """A sender asks for what is due in its account."""

    account_id: str
    limit: int
    lease: timedelta
    max_length: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """One attempt that the asking sender, and nobody else, may make.

    Not ``fresh``: its fate is unknown. ``moved``: the conversation is no longer what was answered.
    """

    outgoing: Outgoing
    mention_id: str
    token: str
    attempt: int
    first_attempt_at: datetime
    fresh: bool
    moved: bool


def claim(tx: Tx, claims: Sequence[Claim]) -> list[list[Claimed]]:
    """Commit the intent to send what is due, unobjectionable and first in its conversation."""
    return [_claim_account(tx, one) for one in claims]


def _claim_account(tx: Tx, asked: Claim) -> list[Claimed]:
    rows = tx.connection.execute(
        _DUE, {"account": asked.account_id, "now": tx.now, "limit": asked.limit}
    ).all()
    unknown = [row for row in rows if row.state != DeliveryState.QUEUED]
    queued = [row for row in rows if row.state == DeliveryState.QUEUED]
    objections = {row.id: _objection(row, asked.max_length) for row in queued}
    _withdraw(tx, [(row, objections[row.id]) for row in queued if objections[row.id]])
    ready = [row for row in queued if not objections[row.id]]
    started = tx.advance(
        Move(row.mention_id, State.APPROVED, EventKind.DELIVERY_STARTED, SYSTEM) for row in ready
    )
    ready = [row for row in ready if row.mention_id in started]
    return _start(tx, ready + unknown, tx.now + asked.lease)


def _objection(row: AnyRow, max_length: int) -> str:
    """Promise 5: an approval counts for the conversation that was shown."""
    if row.deleted_at is not None:
        return DELETED
    if row.conversation_version != row.version:
        return "conversation_moved"
    return objection(row.text, max_length)


def _withdraw(tx: Tx, refused: Sequence[tuple[AnyRow, str]]) -> None:
    tx.advance(_withdrawal(row, reason) for row, reason in refused)
    if refused:
        tx.connection.execute(_WITHDRAW, [{"delivery": row.id, "reason": reason} for row, reason in refused])


def _withdrawal(row: AnyRow, reason: str) -> Move:
    """Back to a person, who decides anew; a comment that its author deleted ends there."""
    if reason == DELETED:
        author = Actor(ActorKind.AUTHOR, row.author_id)
        return Move(row.mention_id, State.APPROVED, EventKind.MENTION_DISMISSED, author, reason)
    return Move(row.mention_id, State.APPROVED, EventKind.REPLY_WITHDRAWN, SYSTEM, reason)


def _start(tx: Tx, rows: Sequence[AnyRow], lease_until: datetime) -> list[Claimed]:
    if not rows:
        return []
    token = tx.new_id()
    started = {"ids": [row.id for row in rows], "new_token": token, "until": lease_until, "now": tx.now}
    tx.connection.execute(_START, started)
    return [
        Claimed(
            Outgoing(row.id, Place(row.space, row.message_id, row.thread), row.text, DeliveryKind(row.kind)),
            row.mention_id,
            token,
            row.attempt + 1,
            row.first_attempt_at or tx.now,
            fresh=row.state == DeliveryState.QUEUED,
            moved=row.conversation_version != row.version,
        )
        for row in rows
    ]


_EARLIER = deliveries.alias("earlier")
_ITS_MENTION = mentions.alias("its_mention")
_HELD = and_(_EARLIER.c.state == DeliveryState.UNKNOWN, _ITS_MENTION.c.state != State.DELIVERING)
_WAITS_ITS_TURN = exists().where(
    _EARLIER.c.conversation_id == deliveries.c.conversation_id,
    one_of(_EARLIER.c.state, MOVING),
    _ITS_MENTION.c.id == _EARLIER.c.mention_id,
    ~_HELD,
    tuple_(_EARLIER.c.queued_at, _EARLIER.c.id) < tuple_(deliveries.c.queued_at, deliveries.c.id),
)
_DUE = (
    select(
        deliveries.c.id,
        deliveries.c.mention_id,
        deliveries.c.kind,
        deliveries.c.state,
        deliveries.c.text,
        deliveries.c.conversation_version,
        deliveries.c.attempt,
        deliveries.c.first_attempt_at,
        mentions.c.space,
        mentions.c.message_id,
        mentions.c.thread,
        mentions.c.author_id,
        mentions.c.deleted_at,
        conversations.c.version,
    )
    .join(mentions, mentions.c.id == deliveries.c.mention_id)
    .join(conversations, conversations.c.id == deliveries.c.conversation_id)
    .where(
        deliveries.c.account_id == bindparam("account"),
        one_of(deliveries.c.state, MOVING),
        deliveries.c.not_before <= bindparam("now"),
        or_(
            and_(deliveries.c.state == DeliveryState.QUEUED, ~_WAITS_ITS_TURN),
            and_(deliveries.c.state == DeliveryState.UNKNOWN, mentions.c.state == State.DELIVERING),
            and_(deliveries.c.state == DeliveryState.SENDING, deliveries.c.lease_until < bindparam("now")),
        ),
    )
    .order_by(deliveries.c.queued_at, deliveries.c.id)
    .limit(bindparam("limit"))
)
_ONE = update(deliveries).where(deliveries.c.id == bindparam("delivery"))
_INSERT = Bulk(insert(deliveries))
_START = (
    update(deliveries)
    .where(deliveries.c.id.in_(each_of("ids")))
    .values(
        state=DeliveryState.SENDING,
        token=bindparam("new_token"),
        attempt=deliveries.c.attempt + 1,
        first_attempt_at=func.coalesce(deliveries.c.first_attempt_at, bindparam("now", type_=Instant)),
        lease_until=bindparam("until"),
    )
)
_WITHDRAW = _ONE.values(state=DeliveryState.WITHDRAWN, problem=bindparam("reason"))
