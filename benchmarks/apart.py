"""Measured from outside, on the real command in a process of its own: start-up and resident memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from sqlalchemy import func, select

from benchmarks.community import SAYINGS, posts, script
from benchmarks.stand import HANDLED, MODEL, stand
from bot.ledger.schema import events
from bot.ledger.store import reading
from bot.settings.model import LEDGER_FILE

LOOK_EVERY_S = 0.005
PATIENCE_S = 300.0
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Start:
    """From nothing to a running service with its inbox, and what that then takes of memory."""

    seconds: float
    resident_mib: float


def start_up(folder: Path) -> Start:
    """On an empty ledger."""
    with TemporaryDirectory(dir=folder) as data:
        began = time.perf_counter()
        with _running(Path(data), repeat=0) as process:
            return Start(time.perf_counter() - began, _resident(process))


async def start_up_with_open(folder: Path, mentions: int) -> float:
    """Seconds from nothing to the first card, on a ledger that a dead process left so many mentions in."""
    with TemporaryDirectory(dir=folder) as data:
        async with stand(Path(data), MODEL, running=False) as left:
            await left.hand_in(posts(mentions, datetime.now(UTC)), at_once=500)
        began = time.perf_counter()
        with _running(Path(data), repeat=0) as process:
            _wait_until_handled(Path(data), 1, process)
            return time.perf_counter() - began


def resident_mib(folder: Path, mentions: Sequence[int]) -> list[float]:
    """Resident memory of a running service when so many mentions have become cards."""
    found: list[float] = []
    rounds = -(-mentions[-1] // len(SAYINGS))
    with TemporaryDirectory(dir=folder) as data, _running(Path(data), repeat=rounds) as process:
        for count in mentions:
            _wait_until_handled(Path(data), count, process)
            found.append(_resident(process))
    return found


@contextmanager
def _running(data: Path, repeat: int) -> Iterator[subprocess.Popen[str]]:
    """``answerable run`` from its first words to its end; ``repeat``: rounds of the community to receive."""
    command = [sys.executable, "-m", "bot", "run", "--config", str(_configuration(data, repeat))]
    with (
        (data / "errors.txt").open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=_environment(), text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise RuntimeError((data / "errors.txt").read_text())
            yield process
        finally:
            process.terminate()


def _configuration(data: Path, repeat: int) -> Path:
    (data / "community.yaml").write_text(yaml.safe_dump(script()), "utf-8")
    account: dict[str, object] = {"kind": "loopback"}
    if repeat:
        account |= {"script": str(data / "community.yaml"), "pace": "full", "repeat": repeat}
    settings = {"accounts": {"bench": account}, "data_dir": str(data), "console": {"port": 0}}
    file = data / "answerable.yaml"
    file.write_text(yaml.safe_dump(settings), "utf-8")
    return file


def _environment() -> dict[str, str]:
    """Ours, without settings that were meant for another instance."""
    here = str(Path(__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSWERABLE_")}
    return kept | {"PYTHONPATH": here}


def _wait_until_handled(data: Path, count: int, process: subprocess.Popen[str]) -> None:
    query = select(func.count()).where(events.c.kind.in_(HANDLED))
    until = time.monotonic() + PATIENCE_S
    with reading(data / LEDGER_FILE) as connection:
        while connection.execute(query).scalar_one() < count:
            connection.rollback()  # the next look sees what was committed since
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the service stopped handling mentions")
            time.sleep(LOOK_EVERY_S)


def _resident(process: subprocess.Popen[str]) -> float:
    """What Linux says; nan elsewhere."""
    pages = Path(f"/proc/{process.pid}/statm")
    if not pages.exists():
        return float("nan")
    return int(pages.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB
