"""The command line where nothing runs: files in, decisions, files out; and the demonstration."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot import __version__
from tests.stories.command_line import HERE, PROGRAM, answerable, environment_with, started

COMMENTS = "id,author,comment\n1,Ana,J'adore cette lampe !\n2,Ben,It never arrived.\n"


def test_an_approved_reply_is_handed_out_by_the_next_export_after_the_undo_window(tmp_path: Path) -> None:
    file = tmp_path / "comments.csv"
    file.write_text(COMMENTS, "utf-8")
    own = {"ANSWERABLE_DELIVERY__UNDO_WINDOW": "0s"}
    data = ("--data-dir", tmp_path / "data")
    answerable("import", file, "--yes", *data)
    first, second = (line["id"] for line in answerable("inbox", "--json", *data).json)

    asked = answerable("decide", first, "approve", *data, said="n\n")
    late = answerable("decide", second, "approve", "--yes", *data)
    undone = answerable("decide", second, "undo", "--yes", *data)
    decided = answerable("decide", first, "approve", "--yes", *data, environment=own)
    rows = answerable("export", *data).lines

    assert asked.code == 1
    assert "Suggested reply (draft 1):" in asked.out
    assert "Approve? [y/N]:" in asked.out
    for approved in (late, decided):
        assert approved.out.startswith("Approved. Nobody runs now: the reply leaves with the next ")
        assert "`answerable run` or `answerable export` after " in approved.out
    assert undone.out == "The mention is in review now.\n"
    assert [row["id"] for row in rows] == ["1", "2"]
    assert sorted(row["state"] for row in rows) == ["answered", "in_review"]
    for row in rows:
        assert row["reply"] == (row["suggested_reply"] if row["state"] == "answered" else "")
    assert (tmp_path / "data" / "replies.jsonl").read_text().count("\n") == 1


def test_the_ledger_is_named_where_there_is_none(tmp_path: Path) -> None:
    for command in (["report"], ["decide", "4f7k2m", "approve"]):
        ended = answerable(*command, "--data-dir", tmp_path)

        assert (ended.code, ended.out) == (2, "")
        assert f"There is no ledger at {tmp_path / 'answerable.db'}. Name its folder with" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_the_demonstration_is_played_to_its_end_and_judged(tmp_path: Path) -> None:
    ended = answerable("demo", "--until-done", "--json", "--data-dir", tmp_path)

    assert ended.code == 0
    assert ended.out.count("\n") == 1
    assert ended.err == ""
    figures = ended.json
    assert list(figures)[:7] == [
        "received", "answered", "waiting", "dismissed", "escalated", "lost", "answered_twice"
    ]  # fmt: skip
    assert figures["received"] == sum(
        figures[name] for name in ("answered", "waiting", "dismissed", "escalated")
    )
    assert figures["lost"] == figures["answered_twice"] == figures["without_end_or_deadline"] == 0
    report = answerable("report", "--json", "--data-dir", tmp_path).json
    assert (report["received"], report["waiting"]) == (figures["received"], figures["waiting"])


def test_the_demonstration_shows_its_first_card_at_once(tmp_path: Path) -> None:
    with started("demo", "--no-browser", "--data-dir", tmp_path) as demo:
        demo.wait_for("http://127.0.0.1:")
        demo.wait_for("waits for you in the inbox")
        assert demo.end(2) == 0
    assert "Traceback" not in demo.said


def test_whoever_stops_reading_stops_the_writing_without_a_word(tmp_path: Path) -> None:
    file = tmp_path / "comments.csv"
    file.write_text("id,author,comment\n" + "".join(f"{at},Ana,{'merci ' * 300}\n" for at in range(200)))
    answerable("import", file, "--yes", "--data-dir", tmp_path / "data")

    with subprocess.Popen(
        [*PROGRAM, "export", "--data-dir", str(tmp_path / "data")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=HERE,
        env=environment_with(),
    ) as export:
        assert export.stdout and export.stderr
        assert export.stdout.readline().startswith(b'{"id": "0"')
        export.stdout.close()
        said = export.stderr.read()

    assert said == b""


def test_it_says_which_version_it_is() -> None:
    assert answerable("--version").out == f"answerable {__version__}\n"
