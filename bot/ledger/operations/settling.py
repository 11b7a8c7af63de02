"""Settling: what came of an attempt to send, and what becomes of those that nobody heard of again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from bot.domain.events import EventKind
from bot.domain.lifecycle import State
from bot.domain.people import SYSTEM
from bot.domain.replies import DeliveryState, NotSent, Outcome, Rejected, Sent
from bot.ledger.bulk import Bulk, each_of
from bot.ledger.operations.closing import close_escalations
from bot.ledger.operations.escalation import escalate, escalation
from bot.ledger.schema import MOVING, AnyRow, deliveries, mentions, one_of
from bot.ledger.transaction import Move, Tx


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
