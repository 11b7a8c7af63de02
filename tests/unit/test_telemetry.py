"""Logs: they say what happened, and never stop what happens."""

from __future__ import annotations

import io
import json

import pytest
import structlog

from bot.telemetry import configure_logs


def test_a_line_for_machines_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", as_json=True)
    structlog.get_logger().warning("part_down", part="account lounge")

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["part"]) == ("part_down", "warning", "account lounge")


def test_what_is_less_important_than_asked_for_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("error", as_json=False)
    structlog.get_logger().warning("part_down")

    assert capsys.readouterr().err == ""


def test_the_service_goes_on_when_nobody_listens_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_logs("info", as_json=False)
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)

    structlog.get_logger().error("part_down")

    assert closed.closed
