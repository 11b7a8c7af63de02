"""The JSON interface for the command line of the same machine."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.domain.lifecycle import State
from bot.errors import LedgerUnwritable
from tests.unit.console import community as community_module
from tests.unit.console.community import TOKEN, Community
from tests.unit.console.conftest import Browser

WITH_TOKEN = {"authorization": f"Bearer {TOKEN}"}


async def call(browser: Browser, method: str, path: str, body: object = None) -> httpx.Response:
    content = None if body is None else json.dumps(body)
    return await browser.http.request(method, path, headers=WITH_TOKEN, content=content)


def decision(mention: dict[str, Any], **values: object) -> dict[str, object]:
    return {
        "mention_id": mention["item"]["id"],
        "draft_revision": mention["item"]["draft_revision"],
        "conversation_version": mention["conversation_version"],
    } | values


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}]
)
async def test_without_the_token_nothing_is_told(browser: Browser, headers: dict[str, str]) -> None:
    answer = await browser.http.get("/api/inbox", headers=headers)
    assert answer.status_code == 401
    assert set(answer.json()) == {"problem", "mend"}


async def test_a_browser_session_opens_no_call(camille: Browser) -> None:
    assert (await camille.get("/api/inbox")).status_code == 401


async def test_the_inbox_and_one_mention(community: Community, browser: Browser) -> None:
    mention_id = await community.say("Lovely", "Nadia B.")
    listed = (await call(browser, "GET", "/api/inbox")).json()
    assert listed["counts"] == {"waiting": 1, "escalated": 0, "under_way": 0, "ended": 0}
    assert listed["items"][0]["id"] == mention_id
    assert listed["items"][0]["labels"] == ["praise"]
    shown = (await call(browser, "GET", f"/api/mentions/{mention_id}")).json()
    assert shown["text"] == "Lovely"
    assert shown["drafts"][0]["text"] == "Thank you, that makes our day!"
    assert shown["events"][0]["event"]["kind"] == "mention_received"


async def test_a_decision_is_the_owners(community: Community, browser: Browser) -> None:
    mention_id = await community.say("Lovely")
    shown = (await call(browser, "GET", f"/api/mentions/{mention_id}")).json()
    answer = await call(browser, "POST", "/api/decisions", decision(shown, verdict="approve"))
    assert answer.json() == {"mention_id": mention_id, "state": "approved"}
    assert (await community.look(mention_id)).decisions[0].person == "Noé"
    second = await call(browser, "POST", "/api/decisions", decision(shown, verdict="approve"))
    assert second.status_code == 409
    assert "Noé said" in second.json()["problem"]


async def test_refusals_have_their_own_status(community: Community, browser: Browser) -> None:
    mention_id = await community.say("Lovely")
    shown = (await call(browser, "GET", f"/api/mentions/{mention_id}")).json()
    bodies = {
        404: decision(shown, verdict="approve") | {"mention_id": "nobody"},
        409: decision(shown, verdict="approve") | {"conversation_version": 99},
        422: decision(shown, verdict="dismiss"),
    }
    for status, body in bodies.items():
        answer = await call(browser, "POST", "/api/decisions", body)
        assert answer.status_code == status, answer.text
        assert answer.json()["problem"]
    assert (await community.look(mention_id)).item.state is State.IN_REVIEW


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "the body"),
        (b"[1]", "the body"),
        (b'{"verdict": "approve"}', "mention_id"),
        (
            b'{"mention_id": "x", "verdict": "shout", "draft_revision": 1, "conversation_version": 1}',
            "verdict",
        ),
        (
            b'{"mention_id": "x", "verdict": "snooze", "draft_revision": 1, "conversation_version": 1,'
            b' "until": "2026-03-02T09:00:00"}',
            "until",
        ),
        (b"\xff\xfe", "the body"),
    ],
)
async def test_a_call_that_cannot_be_understood_is_told_where(
    browser: Browser, body: bytes, named: str
) -> None:
    answer = await browser.http.post("/api/decisions", content=body, headers=WITH_TOKEN)
    assert answer.status_code == 422
    assert answer.json()["problem"].startswith(f"{named}:")


POST = {
    "space": "reviews",
    "message_id": "r1",
    "author": {"id": "u1", "name": "Zoé"},
    "text": "Très belle lampe",
    "sent_at": "2026-02-01T10:00:00Z",
}


async def test_handing_in_the_same_posts_twice_adds_nothing(community: Community, browser: Browser) -> None:
    for _ in range(2):
        answer = await call(browser, "POST", "/api/intake", {"account": "lounge", "posts": [POST]})
        assert answer.json() == {"committed": 1}
    report = (await call(browser, "GET", "/api/report")).json()
    assert report["figures"]["received"] == 1
    assert set(report["figures"]) == set(report["definitions"])


async def test_an_unknown_account_takes_nothing_in(browser: Browser) -> None:
    answer = await call(browser, "POST", "/api/intake", {"account": "attic", "posts": [POST]})
    assert answer.status_code == 422
    assert answer.json()["problem"] == "There is no account attic."


async def test_a_call_of_seventeen_megabytes_is_refused(browser: Browser) -> None:
    answer = await browser.http.post("/api/intake", content=b" " * 17 * 1024 * 1024, headers=WITH_TOKEN)
    assert answer.status_code == 413


async def test_a_login_link_is_made_for_whom_it_is_asked(community: Community, browser: Browser) -> None:
    path = (await call(browser, "POST", "/api/logins", {"person": "Camille"})).json()["path"]
    assert "Hello, Camille." in (await browser.get(path)).text
    owner = (await call(browser, "POST", "/api/logins", {})).json()["path"]
    assert "Hello, Noé." in (await browser.get(owner)).text
    nobody = await call(browser, "POST", "/api/logins", {"person": "\ud800"})
    assert nobody.status_code == 422
    nobody = await call(browser, "POST", "/api/logins", {"person": "Ghost"})
    assert nobody.json() == {
        "problem": 'There is nobody called "Ghost".',
        "mend": "Choose one of: Camille, Noé, Rita.",
    }


async def test_an_address_or_method_that_does_not_exist_is_answered_in_json(browser: Browser) -> None:
    assert set((await call(browser, "GET", "/api/nothing")).json()) == {"problem", "mend"}
    answer = await call(browser, "DELETE", "/api/inbox")
    assert answer.status_code == 405
    assert set(answer.json()) == {"problem", "mend"}


# --- for who watches over it ---


async def test_alive_and_ready_without_signing_in(browser: Browser) -> None:
    assert (await browser.get("/healthz")).json() == {"ok": True}
    answer = await browser.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["bus"] == {"standing": "up"}
    assert TOKEN not in answer.text


async def test_not_ready_says_so_with_its_status(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(community_module, "READY", {"ok": False, "parts": {"bus": {"standing": "down"}}})
    answer = await browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["bus"]["standing"] == "down"


async def test_a_ledger_that_cannot_be_read_is_said_in_words(
    community: Community, camille: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreadable(query: object) -> object:
        raise LedgerUnwritable("The disk is full.", "Make room.")

    monkeypatch.setattr(community.ledger, "read", unreadable)
    page = await camille.get("/")
    assert page.status_code == 503
    assert "The inbox cannot be read just now" in page.text
    answer = await call(camille, "GET", "/api/inbox")
    assert answer.status_code == 503
    assert answer.json() == {"problem": "The disk is full.", "mend": "Make room."}
