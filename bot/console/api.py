"""The JSON interface, for the command line of the same machine. It acts for the owner."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.console.console import Console
from bot.domain.mention import Author, Place, Post, tidy
from bot.domain.people import Person
from bot.domain.reviews import Decision, Shown, Verdict
from bot.errors import AlreadyDecided, AnswerableError, Moved, NotAllowed, Refused, UnknownMention
from bot.ledger.queries import inbox, report
from bot.ledger.queries import mention as mention_query
from bot.ledger.queries.inbox import Tab

MOST_BYTES = 16 * 1024 * 1024
MOST_ITEMS = 500
STATUS: Mapping[type[Refused], int] = {UnknownMention: 404, AlreadyDecided: 409, Moved: 409, NotAllowed: 403}

Handler = Callable[[Request], Awaitable[object]]
B = TypeVar("B", bound=BaseModel)
E = TypeVar("E", bound=StrEnum)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class DecisionBody(_Body):
    """POST /api/decisions: the owner's when nobody is named."""

    mention_id: str
    verdict: Verdict
    draft_revision: int
    conversation_version: int
    text: str | None = None
    reason: str = ""
    until: AwareDatetime | None = None
    person: str = ""


class AuthorBody(_Body):
    """Who wrote a post."""

    id: str
    name: str
    is_bot: bool = False
    is_staff: bool = False


class PostBody(_Body):
    """One post, as adapters report it."""

    space: str
    message_id: str
    thread: str = ""
    author: AuthorBody
    text: str
    sent_at: AwareDatetime
    reply_to: str = ""
    space_name: str = ""
    link: str = ""
    language: str = ""

    def post(self) -> Post:
        return Post(
            Place(self.space, self.message_id, self.thread),
            Author(self.author.id, self.author.name, self.author.is_bot, self.author.is_staff),
            self.text,
            self.sent_at,
            self.reply_to,
            self.space_name,
            self.link,
            self.language,
        )


class IntakeBody(_Body):
    """POST /api/intake."""

    account: str
    posts: list[PostBody] = Field(max_length=10_000)


class LoginBody(_Body):
    """POST /api/logins: for the owner when nobody is named."""

    person: str = ""


class _CallError(Exception):
    """A call that cannot be answered, and how."""

    def __init__(self, status: int, problem: str, mend: str) -> None:
        self.status = status
        self.problem = problem
        self.mend = mend
        super().__init__(problem)


class Api:
    """Calls for programs. ``owner`` decides here."""

    def __init__(self, console: Console, owner: Person) -> None:
        self._console = console
        self._owner = owner

    def routes(self) -> list[Route]:
        return [
            Route("/api/inbox", self._guarded(self.inbox), methods=["GET"]),
            Route("/api/mentions/{id}", self._guarded(self.mention), methods=["GET"]),
            Route("/api/decisions", self._guarded(self.decide), methods=["POST"]),
            Route("/api/intake", self._guarded(self.intake), methods=["POST"]),
            Route("/api/report", self._guarded(self.report), methods=["GET"]),
            Route("/api/logins", self._guarded(self.login), methods=["POST"]),
        ]

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                self._check(request)
                return _json(await handler(request))
            except _CallError as wrong:
                return said(wrong.status, wrong.problem, wrong.mend)
            except Refused as refused:
                return said(STATUS.get(type(refused), 422), refused.problem, refused.mend)
            except AnswerableError as error:
                return said(503, error.problem, error.mend)

        return endpoint

    def _check(self, request: Request) -> None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        expected = self._console.api_token
        right = hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode())
        if kind.lower() != "bearer" or not expected or not right:
            raise _CallError(
                401,
                "This call does not say who it is from, or says it wrongly.",
                "Send the token of this instance: Authorization: Bearer TOKEN.",
            )

    async def inbox(self, request: Request) -> object:
        """Lines of one tab, and how many stand behind each."""
        query = request.query_params
        tab = _choice(Tab, query.get("tab", Tab.WAITING), "tab")
        limit = _number(query.get("limit", "50"), "limit", MOST_ITEMS)

        def read(connection: Connection) -> object:
            page = inbox.page(connection, tab, limit)
            return {"tab": tab, "counts": inbox.tab_counts(connection), "items": page.items}

        return await self._console.ledger.read(read)

    async def mention(self, request: Request) -> object:
        """One mention with everything around it."""
        mention_id = request.path_params["id"]
        found = await self._console.ledger.read(partial(mention_query.find, mention_id=mention_id))
        if found is None:
            raise UnknownMention(f"There is no mention {mention_id}.", "Look at the inbox again.")
        return found

    async def decide(self, request: Request) -> object:
        """Apply one decision, for what was shown."""
        body = await _read(request, DecisionBody)
        shown = Shown(body.draft_revision, body.conversation_version)
        text = None if body.text is None else tidy(body.text)
        person = self._named(body.person)
        decision = Decision(body.mention_id, body.verdict, person, shown, text, tidy(body.reason), body.until)
        return {"mention_id": body.mention_id, "state": await self._console.review.decide(decision)}

    async def intake(self, request: Request) -> object:
        """Commit a batch of posts; handing the same in twice changes nothing."""
        body = await _read(request, IntakeBody)
        await self._console.take_in(body.account, [post.post() for post in body.posts])
        return {"committed": len(body.posts)}

    async def report(self, request: Request) -> object:
        """The figures, with what each means."""
        figures = await self._console.ledger.read(report.figures)
        return {"figures": figures, "definitions": report.DEFINITIONS}

    async def login(self, request: Request) -> object:
        """A new login link: its path, to be put behind the inbox's address."""
        body = await _read(request, LoginBody)
        return {"path": self._console.logins.path(self._named(body.person))}

    def _named(self, name: str) -> Person:
        """The person of this name; the owner for none."""
        everybody = self._console.people.values()
        person = next((one for one in everybody if one.name == name), None) if name else self._owner
        if person is None:
            names = ", ".join(sorted(one.name for one in everybody))
            raise _CallError(404, f'There is nobody called "{name}".', f"Choose one of: {names}.")
        return person


async def _read(request: Request, model: type[B]) -> B:
    """The body as ``model``; a sentence when it is too long, no JSON, or says something else."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise _CallError(413, "This call is too long.", "Send fewer posts at once.")
    try:
        return model.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise _CallError(422, f"{where}: {first['msg']}.", "Mend the call and send it again.") from None


def _choice(kind: type[E], written: str, name: str) -> E:
    try:
        return kind(written)
    except ValueError:
        known = ", ".join(kind)
        raise _CallError(422, f'There is no {name} "{written}".', f"Choose one of: {known}.") from None


def _number(written: str, name: str, most: int) -> int:
    if written.isascii() and written.isdecimal() and 1 <= int(written[:9]) <= most:
        return int(written)
    raise _CallError(422, f'"{written}" is no {name}.', f"Say a whole number from 1 to {most}.")


def said(status: int, problem: str, mend: str) -> Response:
    """What is wrong, for a program and for who reads its output."""
    return _json({"problem": problem, "mend": mend}, status)


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(_plain(value)), status, media_type="application/json")


def _plain(value: object) -> object:
    """Dataclasses, moments and words as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
