"""Take the pictures of the inbox that the README shows: `make pictures`. Needs a Chromium."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.async_api import Browser, async_playwright

from bot import wiring
from bot.console.server import listen
from bot.demo.stage import demo_settings

HERE = Path(__file__).parent
SHOWN = "Halo desk lamp"  # the comment whose page is shown
Scheme = Literal["light", "dark"]


class Shot(NamedTuple):
    """One picture."""

    page: str
    language: str
    scheme: Scheme
    width: int
    height: int

    @property
    def file(self) -> Path:
        device = "-phone" if self.width < 500 else ""
        return HERE / f"{self.page}-{self.language}-{self.scheme}{device}.png"


SHOTS = (
    Shot("inbox", "en", "light", 1280, 800),
    Shot("mention", "en", "light", 1280, 720),
    Shot("mention", "fr", "dark", 390, 844),
    Shot("inbox", "fr", "light", 390, 844),
)


async def main() -> None:
    """Play the community at once and photograph what the inbox shows of it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("No Chromium was found: install Debian's package chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for language in ("en", "fr"):
            await _in_language(browser, language)
        await browser.close()


async def _in_language(browser: Browser, language: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = demo_settings(Path(folder), language=language, port=0, played_at_once=True)
        app = await wiring.build(settings)
        inbox = wiring.inbox(app, listen("127.0.0.1", 0))
        await app.service.start()
        app.service.supervisor.start("console", inbox.serve)
        await app.service.received_all()
        await app.service.quiet()
        for shot in SHOTS:
            if shot.language == language:
                await _take(browser, inbox.link(app.owner), shot)
        await app.stop()


async def _take(browser: Browser, link: str, shot: Shot) -> None:
    context = await browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme, locale=shot.language
    )
    page = await context.new_page()
    await page.goto(link)
    if shot.page == "mention":
        await page.get_by_text(SHOWN).first.click()
    await page.wait_for_load_state("load")
    await page.screenshot(path=shot.file)
    await context.close()


if __name__ == "__main__":
    asyncio.run(main())
