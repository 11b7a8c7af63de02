"""The ledger as commands read it, beside whoever owns it."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Connection, select

from bot.errors import InputError, UnknownMention
from bot.ledger.queries.mention import Mention, find
from bot.ledger.schema import mentions
from bot.ledger.store import reading
from bot.settings import Settings
from bot.wiring import EXPORTS, account_sections


def opened(settings: Settings) -> AbstractContextManager[Connection]:
    """The ledger, for reading. Raises InputError when there is none yet, or LedgerError."""
    file = settings.ledger_file
    if not file.is_file() or not file.stat().st_size:
        raise InputError(
            f"There is no ledger at {file}.",
            "Name its folder with --data-dir, or start with `answerable run` or `answerable import`.",
        )
    return reading(file)


def mention_ending(connection: Connection, ending: str) -> Mention:
    """The mention whose id ends so. Raises UnknownMention when there is none, or several."""
    query = select(mentions.c.id).where(mentions.c.id.endswith(ending, autoescape=True)).limit(2)
    ids = list(connection.execute(query).scalars())
    found = find(connection, ids[0]) if len(ids) == 1 else None
    if found is None:
        problem = f"Several mentions end in {ending}." if ids else f"There is no mention {ending}."
        raise UnknownMention(problem, "Take the id from `answerable inbox`.")
    return found


def imports_account(settings: Settings) -> str:
    """The name of the account that imported comments belong to."""
    return next(name for name, section in account_sections(settings).items() if section.kind == EXPORTS)
