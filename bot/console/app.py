"""The web inbox as an ASGI application, built from what it works with."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, ExceptionHandler, Scope

from bot.clock import Clock
from bot.console import pages, problems
from bot.console.api import Api, said
from bot.console.console import Console, Ready, TakeIn
from bot.console.entrance import Entrance
from bot.console.headers import SecurityHeaders
from bot.console.limits import BodyLimit
from bot.console.live import Live
from bot.console.logins import Logins
from bot.console.rendering import STATIC, Templates
from bot.console.sessions import Sessions
from bot.console.wording import LANGUAGES, load
from bot.domain.people import Person
from bot.errors import AnswerableError
from bot.ledger.store import Ledger
from bot.pipeline.review import Review


def build(
    *,
    ledger: Ledger,
    review: Review,
    clock: Clock,
    people: Collection[Person],
    owner: Person,
    brand: str,
    language: str,
    max_lengths: Mapping[str, int],
    secret: bytes,
    logins: Logins,
    live: Live,
    ready: Ready,
    take_in: TakeIn,
    api_token: str,
) -> ASGIApp:
    """The inbox. ``live`` is to be told of commits (``ledger.when_committed(live.heard)``), and closed
    before the server that serves this is stopped.

    ``people``: who may sign in. ``owner``: for whom the JSON interface decides. ``max_lengths``: the
    characters that a message may have, by account id. ``secret``: signs sessions; a new one signs
    everybody out. ``api_token``: what calls of the JSON interface must carry; empty: none is answered.
    """
    by_id = {person.id: person for person in people}
    console = Console(
        ledger=ledger,
        review=review,
        clock=clock,
        people=by_id,
        brand=brand,
        language=language,
        max_lengths=max_lengths,
        sessions=Sessions(secret, by_id, clock),
        logins=logins,
        live=live,
        templates=Templates(),
        catalogues={code: load(code) for code in LANGUAGES},
        ready=ready,
        take_in=take_in,
        api_token=api_token,
    )
    return _application(console, owner)


def _application(console: Console, owner: Person) -> ASGIApp:
    app = Starlette(
        routes=[
            *pages.routes(console),
            *Entrance(console).routes(),
            *Api(console, owner).routes(),
            Route("/healthz", _alive),
            Route("/readyz", _readiness(console)),
            Mount("/static", _Assets(directory=STATIC)),
        ],
        middleware=[Middleware(BodyLimit)],
        exception_handlers=_exception_handlers(console),
    )
    return SecurityHeaders(app)


async def _alive(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"ok": True})


def _readiness(console: Console) -> Callable[[Request], Awaitable[Response]]:
    async def readiness(_: Request) -> Response:
        """Whether everything runs, part by part."""
        try:
            standing = await console.ready()
        except AnswerableError as error:
            standing = {"ok": False, "problem": error.problem}
        return JSONResponse(dict(standing), 200 if standing.get("ok") else 503)

    return readiness


def _exception_handlers(console: Console) -> Mapping[Any, ExceptionHandler]:
    """Whatever goes wrong is said in words: a page for people, JSON for programs."""

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        problem = "not_found" if status == 404 else "not_possible"
        if request.url.path.startswith("/api/"):
            return said(status, "There is no such call.", "Look at the documentation of the JSON interface.")
        return problems.shown(console, request, problem, status, console.sessions.read(request))

    async def unreadable(request: Request, error: Exception) -> Response:
        return problems.shown(console, request, "ledger", 503, console.sessions.read(request))

    async def broken(request: Request, error: Exception) -> Response:
        if request.url.path.startswith("/api/"):
            return said(500, "This call failed for a reason that is our fault.", "Look at the service's log.")
        return problems.shown(console, request, "our_fault", 500, None)

    return {HTTPException: unknown, AnswerableError: unreadable, Exception: broken}


class _Assets(StaticFiles):
    """Assets have their content's hash in their address: browsers keep them for good."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
