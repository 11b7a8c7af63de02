"""Who is running, as other commands find out; what a killed process left behind misleads nobody."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.cli.instance import FILE, Instance, announced, running
from bot.errors import LedgerUnwritable, Refused


class _Api(BaseHTTPRequestHandler):
    """An instance whose word is "right"."""

    def do_GET(self) -> None:
        self._answer(b"{}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(b'{"problem": "Somebody was first.", "mend": "Look again."}', 409)

    def _answer(self, body: bytes, status: int = 200) -> None:
        right = self.headers["authorization"] == "Bearer right"
        self.send_response(status if right else 401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Api) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_instance_is_found_while_it_runs_and_by_its_owner_alone(tmp_path: Path, url: str) -> None:
    instance = Instance(1, url, "right")

    assert running(tmp_path) is None
    with announced(tmp_path, instance):
        assert running(tmp_path) == instance
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert running(tmp_path) is None


def test_the_file_of_a_killed_process_counts_as_nobody(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with announced(tmp_path, Instance(1, f"http://127.0.0.1:{port}", "right")):
        assert running(tmp_path) is None


def test_another_program_at_the_old_address_is_not_taken_for_ours(tmp_path: Path, url: str) -> None:
    with announced(tmp_path, Instance(1, url, "the word of a dead one")):
        assert running(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "url": "?", "token": "x"}'])
def test_a_damaged_file_counts_as_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)

    assert running(tmp_path) is None


def test_a_refusal_comes_with_the_instances_own_words(url: str) -> None:
    with pytest.raises(Refused, match=r"Somebody was first\. Look again\."):
        Instance(1, url, "right").post("/api/decisions", {})


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(LedgerUnwritable, match=r"instance\.json cannot be written: Not a directory"),
        announced(tmp_path / "file", Instance(1, "", "")),
    ):
        pass
