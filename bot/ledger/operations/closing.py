"""What a mention leaves behind when it leaves the hands that held it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, update

from bot.domain.replies import DeliveryState
from bot.ledger.bulk import each_of
from bot.ledger.schema import deliveries, escalations
from bot.ledger.transaction import Tx

_WITHDRAW = (
    update(deliveries)
    .where(
        deliveries.c.mention_id.in_(each_of("ids")),
        deliveries.c.state == DeliveryState.QUEUED,
    )
    .values(state=DeliveryState.WITHDRAWN)
)
_CLOSE_ESCALATIONS = (
    update(escalations)
    .where(escalations.c.mention_id.in_(each_of("ids")), escalations.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)


def withdraw_queued(tx: Tx, mention_ids: Collection[str]) -> None:
    """Nothing that is only queued goes out any more. What is being sent is left to finish."""
    if mention_ids:
        tx.connection.execute(_WITHDRAW, {"ids": list(mention_ids)})


def close_escalations(tx: Tx, mention_ids: Collection[str]) -> None:
    """No team is asked about these any more."""
    if mention_ids:
        tx.connection.execute(_CLOSE_ESCALATIONS, {"ids": list(mention_ids), "now": tx.now})
