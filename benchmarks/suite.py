"""The whole suite: every figure beside the raw speed of the same disk in the same minutes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.anchor import raw_rows_per_s
from benchmarks.apart import resident_mib, start_up, start_up_with_open
from benchmarks.stand import MODEL
from benchmarks.within import Load, Through, latency, one_by_one, through

PATH_FLOOR, PATH_AIM = 0.04, 0.08  # of the raw rate
UP_WITHIN_S = 3.0
RESIDENT_MIB = 250.0

LOADS = {
    "path": Load(hands=100),
    "path_in_batches": Load(hands=1, at_once=500),
    "path_with_model": Load(hands=100, classifier=MODEL),
    "intake": Load(hands=100, running=False),
    "card": Load(hands=100, trusted=()),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. The larger, the steadier the figures."""

    rounds: int = 3
    mentions: int = 4_000
    singly: int = 200
    starts: int = 3
    left_open: int = 10_000
    resident: tuple[int, ...] = (10_000, 50_000)
    anchor_s: float = 0.5


QUICK = Size(rounds=1, mentions=200, singly=10, starts=1, left_open=100, resident=(100,), anchor_s=0.02)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``met`` is None where nothing is demanded."""

    key: str
    what: str
    figure: float
    unit: str
    of_raw: float | None = None
    wanted: str = ""
    met: bool | None = None


Tell = Callable[[str], None]


async def run(folder: Path, size: Size, tell: Tell) -> list[Row]:
    """Measure everything below ``folder``, which names the disk; ``tell`` hears what is being done."""
    with TemporaryDirectory(prefix="answerable-bench-", dir=folder) as place:
        here = Path(place)
        rates, raw = await _rates(here, size, tell)
        return [
            Row("raw", "raw: sqlite3 alone, FULL, 1,000 rows a commit", raw, "rows/s", 1.0),
            *_rate_rows(rates, raw),
            *await _single_rows(here, size, raw, tell),
            *await _start_rows(here, size, tell),
            *_memory_rows(here, size, tell),
        ]


async def _rates(folder: Path, size: Size, tell: Tell) -> tuple[dict[str, list[Through]], float]:
    """Every load in every round, and the raw rate before, between and after them (its median)."""
    rates: dict[str, list[Through]] = {name: [] for name in LOADS}
    raw = [raw_rows_per_s(folder, size.anchor_s)]
    for number in range(size.rounds):
        for name, load in LOADS.items():
            tell(f"round {number + 1} of {size.rounds}: {name.replace('_', ' ')}")
            rates[name].append(await through(folder, load, size.mentions))
            raw.append(raw_rows_per_s(folder, size.anchor_s))
    return rates, median(raw)


def _rate_rows(rates: dict[str, list[Through]], raw: float) -> list[Row]:
    def rate(name: str, what: str, wanted: str = "", floor: float = 0.0) -> Row:
        figure = median(each.mentions_per_s for each in rates[name])
        met = figure / raw >= floor if floor else None
        return Row(name, what, figure, "mentions/s", figure / raw, wanted, met)

    wanted = f"at least {PATH_FLOOR} of raw, aim {PATH_AIM}"
    together = median(each.steps_per_commit for each in rates["path"])
    return [
        rate("path", "whole path, 100 at once", wanted, PATH_FLOOR),
        rate("path_in_batches", "whole path, handed in by 500"),
        rate("path_with_model", "whole path with the shipped model, 100 at once"),
        rate("card", "path to a card (draft only), 100 at once"),
        rate("intake", "intake alone, 100 at once"),
        Row("steps_per_commit", "durable steps that share a commit, 100 at once", together, "steps"),
    ]


async def _single_rows(folder: Path, size: Size, raw: float, tell: Tell) -> list[Row]:
    tell("single mentions")
    singly = await one_by_one(folder, size.singly)
    found = await latency(folder, size.singly)
    flush = median(found.flushes)
    p50, p99 = median(found.answers), _p99(found.answers)
    return [
        Row("path_singly", "whole path, one conversation at a time", singly, "mentions/s", singly / raw),
        Row("flush_p50", "one flush: 1 KiB appended, fdatasync", flush * 1000, "ms"),
        Row("idle_p50", "idle: received to answered, p50", p50 * 1000, f"ms = {p50 / flush:.1f} flushes"),
        Row("idle_p99", "idle: received to answered, p99", p99 * 1000, f"ms = {p99 / flush:.1f} flushes"),
    ]


async def _start_rows(folder: Path, size: Size, tell: Tell) -> list[Row]:
    tell("start-up")
    starts = [start_up(folder) for _ in range(size.starts)]
    up, idle = median(each.seconds for each in starts), median(each.resident_mib for each in starts)
    left = median([await start_up_with_open(folder, size.left_open) for _ in range(size.starts)])
    return [
        Row(
            "start_up",
            "`answerable run`, from nothing to ready",
            up,
            "s",
            wanted=f"under {UP_WITHIN_S:g} s",
            met=up < UP_WITHIN_S,
        ),
        Row("start_up_open", f"the same with {size.left_open:,} open, to the first card", left, "s"),
        _memory_row("idle", idle),
    ]


def _memory_rows(folder: Path, size: Size, tell: Tell) -> list[Row]:
    tell("resident memory")
    found = resident_mib(folder, size.resident)
    return [
        _memory_row(f"after {count:,} cards", mib) for count, mib in zip(size.resident, found, strict=True)
    ]


def _memory_row(when: str, mib: float) -> Row:
    met = None if math.isnan(mib) else mib < RESIDENT_MIB
    key = "resident_" + when.replace(",", "").replace(" ", "_")
    return Row(key, f"resident memory, {when}", mib, "MiB", wanted=f"under {RESIDENT_MIB:g} MiB", met=met)


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100, method="inclusive")[98]
