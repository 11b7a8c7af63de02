"""What happened, in the past tense. Events hold ids and reasons, never what anybody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Actor


class EventKind(StrEnum):
    """Every kind of ledger event. The first block moves a mention (see ``lifecycle``)."""

    MENTION_RECEIVED = "mention_received"
    MENTION_TRIAGED = "mention_triaged"
    REVIEW_OPENED = "review_opened"
    DRAFT_TRUSTED = "draft_trusted"
    DRAFT_REPLACED = "draft_replaced"
    SUGGESTION_ASKED = "suggestion_asked"
    REVIEW_SNOOZED = "review_snoozed"
    SNOOZE_ENDED = "snooze_ended"
    REPLY_APPROVED = "reply_approved"
    REPLY_WITHDRAWN = "reply_withdrawn"
    DELIVERY_STARTED = "delivery_started"
    DELIVERY_POSTPONED = "delivery_postponed"
    REPLY_SENT = "reply_sent"
    MENTION_DISMISSED = "mention_dismissed"
    DISMISSAL_UNDONE = "dismissal_undone"
    MENTION_ESCALATED = "mention_escalated"
    ESCALATION_CLAIMED = "escalation_claimed"
    MENTION_RETURNED = "mention_returned"
    MENTION_RESOLVED = "mention_resolved"
    STAFF_ANSWERED = "staff_answered"

    MENTION_EDITED = "mention_edited"
    MENTION_RECLASSIFIED = "mention_reclassified"


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One line of the append-only history; the same row is what the relay rings the bus with."""

    kind: EventKind
    mention_id: str
    conversation_id: str
    actor: Actor
    reason: str = ""
    data: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the bus carries: ids only. Losing, repeating or reordering one does no harm."""

    seq: int
    kind: EventKind
    mention_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """A line of history as it is read back."""

    seq: int
    at: datetime
    kind: EventKind
    actor: Actor
    reason: str
    data: Mapping[str, str | int]
