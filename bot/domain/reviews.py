"""Open questions to people, and what they decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Person


class Verdict(StrEnum):
    """What a person can say on any desk."""

    APPROVE = "approve"  # with ``text`` when it was edited: editing and approving is one step
    ANOTHER = "another"
    DISMISS = "dismiss"
    ESCALATE = "escalate"
    SNOOZE = "snooze"
    UNDO = "undo"
    CLAIM = "claim"
    RETURN = "return"
    RESOLVE = "resolve"
    WENT_OUT = "went_out"
    DID_NOT_GO_OUT = "did_not_go_out"


NEEDS_REASON = frozenset({Verdict.DISMISS, Verdict.RESOLVE})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person had before their eyes; a decision counts for that and nothing newer."""

    draft_revision: int
    conversation_version: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's verdict on one mention."""

    mention_id: str
    verdict: Verdict
    person: Person
    shown: Shown
    text: str | None = None
    reason: str = ""
    until: datetime | None = None
