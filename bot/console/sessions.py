"""Who is at the other end: a signed cookie, and a token in every form."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from bot.domain.people import Person

COOKIE = "answerable_session"
LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person, and the token that their forms carry."""

    person: Person
    form_token: str


class Sessions:
    """Opens and reads sessions. Nothing is kept: the signature is the proof; the role is always today's."""

    def __init__(self, secret: bytes, people: Mapping[str, Person], clock: Clock) -> None:
        self._secret = secret
        self._people = people
        self._clock = clock

    def open(self, request: Request, response: Response, person: Person) -> None:
        """Sign this person in: set the cookie."""
        expires = int((self._clock.now() + LASTS).timestamp())
        payload = f"{person.id}.{expires}.{secrets.token_urlsafe(9)}"
        response.set_cookie(
            COOKIE,
            f"{_encoded(payload)}.{self._signature('session', payload)}",
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def close(self, response: Response) -> None:
        """Sign out: the cookie goes."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def read(self, request: Request) -> Session | None:
        """The session behind the request's cookie; None when there is none, or it is false or over."""
        encoded, _, signature = request.cookies.get(COOKIE, "").partition(".")
        payload = _decoded(encoded)
        if not _same(signature, self._signature("session", payload)):
            return None
        person_id, expires, _ = payload.rsplit(".", 2)
        person = self._people.get(person_id)
        if (
            person is None
            or datetime.fromtimestamp(int(expires), self._clock.now().tzinfo) <= self._clock.now()
        ):
            return None
        return Session(person, self._signature("form", payload))

    def _signature(self, purpose: str, payload: str) -> str:
        return hmac.digest(self._secret, f"{purpose}:{payload}".encode(), "sha256").hex()


def from_our_own_page(request: Request, session: Session, form_token: str) -> bool:
    """Whether a form was sent from a page of this inbox by who is signed in, and from nowhere else."""
    return came_from_here(request) and _same(form_token, session.form_token)


def came_from_here(request: Request) -> bool:
    """What the browser itself says about where a request comes from; other programs say nothing."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site not in ("same-origin", "none"):
        return False
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _encoded(payload: str) -> str:
    return urlsafe_b64encode(payload.encode()).decode().rstrip("=")


def _decoded(encoded: str) -> str:
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        return ""
