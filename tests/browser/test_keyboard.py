"""The whole job with the keyboard alone, and live."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.domain.lifecycle import State
from bot.domain.reviews import Verdict
from tests.browser.conftest import SURE, Inbox

pytestmark = pytest.mark.browser


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id"))


async def test_approve_with_the_keyboard_alone_and_see_it_answered(inbox: Inbox, page: Page) -> None:
    first = await inbox.community.say("Whoever designed that hinge deserves a raise", "Aisling")
    second = await inbox.community.say("Does it work on US voltage?", "Tom", read=SURE["question"])
    await expect(page.locator("[data-lines] > li")).to_have_count(2)
    await page.keyboard.press("j")
    assert await focused(page) == f"open-{first}"
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Aisling")
    await page.keyboard.press("a")
    await page.wait_for_url(f"**/mentions/{second}?done={first}")
    assert await focused(page) == "author"
    await expect(page.locator("#done")).to_contain_text("Approved, about to leave")
    await expect(page.locator("#done")).to_contain_text("Answered")
    await expect(page.locator("#announce")).to_contain_text("Answered")
    assert inbox.room.heard == ["Thank you, that makes our day!"]
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-lines] > li")).to_have_count(1)


async def test_edit_and_send_without_leaving_the_keys(inbox: Inbox, page: Page) -> None:
    mention_id = await inbox.community.say("Lovely")
    await page.goto(f"{inbox.address}/mentions/{mention_id}")
    await page.keyboard.press("e")
    assert await focused(page) == "text"
    await page.keyboard.type(" And a jax as u like.")  # every letter is a key elsewhere
    await expect(page.locator("#approve")).to_contain_text("Approve my wording")
    await expect(page.locator("#length")).to_contain_text("/ 500")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(f"{inbox.address}/?done={mention_id}")
    await expect(page.locator("#done")).to_contain_text("Answered")
    assert inbox.room.heard == ["Thank you, that makes our day! And a jax as u like."]


async def test_undo_with_u_while_the_countdown_runs(inbox: Inbox, page: Page) -> None:
    mention_id = await inbox.community.say("Lovely")
    await page.goto(f"{inbox.address}/mentions/{mention_id}")
    await page.keyboard.press("a")
    await page.wait_for_url("**/?done=*")
    await page.keyboard.press("u")
    await page.wait_for_url(f"{inbox.address}/mentions/{mention_id}")
    assert (await inbox.community.look(mention_id)).item.state is State.IN_REVIEW
    assert inbox.room.heard == []


async def test_dismiss_another_help_and_back(inbox: Inbox, page: Page) -> None:
    mention_id = await inbox.community.say("Buy now")
    await page.goto(f"{inbox.address}/mentions/{mention_id}")
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#keys")).to_be_hidden()
    await page.keyboard.press("s")
    await expect(page.locator("#reply")).to_contain_text("A suggestion is being written")
    await inbox.community.suggest(mention_id, "Another idea")
    await expect(page.locator("#text")).to_have_value("Another idea")
    await page.keyboard.press("x")
    await expect(page.locator("#dismissing")).to_have_attribute("open", "")
    await page.keyboard.press("Escape")
    await expect(page.locator("#dismissing")).not_to_have_attribute("open", "")
    await page.keyboard.press("x")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/?done=*")
    assert (await inbox.community.look(mention_id)).decisions[0].reason == "spam"


async def test_a_change_elsewhere_never_overwrites_what_is_being_typed(inbox: Inbox, page: Page) -> None:
    mention_id = await inbox.community.say("Safe to leave on?", read=SURE["question"])
    await page.goto(f"{inbox.address}/mentions/{mention_id}")
    await page.wait_for_selector("body[data-connected]")
    await page.keyboard.press("e")
    await page.keyboard.type(" My words.")
    await inbox.community.edit(mention_id, "Safe to put in the dishwasher?")
    await expect(page.locator("#said")).to_contain_text("dishwasher")
    await expect(page.locator(".newer")).to_contain_text("Your words are kept")
    assert await focused(page) == "text"
    await expect(page.locator("#text")).to_have_value("Thank you, that makes our day! My words.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#refused")).to_be_focused()
    await expect(page.locator("#refused del").first).to_contain_text("leave")
    await expect(page.locator("#text")).to_have_value("Thank you, that makes our day! My words.")


async def test_the_list_changes_by_itself_and_keeps_its_place(inbox: Inbox, page: Page) -> None:
    first = await inbox.community.say("One", "Ann")
    second = await inbox.community.say("Two", "Bob")
    await expect(page.locator("[data-lines] > li")).to_have_count(2)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    assert await focused(page) == f"open-{second}"
    await inbox.community.decide(first, Verdict.DISMISS, reason="spam")
    await expect(page.locator("[data-lines] > li")).to_have_count(1)
    assert await focused(page) == f"open-{second}"


async def test_it_works_without_javascript(inbox: Inbox, page: Page) -> None:
    mention_id = await inbox.community.say("Lovely")
    assert page.context.browser is not None
    plain = await page.context.browser.new_context(java_script_enabled=False)
    other = await plain.new_page()
    await other.goto(inbox.address + inbox.community.logins.path(inbox.community.people["Camille"]))
    await other.click("button")
    await other.click(f"#open-{mention_id}")
    await other.click("#approve")
    await other.wait_for_url("**/?done=*")
    assert (await inbox.community.look(mention_id)).item.state is State.APPROVED
    await plain.close()
