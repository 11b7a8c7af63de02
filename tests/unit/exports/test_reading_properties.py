"""Whatever anybody writes in whatever dialect comes back as it was written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.mention import Post
from tests.unit.exports.files import opened, posts, rejects, texts, written

WESTERN = st.characters(codec="cp1252", exclude_characters="\x00")
ANYTHING = st.characters(codec="utf-8", exclude_characters="\x00")
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
DELIMITERS = st.sampled_from([";", ",", "\t", "|"])
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
# "\r" alone ends a line for the reader and not for every version of the writer, which then does not quote it
ROWS = st.lists(
    st.text(WESTERN, min_size=1, max_size=60).map(lambda text: text.replace("\r", "\n")).filter(str.strip),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150)
@given(ROWS, ENCODINGS, DELIMITERS, QUOTING, st.sampled_from(["\n", "\r\n"]))
def test_any_table_in_any_dialect_comes_back_the_same(
    comments: list[str], encoding: str, delimiter: str, quoting: int, end: str
) -> None:
    if encoding == "cp1252":  # only what is mostly ASCII, as Western languages are, can be told from others
        comments = [f"{comment} {'a' * 2 * len(comment)}" for comment in comments]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["identifiant", "auteur", "commentaire"])
    writer.writerows([f"n{number}", "Zoé", comment] for number, comment in enumerate(comments))
    with TemporaryDirectory() as folder:
        export = opened(written(Path(folder), stream.getvalue(), encoding=encoding))
        assert rejects(export) == []
        assert texts(export) == comments


@given(st.lists(st.text(ANYTHING, min_size=1).filter(str.strip), min_size=1, max_size=8), st.booleans())
def test_any_json_comes_back_the_same(comments: list[str], lines: bool) -> None:
    rows = [{"comment": comment} for comment in comments]
    content = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows, ensure_ascii=False)
    with TemporaryDirectory() as folder:
        assert texts(opened(written(Path(folder), content, "a.jsonl" if lines else "a.json"))) == comments


@given(st.lists(st.tuples(st.sampled_from(["Ana", "Bob", ""]), st.sampled_from(["Yes", "No"])), max_size=20))
def test_the_same_file_twice_gives_the_same_ids_and_no_two_alike(rows: list[tuple[str, str]]) -> None:
    content = "author,comment\n" + "".join(f"{author},{comment}\n" for author, comment in rows)
    with TemporaryDirectory() as folder:
        path = written(Path(folder), content)
        places = [post.place for post in posts(opened(path))]
        assert places == [post.place for post in posts(opened(path))]
        assert len(set(places)) == len(rows)


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_are_read_or_rejected_and_never_lost_silently(tail: bytes) -> None:
    with TemporaryDirectory() as folder:
        export = opened(written(Path(folder), b"author;comment\nAna;Hello\n" + tail.replace(b"\x00", b"")))
        entries = list(export.read())
        assert isinstance(entries[0], Post)
        assert len(entries) == export.preview().rows
