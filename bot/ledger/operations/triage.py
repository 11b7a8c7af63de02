"""Triage: what was read is kept, and the mentions that waited for it move on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.domain.events import EventKind, LedgerEvent
from bot.domain.labels import UNDETERMINED, Classification
from bot.domain.lifecycle import State
from bot.domain.people import SYSTEM, Actor, ActorKind
from bot.domain.policy import Route
from bot.ledger.bulk import Bulk, each_of
from bot.ledger.latest import LATEST_READING, in_columns
from bot.ledger.schema import AnyRow, classifications, conversations, edits, mentions
from bot.ledger.transaction import Move, Tx

DISMISSAL_RULE = Actor(ActorKind.RULE, "policy.dismiss")


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as it was read. ``last_edit``: when these words replaced others, if they ever did."""

    mention_id: str
    conversation_id: str
    state: State
    revision: int
    last_edit: datetime | None
    classification: Classification
    route: Route


def settle(tx: Tx, readings: Sequence[Reading]) -> list[None]:
    """Keep what was read, and move the mentions that still wait for it.

    What was edited during the reading is left: the bell of that edit has it read again.
    """
    current = _still_said(tx, readings)
    first = [reading for reading in current if reading.state is State.RECEIVED]
    moved = tx.advance(
        (Move(reading.mention_id, State.RECEIVED, EventKind.MENTION_TRIAGED, SYSTEM) for reading in first),
        counting=mentions.c.classification_revision,
    )
    again = [reading for reading in current if reading.state is not State.RECEIVED]
    kept = [reading for reading in first if reading.mention_id in moved] + again
    _INSERT.run(tx.connection, [_row(tx, reading) for reading in kept])
    _remember_language(tx, kept)
    _want_new_drafts(tx, again)
    tx.advance(
        Move(
            reading.mention_id,
            State.TRIAGED,
            EventKind.MENTION_DISMISSED,
            DISMISSAL_RULE,
            _dismissal(reading),
        )
        for reading in kept
        if reading.state is State.RECEIVED and reading.route is Route.DISMISS
    )
    return [None] * len(readings)


def _still_said(tx: Tx, readings: Sequence[Reading]) -> list[Reading]:
    ids = [reading.mention_id for reading in readings]
    last_edits = dict(tx.connection.execute(_LAST_EDITS, {"ids": ids}).all())
    return [reading for reading in readings if last_edits.get(reading.mention_id) == reading.last_edit]


def _dismissal(reading: Reading) -> str:
    return "no_answer_needed:" + "+".join(reading.classification.labels)


def _want_new_drafts(tx: Tx, again: Sequence[Reading]) -> None:
    if not again:
        return
    tx.connection.execute(_READ_AGAIN, {"ids": [reading.mention_id for reading in again]})
    for reading in again:
        tx.record(
            LedgerEvent(EventKind.MENTION_RECLASSIFIED, reading.mention_id, reading.conversation_id, SYSTEM)
        )


def _remember_language(tx: Tx, readings: Sequence[Reading]) -> None:
    """A conversation speaks the language that was last told apart in it."""
    speaking: defaultdict[str, list[str]] = defaultdict(list)
    for reading in readings:
        speaking[reading.classification.language].append(reading.conversation_id)
    speaking.pop(UNDETERMINED, None)
    for language, conversation_ids in speaking.items():
        tx.connection.execute(_LANGUAGE, {"conversations": conversation_ids, "told": language})


def _row(tx: Tx, reading: Reading) -> dict[str, object]:
    return {
        "mention_id": reading.mention_id,
        "revision": reading.revision + 1,
        "made_at": tx.later_than(reading.last_edit),
        **in_columns(reading.classification),
    }


def load(connection: Connection, ids: Sequence[str]) -> list[AnyRow]:
    return list(connection.execute(_TO_READ, {"ids": ids}))


last_edit = select(func.max(edits.c.replaced_at)).where(edits.c.mention_id == mentions.c.id).scalar_subquery()
_LAST_EDITS = (
    select(edits.c.mention_id, func.max(edits.c.replaced_at))
    .where(edits.c.mention_id.in_(each_of("ids")))
    .group_by(edits.c.mention_id)
)
_TO_READ = (
    select(
        mentions.c.id,
        mentions.c.conversation_id,
        mentions.c.state,
        mentions.c.text,
        mentions.c.language,
        mentions.c.classification_revision,
        last_edit.label("last_edit"),
        conversations.c.language.label("conversation_language"),
        classifications.c.made_at,
    )
    .select_from(mentions.join(conversations).outerjoin(classifications, LATEST_READING))
    .where(mentions.c.id.in_(each_of("ids")))
)
_INSERT = Bulk(insert(classifications))
_READ_AGAIN = (
    update(mentions)
    .where(mentions.c.id.in_(each_of("ids")))
    .values(
        classification_revision=mentions.c.classification_revision + 1,
        draft_wanted=mentions.c.draft_revision + 1,
    )
)
_LANGUAGE = (
    update(conversations)
    .where(
        conversations.c.id.in_(each_of("conversations")),
        conversations.c.language != bindparam("told"),
    )
    .values(language=bindparam("told"))
)
