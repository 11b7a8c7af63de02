"""The guide to the inbox says what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.routing import Route

import bot.console
from bot.console.api import Api
from bot.console.rendering import STATIC
from bot.console.wording import load
from bot.ledger.queries.inbox import Tab

GUIDE = (Path(bot.console.__file__).parents[2] / "docs" / "inbox.md").read_text("utf-8")


def test_every_call_is_described() -> None:
    routes: list[Route] = Api.routes(Api.__new__(Api))
    for route in routes:
        method = "POST" if route.methods and "POST" in route.methods else "GET"
        assert f"`{method} {route.path.replace('{id}', 'ID')}" in GUIDE


@pytest.mark.parametrize("tab", Tab)
def test_every_part_is_described(tab: Tab) -> None:
    assert f"| {load('en')(f'tab.{tab}')} |" in GUIDE


@pytest.mark.parametrize(
    "verb", ["approve", "another", "dismiss", "snooze", "escalate", "claim", "return", "resolve"]
)
def test_every_verb_is_described(verb: str) -> None:
    assert load("en")(f"verb.{verb}") in GUIDE


def test_third_party_assets_are_named_and_licensed() -> None:
    (script,) = STATIC.glob("htmx-*.min.js")
    version = script.name.removeprefix("htmx-").removesuffix(".min.js")
    assert f"htmx {version}" in GUIDE
    assert "Zero-Clause BSD" in (STATIC / f"htmx-{version}.LICENSE.txt").read_text("utf-8")
    assert f'version:"{version}"' in script.read_text("utf-8")
