"""Every page for every eye: no accessibility finding, nothing wider than the screen, pictures to look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize

from bot.console.console import LANGUAGE_COOKIE
from bot.domain.reviews import Verdict
from tests.browser.conftest import SURE, UNSURE, Inbox

pytestmark = pytest.mark.browser

SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 860},
    "phone": {"width": 360, "height": 740},
}
HOSTILE = (
    "\u202eנגד\u2066 <b>bold</b> {{ 7 * 7 }} " + "W" * 3_000 + "a\u0300\u0301\u0302" * 200 + "\nline" * 200
)


async def populate(inbox: Inbox) -> dict[str, str]:
    """One mention of every kind that a page can show."""
    talk = inbox.community
    thread = {"space": "#aide-help", "thread": "t1"}
    pages = {
        "late": await talk.say(
            "Troisième lampe en un an qui grésille. TROISIÈME. On m’a promis un rappel lundi, on est jeudi. "
            "Vous vous moquez de vos clients, je veux un remboursement et pas "
            "un bon d’achat. Est-ce trop demander ?",
            "Béatrice Lemoine",
            read=UNSURE,
            space="Lumen entre nous",
            draft="Bonjour Béatrice, trois lampes en un an, c’est trois de trop, et un rappel promis "
            "qui ne vient pas n’arrange rien. Pouvez-vous nous dire de quelle lampe il s’agit ? Nous "
            "regardons le remboursement aujourd’hui même.",
        ),
        "praise": await talk.say(
            "just unboxed the Halo. whoever designed that hinge deserves a raise and a long holiday",
            "Aisling",
            space="Lumen Lounge",
            draft="You just made the week of a very patient engineer. The hinge says thank you.",
        ),
        "question": await talk.say(
            "App won’t pair with the Brume diffuser since 4.2. Stuck at 80 % every single time.",
            "Priya R.",
            read=SURE["question"],
            draft="Sorry about that, Priya. Does it help to forget the diffuser first?",
            **thread,
        ),
        "hostile": await talk.say(HOSTILE, "\u202e" + "N" * 300, draft="Thank you!"),
        "escalated": await talk.say("It sparked when I plugged it in.", "Oscar", read=SURE["complaint"]),
        "assigned": await talk.say("Where is my refund?", "Inès", read=SURE["complaint"]),
        "dismissed": await talk.say("BUY CHEAP LAMPS", "xX_d4rk_Xx"),
    }
    await talk.say(
        "same here, and I have an iPhone so it’s not the phone", "Oscar", read=SURE["complaint"], **thread
    )
    await talk.post(
        "We are on it, both of you.", "Camille (Maison Lumen)", staff=True, reply_to="m3", space="#aide-help"
    )
    answered = await talk.say(
        "La veilleuse Pomme a survécu à mon fils de trois ans. Merci !!", "Priya R.", space="#salon"
    )
    await talk.decide(answered, Verdict.APPROVE, text="Bravo à elle, et à lui !")
    await talk.edit(
        pages["praise"],
        "just unboxed the Halo. whoever designed that hinge deserves a raise and a very long holiday",
    )
    await talk.decide(pages["escalated"], Verdict.ESCALATE, reason="safety first")
    await talk.decide(pages["assigned"], Verdict.ESCALATE)
    await talk.decide(pages["assigned"], Verdict.CLAIM)
    await talk.decide(pages["dismissed"], Verdict.DISMISS, reason="spam")
    return pages


async def everywhere(inbox: Inbox) -> dict[str, str]:
    """Every page there is, by a name for it."""
    paths = {name: f"/mentions/{mention_id}" for name, mention_id in (await populate(inbox)).items()}
    paths |= {"inbox": "/", "inbox-escalated": "/?tab=escalated", "inbox-ended": "/?tab=ended"}
    paths |= {"inbox-under-way": "/?tab=under_way", "nowhere": "/nowhere", "link": "/login/unknown"}
    return paths


async def looked_at(
    inbox: Inbox,
    chromium: Browser,
    look: Callable[[str, Page], Awaitable[None]],
    size: str,
    scheme: Literal["light", "dark"],
    language: str = "en",
) -> None:
    paths = await everywhere(inbox)
    complaints: list[str] = []
    context = await chromium.new_context(viewport=SIZES[size], color_scheme=scheme)
    await context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": inbox.address}])
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    signed_out = {"sign-in": "/", "login": inbox.community.logins.path(inbox.community.people["Rita"])}
    await page.route("**/console.js*", lambda route: route.abort())
    for name, path in signed_out.items():
        await page.goto(inbox.address + path)
        await look(name, page)
    await page.unroute("**/console.js*")
    await inbox.sign_in(page)
    for name, path in paths.items():
        await page.goto(inbox.address + path)
        await look(name, page)
        over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            complaints.append(f"{name} is {over} pixels wider than the screen")
    await context.close()
    refused = [said for said in complaints if "status of 4" not in said and "ERR_FAILED" not in said]
    assert not refused, "a page is too wide, broke its own policy, or its script failed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_no_page_has_an_accessibility_finding(
    inbox: Inbox, chromium: Browser, scheme: Literal["light", "dark"], size: str
) -> None:
    findings: dict[str, str] = {}

    async def look(name: str, page: Page) -> None:
        for details in await page.locator("#said details, #reply details, #around details").all():
            await details.evaluate("element => element.open = true")
        results = await Axe().run(page)
        if results.violations_count:
            findings[name] = results.generate_report()

    await looked_at(inbox, chromium, look, size, scheme)
    assert not findings, "\n".join(f"{name}: {said}" for name, said in findings.items())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_pictures(
    inbox: Inbox,
    chromium: Browser,
    artifacts: Path,
    scheme: Literal["light", "dark"],
    size: str,
    language: str,
) -> None:
    async def look(name: str, page: Page) -> None:
        await page.screenshot(path=artifacts / f"{name}-{size}-{scheme}-{language}.png")

    await looked_at(
        inbox,
        chromium,
        look,
        size,
        scheme,
        language,
    )
    assert (artifacts / f"inbox-{size}-{scheme}-{language}.png").stat().st_size > 0
