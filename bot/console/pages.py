"""The pages of who is signed in: the inbox, one mention, and what a person decides there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console import changes, deciding, problems
from bot.console.console import LANGUAGE_COOKIE, LONGEST_REPLY, Console, Visit
from bot.console.deciding import STAYS, Filled
from bot.console.describing import DISMISSALS
from bot.console.sessions import from_our_own_page
from bot.console.wording import LANGUAGES
from bot.domain.reviews import Verdict
from bot.errors import Moved, Refused, UnknownMention
from bot.ledger.queries import inbox
from bot.ledger.queries import mention as mention_query
from bot.ledger.queries.inbox import Page, Place, Tab
from bot.ledger.queries.mention import Mention

Handler = Callable[[Visit], Awaitable[Response]]


def routes(console: Console) -> list[Route]:
    """Every page, all of them for people who are signed in."""
    guarded = partial(_signed_in, console)
    return [
        Route("/", guarded(show_inbox)),
        Route("/fragments/inbox", guarded(inbox_fragment)),
        Route("/mentions/{id}", guarded(show_mention)),
        Route("/mentions/{id}/fragments/{name:str}", guarded(mention_fragment)),
        Route("/mentions/{id}/decisions", guarded(decide), methods=["POST"]),
        Route("/language", guarded(choose_language), methods=["POST"]),
        Route("/logout", guarded(sign_out), methods=["POST"]),
        Route("/live", guarded(live)),
    ]


def _signed_in(console: Console, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        session = console.sessions.read(request)
        if session is None:
            return problems.sign_in_first(console, request)
        visit = Visit(console, request, session)
        if request.method == "POST" and not await _trusted(visit):
            return problems.shown(console, request, "foreign_form", 403, session)
        return await handler(visit)

    return endpoint


async def _trusted(visit: Visit) -> bool:
    token = (await visit.request.form()).get("form_token", "")
    return isinstance(token, str) and from_our_own_page(visit.request, visit.session, token)


# --- the inbox ---------------------------------------------------------------------------------


async def show_inbox(visit: Visit) -> Response:
    """One tab of the inbox."""
    return await _inbox(visit, "inbox.html")


async def inbox_fragment(visit: Visit) -> Response:
    """The same tab, to be put into a page that is open."""
    return await _inbox(visit, "_inbox.html")


async def _inbox(visit: Visit, template: str) -> Response:
    query = visit.request.query_params
    tab = Tab(query["tab"]) if query.get("tab") in list(Tab) else Tab.WAITING
    after = _place(query.get("after", ""))

    def read(connection: Connection) -> tuple[Page, dict[Tab, int], Mention | None]:
        done = mention_query.find(connection, query["done"]) if query.get("done") else None
        return inbox.page(connection, tab, after=after), inbox.tab_counts(connection), done

    page, counts, done = await visit.console.ledger.read(read)
    return visit.page(
        template,
        tab=tab,
        tabs=list(Tab),
        counts=counts,
        page=page,
        further=after is not None,
        next_page=_place_in_words(page.after) if page.after else "",
        here=visit.request.url.query,
        done=done,
    )


def _place_in_words(place: Place) -> str:
    return f"{round(place.at.timestamp() * 1000)}.{place.id}"


def _place(written: str) -> Place | None:
    millis, _, mention_id = written.partition(".")
    if not (millis.isascii() and millis.isdecimal() and len(millis) < 15 and mention_id):
        return None
    return Place(datetime.fromtimestamp(int(millis) / 1000, UTC), mention_id)


# --- one mention -------------------------------------------------------------------------------


async def show_mention(visit: Visit) -> Response:
    """One mention, ready to be decided on."""
    return await _mention(visit, "mention.html")


async def mention_fragment(visit: Visit) -> Response:
    """A part of a mention's page, to be put into a page that is open."""
    name = visit.request.path_params["name"]
    if name not in ("said", "reply", "around", "done"):
        return problems.shown(visit.console, visit.request, "not_found", 404, visit.session)
    return await _mention(visit, f"_{name}.html")


async def _mention(
    visit: Visit,
    template: str,
    *,
    status: int = 200,
    refused: str = "",
    filled: Filled | None = None,
    moved: changes.Changes | None = None,
) -> Response:
    found = await _look(visit)
    if found is None:
        return problems.shown(visit.console, visit.request, "no_such_mention", 404, visit.session)
    mention, following, previous, done = found
    return visit.page(
        template,
        status=status,
        mention=mention,
        item=mention.item,
        following=following,
        previous=previous,
        done=mention if template == "_done.html" else done,
        tab=inbox.tab_of(mention.item.state),
        limit=_limit(visit, mention),
        dismissals=DISMISSALS,
        refused=refused,
        typed=_typed(filled, mention) if filled else None,
        moved=moved,
    )


async def _look(visit: Visit) -> tuple[Mention, str | None, str | None, Mention | None] | None:
    mention_id = visit.request.path_params["id"]
    done_id = visit.request.query_params.get("done", "")
    now = visit.console.clock.now()

    def read(connection: Connection) -> tuple[Mention, str | None, str | None, Mention | None] | None:
        mention = mention_query.find(connection, mention_id)
        if mention is None:
            return None
        here = Place(mention.item.due_at, mention_id) if mention.item.due_at else None
        following = inbox.next_waiting(connection, here, now)
        return (
            mention,
            following if following != mention_id else None,
            inbox.previous_waiting(connection, here) if here else None,
            mention_query.find(connection, done_id) if done_id else None,
        )

    return await visit.console.ledger.read(read)


def _limit(visit: Visit, mention: Mention) -> int:
    return visit.console.max_lengths.get(mention.account_id, LONGEST_REPLY)


def _typed(filled: Filled, mention: Mention) -> str | None:
    """What the person wrote themselves; a draft that they only read is replaced by the newest."""
    drafts = {draft.revision: draft.text for draft in mention.drafts}
    own = filled.text is not None and filled.text != drafts.get(filled.shown.draft_revision, "").strip()
    return filled.text if own else None


# --- decisions ---------------------------------------------------------------------------------


async def decide(visit: Visit) -> Response:
    """Apply what the form says; or say why not, and keep what was typed."""
    try:
        filled = deciding.read(await visit.request.form())
    except (ValueError, OverflowError, OSError):
        return problems.shown(visit.console, visit.request, "broken_form", 400, visit.session)
    found = await _look(visit)
    if found is None:
        return problems.shown(visit.console, visit.request, "no_such_mention", 404, visit.session)
    mention, following, _, _ = found
    decision = deciding.decision(filled, mention, visit.person, visit.times())
    try:
        await visit.console.review.decide(decision)
    except UnknownMention:
        return problems.shown(visit.console, visit.request, "no_such_mention", 404, visit.session)
    except Refused as refused:
        return await _refuse(visit, filled, refused)
    return RedirectResponse(_onward(mention, filled.verdict, following), 303)


def _onward(mention: Mention, verdict: Verdict, following: str | None) -> str:
    if verdict in STAYS:
        return f"/mentions/{mention.item.id}"
    query = urlencode({"done": mention.item.id})
    return f"/mentions/{following}?{query}" if following else f"/?{query}"


async def _refuse(visit: Visit, filled: Filled, refused: Refused) -> Response:
    """Nothing was changed: the page as it is now, with what moved and what was typed."""
    mention_id = visit.request.path_params["id"]
    mention = await visit.console.ledger.read(partial(mention_query.find, mention_id=mention_id))
    if mention is None:
        return problems.shown(visit.console, visit.request, "no_such_mention", 404, visit.session)
    words = visit.console.words(visit.request)
    why = deciding.refusal(words, visit.times(), refused, filled, mention, _limit(visit, mention))
    moved = (
        changes.since(mention, filled.shown_at, filled.shown.draft_revision)
        if isinstance(refused, Moved)
        else None
    )
    return await _mention(visit, "mention.html", status=409, refused=why, filled=filled, moved=moved)


# --- the rest ----------------------------------------------------------------------------------


async def choose_language(visit: Visit) -> Response:
    """Remember the language in this browser, and go back to the inbox."""
    chosen = (await visit.request.form()).get("language", "")
    response = RedirectResponse("/", 303)
    if isinstance(chosen, str) and chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 86400, httponly=True, samesite="strict")
    return response


async def sign_out(visit: Visit) -> Response:
    """Let go of the session."""
    response = problems.shown(visit.console, visit.request, "signed_out", 200, None)
    visit.console.sessions.close(response)
    return response


async def live(visit: Visit) -> Response:
    """The stream of what changes."""
    return visit.console.live.response()
