"""Station 4: what to say. A trusted template is queued; everything else is shown to a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.events import Envelope, EventKind
from bot.domain.labels import UNDETERMINED, Classification, unread
from bot.domain.lifecycle import State
from bot.domain.policy import Policy
from bot.domain.replies import Draft
from bot.ledger.latest import out_of_columns
from bot.ledger.operations.drafting import Drafted, load, settle
from bot.ledger.schema import AnyRow
from bot.ledger.store import Ledger
from bot.ports import Occasion, Responder

STATION = "drafting"
KINDS = (
    EventKind.MENTION_TRIAGED,
    EventKind.MENTION_RECLASSIFIED,
    EventKind.SUGGESTION_ASKED,
    EventKind.DISMISSAL_UNDONE,
    EventKind.MENTION_RETURNED,
)
AUTOMATIC = {  # promise 8: what no person read says so
    "fr": "(réponse automatique)",
    "en": "(automatic reply)",
}


class Drafting:
    """Asks the responder for each mention that wants a draft."""

    def __init__(
        self, ledger: Ledger, responder: Responder, policy: Policy, brand: str, language: str
    ) -> None:
        self._ledger = ledger
        self._responder = responder
        self._policy = policy
        self._brand = brand
        self._language = language

    async def handle(self, envelopes: Sequence[Envelope]) -> None:
        """Draft for what rang, unless the ledger says that the draft is there."""
        ids = list({envelope.mention_id: None for envelope in envelopes})
        rows, used = await self._ledger.read(lambda connection: load(connection, ids))
        drafted = [self._drafted(row, used[row.conversation_id]) for row in rows]
        await self._ledger.write(settle, drafted)

    def _drafted(self, row: AnyRow, used: Sequence[str]) -> Drafted:
        classification = unread() if row.labels is None else out_of_columns(row)
        language = self._reply_language(row, classification)
        occasion = Occasion(row.id, row.text, row.author_name, classification, language, self._brand, used)
        draft = self._responder.draft(occasion) or Draft("", language, "none")
        trusted = (
            row.state == State.TRIAGED
            and _read_as_it_is_now(row)
            and self._policy.may_speak_alone(classification, draft)
        )
        return Drafted(
            row.id,
            row.conversation_id,
            row.account_id,
            row.version,
            State(row.state),
            row.draft_revision,
            row.classification_revision,
            _marked(draft) if trusted else draft,
            trusted,
        )

    def _reply_language(self, row: AnyRow, classification: Classification) -> str:
        """The writer's; what was spoken before when that cannot be told; else the brand's."""
        if classification.language != UNDETERMINED:
            return classification.language
        return str(row.conversation_language or self._language)


def _read_as_it_is_now(row: AnyRow) -> bool:
    """Not edited since it was classified: what was praise may have become a complaint."""
    return row.read_at is not None and (row.last_edit is None or row.read_at > row.last_edit)


def _marked(draft: Draft) -> Draft:
    return Draft(
        f"{draft.text} {AUTOMATIC.get(draft.language, AUTOMATIC['en'])}",
        draft.language,
        draft.responder,
        draft.template,
    )
