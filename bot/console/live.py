"""Live pages: which mentions changed is pushed to whoever looks, ids only; the page fetches what it shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from starlette.responses import StreamingResponse

from bot.clock import Clock
from bot.domain.events import Envelope

GATHERED_FOR_S = 0.25
PING_S = 15.0
MOST_IDS = 100  # more than that changed at once: everything is looked at again
EVERYTHING = "*"


class _Viewer:
    """One open page: what changed since it was last told."""

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.rung = asyncio.Event()


class Live:
    """Hears every commit and tells all open pages; ``close`` ends their streams, so that a server stops."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._viewers: set[_Viewer] = set()
        self._closed = False

    def heard(self, envelopes: Sequence[Envelope]) -> None:
        """Listener for ``Ledger.when_committed``."""
        if not self._viewers:
            return
        ids = {one for envelope in envelopes for one in (envelope.mention_id, envelope.conversation_id)}
        for viewer in self._viewers:
            if len(viewer.changed) <= MOST_IDS:
                viewer.changed |= ids
            viewer.rung.set()

    def close(self) -> None:
        """End every stream, and each new one at once."""
        self._closed = True
        for viewer in self._viewers:
            viewer.rung.set()

    async def stream(self) -> AsyncIterator[str]:
        """Server-sent events until the page is left or the inbox stops: at once, then gathered."""
        viewer = _Viewer()
        self._viewers.add(viewer)
        try:
            yield "retry: 2000\n\n"
            while not self._closed:
                try:
                    async with asyncio.timeout(PING_S):
                        await viewer.rung.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                viewer.rung.clear()
                changed, viewer.changed = viewer.changed, set()
                if changed:
                    yield _told(changed)
                    await self._clock.sleep(GATHERED_FOR_S)
        finally:
            self._viewers.discard(viewer)

    def response(self) -> StreamingResponse:
        """The stream as an answer to a browser."""
        return StreamingResponse(
            self.stream(), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
        )


def _told(ids: set[str]) -> str:
    told = sorted(ids) if len(ids) <= MOST_IDS else [EVERYTHING]
    return f"event: changed\ndata: {json.dumps(told)}\n\n"
