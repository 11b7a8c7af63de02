"""What came in goes out in the order in which it came, and no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.exports import write_csv, write_jsonl
from bot.domain.exports import ExportRow

ROW = ExportRow(
    id="7",
    text='Où est ma « commande » ?\nJ\'attends; "vite"',
    language="fr",
    labels=("complaint", "question"),
    confidence=0.93,
    suggested_reply="Bonjour Zoé",
    state="in_review",
    network="Facebook",
    author="Zoé",
    date=datetime(2026, 2, 3, 14, 5, tzinfo=UTC),
)


def as_csv(*rows: ExportRow, for_excel: bool = False) -> str:
    stream = io.StringIO(newline="")
    assert write_csv(rows, stream, for_excel=for_excel) == len(rows)
    return stream.getvalue()


def test_json_lines_begin_with_what_everybody_wants() -> None:
    stream = io.StringIO()
    assert write_jsonl([ROW, ROW], stream) == 2
    first, second, end = stream.getvalue().split("\n")
    assert first == second
    assert end == ""
    assert json.loads(first) == {
        "id": "7", "text": ROW.text, "language": "fr", "labels": ["complaint", "question"],
        "confidence": 0.93, "suggested_reply": "Bonjour Zoé", "state": "in_review",
        "reply": "", "network": "Facebook", "author": "Zoé", "date": "2026-02-03T14:05:00+00:00",
    }  # fmt: skip
    assert list(json.loads(first))[:6] == [
        "id",
        "text",
        "language",
        "labels",
        "confidence",
        "suggested_reply",
    ]


def test_csv_is_what_rfc_4180_says() -> None:
    assert as_csv(ROW) == (
        "id,text,language,labels,confidence,suggested_reply,state,reply,network,author,date\r\n"
        '7,"Où est ma « commande » ?\nJ\'attends; ""vite""",fr,complaint+question,0.93,Bonjour Zoé,'
        "in_review,,Facebook,Zoé,2026-02-03T14:05:00+00:00\r\n"
    )


def test_excel_gets_the_mark_that_it_needs_for_accents() -> None:
    assert as_csv(ROW, for_excel=True) == "\ufeff" + as_csv(ROW)


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")'])
def test_a_comment_that_is_a_formula_is_not_run(text: str) -> None:
    row = ExportRow("1", text, "", (), None, "", "received")
    (read,) = csv.DictReader(io.StringIO(as_csv(row), newline=""))
    assert read["text"] == f"'{text}"


def test_a_comment_that_nobody_has_read_yet() -> None:
    row = ExportRow("1", "Hi", "", (), None, "", "received")
    assert as_csv(row).endswith("\r\n1,Hi,,,,,received,,,,\r\n")


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=5))
def test_any_text_comes_back_but_for_the_apostrophe(texts: list[str]) -> None:
    rows = [ExportRow(str(number), text, "", (), None, "", "") for number, text in enumerate(texts)]
    read = [row["text"] for row in csv.DictReader(io.StringIO(as_csv(*rows), newline=""))]
    assert [cell.removeprefix("'") for cell in read] == [text.removeprefix("'") for text in texts]
