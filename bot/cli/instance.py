"""The running instance, as other commands find it: a file beside the ledger, for its owner's eyes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.errors import AnswerableError, LedgerError, LedgerInUse, LedgerUnwritable, Refused

FILE = "instance.json"
PROBE = "/api/inbox?limit=1"


@dataclass(frozen=True, slots=True)
class Instance:
    """Where the running instance's API is, and the word that opens it."""

    pid: int
    url: str
    token: str

    def post(self, path: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON is anything
        """What the API answers to ``body``. Raises Refused or LedgerError with the API's own sentence."""
        try:
            answer = self.ask("POST", path, body)
        except httpx.HTTPError as error:
            raise self._silent(error) from None
        said = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
        if answer.is_success:
            return said
        raise _error(answer.status_code, said)

    def listens(self) -> bool:
        """Whether it is there, and is the one that wrote the file; not so after a ``kill -9``."""
        strangers = (httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND)
        try:
            return self.ask("GET", PROBE).status_code not in strangers
        except httpx.TimeoutException as error:
            raise self._silent(error) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            return False

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> httpx.Response:
        """One call, opened with the word. Raises httpx.HTTPError when there is no answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.url, timeout=60, trust_env=False) as client:
            return client.request(method, path, json=body, headers=headers)

    def _silent(self, error: httpx.HTTPError) -> LedgerInUse:
        return LedgerInUse(
            f"The process {self.pid} has the ledger, but its inbox at {self.url} is silent: {error}.",
            "Wait until it has started, or stop it.",
        )


def _error(status: int, said: Mapping[str, str]) -> AnswerableError:
    kind = LedgerError if status >= httpx.codes.INTERNAL_SERVER_ERROR else Refused
    return kind(said.get("problem", f"The running instance answered {status}."), said.get("mend", ""))


@contextmanager
def announced(data_dir: Path, instance: Instance) -> Iterator[None]:
    """While this lasts, other commands find the instance; the file is readable by its owner only.

    Raises LedgerUnwritable.
    """
    path = data_dir / FILE
    try:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(instance), file)
    except OSError as error:
        raise LedgerUnwritable(
            f"{path} cannot be written: {error.strerror}.", "Make room, or give this user the right to write."
        ) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def running(data_dir: Path) -> Instance | None:
    """The instance that announced itself in this folder and answers; None when there is none.

    What a killed process left behind counts as none: then the lock of the ledger decides.
    """
    try:
        instance = Instance(**json.loads((data_dir / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return instance if instance.listens() else None
