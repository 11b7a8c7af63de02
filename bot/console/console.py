"""What every page and every call works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.clock import Clock
from bot.console.live import Live
from bot.console.logins import Logins
from bot.console.rendering import Templates
from bot.console.sessions import Session, Sessions
from bot.console.times import Times, zone_named
from bot.console.wording import LANGUAGES, Words
from bot.domain.mention import Incoming
from bot.domain.people import Person, Role
from bot.ledger.store import Ledger
from bot.pipeline.review import Review

Ready = Callable[[], Awaitable[Mapping[str, object]]]
"""What /readyz says: ``ok`` and details, no secrets."""
TakeIn = Callable[[str, Sequence[Incoming]], Awaitable[None]]
"""Commits what an account, by its name, hands in; the JSON interface calls it with an import.

Raises Refused when there is no such account.
"""

LANGUAGE_COOKIE, ZONE_COOKIE = "answerable_language", "answerable_zone"
LONGEST_REPLY = 4000


@dataclass(frozen=True, slots=True)
class Console:
    """The collaborators of the inbox. ``language``: for readers who have not chosen one themselves."""

    ledger: Ledger
    review: Review
    clock: Clock
    people: Mapping[str, Person]
    brand: str
    language: str
    max_lengths: Mapping[str, int]
    sessions: Sessions
    logins: Logins
    live: Live
    templates: Templates
    catalogues: Mapping[str, Words]
    ready: Ready
    take_in: TakeIn
    api_token: str

    def words(self, request: Request) -> Words:
        """The catalogue for who asks."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        return self.catalogues[chosen if chosen in LANGUAGES else self.language]

    def page(
        self, request: Request, template: str, *, session: Session | None, status: int = 200, **values: object
    ) -> Response:
        """A page or a fragment of one."""
        words = self.words(request)
        zone = zone_named(unquote(request.cookies.get(ZONE_COOKIE, "")))
        common = {
            "t": words,
            "times": Times(words, zone, self.clock.now()),
            "brand": self.brand,
            "session": session,
            "person": session.person if session else None,
            "may_decide": session is not None and session.person.role.includes(Role.REPLIER),
            "languages": LANGUAGES,
        }
        return HTMLResponse(self.templates.render(template, common | values), status)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    console: Console
    request: Request
    session: Session

    @property
    def person(self) -> Person:
        return self.session.person

    def times(self) -> Times:
        zone = zone_named(unquote(self.request.cookies.get(ZONE_COOKIE, "")))
        return Times(self.console.words(self.request), zone, self.console.clock.now())

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        return self.console.page(self.request, template, session=self.session, status=status, **values)
