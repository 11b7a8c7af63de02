"""The load: a community that exists in memory only, as large as it is asked to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.mention import Author, Place, Post

ROOM = "bench"
SAYINGS = (
    "Thank you so much, the new lamp is wonderful and it arrived a day early!",
    "I love the reading light, best purchase I have made this year. Bravo to the whole team.",
    "Great work on the update, the app is so much faster now, thank you!",
    "What a lovely present it made, my mother is delighted with it. Thanks again!",
    "Merci beaucoup, la lampe est magnifique et la livraison a été très rapide !",
    "Do you know when the blue one will be back in the shop?",
    "Bonjour, est-ce que l'application fonctionne aussi sur une tablette ?",
    "The switch broke after two days and nobody answers my letters. I am really disappointed.",
)


def posts(count: int, now: datetime, first: int = 0) -> Iterator[Post]:
    """Comments of ``count`` people, one each, all in one unthreaded room."""
    for number in range(first, first + count):
        text = f"{SAYINGS[number % len(SAYINGS)]} ({number})"
        yield Post(Place(ROOM, f"m{number}"), Author(f"a{number}", f"Person {number}"), text, now)


def script() -> dict[str, object]:
    """The same sayings as a script of the stand-in platform, for a service in a process of its own."""
    people = {f"p{number}": {"name": f"Person {number}"} for number in range(len(SAYINGS))}
    lines = [
        {"id": f"m{number}", "by": f"p{number}", "room": ROOM, "say": saying}
        for number, saying in enumerate(SAYINGS)
    ]
    return {"rooms": {ROOM: {"name": ROOM}}, "members": people, "lines": lines}
