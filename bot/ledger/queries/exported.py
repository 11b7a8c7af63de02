"""Comments as they are handed out: in the order in which they came in, with what became of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.exports import ExportRow
from bot.domain.replies import DeliveryKind, DeliveryState
from bot.ledger.latest import LATEST_DRAFT, LATEST_READING, labels
from bot.ledger.schema import AnyRow, accounts, authors, classifications, deliveries, drafts, mentions

PAGE = 1_000


def exported(connection: Connection, account: str) -> Iterator[ExportRow]:
    """Every comment of one account, the first received first; read page by page."""
    after = ""
    while rows := connection.execute(_PAGE, {"account": account, "after": after, "limit": PAGE}).all():
        yield from (_exported(row) for row in rows)
        after = rows[-1].id


def count_mentions(connection: Connection, account: str) -> int:
    """How many comments of one account the ledger holds."""
    query = select(func.count()).select_from(mentions.join(accounts)).where(accounts.c.name == account)
    return connection.execute(query).scalar_one()


def _exported(row: AnyRow) -> ExportRow:
    return ExportRow(
        id=row.message_id,
        text=row.text,
        language=row.read_language or row.language,
        labels=labels(row.labels),
        confidence=row.confidence,
        suggested_reply=row.draft or "",
        state=row.state,
        reply=row.reply or "",
        network=row.space_name or row.space,
        author=row.author,
        date=row.sent_at,
    )


_PAGE = (
    select(
        mentions.c.id,
        mentions.c.message_id,
        mentions.c.text,
        mentions.c.language,
        mentions.c.state,
        mentions.c.space,
        mentions.c.space_name,
        mentions.c.sent_at,
        authors.c.name.label("author"),
        classifications.c.labels,
        classifications.c.confidence,
        classifications.c.language.label("read_language"),
        drafts.c.text.label("draft"),
        deliveries.c.text.label("reply"),
    )
    .select_from(
        mentions.join(accounts, accounts.c.id == mentions.c.account_id)
        .join(authors, authors.c.id == mentions.c.author_id)
        .outerjoin(classifications, LATEST_READING)
        .outerjoin(drafts, LATEST_DRAFT)
        .outerjoin(
            deliveries,
            (deliveries.c.mention_id == mentions.c.id)
            & (deliveries.c.kind == DeliveryKind.ANSWER)
            & (deliveries.c.state == DeliveryState.SENT),
        )
    )
    .where(accounts.c.name == bindparam("account"), mentions.c.id > bindparam("after"))
    .order_by(mentions.c.id)
    .limit(bindparam("limit"))
)
