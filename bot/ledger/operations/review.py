"""Review: one person's decision, applied once, for what was shown and nothing newer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update

from bot.domain.events import EventKind
from bot.domain.guard import objection
from bot.domain.lifecycle import State
from bot.domain.mention import storable
from bot.domain.people import Role
from bot.domain.replies import DeliveryState
from bot.domain.reviews import NEEDS_REASON, Decision, Shown, Verdict
from bot.errors import AlreadyDecided, Moved, NotAllowed, Refused, UnknownMention, Unsendable
from bot.ledger.operations.closing import close_escalations, withdraw_queued
from bot.ledger.operations.delivery import Answer, queue_answers
from bot.ledger.operations.escalation import escalate, escalation
from bot.ledger.schema import (
    AnyRow,
    conversations,
    decisions,
    deliveries,
    drafts,
    escalations,
    mentions,
    people,
)
from bot.ledger.transaction import Move, Tx

DISMISSAL_CAN_BE_UNDONE_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A decision, with what holds where it is applied: the undo window, and how long a reply may be."""

    decision: Decision
    undo_window: timedelta
    max_length: int


def decide(tx: Tx, ballots: Sequence[Ballot]) -> list[State | Refused]:
    """Apply each decision, or say why not; a refused one has changed nothing."""
    return [_decide(tx, ballot) for ballot in ballots]


def _decide(tx: Tx, ballot: Ballot) -> State | Refused:
    decision = ballot.decision
    row = tx.connection.execute(_SHOWN, {"mention": decision.mention_id}).first()
    if row is None:
        return UnknownMention(f"There is no mention {decision.mention_id}.", "Look at the inbox again.")
    try:
        _check(tx, row, decision)
        APPLY[decision.verdict](tx, row, ballot)
    except Refused as refused:
        return refused
    tx.connection.execute(insert(decisions).values(_decision_row(tx, decision)))
    state = tx.connection.execute(select(mentions.c.state).where(mentions.c.id == row.id)).scalar_one()
    return State(state)


# --- checks, all before anything is written ----------------------------------------------------

FROM: dict[Verdict, frozenset[State]] = {
    Verdict.APPROVE: frozenset({State.IN_REVIEW, State.ASSIGNED}),
    Verdict.ANOTHER: frozenset({State.IN_REVIEW}),
    Verdict.DISMISS: frozenset({State.IN_REVIEW}),
    Verdict.SNOOZE: frozenset({State.IN_REVIEW}),
    Verdict.ESCALATE: frozenset({State.IN_REVIEW, State.ASSIGNED}),
    Verdict.UNDO: frozenset({State.APPROVED, State.DISMISSED}),
    Verdict.CLAIM: frozenset({State.ESCALATED}),
    Verdict.RETURN: frozenset({State.ESCALATED}),
    Verdict.RESOLVE: frozenset({State.ASSIGNED}),
    Verdict.WENT_OUT: frozenset({State.ESCALATED}),
    Verdict.DID_NOT_GO_OUT: frozenset({State.ESCALATED}),
}
BOUND_TO_WHAT_WAS_SHOWN = frozenset({Verdict.APPROVE, Verdict.DISMISS, Verdict.ANOTHER, Verdict.RESOLVE})


def _check(tx: Tx, row: AnyRow, decision: Decision) -> None:
    person, verdict = decision.person, decision.verdict
    if not person.role.includes(Role.REPLIER):
        raise NotAllowed(f"{person.name} may read but not decide.", "Ask an owner for the role replier.")
    if State(row.state) not in FROM[verdict]:
        raise AlreadyDecided(_who_was_first(tx, row))
    if verdict in BOUND_TO_WHAT_WAS_SHOWN and (moved := _what_moved(row, decision.shown)):
        raise Moved(moved, "Look at it again, then decide.")
    if verdict in NEEDS_REASON and not decision.reason.strip():
        raise Refused("A reason is missing.", "Say in a few words why, so that others understand.")


def _who_was_first(tx: Tx, row: AnyRow) -> str:
    last = tx.connection.execute(_LAST_DECISION, {"mention": row.id}).first()
    stands = f"This mention is {row.state.replace('_', ' ')}"
    if last is None:
        return f"{stands}: it moved without a person's decision."
    return f"{stands}: {last.name} said “{last.verdict.replace('_', ' ')}” at {last.decided_at:%H:%M} UTC."


def _what_moved(row: AnyRow, shown: Shown) -> str:
    if row.version != shown.conversation_version:
        return "The conversation moved on since this was shown: the author wrote, edited or deleted."
    if row.draft_revision != shown.draft_revision:
        return "There is a newer draft than the one that was shown."
    return ""


def _decision_row(tx: Tx, decision: Decision) -> dict[str, object]:
    return {
        "id": tx.new_id(),
        "mention_id": decision.mention_id,
        "verdict": decision.verdict,
        "person_id": decision.person.id,
        "draft_revision": decision.shown.draft_revision,
        "conversation_version": decision.shown.conversation_version,
        "text": None if decision.text is None else storable(decision.text),
        "reason": storable(decision.reason),
        "decided_at": tx.now,
    }


# --- what each verdict does --------------------------------------------------------------------


def _step(tx: Tx, row: AnyRow, decision: Decision, happened: EventKind) -> None:
    reason = storable(decision.reason)
    tx.advance([Move(row.id, State(row.state), happened, decision.person.actor, reason)])


def _approve(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    decision = ballot.decision
    if row.deleted_at is not None:
        raise Unsendable("The author deleted this comment.", "Set it aside: nobody would see the answer.")
    text = _approved_text(tx, row, decision)
    if problem := objection(text, ballot.max_length):
        raise Unsendable(*UNSENDABLE[problem])
    if tx.connection.execute(_LIVE_ANSWER, {"mention": row.id}).first():
        raise AlreadyDecided(
            "An answer to this mention may have gone out already.", "First say whether it did."
        )
    not_before = tx.now + ballot.undo_window
    due = tx.patience.due(State.APPROVED, not_before)
    tx.advance([Move(row.id, State(row.state), EventKind.REPLY_APPROVED, decision.person.actor, due=due)])
    answer = Answer(
        row.id, row.account_id, row.conversation_id, row.version, text, not_before, decision.person.id
    )
    queue_answers(tx, [answer])
    close_escalations(tx, [row.id])


UNSENDABLE = {
    "empty": ("There is no text to send.", "Write the reply first."),
    "too_long": ("The reply is longer than the platform allows.", "Shorten it."),
    "placeholder": ("The reply still holds a placeholder.", "Replace what stands in brackets."),
}


def _approved_text(tx: Tx, row: AnyRow, decision: Decision) -> str:
    if decision.text is not None:
        return storable(decision.text)
    query = select(drafts.c.text).where(
        drafts.c.mention_id == row.id, drafts.c.revision == decision.shown.draft_revision
    )
    return str(tx.connection.execute(query).scalar() or "")


def _another(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    tx.connection.execute(
        update(mentions).where(mentions.c.id == row.id).values(draft_wanted=mentions.c.draft_revision + 1)
    )
    _step(tx, row, ballot.decision, EventKind.SUGGESTION_ASKED)


def _dismiss(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    _step(tx, row, ballot.decision, EventKind.MENTION_DISMISSED)


def _snooze(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    decision = ballot.decision
    if decision.until is None or decision.until <= tx.now:
        raise Refused("A snooze needs a moment in the future.", "Choose until when.")
    actor = decision.person.actor
    tx.advance([Move(row.id, State(row.state), EventKind.REVIEW_SNOOZED, actor, due=decision.until)])
    tx.connection.execute(
        update(mentions).where(mentions.c.id == row.id).values(snoozed_until=decision.until)
    )


def _escalate(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    decision = ballot.decision
    reason = storable(decision.reason) or "asked_by_person"
    escalate(tx, [escalation(row.id, State(row.state), decision.person.actor, reason)])


def _undo(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    decision = ballot.decision
    if row.state == State.APPROVED:
        withdraw_queued(tx, [row.id])
        _step(tx, row, decision, EventKind.REPLY_WITHDRAWN)
        return
    if tx.now - row.changed_at > DISMISSAL_CAN_BE_UNDONE_FOR or row.deleted_at is not None:
        raise AlreadyDecided(
            "This was set aside for good.", "A later comment of the author opens a new mention."
        )
    _step(tx, row, decision, EventKind.DISMISSAL_UNDONE)


def _claim(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    tx.connection.execute(_CLAIM, {"mention": row.id, "person": ballot.decision.person.id, "now": tx.now})
    _step(tx, row, ballot.decision, EventKind.ESCALATION_CLAIMED)


def _return(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    close_escalations(tx, [row.id])
    _step(tx, row, ballot.decision, EventKind.MENTION_RETURNED)


def _resolve(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    close_escalations(tx, [row.id])
    _step(tx, row, ballot.decision, EventKind.MENTION_RESOLVED)


def _went_out(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    _settle_unknown(tx, row, DeliveryState.SENT)
    close_escalations(tx, [row.id])
    _step(tx, row, ballot.decision, EventKind.REPLY_SENT)


def _did_not_go_out(tx: Tx, row: AnyRow, ballot: Ballot) -> None:
    _settle_unknown(tx, row, DeliveryState.REJECTED)
    close_escalations(tx, [row.id])
    _step(tx, row, ballot.decision, EventKind.MENTION_RETURNED)


def _settle_unknown(tx: Tx, row: AnyRow, state: DeliveryState) -> None:
    found = tx.connection.execute(_UNKNOWN_FATE, {"mention": row.id, "settled": state, "now": tx.now})
    if not found.rowcount:
        raise AlreadyDecided("No answer to this mention is of unknown fate.")


APPLY: dict[Verdict, Callable[[Tx, AnyRow, Ballot], None]] = {
    Verdict.APPROVE: _approve,
    Verdict.ANOTHER: _another,
    Verdict.DISMISS: _dismiss,
    Verdict.SNOOZE: _snooze,
    Verdict.ESCALATE: _escalate,
    Verdict.UNDO: _undo,
    Verdict.CLAIM: _claim,
    Verdict.RETURN: _return,
    Verdict.RESOLVE: _resolve,
    Verdict.WENT_OUT: _went_out,
    Verdict.DID_NOT_GO_OUT: _did_not_go_out,
}

_SHOWN = (
    select(mentions, conversations.c.version)
    .join(conversations, conversations.c.id == mentions.c.conversation_id)
    .where(mentions.c.id == bindparam("mention"))
    .with_for_update(of=mentions)
)
_LAST_DECISION = (
    select(people.c.name, decisions.c.verdict, decisions.c.decided_at)
    .join(people, people.c.id == decisions.c.person_id)
    .where(decisions.c.mention_id == bindparam("mention"))
    .order_by(decisions.c.decided_at.desc(), decisions.c.id.desc())
    .limit(1)
)
_LIVE_ANSWER = select(deliveries.c.id).where(
    deliveries.c.mention_id == bindparam("mention"),
    deliveries.c.state.not_in([DeliveryState.REJECTED, DeliveryState.WITHDRAWN]),
)
_CLAIM = (
    update(escalations)
    .where(escalations.c.mention_id == bindparam("mention"), escalations.c.closed_at.is_(None))
    .values(claimed_by=bindparam("person"), claimed_at=bindparam("now"))
)
_UNKNOWN_FATE = (
    update(deliveries)
    .where(deliveries.c.mention_id == bindparam("mention"), deliveries.c.state == DeliveryState.UNKNOWN)
    .values(state=bindparam("settled"), sent_at=bindparam("now"))
)
