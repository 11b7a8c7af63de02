"""Station 5: people decide. Every desk calls ``decide``, and nothing else opens the way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from bot.domain.lifecycle import State
from bot.domain.reviews import Decision
from bot.errors import Refused
from bot.ledger.operations.review import Ballot, decide
from bot.ledger.schema import mentions
from bot.ledger.store import Ledger


class Review:
    """Applies decisions. ``max_lengths``: the characters that each account's platform takes in a message."""

    def __init__(self, ledger: Ledger, undo_window: timedelta, max_lengths: Mapping[str, int]) -> None:
        self._ledger = ledger
        self._undo_window = undo_window
        self._max_lengths = max_lengths

    async def decide(self, decision: Decision) -> State:
        """Where the mention stands after this decision.

        Raises Refused (UnknownMention, AlreadyDecided, Moved, Unsendable, NotAllowed), each a
        sentence for the person; then nothing has changed.
        """
        limit = self._max_lengths.get(await self._account_of(decision.mention_id), 4000)
        outcome = await self._ledger.write_one(decide, Ballot(decision, self._undo_window, limit))
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def _account_of(self, mention_id: str) -> str:
        query = select(mentions.c.account_id).where(mentions.c.id == mention_id)
        return await self._ledger.read(lambda connection: connection.execute(query).scalar() or "")
