"""One bad row is put aside with its line and a reason; the rest goes in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from adapters.exports import RejectsFile
from adapters.exports.reading import Reject
from bot.errors import InputError
from tests.unit.exports.files import opened, rejects, texts, written

HEADER = b"id;date;author;comment\n"
GOOD = b"9;2026-02-03;Ana;Still here\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1;2026-02-03;Ana;\n", "the comment is empty"),
        (b"1;2026-02-03;Ana; \t \n", "the comment is empty"),
        (b"1;yesterday;Ana;Hello\n", "not a date: 'yesterday'"),
        (b"1;31/02/2026;Ana;Hello\n", "not a date: '31/02/2026'"),
        (b"1;2026-02-03;Ana\n", "it has 3 cells where the header has 4"),
        (b"1;2026-02-03;Ana;Hello;there\n", "it has 5 cells where the header has 4"),
        (b"1;2026-02-03;Ana;Hel\x00lo\n", "it holds a NUL character"),
        (b"1;2026-02-03;Ana;Hel\xfflo \xc3\xa9\xc3\xa8\n",
         "it holds broken characters (bytes of another encoding, or half an emoji)"),
        (b"9;2026-02-03;Bob;Me too\n", "the id 9 is already that of an earlier row"),
        (b'1;2026-02-03;Ana;"Hello\n', "a quotation mark is opened and not closed"),
    ],
)  # fmt: skip
def test_each_kind_of_bad_row_has_its_reason(tmp_path: Path, row: bytes, reason: str) -> None:
    export = opened(written(tmp_path, HEADER + GOOD + row + b"10;;Bob;And here\n"))
    assert [(reject.line, reject.reason) for reject in rejects(export)] == [(3, reason)]
    assert texts(export) == ["Still here", "And here"]


def test_broken_quoting_at_the_end_of_the_file_costs_only_itself(tmp_path: Path) -> None:
    export = opened(written(tmp_path, HEADER + GOOD + b'1;;Ana;"Hello,\nI wanted to'))
    assert [reject.line for reject in rejects(export)] == [3, 4]
    assert texts(export) == ["Still here"]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_ten_thousand_rows(tmp_path: Path) -> None:
    many = b"".join(b"%d;;Ana;Row %d\n" % (n, n) for n in range(100, 10_100))
    export = opened(written(tmp_path, HEADER + b'1;;Ana;"Hello\n' + many))
    assert len(rejects(export)) == 1
    assert len(texts(export)) == 10_000


def test_half_an_emoji_in_json(tmp_path: Path) -> None:
    export = opened(written(tmp_path, '{"comment": "Oh \\ud83d"}\n{"comment": "Fine"}\n', "a.jsonl"))
    assert rejects(export) == [
        Reject(
            1,
            "it holds broken characters (bytes of another encoding, or half an emoji)",
            '{"comment": "Oh \\ud83d"}',
        )
    ]


def test_json_lines_that_are_none(tmp_path: Path) -> None:
    deep = "[" * 100_000
    content = f'{{"comment": "One"}}\n{{"comment": \n["Two"]\n{deep}\n{{"comment": "Three"}}\n'
    export = opened(written(tmp_path, content, "a.jsonl"))
    assert [reject.reason for reject in rejects(export)] == [
        "it is not valid JSON",
        "it is not a JSON object",
        "it is not valid JSON",
    ]
    assert texts(export) == ["One", "Three"]


def test_empty_rows_that_spreadsheets_leave_are_no_rows(tmp_path: Path) -> None:
    export = opened(written(tmp_path, HEADER + b"\n" + GOOD + b";;;\r\n\r\n;;;;;;\n"))
    assert rejects(export) == []
    assert texts(export) == ["Still here"]


def test_a_comment_of_a_megabyte_and_one_of_ten_thousand_lines(tmp_path: Path) -> None:
    huge, tall = "é" * 1_000_000, "\n".join(["line"] * 10_000)
    export = opened(written(tmp_path, f'comment;author\n{huge};Ana\n"{tall}";Bob\n'))
    assert texts(export) == [huge, tall]


def test_odd_but_honest_texts_go_in_as_they_are(tmp_path: Path) -> None:
    odd = ["مرحبا كيف الحال", "\u202eabc\u202c", "a\u200bb", "👩‍👩‍👧‍👦", "=1+1"]
    assert texts(opened(written(tmp_path, "comment\n" + "\n".join(odd)))) == odd


def test_rejects_are_written_for_a_person_to_mend(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    with RejectsFile(path) as file:
        file.add(
            [Reject(3, "the comment is empty", "1;;Zoé;\r\n"), Reject(9, "not a date: 'x'", "=x;\udcff")]
        )
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["line", "reason", "row"],
            ["3", "the comment is empty", "1;;Zoé;"],
            ["9", "not a date: 'x'", "'=x;\\udcff"],
        ]
    assert file.count == 2


def test_no_rejects_no_file(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as file:
        file.add([])
    assert not file.path.exists()


def test_rejects_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"cannot be written to .*: Is a directory"),
        RejectsFile(tmp_path) as file,
    ):
        file.add([Reject(1, "the comment is empty", "")])
