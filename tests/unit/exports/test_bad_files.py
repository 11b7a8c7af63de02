"""A file that cannot be read at all gets one sentence, and what to do about it."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.errors import InputError
from tests.unit.exports.files import opened, texts, written


def sentence(path: Path, mapping: Mapping[str, str] | None = None, encoding: str = "") -> str:
    with pytest.raises(InputError) as told:
        opened(path, mapping=mapping, encoding=encoding)
    assert "\n" not in str(told.value)
    return str(told.value).replace(str(path), "FILE")


def test_no_such_file(tmp_path: Path) -> None:
    assert sentence(tmp_path / "nowhere.csv") == "There is no file FILE. Check the name and the folder."


def test_a_folder(tmp_path: Path) -> None:
    assert sentence(tmp_path) == "FILE is a folder. Name one file in it."


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "comment\nHi\n")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read everything

        def forbidden(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(Path, "open", forbidden)
    assert sentence(path) == "FILE may not be read by you. Ask its owner, or copy it."


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert sentence(written(tmp_path, content)) == "FILE is empty. Export the comments again."


def test_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "comments.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert sentence(path) == (
        "FILE is a spreadsheet (.xlsx, .ods) or an archive, not a table of text. "
        "Open it in the program that made it, save it as CSV (UTF-8), and give that file."
    )


def test_a_picture(tmp_path: Path) -> None:
    path = written(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + bytes(100))
    assert sentence(path).startswith("FILE is not a text file. Open it in")


def test_no_comment_column_shows_the_columns_and_what_to_type(tmp_path: Path) -> None:
    path = written(tmp_path, "Qui;Propos tenus\nAna;Bravo pour tout\n")
    assert sentence(path) == (
        "FILE has no column that is called comment; its columns are: Qui, Propos tenus. "
        "Say which one holds the comments, for example: --map 'comment=Propos tenus'"
    )


def test_a_map_to_a_field_that_there_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, "comment\nHi\n")
    told = sentence(path, {"coment": "comment"})
    assert told == "--map coment=... names a field that there is not. Did you mean comment?"
    assert "The fields are id, date" in sentence(path, {"xyz": "comment"})


def test_a_map_to_a_column_that_there_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, "Qui,Propos\nAna,Hi\n")
    told = sentence(path, {"comment": "Propso"})
    assert told == "The file has no column 'Propso'. Did you mean 'Propos'?"
    assert "The columns are Qui, Propos." in sentence(path, {"comment": "zzz"})


def test_an_encoding_that_there_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, "comment\nHi\n")
    assert sentence(path, encoding="utf-9").startswith("There is no encoding 'utf-9'. Try utf-8")
    assert sentence(path, encoding="hex").startswith("There is no encoding 'hex'.")


def test_json_that_breaks_off(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"comment": "Hi"},\n', "a.json")
    told = sentence(path)
    assert told == "FILE is not valid JSON: Expecting value at line 2, column 1. Export it again."


def test_json_too_deep_to_be_comments(tmp_path: Path) -> None:
    path = written(tmp_path, "[" * 100_000, "a.json")
    assert sentence(path) == "FILE is JSON that is nested too deeply. Export it as CSV."


def test_json_without_a_list(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps({"name": "Ana", "tags": ["a"]}, indent=1), "a.json")
    assert sentence(path).startswith("FILE holds JSON, but no list of comments. Give a file with")


@pytest.mark.parametrize("content", ["[]", '["a", "b"]'])
def test_json_without_columns(tmp_path: Path, content: str) -> None:
    assert sentence(written(tmp_path, content, "a.json")).startswith("FILE has no columns.")


def test_a_header_alone_is_a_file_without_comments_not_an_error(tmp_path: Path) -> None:
    assert texts(opened(written(tmp_path, "id;comment\n"))) == []
