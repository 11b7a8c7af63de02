"""The dispatch story, in two terminals: one runs the service, the other decides through it."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.stories.command_line import Ended, Running, answerable, started

CONFIGURATION = """
brand: {name: "Maison [Lumen]", language: fr}
accounts:
  lounge: {kind: loopback, script: lumen, pace: full, live: true, journal: platform.jsonl}
people:
  Camille: {role: owner}
  Robin: {role: replier}
  Zoé: {role: reader}
delivery: {undo_window: 1s}
console: {port: 0}
"""
READY = "Ctrl-C stops it."


class Brand:
    """A brand's folder and configuration, and the commands in it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.file = folder / "answerable.yaml"
        self.file.write_text(CONFIGURATION, "utf-8")
        self.options = ("--config", self.file, "--data-dir", self.data)

    def __call__(self, *arguments: str | Path) -> Ended:
        return answerable(*arguments, *self.options)

    def waiting(self, most: int = 60) -> list[dict[str, object]]:
        listed: list[dict[str, object]] = self("inbox", "--json", "--most", str(most)).json
        return listed

    @property
    def said(self) -> list[dict[str, object]]:
        """What the community can read from us."""
        journal = self.data / "platform.jsonl"
        return [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []


@pytest.fixture
def brand(tmp_path: Path) -> Brand:
    return Brand(tmp_path)


@pytest.fixture
def service(brand: Brand) -> Iterator[Running]:
    with started("run", *brand.options) as service:
        service.wait_for(READY)
        yield service


def address(service: Running) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", service.said)
    assert found
    return found.group()


def test_a_comment_is_seen_decided_and_answered_where_it_was_said(brand: Brand, service: Running) -> None:
    assert "Answerable is running for Maison [Lumen]." in service.said
    assert [f"Inbox of {name}:" in service.said for name in ("Camille", "Robin", "Zoé")] == [True] * 3
    assert httpx.get(f"{address(service)}/healthz", trust_env=False).status_code == 200
    assert httpx.get(f"{address(service)}/readyz", trust_env=False).json()["ok"] is True
    service.wait_until(brand.waiting)
    first = brand.waiting()[0]

    decided = brand(
        "decide", str(first["id"])[-6:], "approve", "--text", "Merci, c’est noté !", "--yes", "--as", "Robin"
    )

    assert decided.code == 0, decided.err
    assert re.match(
        r"Approved: the reply leaves in \ds\. Until then `answerable decide \w{6} undo`", decided.out
    )
    service.wait_until(lambda: any(line["text"] == "Merci, c’est noté !" for line in brand.said))
    service.wait_until(lambda: brand("show", str(first["id"]), "--json").json["state"] == "answered")
    shown = brand("show", str(first["id"])).out
    assert "reply approved by Robin" in shown
    assert "Reply (sent):" in shown
    assert service.end(signal.SIGTERM) == 0
    assert len([line for line in brand.said if line["kind"] == "answer"]) == 1


def test_a_decision_is_refused_with_the_reason(brand: Brand, service: Running) -> None:
    service.wait_until(brand.waiting)
    waiting = str(brand.waiting()[0]["id"])

    by_reader = brand("decide", waiting, "approve", "--yes", "--as", "Zoé")
    by_nobody = brand("decide", waiting, "approve", "--yes", "--as", "Nobody")
    dismissed = brand("decide", waiting, "dismiss", "--reason", "spam", "--yes", "--json")
    too_late = brand("decide", waiting, "approve", "--yes")
    unknown = brand("decide", "zzzzzz", "approve", "--yes")

    assert [ended.code for ended in (by_reader, by_nobody, dismissed, too_late, unknown)] == [4, 4, 0, 4, 4]
    assert "Zoé may read but not decide." in by_reader.err
    assert 'There is nobody called "Nobody". Choose one of: Camille, Robin, Zoé.' in by_nobody.err
    assert dismissed.json == {"id": waiting, "state": "dismissed"}
    assert "This mention is dismissed: Camille" in too_late.err
    assert "There is no mention zzzzzz. Take the id from `answerable inbox`." in unknown.err


def test_beside_a_running_instance_files_go_in_and_out_through_it(brand: Brand, service: Running) -> None:
    file = brand.file.with_name("comments.csv")
    file.write_text("id,author,comment\n1,Ana,J'adore cette lampe !\n2,Ben,It never arrived.\n", "utf-8")

    once, twice = (brand("import", file, "--yes", "--json") for _ in range(2))
    came_out = brand("export")

    assert once.json == {"new": 2, "known": 0, "ours": 0, "rejected": 0}
    assert twice.json == {"new": 0, "known": 2, "ours": 0, "rejected": 0}
    assert [line["id"] for line in came_out.lines] == ["1", "2"]
    assert all(line["labels"] and line["suggested_reply"] for line in came_out.lines)


def test_a_second_service_on_the_same_ledger_is_refused_and_the_first_goes_on(
    brand: Brand, service: Running
) -> None:
    second = brand("run")
    migration = brand("migrate")

    for refused in (second, migration):
        assert (refused.code, refused.out) == (3, "")
        assert f"Another process is using the ledger {brand.data / 'answerable.db'}." in refused.err
    assert httpx.get(f"{address(service)}/healthz", trust_env=False).status_code == 200
    assert f"runs at {address(service)}" in brand("check").out


def test_a_new_link_is_printed_for_whoever_is_named(brand: Brand, service: Running) -> None:
    made = brand("link", "Zoé")
    unknown = brand("link", "Nobody")

    assert made.code == 0
    opened = httpx.get(made.out.strip(), trust_env=False)
    assert opened.status_code < 400
    assert unknown.code == 4
    assert "Choose one of: Camille, Robin, Zoé." in unknown.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_ends_in_order(brand: Brand, service: Running, number: int) -> None:
    assert service.end(number) == 0

    assert "Stopping: finishing what is under way." in service.said
    assert "Traceback" not in service.said
    assert not (brand.data / "instance.json").exists()
    assert brand("link").err == f"Error: Nothing runs in {brand.data}. Start it with `answerable run`.\n"


def test_a_killed_service_misleads_nobody(brand: Brand, service: Running) -> None:
    service.wait_until(brand.waiting)
    waiting = str(brand.waiting()[0]["id"])
    service.kill()
    assert (brand.data / "instance.json").exists()

    decided = brand("decide", waiting, "approve", "--yes")

    assert decided.code == 0, decided.err
    assert "Nobody runs now: the reply leaves with the next `answerable run` after " in decided.out
    assert brand("link").code == 2
    with started("run", *brand.options) as again:
        again.wait_for(READY)
        again.wait_until(lambda: brand.said)
        assert again.end(signal.SIGTERM) == 0
    assert brand("show", waiting, "--json").json["state"] == "answered"
    assert len(brand.said) == 1


def test_a_port_that_is_taken_is_named(tmp_path: Path, brand: Brand, service: Running) -> None:
    port = address(service).rpartition(":")[2]

    other = answerable("demo", "--port", port, "--data-dir", tmp_path / "other")

    assert (other.code, other.out) == (5, "")
    assert f"The inbox cannot listen on 127.0.0.1:{port}: Address already in use." in other.err
    assert "Set console.port to another port" in other.err
