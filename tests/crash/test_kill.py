"""kill -9 anywhere, then again: nothing is lost, nobody is answered twice, nothing is left alone."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from adapters.loopback.adapter import Certainty
from tests.crash.judge import complaints
from tests.crash.victim import Life, live

pytestmark = pytest.mark.crash

COMMITS = ("before_commit", "after_commit")
OPERATIONS = (
    "directory.enlist",
    "settling.orphan",
    "intake.receive",
    "triage.settle",
    "drafting.settle",
    "delivery.claim",
    "settling.settle",
    "review.decide",
    "relay.mark_published",
)
SENDS = ("send/before", "send/after")
POINTS = (*(f"{operation}/{stage}" for operation in OPERATIONS for stage in COMMITS), *SENDS)
PATH = {  # each of them, a few in each test, because a process takes a second to start
    "start": POINTS[0:6],
    "reading": POINTS[6:10],
    "sending": (*POINTS[10:14], *SENDS),
    "deciding": POINTS[14:16],
    "marking": POINTS[16:18],
}
RECOVERY = ("send/after", *(f"settling.orphan/{COMMITS[n % 2]}" for n in range(3)))
RESOLVING = {
    Certainty.IDEMPOTENT: ("delivery.claim/after_commit", "send/before", "send/after"),
    Certainty.LOOK_UP: ("delivery.claim/after_commit", "settling.settle/before_commit", "send/before"),
    Certainty.HOLD: (
        "settling.hold/before_commit",
        "settling.hold/after_commit",
        "settling.settle/before_commit",
    ),
}
LIFETIME_S = 60.0

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.crash.victim"])


def end_of(life: Life, kill_after: float | None = None) -> int:
    """How the process ended: 0, or minus the signal that ended it."""
    process = processes.Process(target=live, args=(life,))
    process.start()
    process.join(LIFETIME_S if kill_after is None else kill_after)
    if process.is_alive():
        process.kill()
        process.join()
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def lives_to_the_end(folder: Path, certainty: Certainty, sabotage: str = "") -> None:
    assert end_of(Life(folder, certainty, sabotage=sabotage)) == 0


def dies_at(point: str, folder: Path, certainty: Certainty, hit: int = 1, sabotage: str = "") -> None:
    """The point was reached, and the process died of it and of nothing else."""
    assert end_of(Life(folder, certainty, point, hit, sabotage)) == -signal.SIGKILL, point


@pytest.mark.parametrize("part", PATH)
def test_killed_at_each_step_of_the_path(tmp_path: Path, part: str) -> None:
    for point in PATH[part]:
        dies_at(point, tmp_path, Certainty.IDEMPOTENT)
    lives_to_the_end(tmp_path, Certainty.IDEMPOTENT)

    assert complaints(tmp_path) == []


@pytest.mark.parametrize("certainty", Certainty)
def test_killed_while_sending_three_times_in_recovery_and_while_resolving(
    tmp_path: Path, certainty: Certainty
) -> None:
    for point in (*RECOVERY, *RESOLVING[certainty]):
        dies_at(point, tmp_path, certainty)
    lives_to_the_end(tmp_path, certainty)

    assert complaints(tmp_path) == []


@pytest.mark.parametrize("certainty", Certainty)
def test_killed_at_random_moments(tmp_path: Path, certainty: Certainty) -> None:
    seed = int(os.environ.get("CRASH_SEED", time.time_ns() % 1_000_000))
    chance = random.Random(seed)
    for _ in range(int(os.environ.get("SOAK", "3"))):
        end_of(Life(tmp_path, certainty), kill_after=chance.uniform(0.05, 0.6))
    lives_to_the_end(tmp_path, certainty)

    assert complaints(tmp_path) == [], f"CRASH_SEED={seed}"


SOAKING = "SOAK" in os.environ  # all pairs of points, which takes an hour; its value: how many random kills
PAIRS = list(itertools.product(POINTS, POINTS, Certainty, (1, 3))) if SOAKING else []


@pytest.mark.parametrize(("first", "second", "certainty", "hit"), PAIRS)
def test_killed_at_every_pair_of_points(
    tmp_path: Path, first: str, second: str, certainty: Certainty, hit: int
) -> None:
    """The second may lie behind what the first life had already done; then the second life is whole."""
    end_of(Life(tmp_path, certainty, first, hit))
    end_of(Life(tmp_path, certainty, second, hit))
    lives_to_the_end(tmp_path, certainty)

    assert complaints(tmp_path) == []


# --- the judge sees --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sabotage", "certainty", "point", "seen"),
    [
        ("forgets_the_key", Certainty.IDEMPOTENT, "send/after", "answered 2 times"),
        ("boasts", Certainty.HOLD, "send/after", "answered 2 times"),
        ("acknowledges_first", Certainty.IDEMPOTENT, "intake.receive/after_commit", "lost"),
    ],
)
def test_without_a_guard_the_same_kill_breaks_a_promise_and_it_is_seen(
    tmp_path: Path, sabotage: str, certainty: Certainty, point: str, seen: str
) -> None:
    dies_at(point, tmp_path, certainty, sabotage=sabotage)
    lives_to_the_end(tmp_path, certainty, sabotage=sabotage)

    assert any(line.startswith(seen) for line in complaints(tmp_path))
