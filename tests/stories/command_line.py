"""The real program in a process of its own, as a person starts it in a terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

PATIENCE_S = 60  # far more than anything here takes; only a test that hangs gets there
PROGRAM = (sys.executable, "-m", "bot")
HERE = Path(__file__).parent  # no configuration lies here


def listen_to_ctrl_c() -> None:
    """As in a terminal: what a shell runs in the background is told to ignore it, and passes that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Ended:
    """A command that ended: what it said, and with which exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is anything
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as lines of JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


def answerable(
    *arguments: str | Path, said: str | bytes = "", environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a command to its end; ``said`` is its standard input. It never shows a traceback."""
    ended = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=said.encode() if isinstance(said, str) else said,
        capture_output=True,
        timeout=PATIENCE_S,
        env=environment_with(environment),
        cwd=HERE,
        check=False,
    )
    out, err = ended.stdout.decode(), ended.stderr.decode()
    assert "Traceback" not in out + err
    assert "something went wrong that should not" not in err
    return Ended(ended.returncode, out, err)


class Running:
    """A command that goes on until it is told to stop. What it says is read as it says it."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment_with(),
            cwd=HERE,
            preexec_fn=listen_to_ctrl_c,  # noqa: PLW1509 - it takes no lock
        )
        self._said: list[str] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        return "".join(self._said)

    def wait_until(self, something: Callable[[], object]) -> None:
        """Look again and again; fails when the command ends first, or after a long time."""
        until = monotonic() + PATIENCE_S
        while not something():
            assert self.process.poll() is None, f"it ended: {self.said}"
            assert monotonic() < until, f"in vain: {self.said}"
            self._reader.join(0.02)

    def wait_for(self, words: str) -> None:
        """Until it has said these words."""
        self.wait_until(lambda: words in self.said)

    def end(self, signal: int) -> int:
        """Send the signal; the exit code."""
        self.process.send_signal(signal)
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code

    def kill(self) -> None:
        """As the power cut does."""
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE_S)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self._said.append(line.decode())


@contextmanager
def started(*arguments: str | Path) -> Iterator[Running]:
    """A command in the background; killed at the end of the block if it still runs."""
    running = Running([str(argument) for argument in arguments])
    try:
        yield running
    finally:
        running.kill()


def environment_with(added: Mapping[str, str] | None = None) -> dict[str, str]:
    """The tests' own environment without settings of ours, so that nobody's configuration is read."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ANSWERABLE_")}
    return ours | {"PYTHONUTF8": "1", "PYTHONPATH": str(HERE.parents[1]), "COLUMNS": "80"} | dict(added or {})
