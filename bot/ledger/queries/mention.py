"""One mention with everything a person needs to decide: what was said, around it, before it, and since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.domain.events import EventKind, RecordedEvent
from bot.domain.labels import Classification
from bot.domain.lifecycle import State
from bot.domain.people import Actor, ActorKind
from bot.domain.replies import DeliveryKind, DeliveryState
from bot.ledger.latest import out_of_columns
from bot.ledger.queries import inbox
from bot.ledger.queries.conversation import Said, around, earlier
from bot.ledger.queries.inbox import Item
from bot.ledger.schema import (
    AnyRow,
    authors,
    classifications,
    conversations,
    decisions,
    deliveries,
    drafts,
    edits,
    escalations,
    events,
    mentions,
    people,
)


@dataclass(frozen=True, slots=True)
class EarlierText:
    """What the comment said until its author changed it."""

    text: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """A suggestion, the newest first."""

    revision: int
    text: str
    language: str
    responder: str
    template: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    """An answer on its way, out, or of unknown fate."""

    id: str
    kind: DeliveryKind
    state: DeliveryState
    text: str
    approved_by: str
    leaves_at: datetime
    first_attempt_at: datetime | None
    sent_at: datetime | None
    attempt: int
    problem: str


@dataclass(frozen=True, slots=True)
class ShownEscalation:
    """Why a team was called, and whether somebody has it."""

    reason: str
    level: int
    opened_at: datetime
    claimed_by: str
    claimed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """What a person decided."""

    verdict: str
    person: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """A line of history, with the name behind the actor's id."""

    event: RecordedEvent
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention, as a page shows it."""

    item: Item
    text: str
    account_id: str
    conversation_id: str
    conversation_version: int
    thread: str
    link: str
    earlier_texts: tuple[EarlierText, ...]
    conversation: tuple[Said, ...]
    earlier: tuple[Said, ...]
    classification: Classification | None
    drafts: tuple[ShownDraft, ...]
    deliveries: tuple[ShownDelivery, ...]
    escalation: ShownEscalation | None
    decisions: tuple[ShownDecision, ...]
    events: tuple[ShownEvent, ...]

    @property
    def draft(self) -> ShownDraft | None:
        """The newest suggestion."""
        return self.drafts[0] if self.drafts else None

    @property
    def live_delivery(self) -> ShownDelivery | None:
        """The answer that is on its way, out, or may be out."""
        gone = (DeliveryState.REJECTED, DeliveryState.WITHDRAWN)
        return next((one for one in self.deliveries if one.state not in gone), None)

    @property
    def may_be_out(self) -> bool:
        """Whether a person has to say if the answer went out."""
        live = self.live_delivery
        return self.item.state is State.ESCALATED and live is not None and live.state is DeliveryState.UNKNOWN


def find(connection: Connection, mention_id: str) -> Mention | None:
    """The mention with this id, or None."""
    row = connection.execute(_MENTION, {"mention": mention_id}).first()
    if row is None:
        return None
    names: Mapping[str, str] = dict(connection.execute(select(people.c.id, people.c.name)).all())
    return Mention(
        item=inbox.items(connection, [mention_id])[0],
        text=row.text,
        account_id=row.account_id,
        conversation_id=row.conversation_id,
        conversation_version=row.version,
        thread=row.thread,
        link=row.link,
        earlier_texts=tuple(
            EarlierText(one.text, one.replaced_at) for one in connection.execute(_EDITS, {"mention": row.id})
        ),
        conversation=around(connection, row),
        earlier=earlier(connection, row),
        classification=_classification(connection, row),
        drafts=tuple(_draft(one) for one in connection.execute(_DRAFTS, {"mention": row.id})),
        deliveries=tuple(
            _delivery(one, names) for one in connection.execute(_DELIVERIES, {"mention": row.id})
        ),
        escalation=_escalation(connection, row, names),
        decisions=tuple(
            ShownDecision(one.verdict, names.get(one.person_id, ""), one.reason, one.decided_at)
            for one in connection.execute(_DECISIONS, {"mention": row.id})
        ),
        events=_events(connection, row, names),
    )


def _classification(connection: Connection, row: AnyRow) -> Classification | None:
    key = {"mention": row.id, "revision": row.classification_revision}
    found = connection.execute(_READ, key).first()
    return None if found is None else out_of_columns(found)


def _draft(one: AnyRow) -> ShownDraft:
    return ShownDraft(one.revision, one.text, one.language, one.responder, one.template, one.made_at)


def _delivery(one: AnyRow, names: Mapping[str, str]) -> ShownDelivery:
    return ShownDelivery(
        one.id,
        DeliveryKind(one.kind),
        DeliveryState(one.state),
        one.text,
        names.get(one.approved_by, ""),
        one.not_before,
        one.first_attempt_at,
        one.sent_at,
        one.attempt,
        one.problem,
    )


def _escalation(connection: Connection, row: AnyRow, names: Mapping[str, str]) -> ShownEscalation | None:
    one = connection.execute(_ESCALATION, {"mention": row.id}).first()
    if one is None:
        return None
    claimed_by = names.get(one.claimed_by or "", "")
    return ShownEscalation(one.reason, one.level, one.opened_at, claimed_by, one.claimed_at)


def _events(connection: Connection, row: AnyRow, names: Mapping[str, str]) -> tuple[ShownEvent, ...]:
    known = {**names, row.author_id: row.author}
    return tuple(
        ShownEvent(
            RecordedEvent(
                one.seq,
                one.at,
                EventKind(one.kind),
                Actor(ActorKind(one.actor_kind), one.actor_id),
                one.reason,
                one.data or {},
            ),
            known.get(one.actor_id, ""),
        )
        for one in connection.execute(_EVENTS, {"mention": row.id})
    )


_MENTION = (
    select(mentions, conversations.c.version, authors.c.name.label("author"))
    .join(conversations, conversations.c.id == mentions.c.conversation_id)
    .join(authors, authors.c.id == mentions.c.author_id)
    .where(mentions.c.id == bindparam("mention"))
)
_EDITS = select(edits).where(edits.c.mention_id == bindparam("mention")).order_by(edits.c.replaced_at.desc())
_READ = select(classifications, classifications.c.language.label("read_language")).where(
    classifications.c.mention_id == bindparam("mention"), classifications.c.revision == bindparam("revision")
)
_DRAFTS = select(drafts).where(drafts.c.mention_id == bindparam("mention")).order_by(drafts.c.revision.desc())
_DELIVERIES = (
    select(deliveries)
    .where(deliveries.c.mention_id == bindparam("mention"))
    .order_by(deliveries.c.queued_at.desc(), deliveries.c.id.desc())
)
_ESCALATION = select(escalations).where(
    escalations.c.mention_id == bindparam("mention"), escalations.c.closed_at.is_(None)
)
_DECISIONS = (
    select(decisions)
    .where(decisions.c.mention_id == bindparam("mention"))
    .order_by(decisions.c.decided_at.desc(), decisions.c.id.desc())
)
_EVENTS = select(events).where(events.c.mention_id == bindparam("mention")).order_by(events.c.seq)
