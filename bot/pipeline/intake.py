"""Station 1: what adapters hand in is committed before the platform is told that it was received."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.mention import Incoming
from bot.ledger.operations.intake import Received, receive
from bot.ledger.schema import accounts
from bot.ledger.store import Ledger


class AccountIntake:
    """The Intake port, for one account."""

    def __init__(self, ledger: Ledger, account_id: str, account_kind: str) -> None:
        self._ledger = ledger
        self._account_id = account_id
        self._account_kind = account_kind

    async def __call__(self, incoming: Sequence[Incoming], cursor: str = "") -> None:
        await self._ledger.write_one(
            receive, Received(self._account_id, self._account_kind, incoming, cursor)
        )

    async def cursor(self) -> str:
        query = select(accounts.c.cursor).where(accounts.c.id == self._account_id)
        return await self._ledger.read(lambda connection: str(connection.execute(query).scalar_one()))
