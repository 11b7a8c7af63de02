"""Personal links, sessions, and forms from elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.console.headers import POLICY
from bot.console.sessions import COOKIE
from bot.domain.lifecycle import State
from tests.unit.console.community import Community
from tests.unit.console.conftest import Browser


async def test_a_personal_link_signs_in_once(community: Community, browser: Browser) -> None:
    path = community.logins.path(community.people["Camille"])
    assert "Hello, Camille." in (await browser.get(path)).text
    page = await browser.http.post(path)
    assert page.url.path == "/"
    assert "Camille" in page.text
    browser.http.cookies.clear()
    again = await browser.http.post(path)
    assert again.status_code == 410
    assert "This link was used already" in again.text
    assert "Ask for a new one" in again.text


async def test_looking_at_a_link_uses_nothing_up(community: Community, browser: Browser) -> None:
    path = community.logins.path(community.people["Camille"])
    for _ in range(3):  # link previews, virus scanners
        await browser.get(path)
    assert (await browser.http.post(path)).url.path == "/"


async def test_a_link_changes_who_is_signed_in_only_by_a_press(
    community: Community, browser: Browser
) -> None:
    path = community.logins.path(community.people["Rita"])
    assert "data-submit-at-once" in (await browser.get(path)).text
    await browser.sign_in("Camille")
    assert "data-submit-at-once" not in (await browser.get(path)).text


async def test_a_link_lasts_a_day(community: Community, browser: Browser, clock: ManualClock) -> None:
    path = community.logins.path(community.people["Camille"])
    clock.advance(timedelta(hours=24))
    page = await browser.get(path)
    assert page.status_code == 410
    assert "This link has expired" in page.text


async def test_several_links_may_be_open(community: Community, browser: Browser) -> None:
    paths = [community.logins.path(community.people["Camille"]) for _ in range(2)]
    assert len(set(paths)) == 2
    for path in paths:
        browser.http.cookies.clear()
        assert (await browser.http.post(path)).url.path == "/"


async def test_an_unknown_link_says_so(browser: Browser) -> None:
    assert "This link is not known here" in (await browser.get("/login/guessed")).text


@pytest.mark.parametrize(
    "path", ["/", "/mentions/x", "/fragments/inbox", "/live", "/mentions/x/fragments/said"]
)
async def test_nothing_is_shown_to_who_is_not_signed_in(browser: Browser, path: str) -> None:
    page = await browser.get(path)
    assert page.status_code == 401
    assert "Please sign in" in page.text


async def test_a_link_from_elsewhere_is_followed_once_more_by_the_page_itself(browser: Browser) -> None:
    page = await browser.http.get("/mentions/x", headers={"sec-fetch-site": "cross-site"})
    assert 'http-equiv="refresh"' in page.text
    again = await browser.http.get("/mentions/x?again=1", headers={"sec-fetch-site": "cross-site"})
    assert "Please sign in" in again.text


async def test_the_cookie_is_for_this_inbox_alone(community: Community, browser: Browser) -> None:
    path = community.logins.path(community.people["Camille"])
    answer = await browser.http.post(path, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    path = community.logins.path(community.people["Camille"])
    answer = await browser.http.post("https://inbox.test" + path, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "change",
    [
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: "x" + cookie,
        lambda cookie: cookie.partition(".")[0],
        lambda cookie: "." + cookie.partition(".")[2],
        lambda cookie: "é.é",
    ],
)
async def test_a_cookie_that_was_tampered_with_is_no_session(camille: Browser, change: object) -> None:
    assert callable(change)
    cookie = camille.http.cookies[COOKIE]
    camille.http.cookies.clear()
    page = await camille.http.get("/", headers={b"cookie": f"{COOKIE}={change(cookie)}".encode()})
    assert page.status_code == 401


async def test_a_session_ends(camille: Browser, clock: ManualClock) -> None:
    clock.advance(timedelta(days=7))
    assert (await camille.get("/")).status_code == 401


async def test_signing_out(community: Community, camille: Browser) -> None:
    fields = await camille.fields(await community.say("Lovely"))
    page = await camille.http.post("/logout", data=fields)
    assert "Goodbye" in page.text
    assert (await camille.get("/")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_from_elsewhere_decides_nothing(
    community: Community, camille: Browser, headers: dict[str, str]
) -> None:
    mention_id = await community.say("Lovely")
    fields = await camille.fields(mention_id)
    page = await camille.http.post(
        f"/mentions/{mention_id}/decisions",
        data=fields | {"verdict": "dismiss", "reason": "spam"},
        headers=headers,
    )
    assert page.status_code == 403
    assert (await community.look(mention_id)).item.state is State.IN_REVIEW


async def test_a_form_without_its_token_decides_nothing(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely")
    fields = await camille.fields(mention_id) | {"form_token": "guessed"}
    page = await camille.press(mention_id, fields, "dismiss", reason="spam")
    assert page.status_code == 403
    assert "Nothing was done" in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"draft_revision": "x"},
        {"verdict": "explode"},
        {"shown_at": "9" * 40},
        {"draft_revision": "-" * 300},
    ],
)
async def test_a_form_that_is_none_of_ours_is_answered_in_words(
    community: Community, camille: Browser, fields: dict[str, str]
) -> None:
    mention_id = await community.say("Lovely")
    token = (await camille.fields(mention_id))["form_token"]
    page = await camille.http.post(f"/mentions/{mention_id}/decisions", data={"form_token": token} | fields)
    assert page.status_code == 400
    assert "could not be read" in page.text


async def test_a_form_of_two_megabytes_is_refused(camille: Browser) -> None:
    page = await camille.http.post("/mentions/x/decisions", data={"text": "x" * 2_000_000})
    assert page.status_code == 413


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/login/x", "/healthz", "/static/console.js", "/api/inbox"]
)
async def test_every_answer_carries_the_security_headers(camille: Browser, path: str) -> None:
    headers = (await camille.get(path)).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    kept = "immutable" in headers["cache-control"]
    assert kept if path.startswith("/static") else headers["cache-control"] == "no-store"


async def test_pages_have_no_inline_script_or_style(community: Community, camille: Browser) -> None:
    mention_id = await community.say("Lovely")
    for path in ("/", f"/mentions/{mention_id}"):
        page = (await camille.get(path)).text
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert page.count("<script ") == page.count('<script src="/static/')


async def test_the_language_is_remembered(community: Community, camille: Browser) -> None:
    fields = await camille.fields(await community.say("Lovely"))
    page = await camille.http.post("/language", data=fields | {"language": "fr"})
    assert "À répondre" in page.text
    assert '<html lang="fr">' in page.text
