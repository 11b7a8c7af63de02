"""From a form to a decision, and from a refusal to words for the person who decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.datastructures import FormData

from bot.console.times import Later, Times
from bot.console.wording import Words
from bot.domain.guard import objection
from bot.domain.lifecycle import State
from bot.domain.mention import tidy
from bot.domain.people import Person
from bot.domain.reviews import NEEDS_REASON, Decision, Shown, Verdict
from bot.errors import AlreadyDecided, Moved, NotAllowed, Refused, Unsendable
from bot.ledger.queries.mention import Mention

STAYS = frozenset({Verdict.ANOTHER, Verdict.UNDO, Verdict.CLAIM, Verdict.RETURN, Verdict.DID_NOT_GO_OUT})
"""After these the same mention is shown again; after all others the next one that waits."""

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent."""

    verdict: Verdict
    shown: Shown
    shown_at: datetime
    text: str | None
    reason: str
    later: Later | None


def read(form: FormData) -> Filled:
    """What the form says. Raises ValueError when it is none of ours."""
    text = form.get("text")
    later = _field(form, "later")
    own_reason = _field(form, "own_reason").strip()
    return Filled(
        Verdict(_field(form, "verdict")),
        Shown(int(_field(form, "draft_revision")), int(_field(form, "conversation_version"))),
        datetime.fromtimestamp(int(_field(form, "shown_at")) / 1000, UTC),
        tidy(text.replace("\r\n", "\n")).strip() if isinstance(text, str) else None,
        (own_reason or _field(form, "reason"))[:LONGEST_REASON],
        Later(later) if later else None,
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return tidy(value) if isinstance(value, str) else ""


def decision(filled: Filled, mention: Mention, person: Person, times: Times) -> Decision:
    """The decision that the form stands for. A text that is the draft's own counts as not edited."""
    drafts = {draft.revision: draft.text for draft in mention.drafts}
    edited = filled.text if filled.text != drafts.get(filled.shown.draft_revision, "").strip() else None
    if filled.verdict is not Verdict.APPROVE:
        edited = None
    until = times.later().get(filled.later) if filled.later else None
    return Decision(mention.item.id, filled.verdict, person, filled.shown, edited, filled.reason, until)


def refusal(
    words: Words, times: Times, refused: Refused, filled: Filled, mention: Mention, max_length: int
) -> str:
    """Why the decision could not be applied, as one sentence in the reader's language."""
    if isinstance(refused, Moved):
        return words("refused.moved")
    if isinstance(refused, NotAllowed):
        return words("refused.not_allowed")
    if isinstance(refused, Unsendable):
        text = filled.text if filled.text is not None else ""
        return words(f"refused.{objection(text, max_length) or 'empty'}", limit=max_length, length=len(text))
    if isinstance(refused, AlreadyDecided):
        return _who_was_first(words, times, filled.verdict, mention)
    if filled.verdict in NEEDS_REASON:
        return words("refused.reason_missing")
    return words("refused.moment_missing")


def _who_was_first(words: Words, times: Times, verdict: Verdict, mention: Mention) -> str:
    if mention.may_be_out:
        return words("refused.may_be_out")
    if verdict is Verdict.UNDO and mention.item.state in (State.DELIVERING, State.ANSWERED):
        return words("refused.too_late")
    if verdict is Verdict.UNDO and mention.item.state is State.DISMISSED:
        return words("refused.for_good")
    stands = words(f"state.{mention.item.state}")
    if not mention.decisions:
        return words("refused.moved_by_itself", state=stands)
    last = mention.decisions[0]
    return words(
        "refused.already_decided",
        state=stands,
        who=last.person,
        verdict=words(f"verdict.{last.verdict}"),
        at=times.clock(last.decided_at),
    )
