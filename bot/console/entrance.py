"""The way in: personal login links."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console import problems
from bot.console.console import Console
from bot.console.logins import Standing
from bot.console.sessions import came_from_here


class Entrance:
    """Opens login links. Looking at one uses nothing up, so that link previews do no harm; pressing does."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def routes(self) -> list[Route]:
        return [
            Route("/login/{token}", self.look, methods=["GET"]),
            Route("/login/{token}", self.enter, methods=["POST"]),
        ]

    async def look(self, request: Request) -> Response:
        """Whose link it is, with one button."""
        standing, person = self._console.logins.look(request.path_params["token"])
        if person is None:
            return self._no_good(request, standing)
        # A page that signs in by itself must not turn who is signed in already into somebody else.
        at_once = self._console.sessions.read(request) is None
        return self._console.page(request, "login.html", session=None, who=person, at_once=at_once)

    async def enter(self, request: Request) -> Response:
        """Sign in."""
        if not came_from_here(request):
            return problems.shown(self._console, request, "foreign_form", 403, None)
        standing, person = self._console.logins.use(request.path_params["token"])
        if person is None:
            return self._no_good(request, standing)
        response = RedirectResponse("/", 303)
        self._console.sessions.open(request, response, person)
        return response

    def _no_good(self, request: Request, standing: Standing) -> Response:
        """A link that is no good is no obstacle for who is signed in already."""
        if self._console.sessions.read(request):
            return RedirectResponse("/", 303)
        return problems.shown(self._console, request, f"link_{standing}", 410, None)
