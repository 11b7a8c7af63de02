"""Personal login links: made for one Person, used once, gone after a day."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.domain.people import Person

LASTS = timedelta(hours=24)
TOKEN_BYTES = 32


class Standing(StrEnum):
    """What a link is still good for."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Login:
    person: Person
    expires_at: datetime
    used: bool = False


class Logins:
    """Links that are open. Only hashes of their tokens are kept; a restart forgets them all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, _Login] = {}

    def path(self, person: Person) -> str:
        """The path of a new link for this person, to be put behind the inbox's address."""
        self._forget_old()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._open[_hash(token)] = _Login(person, self._clock.now() + LASTS)
        return f"/login/{token}"

    def look(self, token: str) -> tuple[Standing, Person | None]:
        """What the link is good for and whose it is; using it is another step."""
        login = self._open.get(_hash(token))
        if login is None:
            return Standing.UNKNOWN, None
        if login.used:
            return Standing.USED, None
        if login.expires_at <= self._clock.now():
            return Standing.EXPIRED, None
        return Standing.GOOD, login.person

    def use(self, token: str) -> tuple[Standing, Person | None]:
        """Sign in with the link, once."""
        standing, person = self.look(token)
        if standing is Standing.GOOD:
            self._open[_hash(token)] = replace(self._open[_hash(token)], used=True)
        return standing, person

    def _forget_old(self) -> None:
        """Used and expired links are kept for another day, so that they can say what they are."""
        oldest = self._clock.now() - LASTS
        self._open = {key: login for key, login in self._open.items() if login.expires_at > oldest}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
