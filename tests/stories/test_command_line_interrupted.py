"""An import that is cut short, however it is: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.stories.command_line import Running, answerable, started

COMMENTS = 4_000


@pytest.fixture
def comments(tmp_path: Path) -> Path:
    file = tmp_path / "comments.csv"
    rows = (f"{at},user{at % 300},Bonjour et merci pour la lampe numéro {at} !\n" for at in range(COMMENTS))
    file.write_text("id,author,comment\n" + "".join(rows), "utf-8")
    return file


def held(data: Path) -> list[str]:
    """The ids of the comments that are in the ledger now."""
    file = data / "answerable.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as connection:
        try:
            return [row[0] for row in connection.execute("SELECT message_id FROM mentions")]
        except sqlite3.OperationalError:  # it is just being made
            return []


def under_way(importing: Running, data: Path) -> None:
    importing.wait_until(lambda: held(data))


@pytest.mark.crash
def test_an_import_that_was_killed_twice_goes_on_where_it_stopped(tmp_path: Path, comments: Path) -> None:
    data = tmp_path / "data"
    for _ in range(2):
        with started("import", comments, "--yes", "--data-dir", data) as importing:
            under_way(importing, data)
            importing.kill()

    ended = answerable("import", comments, "--yes", "--no-wait", "--data-dir", data)

    assert ended.code == 0, ended.err
    assert Counter(held(data)) == Counter(str(at) for at in range(COMMENTS))
    assert answerable("import", comments, "--yes", "--no-wait", "--json", "--data-dir", data).json["new"] == 0


def test_ctrl_c_during_an_import_ends_it_in_order(tmp_path: Path, comments: Path) -> None:
    data = tmp_path / "data"
    with started("import", comments, "--yes", "--data-dir", data) as importing:
        under_way(importing, data)

        code = importing.end(signal.SIGINT)

    assert code == 130
    assert "Stopped. The same command goes on where it stopped." in importing.said
    assert "Traceback" not in importing.said
    ended = answerable("import", comments, "--yes", "--no-wait", "--json", "--data-dir", data)
    assert ended.code == 0
    assert Counter(held(data)) == Counter(str(at) for at in range(COMMENTS))
