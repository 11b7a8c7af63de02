"""The small machine that each delivery is, as transactions: claim, settle, hold, orphan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, tuple_, update

from bot.domain.events import EventKind
from bot.domain.guard import objection
from bot.domain.lifecycle import State
from bot.domain.mention import Place
from bot.domain.people import SYSTEM, Actor, ActorKind
from bot.domain.replies import DeliveryKind, DeliveryState, NotSent, Outcome, Outgoing, Rejected, Sent
from bot.ledger.bulk import Bulk, each_of
from bot.ledger.operations.closing import close_escalations
from bot.ledger.operations.escalation import escalate, escalation
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


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of the attempt that ``token`` stands for."""

    delivery_id: str
    token: str
    outcome: Outcome
    attempts: int
    backoff: timedelta


@dataclass(frozen=True, slots=True)
class Hold:
    """Nobody can know whether it went out: a person is asked."""

    delivery_id: str
    token: str


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


def settle(tx: Tx, settlements: Sequence[Settlement]) -> list[None]:
    """Write down what came of each attempt. A token that is no longer the delivery's own changes nothing."""
    by_id = {settlement.delivery_id: settlement for settlement in settlements}
    rows = tx.connection.execute(_BY_ID, {"ids": list(by_id)}).all()
    sent, postponed, failed, unknown = [], [], [], []
    for row in rows:
        settlement = by_id[row.id]
        if row.token != settlement.token or row.state != DeliveryState.SENDING:
            continue
        outcome = settlement.outcome
        if isinstance(outcome, Sent):
            sent.append((row, outcome))
        elif isinstance(outcome, Rejected):
            failed.append((row, outcome.reason))
        elif not isinstance(outcome, NotSent):
            unknown.append((row, outcome.reason, tx.now + settlement.backoff))
        elif row.attempt >= settlement.attempts:
            failed.append((row, f"gave_up:{outcome.reason}"))
        else:
            postponed.append((row, outcome, tx.now + (outcome.retry_after or settlement.backoff)))
    _settle_sent(tx, sent)
    _settle_postponed(tx, postponed)
    _settle_failed(tx, failed)
    _settle_unknown(tx, unknown)
    return [None] * len(settlements)


def _settle_sent(tx: Tx, sent: Sequence[tuple[AnyRow, Sent]]) -> None:
    if not sent:
        return
    ids = [{"delivery": row.id, "external": outcome.message_id} for row, outcome in sent]
    _SENT.run(tx.connection, ids, now=tx.now)
    _answered(tx, [row for row, _ in sent])


def _answered(tx: Tx, rows: Iterable[AnyRow]) -> None:
    """The answer is there; the mention ends."""
    ended = tx.advance(
        Move(row.mention_id, State(row.mention_state), EventKind.REPLY_SENT, SYSTEM) for row in rows
    )
    close_escalations(tx, ended)


def _settle_postponed(tx: Tx, postponed: Sequence[tuple[AnyRow, NotSent, datetime]]) -> None:
    if not postponed:
        return
    tx.connection.execute(
        _POSTPONE,
        [{"delivery": row.id, "reason": outcome.reason, "until": until} for row, outcome, until in postponed],
    )
    tx.advance(
        Move(
            row.mention_id,
            State(row.mention_state),
            EventKind.DELIVERY_POSTPONED,
            SYSTEM,
            outcome.reason,
            due=tx.patience.due(State.APPROVED, until),
        )
        for row, outcome, until in postponed
    )


def _settle_failed(tx: Tx, failed: Sequence[tuple[AnyRow, str]]) -> None:
    if not failed:
        return
    tx.connection.execute(_REJECT, [{"delivery": row.id, "reason": reason} for row, reason in failed])
    escalate(
        tx, [escalation(row.mention_id, State(row.mention_state), SYSTEM, reason) for row, reason in failed]
    )


def _settle_unknown(tx: Tx, unknown: Sequence[tuple[AnyRow, str, datetime]]) -> None:
    """The mention stays where it is: the sender resolves it next, not before the given moment."""
    if unknown:
        tx.connection.execute(
            _LOSE, [{"delivery": row.id, "reason": reason, "until": until} for row, reason, until in unknown]
        )


def hold(tx: Tx, holds: Sequence[Hold]) -> list[None]:
    """Ask a person whether these went out; until they say so, nothing more is sent."""
    by_id = {one.delivery_id: one for one in holds}
    rows = [
        row
        for row in tx.connection.execute(_BY_ID, {"ids": list(by_id)})
        if row.token == by_id[row.id].token and row.state == DeliveryState.SENDING
    ]
    _settle_unknown(tx, [(row, "fate_unknown", tx.now) for row in rows])
    escalate(
        tx, [escalation(row.mention_id, State(row.mention_state), SYSTEM, "fate_unknown") for row in rows]
    )
    return [None] * len(holds)


def orphan(tx: Tx, account_ids: Sequence[str]) -> list[None]:
    """What was being sent when the process died may or may not have gone out.

    The machine gets its time anew: a long downtime is no reason to ask a person what can be found out.
    """
    accounts = {"accounts": list(account_ids)}
    tx.connection.execute(_ORPHAN, accounts)
    tx.connection.execute(_MORE_TIME, accounts | {"due": tx.patience.due(State.DELIVERING, tx.now)})
    return [None] * len(account_ids)


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
_BY_ID = (
    select(
        deliveries.c.id,
        deliveries.c.mention_id,
        deliveries.c.state,
        deliveries.c.token,
        deliveries.c.attempt,
        mentions.c.state.label("mention_state"),
    )
    .join(mentions, mentions.c.id == deliveries.c.mention_id)
    .where(deliveries.c.id.in_(each_of("ids")))
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
_SENT = Bulk(
    _ONE.values(
        state=DeliveryState.SENT,
        external_id=bindparam("external"),
        sent_at=bindparam("now"),
        lease_until=None,
        problem="",
    )
)
_POSTPONE = _ONE.values(
    state=DeliveryState.QUEUED, not_before=bindparam("until"), problem=bindparam("reason"), lease_until=None
)
_REJECT = _ONE.values(state=DeliveryState.REJECTED, problem=bindparam("reason"), lease_until=None)
_LOSE = _ONE.values(
    state=DeliveryState.UNKNOWN, problem=bindparam("reason"), not_before=bindparam("until"), lease_until=None
)
_WITHDRAW = _ONE.values(state=DeliveryState.WITHDRAWN, problem=bindparam("reason"))
_ORPHAN = (
    update(deliveries)
    .where(
        deliveries.c.account_id.in_(each_of("accounts")),
        one_of(deliveries.c.state, MOVING),
        deliveries.c.state == DeliveryState.SENDING,
    )
    .values(state=DeliveryState.UNKNOWN, problem="process_ended", lease_until=None)
)
_MORE_TIME = (
    update(mentions)
    .where(
        mentions.c.account_id.in_(each_of("accounts")),
        one_of(mentions.c.state, [State.DELIVERING]),
    )
    .values(due_at=bindparam("due"))
)
