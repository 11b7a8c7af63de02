"""The benchmarks run, and say what they measured. How fast a machine is, no test asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from benchmarks.__main__ import command
from benchmarks.anchor import Flush, raw_rows_per_s
from benchmarks.suite import LOADS


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    folder = tmp_path_factory.mktemp("disk")
    ended = CliRunner().invoke(command, ["--quick", "--json", "--dir", str(folder)])
    structlog.reset_defaults()  # the benchmarks hush the services they measure
    assert ended.exit_code in (0, 1), ended.output
    assert list(folder.iterdir()) == []
    return {row["key"]: row for row in json.loads(ended.stdout)}


def test_every_figure_stands_beside_the_raw_speed_of_the_same_run(rows: dict[str, dict[str, object]]) -> None:
    raw = rows["raw"]["figure"]
    assert isinstance(raw, float)
    for key in ("path_singly", *LOADS):
        figure = rows[key]["figure"]
        assert isinstance(figure, float)
        assert rows[key]["of_raw"] == pytest.approx(figure / raw)


def test_what_is_wanted_is_said_and_judged(rows: dict[str, dict[str, object]]) -> None:
    judged = {key for key, row in rows.items() if row["wanted"]}

    assert judged == {"path", "start_up", "resident_idle", "resident_after_100_cards"}
    assert all(rows[key]["met"] is not None for key in ("path", "start_up"))


def test_start_up_latency_and_commits_are_told(rows: dict[str, dict[str, object]]) -> None:
    assert {"start_up_open", "idle_p50", "idle_p99", "flush_p50", "steps_per_commit"} <= set(rows)
    assert rows["steps_per_commit"]["figure"] != 0


def test_the_help_shows_an_example() -> None:
    assert "python -m benchmarks --dir" in CliRunner().invoke(command, ["--help"]).stdout


def test_the_anchor_really_writes(tmp_path: Path) -> None:
    assert raw_rows_per_s(tmp_path, 0.001) > 0
    flush = Flush(tmp_path)
    flush.probe()
    flush.close()

    assert len(flush.times) == 1
    assert (tmp_path / "flush.bin").stat().st_size == 1024
