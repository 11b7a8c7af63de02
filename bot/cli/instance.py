"""The running instance, as other commands find it: a file beside the ledger, for its owner's eyes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.errors import AnswerableError, LedgerInUse, Moved, Refused

FILE = "instance.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """Where the running instance's API is, and the word that opens it."""

    pid: int
    url: str
    token: str

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON is anything
        """The JSON at this path of the API."""
        return self._ask("GET", path)

    def post(self, path: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401
        """What the API answers to ``body``. Raises Refused with the API's own sentence."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            with httpx.Client(base_url=self.url, timeout=60, trust_env=False) as client:
                answer = client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise LedgerInUse(
                f"Process {self.pid} holds the ledger, but its inbox at {self.url} is silent: {error}.",
                "Wait until it has started, or stop it.",
            ) from None
        said = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
        if answer.is_success:
            return said
        raise _error(answer.status_code, said)


def _error(status: int, said: Mapping[str, str]) -> AnswerableError:
    kind = {409: Moved}.get(status, Refused)
    return kind(said.get("problem", f"The running instance answered {status}."), said.get("mend", ""))


def announce(data_dir: Path, instance: Instance) -> Path:
    """Write the file, readable by its owner only; the path to remove at the end."""
    path = data_dir / FILE
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(instance), file)
    return path


def running(data_dir: Path) -> Instance | None:
    """The instance that announced itself in this folder; None when there is none."""
    try:
        return Instance(**json.loads((data_dir / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
