"""A real Chromium before a real inbox, served in the test's own process on a port that is free."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot.clock import SystemClock
from bot.domain.labels import Classification, Label
from bot.domain.replies import Capabilities, Outcome, Outgoing, Sent
from bot.pipeline.delivery import Pace, Sender
from bot.ports import Intake
from tests.unit.console.community import Community

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


class Room:
    """Where replies arrive."""

    capabilities = Capabilities(can_look_up=True, max_length=500)

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def run(self, intake: Intake) -> None:
        """Nobody talks by themselves here."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        self.heard.append(outgoing.text)
        return Sent(f"reply-{len(self.heard)}")

    async def look_up(self, outgoing: Outgoing) -> Outcome:
        return Sent("there")

    async def close(self) -> None:
        """Nothing is open."""


class Inbox:
    """A community, its inbox on a socket, and the room that answers are sent to."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.room = Room()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(community.app(), log_config=None, access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)

    async def serve(self) -> None:
        clock = self.community.clock
        sender = Sender(self.community.ledger, self.community.account_id, self.room, clock, Pace())

        async def pulse() -> None:
            while True:
                sender.ring()
                await clock.sleep(0.1)

        self._tasks: Sequence[asyncio.Task[None]] = [
            asyncio.create_task(self._server.serve([self._listener])),
            asyncio.create_task(sender.run()),
            asyncio.create_task(pulse()),
        ]

    async def stop(self) -> None:
        self.community.live.close()
        self._server.should_exit = True
        await self._tasks[0]
        for task in self._tasks[1:]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def sign_in(self, page: Page, name: str = "Camille") -> None:
        """Open a personal login link, as a person does."""
        path = self.community.logins.path(self.community.people[name])
        await page.goto(self.address + path)
        await page.wait_for_url(self.address + "/")
        await live(page)


async def live(page: Page) -> None:
    """Wait until the page hears of changes."""
    await page.wait_for_selector("body[data-connected]")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        unseen = "There is no chromium on this machine, so the inbox was not looked at in a browser."
        if os.environ.get("ANSWERABLE_TEST_BROWSER") == "required":
            pytest.fail(unseen)
        pytest.skip(unseen)
    return found


@pytest_asyncio.fixture
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    community = Community(tmp_path, SystemClock(), undo_window=timedelta(seconds=2))
    await community.open()
    inbox = Inbox(community)
    await inbox.serve()
    yield inbox
    await inbox.stop()
    await community.close()


@pytest_asyncio.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest_asyncio.fixture
async def page(context: BrowserContext, inbox: Inbox) -> Page:
    """Signed in, at the inbox."""
    page = await context.new_page()
    await inbox.sign_in(page)
    return page


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """Where pictures go: the folder that BROWSER_ARTIFACTS names, else a temporary one."""
    folder = Path(os.environ.get("BROWSER_ARTIFACTS") or tmp_path / "artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


SURE = {
    "praise": Classification(
        (Label.PRAISE,), {Label.PRAISE: 0.97, Label.QUESTION: 0.04}, "en", False, "model 1"
    ),
    "question": Classification((Label.QUESTION,), {Label.QUESTION: 0.99}, "en", False, "model 1"),
    "complaint": Classification((Label.COMPLAINT,), {Label.COMPLAINT: 0.98}, "en", False, "model 1"),
}
UNSURE = Classification(
    (Label.COMPLAINT, Label.QUESTION),
    {Label.COMPLAINT: 0.56, Label.QUESTION: 0.51, Label.PRAISE: 0.03},
    "fr",
    True,
    "model 1",
)
