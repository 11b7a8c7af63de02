"""An approved reply is handed out once, whole, and on the disk before anybody believes it."""

# ruff: noqa: ASYNC240  # the files of these tests are a few lines long
from __future__ import annotations

import errno
import json
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.exports import ExportsAdapter
from bot.clock import ManualClock
from bot.domain.mention import Place
from bot.domain.replies import NotSent, Outgoing, Sent, Unknown


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "replies.jsonl"


@pytest.fixture
def adapter(path: Path) -> ExportsAdapter:
    return ExportsAdapter(path, ManualClock())


def reply(delivery_id: str = "d1", text: str = "Merci Zoé !\nÀ bientôt.") -> Outgoing:
    return Outgoing(delivery_id, Place("Facebook", "7"), text)


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]


async def test_a_reply_is_a_line_that_names_the_comment_it_answers(
    adapter: ExportsAdapter, path: Path
) -> None:
    assert await adapter.send(reply()) == Sent("d1")
    assert rows(path) == [
        {
            "delivery_id": "d1",
            "network": "Facebook",
            "id": "7",
            "kind": "answer",
            "reply": "Merci Zoé !\nÀ bientôt.",
            "at": "2026-03-02T09:00:00+00:00",
        }
    ]


async def test_sent_twice_is_handed_out_once_even_by_another_process(
    adapter: ExportsAdapter, path: Path
) -> None:
    await adapter.send(reply())
    await adapter.send(reply())
    assert await ExportsAdapter(path, ManualClock()).send(reply()) == Sent("d1")
    assert len(rows(path)) == 1


async def test_a_restart_finds_what_was_handed_out(adapter: ExportsAdapter, path: Path) -> None:
    assert isinstance(await adapter.look_up(reply()), NotSent)
    await adapter.send(reply())
    assert await ExportsAdapter(path, ManualClock()).look_up(reply()) == Sent("d1")


async def test_a_line_torn_by_a_crash_never_happened(adapter: ExportsAdapter, path: Path) -> None:
    await adapter.send(reply("d1"))
    await adapter.send(reply("d2"))
    whole = path.read_bytes()
    for cut in range(whole.index(b"\n") + 1, len(whole)):
        path.write_bytes(whole[:cut])
        again = ExportsAdapter(path, ManualClock())
        assert await again.look_up(reply("d1")) == Sent("d1")
        assert isinstance(await again.look_up(reply("d2")), NotSent)
        assert await again.send(reply("d2")) == Sent("d2")
        assert path.read_bytes() == whole


async def test_a_file_that_was_emptied_or_taken_away_is_begun_again(
    adapter: ExportsAdapter, path: Path
) -> None:
    await adapter.send(reply("d1"))
    path.unlink()
    assert isinstance(await adapter.look_up(reply("d1")), NotSent)
    await adapter.send(reply("d2"))
    assert [row["delivery_id"] for row in rows(path)] == ["d2"]


async def test_lines_that_somebody_else_wrote_are_left_alone(adapter: ExportsAdapter, path: Path) -> None:
    path.parent.mkdir()
    path.write_text('# notes\n[1]\n{"other": 1}\n', "utf-8")
    assert isinstance(await adapter.look_up(reply()), NotSent)
    await adapter.send(reply())
    assert path.read_text("utf-8").startswith('# notes\n[1]\n{"other": 1}\n{"delivery_id": "d1"')


@pytest.fixture
def no_room_for_more_than() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_fills_up_in_mid_line_leaves_no_trace(
    adapter: ExportsAdapter, path: Path, no_room_for_more_than: None
) -> None:
    await adapter.send(reply("d1"))
    before = path.read_bytes()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))  # the next line fits in part
    outcome = await adapter.send(reply("d2"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert isinstance(outcome, NotSent)
    assert outcome.reason.endswith("replies.jsonl: File too large")
    assert path.read_bytes() == before
    assert await adapter.send(reply("d2")) == Sent("d2")


async def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    outcome = await ExportsAdapter(tmp_path / "file" / "replies.jsonl", ManualClock()).send(reply())
    assert isinstance(outcome, NotSent)


def broken(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


async def test_a_disk_that_does_not_confirm_leaves_no_trace(
    adapter: ExportsAdapter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", broken)
    assert isinstance(await adapter.send(reply()), NotSent)
    assert path.read_bytes() == b""


async def test_what_could_not_be_taken_back_is_not_claimed_to_be_away(
    adapter: ExportsAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", broken)
    monkeypatch.setattr(os, "ftruncate", broken)
    assert isinstance(await adapter.send(reply()), Unknown)
    assert await adapter.look_up(reply()) == Sent("d1")


async def test_the_adapter_has_nothing_to_receive(adapter: ExportsAdapter) -> None:
    class Nobody:
        async def __call__(self, incoming: object, cursor: str = "") -> None:
            raise AssertionError

        async def cursor(self) -> str:
            raise AssertionError

    await adapter.run(Nobody())
    await adapter.close()
