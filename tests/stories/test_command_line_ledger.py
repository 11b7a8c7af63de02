"""A ledger that cannot be used: one sentence that names it, the mend, exit code 3, and nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.stories.command_line import Ended, answerable

COMMENTS = "id,author,comment\n1,Ana,J'adore cette lampe !\n2,Ben,It never arrived.\n"


def commands(data: Path) -> list[Ended]:
    """One command that writes and one that reads."""
    return [answerable("migrate", "--data-dir", data), answerable("report", "--json", "--data-dir", data)]


def make_ledger(data: Path) -> Path:
    assert answerable("migrate", "--data-dir", data).code == 0
    return data / "answerable.db"


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = make_ledger(tmp_path)
    with closing(sqlite3.connect(file)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")

    for ended in commands(tmp_path):
        assert (ended.code, ended.out) == (3, "")
        assert f"The ledger {file} was written by a newer version (its schema is 9999)." in ended.err
        assert "Upgrade answerable, or restore the backup made before the upgrade." in ended.err


def test_a_ledger_of_an_older_version_is_read_after_it_was_migrated(tmp_path: Path) -> None:
    file = tmp_path / "answerable.db"
    with closing(sqlite3.connect(file)) as older:
        older.execute(f"PRAGMA application_id={0x416E7377}")
        older.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        older.commit()

    early = answerable("report", "--data-dir", tmp_path)
    found = answerable("check", "--data-dir", tmp_path)
    migrated = answerable("migrate", "--data-dir", tmp_path)

    assert early.code == 3
    assert "was written by an older version. Bring it to this one with `answerable migrate`" in early.err
    assert found.code == 1
    assert "was written by an older version." in found.out
    assert migrated.code == 0
    assert answerable("report", "--json", "--data-dir", tmp_path).json["received"] == 0


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "answerable.db"
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("CREATE TABLE holidays (day TEXT)")
    before = file.read_bytes()

    for ended in commands(tmp_path):
        assert (ended.code, ended.out) == (3, "")
        assert f"{file} is a database of another program. Choose another --data-dir" in ended.err
    assert file.read_bytes()[100:] == before[100:], "only the header tells how it is opened"


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    file = make_ledger(tmp_path)
    file.write_bytes(b"not a database at all, " * 500)

    for ended in commands(tmp_path):
        assert (ended.code, ended.out) == (3, "")
        assert (
            f"{file} is not a ledger, or it is damaged: file is not a database. Restore a backup."
            in ended.err
        )


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("not a folder")

    writing, reading = commands(file)

    assert writing.code == 3
    assert f"The folder {file} cannot be written: " in writing.err
    assert "choose another --data-dir." in writing.err
    assert reading.code == 2
    assert f"There is no ledger at {file / 'answerable.db'}." in reading.err


# --- disks -------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte and a half, of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = _mount("-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(folder))
    if not mounted:
        pytest.skip("a disk of its own needs root, and the right to mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _mount(*arguments: str) -> bool:
    if os.geteuid() != 0:
        return False
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def test_a_disk_that_is_full_is_named_and_what_was_kept_is_there_when_there_is_room(small_disk: Path) -> None:
    data = small_disk / "data"
    file = small_disk.parent / "comments.csv"
    rows = "".join(f"{at},user{at},{'merci beaucoup ' * 40}\n" for at in range(3_000))
    file.write_text("id,author,comment\n" + rows)
    make_ledger(data)

    full = answerable("import", file, "--yes", "--data-dir", data)
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    again = answerable("import", file, "--yes", "--no-wait", "--json", "--data-dir", data)

    assert full.code == 3, full.out
    assert f"The disk that holds {data / 'answerable.db'} is full. Make room" in full.err
    assert again.code == 0, again.err
    assert again.json["new"] + again.json["known"] == 3_000
    assert answerable("report", "--json", "--data-dir", data).json["received"] == 3_000


def test_a_disk_that_may_only_be_read_is_named(small_disk: Path) -> None:
    data = small_disk / "data"
    make_ledger(data)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    ended = answerable("migrate", "--data-dir", data)
    checked = answerable("check", "--data-dir", data)

    assert (ended.code, ended.out) == (3, "")
    assert f"{data}" in ended.err
    assert "cannot be written" in ended.err
    assert "choose another --data-dir" in ended.err
    assert checked.code == 1
    assert "✗ ledger" in checked.out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; the read-only disk stands for it")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    ended = answerable("migrate", "--data-dir", closed)

    assert ended.code == 3
    assert f"The folder {closed} cannot be written: Permission denied." in ended.err
