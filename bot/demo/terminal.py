"""Whoever sits at the terminal is a member of the community too: what they type is said."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from adapters.loopback.world import World
from bot.domain.mention import Author

YOU = Author("you", "You")


@contextmanager
def typing_into(world: World, space: str, keyboard: TextIO) -> Iterator[None]:
    """While this lasts, each line typed on ``keyboard`` is posted to ``space``."""
    loop = asyncio.get_running_loop()

    def typed() -> None:
        line = keyboard.readline()
        if not line:
            loop.remove_reader(keyboard)
        elif line.strip():
            world.say(space, YOU, line.strip())

    loop.add_reader(keyboard, typed)
    try:
        yield
    finally:
        loop.remove_reader(keyboard)
