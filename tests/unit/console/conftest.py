"""A community, and browsers of its staff."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.clock import ManualClock
from tests.unit.console.community import Community

ADDRESS = "http://inbox.test"


class Browser:
    """What somebody does with pages: open them, fill in what their forms hold, press a button."""

    def __init__(self, community: Community) -> None:
        transport = httpx.ASGITransport(app=community.app(), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=ADDRESS, follow_redirects=True)
        self._community = community

    async def sign_in(self, name: str) -> httpx.Response:
        path = self._community.logins.path(self._community.people[name])
        return await self.http.post(path)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def fields(self, mention_id: str) -> dict[str, str]:
        """The hidden fields that a mention's forms carry."""
        return hidden((await self.get(f"/mentions/{mention_id}")).text)

    async def decide(self, mention_id: str, verdict: str, **values: str) -> httpx.Response:
        fields = await self.fields(mention_id)
        return await self.press(mention_id, fields, verdict, **values)

    async def press(
        self, mention_id: str, fields: dict[str, str], verdict: str, **values: str
    ) -> httpx.Response:
        """Send a form that was shown earlier."""
        return await self.http.post(
            f"/mentions/{mention_id}/decisions", data=fields | {"verdict": verdict} | values
        )


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found if name != "verdict"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest_asyncio.fixture
async def community(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Community]:
    community = Community(tmp_path, clock)
    await community.open()
    yield community
    await community.close()


@pytest_asyncio.fixture
async def browser(community: Community) -> AsyncIterator[Browser]:
    """Nobody is signed in."""
    browser = Browser(community)
    async with browser.http:
        yield browser


@pytest_asyncio.fixture
async def camille(browser: Browser) -> Browser:
    """Signed in, and may decide."""
    await browser.sign_in("Camille")
    return browser
