"""Drafting: which mentions want a draft, and what becomes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from bot.domain.events import EventKind
from bot.domain.lifecycle import State
from bot.domain.people import SYSTEM, Actor, ActorKind
from bot.domain.replies import Draft
from bot.ledger.bulk import Bulk, each_of
from bot.ledger.latest import LATEST_READING
from bot.ledger.operations.delivery import Answer, queue_answers
from bot.ledger.operations.triage import last_edit
from bot.ledger.schema import AnyRow, authors, classifications, conversations, drafts, mentions
from bot.ledger.transaction import Move, Tx

WRITTEN_FOR = (State.TRIAGED, State.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Drafted:
    """One draft on its way into the ledger. ``trusted``: it may leave without a person."""

    mention_id: str
    conversation_id: str
    account_id: str
    conversation_version: int
    state: State
    revision: int
    classification_revision: int
    draft: Draft
    trusted: bool


def settle(tx: Tx, drafted: Sequence[Drafted]) -> list[None]:
    """Keep the drafts that are still wanted; queue the trusted ones, open a review for the others.

    What was read again meanwhile is left: the bell of that reading has it drafted anew.
    """
    moves = (_move(item) for item in _still_read_so(tx, drafted))
    moved = tx.advance(moves, counting=mentions.c.draft_revision)
    kept = [item for item in drafted if item.mention_id in moved]
    _INSERT.run(tx.connection, [_row(item) for item in kept], made_at=tx.now)
    queue_answers(
        tx,
        [
            Answer(
                item.mention_id,
                item.account_id,
                item.conversation_id,
                item.conversation_version,
                item.draft.text,
                tx.now,
            )
            for item in kept
            if item.trusted
        ],
    )
    return [None] * len(drafted)


def _still_read_so(tx: Tx, drafted: Sequence[Drafted]) -> list[Drafted]:
    ids = [item.mention_id for item in drafted]
    revisions = dict(tx.connection.execute(_READ_REVISIONS, {"ids": ids}).all())
    return [item for item in drafted if revisions[item.mention_id] == item.classification_revision]


def _move(item: Drafted) -> Move:
    if item.trusted:
        rule = Actor(ActorKind.RULE, f"trusted:{item.draft.template}")
        return Move(item.mention_id, State.TRIAGED, EventKind.DRAFT_TRUSTED, rule)
    happened = EventKind.REVIEW_OPENED if item.state is State.TRIAGED else EventKind.DRAFT_REPLACED
    return Move(item.mention_id, item.state, happened, SYSTEM)


def _row(item: Drafted) -> dict[str, object]:
    return {
        "mention_id": item.mention_id,
        "revision": item.revision + 1,
        "text": item.draft.text,
        "language": item.draft.language,
        "responder": item.draft.responder,
        "template": item.draft.template,
    }


def load(connection: Connection, ids: Sequence[str]) -> tuple[list[AnyRow], dict[str, list[str]]]:
    """The mentions that want a draft, and the templates already used in each of their conversations."""
    rows = list(connection.execute(_TO_DRAFT, {"ids": ids}))
    used: defaultdict[str, list[str]] = defaultdict(list)
    conversation_ids = list({row.conversation_id: None for row in rows})
    for conversation_id, template in connection.execute(_USED, {"ids": conversation_ids}):
        used[conversation_id].append(template)
    return rows, used


_TO_DRAFT = (
    select(
        mentions.c.id,
        mentions.c.conversation_id,
        mentions.c.account_id,
        mentions.c.state,
        mentions.c.text,
        mentions.c.draft_revision,
        mentions.c.classification_revision,
        authors.c.name.label("author_name"),
        conversations.c.version,
        conversations.c.language.label("conversation_language"),
        classifications.c.labels,
        classifications.c.scores,
        classifications.c.language.label("read_language"),
        classifications.c.unsure,
        classifications.c.classifier,
        classifications.c.made_at.label("read_at"),
        last_edit.label("last_edit"),
    )
    .select_from(
        mentions.join(conversations)
        .join(authors, authors.c.id == mentions.c.author_id)
        .outerjoin(classifications, LATEST_READING)
    )
    .where(
        mentions.c.id.in_(each_of("ids")),
        mentions.c.state.in_(WRITTEN_FOR),
        mentions.c.draft_revision < mentions.c.draft_wanted,
    )
)
_READ_REVISIONS = select(mentions.c.id, mentions.c.classification_revision).where(
    mentions.c.id.in_(each_of("ids"))
)
_USED = (
    select(mentions.c.conversation_id, drafts.c.template)
    .join(drafts, drafts.c.mention_id == mentions.c.id)
    .where(mentions.c.conversation_id.in_(each_of("ids")), drafts.c.template != "")
    .order_by(drafts.c.made_at)
)
_INSERT = Bulk(insert(drafts))
