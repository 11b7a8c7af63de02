"""Bad input gets a clear sentence, and one bad line never stops the rest."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.stories.command_line import answerable

GOOD = "id,author,comment\n1,Ana,J'adore cette lampe !\n2,Ben,It never arrived.\n"


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- files to import -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence", "mend"),
    [
        pytest.param("", "is empty", "", id="an empty file"),
        pytest.param("\n\n \n", "", "", id="a file of blank lines"),
        pytest.param("id;qui;avis client\n1;Ana;Bravo\n", "called comment", "--map", id="a missing column"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00" + bytes(200), "", "", id="a spreadsheet"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "", "", id="a picture"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_the_mend(
    tmp_path: Path, content: str | bytes, sentence: str, mend: str
) -> None:
    file = write(tmp_path / "comments.csv", content)

    ended = answerable("import", file, "--yes", "--data-dir", tmp_path / "data")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Error: ")
    assert str(file) in ended.err
    assert sentence in ended.err
    assert mend in ended.err
    assert not (tmp_path / "data").exists(), "nothing is made for a file that cannot be read"


def test_a_folder_and_a_file_that_is_not_there_are_named(tmp_path: Path) -> None:
    folder = answerable("import", tmp_path, "--yes")
    missing = answerable("import", tmp_path / "comments.csv", "--yes")

    assert (folder.code, missing.code) == (2, 2)
    assert f"{tmp_path} is a folder." in folder.err
    assert f"{tmp_path / 'comments.csv'}" in missing.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "comments.csv", GOOD)
    file.chmod(0)

    ended = answerable("import", file, "--yes")

    assert ended.code == 2
    assert str(file) in ended.err


def test_an_encoding_that_is_wrong_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "comments.csv", GOOD)

    ended = answerable("import", file, "--yes", "--encoding", "klingon")

    assert ended.code == 2
    assert "klingon" in ended.err


def test_without_yes_it_shows_what_it_would_do_and_does_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "comments.csv", GOOD)

    shown = answerable("import", file, "--data-dir", tmp_path / "data")
    for_programs = answerable("import", file, "--json", "--data-dir", tmp_path / "data")

    assert shown.code == 0
    assert "comment → comment" in shown.out
    assert "J'adore cette lampe !" in shown.out
    assert "Nothing was imported yet: add --yes to do it." in shown.out
    assert for_programs.json["imported"] is False
    assert for_programs.json["comments"] == 2
    assert not (tmp_path / "data").exists()


def test_bad_rows_are_kept_with_line_and_reason_while_the_rest_goes_in(tmp_path: Path) -> None:
    rows = ['3,Cyd,"this cell is never closed', "4,Dee,"]
    file = write(
        tmp_path / "comments.csv", "id,author,comment\n0,Eve,\n1,Ana,Bravo\n2,Ben,a\x00b\n" + "\n".join(rows)
    )

    ended = answerable("import", file, "--yes", "--data-dir", tmp_path / "data")

    assert ended.code == 0
    assert ended.out.startswith("1 new comments, 0 known already, 0 posts of ours, ")
    rejects = (tmp_path / "comments.csv.rejects.csv").read_text("utf-8-sig")
    assert f"each with its reason: {tmp_path / 'comments.csv.rejects.csv'}" in ended.out
    assert "the comment is empty" in rejects
    assert "NUL" in rejects
    assert "never closed" in rejects


def test_whatever_people_write_goes_in_and_comes_out_again(tmp_path: Path) -> None:
    texts = [
        "x" * 1_000_000,
        "مرحبا، أين طلبي؟ \u202eتمام",
        "🐈‍⬛💔🙏",
        "zero\u200bwidth\u200d",
        "\x1b[31mred\x1b[0m",
        "une\nautre\r\nligne",
    ]
    lines = [json.dumps({"id": str(at), "author": "Ana", "comment": text}) for at, text in enumerate(texts)]
    lines.append('{"id": "broken", "author": "Ana", "comment": "half \\ud83d an emoji"}')
    file = write(tmp_path / "comments.jsonl", "\n".join(lines))

    came_in = answerable("import", file, "--yes", "--json", "--data-dir", tmp_path / "data")
    came_out = answerable("export", "--data-dir", tmp_path / "data")
    seen = answerable("inbox", "--data-dir", tmp_path / "data")

    assert came_in.json == {"new": 6, "known": 0, "ours": 0, "rejected": 1}
    assert [(line["id"], line["text"][:100]) for line in came_out.lines] == [
        (str(at), text[:100]) for at, text in enumerate(texts)
    ]
    assert all(line["labels"] for line in came_out.lines)
    assert "\x1b" not in seen.out
    assert max(cell_len(line) for line in seen.out.splitlines()) <= 80


def test_ten_thousand_comments_go_in(tmp_path: Path) -> None:
    rows = "".join(f'{at},user{at % 700},"Commentaire {at}, merci !"\n' for at in range(10_000))
    file = write(tmp_path / "comments.csv", "id,author,comment\n" + rows)

    ended = answerable("import", file, "--yes", "--no-wait", "--json", "--data-dir", tmp_path / "data")

    assert ended.code == 0
    assert ended.json["new"] == 10_000


# --- classify --------------------------------------------------------------------------------------


def classified(lines: Sequence[str]) -> tuple[int, list[dict[str, object]], str]:
    ended = answerable("classify", "--jsonl", said="\n".join(lines) + "\n")
    return ended.code, ended.lines, ended.err


def test_lines_that_are_none_are_named_and_the_good_ones_go_through() -> None:
    code, lines, err = classified(
        ["", '{"id": 1, "text": "Super, merci !"}', "nonsense", "[1]", '{"id": 2}', '{"id": 3, "text": null}',
         '{"id": "fin", "text": "Toujours pas livré, c\'est normal ?"}']
    )  # fmt: skip

    assert code == 1
    assert [line["id"] for line in lines] == [1, "fin"]
    assert lines[0]["labels"] == ["praise"]
    assert lines[1]["language"] == "fr"
    assert [said.split(" is not")[0] for said in err.splitlines()] == ["Line 3", "Line 4", "Line 5", "Line 6"]


def test_hostile_texts_get_a_classification_each() -> None:
    texts = ["", "x" * 1_000_000, "a\x00b", "half \ud83d an emoji", "مرحبا بكم", "🐈💔", "\u200b\u202e"]
    code, lines, err = classified([json.dumps({"id": at, "text": text}) for at, text in enumerate(texts)])

    assert (code, err) == (0, "")
    assert [line["id"] for line in lines] == list(range(len(texts)))
    for line in lines:
        assert set(line) == {"id", "labels", "language", "scores", "unsure"}
        labels = line["labels"]
        assert isinstance(labels, list)
        assert set(labels) <= {"praise", "complaint", "question", "other"}
        assert labels == ["other"] or "other" not in labels


def test_bytes_that_are_no_text_and_a_mark_at_the_beginning_do_not_stop_it() -> None:
    ended = answerable(
        "classify", "--jsonl", said=b'\xef\xbb\xbf{"id": 1, "text": "ok"}\n{"id": 2, "text": "caf\xe9"}\n'
    )

    assert ended.code == 0
    assert [line["id"] for line in ended.lines] == [1, 2]


def test_one_text_is_answered_in_words_and_none_is_asked_for() -> None:
    one = answerable("classify", "Bonjour, où est mon colis ?")
    none = answerable("classify")

    assert one.code == 0
    assert "question" in one.out
    assert "language fr" in one.out
    assert none.code == 2
    assert "There is nothing to classify." in none.err


# --- configuration and options -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        pytest.param("brand:\n  nmae: Lumen\n", ["line 2", "nmae", "name"], id="an unknown key"),
        pytest.param(
            "accounts:\n  lounge:\n    kind: loopbak\n",
            ["line 3", "loopbak", "loopback"],
            id="an unknown kind",
        ),
        pytest.param("classifier: {kind: modle}\n", ["line 1", "modle", "model"], id="an unknown classifier"),
        pytest.param(
            "classifier: {kind: model, threshhold: 2}\n", ["line 1", "threshhold"], id="a wrong option"
        ),
    ],
)
def test_a_mistake_in_the_configuration_is_named_with_its_line(
    tmp_path: Path, written: str, sentences: list[str]
) -> None:
    file = write(tmp_path / "answerable.yaml", written)

    ended = answerable("run", "--config", file, "--data-dir", tmp_path / "data")

    assert (ended.code, ended.out) == (2, "")
    assert str(file) in ended.err
    for sentence in sentences:
        assert sentence in ended.err
    assert ended.err.count("\n") == 1, "one sentence"


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    ended = answerable("run", "--config", tmp_path / "nowhere.yaml")

    assert ended.code == 2
    assert str(tmp_path / "nowhere.yaml") in ended.err


def test_check_finds_every_mistake_at_once(tmp_path: Path) -> None:
    file = write(
        tmp_path / "answerable.yaml",
        "accounts:\n  lounge: {kind: loopback, script: nowhere}\n"
        "classifier: {kind: modle}\nconsole: {port: 0}\n",
    )

    ended = answerable("check", "--config", file, "--data-dir", tmp_path / "data")
    for_programs = answerable("check", "--config", file, "--data-dir", tmp_path / "data", "--json")

    assert ended.code == 1
    assert "✓ configuration" in ended.out
    assert "✗ classifier" in ended.out
    assert "✗ account lounge" in ended.out
    assert "✓ replies" in ended.out
    assert for_programs.code == 1
    assert for_programs.json["ok"] is False
    assert not (tmp_path / "data" / "answerable.db").exists(), "looking makes no ledger"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["inbox", "--tab", "wating"], 'There is no tab "wating". Choose one of: waiting, '),
        (["decide", "4f7k2m", "aprove"], 'There is no verdict "aprove". Choose one of: approve, '),
        (["audit", "comments.csv"], "There is nothing to do. Name a page with --out, or ask for"),
        (["export", "--excel"], "--excel marks CSV. Add --format csv."),
        (["demo", "--json"], "Only a demo that ends has figures to print. Add --until-done to --json."),
        (["frobnicate"], "No such command 'frobnicate'."),
    ],
)
def test_options_that_make_no_sense_are_explained(arguments: list[str], sentence: str) -> None:
    ended = answerable(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
