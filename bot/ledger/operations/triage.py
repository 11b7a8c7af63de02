"""Triage: what was read is kept, and the mentions that waited for it move on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.domain.events import EventKind, LedgerEvent
from bot.domain.labels import UNDETERMINED, Classification
from bot.domain.lifecycle import State
from bot.domain.people import SYSTEM, Actor, ActorKind
from bot.domain.policy import Route
from bot.ledger.schema import AnyRow, classifications, conversations, mentions
from bot.ledger.transaction import Move, Tx

DISMISSAL_RULE = Actor(ActorKind.RULE, "policy.dismiss")


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as it was read: the revision tells whether anybody read it meanwhile."""

    mention_id: str
    conversation_id: str
    state: State
    revision: int
    classification: Classification
    route: Route


def settle(tx: Tx, readings: Sequence[Reading]) -> list[None]:
    """Keep what was read, and move the mentions that still wait for it."""
    first = [reading for reading in readings if reading.state is State.RECEIVED]
    moved = tx.advance(
        Move(reading.mention_id, State.RECEIVED, EventKind.MENTION_TRIAGED, SYSTEM) for reading in first
    )
    again = [reading for reading in readings if reading.state is not State.RECEIVED]
    kept = [reading for reading in first if reading.mention_id in moved] + again
    if kept:
        tx.connection.execute(_INSERT, [_row(tx, reading) for reading in kept])
        tx.connection.execute(
            _NEXT_REVISION,
            [{"mention": reading.mention_id, "revision": reading.revision + 1} for reading in kept],
        )
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


def _dismissal(reading: Reading) -> str:
    return "no_answer_needed:" + "+".join(reading.classification.labels)


def _want_new_drafts(tx: Tx, again: Sequence[Reading]) -> None:
    if not again:
        return
    tx.connection.execute(_WANT_DRAFT, {"ids": [reading.mention_id for reading in again]})
    for reading in again:
        tx.record(
            LedgerEvent(EventKind.MENTION_RECLASSIFIED, reading.mention_id, reading.conversation_id, SYSTEM)
        )


def _remember_language(tx: Tx, readings: Sequence[Reading]) -> None:
    """A conversation speaks the language that was last told apart in it."""
    told = [
        {"conversation": reading.conversation_id, "told": reading.classification.language}
        for reading in readings
        if reading.classification.language != UNDETERMINED
    ]
    if told:
        tx.connection.execute(_LANGUAGE, told)


def _row(tx: Tx, reading: Reading) -> dict[str, object]:
    classification = reading.classification
    return {
        "mention_id": reading.mention_id,
        "revision": reading.revision + 1,
        "labels": "+".join(classification.labels),
        "scores": dict(classification.scores),
        "confidence": classification.confidence,
        "language": classification.language,
        "unsure": classification.unsure,
        "classifier": classification.classifier,
        "made_at": tx.now,
    }


def load(connection: Connection, ids: Sequence[str]) -> list[AnyRow]:
    return list(connection.execute(_TO_READ, {"ids": ids}))


_TO_READ = (
    select(
        mentions.c.id,
        mentions.c.conversation_id,
        mentions.c.state,
        mentions.c.text,
        mentions.c.language,
        mentions.c.edited_at,
        mentions.c.classification_revision,
        conversations.c.language.label("conversation_language"),
        classifications.c.made_at,
    )
    .select_from(
        mentions.join(conversations).outerjoin(
            classifications,
            (classifications.c.mention_id == mentions.c.id)
            & (classifications.c.revision == mentions.c.classification_revision),
        )
    )
    .where(mentions.c.id.in_(bindparam("ids", expanding=True)))
)
_INSERT = insert(classifications)
_NEXT_REVISION = (
    update(mentions)
    .where(mentions.c.id == bindparam("mention"))
    .values(classification_revision=bindparam("revision"))
)
_WANT_DRAFT = (
    update(mentions)
    .where(mentions.c.id.in_(bindparam("ids", expanding=True)))
    .values(draft_wanted=mentions.c.draft_revision + 1)
)
_LANGUAGE = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"), conversations.c.language != bindparam("told"))
    .values(language=bindparam("told"))
)
