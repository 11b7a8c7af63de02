"""What the brand says: drafts, and the small machine that each delivery is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.mention import Place


@dataclass(frozen=True, slots=True)
class Draft:
    """A suggested reply. An empty ``text`` means: nothing to suggest, a person writes."""

    text: str
    language: str
    responder: str
    template: str = ""


class DeliveryKind(StrEnum):
    """What is delivered. Only an answer ends a mention by being sent, and there is at most one."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REACTION = "reaction"
    ANSWER = "answer"
    CLOSING = "closing"
    CORRECTION = "correction"


class DeliveryState(StrEnum):
    """queued -> sending -> sent | rejected | unknown; unknown -> sent | queued; queued -> withdrawn."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out. ``delivery_id`` is the same at every attempt: the platform's key."""

    delivery_id: str
    place: Place
    text: str
    kind: DeliveryKind = DeliveryKind.ANSWER


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there, under this message id."""

    message_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It is surely not there, and trying again may work, not before ``retry_after`` if that is given."""

    reason: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """It is surely not there, and trying again will not help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may be there: the connection broke after the words had left."""

    reason: str


Outcome = Sent | NotSent | Rejected | Unknown


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform lets its adapter do; the delivery protocol and the docs read this.

    ``idempotent_for``: how long a repeat with the same delivery id is known to give the first message.
    ``can_look_up``: whether the adapter can ask whether a delivery is there.
    """

    idempotent_for: timedelta | None = None
    can_look_up: bool = False
    sees_edits: bool = False
    sees_deletions: bool = False
    can_react: bool = False
    can_write_first: bool = False
    sends: bool = True
    max_length: int = 4000


class Resolution(StrEnum):
    """How a delivery of unknown fate is resolved on a platform."""

    REPEAT = "repeat"
    LOOK_UP = "look_up"
    HOLD = "hold"


def resolution(
    capabilities: Capabilities, since_first_attempt: timedelta, *, conversation_moved: bool = False
) -> Resolution:
    """The only safe thing to do with an unknown delivery. Holding asks a person; nothing overrides it.

    A repeat may be the first time that the words are read, so none once the conversation has moved.
    """
    window = capabilities.idempotent_for
    if window is not None and since_first_attempt < window and not conversation_moved:
        return Resolution.REPEAT
    if capabilities.can_look_up:
        return Resolution.LOOK_UP
    return Resolution.HOLD
