"""What `pip install` brings carries everything that the program reads while it runs."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "adapters", "responders")
NEEDED = (
    "bot/py.typed",
    "adapters/py.typed",
    "responders/py.typed",
    "bot/audit/page.html",
    "bot/classifiers/weights/model.npz",
    "bot/console/languages/fr.yaml",
    "bot/console/static/console.js",
    "bot/console/templates/inbox.html",
    "bot/ledger/migrations/env.py",
    "bot/ledger/migrations/versions/0001_first_schema.py",
    "adapters/loopback/community/lumen.yaml",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    if find_spec("hatchling") is None:
        pytest.skip("hatchling, which makes the wheel, is not installed here")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("answerable-*.whl")
    return ZipFile(built)


def test_it_carries_what_the_program_reads_while_it_runs(wheel: ZipFile) -> None:
    carried = set(wheel.namelist())

    assert set(NEEDED) <= carried
    assert any(name.startswith("responders/templates/fr/") for name in carried)
    assert any(name.startswith("responders/templates/en/") for name in carried)


def test_it_carries_every_file_of_the_packages_and_nothing_else(wheel: ZipFile) -> None:
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, check=False, text=True
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    kept = {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    carried = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert kept <= carried
    assert {name.split("/")[0] for name in carried} == set(PACKAGES)


def test_it_brings_the_command(wheel: ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]

    assert "answerable = bot.cli:main" in wheel.read(entry_points).decode()


def test_it_runs_from_the_wheel_alone(wheel: ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")

    ended = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--until-done", "--json", "--data-dir", str(tmp_path / "data")],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"received"' in ended.stdout
