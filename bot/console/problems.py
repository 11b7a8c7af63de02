"""Pages that say what is wrong and what to do about it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.console.console import Console
from bot.console.sessions import Session


def shown(console: Console, request: Request, problem: str, status: int, session: Session | None) -> Response:
    """The words for ``problem`` are a title, a sentence, and a mend."""
    return console.page(request, "problem.html", session=session, status=status, problem=problem)


def sign_in_first(console: Console, request: Request) -> Response:
    """Nobody is signed in, as far as this request shows.

    Browsers keep a strict cookie back when a link elsewhere leads here: the page then asks again by itself.
    """
    from_elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    if request.method == "GET" and from_elsewhere and "again" not in request.query_params:
        return console.page(request, "again.html", session=None)
    return shown(console, request, "sign_in", 401, None)
